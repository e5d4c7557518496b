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
/** OBJECT_ATTRIBUTES' security descriptor, self-relative. */
const secured = { descriptor: 'bytes' } as const;
const keyed = { handle: 'u32', key: 'u32', alertable: 'bool', timeout: 'i64' } as const;

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

  NtCreateEvent: service(55, { ...named, type: 'u32', initial: 'bool' }, opened, secured),
  NtOpenEvent: service(60, named, opened),
  NtSetEvent: service(56, { handle: 'u32' }, { previous: 'u32' }),
  NtResetEvent: service(57, { handle: 'u32' }, { previous: 'u32' }),
  NtClearEvent: service(92, { handle: 'u32' }, {}),
  NtPulseEvent: service(93, { handle: 'u32' }, { previous: 'u32' }),
  NtQueryEvent: service(94, { handle: 'u32' }, { type: 'u32', state: 'u32' }),

  /** `owned`: the caller has it from the start. */
  NtCreateMutant: service(95, { ...named, owned: 'bool' }, opened, secured),
  NtOpenMutant: service(96, named, opened),
  /** Counts of a mutant: 1 is free, 0 and less how often its owner has taken it. */
  NtReleaseMutant: service(97, { handle: 'u32' }, { previous: 'i32' }),
  NtQueryMutant: service(
    98,
    { handle: 'u32' },
    { count: 'i32', ownedByCaller: 'bool', abandoned: 'bool' },
  ),

  NtCreateSemaphore: service(99, { ...named, initial: 'i32', maximum: 'i32' }, opened, secured),
  NtOpenSemaphore: service(100, named, opened),
  NtReleaseSemaphore: service(101, { handle: 'u32', count: 'i32' }, { previous: 'u32' }),
  NtQuerySemaphore: service(102, { handle: 'u32' }, { count: 'u32', maximum: 'u32' }),

  NtCreateTimer: service(103, { ...named, type: 'u32' }, opened, secured),
  NtOpenTimer: service(104, named, opened),
  /**
   * `due` like a time-out; `period` in milliseconds, 0: once. `routine` 0: no APC. `previous`:
   * whether it was active.
   */
  NtSetTimer: service(
    105,
    { handle: 'u32', due: 'i64', routine: 'u32', context: 'u32', period: 'i32' },
    { previous: 'u32' },
  ),
  NtCancelTimer: service(106, { handle: 'u32' }, { active: 'bool' }),
  /** `remaining` in 100 ns; negative: it was due so long ago. */
  NtQueryTimer: service(107, { handle: 'u32' }, { remaining: 'i64', signalled: 'bool' }),

  /** A key is an even number. */
  NtCreateKeyedEvent: service(108, { ...named, flags: 'u32' }, opened, secured),
  NtOpenKeyedEvent: service(109, named, opened),
  NtWaitForKeyedEvent: service(110, keyed, {}),
  NtReleaseKeyedEvent: service(111, keyed, {}),
} as const;
