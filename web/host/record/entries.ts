/**
 * A log, read entry by entry (codes.ts). Throws a RangeError in words for what is none.
 *
 *   look()    the next look at the clock, in microseconds; undefined where none comes next
 *   date()    the same of the date
 *   ahead()   of the event after the looks that come next: its entries, and whether it is the end
 *   event()   the next event; undefined where a look comes next
 */
import { Bytes } from './bytes.ts';
import * as Code from './codes.ts';
import { isInput } from './input-checks.ts';
import type { Input } from './inputs.ts';
import type { Recording } from './types.ts';

export type Arrived =
  | { readonly how: 'here' }
  | { readonly how: 'with'; readonly value: unknown }
  | { readonly how: 'badly'; readonly reason: string };

/** `entries`: of the kernel, since the event before. */
export type Event =
  | { kind: 'hash'; part: number; hash: number }
  | { kind: 'turn'; entries: number }
  | { kind: 'timer'; entries: number; back: number }
  | { kind: 'arrival'; entries: number; back: number; arrived: Arrived }
  | { kind: 'input'; entries: number; input: Input }
  | { kind: 'end'; entries: number; hash: number };

/** More than any processor makes within a session. */
const MOST_SAME = 2 ** 32;

export class Entries {
  readonly #bytes: Bytes;
  readonly #values: readonly unknown[];
  #value = 0;
  #now = 0;
  #same = 0;

  constructor({ log, values }: Pick<Recording, 'log' | 'values'>) {
    this.#bytes = new Bytes(log);
    this.#values = values;
  }

  /** Where it stands in the log. */
  get at(): number {
    return this.#bytes.at;
  }

  /** Nothing is left, neither of the log nor of the values. */
  get atEnd(): boolean {
    return this.#bytes.left === 0 && this.#value === this.#values.length;
  }

  look(): number | undefined {
    if (this.#same > 0) {
      this.#same--;
      return this.#now;
    }
    const { next } = this.#bytes;
    if (next < 0 || next > Code.SAME) return undefined;
    this.#bytes.byte();
    if (next === Code.SAME) {
      this.#same = this.#bytes.number() - 1;
      if (this.#same < 0 || this.#same > MOST_SAME)
        throw new RangeError('a count of looks is wrong');
      return this.#now;
    }
    this.#now += next < Code.MOST_STEP ? next + 1 : this.#bytes.number();
    if (!Number.isSafeInteger(this.#now)) throw new RangeError('a look is at no time');
    return this.#now;
  }

  date(): number | undefined {
    if (this.#same > 0 || this.#bytes.next !== Code.DATE) return undefined;
    this.#bytes.byte();
    return this.#bytes.double();
  }

  /** All looks that come at once with the next one. */
  skipSame(): void {
    this.#same = 0;
  }

  ahead(): { readonly entries: number; readonly isEnd: boolean } {
    const bytes = this.#bytes.fork();
    for (;;) {
      const code = bytes.byte();
      if (code === Code.LOOK || code === Code.SAME) bytes.number();
      else if (code === Code.DATE) bytes.double();
      else if (code === Code.HASH) {
        bytes.number();
        bytes.word();
      } else if (code > Code.HASH) {
        return { entries: bytes.number(), isEnd: code === Code.END };
      }
    }
  }

  event(): Event | undefined {
    const bytes = this.#bytes;
    if (this.#same > 0 || (bytes.next >= 0 && bytes.next < Code.HASH)) return undefined;
    const code = bytes.byte();
    if (code === Code.HASH) return { kind: 'hash', part: bytes.number(), hash: bytes.word() };
    const entries = bytes.number();
    switch (code) {
      case Code.TURN:
        return { kind: 'turn', entries };
      case Code.TIMER:
        return { kind: 'timer', entries, back: bytes.number() };
      case Code.ARRIVAL:
        return { kind: 'arrival', entries, back: bytes.number(), arrived: this.#arrived() };
      case Code.INPUT:
        return { kind: 'input', entries, input: this.#input() };
      case Code.END:
        return { kind: 'end', entries, hash: bytes.word() };
      default:
        throw new RangeError('an entry is of no known kind');
    }
  }

  #next(): unknown {
    if (this.#value >= this.#values.length) throw new RangeError('a value is missing');
    return this.#values[this.#value++];
  }

  #arrived(): Arrived {
    const how = this.#bytes.byte();
    if (how === Code.ENDED_HERE) return { how: 'here' };
    if (how > Code.ENDED_BADLY) throw new RangeError('an arrival ended in no known way');
    const value = this.#next();
    if (how === Code.ENDED_WITH) return { how: 'with', value };
    return { how: 'badly', reason: typeof value === 'string' ? value : '' };
  }

  #input(): Input {
    const input = this.#next();
    if (!isInput(input)) throw new RangeError('an input is none that there is');
    return input;
  }
}
