/**
 * Services on threads: a part of services.ts.
 *
 * CURRENT_THREAD is the caller itself. A routine is a number that the program of the process gives
 * its functions: ntdll does.
 */
import { service } from './service.ts';

export const threadServices = {
  /**
   * A thread that starts in entry `routine` of the process's image, with its slot and `argument`.
   * `flags`: THREAD_CREATE_FLAGS_*.
   */
  NtCreateThreadEx: service(
    80,
    {
      access: 'u32',
      attributes: 'u32',
      process: 'u32',
      routine: 'u32',
      argument: 'u32',
      flags: 'u32',
    },
    { handle: 'u32', id: 'u32' },
  ),
  /** Handle 0: the caller, unless it is the last thread of its process. */
  NtTerminateThread: service(81, { handle: 'u32', status: 'u32' }, {}),
  NtSuspendThread: service(82, { handle: 'u32' }, { previous: 'u32' }),
  NtResumeThread: service(83, { handle: 'u32' }, { previous: 'u32' }),
  /** `process` 0: whoever's it is. */
  NtOpenThread: service(
    84,
    { access: 'u32', attributes: 'u32', process: 'u32', thread: 'u32' },
    { handle: 'u32' },
  ),
  /**
   * A class of objects.ts, as its structure (processinformation.ts), of which `needed` is the
   * length; without `length` ThreadBasicInformation, in words.
   */
  NtQueryInformationThread: service(
    85,
    { handle: 'u32', class: 'u32' },
    {
      exitStatus: 'u32',
      process: 'u32',
      thread: 'u32',
      suspendCount: 'u32',
      data: 'bytes',
      needed: 'u32',
    },
    { length: 'u32' },
  ),
  NtQueueApcThread: service(
    86,
    { handle: 'u32', routine: 'u32', context: 'u32', argument1: 'u32', argument2: 'u32' },
    {},
  ),
  NtAlertThread: service(87, { handle: 'u32' }, {}),
  NtAlertResumeThread: service(112, { handle: 'u32' }, { previous: 'u32' }),
  /**
   * STATUS_ALERTED, or the oldest APCs of the caller, which are fetched with that: four words each
   * (routine, context, two arguments).
   */
  NtTestAlert: service(88, {}, { apcs: 'bytes' }),
} as const;
