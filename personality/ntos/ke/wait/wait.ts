/**
 * Waiting for dispatcher objects: for any of several, or for all of them at once.
 *
 *   KeWaitForMultipleObjects(ke, thread, objects, type, alertable, timeout)
 *   KeWaitForSingleObject(ke, thread, object, alertable, timeout)
 *
 * They answer at once, without a promise, where they can. `timeout` is in microseconds; zero or
 * less polls. `thread` is undefined for a coroutine of the Executive's own; who waits must be in a
 * coroutine. The answer is
 *
 *   STATUS_WAIT_0 + i             object i has satisfied a wait for any; 0: all have
 *   STATUS_ABANDONED_WAIT_0 + i   the same, and its owner had abandoned it
 *   STATUS_USER_APC, STATUS_ALERTED   something else came, in an alertable wait
 *   STATUS_TIMEOUT
 *   STATUS_THREAD_IS_TERMINATING  the thread has ended: nobody waits any more
 *
 * A wait for all takes nothing until it can take everything. Objects come before alerts, alerts
 * before APCs, and all of these before the time-out.
 *
 * A suspended thread takes nothing, and its wait does not time out: both are looked at when it is
 * resumed, as in NT, where such a thread has been taken out of its wait. What has satisfied a wait
 * before stays so.
 *
 * A wait that blocks puts a block into the list of each of its objects. It ends once, and then has
 * no block in any list: whoever ends it (an object, an alert, the clock, the end of the thread)
 * does so at that moment, and not when the coroutine runs on.
 */
import { Waitable } from '../../../rtl/coroutines.ts';
import { WaitAll, WaitAny } from '../../../rtl/objects.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import { NtException } from '../../../rtl/status.ts';
import type { Awaitable } from '../../../sel4/types.ts';
import { KeTakeAlert } from '../apc.ts';
import type { Ke } from '../types.ts';
import type { Dispatcher, WaitBlock } from './dispatcher.ts';
import type { KThread, KWait } from './thread.ts';

type Objects = readonly Dispatcher[];
type Core = Pick<Ke, 'coroutines'>;

export function KeWaitForSingleObject(
  ke: Core,
  thread: KThread | undefined,
  object: Dispatcher,
  alertable: boolean,
  timeout: number,
): Awaitable<number> {
  if (object.isSignalled(thread)) return take(object, 0, thread);
  const status = beforeWaiting(thread, alertable, timeout);
  return status ?? block(new Wait(ke, thread, [object], WaitAny), alertable, timeout);
}

export function KeWaitForMultipleObjects(
  ke: Core,
  thread: KThread | undefined,
  objects: Objects,
  type: number,
  alertable: boolean,
  timeout: number,
): Awaitable<number> {
  if (type === WaitAll && new Set(objects).size !== objects.length)
    return Status.STATUS_INVALID_PARAMETER_MIX;
  const status = takeNow(thread, objects, type) ?? beforeWaiting(thread, alertable, timeout);
  return status ?? block(new Wait(ke, thread, objects, type), alertable, timeout);
}

function take(object: Dispatcher, index: number, thread: KThread | undefined): number {
  return (object.consume(thread) ? Status.STATUS_ABANDONED_WAIT_0 : Status.STATUS_WAIT_0) + index;
}

function takeAll(objects: Objects, thread: KThread | undefined): number {
  let status: number = Status.STATUS_WAIT_0;
  for (const object of objects)
    if (take(object, 0, thread) !== Status.STATUS_WAIT_0) status = Status.STATUS_ABANDONED_WAIT_0;
  return status;
}

/** Satisfies the wait if that can be done now. */
function takeNow(thread: KThread | undefined, objects: Objects, type: number): number | undefined {
  if (type === WaitAll) {
    const all = objects.every((object) => object.isSignalled(thread));
    return all ? takeAll(objects, thread) : undefined;
  }
  const index = objects.findIndex((object) => object.isSignalled(thread));
  const object = objects[index];
  return object ? take(object, index, thread) : undefined;
}

/** What keeps a thread from waiting at all. */
function beforeWaiting(thread: KThread | undefined, alertable: boolean, timeout: number) {
  const alert = thread && alertable ? KeTakeAlert(thread) : undefined;
  if (alert !== undefined) return alert;
  return timeout <= 0 ? Status.STATUS_TIMEOUT : undefined;
}

class Wait implements KWait {
  readonly thread: KThread | undefined;
  readonly done: Waitable;
  readonly objects: Objects;
  readonly #all: boolean;
  readonly #blocks: WaitBlock[];
  #status: number | undefined;
  #expired = false;

  constructor({ coroutines }: Core, thread: KThread | undefined, objects: Objects, type: number) {
    this.thread = thread;
    this.done = new Waitable(coroutines);
    this.objects = objects;
    this.#all = type === WaitAll;
    this.#blocks = objects.map((object, index) => {
      const made = { test: () => this.#test(object, index) };
      object.add(made);
      return made;
    });
  }

  get status(): number | undefined {
    return this.#status;
  }

  /** The objects came first, if they did. */
  expire(): void {
    this.#expired = true;
    if (!isSuspended(this.thread)) this.end(Status.STATUS_TIMEOUT);
  }

  /** The thread is suspended no more. */
  retry(): void {
    for (const each of this.#blocks) each.test();
    if (this.#expired) this.expire();
  }

  end(status: number): void {
    if (this.#status !== undefined) return;
    this.#status = status;
    this.objects.forEach((object, index) => object.remove(this.#blocks[index]!));
    if (this.thread) this.thread.interrupt = this.thread.wait = undefined;
    this.done.set();
  }

  #test(object: Dispatcher, index: number): void {
    const { thread } = this;
    if (this.#status !== undefined || isSuspended(thread)) return;
    try {
      if (this.#all) {
        if (this.objects.every((each) => each.isSignalled(thread)))
          this.end(takeAll(this.objects, thread));
      } else if (object.isSignalled(thread)) this.end(take(object, index, thread));
    } catch (error) {
      // A mutant that can be taken no more: its owner's error, not that of who signalled.
      if (!(error instanceof NtException)) throw error;
      this.end(error.status);
    }
  }
}

function isSuspended(thread: KThread | undefined): boolean {
  return thread !== undefined && thread.suspendCount > 0;
}

async function block(wait: Wait, alertable: boolean, timeout: number): Promise<number> {
  const { thread, done } = wait;
  const stop = (): void => wait.end(Status.STATUS_THREAD_IS_TERMINATING);
  if (thread) {
    thread.rundown.add(stop);
    thread.wait = wait;
    if (alertable) thread.interrupt = (status) => wait.end(status);
  }
  await done.wait(timeout);
  wait.expire();
  if (wait.status === undefined) await done.wait();
  thread?.rundown.delete(stop);
  return wait.status!;
}
