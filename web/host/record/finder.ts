/**
 * Answers questions about the past, while a session is replayed: looks at what is asked about
 * before and after every entry into the kernel, so that who did it, and by which entry, is exact.
 *
 *   new Finder(questions, keep)   of each question the last `keep` findings
 *   observe, onLoaded   for the system that is made (local-system.ts)
 *   begin(past)         it is made, and has not begun
 *   event()             an event begins: nobody runs
 *   marked(...)         of each mark
 *   found               an answer for each question
 *
 * What is written again with what was there already is no change of memory; a sector that is
 * written so is written.
 */
import type { Kernel } from '../../../personality/sel4/kernel.ts';
import { type Probe, probed, processOf } from '../../../personality/sel4/probe.ts';
import type { Past } from './replay.ts';
import type { Finding, Found, Question } from './types.ts';

/** Findings of a question that are kept, and the most that may be asked for. */
const KEPT = 200;
const MOST_KEPT = 10_000;
const SECTOR = 512;
const MOST_LENGTH = 4096;

type By = Finding['by'];
type Look = () => number;

interface Asked {
  readonly question: Question;
  look?: Look;
  /** Counting takes its time: not looked at where it cannot have changed. */
  not?: By;
  was: number;
  readonly last: Finding[];
  count: number;
}

export class Finder {
  readonly #asked: readonly Asked[];
  readonly #names = new Map<number, string>();
  #past: Past | undefined;
  #words = new Int32Array(0);
  /** Who runs; 0: nobody. */
  #thread = 0;
  readonly #keep: number;

  constructor(questions: readonly Question[], keep = KEPT) {
    this.#keep = Math.min(keep, MOST_KEPT);
    this.#asked = questions.map((question) => ({ question, was: 0, last: [], count: 0 }));
  }

  readonly observe = (kernel: Kernel): Kernel => probed(kernel, this.#probe);

  readonly onLoaded = (directory: number, image: string): void =>
    void this.#names.set(directory, image);

  begin(past: Past): void {
    this.#past = past;
    const { memories, machine } = past.system;
    this.#words = new Int32Array(memories.memory.buffer);
    for (const one of this.#asked) {
      one.look = lookOf(one.question, past);
      one.was = one.look?.() ?? 0;
      if ('counter' in one.question && !one.question.counter.startsWith('kernel.'))
        one.not = 'kernel';
    }
    const { onMediumWrite: written, advance } = machine;
    // Time passes for devices within a thread's access to a port, too.
    machine.advance = (microseconds) => {
      this.#check(this.#thread === 0 ? 'device' : 'thread');
      advance.call(machine, microseconds);
      this.#check('device');
    };
    machine.onMediumWrite = (drive, offset, length) => {
      written?.(drive, offset, length);
      this.#wrote(drive, offset, length);
    };
  }

  event(): void {
    this.#check('thread');
    this.#thread = 0;
  }

  marked(kind: number, ...words: number[]): void {
    for (const one of this.#asked) {
      const { question } = one;
      if (!('kind' in question) || question.kind !== kind) continue;
      if (words.every((word, i) => (question.words?.[i] ?? word) === word))
        this.#find(one, 'thread', words);
    }
  }

  get found(): Found[] {
    return this.#asked.map(({ last, count }) => ({ last: [...last], count }));
  }

  readonly #probe: Probe = {
    before: () => this.#check(this.#thread === 0 ? 'device' : 'thread'),
    after: (next) => {
      this.#check('kernel');
      if (next !== undefined) this.#thread = next;
    },
    fault: (kind) => {
      for (const one of this.#asked) if ('fault' in one.question) this.#find(one, 'thread', [kind]);
    },
  };

  #check(by: By): void {
    for (const one of this.#asked) {
      if (!one.look || one.not === by) continue;
      const now = one.look();
      if (now === one.was) continue;
      this.#find(one, by, [one.was, now]);
      one.was = now;
    }
  }

  #wrote(drive: number, offset: number, length: number): void {
    for (const one of this.#asked) {
      const { question } = one;
      if (!('written' in question) || question.written !== drive) continue;
      const from = question.sector * SECTOR;
      if (offset < from + SECTOR && offset + length > from)
        this.#find(one, 'device', [offset, length]);
    }
  }

  #find(one: Asked, by: By, words: number[]): void {
    one.count++;
    const thread = Math.max(0, this.#thread);
    const { system, time } = this.#past!;
    one.last.push({
      entry: system.witness.entries(),
      time: time(),
      process: thread === 0 ? '' : processOf(this.#words, thread, this.#names) || 'Executive',
      thread,
      by,
      words,
    });
    if (one.last.length > this.#keep) one.last.shift();
  }
}

/** What is compared; undefined for what is told, and need not be looked at. */
function lookOf(question: Question, { system, happened }: Past): Look | undefined {
  if ('counter' in question) return happened.counted(question);
  if ('command' in question) return happened.counted('command');
  if (!('changed' in question)) return undefined;
  const { memory, ram } = system.memories;
  const bytes = new Uint8Array((question.changed === 'ram' ? ram : memory).buffer);
  const { address, length = 1 } = question;
  const isPlace = Number.isSafeInteger(address) && Number.isSafeInteger(length);
  if (!isPlace || address < 0 || length < 1 || length > MOST_LENGTH)
    throw new RangeError('no such bytes can be asked about');
  if (address + length > bytes.length)
    throw new RangeError(`there is no such memory; it has ${bytes.length} bytes`);
  if (length > 4) return () => hashOf(bytes, address, length);
  return () => {
    let value = 0;
    for (let i = length - 1; i >= 0; i--) value = value * 256 + bytes[address + i]!;
    return value;
  };
}

function hashOf(bytes: Uint8Array, from: number, length: number): number {
  let hash = 0;
  for (let i = from; i < from + length; i++) hash = Math.imul(hash ^ bytes[i]!, 0x9e3779b1) >>> 0;
  return hash;
}
