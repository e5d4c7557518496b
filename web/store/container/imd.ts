/**
 * ImageDisk (IMD): a comment, then track after track as a controller read them.
 *
 * A track has its recording, its cylinder and head, the IDs of its sectors in the order in which
 * they pass, and of each sector its bytes, or one byte that fills it, or that it could not be read.
 *
 * Source: Dave Dunfield, "ImageDisk" 1.18, chapter 6, "Image file format".
 */
import { Reader, startsWith, TrackRoom } from './reader.ts';
import type { Container, FoundSector, FoundTrack, Rate, Unpacked } from './types.ts';

const NAME = 'ImageDisk (IMD)';
const END_OF_COMMENT = 0x1a;
/** Mode 0 to 2: FM; 3 to 5: MFM. */
const RATES: readonly Rate[] = [0, 1, 2];
const CYLINDER_MAP = 0x80;
const HEAD_MAP = 0x40;
const OWN_SIZES = 0xff;
const LARGEST_SIZE_CODE = 6;
const MOST_TRACKS = 256 * 2;

function sniff(bytes: Uint8Array): boolean {
  return startsWith(bytes, 'IMD ');
}

function unpack(bytes: Uint8Array): Unpacked {
  const end = bytes.indexOf(END_OF_COMMENT);
  const reader = new Reader(bytes, NAME);
  if (end < 0) throw reader.fail('its comment has no end');
  const comment = reader.text(end);
  reader.take(1);
  const tracks: FoundTrack[] = [];
  while (reader.left > 0) {
    if (tracks.length === MOST_TRACKS) throw reader.fail('it has too many tracks');
    tracks.push(readTrack(reader));
  }
  return { kind: 'tracks', tracks, comment };
}

function readTrack(reader: Reader): FoundTrack {
  const [mode = 0, cylinder = 0, how = 0, count = 0, size = 0] = reader.take(5);
  const head = how & ~(CYLINDER_MAP | HEAD_MAP);
  if (mode > 5 || head > 1) throw reader.fail(`a track begins with ${mode}, ${cylinder}, ${how}`);
  const numbers = reader.take(count);
  const cylinders = how & CYLINDER_MAP ? reader.take(count) : undefined;
  const heads = how & HEAD_MAP ? reader.take(count) : undefined;
  const sizes = size === OWN_SIZES ? reader.take(count * 2) : undefined;
  const room = new TrackRoom(reader);
  const sectors = Array.from(numbers, (r, i) => {
    const n = sizes ? sizeCode(reader, sizes[i * 2]! | (sizes[i * 2 + 1]! << 8)) : size;
    if (n > LARGEST_SIZE_CODE) throw reader.fail(`a sector has the size code ${n}`);
    const id = { c: cylinders?.[i] ?? cylinder, h: heads?.[i] ?? head, r, n };
    return readSector(reader, id, room.take(128 << n));
  });
  return { cylinder, head, rate: RATES[mode % 3], mfm: mode >= 3, sectors };
}

function sizeCode(reader: Reader, bytes: number): number {
  const code = Math.log2(bytes) - 7;
  if (!Number.isInteger(code) || code < 0) throw reader.fail(`a sector has ${bytes} bytes`);
  return code;
}

/** 0: could not be read. Else one less is: 1 filled, 2 deleted, 4 read with an error. */
function readSector(
  reader: Reader,
  id: Pick<FoundSector, 'c' | 'h' | 'r' | 'n'>,
  size: number,
): FoundSector {
  const kind = reader.byte();
  if (kind > 8) throw reader.fail(`a sector is of the kind ${kind}`);
  if (kind === 0) return { ...id, noData: true };
  const how = kind - 1;
  const data = how & 1 ? new Uint8Array(size).fill(reader.byte()) : reader.take(size);
  return { ...id, data, deleted: (how & 2) !== 0, badCrc: (how & 4) !== 0 };
}

export const imd: Container = { id: 'imd', name: NAME, sniff, unpack };
