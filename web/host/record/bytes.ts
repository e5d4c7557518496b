/** Bytes of a log, read one after the other. Each read throws a RangeError where there are none. */

const CUT = 'it is cut off';

export class Bytes {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get at(): number {
    return this.#at;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** The next one, which stays; -1 at the end. */
  get next(): number {
    return this.#bytes[this.#at] ?? -1;
  }

  /** The same bytes, read on from here without this one's moving. */
  fork(): Bytes {
    const fork = new Bytes(this.#bytes);
    fork.#at = this.#at;
    return fork;
  }

  byte(): number {
    if (this.#at >= this.#bytes.length) throw new RangeError(CUT);
    return this.#bytes[this.#at++]!;
  }

  /** LEB128, of numbers that are exact in a double. */
  number(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (value > Number.MAX_SAFE_INTEGER) throw new RangeError('a number is too large');
      if (byte < 0x80) return value;
      if (scale > 2 ** 48) throw new RangeError('a number is too long');
    }
  }

  /** Of things that take a byte each at least. */
  count(): number {
    const count = this.number();
    if (count > this.left) throw new RangeError(CUT);
    return count;
  }

  word(): number {
    let word = 0;
    for (let shift = 0; shift < 32; shift += 8) word |= this.byte() << shift;
    return word >>> 0;
  }

  double(): number {
    return new DataView(this.piece(8).buffer).getFloat64(0, true);
  }

  /** A copy. */
  piece(length: number): Uint8Array {
    if (length > this.left) throw new RangeError(CUT);
    const from = this.#at;
    this.#at += length;
    return this.#bytes.slice(from, this.#at);
  }
}
