/**
 * Reading a container from its beginning: no byte is read that is not there.
 *
 *   new Reader(bytes, name)        `name` of the format, for what is said
 *   byte(), u16(), u32(), u16be()  numbers, little-endian but for the last
 *   take(length)                   a view of the next bytes
 *   text(length)                   the same as characters that can be seen
 *   fail(why)                      an ImageError that names the format: `throw reader.fail(...)`
 *
 *   new TrackRoom(reader).take(n)  throws where the sectors of one track become more than it holds:
 *                                  asked before anything is unpacked
 *   startsWith(bytes, text)        for those who sniff
 */
import { ImageError } from '../errors.ts';
import { visibleName } from '../share/visible.ts';

export class Reader {
  readonly bytes: Uint8Array;
  readonly name: string;
  at = 0;

  constructor(bytes: Uint8Array, name: string) {
    this.bytes = bytes;
    this.name = name;
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  fail(why: string): ImageError {
    return damaged(this.name, why);
  }

  take(length: number): Uint8Array {
    if (!(length >= 0 && length <= this.left)) throw this.fail('it is cut short');
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  /** From here on it reads there. */
  seek(at: number): void {
    if (!(at >= 0 && at <= this.bytes.length)) throw this.fail('it is cut short');
    this.at = at;
  }

  byte(): number {
    return this.take(1)[0]!;
  }

  u16(): number {
    const [low = 0, high = 0] = this.take(2);
    return low | (high << 8);
  }

  u16be(): number {
    const [high = 0, low = 0] = this.take(2);
    return low | (high << 8);
  }

  u32(): number {
    return this.u16() + this.u16() * 0x10000;
  }

  text(length: number): string {
    return seen(this.take(length));
  }
}

/** What a turn of the fastest recording holds, with room for sectors that overlap. */
export const MOST_TRACK_DATA = 64 * 1024;

export class TrackRoom {
  private reader: Reader;
  private used = 0;

  constructor(reader: Reader) {
    this.reader = reader;
  }

  take(length: number): number {
    this.used += length;
    if (this.used > MOST_TRACK_DATA) throw this.reader.fail('a track has more than fits on one');
    return length;
  }
}

export function damaged(name: string, why: string): ImageError {
  return new ImageError('container', `The ${name} image cannot be read: ${why}.`);
}

/** What of a comment can be shown: as far as its first NUL, and no further than a long line. */
export function seen(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  const until = Math.min(end < 0 ? bytes.length : end, MOST_TEXT);
  const latin = Array.from(bytes.subarray(0, until), (byte) => String.fromCharCode(byte));
  return visibleName(latin.join('').replace(/\s+/g, ' ').trim());
}

const MOST_TEXT = 2000;

export function startsWith(bytes: Uint8Array, text: string): boolean {
  if (bytes.length < text.length) return false;
  return [...text].every((char, at) => bytes[at] === char.charCodeAt(0));
}
