/**
 * User APCs and alerts: what can end a wait besides its objects.
 *
 * An APC is a routine of the thread's own program, by its number, with three words for it. It stays
 * with the thread until the thread fetches it (NtTestAlert), which its program does when an
 * alertable wait has answered STATUS_USER_APC. The thread's process is charged for it till then.
 *
 *   KeInsertQueueApc(thread, apc)    false: the thread has ended, or has as many as it may have
 *   KeRemoveQueueApc(thread, apc)    whether it was still there
 *   KeTakeApcs(thread, most)         fetches the oldest
 *   KeAlertThread(thread)            ends its wait, if that is alertable; else the next one
 *   KeTestAlertThread(thread)        whether it was alerted; it is not any more
 */
import { Status } from '../../rtl/status.ts';
import type { NtThread } from '../ps/types.ts';

export interface Apc {
  readonly routine: number;
  readonly context: number;
  readonly argument1: number;
  readonly argument2: number;
}

/** A thread has at most so many that it has not fetched. */
export const APC_LIMIT = 1024;
/** What the Executive keeps for one. */
export const APC_BYTES = 64;

export function KeInsertQueueApc(thread: NtThread, apc: Apc): boolean {
  if (thread.state === 'ended' || thread.apcs.length >= APC_LIMIT) return false;
  const { quota } = thread.process;
  if (quota.charge('pagedPool', APC_BYTES) !== Status.STATUS_SUCCESS) return false;
  thread.apcs.push(apc);
  if (thread.interrupt) {
    thread.apcPending = true;
    thread.interrupt(Status.STATUS_USER_APC);
  }
  return true;
}

function uncharge(thread: NtThread, count: number): void {
  if (count > 0) thread.process.quota.giveBack('pagedPool', count * APC_BYTES);
}

export function KeRemoveQueueApc(thread: NtThread, apc: Apc): boolean {
  const index = thread.apcs.indexOf(apc);
  if (index < 0) return false;
  thread.apcs.splice(index, 1);
  uncharge(thread, 1);
  return true;
}

export function KeTakeApcs(thread: NtThread, most = Infinity): Apc[] {
  thread.apcPending = false;
  const taken = thread.apcs.splice(0, most);
  uncharge(thread, taken.length);
  return taken;
}

export function KeAlertThread(thread: NtThread): void {
  if (thread.interrupt) thread.interrupt(Status.STATUS_ALERTED);
  else thread.alerted = true;
}

export function KeTestAlertThread(thread: NtThread): boolean {
  const { alerted } = thread;
  thread.alerted = false;
  return alerted;
}
