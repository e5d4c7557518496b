/**
 * A log that is being written (codes.ts), into chunks of bytes.
 *
 *   look(now)      a look at the clock, in whole microseconds; what it answers, never less than
 *                  before. The commonest by far: mostly the same as before, and one byte else
 *   byte, number, word, double, value
 *   copy()         all of it
 *
 * Guide: docs/determinism.md.
 */
import { encodeText } from '../../../personality/sel4/intrinsics.ts';
import { LOOK, MOST_STEP, PAGE_BYTES, SAME } from './codes.ts';
import { Pages } from './pages.ts';
import * as Tag from './tags.ts';

const CHUNK = 1 << 16;

export class Log {
  readonly pages = new Pages();
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
    const same = this.#same;
    if (same === 0) return;
    this.#same = 0;
    this.byte(SAME);
    this.number(same);
  }

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
      this.byte((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.byte(rest);
  }

  word(value: number): void {
    for (let shift = 0; shift < 32; shift += 8) this.byte((value >>> shift) & 0xff);
  }

  double(value: number): void {
    this.#plain(new Uint8Array(Float64Array.of(value).buffer));
  }

  #plain(bytes: Uint8Array): void {
    for (const byte of bytes) this.byte(byte);
  }

  #data(bytes: Uint8Array): void {
    const pages = bytes.length >= PAGE_BYTES;
    this.byte(pages ? Tag.PAGED : Tag.BYTES);
    this.number(bytes.length);
    if (pages) for (const page of this.pages.add(bytes)) this.number(page);
    else this.#plain(bytes);
  }

  /** What values.ts reads. Anything that is no such value is written as undefined. */
  value(value: unknown): void {
    if (typeof value === 'boolean') return this.byte(value ? Tag.TRUE : Tag.FALSE);
    if (typeof value === 'number') {
      this.byte(Tag.NUMBER);
      return this.double(value);
    }
    if (typeof value === 'string') {
      const bytes = encodeText(value);
      this.byte(Tag.TEXT);
      this.number(bytes.length);
      return this.#plain(bytes);
    }
    if (value instanceof Uint8Array) return this.#data(value);
    if (Array.isArray(value)) {
      this.byte(Tag.LIST);
      this.number(value.length);
      for (const each of value) this.value(each);
      return;
    }
    if (typeof value !== 'object' || value === null) return this.byte(Tag.NOTHING);
    const fields = Object.entries(value);
    this.byte(Tag.RECORD);
    this.number(fields.length);
    for (const [name, field] of fields) {
      this.value(name);
      this.value(field);
    }
  }

  copy(): Uint8Array {
    const all = new Uint8Array(this.bytes);
    this.#full.forEach((chunk, i) => all.set(chunk, i * CHUNK));
    all.set(this.#chunk.subarray(0, this.#at), this.#full.length * CHUNK);
    return all;
  }
}
