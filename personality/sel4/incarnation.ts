/**
 * Incarnations: a worker that was released must not act as the processor that it was.
 *
 * A processor's number is used again, and a terminated worker may live on for seconds: browsers let
 * running code come to an end first. So each worker that joins begins a life of its processor, and
 * releasing ends it (mailbox.ts); before every entry into the kernel a worker compares. One whose
 * life is over goes to sleep for good, until its termination reaches it.
 *
 *   createIncarnation(kernel, heap, mailbox)   the guarded kernel, and `join`
 *   retire(heap, mailboxes, processor)         the root task's side: its worker's time is over
 *
 * Processor 0 is never released, and has its kernel unguarded: it has no incarnation.
 */
import { NODES, NODE_SIZE, NODE_WAKE } from '../../kernel-as/layout.ts';
import type { Views } from './heap.ts';
import { I32, add, createMemory, freeze, load, notify, wait } from './intrinsics.ts';
import type { Kernel } from './kernel.ts';
import { LIFE_SHIFT } from './mailbox.ts';
import type { Mailbox, Mailboxes } from './mailbox.ts';

export interface Incarnation {
  readonly kernel: Kernel;
  /** This worker is the processor from now on. */
  join(): void;
}

export function createIncarnation(kernel: Kernel, heap: Views, mailbox: Mailbox): Incarnation {
  const { words } = heap;
  const { word } = mailbox;
  /** Memory of its own to sleep on, so that nothing ever wakes it. Undefined: has not joined. */
  let alone: Int32Array | undefined;
  let life = 0;

  function check(): void {
    if (alone === undefined || load(words, word) >> LIFE_SHIFT === life) return;
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
      tick(cpu: number) {
        check();
        return kernel.tick(cpu);
      },
      irq(cpu: number, line: number) {
        check();
        kernel.irq(cpu, line);
      },
      fault(cpu: number, kind: number, w0: number, w1: number, w2: number) {
        check();
        return kernel.fault(cpu, kind, w0, w1, w2);
      },
      mark(cpu: number, own: number, kind: number, a: number, b: number, c: number) {
        check();
        kernel.mark(cpu, own, kind, a, b, c);
      },
    }),
    join() {
      life = mailbox.join();
      alone = new I32(createMemory(1).buffer);
    },
  };
}

/**
 * A worker that sleeps in the kernel's wake word is woken, lest it take its successor's wake-ups.
 */
export function retire(heap: Views, mailboxes: Mailboxes, processor: number): void {
  const { words } = heap;
  mailboxes.retire(processor);
  const wake = (NODES + processor * NODE_SIZE + NODE_WAKE) >>> 2;
  add(words, wake, 1);
  notify(words, wake);
}
