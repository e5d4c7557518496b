/**
 * Keyed events: a place where one thread that waits and one that releases meet, by a key.
 *
 * Who comes first waits for the other, whichever it is: a release without a waiter waits, too. Keys
 * are addresses of the process, and mean nothing in another one; they are even numbers. Waiters of
 * one key are released first come first.
 */
import { SynchronizationEvent } from '../../rtl/nt.ts';
import { KEYEDEVENT_ALL_ACCESS, KEYEDEVENT_WAIT, KEYEDEVENT_WAKE } from '../../rtl/objects.ts';
import * as Status from '../../rtl/ntstatus.ts';
import type { Awaitable } from '../../sel4/types.ts';
import type { ExNeeds } from './needs.ts';
import type { ObHeader, ObObject, ObType } from '../ob/types.ts';
import type { NtThread, Process } from '../ps/types.ts';
import type { Ke } from '../ke/types.ts';
import { KEvent } from '../ke/wait/event.ts';
import { KeWaitForSingleObject } from '../ke/wait/wait.ts';
import { makeHeader } from '../ob/header.ts';
import { createNamed, openNamed } from '../ob/named.ts';
import { genericMapping } from '../se/access.ts';
import { timeoutMicros } from './time.ts';

const SUCCESS = Status.STATUS_SUCCESS;

export const keyedEventType: ObType = {
  name: 'KeyedEvent',
  access: genericMapping(KEYEDEVENT_WAIT, KEYEDEVENT_WAKE, 0, KEYEDEVENT_ALL_ACCESS),
};

interface Party {
  readonly process: Process;
  readonly key: number;
  readonly releases: boolean;
  /** Set when the other has come. */
  readonly met: KEvent;
}

export class KeyedEventObject implements ObObject {
  readonly header: ObHeader = makeHeader(keyedEventType);
  /** Those who wait for another, in order of arrival. */
  #parties: Party[] = [];

  get waiting(): number {
    return this.#parties.length;
  }

  meet(
    ke: Pick<Ke, 'coroutines'>,
    thread: NtThread,
    { key, releases }: Pick<Party, 'key' | 'releases'>,
    alertable: boolean,
    timeout: number,
  ): Awaitable<number> {
    const { process } = thread;
    const other = this.#parties.find(
      (each) =>
        each.process === process &&
        each.key === key &&
        each.releases !== releases &&
        // An alert, or its end, may have got in first.
        each.met.waiting > 0,
    );
    if (other) {
      this.#leave(other);
      other.met.set();
      return SUCCESS;
    }
    const party = { process, key, releases, met: new KEvent(SynchronizationEvent) };
    this.#parties.push(party);
    const waiting = KeWaitForSingleObject(ke, thread, party.met, alertable, timeout);
    if (waiting instanceof Promise)
      return waiting.finally(() => {
        this.#leave(party);
      });
    this.#leave(party);
    return waiting;
  }

  #leave(party: Party): void {
    this.#parties = this.#parties.filter((other) => other !== party);
  }
}

export function registerKeyedEventServices(executive: ExNeeds): void {
  const { ke, ob } = executive;

  ke.register('NtCreateKeyedEvent', (caller, { flags, ...given }) => {
    if (flags !== 0) return { status: Status.STATUS_INVALID_PARAMETER_4 };
    return createNamed(executive, caller, keyedEventType, given, () => new KeyedEventObject());
  });

  ke.register('NtOpenKeyedEvent', (caller, given) =>
    openNamed(executive, caller, keyedEventType, given),
  );

  async function whileReferenced(object: ObObject, waiting: Promise<number>) {
    ob.reference(object);
    try {
      return { status: await waiting };
    } finally {
      ob.dereference(object);
    }
  }

  function meet(
    caller: NtThread,
    input: { handle: number; key: number; alertable: boolean; timeout: number },
    releases: boolean,
  ) {
    const { handle, key, alertable, timeout } = input;
    if ((key & 1) !== 0) return { status: Status.STATUS_INVALID_PARAMETER_1 };
    const access = releases ? KEYEDEVENT_WAKE : KEYEDEVENT_WAIT;
    const found = ob.referenceByHandle(caller.process, handle, keyedEventType, access);
    if (!found.object) return { status: found.status };
    const object = found.object as KeyedEventObject;
    const micros = timeoutMicros(timeout, ke.systemTime());
    const waiting = object.meet(ke, caller, { key, releases }, alertable, micros);
    return typeof waiting === 'number' ? { status: waiting } : whileReferenced(object, waiting);
  }

  ke.register('NtWaitForKeyedEvent', (caller, input) => meet(caller, input, false));
  ke.register('NtReleaseKeyedEvent', (caller, input) => meet(caller, input, true));
}
