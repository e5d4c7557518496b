/**
 * ZIP archives as they are written here: one file after the other, each deflated by the browser.
 *
 *   new ZipWriter()
 *   add(path, bytes, modified)   resolves when it is packed; what it packed is in a Blob
 *   finish()                     the archive
 *
 * Names are UTF-8, and no path is there twice. An archive has at most 65,535 files and 4 GiB: more
 * is refused in words (there is no ZIP64 here).
 * Source: PKWARE, APPNOTE.TXT 6.3, 4.3.7 (local), 4.3.12 (directory), 4.3.16 (end), 4.4.6 (time).
 */
import { readCapped, through } from '../capped.ts';
import { StoreError } from '../errors.ts';
import { crc32 } from '../share/crc32.ts';

const LOCAL = 0x04034b50;
const ENTRY = 0x02014b50;
const END = 0x06054b50;
const VERSION = 20;
const UTF8 = 0x800;
const STORED = 0;
const DEFLATED = 8;
const MOST_FILES = 0xffff;
const MOST_BYTES = 0xffff_ffff;
const FIRST_YEAR = 1980;

export class ZipWriter {
  readonly #parts: BlobPart[] = [];
  readonly #directory: Uint8Array<ArrayBuffer>[] = [];
  readonly #paths = new Set<string>();
  #length = 0;

  /** Resolves to the path: with a number behind its name where it is taken already. */
  async add(path: string, bytes: Uint8Array, modified: number): Promise<string> {
    const free = freePath(path, this.#paths);
    const name = new TextEncoder().encode(free);
    const packed = await deflate(bytes);
    const smaller = packed.length < bytes.length;
    const data = smaller ? packed : new Uint8Array(bytes);
    const facts = [smaller ? DEFLATED : STORED, ...dosTime(new Date(modified))] as const;
    const sizes = [crc32(bytes), data.length, bytes.length] as const;
    this.#directory.push(entry(name, facts, sizes, this.#length));
    // A Blob may lie on a disk: an archive of a hundred floppies is not held in memory.
    this.#put(new Blob([local(name, facts, sizes), data as Uint8Array<ArrayBuffer>]));
    if (this.#directory.length > MOST_FILES || this.#length > MOST_BYTES)
      throw new StoreError('bad-argument', 'That is more than one ZIP archive can hold.');
    return free;
  }

  finish(): Blob {
    const start = this.#length;
    for (const one of this.#directory) this.#put(new Blob([one]));
    const count = this.#directory.length;
    const end = record(22, [
      [4, END],
      [4, 0],
      [2, count],
      [2, count],
      [4, this.#length - start],
      [4, start],
      [2, 0],
    ]);
    return new Blob([...this.#parts, end], { type: 'application/zip' });
  }

  #put(part: Blob): void {
    this.#parts.push(part);
    this.#length += part.size;
  }
}

/** The path, or another that nobody has taken yet; taken now. */
export function freePath(path: string, taken: Set<string>): string {
  const [, name = path, ending = ''] = /^(.*?)(\.[^./]*)?$/s.exec(path) ?? [];
  let free = path;
  for (let i = 2; taken.has(free.toLowerCase()); i++) free = `${name} (${i})${ending}`;
  taken.add(free.toLowerCase());
  return free;
}

type Facts = readonly [method: number, time: number, date: number];
type Sizes = readonly [crc: number, packed: number, size: number];

function local(name: Uint8Array, facts: Facts, sizes: Sizes): Uint8Array<ArrayBuffer> {
  const bytes = record(30 + name.length, [
    [4, LOCAL],
    [2, VERSION],
    [2, UTF8],
    ...facts.map((fact) => [2, fact] as const),
    ...sizes.map((size) => [4, size] as const),
    [2, name.length],
    [2, 0],
  ]);
  bytes.set(name, 30);
  return bytes;
}

function entry(name: Uint8Array, facts: Facts, sizes: Sizes, at: number): Uint8Array<ArrayBuffer> {
  const bytes = record(46 + name.length, [
    [4, ENTRY],
    [2, VERSION],
    [2, VERSION],
    [2, UTF8],
    ...facts.map((fact) => [2, fact] as const),
    ...sizes.map((size) => [4, size] as const),
    [2, name.length],
    [2, 0],
    [2, 0],
    [2, 0],
    [2, 0],
    [4, 0],
    [4, at],
  ]);
  bytes.set(name, 46);
  return bytes;
}

/** Numbers of 2 or 4 bytes, one behind the other. */
function record(
  length: number,
  fields: readonly (readonly [2 | 4, number])[],
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [size, value] of fields) {
    if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += size;
  }
  return bytes;
}

function dosTime(date: Date): [time: number, date: number] {
  const year = Math.max(0, Math.min(date.getFullYear() - FIRST_YEAR, 127));
  const time = (date.getHours() << 11) | (date.getMinutes() << 5) | (date.getSeconds() >> 1);
  return [time, (year << 9) | ((date.getMonth() + 1) << 5) | date.getDate()];
}

async function deflate(bytes: Uint8Array): Promise<Uint8Array> {
  return (await readCapped(through(bytes, new CompressionStream('deflate-raw')), Infinity))!;
}
