/**
 * Event objects, and waiting for objects.
 *
 * An event wraps a Waitable: a notification event stays set and releases all, a synchronization
 * event releases one waiter for each set.
 * Any object whose type has a `waitable` can be waited for: events, processes.
 *
 * A wait ends with its caller's process (its `rundown`): a dead waiter must not use up a
 * synchronization event.
 */
import { NotificationEvent, SynchronizationEvent } from '../../rtl/nt.ts';
import type { Waitable } from '../../rtl/coroutines.ts';
import { SESSION_EVENT, TIMEOUT_INFINITE } from '../../rtl/services.ts';
import { Status } from '../../rtl/status.ts';
import type { Executive, NtThread, ObHeader, ObObject, ObType } from '../executive.ts';
import { makeHeader } from '../ob/header.ts';
import { insertWithHandle } from '../ob/services.ts';
import { ALL_ACCESS } from '../se/access.ts';

const SUCCESS = Status.STATUS_SUCCESS;
const UNITS_PER_MICROSECOND = 10;

export class EventObject implements ObObject {
  readonly header: ObHeader;
  readonly state: Waitable;

  constructor(type: ObType, state: Waitable) {
    this.header = makeHeader(type);
    this.state = state;
  }
}

/** NT's time-out (100 ns; negative: relative; TIMEOUT_INFINITE) in microseconds from now. */
export function timeoutMicros(timeout: number, systemTime: number): number {
  if (timeout <= TIMEOUT_INFINITE) return Infinity;
  return (timeout <= 0 ? -timeout : timeout - systemTime) / UNITS_PER_MICROSECOND;
}

export function registerEventServices(executive: Executive): void {
  const { ke, ob } = executive;
  const eventType: ObType = {
    name: 'Event',
    waitable: (object) => (object as EventObject).state,
  };

  function find(caller: NtThread, handle: number): { status: number; event?: EventObject } {
    const found = ob.referenceByHandle(caller.process, handle, eventType, 0);
    return { status: found.status, event: found.object as EventObject | undefined };
  }

  ke.register('NtCreateEvent', (caller, { name, type, initial }) => {
    if (type !== NotificationEvent && type !== SynchronizationEvent)
      return { status: Status.STATUS_INVALID_PARAMETER };
    const state = ke.event(type === SynchronizationEvent, initial);
    return insertWithHandle(executive, caller, name, new EventObject(eventType, state));
  });

  ob.insert(SESSION_EVENT, new EventObject(eventType, ke.event()), true);

  ke.register('NtOpenEvent', (caller, { name }) => {
    const found = ob.lookup(name);
    if (!found.object) return { status: found.status };
    if (found.object.header.type !== eventType)
      return { status: Status.STATUS_OBJECT_TYPE_MISMATCH };
    return ob.createHandle(caller.process, found.object, ALL_ACCESS);
  });

  ke.register('NtSetEvent', (caller, { handle }) => {
    const { status, event } = find(caller, handle);
    return { status, previous: event?.state.set() ? 1 : 0 };
  });

  ke.register('NtResetEvent', (caller, { handle }) => {
    const { status, event } = find(caller, handle);
    return { status, previous: event?.state.reset() ? 1 : 0 };
  });

  async function waitFor(caller: NtThread, object: ObObject, state: Waitable, micros: number) {
    ob.reference(object);
    try {
      const signalled = await state.wait(micros, caller.process.rundown);
      return { status: signalled ? SUCCESS : Status.STATUS_TIMEOUT };
    } finally {
      ob.dereference(object);
    }
  }

  ke.register('NtWaitForSingleObject', (caller, { handle, timeout }) => {
    const found = ob.referenceByHandle(caller.process, handle, undefined, 0);
    if (!found.object) return { status: found.status };
    const state = found.object.header.type.waitable?.(found.object);
    if (!state) return { status: Status.STATUS_OBJECT_TYPE_MISMATCH };
    return waitFor(caller, found.object, state, timeoutMicros(timeout, ke.systemTime()));
  });

  ke.register('NtDelayExecution', async (caller, { interval }) => {
    const micros = timeoutMicros(interval, ke.systemTime());
    if (micros > 0) await ke.event().wait(micros, caller.process.rundown);
    return { status: SUCCESS };
  });
}
