/**
 * The entries of a directory, encoded once: answers of NtQueryDirectoryFile are stretches of it.
 *
 *   new DirectoryBlock(entries, infoClass)
 *   refresh(index, entry)    what an entry tells besides its names has changed
 *   answer(first, limit)     the entries from `first` that fit, as encodeDirectory gives them
 *
 * Each entry begins at a multiple of 8, so that where an answer begins does not matter to what
 * follows. The last entry leads to none: an answer that ends with it is a view of the block, which
 * is not to be changed. Any other is a copy whose last entry leads to none.
 */
import {
  type DirectoryEntry,
  encodeEntry,
  encodeFacts,
  entrySize,
  layoutOf,
  Room,
} from './directoryinformation.ts';

export class DirectoryBlock {
  readonly infoClass: number;
  readonly #room: Room;
  /** Where each entry begins, and where the next one would. */
  readonly #starts: Uint32Array;
  /** Where each ends. */
  readonly #ends: Uint32Array;

  constructor(entries: readonly DirectoryEntry[], infoClass: number) {
    const layout = layoutOf(infoClass);
    this.infoClass = infoClass;
    this.#starts = new Uint32Array(entries.length + 1);
    this.#ends = new Uint32Array(entries.length);
    let at = 0;
    entries.forEach(({ name }, index) => {
      const end = at + entrySize(infoClass, name.length);
      this.#starts[index] = at;
      this.#ends[index] = end;
      at = (end + 7) & ~7;
    });
    this.#starts[entries.length] = at;
    this.#room = new Room(at);
    entries.forEach((entry, index) => {
      const start = this.#starts[index]!;
      encodeEntry(this.#room, start, layout, entry, entry.name);
      if (index + 1 < entries.length)
        this.#room.words[start >> 2] = this.#starts[index + 1]! - start;
    });
  }

  /** Bytes of memory that it takes. */
  get size(): number {
    return this.#room.bytes.length + this.#starts.byteLength + this.#ends.byteLength;
  }

  refresh(index: number, entry: DirectoryEntry): void {
    encodeFacts(this.#room, this.#starts[index]!, layoutOf(this.infoClass), entry);
  }

  /** `count` 0: not even the first one fits, or there is none. */
  answer(first: number, limit: number): { bytes: Uint8Array; count: number } {
    const begin = this.#starts[first] ?? 0;
    const next = this.#behind(first, begin + limit);
    if (next === first) return { bytes: new Uint8Array(), count: 0 };
    const whole = this.#room.bytes.subarray(begin, this.#ends[next - 1]);
    if (next === this.#ends.length) return { bytes: whole, count: next - first };
    const bytes = whole.slice();
    const last = this.#starts[next - 1]! - begin;
    bytes.fill(0, last, last + 4);
    return { bytes, count: next - first };
  }

  /** The first entry at or behind `from` that ends behind `limit`. */
  #behind(from: number, limit: number): number {
    let [first, last] = [from, this.#ends.length];
    while (first < last) {
      const middle = (first + last) >>> 1;
      if (this.#ends[middle]! > limit) last = middle;
      else first = middle + 1;
    }
    return first;
  }
}
