/**
 * Services that wait: for one object, for several, after a signal, for a time.
 *
 * Any object whose type has a `dispatcher` can be waited for, by who holds a handle with
 * SYNCHRONIZE. The objects are referenced as long as the wait lasts: a handle may be closed
 * meanwhile. What waiting is, is in ke/wait.
 */
import { NotificationEvent, SYNCHRONIZE } from '../../rtl/nt.ts';
import { MAXIMUM_WAIT_OBJECTS, WaitAll, WaitAny } from '../../rtl/objects.ts';
import * as Status from '../../rtl/ntstatus.ts';
import type { ExNeeds } from './needs.ts';
import type { ObObject } from '../ob/types.ts';
import type { NtThread } from '../ps/types.ts';
import type { Dispatcher } from '../ke/wait/dispatcher.ts';
import { KEvent } from '../ke/wait/event.ts';
import { KeWaitForMultipleObjects, KeWaitForSingleObject } from '../ke/wait/wait.ts';
import { signalObject } from './signal.ts';
import { timeoutMicros } from './time.ts';

const SUCCESS = Status.STATUS_SUCCESS;

interface Waited {
  readonly status: number;
  readonly object?: ObObject;
  readonly dispatcher?: Dispatcher;
}

export function registerWaitServices(executive: ExNeeds): void {
  const { ke, ob } = executive;

  function find(caller: NtThread, handle: number): Waited {
    const { status, object } = ob.referenceByHandle(caller.process, handle, undefined, SYNCHRONIZE);
    if (!object) return { status };
    const dispatcher = object.header.type.dispatcher?.(object);
    if (!dispatcher) return { status: Status.STATUS_OBJECT_TYPE_MISMATCH };
    return { status, object, dispatcher };
  }

  /** The objects stay until the wait has ended; nothing has run since it began. */
  async function whileReferenced(objects: readonly ObObject[], waiting: Promise<number>) {
    for (const object of objects) ob.reference(object);
    try {
      return { status: await waiting };
    } finally {
      for (const object of objects) ob.dereference(object);
    }
  }

  function waitFor(
    caller: NtThread,
    { object, dispatcher }: Required<Waited>,
    alertable: boolean,
    timeout: number,
  ) {
    const micros = timeoutMicros(timeout, ke.systemTime());
    const waiting = KeWaitForSingleObject(ke, caller, dispatcher, alertable, micros);
    return typeof waiting === 'number' ? { status: waiting } : whileReferenced([object], waiting);
  }

  ke.register('NtWaitForSingleObject', (caller, { handle, alertable, timeout }) => {
    const found = find(caller, handle);
    if (found.status !== SUCCESS) return { status: found.status };
    return waitFor(caller, found as Required<Waited>, alertable, timeout);
  });

  ke.register('NtWaitForMultipleObjects', (caller, { handles, type, alertable, timeout }) => {
    if (handles.length === 0 || handles.length > MAXIMUM_WAIT_OBJECTS)
      return { status: Status.STATUS_INVALID_PARAMETER_1 };
    if (type !== WaitAny && type !== WaitAll) return { status: Status.STATUS_INVALID_PARAMETER_3 };
    const objects: ObObject[] = [];
    const dispatchers: Dispatcher[] = [];
    for (const handle of handles) {
      const { status, object, dispatcher } = find(caller, handle);
      if (!object || !dispatcher) return { status };
      objects.push(object);
      dispatchers.push(dispatcher);
    }
    const micros = timeoutMicros(timeout, ke.systemTime());
    const waiting = KeWaitForMultipleObjects(ke, caller, dispatchers, type, alertable, micros);
    return typeof waiting === 'number' ? { status: waiting } : whileReferenced(objects, waiting);
  });

  ke.register('NtSignalAndWaitForSingleObject', (caller, input) => {
    const { signal, handle, alertable, timeout } = input;
    const signalled = ob.referenceByHandle(caller.process, signal, undefined, 0);
    if (!signalled.object) return { status: signalled.status };
    const found = find(caller, handle);
    if (found.status !== SUCCESS) return { status: found.status };
    const status = signalObject(executive, caller, signal);
    if (status !== SUCCESS) return { status };
    return waitFor(caller, found as Required<Waited>, alertable, timeout);
  });

  ke.register('NtDelayExecution', (caller, { alertable, interval }) => {
    const micros = timeoutMicros(interval, ke.systemTime());
    const never = new KEvent(NotificationEvent);
    const waiting = KeWaitForSingleObject(ke, caller, never, alertable, micros);
    return typeof waiting === 'number' ? delayed(waiting) : waiting.then(delayed);
  });
}

/** A delay that has passed is a success. */
function delayed(status: number): { status: number } {
  return { status: status === Status.STATUS_TIMEOUT ? SUCCESS : status };
}
