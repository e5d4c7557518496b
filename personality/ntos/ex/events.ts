/**
 * Event objects: NtCreateEvent and its like. What an event does is ke/wait/event.ts.
 */
import { NotificationEvent, SYNCHRONIZE, SynchronizationEvent } from '../../rtl/nt.ts';
import { EVENT_ALL_ACCESS, EVENT_MODIFY_STATE, EVENT_QUERY_STATE } from '../../rtl/objects.ts';
import { SESSION_EVENT } from '../../rtl/services.ts';
import * as Status from '../../rtl/ntstatus.ts';
import type { ExNeeds } from './needs.ts';
import type { ObHeader, ObObject, ObType } from '../ob/types.ts';
import type { NtThread } from '../ps/types.ts';
import { KEvent } from '../ke/wait/event.ts';
import { makeHeader } from '../ob/header.ts';
import { createNamed, openNamed } from '../ob/named.ts';
import { genericMapping } from '../se/access.ts';

const SUCCESS = Status.STATUS_SUCCESS;

export const eventType: ObType = {
  name: 'Event',
  access: genericMapping(EVENT_QUERY_STATE, EVENT_MODIFY_STATE, SYNCHRONIZE, EVENT_ALL_ACCESS),
  dispatcher: (object) => (object as EventObject).event,
};

export class EventObject implements ObObject {
  readonly header: ObHeader = makeHeader(eventType);
  readonly event: KEvent;

  constructor(event: KEvent) {
    this.event = event;
  }
}

export function registerEventServices(executive: ExNeeds): void {
  const { ke, ob } = executive;

  function find(
    caller: NtThread,
    handle: number,
    access = EVENT_MODIFY_STATE,
  ): { status: number; event?: KEvent } {
    const { status, object } = ob.referenceByHandle(caller.process, handle, eventType, access);
    return { status, event: (object as EventObject | undefined)?.event };
  }

  ob.insert(SESSION_EVENT, new EventObject(new KEvent(NotificationEvent)), true);

  ke.register('NtCreateEvent', (caller, { type, initial, ...given }) => {
    if (type !== NotificationEvent && type !== SynchronizationEvent)
      return { status: Status.STATUS_INVALID_PARAMETER };
    const make = () => new EventObject(new KEvent(type, initial));
    return createNamed(executive, caller, eventType, given, make);
  });

  ke.register('NtOpenEvent', (caller, given) => openNamed(executive, caller, eventType, given));

  ke.register('NtSetEvent', (caller, { handle }) => {
    const { status, event } = find(caller, handle);
    return { status, previous: event?.set() ? 1 : 0 };
  });

  ke.register('NtResetEvent', (caller, { handle }) => {
    const { status, event } = find(caller, handle);
    return { status, previous: event?.reset() ? 1 : 0 };
  });

  ke.register('NtClearEvent', (caller, { handle }) => {
    const { status, event } = find(caller, handle);
    event?.reset();
    return { status };
  });

  ke.register('NtPulseEvent', (caller, { handle }) => {
    const { status, event } = find(caller, handle);
    return { status, previous: event?.pulse() ? 1 : 0 };
  });

  ke.register('NtQueryEvent', (caller, { handle }) => {
    const { status, event } = find(caller, handle, EVENT_QUERY_STATE);
    if (!event) return { status };
    return { status: SUCCESS, type: event.type, state: event.signalled ? 1 : 0 };
  });
}
