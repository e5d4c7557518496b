/** The guard before every entry into the kernel, and the root task's side that ends a life. */
import { createViews } from '../../../personality/sel4/heap.ts';
import type { Views } from '../../../personality/sel4/heap.ts';
import { createIncarnation, retire } from '../../../personality/sel4/incarnation.ts';
import { add, notify, store, wait } from '../../../personality/sel4/intrinsics.ts';
import type { Kernel } from '../../../personality/sel4/kernel.ts';
import { createMailbox, createMailboxes } from '../../../personality/sel4/mailbox.ts';
import { observe } from '../checker/steps.ts';

const PROCESSOR = 1;
const ENTRIES = 8;
const STARTED = 16;
const JOINED = 24;

export function setup(): Views {
  return createViews(new SharedArrayBuffer(0x100_0000));
}

function guarded(heap: Views) {
  const kernel = { irq: () => void add(heap.words, ENTRIES, 1) } as unknown as Kernel;
  return createIncarnation(kernel, heap, createMailbox(heap, PROCESSOR));
}

/** Enters so often, and says each time that it came back. */
export function enter(heap: Views, times: number): void {
  const { kernel, join } = guarded(heap);
  join();
  for (let i = 0; i < times; i++) {
    kernel.irq(PROCESSOR, 0);
    observe('entered');
  }
}

/** Joins and is taken out before it enters. */
export function end(heap: Views): void {
  retire(heap, createMailboxes(heap), PROCESSOR);
  store(heap.words, STARTED, 1);
  notify(heap.words, STARTED);
}

/** Takes out a worker that has joined. */
export function endJoined(heap: Views): void {
  wait(heap.words, JOINED, 0);
  end(heap);
}

/** Joins first, and enters when its life is over: it must not come back. */
export function enterKnown(heap: Views): void {
  const { kernel, join } = guarded(heap);
  join();
  store(heap.words, JOINED, 1);
  notify(heap.words, JOINED);
  wait(heap.words, STARTED, 0);
  kernel.irq(PROCESSOR, 0);
  observe('entered');
}

/** Enters once the worker before has been taken out. */
export function succeed(heap: Views): void {
  wait(heap.words, STARTED, 0);
  enter(heap, 1);
}

/** Enters only once it knows that its life is over: it must not come back. */
export function enterLate(heap: Views): void {
  const { kernel, join } = guarded(heap);
  join();
  wait(heap.words, STARTED, 0);
  kernel.irq(PROCESSOR, 0);
  observe('entered');
}
