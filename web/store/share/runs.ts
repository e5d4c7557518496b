/**
 * A floppy image as its sectors that are not what they are anyway: zero, or as in a base that the
 * reader has too.
 *
 *   packRuns(image, base?)   size, then runs
 *   unpackRuns(body, base?)  the image again; throws ShareError `size` or `damaged`
 *
 *   body  = size run*
 *   size  = 4 bytes, little-endian: bytes of the image, whole sectors; a base has as many
 *   run   = skip count sector{count}
 *   skip, count = numbers of 512-byte sectors: 7 bits a byte, lowest first, the top bit set on all
 *                 but the last byte
 *
 * `skip` sectors are as in the base, the `count` after them follow. What no run reaches is as in
 * the base. Deflate alone shrinks zeros to a thousandth, which is still more than a blank disk
 * needs; that is why they are left out first.
 */

import { ShareError } from '../errors.ts';
import { LARGEST_FLOPPY } from '../formats.ts';

const SECTOR = 512;
/** Two bytes each for skip and count say every number of sectors that a floppy has. */
const MOST_NUMBER_BYTES = 2;

/** Without a base: whether it is zero. */
function isKnown(image: Uint8Array, sector: number, base: Uint8Array | undefined): boolean {
  const end = (sector + 1) * SECTOR;
  for (let at = sector * SECTOR; at < end; at++)
    if (image[at] !== (base ? base[at] : 0)) return false;
  return true;
}

/** Whether a drive may have such a disk at all; which it is, the import says. */
function isSize(bytes: number): boolean {
  return bytes > 0 && bytes <= LARGEST_FLOPPY && bytes % SECTOR === 0;
}

function pushNumber(to: number[], value: number): void {
  for (; value >= 0x80; value >>>= 7) to.push((value & 0x7f) | 0x80);
  to.push(value);
}

/** The runs as `[first sector, count, skip before it]`. */
function findRuns(image: Uint8Array, base?: Uint8Array): [number, number, number][] {
  const runs: [number, number, number][] = [];
  const sectors = image.length / SECTOR;
  let end = 0;
  for (let first = 0; first < sectors; first++) {
    if (isKnown(image, first, base)) continue;
    let after = first + 1;
    while (after < sectors && !isKnown(image, after, base)) after++;
    runs.push([first, after - first, first - end]);
    first = end = after;
  }
  return runs;
}

export function packRuns(image: Uint8Array, base?: Uint8Array): Uint8Array {
  if (!isSize(image.length)) throw unknownSize(image.length);
  const parts: Uint8Array[] = [new Uint8Array(4)];
  new DataView(parts[0]!.buffer).setUint32(0, image.length, true);
  for (const [first, count, skip] of findRuns(image, base)) {
    const numbers: number[] = [];
    pushNumber(numbers, skip);
    pushNumber(numbers, count);
    parts.push(Uint8Array.from(numbers));
    parts.push(image.subarray(first * SECTOR, (first + count) * SECTOR));
  }
  const body = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    body.set(part, at);
    at += part.length;
  }
  return body;
}

function unknownSize(bytes: number): ShareError {
  const size = bytes.toLocaleString('en-US');
  return new ShareError('size', `No floppy disk has ${size} bytes, so it cannot be in a link.`);
}

function damaged(): ShareError {
  return new ShareError('damaged', 'The disk in this link is damaged.');
}

/** Walks a body; every step stays inside it or throws. */
class RunReader {
  at = 4;
  readonly #body: Uint8Array;

  constructor(body: Uint8Array) {
    this.#body = body;
  }

  get atEnd(): boolean {
    return this.at === this.#body.length;
  }

  number(): number {
    let value = 0;
    for (let i = 0; i < MOST_NUMBER_BYTES; i++) {
      const byte = this.#body[this.at++];
      if (byte === undefined) throw damaged();
      value |= (byte & 0x7f) << (7 * i);
      if (byte < 0x80) return value;
    }
    throw damaged();
  }

  bytes(length: number): Uint8Array {
    const end = this.at + length;
    if (end > this.#body.length) throw damaged();
    const bytes = this.#body.subarray(this.at, end);
    this.at = end;
    return bytes;
  }
}

export function unpackRuns(body: Uint8Array, base?: Uint8Array): Uint8Array {
  if (body.length < 4) throw damaged();
  const size = new DataView(body.buffer, body.byteOffset).getUint32(0, true);
  if (!isSize(size)) throw unknownSize(size);
  if (base && base.length !== size) throw damaged();
  const image = base ? new Uint8Array(base) : new Uint8Array(size);
  const reader = new RunReader(body);
  let at = 0;
  while (!reader.atEnd) {
    at += reader.number() * SECTOR;
    const sectors = reader.bytes(reader.number() * SECTOR);
    // An empty run would let a body of any length stand for nothing.
    if (sectors.length === 0 || at + sectors.length > size) throw damaged();
    image.set(sectors, at);
    at += sectors.length;
  }
  return image;
}
