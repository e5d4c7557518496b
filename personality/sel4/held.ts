/**
 * The time of a system on several processors, as who started it holds it (web/host/hold.ts): each
 * processor stops at its next entry into the kernel, and the clock stands still.
 *
 *   heldDoor(buffer, platform)    the platform's door, by a clock that can stand still
 *   heldKernel(buffer)            what its kernel is wrapped in (ProcessorOptions.observe)
 *
 * The buffer (held-words.ts) is shared by all processors and the host.
 *
 * Held, a processor waits before the kernel's lock is asked for: so nobody is in the kernel, and
 * its memory stands still. Whoever finds a permit makes one entry. A processor that sleeps for want
 * of work makes none, and is held when it is woken. Code between two entries runs to the next one.
 *
 * The clock's two numbers are written by the host alone, between an odd and an even TURN: who reads
 * them meanwhile reads again.
 */
import type { Door } from './door.ts';
import { TIMES, WORDS } from './held-words.ts';
import { compareExchange, F64, freeze, I32, load, wait } from './intrinsics.ts';
import type { Kernel } from './kernel.ts';

/** Timers that are due while the clock stands look again after so many milliseconds. */
const AGAIN = 50;

export function heldDoor(buffer: SharedArrayBuffer, platform: Door): Door {
  const words = new I32(buffer);
  const times = new F64(buffer);

  function now(): number {
    for (;;) {
      const turn = load(words, WORDS.turn);
      const stands = times[TIMES.stands]!;
      const goes = platform.now() - times[TIMES.behind]!;
      const time = load(words, WORDS.still) === 0 && goes > stands ? goes : stands;
      if ((turn & 1) === 0 && load(words, WORDS.turn) === turn) return time;
    }
  }

  function later(task: () => void, ms: number): () => void {
    const due = now() + ms;
    let forget: () => void;
    const arm = (left: number): void => {
      forget = platform.later(() => {
        const rest = due - now();
        if (rest < 1) task();
        else arm(load(words, WORDS.still) === 0 ? rest : AGAIN);
      }, left);
    };
    arm(ms);
    return () => forget();
  }

  return freeze({ ...platform, now, later });
}

export function heldKernel(buffer: SharedArrayBuffer): (kernel: Kernel) => Kernel {
  const words = new I32(buffer);

  function stop(): void {
    for (;;) {
      const bell = load(words, WORDS.bell);
      if (load(words, WORDS.held) === 0) return;
      const permits = load(words, WORDS.permits);
      if (permits === 0) wait(words, WORDS.bell, bell);
      else if (compareExchange(words, WORDS.permits, permits, permits - 1) === permits) return;
    }
  }

  const held = (): boolean => load(words, WORDS.held) !== 0;

  return (kernel) =>
    freeze({
      ...kernel,
      enter(cpu: number, syscall: number, cptr: number, info: number) {
        if (held()) stop();
        return kernel.enter(cpu, syscall, cptr, info);
      },
      invoke(cpu: number, cptr: number, info: number) {
        if (held()) stop();
        return kernel.invoke(cpu, cptr, info);
      },
      schedule(cpu: number) {
        if (held()) stop();
        return kernel.schedule(cpu);
      },
      tick(cpu: number) {
        if (held()) stop();
        return kernel.tick(cpu);
      },
      irq(cpu: number, line: number) {
        if (held()) stop();
        kernel.irq(cpu, line);
      },
      fault(cpu: number, kind: number, w0: number, w1: number, w2: number) {
        if (held()) stop();
        return kernel.fault(cpu, kind, w0, w1, w2);
      },
    });
}
