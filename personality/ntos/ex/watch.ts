/**
 * The Executive, watched: its marks in the kernel's trace, and the names for their numbers.
 *
 *   new Watch(thread, platform)
 *   start(), stop(), read(limit)   the trace; names that are new come with what is read
 *   mark(kind, a, b, c)            does nothing while nobody watches; hot paths look at `on` first
 *   nextRequest(), nextIrp()       numbers; 0 while nobody watches
 *   name(kind, number, words)      said once for each number
 *   objects                        numbers of objects: the same, watched or not
 *
 * What began while nobody watched has no number, and so no marks.
 */
import { watchCodes } from '../../rtl/watchcodes.ts';
import {
  type NameKind,
  packRecord,
  type WatchAnswer,
  type WatchName,
} from '../../rtl/watchanswer.ts';
import type { Platform, Thread } from '../../sel4/types.ts';
import { Numbers } from './numbers.ts';

/** Numbers of IRPs: apart from those that drivers know unwatched ones by, and make themselves. */
export const WATCHED_IRP = 0x4000_0000;
const IRP_MASK = WATCHED_IRP - 1;
/** Names that nobody has fetched: more are not kept. */
const NAME_LIMIT = 4096;

export class Watch {
  on = false;
  readonly objects = new Numbers<object>();
  readonly #thread: Thread;
  readonly #trace: Platform['trace'];
  #known = new Map<NameKind, Map<number, string>>();
  #names: WatchName[] = [];
  #lastRequest = 0;
  #lastIrp = 0;

  constructor(thread: Thread, { trace }: Platform) {
    this.#thread = thread;
    this.#trace = trace;
  }

  /** Anew: what was not read before is not told of. */
  start(ports: boolean): void {
    this.#known = new Map();
    this.#names = [];
    this.#trace.start(ports);
    this.on = true;
  }

  stop(): void {
    this.on = false;
    this.#trace.stop();
  }

  read(limit: number): WatchAnswer {
    const { records, lost } = this.#trace.read(limit);
    const names = this.#names;
    this.#names = [];
    return { records: records.map(packRecord), lost, names };
  }

  mark(kind: keyof typeof watchCodes, a = 0, b = 0, c = 0): void {
    if (this.on) this.#thread.mark(watchCodes[kind], a, b, c);
  }

  nextRequest(): number {
    if (!this.on) return 0;
    this.#lastRequest = (this.#lastRequest + 1) >>> 0 || 1;
    return this.#lastRequest;
  }

  nextIrp(): number {
    if (!this.on) return 0;
    this.#lastIrp = (this.#lastIrp + 1) & IRP_MASK;
    return WATCHED_IRP | this.#lastIrp;
  }

  name(kind: NameKind, number: number, words: string): void {
    if (!this.on) return;
    let known = this.#known.get(kind);
    if (!known) this.#known.set(kind, (known = new Map()));
    if (known.get(number) === words || this.#names.length >= NAME_LIMIT) return;
    known.set(number, words);
    this.#names.push([kind, number, words]);
  }
}
