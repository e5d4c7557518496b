/**
 * A processor that idles, those who make threads ready for it, and the worker that it was before.
 *
 * The kernel is a stand-in of its wake protocol (kernel-as/layout.ts): a counter of ready threads
 * changed under the lock, then the wake word, then, with the lock let go, the notifying.
 */
import { createViews } from '../../../personality/sel4/heap.ts';
import type { Views } from '../../../personality/sel4/heap.ts';
import { createIdler } from '../../../personality/sel4/idle.ts';
import { retire } from '../../../personality/sel4/incarnation.ts';
import { load, notify, store, wait } from '../../../personality/sel4/intrinsics.ts';
import { createMailboxes } from '../../../personality/sel4/mailbox.ts';
import { NODES, NODE_SIZE, NODE_SLEEPING, NODE_WAKE } from '../../../kernel-as/layout.ts';
import { atomically, checkpoint, observe } from '../checker/steps.ts';

const PROCESSOR = 1;
const WAKE = (NODES + PROCESSOR * NODE_SIZE + NODE_WAKE) >>> 2;
const SLEEPING = (NODES + PROCESSOR * NODE_SIZE + NODE_SLEEPING) >>> 2;
const READY = 8;
const STARTED = 16;

export function setup(): Views {
  return createViews(new SharedArrayBuffer(0x100_0000));
}

/** Takes a ready thread: -1, or what the wake word is where there is none. */
function schedule({ words }: Views): number {
  return atomically((memory) => {
    const ready = memory.get(words, READY);
    if (ready === 0) return memory.get(words, WAKE);
    memory.set(words, READY, ready - 1);
    return -1;
  });
}

/** Makes so many threads ready, one after the other. */
export function make({ words }: Views, count: number): void {
  for (let i = 0; i < count; i++) {
    checkpoint(i);
    atomically((memory) => {
      memory.set(words, READY, memory.get(words, READY) + 1);
      memory.set(words, WAKE, memory.get(words, WAKE) + 1);
    });
    if (load(words, SLEEPING) !== 0) notify(words, WAKE);
  }
}

/** The same, once the successor is there. */
export function makeLater(heap: Views): void {
  wait(heap.words, STARTED, 0);
  make(heap, 1);
}

function takeBlocking(heap: Views, count: number): void {
  const idler = createIdler(heap.words, WAKE, SLEEPING, () => undefined);
  for (let left = count; left > 0;) {
    checkpoint(left);
    const seen = schedule(heap);
    if (seen === -1) left--;
    else idler.block(seen);
  }
  observe('ran all');
}

/** Runs `count` threads, and sleeps blocking where there is none. */
export function block(heap: Views, count: number): void {
  takeBlocking(heap, count);
}

/** Blocks at first, and rests where that takes too long, as the dispatcher's `idle` does. */
export function rest(heap: Views, count: number): void {
  let left = count;
  const idler = createIdler(heap.words, WAKE, SLEEPING, kick);
  function kick(): void {
    idler.awake();
    while (left > 0) {
      checkpoint(left);
      const seen = schedule(heap);
      if (seen === -1) left--;
      else if (!idler.block(seen) && idler.arm(seen)) return;
    }
    observe('ran all');
  }
  kick();
}

/** The same with an event loop, as the dispatcher's `kick` and `idle` do it. */
export function loop(heap: Views, count: number): void {
  let left = count;
  const idler = createIdler(heap.words, WAKE, SLEEPING, kick);
  function kick(): void {
    idler.awake();
    while (left > 0) {
      const seen = schedule(heap);
      if (seen === -1) left--;
      else if (!idler.spin(seen) && idler.arm(seen)) return;
    }
    observe('ran all');
  }
  kick();
}

/** Idles for ever, and does not know that its time is over. */
export function idle(heap: Views): void {
  const idler = createIdler(heap.words, WAKE, SLEEPING, () => undefined);
  idler.block(0);
}

/** Retires the worker before, as the root task does, and is its successor. */
export function succeed(heap: Views): void {
  retire(heap, createMailboxes(heap), PROCESSOR);
  store(heap.words, STARTED, 1);
  notify(heap.words, STARTED);
  takeBlocking(heap, 1);
}
