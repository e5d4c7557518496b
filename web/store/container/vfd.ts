/**
 * VFD 1.0 of Virtual98: a map of all sectors, then the bytes of those that are not filled with one.
 *
 * Virtual PC's .vfd is another thing: a raw image, known by its size.
 * Source: "FDD File Format", pc98.org.
 */
import { Reader, seen, startsWith, TrackRoom } from './reader.ts';
import type { Container, FoundSector, FoundTrack, Rate, Unpacked } from './types.ts';

const NAME = 'Virtual98 (VFD)';
const MAP = 0xdc;
const ENTRY = 12;
const SECTORS_OF_TRACK = 26;
const TRACKS = 160;
const UNUSED = 0xff;
const STORED = 0xff;
const LARGEST_SIZE_CODE = 6;

function sniff(bytes: Uint8Array): boolean {
  return startsWith(bytes, 'VFD1.');
}

function unpack(bytes: Uint8Array): Unpacked {
  const reader = new Reader(bytes, NAME);
  reader.seek(MAP);
  const tracks: FoundTrack[] = [];
  for (let track = 0; track < TRACKS; track++) {
    const entries = Array.from({ length: SECTORS_OF_TRACK }, () => reader.take(ENTRY));
    const used = entries.filter((entry) => entry[0] !== UNUSED);
    if (used.length === 0) continue;
    const [first] = used as [Uint8Array];
    const [rate, mfm]: [Rate, boolean] = [first[7] ? 0 : 2, first[6] !== 0];
    const room = new TrackRoom(reader);
    const sectors = used.map((entry) => readSector(bytes, entry, room));
    tracks.push({ cylinder: track >> 1, head: track & 1, rate, mfm, sectors });
  }
  return { kind: 'tracks', tracks, comment: seen(bytes.subarray(8, 0x88)) };
}

function readSector(bytes: Uint8Array, entry: Uint8Array, room: TrackRoom): FoundSector {
  const [c = 0, h = 0, r = 0, n = 0, fill = 0, deleted = 0] = entry;
  const reader = new Reader(bytes, NAME);
  if (n > LARGEST_SIZE_CODE) throw reader.fail(`a sector has the size code ${n}`);
  const size = room.take(128 << n);
  const id = { c, h, r, n, deleted: deleted !== 0 };
  if (fill !== STORED) return { ...id, data: new Uint8Array(size).fill(fill) };
  reader.seek(new Reader(entry.subarray(8), NAME).u32());
  return { ...id, data: reader.take(size) };
}

export const vfd: Container = { id: 'vfd', name: NAME, sniff, unpack };
