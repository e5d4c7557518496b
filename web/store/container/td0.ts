/**
 * TeleDisk (TD0): sectors as they were found, their bytes packed one by one; with "advanced
 * compression" all behind the header is packed once more.
 *
 * Sums are looked at where what they guard cannot be believed otherwise: those of the header and of
 * each track. A sector that DOS had not given away was not stored: it has zeros.
 *
 * Not read: parts of an image in several files.
 * Source: Dave Dunfield, "Teledisk image file format: notes", 28 July 2008; the same, revised by
 * Mark Ogden, 4 October 2024.
 */
import { LARGEST_SOURCE } from '../formats.ts';
import { expand } from './lzhuf.ts';
import { expandLzw } from './lzw.ts';
import { Reader, seen, startsWith, TrackRoom } from './reader.ts';
import type { Container, FoundSector, FoundTrack, Rate, Unpacked } from './types.ts';

const NAME = 'TeleDisk (TD0)';
const HEADER = 12;
const POLYNOMIAL = 0xa097;
const RATES: readonly Rate[] = [2, 1, 0];
/** Of the format, in tenths: from here on it is packed by another method than before. */
const FIRST_LZHUF = 20;
const LAST_TRACK = 0xff;
const MOST_TRACKS = 256 * 2;
const HAS_COMMENT = 0x80;
const SINGLE_DENSITY = 0x80;
const BAD_CRC = 2;
const DELETED = 4;
const NOT_ALLOCATED = 0x10;
const NO_DATA = 0x20;
const NO_ID = 0x40;
const LARGEST_SIZE_CODE = 6;

function sniff(bytes: Uint8Array): boolean {
  if (!startsWith(bytes, 'TD') && !startsWith(bytes, 'td')) return false;
  return bytes.length >= HEADER && sum(bytes.subarray(0, 10)) === (bytes[10]! | (bytes[11]! << 8));
}

export function sum(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++)
      crc = crc & 0x8000 ? ((crc << 1) ^ POLYNOMIAL) & 0xffff : crc << 1;
  }
  return crc;
}

function unpack(bytes: Uint8Array): Unpacked {
  const header = new Reader(bytes, NAME);
  const [, , sequence = 0, , version = 0, rate = 0, , stepping = 0] = header.take(HEADER);
  if (sequence !== 0) throw header.fail(`it is part ${sequence + 1} of an image in several files`);
  const reader = startsWith(bytes, 'td') ? expanded(header, version) : header;
  const comment = stepping & HAS_COMMENT ? readComment(reader) : '';
  const tracks: FoundTrack[] = [];
  const form = { rate: RATES[rate & 3] ?? 2, mfm: !(rate & SINGLE_DENSITY) };
  for (let count = reader.byte(); count !== LAST_TRACK; count = reader.byte()) {
    if (tracks.length === MOST_TRACKS) throw reader.fail('it has too many tracks');
    tracks.push(readTrack(reader, count, form));
  }
  return { kind: 'tracks', tracks, comment };
}

function expanded(header: Reader, version: number): Reader {
  const most = LARGEST_SOURCE;
  const unpack = version < FIRST_LZHUF ? expandLzw : expand;
  const bytes = unpack(header.take(header.left), most);
  if (!bytes)
    throw header.fail('what is packed in it is damaged, or more than a floppy disk holds');
  return new Reader(bytes, NAME);
}

/** Lines that end in NUL, behind a date. */
function readComment(reader: Reader): string {
  reader.take(2);
  const length = reader.u16();
  reader.take(6);
  return seen(reader.take(length).map((byte) => (byte === 0 ? 0x20 : byte)));
}

function readTrack(
  reader: Reader,
  count: number,
  { rate, mfm }: { rate: Rate; mfm: boolean },
): FoundTrack {
  const [cylinder = 0, side = 0, check] = reader.take(3);
  if ((sum(Uint8Array.of(count, cylinder, side)) & 0xff) !== check)
    throw reader.fail(`the head of cylinder ${cylinder} is damaged`);
  const room = new TrackRoom(reader);
  const sectors = Array.from({ length: count }, () => readSector(reader, room));
  const real = sectors.filter((sector) => sector !== undefined);
  return { cylinder, head: side & 1, rate, mfm: mfm && !(side & SINGLE_DENSITY), sectors: real };
}

/** Undefined: data without an ID, which no controller finds. */
function readSector(reader: Reader, room: TrackRoom): FoundSector | undefined {
  const [c = 0, h = 0, r = 0, n = 0, flags = 0] = reader.take(6);
  const marks = { deleted: (flags & DELETED) !== 0, badCrc: (flags & BAD_CRC) !== 0 };
  const has = !(flags & (NOT_ALLOCATED | NO_DATA));
  if (has && n > LARGEST_SIZE_CODE) throw reader.fail(`a sector has the size code ${n}`);
  const size = room.take(128 << Math.min(n, LARGEST_SIZE_CODE));
  const data = has ? readData(reader, size) : undefined;
  if (flags & NO_ID) return undefined;
  if (flags & NO_DATA) return { c, h, r, n, noData: true };
  return { c, h, r, n, data: data ?? new Uint8Array(size), ...marks };
}

function readData(reader: Reader, size: number): Uint8Array {
  const length = reader.u16();
  const block = new Reader(reader.take(length), NAME);
  const data = new Uint8Array(size);
  const method = block.byte();
  let at = 0;
  const put = (pattern: Uint8Array, times: number): void => {
    if (at + pattern.length * times > size) throw reader.fail('a sector is longer than it says');
    for (let i = 0; i < times; i++, at += pattern.length) data.set(pattern, at);
  };
  if (method > 2) throw reader.fail(`a sector is packed by the method ${method}`);
  if (method === 0) put(block.take(size), 1);
  while (method === 1 && at < size) {
    const times = block.u16();
    put(block.take(2), times);
  }
  while (method === 2 && at < size) {
    const half = block.byte();
    const count = block.byte();
    if (half === 0) put(block.take(count), 1);
    else put(block.take(half * 2), count);
  }
  return data;
}

export const td0: Container = { id: 'td0', name: NAME, sniff, unpack };
