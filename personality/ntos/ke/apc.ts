/**
 * User APCs and alerts: what can end a wait besides its objects.
 *
 * An APC is a routine of the thread's own program, by its number, with three words for it. It stays
 * with the thread until the thread fetches it (NtTestAlert), which its program does when an
 * alertable wait has answered STATUS_USER_APC. The thread's process is charged for it till then.
 *
 *   KeInsertQueueApc(thread, apc)    a status: why it is not queued
 *   KeReserveApc(thread)             a place for one that comes later; what has one is never lost
 *   KeRemoveQueueApc(thread, apc)    whether it was still there
 *   KeTakeApcs(thread, most)         fetches the oldest
 *   KeAlertThread(thread)            ends its wait, if that is alertable; else the next one
 *   KeTestAlertThread(thread)        whether it was alerted; it is not any more
 *   KeTakeAlert(thread)              what an alertable wait is to end with before it begins
 *   KeListenForAlerts(thread, stop)  `stop` is called for an alert or APC, now or later: for who
 *                                    waits for more than dispatcher objects
 */
import * as Status from '../../rtl/ntstatus.ts';
import type { NtThread } from '../ps/types.ts';
import type { KThread } from './wait/thread.ts';

export interface Apc {
  readonly routine: number;
  readonly context: number;
  readonly argument1: number;
  readonly argument2: number;
  /** Its place stays with who has reserved it: he queues others. */
  readonly lent?: boolean;
}

/** A thread has at most so many places: APCs that it has not fetched, and those that may come. */
export const APC_LIMIT = 1024;
/** What the Executive keeps for one. */
export const APC_BYTES = 64;

const SUCCESS = Status.STATUS_SUCCESS;

function takePlace(thread: NtThread): number {
  if (thread.state === 'ended') return Status.STATUS_THREAD_IS_TERMINATING;
  if (thread.apcPlaces >= APC_LIMIT) return Status.STATUS_INSUFFICIENT_RESOURCES;
  const status = thread.process.quota.charge('pagedPool', APC_BYTES);
  if (status === SUCCESS) thread.apcPlaces++;
  return status;
}

function givePlacesBack(thread: NtThread, count: number): void {
  thread.apcPlaces -= count;
  if (count > 0) thread.process.quota.giveBack('pagedPool', count * APC_BYTES);
}

function queue(thread: NtThread, apc: Apc): void {
  thread.apcs.push(apc);
  if (!thread.interrupt) return;
  thread.apcPending = true;
  thread.interrupt(Status.STATUS_USER_APC);
}

export function KeInsertQueueApc(thread: NtThread, apc: Apc): number {
  const status = takePlace(thread);
  if (status === SUCCESS) queue(thread, apc);
  return status;
}

/** Whoever promises an APC reserves its place first, and can refuse while there is time. */
export class ApcPlace {
  readonly #thread: NtThread;
  #held = true;

  /** The place is taken. */
  constructor(thread: NtThread) {
    this.#thread = thread;
  }

  /** The place goes with the APC; nothing happens where it was given back, or its thread ended. */
  queue(apc: Apc): void {
    if (!this.#held) return;
    if (this.#thread.state === 'ended') return this.release();
    this.#held = false;
    queue(this.#thread, apc);
  }

  /** The same, and it is kept for the next one: one at a time. What was queued. */
  lend(apc: Apc): Apc {
    const lent = { ...apc, lent: true };
    if (this.#held && this.#thread.state !== 'ended') queue(this.#thread, lent);
    return lent;
  }

  release(): void {
    if (this.#held) givePlacesBack(this.#thread, 1);
    this.#held = false;
  }
}

export function KeReserveApc(thread: NtThread): { status: number; place?: ApcPlace } {
  const status = takePlace(thread);
  return status === SUCCESS ? { status, place: new ApcPlace(thread) } : { status };
}

/** Places of those that were not lent. */
function leave(thread: NtThread, apcs: readonly Apc[]): void {
  givePlacesBack(thread, apcs.filter(({ lent }) => !lent).length);
}

export function KeRemoveQueueApc(thread: NtThread, apc: Apc): boolean {
  const index = thread.apcs.indexOf(apc);
  if (index < 0) return false;
  leave(thread, thread.apcs.splice(index, 1));
  return true;
}

export function KeTakeApcs(thread: NtThread, most = Infinity): Apc[] {
  thread.apcPending = false;
  const taken = thread.apcs.splice(0, most);
  leave(thread, taken);
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

export function KeTakeAlert(thread: KThread): number | undefined {
  if (thread.alerted) {
    thread.alerted = false;
    return Status.STATUS_ALERTED;
  }
  if (thread.apcs.length === 0) return undefined;
  thread.apcPending = true;
  return Status.STATUS_USER_APC;
}

export function KeListenForAlerts(thread: KThread, stop: () => void): void {
  if (KeTakeAlert(thread) === undefined) thread.interrupt = stop;
  else stop();
}
