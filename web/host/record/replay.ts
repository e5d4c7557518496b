/**
 * Replays a recording: the same code behind a door that reads the log (replay-door.ts).
 *
 *   replay(recording, parts, options)   resolves where the log ends, at the first difference, or
 *                                       where it is told to stop; rejects in words for a recording
 *                                       that is none of this build
 *   revive(recording, parts, options)   the same, and what it has come to lives on, outside of any
 *                                       log: it can be asked, until it is stopped
 *
 * It stops within an event, where it is told to or where the session was held (time.ts). Each event
 * of the log has all that follows from it done (every microtask) before the next one. Compared are
 * each look at the clock, the kernel's entries after each event, a hash of a part of the kernel's
 * memory and RAM now and then, and at the end a hash of all.
 */
import { platformDoor } from '../../../personality/sel4/door.ts';
import type { Hold } from '../../../personality/sel4/types.ts';
import { createLocalSystem, type LocalParts, type LocalSystem } from '../local-system.ts';
import { BUILD } from './build.ts';
import { Entries, type Event } from './entries.ts';
import { Happened, isCommand } from './happened.ts';
import { copied, type Input, perform } from './inputs.ts';
import { OwnImages } from './own-images.ts';
import { ReplayDoor } from './replay-door.ts';
import type { Recording, ReplayResult } from './types.ts';

export interface ReplayOptions {
  /** Stops at the first call that waits with which the kernel has so many entries. */
  until?: number;
  /** Told of the kernel's entries now and then. */
  onProgress?(entries: number): void;
  /** Told of each place where it could stop, as it comes by: between events, and within them. */
  onPlace?(entries: number): void;
  onMark?: Hold['marked'];
  /** An event of the log begins. */
  onBegin?(): void;
  /** The system is made, and has not begun. */
  onSystem?(past: Past): void;
  /** A test does something to the system that was not recorded, before each event. */
  onEvent?(system: LocalSystem, event: number): void;
}

/** What is replayed, while it is. */
export interface Past {
  readonly system: LocalSystem;
  readonly happened: Happened;
  /** Microseconds since it began, by the last look at the clock. */
  time(): number;
}

export interface ReplayParts extends Omit<
  LocalParts,
  'door' | 'services' | 'ramBytes' | 'speed' | 'executive'
> {
  /** `onEnd` is to be told of ends of processes. */
  executive(onEnd: (image: string) => void): LocalParts['executive'];
  /** Addresses of the page's own images, in the order in which they came (own-images.ts). */
  own?: readonly string[];
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
  readonly #own: OwnImages;
  readonly #happened: Happened;
  readonly #options: ReplayOptions;
  readonly #onUncaught: (error: unknown) => void;
  /** The kernel's entries by the log. */
  #expected = 0;
  /** Lets go what is held within an event. */
  #go: (() => void) | undefined;
  #differsAt: number | undefined;
  #why = '';

  constructor(recording: Recording, parts: ReplayParts, options: ReplayOptions) {
    const { ramBytes, speed } = recording;
    this.#options = options;
    this.#onUncaught = (error) => parts.onUncaught(error);
    this.#entries = new Entries(recording);
    this.#door = new ReplayDoor(this.#entries, (why) => this.#differ(why));
    this.#own = new OwnImages(parts.own ?? [], parts.laterImage);
    this.#system = createLocalSystem({
      ...parts,
      laterImage: (name) => this.#own.find(name),
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
    this.#happened = new Happened(this.#system);
  }

  async run(): Promise<ReplayResult> {
    const { until = Infinity, onProgress, onEvent, onSystem, onPlace, onBegin } = this.#options;
    const time = (): number => this.#door.time;
    onSystem?.({ system: this.#system, happened: this.#happened, time });
    for (let events = 0; this.#differsAt === undefined; events++) {
      await turn();
      onPlace?.(this.#count);
      if (this.#differsAt !== undefined || this.#count >= until) break;
      onEvent?.(this.#system, events);
      const event = this.#entries.event();
      if (!event) this.#differ('somebody does not look at the clock who did');
      else if (!this.#compare(event) || event.kind === 'end') break;
      else if (event.kind !== 'hash') {
        this.#holdAt(until);
        onBegin?.();
        await this.#let(event);
      }
      if (events % PROGRESS_EVERY === 0) onProgress?.(this.#count);
    }
    return this.#result();
  }

  get #driven() {
    return { ...this.#system, addImage: (name: string) => this.#own.add(name) };
  }

  get system(): LocalSystem {
    return this.#system;
  }

  /** The log is left. */
  free(): void {
    this.#system.processor.hold(undefined);
    this.#door.free();
    this.#go?.();
  }

  /** Where it is to stop within the event that comes: here, or where the recording was made. */
  #holdAt(until: number): void {
    const { onPlace, onMark } = this.#options;
    const { entries, isEnd } = this.#entries.ahead();
    const after = this.#expected + entries;
    const stops = isEnd || after > until;
    if (!stops && !onPlace && !onMark) return;
    const at = stops ? Math.min(until, after) : Infinity;
    this.#system.processor.hold({
      stops: () => {
        onPlace?.(this.#count);
        return this.#count >= at;
      },
      held: (go) => (this.#go = go),
      marked: onMark,
    });
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
      const done = perform(this.#driven, [name, ...args.map(copied)]);
      const over = (): void => {
        if (isCommand(input)) this.#happened.commandEnded();
      };
      Promise.resolve(done).then(over, over);
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
  const { result, stop } = await revive(recording, parts, options);
  stop();
  return result;
}

export interface Revived {
  readonly result: ReplayResult;
  readonly system: LocalSystem;
  /** From now on its time is the platform's, and nothing is the log's. */
  free(): void;
  stop(): void;
}

export async function revive(
  recording: Recording,
  parts: ReplayParts,
  options: ReplayOptions = {},
): Promise<Revived> {
  if (recording.build !== BUILD)
    throw new Error(
      `The recording is of another build (${recording.build}; this one is ${BUILD}): only the code that ran can run again.`,
    );
  const replaying = new Replay(recording, parts, options);
  const result = await replaying.run();
  const { system } = replaying;
  return { result, system, free: () => replaying.free(), stop: () => system.stop() };
}
