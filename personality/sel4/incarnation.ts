/**
 * Incarnations: a worker that was released must not act as the processor that it was.
 *
 * A processor's number is used again, and a terminated worker may live on for seconds: browsers let
 * running code come to an end first. So each worker that joins counts its processor's incarnation
 * up, and releasing counts it up as well; before every entry into the kernel a worker compares. One
 * whose time is over goes to sleep for good, until its termination reaches it.
 *
 *   createIncarnation(kernel, heap, index)   the guarded kernel, and `join`; processor 0 is never
 *                                            released, and has its kernel unguarded
 *   retire(heap, processor)                  the root task's side: its worker's time is over
 */
import { NODES, NODE_SIZE, NODE_WAKE } from '../../kernel-as/layout.ts';
import { MAX_PROCESSORS } from '../../kernel-as/abi.ts';
import type { Views } from './heap.ts';
import { I32, add, createMemory, freeze, load, notify, wait } from './intrinsics.ts';
import type { Kernel } from './kernel.ts';
import { MAILBOX_END } from './mailbox.ts';

/** Behind the moment of boot (processor.ts): a word for each processor. */
const INCARNATIONS = MAILBOX_END + 16;
export const INCARNATIONS_END = INCARNATIONS + MAX_PROCESSORS * 4;

const wordOf = (processor: number): number => (INCARNATIONS >>> 2) + processor;

export interface Incarnation {
  readonly kernel: Kernel;
  /** This worker is the processor from now on. Processor 0 never joins: it is never released. */
  join(): void;
}

export function createIncarnation(kernel: Kernel, heap: Views, index: number): Incarnation {
  if (index === 0) return { kernel, join: () => undefined };
  const { words } = heap;
  const word = wordOf(index);
  /** Memory of its own to sleep on, so that nothing ever wakes it. Undefined: has not joined. */
  let alone: Int32Array | undefined;
  let mine = 0;

  function check(): void {
    if (alone === undefined || load(words, word) === mine) return;
    for (;;) wait(alone, 0, 0);
  }

  return {
    kernel: freeze({
      ...kernel,
      enter(cpu: number, syscall: number, cptr: number, info: number) {
        check();
        return kernel.enter(cpu, syscall, cptr, info);
      },
      invoke(cpu: number, cptr: number, info: number) {
        check();
        return kernel.invoke(cpu, cptr, info);
      },
      schedule(cpu: number) {
        check();
        return kernel.schedule(cpu);
      },
      irq(cpu: number, line: number) {
        check();
        kernel.irq(cpu, line);
      },
      fault(cpu: number, kind: number, w0: number, w1: number, w2: number) {
        check();
        return kernel.fault(cpu, kind, w0, w1, w2);
      },
    }),
    join() {
      mine = (add(words, word, 1) + 1) | 0;
      alone = new I32(createMemory(1).buffer);
    },
  };
}

/**
 * A worker that sleeps in the kernel's wake word is woken, lest it take its successor's wake-ups.
 */
export function retire(heap: Views, processor: number): void {
  const { words } = heap;
  add(words, wordOf(processor), 1);
  const wake = (NODES + processor * NODE_SIZE + NODE_WAKE) >>> 2;
  add(words, wake, 1);
  notify(words, wake);
}
