/**
 * ZIP archives, and IMZ, which is one with a disk image in it.
 *
 * An image is what has a floppy's size, an image's name, or, where no entry has either, what looks
 * like one inside. Of several the caller says which (`pick`); else they are named, and none is
 * taken. The sizes that the directory states are limits, not promises.
 *
 * Source: PKWARE, APPNOTE.TXT 6.3, 4.3.6 to 4.3.16 (records), 4.4.4 (flags), 4.4.5 (methods).
 */
import { readCapped, through } from '../capped.ts';
import { ImageError } from '../errors.ts';
import { floppyFormat, LARGEST_SOURCE } from '../formats.ts';
import { crc32 } from '../share/crc32.ts';
import { visibleName } from '../share/visible.ts';
import { Reader, startsWith } from './reader.ts';
import type { Container, UnpackOptions, Unpacked } from './types.ts';

const NAME = 'ZIP (IMZ)';
const END = 0x06054b50;
const END_BYTES = 22;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const MOST_COMMENT = 0xffff;
const MOST_ENTRIES = 2000;
/** How many are opened to see what they are. */
const MOST_TRIES = 32;
const ENCRYPTED = 1;
const UTF8 = 0x800;
const STORED = 0;
const DEFLATED = 8;
const IMAGE_NAME =
  /\.(im[gazd]|img|ima|dsk|st|msa|td0|cqm|qm|vfd|fdd|d88|d77|d68|88d|hfe|flp|bin|adf|ddi|xdf|edsk|\d{3,4}|gz)$/i;

interface Entry {
  name: string;
  flags: number;
  method: number;
  crc: number;
  packed: number;
  size: number;
  at: number;
}

function sniff(bytes: Uint8Array): boolean {
  return startsWith(bytes, 'PK\x03\x04');
}

async function unpack(bytes: Uint8Array, options: UnpackOptions): Promise<Unpacked> {
  const entries = readDirectory(bytes);
  const found = await candidates(bytes, entries, options);
  const named = found.map(({ name }) => visibleName(name));
  if (options.pick !== undefined) {
    const entry = found[named.indexOf(options.pick)];
    if (!entry) throw new ImageError('container', `The ZIP archive has no image ${options.pick}.`);
    return { kind: 'file', bytes: await extract(bytes, entry) };
  }
  if (found.length > 1) throw several(named);
  const [only] = found;
  if (!only) throw new ImageError('container', 'The ZIP archive has no disk image in it.');
  return { kind: 'file', bytes: await extract(bytes, only) };
}

function several(names: readonly string[]): ImageError {
  const shown = names.slice(0, 5).join(', ') + (names.length > 5 ? ', ...' : '');
  const message = `The ZIP archive has ${names.length} disk images (${shown}); say which.`;
  return new ImageError('several', message, undefined, names);
}

async function candidates(
  bytes: Uint8Array,
  entries: readonly Entry[],
  { known }: UnpackOptions,
): Promise<Entry[]> {
  const likely = entries.filter(({ name, size }) => floppyFormat(size) || IMAGE_NAME.test(name));
  if (likely.length > 0) return likely;
  const found: Entry[] = [];
  for (const entry of entries.slice(0, MOST_TRIES)) {
    const inside = await extract(bytes, entry).catch(() => undefined);
    if (inside && known(inside)) found.push(entry);
  }
  return found;
}

function readDirectory(bytes: Uint8Array): Entry[] {
  const reader = new Reader(bytes, NAME);
  reader.seek(findEnd(bytes, reader));
  reader.take(4 + 2 + 2 + 2);
  const count = reader.u16();
  reader.take(4);
  const start = reader.u32();
  if (count > MOST_ENTRIES) throw reader.fail(`it has ${count.toLocaleString('en-US')} files`);
  reader.seek(start);
  const entries = Array.from({ length: count }, () => readEntry(reader));
  return entries.filter(({ name, size }) => size > 0 && !name.endsWith('/'));
}

/** The last record that is one: behind it there is a comment at most. */
function findEnd(bytes: Uint8Array, reader: Reader): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const least = Math.max(0, bytes.length - END_BYTES - MOST_COMMENT);
  for (let at = bytes.length - END_BYTES; at >= least; at--)
    if (view.getUint32(at, true) === END) return at;
  throw reader.fail('it is cut short');
}

function readEntry(reader: Reader): Entry {
  if (reader.u32() !== ENTRY) throw reader.fail('its directory is damaged');
  reader.take(4);
  const [flags, method] = [reader.u16(), reader.u16()];
  reader.take(4);
  const [crc, packed, size] = [reader.u32(), reader.u32(), reader.u32()];
  const [nameLength, extra, comment] = [reader.u16(), reader.u16(), reader.u16()];
  reader.take(8);
  const at = reader.u32();
  const name = nameOf(reader.take(nameLength), flags);
  reader.take(extra + comment);
  return { name, flags, method, crc, packed, size, at };
}

function nameOf(bytes: Uint8Array, flags: number): string {
  if (flags & UTF8) return new TextDecoder().decode(bytes);
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}

async function extract(bytes: Uint8Array, entry: Entry): Promise<Uint8Array> {
  const reader = new Reader(bytes, NAME);
  const { name, flags, method, crc, packed, size, at } = entry;
  const shown = visibleName(name);
  if (flags & ENCRYPTED) throw reader.fail(`${shown} is encrypted`);
  if (size > LARGEST_SOURCE) throw reader.fail(`${shown} is larger than any disk image`);
  reader.seek(at);
  if (reader.u32() !== LOCAL) throw reader.fail('its directory is damaged');
  reader.take(22);
  const [nameLength, extra] = [reader.u16(), reader.u16()];
  reader.take(nameLength + extra);
  const data = reader.take(packed);
  const found = method === DEFLATED ? await inflate(data, size) : data;
  if (method !== STORED && method !== DEFLATED)
    throw reader.fail(`${shown} is packed by a method (${method}) that is not known here`);
  if (found?.length !== size || crc32(found) !== crc)
    throw reader.fail(`${shown} is damaged in it`);
  return found;
}

/** Undefined: it is damaged, or more than it says. */
async function inflate(data: Uint8Array, size: number): Promise<Uint8Array | undefined> {
  try {
    return await readCapped(through(data, new DecompressionStream('deflate-raw')), size);
  } catch {
    return undefined;
  }
}

export const zip: Container = { id: 'zip', name: NAME, sniff, unpack };
