/**
 * All threads that have not ended: making them, suspending them, ending them.
 *
 *   new Threads(executive, endpoint)
 *   adopt(process)            its first thread is known from now on
 *   create(process, start)    another thread; it does not run before startThread
 *   end(thread, status)       it ends; the process is not looked at
 *   suspend, resume           the count before, or undefined where it would be too high
 *   requestEnded(thread)      a call of a thread that has ended is over
 *   byId(id)                  by the badge
 *
 * The end of a thread, in this order: its state (it is not answered any more), what it waits for,
 * its requests, its TCB, its mutants, its APCs; then whoever waits for it.
 *
 * Suspending a thread that has called the Executive lets the call go on and keeps the answer back,
 * as NT does; one that runs its own code is stopped by the kernel, at its next entry at the latest.
 */
import { MAXIMUM_SUSPEND_COUNT } from '../../rtl/objects.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { seL4_TCB_Suspend } from '../../sel4/index.ts';
import type { CPtr } from '../../sel4/types.ts';
import type { PsNeeds } from './needs.ts';
import type { ObType } from '../ob/types.ts';
import { KeTakeApcs } from '../ke/apc.ts';
import { MAX_THREAD_ID } from '../ke/badges.ts';
import { Ids } from '../ke/ids.ts';
import { dereference, reference } from '../ob/header.ts';
import { revertToSelf } from '../se/impersonate.ts';
import { threadSecurity } from '../se/processes.ts';
import type { ProcessBody } from './process.ts';
import { makeThread, startThread, stopThread } from './thread.ts';
import type { ThreadIdentity, ThreadStart } from './thread.ts';
import type { ThreadBody } from './threadbody.ts';

export class Threads {
  readonly type: ObType = {
    name: 'Thread',
    ...threadSecurity,
    dispatcher: (object) => (object as ThreadBody).ended,
  };

  readonly #executive: PsNeeds;
  readonly #endpoint: CPtr;
  readonly #threads = new Map<number, ThreadBody>();
  readonly #ids = new Ids(MAX_THREAD_ID);

  constructor(executive: PsNeeds, endpoint: CPtr) {
    this.#executive = executive;
    this.#endpoint = endpoint;
  }

  byId(id: number): ThreadBody | undefined {
    return this.#threads.get(id);
  }

  /** For a thread to come; undefined: all numbers are in use. */
  identity(): ThreadIdentity | undefined {
    const id = this.#ids.next((used) => this.#threads.has(used));
    return id === undefined ? undefined : { endpoint: this.#endpoint, id, type: this.type };
  }

  adopt(process: ProcessBody): void {
    process.main = process.threads[0];
    if (process.main) this.#know(process.main);
  }

  /** It references itself as long as it has not ended. */
  #know(thread: ThreadBody): void {
    reference(thread);
    this.#threads.set(thread.id, thread);
  }

  create(process: ProcessBody, start: ThreadStart): { status: number; thread?: ThreadBody } {
    const identity = this.identity();
    if (!identity) return { status: Status.STATUS_INSUFFICIENT_RESOURCES };
    const made = makeThread(this.#executive, process, identity, start);
    if (made.thread) this.#know(made.thread);
    return made;
  }

  end(thread: ThreadBody, status: number): void {
    if (thread.state === 'ended') return;
    thread.state = 'ended';
    thread.exitStatus = status;
    thread.exited = this.#executive.ke.systemTime();
    for (const stop of [...thread.rundown].reverse()) stop();
    for (const request of [...thread.requests]) request.cancel();
    stopThread(this.#executive, thread);
    this.#threads.delete(thread.id);
    const { threads } = thread.process;
    threads.splice(threads.indexOf(thread), 1);
    for (const mutant of [...thread.mutants]) mutant.abandon();
    KeTakeApcs(thread);
    revertToSelf(thread);
    this.requestEnded(thread);
    thread.ended.set();
    dereference(thread);
  }

  requestEnded(thread: ThreadBody): void {
    if (thread.settled || thread.state !== 'ended' || thread.calling) return;
    thread.settled = true;
    thread.process.quota.giveBack('threads', 1);
  }

  suspend(thread: ThreadBody): number | undefined {
    const before = thread.suspendCount;
    if (before >= MAXIMUM_SUSPEND_COUNT) return undefined;
    thread.suspendCount++;
    if (before === 0 && !thread.calling && !thread.stopped) {
      seL4_TCB_Suspend(this.#executive.thread, thread.tcb);
      thread.stopped = true;
    }
    return before;
  }

  resume(thread: ThreadBody): number {
    const before = thread.suspendCount;
    if (before === 0 || thread.state === 'ended') return 0;
    thread.suspendCount--;
    if (before > 1) return before;
    thread.wait?.retry();
    if (!thread.stopped) thread.resumed.set();
    else if (thread.process.state === 'running') startThread(this.#executive, thread);
    return before;
  }
}
