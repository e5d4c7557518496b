/**
 * Services of waiting, and of the objects that exist to be waited for: a part of services.ts.
 *
 * `name` is '' for an object without a name; `attributes` are OBJ_*, `access` what the handle is to
 * be good for (objects.ts). `timeout` and `interval` are in 100 ns: negative is relative, 0 polls,
 * TIMEOUT_INFINITE waits for ever.
 */
import { service } from './service.ts';

const named = { name: 'str', access: 'u32', attributes: 'u32' } as const;
const opened = { handle: 'u32' } as const;

export const waitServices = {
  NtWaitForSingleObject: service(54, { handle: 'u32', alertable: 'bool', timeout: 'i64' }, {}),
  NtDelayExecution: service(58, { alertable: 'bool', interval: 'i64' }, {}),
  /** At most MAXIMUM_WAIT_OBJECTS handles; `type` is WaitAll or WaitAny. */
  NtWaitForMultipleObjects: service(
    90,
    { handles: 'i64s', type: 'u32', alertable: 'bool', timeout: 'i64' },
    {},
  ),
  /** Sets an event, releases a mutant, or one of a semaphore, and waits, in one step. */
  NtSignalAndWaitForSingleObject: service(
    91,
    { signal: 'u32', handle: 'u32', alertable: 'bool', timeout: 'i64' },
    {},
  ),

  NtCreateEvent: service(55, { ...named, type: 'u32', initial: 'bool' }, opened),
  NtOpenEvent: service(60, named, opened),
  NtSetEvent: service(56, { handle: 'u32' }, { previous: 'u32' }),
  NtResetEvent: service(57, { handle: 'u32' }, { previous: 'u32' }),
  NtClearEvent: service(92, { handle: 'u32' }, {}),
  NtPulseEvent: service(93, { handle: 'u32' }, { previous: 'u32' }),
  NtQueryEvent: service(94, { handle: 'u32' }, { type: 'u32', state: 'u32' }),
} as const;
