/**
 * The past of a session, written down whole by one replay of it: what questions about it are
 * compared with (system/past.test.ts).
 *
 *   linearPast(recording, windows)   `windows`: pages of memory whose every byte is watched
 *
 * Nothing is shared with finder.ts: who runs is what the kernel's memory says, what a device did is
 * what changed while the machine's time was let pass, and what is wanted is looked for afterwards.
 */
import { NODE_CURRENT, NODES } from '../../kernel-as/layout.ts';
import type { Kernel } from '../../personality/sel4/kernel.ts';
import type { Past } from '../../web/host/record/replay.ts';
import type { Finding, Recording } from '../../web/host/record/types.ts';
import { replaySession } from './recorded-session.ts';

export const PAGE = 4096;

export interface Window {
  readonly of: 'ram' | 'kernel';
  /** A multiple of PAGE. */
  readonly at: number;
}

type When = Pick<Finding, 'entry' | 'time' | 'thread'>;

export interface Change extends When {
  readonly by: Finding['by'];
  readonly of: Window['of'];
  readonly address: number;
  readonly was: number;
  readonly now: number;
  /** Changes that were found at one look. */
  readonly look: number;
}

export interface Counted extends When {
  readonly name: string;
  readonly was: number;
  readonly now: number;
}

export interface Linear {
  readonly changes: readonly Change[];
  readonly writes: readonly (When & { drive: number; offset: number; length: number })[];
  readonly marks: readonly (When & { kind: number; words: readonly number[] })[];
  readonly faults: readonly When[];
  readonly counted: readonly Counted[];
  /** Places where it could have stopped, and what had been counted there. */
  readonly places: readonly { readonly entry: number; readonly counters: readonly number[] }[];
}

/** Of the kernel. */
export const COUNTERS = ['kernel.ipc', 'kernel.irq', 'kernel.switch'] as const;

class Watched {
  readonly #now: BigUint64Array;
  readonly #was: BigUint64Array;
  readonly window: Window;
  readonly bytes: Uint8Array;

  constructor(window: Window, bytes: Uint8Array) {
    this.window = window;
    this.bytes = bytes;
    this.#now = new BigUint64Array(bytes.buffer, window.at, PAGE / 8);
    this.#was = this.#now.slice();
  }

  differences(found: (address: number, was: number, now: number) => void): void {
    const [now, was] = [this.#now, this.#was];
    for (let i = 0; i < now.length; i++) {
      if (now[i] === was[i]) continue;
      const before = new Uint8Array(was.buffer, i * 8, 8);
      for (let byte = 0; byte < 8; byte++) {
        const address = this.window.at + i * 8 + byte;
        if (before[byte] !== this.bytes[address])
          found(address, before[byte]!, this.bytes[address]!);
      }
      was[i] = now[i]!;
    }
  }
}

export async function linearPast(
  recording: Recording,
  windows: readonly Window[],
): Promise<Linear> {
  const linear = {
    ...{ changes: [] as Change[], writes: [] as Linear['writes'][number][] },
    ...{ marks: [] as Linear['marks'][number][], faults: [] as When[] },
    ...{ counted: [] as Counted[], places: [] as Linear['places'][number][] },
  };
  let past: Past | undefined;
  let watched: Watched[] = [];
  let words = new Int32Array(0);
  let counters: number[] = [];
  let looks = 0;
  // An event begins on no thread's behalf; an entry into the kernel may let one run.
  let running = false;
  const current = (): number => (running ? words[(NODES + NODE_CURRENT) >>> 2]! : 0);
  const when = (thread = current()): When => ({
    entry: past!.system.witness.entries(),
    time: past!.time(),
    thread,
  });
  const counts = (): number[] => {
    const all = past!.system.processor.counters();
    return COUNTERS.map((name) => all[name] ?? 0);
  };
  function look(by: Finding['by'], thread?: number): void {
    if (!past) return;
    const own = { ...when(thread), look: ++looks, by };
    for (const one of watched)
      one.differences((address, was, now) =>
        linear.changes.push({ ...own, of: one.window.of, address, was, now }),
      );
    const now = counts();
    now.forEach((count, i) => {
      const was = counters[i]!;
      if (count !== was) linear.counted.push({ ...own, name: COUNTERS[i]!, was, now: count });
    });
    counters = now;
  }
  const entered =
    <A extends unknown[], R>(entry: (...args: A) => R, runs: boolean) =>
    (...args: A): R => {
      look(running ? 'thread' : 'device');
      // What the kernel does in a call it does for who called, whoever runs then.
      const caller = current();
      const result = entry(...args);
      look('kernel', caller);
      // Who enters by an interrupt, or invokes, goes on as he was.
      if (runs) running = (result as number) !== 0;
      return result;
    };
  const observe = (kernel: Kernel): Kernel => ({
    ...kernel,
    enter: entered(kernel.enter, true),
    invoke: entered(kernel.invoke, false),
    schedule: entered(kernel.schedule, true),
    tick: entered(kernel.tick, true),
    irq: entered(kernel.irq, false),
    fault: entered((...args: Parameters<Kernel['fault']>) => {
      linear.faults.push(when());
      return kernel.fault(...args);
    }, true),
  });
  await replaySession(
    recording,
    {
      onSystem(given) {
        past = given;
        const { memories, machine } = given.system;
        words = new Int32Array(memories.memory.buffer);
        const all = {
          ram: new Uint8Array(memories.ram.buffer),
          kernel: new Uint8Array(memories.memory.buffer),
        };
        watched = windows.map((window) => new Watched(window, all[window.of]));
        counters = counts();
        const { onMediumWrite: wrote, advance } = machine;
        machine.onMediumWrite = (drive, offset, length) => {
          wrote?.(drive, offset, length);
          linear.writes.push({ ...when(), drive, offset, length });
        };
        machine.advance = (microseconds) => {
          look(running ? 'thread' : 'device');
          advance.call(machine, microseconds);
          look('device');
        };
      },
      onBegin() {
        look(running ? 'thread' : 'device');
        running = false;
      },
      onMark: (kind, ...words) => void linear.marks.push({ ...when(), kind, words }),
      onPlace: (entry) => void linear.places.push({ entry, counters: counts() }),
    },
    undefined,
    { observe },
  );
  return linear;
}
