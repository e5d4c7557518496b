/**
 * Looks at a kernel's entries, where a session is replayed: nothing of a running system uses it.
 *
 *   probed(kernel, probe)           the same kernel; the probe is told before and after each entry
 *   processOf(words, tcb, names)    whose a thread is: `names` by page directory
 *
 * Who runs is what the kernel answers: an entry that lets nobody run answers 0.
 */
import { directoryOf } from './context.ts';
import type { Kernel } from './kernel.ts';

export interface Probe {
  /** What has been done since the last entry was done by whoever ran, or by a device. */
  before(): void;
  /** What the entry itself did; `next` runs from here on, undefined: who did before. */
  after(next: number | undefined): void;
  /** A thread has raised a fault: also its end. */
  fault(kind: number): void;
}

export function probed(kernel: Kernel, probe: Probe): Kernel {
  const done = (next: number): number => {
    probe.after(next);
    return next;
  };
  return {
    ...kernel,
    enter(cpu, syscall, cptr, info) {
      probe.before();
      return done(kernel.enter(cpu, syscall, cptr, info));
    },
    invoke(cpu, cptr, info) {
      probe.before();
      const disposition = kernel.invoke(cpu, cptr, info);
      probe.after(undefined);
      return disposition;
    },
    schedule(cpu) {
      probe.before();
      return done(kernel.schedule(cpu));
    },
    tick(cpu) {
      probe.before();
      return done(kernel.tick(cpu));
    },
    irq(cpu, line) {
      probe.before();
      kernel.irq(cpu, line);
      probe.after(undefined);
    },
    fault(cpu, kind, w0, w1, w2) {
      probe.before();
      probe.fault(kind);
      return done(kernel.fault(cpu, kind, w0, w1, w2));
    },
  };
}

/** '' for a thread of the root task, or of nobody that was told of. */
export function processOf(
  words: Int32Array,
  tcb: number,
  names: ReadonlyMap<number, string>,
): string {
  return names.get(directoryOf(words, tcb)) ?? '';
}
