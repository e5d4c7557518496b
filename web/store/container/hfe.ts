/**
 * HFE version 1, of the HxC floppy emulator: the cells of each track as a drive would give them.
 *
 * A table says in blocks of 512 bytes where each cylinder lies; in a block 256 bytes are of side 0
 * and 256 of side 1, and in a byte the lowest bit comes first. MFM is read. FM and the recordings
 * of Amiga and Apple are not: they hold no FAT.
 *
 * Source: J.-F. Del Nero, "SDCard HxC Floppy Emulator HFE file format", rev. 1.1.
 */
import { readMfm } from './mfm.ts';
import { Reader, startsWith } from './reader.ts';
import type { Container, FoundTrack, Rate, Unpacked } from './types.ts';

const NAME = 'HFE';
const BLOCK = 512;
const HALF = 256;
const MOST_CYLINDERS = 84;
/** MFM as IBM has it; not said. */
const MFM = 0;
const UNKNOWN = 0xff;
const ENCODINGS: Readonly<Record<number, string>> = { 1: 'Amiga', 2: 'FM', 3: 'Emu FM' };

function sniff(bytes: Uint8Array): boolean {
  return startsWith(bytes, 'HXCPICFE') || startsWith(bytes, 'HXCHFEV3');
}

function unpack(bytes: Uint8Array): Unpacked {
  const reader = new Reader(bytes, NAME);
  const version = startsWith(reader.take(8), 'HXCHFEV3') ? 3 : reader.byte() + 1;
  if (version !== 1)
    throw reader.fail(
      `it is of version ${version}, and 1 is read here: HxC's program makes that of it`,
    );
  const [count, heads, encoding] = [reader.byte(), reader.byte(), reader.byte()];
  if (encoding !== MFM && encoding !== UNKNOWN)
    throw reader.fail(`it is recorded in ${ENCODINGS[encoding] ?? `way ${encoding}`}, not MFM`);
  if (heads < 1 || heads > 2) throw reader.fail(`it has ${heads} sides`);
  const rate = rateOf(reader.u16());
  reader.take(4);
  reader.seek(reader.u16() * BLOCK);
  const cylinders = Math.min(count, MOST_CYLINDERS);
  const tracks: FoundTrack[] = [];
  for (let cylinder = 0; cylinder < cylinders; cylinder++) {
    const [block, length] = [reader.u16(), reader.u16()];
    const data = new Reader(bytes, NAME);
    data.seek(block * BLOCK);
    const sides = data.take(Math.min(Math.ceil(length / BLOCK) * BLOCK, data.left));
    if (sides.length < length) throw data.fail('it is cut short');
    for (let head = 0; head < heads; head++) {
      // The last block is halved like the others: of each side there is half of the length.
      const cells = Math.floor(length / 2) * 8;
      const sectors = readMfm(cellsOf(sides, head, cells));
      tracks.push({ cylinder, head, rate, mfm: true, sectors });
    }
  }
  return { kind: 'tracks', tracks };
}

/** 250, 300, 500 or 1,000 thousand bits a second, about. */
function rateOf(kilobits: number): Rate {
  if (kilobits < 275) return 2;
  if (kilobits < 400) return 1;
  return kilobits < 750 ? 0 : 3;
}

function cellsOf(sides: Uint8Array, head: number, count: number): Uint8Array {
  const cells = new Uint8Array(count);
  for (let at = 0; at < count; at++) {
    const byte = at >> 3;
    const place = Math.floor(byte / HALF) * BLOCK + head * HALF + (byte % HALF);
    cells[at] = ((sides[place] ?? 0) >> (at & 7)) & 1;
  }
  return cells;
}

export const hfe: Container = { id: 'hfe', name: NAME, sniff, unpack };
