/**
 * D88 (D77, D68), of Japanese computers: a table of tracks, and before each sector its ID, what its
 * mark was, and how the read ended.
 *
 * A file may hold several disks, one behind the other: the first is taken.
 * Source: "D88 (D68/D77/D98) file structure", translated by Ashura.
 */
import { Reader, seen } from './reader.ts';
import type { Container, FoundSector, FoundTrack, Rate, Unpacked } from './types.ts';

const NAME = 'D88';
const TABLE = 0x20;
const SMALLEST_HEADER = 672;
const HEADER = 688;
const MOST_TRACKS = 164;
const MEDIA: Readonly<Record<number, Rate>> = { 0: 2, 0x10: 2, 0x20: 0, 0x30: 2, 0x40: 2 };
const SECTOR_HEADER = 16;
const FM = 0x40;
const LARGEST_SIZE_CODE = 6;
const ID_CRC = 0xa0;
const DATA_CRC = 0xb0;
const NO_ID = 0xe0;
const NO_DATA = 0xf0;

function sniff(bytes: Uint8Array): boolean {
  if (bytes.length < SMALLEST_HEADER) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, SMALLEST_HEADER);
  const size = view.getUint32(0x1c, true);
  const first = firstTrack(view);
  const reserved = bytes.subarray(0x11, 0x1a).every((byte) => byte === 0);
  const sound = [SMALLEST_HEADER, HEADER].includes(first) && size >= first && size <= bytes.length;
  return sound && reserved && bytes[0x1b]! in MEDIA;
}

function firstTrack(view: DataView): number {
  for (let at = TABLE; at + 4 <= SMALLEST_HEADER; at += 4)
    if (view.getUint32(at, true) !== 0) return view.getUint32(at, true);
  return 0;
}

function unpack(bytes: Uint8Array): Unpacked {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const disk = bytes.subarray(0, view.getUint32(0x1c, true));
  const rate = MEDIA[bytes[0x1b]!];
  const count = Math.min((firstTrack(view) - TABLE) / 4, MOST_TRACKS);
  const tracks: FoundTrack[] = [];
  for (let track = 0; track < count; track++) {
    const at = view.getUint32(TABLE + track * 4, true);
    // Some programs let all that is unused point to the end.
    if (at === 0 || at === disk.length) continue;
    const reader = new Reader(disk, NAME);
    reader.seek(at);
    const { mfm, sectors } = readTrack(reader);
    tracks.push({ cylinder: track >> 1, head: track & 1, rate, mfm, sectors });
  }
  const more = disk.length < bytes.length ? ' (the first of several disks)' : '';
  return { kind: 'tracks', tracks, comment: seen(bytes.subarray(0, 17)) + more };
}

function readTrack(reader: Reader): { mfm: boolean; sectors: FoundSector[] } {
  const sectors: FoundSector[] = [];
  let mfm = true;
  for (let count = 1; sectors.length < count;) {
    const header = reader.take(SECTOR_HEADER);
    count = header[4]! | (header[5]! << 8);
    if (count > 255) throw reader.fail(`a track has ${count} sectors`);
    if (count === 0) break;
    mfm &&= header[6] !== FM;
    sectors.push(readSector(reader, header));
  }
  return { mfm, sectors };
}

function readSector(reader: Reader, header: Uint8Array): FoundSector {
  const [c = 0, h = 0, r = 0, n = 0, , , , mark = 0, status = 0] = header;
  const length = header[14]! | (header[15]! << 8);
  if (n > LARGEST_SIZE_CODE) throw reader.fail(`a sector has the size code ${n}`);
  const stored = reader.take(length);
  const data = length > 0 ? stored.subarray(0, 128 << n) : undefined;
  return {
    ...{ c, h, r, n, data, deleted: mark !== 0 },
    badId: status === ID_CRC,
    badCrc: status === DATA_CRC,
    noData: status === NO_DATA || status === NO_ID || data === undefined,
  };
}

export const d88: Container = { id: 'd88', name: NAME, sniff, unpack };
