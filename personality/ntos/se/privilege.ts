/**
 * Privileges: what a process may do to what is not its own.
 *
 * Who is *privileged* may end any process, load and unload drivers, and shut down. In NT these are
 * three (SeDebugPrivilege, SeLoadDriverPrivilege, SeShutdownPrivilege); here whoever holds one
 * holds all, and nothing takes them away: the system's own processes, and clients that these
 * started, such as the shell at the terminal. What a client starts is not privileged, and no driver
 * is: they may end processes of their own family, and nothing else.
 *
 *   isPrivileged(kind, maker)            decided when the process is made
 *   accessToProcess(caller, target)      the rights that a handle to it is opened with
 *   accessToThread(caller, target)       the most rights that he may have to it
 *   lacksPrivilege(caller)               what a privileged service answers the others
 */
import { Status } from '../../rtl/status.ts';
import { PROCESS_TERMINATE, SYNCHRONIZE } from '../../rtl/nt.ts';
import {
  PROCESS_CREATE_THREAD,
  PROCESS_DUP_HANDLE,
  PROCESS_QUERY_INFORMATION,
  READ_CONTROL,
  THREAD_ALERT,
  THREAD_ALL_ACCESS,
  THREAD_QUERY_INFORMATION,
  THREAD_SET_CONTEXT,
  THREAD_SUSPEND_RESUME,
  THREAD_TERMINATE,
} from '../../rtl/objects.ts';
import type { NtThread, Process } from '../ps/types.ts';
import { ALL_ACCESS, genericMapping } from './access.ts';

export const processMapping = genericMapping(
  PROCESS_QUERY_INFORMATION,
  PROCESS_CREATE_THREAD | PROCESS_DUP_HANDLE,
  PROCESS_TERMINATE | SYNCHRONIZE,
  ALL_ACCESS,
);

export const threadMapping = genericMapping(
  THREAD_QUERY_INFORMATION,
  THREAD_TERMINATE | THREAD_SUSPEND_RESUME | THREAD_ALERT | THREAD_SET_CONTEXT,
  SYNCHRONIZE,
  THREAD_ALL_ACCESS,
);

const PROCESS_RIGHTS = {
  all: ALL_ACCESS,
  end: PROCESS_TERMINATE,
  look: ALL_ACCESS & ~(PROCESS_TERMINATE | PROCESS_CREATE_THREAD | PROCESS_DUP_HANDLE),
};

const THREAD_RIGHTS = {
  all: THREAD_ALL_ACCESS,
  end: THREAD_TERMINATE,
  look: THREAD_QUERY_INFORMATION | SYNCHRONIZE | READ_CONTROL,
};

export function isPrivileged(
  kind: Process['kind'],
  maker: Pick<Process, 'kind'> | undefined,
): boolean {
  if (kind === 'client') return !maker || maker.kind === 'system';
  return kind === 'system';
}

/**
 * What one process may do to another: everything, where the caller is privileged, or of the same
 * family and the other is not privileged (its handles and threads are worth more than the caller);
 * end it, in the same family; look at it and wait for it, otherwise.
 */
function accessTo(
  { process }: NtThread,
  target: Process,
  { all, end, look }: { all: number; end: number; look: number },
): number {
  const kin = process.family === target.family;
  if (process === target || process.privileged || (kin && !target.privileged)) return all;
  return kin ? look | end : look;
}

export function accessToProcess(caller: NtThread, target: Process): number {
  return accessTo(caller, target, PROCESS_RIGHTS);
}

export function accessToThread(caller: NtThread, target: NtThread): number {
  return accessTo(caller, target.process, THREAD_RIGHTS);
}

export function lacksPrivilege({ process }: NtThread): { status: number } | undefined {
  return process.privileged ? undefined : { status: Status.STATUS_PRIVILEGE_NOT_HELD };
}
