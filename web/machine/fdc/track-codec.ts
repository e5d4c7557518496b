/**
 * A disk's odd tracks as bytes: what the store keeps beside the image, and what brings them back.
 *
 *   encodeTracks(disk)    undefined where there is nothing to keep
 *   decodeTracks(bytes)   throws RangeError, in words; the bytes are not trusted
 *
 * "TRK", a version, the number of tracks; of each track: cylinder, head, rate with FM in bit 7,
 * gap, turns a minute in tens, number of sectors; of each sector: C H R N, its marks as bits, and
 * its data where bit 7 of them says that the image has no place for it.
 */
import {
  sizeOf,
  type DiskTracks,
  type OddSector,
  type OddTrack,
  type SectorMarks,
} from './track.ts';

const magic = [0x54, 0x52, 0x4b, 1] as const;
const headBytes = 5;
const trackBytes = 6;
const sectorBytes = 5;
const ownData = 0x80;
const fm = 0x80;
const markBits: readonly (readonly [keyof SectorMarks, number])[] = [
  ['deleted', 1],
  ['badCrc', 2],
  ['badId', 4],
  ['noData', 8],
  ['weak', 16],
];
const allMarks = 0x1f;

/** No floppy drive has more. */
export const mostCylinders = 84;
const mostTracks = mostCylinders * 2;
/** What one turn of the fastest holds, with room for sectors that overlap. */
const mostTrackData = 64 * 1024;

export function encodeTracks({ tracks }: DiskTracks): Uint8Array | undefined {
  if (tracks.length === 0) return undefined;
  const parts: Uint8Array[] = [Uint8Array.of(...magic, tracks.length)];
  for (const track of tracks) {
    const { cylinder, head, rate, mfm, gap, rpm, sectors } = track;
    const how = rate | (mfm ? 0 : fm);
    parts.push(Uint8Array.of(cylinder, head, how, gap, rpm / 10, sectors.length));
    for (const { c, h, r, n, data, ...has } of sectors) {
      let marks = data ? ownData : 0;
      for (const [mark, bit] of markBits) if (has[mark]) marks |= bit;
      parts.push(Uint8Array.of(c, h, r, n, marks));
      if (data) parts.push(data);
    }
  }
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

export function decodeTracks(bytes: Uint8Array): DiskTracks {
  const reader = new Reader(bytes);
  for (const byte of magic) if (reader.byte() !== byte) throw spoilt('no tracks of this version');
  const count = reader.byte();
  if (count > mostTracks) throw spoilt(`${count} tracks`);
  const seen = new Set<number>();
  const tracks = Array.from({ length: count }, () => {
    const track = readTrack(reader);
    const key = track.cylinder * 2 + track.head;
    if (seen.has(key)) throw spoilt('a track twice');
    seen.add(key);
    return track;
  });
  if (!reader.atEnd) throw spoilt('bytes after the last track');
  return { tracks };
}

function readTrack(reader: Reader): OddTrack {
  const [cylinder = 0, head = 0, how = 0, gap = 0, tens = 0, count = 0] = reader.take(trackBytes);
  if (cylinder >= mostCylinders || head > 1) throw spoilt(`a track ${cylinder}/${head}`);
  if ((how & ~(fm | 3)) !== 0 || (tens !== 30 && tens !== 36)) throw spoilt('an unknown recording');
  let data = 0;
  const sectors = Array.from({ length: count }, () => {
    const sector = readSector(reader);
    data += sector.data?.length ?? 0;
    if (data > mostTrackData) throw spoilt('more data than a track holds');
    return sector;
  });
  return { cylinder, head, rate: how & 3, mfm: !(how & fm), gap, rpm: tens * 10, sectors };
}

function readSector(reader: Reader): OddSector {
  const [c = 0, h = 0, r = 0, n = 0, marks = 0] = reader.take(sectorBytes);
  if ((marks & ~(ownData | allMarks)) !== 0) throw spoilt('unknown marks');
  const has = Object.fromEntries(markBits.map(([mark, bit]) => [mark, (marks & bit) !== 0]));
  const data = marks & ownData ? reader.take(sizeOf(n)).slice() : undefined;
  return { c, h, r, n, ...(has as unknown as SectorMarks), data };
}

class Reader {
  private bytes: Uint8Array;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    if (bytes.length < headBytes) throw spoilt('too short');
  }

  get atEnd(): boolean {
    return this.at === this.bytes.length;
  }

  byte(): number {
    return this.take(1)[0]!;
  }

  take(length: number): Uint8Array {
    if (this.at + length > this.bytes.length) throw spoilt('cut short');
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
}

function spoilt(why: string): RangeError {
  return new RangeError(`What a disk has beyond plain sectors is not readable: ${why}`);
}
