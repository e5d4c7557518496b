/**
 * Locks, semaphores and monitors made of notifications and words in shared memory.
 *
 *   createSemaphore  counts; with a count of 1 a lock
 *   createMonitor    a lock with one condition: wait, signal one, signal all
 *
 * A count above 0 is taken without the kernel. Otherwise a thread takes a notification of the pool,
 * queues it, and waits for it alone: a wake-up goes to the one thread that it is meant for, whether
 * that waits already or is only about to. Words are changed between two system calls, so that no
 * other thread of the processor comes between.
 */
import { seL4_Signal, seL4_Wait } from '../../../personality/sel4/index.ts';
import type { CPtr, Thread } from '../../../personality/sel4/index.ts';

/** Words of shared memory from `address` on, read and written by the thread that runs. */
export interface Words {
  get(thread: Thread, index: number): number;
  set(thread: Thread, index: number, value: number): void;
}

export function createWords(address: number, length: number): Words {
  return {
    get: (thread, index) => thread.window(address, 4 * length, false).getInt32(4 * index),
    set: (thread, index, value) =>
      thread.window(address, 4 * length, true).setUint32(4 * index, value >>> 0),
  };
}

/** A ring of capability addresses: words 0 and 1 count what went in and came out. */
export interface Queue {
  push(thread: Thread, cptr: CPtr): void;
  /** 0 if it is empty. */
  shift(thread: Thread): CPtr;
}

const PLACES = 16;
export const QUEUE_WORDS = 2 + PLACES;

export function createQueue(words: Words): Queue {
  const place = (count: number): number => 2 + (count % PLACES);
  return {
    push(thread, cptr) {
      const end = words.get(thread, 0);
      words.set(thread, place(end), cptr);
      words.set(thread, 0, end + 1);
    },
    shift(thread) {
      const start = words.get(thread, 1);
      if (start === words.get(thread, 0)) return 0;
      words.set(thread, 1, start + 1);
      return words.get(thread, place(start));
    },
  };
}

/** Sleeps until it is shifted out of the queue and signalled. `release`: before it sleeps. */
async function sleep(
  thread: Thread,
  pool: Queue,
  queue: Queue,
  release?: () => Promise<void>,
): Promise<void> {
  const ntfn = pool.shift(thread);
  if (ntfn === 0) throw new Error('more sleepers than notifications');
  queue.push(thread, ntfn);
  await release?.();
  await seL4_Wait(thread, ntfn);
  pool.push(thread, ntfn);
}

export interface Semaphore {
  wait(thread: Thread): Promise<void>;
  post(thread: Thread): Promise<void>;
}

/** Word 0 of `count` is the count: below 0, how many wait. */
export function createSemaphore(pool: Queue, queue: Queue, count: Words): Semaphore {
  return {
    async wait(thread) {
      const left = count.get(thread, 0) - 1;
      count.set(thread, 0, left);
      if (left < 0) await sleep(thread, pool, queue);
    },
    async post(thread) {
      const left = count.get(thread, 0) + 1;
      count.set(thread, 0, left);
      if (left <= 0) await seL4_Signal(thread, queue.shift(thread));
    },
  };
}

export interface Monitor {
  enter(thread: Thread): Promise<void>;
  leave(thread: Thread): Promise<void>;
  /** Leaves the monitor, waits for the condition, and enters again. */
  wait(thread: Thread): Promise<void>;
  signal(thread: Thread): Promise<void>;
  broadcast(thread: Thread): Promise<void>;
}

export function createMonitor(pool: Queue, queue: Queue, lock: Semaphore): Monitor {
  return {
    enter: (thread) => lock.wait(thread),
    leave: (thread) => lock.post(thread),
    async wait(thread) {
      await sleep(thread, pool, queue, () => lock.post(thread));
      await lock.wait(thread);
    },
    async signal(thread) {
      const ntfn = queue.shift(thread);
      if (ntfn !== 0) await seL4_Signal(thread, ntfn);
    },
    async broadcast(thread) {
      for (let ntfn = queue.shift(thread); ntfn !== 0; ntfn = queue.shift(thread)) {
        await seL4_Signal(thread, ntfn);
      }
    },
  };
}
