/**
 * A ZIP archive that is read where it lies: its directory first, then one file at a time, so that
 * one of many disks is never in memory as a whole. What it says is not believed: sizes are limits.
 *
 *   openZip(blob)         path -> how to read that file; throws ImageError in words
 *
 * Source: as zip.ts beside it.
 */
import { readCapped } from '../capped.ts';
import { ImageError } from '../errors.ts';
import { crc32 } from '../share/crc32.ts';

const LOCAL = 0x04034b50;
const ENTRY = 0x02014b50;
const END = 0x06054b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
const MOST_COMMENT = 0xffff;
const MOST_DIRECTORY = 32 * 1024 * 1024;
const DEFLATED = 8;

export type ReadFile = (most: number) => Promise<Uint8Array>;

const damaged = (why: string, cause?: unknown): ImageError =>
  new ImageError('container', `The backup is damaged: ${why}.`, cause);

export async function openZip(blob: Blob): Promise<Map<string, ReadFile>> {
  const { start, length, count } = await findEnd(blob);
  const view = await viewOf(blob, start, length);
  const files = new Map<string, ReadFile>();
  for (let at = 0, i = 0; i < count; i++) {
    if (at + ENTRY_BYTES > view.byteLength || view.getUint32(at, true) !== ENTRY)
      throw damaged('its directory cannot be read');
    const nameLength = view.getUint16(at + 28, true);
    const rest = view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (at + ENTRY_BYTES + nameLength > view.byteLength)
      throw damaged('its directory is cut short');
    const path = new TextDecoder().decode(
      new Uint8Array(view.buffer, view.byteOffset + at + ENTRY_BYTES, nameLength),
    );
    const facts = {
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      at: view.getUint32(at + 42, true),
    };
    files.set(path, (most) => extract(blob, path, facts, most));
    at += ENTRY_BYTES + nameLength + rest;
  }
  return files;
}

async function findEnd(blob: Blob): Promise<{ start: number; length: number; count: number }> {
  const tail = Math.min(blob.size, END_BYTES + MOST_COMMENT);
  const view = await viewOf(blob, blob.size - tail, tail);
  for (let at = tail - END_BYTES; at >= 0; at--) {
    if (view.getUint32(at, true) !== END) continue;
    const [length, start] = [view.getUint32(at + 12, true), view.getUint32(at + 16, true)];
    if (length > MOST_DIRECTORY || start + length > blob.size) break;
    return { start, length, count: view.getUint16(at + 10, true) };
  }
  throw new ImageError('container', 'This is no backup of a box: it is no whole ZIP archive.');
}

interface Facts {
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly at: number;
}

async function extract(
  blob: Blob,
  path: string,
  { method, crc, packed, size, at }: Facts,
  most: number,
): Promise<Uint8Array> {
  if (size > most) throw damaged(`${path} is larger than it can be`);
  const head = await viewOf(blob, at, LOCAL_BYTES);
  if (head.byteLength < LOCAL_BYTES || head.getUint32(0, true) !== LOCAL)
    throw damaged(`${path} is not where it should be`);
  const start = at + LOCAL_BYTES + head.getUint16(26, true) + head.getUint16(28, true);
  const stream = blob.slice(start, start + packed).stream();
  const plain =
    method === DEFLATED ? stream.pipeThrough(new DecompressionStream('deflate-raw')) : stream;
  const found = await readCapped(plain, size).catch((cause: unknown) => {
    throw damaged(`${path} cannot be unpacked`, cause);
  });
  if (found?.length !== size || crc32(found) !== crc) throw damaged(`${path} is not what it was`);
  return found;
}

async function viewOf(blob: Blob, start: number, length: number): Promise<DataView> {
  try {
    return new DataView(await blob.slice(start, start + length).arrayBuffer());
  } catch (cause) {
    throw new ImageError('fetch', 'The file could not be read; it may have changed.', cause);
  }
}
