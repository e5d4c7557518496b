/**
 * A log that is being written (codes.ts), into chunks of bytes.
 *
 *   look(now)      a look at the clock, in whole microseconds; what it answers, never less than
 *                  before. The commonest by far: mostly the same as before, and one byte else
 *   byte, number, word, double
 *   copy(room)     all of it, with so many bytes of room behind it
 *
 * Guide: docs/determinism.md.
 */
import { LOOK, MOST_STEP, SAME } from './codes.ts';

const CHUNK = 1 << 16;
/** A double, and its bytes: each cached write asks for the date. */
const DOUBLE = new Float64Array(1);
const BYTES = new Uint8Array(DOUBLE.buffer);

export class Log {
  readonly #full: Uint8Array[] = [];
  #chunk = new Uint8Array(CHUNK);
  #at = 0;
  #now = 0;
  /** Looks since then that answered the same. */
  #same = 0;
  #closed = false;

  get bytes(): number {
    return this.#full.length * CHUNK + this.#at;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Nothing is written any more. */
  close(): void {
    this.#closed = true;
  }

  look(now: number): number {
    const step = now - this.#now;
    if (step <= 0) {
      this.#same++;
      return this.#now;
    }
    this.settle();
    this.#now = now;
    if (step <= MOST_STEP) {
      this.byte(step - 1);
    } else {
      this.byte(LOOK);
      this.number(step);
    }
    return now;
  }

  /** Writes the looks that were counted: before anything else is written. */
  settle(): void {
    if (this.#same === 0) return;
    this.byte(SAME);
    this.number(this.#same);
    this.#same = 0;
  }

  /** The lowest eight bits. */
  byte(value: number): void {
    if (this.#closed) return;
    if (this.#at === CHUNK) {
      this.#full.push(this.#chunk);
      this.#chunk = new Uint8Array(CHUNK);
      this.#at = 0;
    }
    this.#chunk[this.#at++] = value;
  }

  /** A whole number that is not negative. */
  number(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.byte(rest | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.byte(rest);
  }

  word(value: number): void {
    for (let shift = 0; shift < 32; shift += 8) this.byte(value >>> shift);
  }

  double(value: number): void {
    DOUBLE[0] = value;
    for (const byte of BYTES) this.byte(byte);
  }

  copy(room = 0): Uint8Array {
    const all = new Uint8Array(this.bytes + room);
    this.#full.forEach((chunk, i) => all.set(chunk, i * CHUNK));
    all.set(this.#chunk.subarray(0, this.#at), this.#full.length * CHUNK);
    return all;
  }
}
