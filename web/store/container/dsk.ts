/**
 * CPCEMU's disk images (DSK), and extended ones (EDSK): tracks of 256 bytes of head, then sectors.
 *
 * The plain kind has tracks of one length; the extended one has a table of lengths, in units of 256
 * bytes, 0 for a track that was never formatted, and the true length of each sector. A sector that
 * is stored several times over came out otherwise each time: it is a weak one. Status registers of
 * the controller that read it say of each sector what was wrong.
 *
 * Source: the "DSK disk image file format" and "Extended DSK" of the CPC wiki; ST1 and ST2 of the
 * µPD765A data sheet.
 */
import { Reader, startsWith } from './reader.ts';
import type { Container, FoundSector, FoundTrack, Rate, Unpacked } from './types.ts';

const NAME = 'CPCEMU (DSK)';
const PLAIN = 'MV - CPC';
const EXTENDED = 'EXTENDED';
const HEADER = 256;
const TRACK_HEADER = 256;
const SECTOR_INFO = 8;
const LARGEST_SIZE_CODE = 6;
/** 1: single or double density, 2: high, 3: extended. */
const RATES: readonly (Rate | undefined)[] = [undefined, 2, 0, 3];
const ST1_DE = 0x20;
const ST1_MA = 0x01;
const ST2_CM = 0x40;
const ST2_DD = 0x20;
const ST2_MD = 0x01;

function sniff(bytes: Uint8Array): boolean {
  return startsWith(bytes, PLAIN) || startsWith(bytes, 'EXTENDED CPC DSK');
}

function unpack(bytes: Uint8Array): Unpacked {
  const extended = startsWith(bytes, EXTENDED);
  const reader = new Reader(bytes, NAME);
  reader.take(0x22);
  const comment = reader.text(14);
  const [cylinders, heads] = [reader.byte(), reader.byte()];
  if (heads < 1 || heads > 2) throw reader.fail(`it has ${heads} sides`);
  const length = reader.u16();
  const table = extended ? reader.take(cylinders * heads) : undefined;
  reader.seek(HEADER);
  const tracks: FoundTrack[] = [];
  for (let i = 0; i < cylinders * heads; i++) {
    const bytesOf = table ? table[i]! * 256 : length;
    if (bytesOf === 0) continue;
    // The last tracks of many images are shorter than the table says: it is the data that count.
    const track = new Reader(reader.take(Math.min(bytesOf, reader.left)), NAME);
    const place = { cylinder: Math.floor(i / heads), head: i % heads };
    tracks.push({ ...place, ...readTrack(track, extended) });
  }
  return { kind: 'tracks', tracks, comment };
}

function readTrack(
  reader: Reader,
  extended: boolean,
): Pick<FoundTrack, 'rate' | 'mfm' | 'sectors'> {
  if (!startsWith(reader.take(12), 'Track-Info')) throw reader.fail('a track has no head');
  reader.seek(0x12);
  const [rate, recording, n, count] = [reader.byte(), reader.byte(), reader.byte(), reader.byte()];
  reader.seek(0x18);
  const infos = Array.from({ length: count }, () => reader.take(SECTOR_INFO));
  // More sectors than one head has room for: the head goes on.
  reader.seek(Math.ceil(Math.max(TRACK_HEADER, reader.at) / 256) * 256);
  const sectors = infos.map((info) => readSector(reader, info, extended ? undefined : n));
  return { rate: RATES[rate], mfm: recording === 1 ? false : undefined, sectors };
}

/** Without `plainSize` the sector's own entry has its length. */
function readSector(reader: Reader, info: Uint8Array, plainSize: number | undefined): FoundSector {
  const [c = 0, h = 0, r = 0, n = 0, st1 = 0, st2 = 0, low = 0, high = 0] = info;
  const own = plainSize === undefined ? low | (high << 8) : 0;
  const size = 128 << Math.min(plainSize ?? n, LARGEST_SIZE_CODE);
  if ((plainSize ?? 0) > LARGEST_SIZE_CODE) throw reader.fail(`a sector has the size ${plainSize}`);
  const stored = reader.take(own || (plainSize === undefined ? 0 : size));
  const copies = n <= LARGEST_SIZE_CODE ? stored.length / (128 << n) : 1;
  const weak = Number.isInteger(copies) && copies > 1;
  const marks = {
    deleted: (st2 & ST2_CM) !== 0,
    badCrc: (st2 & ST2_DD) !== 0 && !weak,
    badId: (st1 & ST1_DE) !== 0 && (st2 & ST2_DD) === 0,
    noData: (st2 & ST2_MD) !== 0 || ((st1 & ST1_MA) !== 0 && stored.length === 0),
    weak,
  };
  if (stored.length === 0) return { c, h, r, n, ...marks, noData: true };
  return { c, h, r, n, data: stored.subarray(0, size), ...marks };
}

export const dsk: Container = { id: 'dsk', name: NAME, sniff, unpack };
