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
 *   lacksPrivilege(caller)               what a privileged service answers the others
 */
import { Status } from '../../rtl/status.ts';
import { PROCESS_TERMINATE } from '../../rtl/nt.ts';
import type { NtThread, Process } from '../executive.ts';
import { ALL_ACCESS } from './access.ts';

export function isPrivileged(
  kind: Process['kind'],
  maker: Pick<Process, 'kind'> | undefined,
): boolean {
  if (kind === 'client') return !maker || maker.kind === 'system';
  return kind === 'system';
}

export function accessToProcess({ process }: NtThread, target: Process): number {
  const mayEnd = process.privileged || process.family === target.family;
  return mayEnd ? ALL_ACCESS : ALL_ACCESS & ~PROCESS_TERMINATE;
}

export function lacksPrivilege({ process }: NtThread): { status: number } | undefined {
  return process.privileged ? undefined : { status: Status.STATUS_PRIVILEGE_NOT_HELD };
}
