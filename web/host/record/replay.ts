/**
 * Replays a recording: the same code behind a door that reads the log (replay-door.ts).
 *
 *   replay(recording, parts, options)   resolves where the log ends, at the first difference, or
 *                                       where it is told to stop; rejects in words for a recording
 *                                       that is none of this build
 *
 * Each event of the log has all that follows from it done (every microtask) before the next one.
 * Compared are each look at the clock, the kernel's entries after each event, a hash of a part of
 * the kernel's memory and RAM now and then, and at the end a hash of all.
 */
import { platformDoor } from '../../../personality/sel4/door.ts';
import { createLocalSystem, type LocalParts, type LocalSystem } from '../local-system.ts';
import { BUILD } from './build.ts';
import { Entries, type Event } from './entries.ts';
import { copied, type Input, perform } from './inputs.ts';
import { ReplayDoor } from './replay-door.ts';
import type { Recording, ReplayResult } from './types.ts';

export interface ReplayOptions {
  /** Stops after the first event with which the kernel has so many entries. */
  until?: number;
  /** Told of the kernel's entries now and then. */
  onProgress?(entries: number): void;
  /** A test does something to the system that was not recorded, before each event. */
  onEvent?(system: LocalSystem, event: number): void;
}

export interface ReplayParts extends Omit<
  LocalParts,
  'door' | 'services' | 'ramBytes' | 'speed' | 'executive'
> {
  /** `onEnd` is to be told of ends of processes. */
  executive(onEnd: (image: string) => void): LocalParts['executive'];
  /** The terminal's line. Nothing else of a replay leaves it. */
  serialOutput(bytes: Uint8Array): void;
}

const PROGRESS_EVERY = 256;

const turn = (): Promise<void> => new Promise((resolve) => platformDoor.turn(() => resolve()));
/** The store answers from the log. */
const fromTheLog = (): Promise<never> => new Promise(() => undefined);

class Replay {
  readonly #entries: Entries;
  readonly #door: ReplayDoor;
  readonly #system: LocalSystem;
  readonly #options: ReplayOptions;
  readonly #onUncaught: (error: unknown) => void;
  /** The kernel's entries by the log. */
  #expected = 0;
  #differsAt: number | undefined;
  #why = '';

  constructor(recording: Recording, parts: ReplayParts, options: ReplayOptions) {
    const { ramBytes, speed } = recording;
    this.#options = options;
    this.#onUncaught = (error) => parts.onUncaught(error);
    this.#entries = new Entries(recording);
    this.#door = new ReplayDoor(this.#entries, (why) => this.#differ(why));
    this.#system = createLocalSystem({
      ...parts,
      executive: parts.executive((image) => this.#system.processEnded(image)),
      ramBytes,
      speed,
      door: this.#door,
      services: {
        serialOutput: parts.serialOutput,
        commit: fromTheLog,
        nvram: fromTheLog,
        written: () => undefined,
        sound: () => undefined,
        keyboard: () => undefined,
        // Heard by nobody: but who tells of them asks for timers, as he did.
        drives: () => undefined,
      },
    });
  }

  async run(): Promise<ReplayResult> {
    const { until = Infinity, onProgress, onEvent } = this.#options;
    for (let events = 0; this.#differsAt === undefined; events++) {
      await turn();
      if (this.#differsAt !== undefined) break;
      onEvent?.(this.#system, events);
      const event = this.#entries.event();
      if (!event) this.#differ('somebody does not look at the clock who did');
      else if (!this.#compare(event) || event.kind === 'end') break;
      else if (event.kind !== 'hash' && this.#expected >= until) break;
      else await this.#let(event);
      if (events % PROGRESS_EVERY === 0) onProgress?.(this.#count);
    }
    this.#system.stop();
    return this.#result();
  }

  get #count(): number {
    return this.#system.witness.entries();
  }

  /** What has happened so far against what the log says of it. */
  #compare(event: Event): boolean {
    const { witness } = this.#system;
    if (event.kind !== 'hash') {
      this.#expected += event.entries;
      const count = this.#count;
      if (count !== this.#expected) {
        const words = `the kernel has counted ${count} entries, and had counted ${this.#expected}`;
        return this.#differ(words, Math.min(count, this.#expected));
      }
    }
    if (event.kind !== 'hash' && event.kind !== 'end') return true;
    const hash = witness.hash(event.kind === 'hash' ? event.part : undefined);
    return hash === event.hash || this.#differ('memory holds something else than it held');
  }

  async #let(event: Event): Promise<void> {
    switch (event.kind) {
      case 'turn':
        return this.#due(this.#door.takeTurn());
      case 'timer':
        return this.#due(this.#door.takeTimer(event.back));
      case 'arrival':
        return this.#arrive(event);
      case 'input':
        return this.#input(event.input);
    }
  }

  #due(task: (() => void) | undefined): void {
    if (!task) return void this.#differ('nobody waits for what comes next');
    try {
      task();
    } catch (error) {
      // It threw then, too: a task of the event loop by itself, and the next one came.
      this.#onUncaught(error);
    }
  }

  /** What it answers, or throws, was for the page that asked. */
  #input(input: Input): void {
    try {
      const [name, ...args] = input;
      const done = perform(this.#system, [name, ...args.map(copied)]);
      Promise.resolve(done).catch(() => undefined);
    } catch {
      // Such as a disk of no known size.
    }
  }

  async #arrive({ back, arrived }: Event & { kind: 'arrival' }): Promise<void> {
    const waiting = this.#door.takeArrival(back);
    if (!waiting) return void this.#differ('nobody waits for what arrives next');
    if (arrived.how === 'with') return waiting.resolve(arrived.value);
    if (arrived.how === 'badly') return waiting.reject(new Error(arrived.reason));
    try {
      waiting.resolve(await waiting.promise);
    } catch {
      this.#differ('a program could not be loaded that could');
    }
  }

  #differ(why: string, at?: number): false {
    // There is no system yet while it is made.
    this.#differsAt ??= at ?? (this.#system as LocalSystem | undefined)?.witness.entries() ?? 0;
    this.#why ||= why;
    return false;
  }

  #result(): ReplayResult {
    const { witness } = this.#system;
    const result = { entries: witness.entries(), hash: witness.hash() };
    if (this.#differsAt === undefined) return result;
    return { ...result, differsAt: this.#differsAt, why: this.#why };
  }
}

export async function replay(
  recording: Recording,
  parts: ReplayParts,
  options: ReplayOptions = {},
): Promise<ReplayResult> {
  if (recording.build !== BUILD)
    throw new Error(
      `The recording is of another build (${recording.build}; this one is ${BUILD}): only the code that ran can run again.`,
    );
  return new Replay(recording, parts, options).run();
}
