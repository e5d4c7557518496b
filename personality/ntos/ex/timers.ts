/**
 * Timer objects: NtCreateTimer and its like. What a timer does is ke/wait/timer.ts.
 *
 * A timer may have an APC, for the thread that set it: queued at each time that it is due, unless
 * the one before has not been fetched yet (an APC is in a queue once, as in NT). Cancelling the
 * timer, setting it anew, or the end of that thread takes the APC back; the timer goes on without
 * its thread only if it has no APC. The APC's place is reserved when the timer is set: one that
 * there is no place for is refused then, and none is lost later.
 */
import { highWord, lowWord } from '../../rtl/marshal.ts';
import { SYNCHRONIZE } from '../../rtl/nt.ts';
import {
  NotificationTimer,
  SynchronizationTimer,
  TIMER_ALL_ACCESS,
  TIMER_MODIFY_STATE,
  TIMER_QUERY_STATE,
} from '../../rtl/objects.ts';
import * as Status from '../../rtl/ntstatus.ts';
import type { ExNeeds } from './needs.ts';
import type { ObHeader, ObObject, ObType } from '../ob/types.ts';
import type { NtThread } from '../ps/types.ts';
import { type Apc, type ApcPlace, KeRemoveQueueApc, KeReserveApc } from '../ke/apc.ts';
import { KTimer } from '../ke/wait/timer.ts';
import { makeHeader } from '../ob/header.ts';
import { createNamed, openNamed } from '../ob/named.ts';
import { genericMapping } from '../se/access.ts';
import { timeoutMicros } from './time.ts';

const SUCCESS = Status.STATUS_SUCCESS;
const MICROSECONDS = 1000;
/** Periods are a LONG, in milliseconds. */
const LONGEST_PERIOD = 0x7fff_ffff;

export const timerType: ObType = {
  name: 'Timer',
  access: genericMapping(TIMER_QUERY_STATE, TIMER_MODIFY_STATE, SYNCHRONIZE, TIMER_ALL_ACCESS),
  dispatcher: (object) => (object as TimerObject).timer,
  delete: (object) => void (object as TimerObject).cancel(),
};

export class TimerObject implements ObObject {
  readonly header: ObHeader = makeHeader(timerType);
  readonly timer: KTimer;
  #takeBack: (() => void) | undefined;

  constructor(timer: KTimer) {
    this.timer = timer;
  }

  /** Whether it was active. `apc`: what is queued when it is due. */
  set(due: number, period: number, apc?: TimerApc): boolean {
    const before = this.cancel();
    this.timer.set(due, period, apc && this.#attach(apc, period > 0));
    return before;
  }

  cancel(): boolean {
    this.#takeBack?.();
    return this.timer.cancel();
  }

  /** Until it is cancelled; the end of the thread cancels it. What is to be done when it is due. */
  #attach({ thread, place, make }: TimerApc, again: boolean): () => void {
    let queued: Apc | undefined;
    const stop = (): void => void this.cancel();
    thread.rundown.add(stop);
    this.#takeBack = () => {
      this.#takeBack = undefined;
      thread.rundown.delete(stop);
      if (queued) KeRemoveQueueApc(thread, queued);
      place.release();
    };
    return () => {
      if (queued && thread.apcs.includes(queued)) return;
      queued = make();
      if (again) queued = place.lend(queued);
      else place.queue(queued);
    };
  }
}

/** An APC that a timer is to queue: to whom, its place, and what it is when it is due. */
interface TimerApc {
  readonly thread: NtThread;
  readonly place: ApcPlace;
  make(): Apc;
}

export function registerTimerServices(executive: ExNeeds): void {
  const { ke, ob } = executive;

  function find(caller: NtThread, handle: number, access: number) {
    const { status, object } = ob.referenceByHandle(caller.process, handle, timerType, access);
    return { status, object: object as TimerObject | undefined };
  }

  ke.register('NtCreateTimer', (caller, { type, ...given }) => {
    if (type !== NotificationTimer && type !== SynchronizationTimer)
      return { status: Status.STATUS_INVALID_PARAMETER_4 };
    const make = () => new TimerObject(new KTimer(ke, type));
    return createNamed(executive, caller, timerType, given, make);
  });

  ke.register('NtOpenTimer', (caller, given) => openNamed(executive, caller, timerType, given));

  ke.register('NtSetTimer', (caller, { handle, due, routine, context, period }) => {
    if (period < 0 || period > LONGEST_PERIOD) return { status: Status.STATUS_INVALID_PARAMETER_6 };
    const { status, object } = find(caller, handle, TIMER_MODIFY_STATE);
    if (!object) return { status };
    /** Its arguments are the time, as in NT. */
    const make = (): Apc => {
      const time = ke.systemTime();
      return { routine, context, argument1: lowWord(time), argument2: highWord(time) };
    };
    const micros = timeoutMicros(due, ke.systemTime());
    const reserved = routine === 0 ? undefined : KeReserveApc(caller);
    if (reserved && !reserved.place) return { status: reserved.status };
    const apc = reserved?.place && { thread: caller, place: reserved.place, make };
    const previous = object.set(micros, period * MICROSECONDS, apc);
    return { status: SUCCESS, previous: previous ? 1 : 0 };
  });

  ke.register('NtCancelTimer', (caller, { handle }) => {
    const { status, object } = find(caller, handle, TIMER_MODIFY_STATE);
    return { status, active: object?.cancel() ?? false };
  });

  ke.register('NtQueryTimer', (caller, { handle }) => {
    const { status, object } = find(caller, handle, TIMER_QUERY_STATE);
    if (!object) return { status };
    const { remaining, signalled } = object.timer;
    return { status, remaining: Math.round(remaining * 10), signalled };
  });
}
