/**
 * Being watched: what a processor does for the kernel's trace while it is on.
 *
 *   createMarks(options)   kernel       the kernel, told the time before each entry: it has no
 *                                       clock
 *                          watching()   whether the trace is on: one word of memory
 *                          watchingPorts()   whether accesses to ports are to be in it
 *                          mark(...)    writes a record of this processor's own
 *
 * A record's time is that of the entry which wrote it; marks bring their own. A mark needs no
 * capability and gives none: a thread can say things about itself only, since the kernel writes the
 * thread's number.
 */
import {
  NODES,
  NODE_SIZE,
  NODE_TIME,
  TRACE_ENABLED,
  WATCH_PORTS,
  WATCH_TRACE,
} from '../../kernel-as/layout.ts';
import type { Door } from './door.ts';
import { freeze } from './intrinsics.ts';
import type { Kernel } from './kernel.ts';
import type { Hold } from './types.ts';

export interface Marks {
  readonly kernel: Kernel;
  watching(): boolean;
  watchingPorts(): boolean;
  /** Told of each mark from now on. */
  tell(told: Hold['marked']): void;
  /** `own`: of the current thread; else of the processor, and no thread. */
  mark(own: boolean, kind: number, a: number, b: number, c: number): void;
}

export interface MarksOptions {
  readonly index: number;
  readonly kernel: Kernel;
  readonly words: Int32Array;
  readonly door: Door;
}

export function createMarks({ index, kernel, words, door }: MarksOptions): Marks {
  const enabled = TRACE_ENABLED >>> 2;
  const time = (NODES + index * NODE_SIZE + NODE_TIME) >>> 2;

  let told: Hold['marked'];

  const watching = (): boolean => ((words[enabled] ?? 0) & WATCH_TRACE) !== 0;

  function stamp(): void {
    const milliseconds = door.moment === undefined ? door.now() : door.moment();
    words[time] = Math.floor((milliseconds * 1000) % 0x1_0000_0000);
  }

  return {
    kernel: freeze({
      ...kernel,
      enter(cpu: number, syscall: number, cptr: number, info: number) {
        if (words[enabled] !== 0) stamp();
        return kernel.enter(cpu, syscall, cptr, info);
      },
      invoke(cpu: number, cptr: number, info: number) {
        if (words[enabled] !== 0) stamp();
        return kernel.invoke(cpu, cptr, info);
      },
      schedule(cpu: number) {
        if (words[enabled] !== 0) stamp();
        return kernel.schedule(cpu);
      },
      tick(cpu: number) {
        if (words[enabled] !== 0) stamp();
        return kernel.tick(cpu);
      },
      irq(cpu: number, line: number) {
        if (words[enabled] !== 0) stamp();
        kernel.irq(cpu, line);
      },
      fault(cpu: number, kind: number, w0: number, w1: number, w2: number) {
        if (words[enabled] !== 0) stamp();
        return kernel.fault(cpu, kind, w0, w1, w2);
      },
    }),
    watching,
    watchingPorts: () => ((words[enabled] ?? 0) & WATCH_PORTS) !== 0,
    tell(asked) {
      told = asked;
    },
    mark(own, kind, a, b, c) {
      if (!watching()) return;
      stamp();
      kernel.mark(index, own ? 1 : 0, kind, a, b, c);
      told?.(kind, a, b, c);
    },
  };
}
