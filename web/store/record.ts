/**
 * A chunk as it is stored: its bytes, and a CRC-32 of each of its sectors behind them.
 *
 * The disk's head has a check sum of those sums. So a chunk that is missing, flipped, cut, or of
 * another generation is noticed, and in a flipped one only the sectors that are wrong count as
 * damaged: a disk whose boot sector is sound can still be opened.
 *
 *   packChunk(bytes)                       the record, and its sum for the head; never 0
 *   unpackChunk(record, length, sum)       the bytes, and which sectors of them are not to be
 *                                          believed; nothing throws
 *
 * Records of version 1 are the bare bytes. Decision 0010 has why it is CRC-32, and its cost.
 */

import { crc32 } from './share/crc32.ts';
import type { ByteRange } from './sector-set.ts';

export const SECTOR = 512;
const SUM_BYTES = 4;

/** In the head: there is no such chunk, all of it is zeros. */
export const NO_CHUNK = 0;

export interface PackedChunk {
  record: Uint8Array;
  sum: number;
}

export interface UnpackedChunk {
  bytes: Uint8Array;
  /** Relative to the chunk, ascending. */
  damaged: ByteRange[];
}

function sectorCount(length: number): number {
  return Math.ceil(length / SECTOR);
}

export function recordLength(length: number): number {
  return length + sectorCount(length) * SUM_BYTES;
}

/** How many bytes of a disk a record of this length has; undefined: no record has it. */
export function dataLength(record: number): number | undefined {
  const sectors = Math.ceil(record / (SECTOR + SUM_BYTES));
  const length = record - sectors * SUM_BYTES;
  return length > 0 && recordLength(length) === record ? length : undefined;
}

function nonZero(sum: number): number {
  return sum === NO_CHUNK ? 1 : sum;
}

export function packChunk(bytes: Uint8Array): PackedChunk {
  const record = new Uint8Array(recordLength(bytes.length));
  record.set(bytes);
  const sums = new DataView(record.buffer, bytes.length);
  for (let at = 0, i = 0; at < bytes.length; at += SECTOR, i++) {
    sums.setUint32(i * SUM_BYTES, crc32(bytes.subarray(at, at + SECTOR)), true);
  }
  return { record, sum: nonZero(crc32(record.subarray(bytes.length))) };
}

const whole = (length: number): ByteRange[] => [{ offset: 0, length }];

/** `sum` undefined: nobody knows it. `record` is what was found, undefined where nothing was. */
export function unpackChunk(
  record: unknown,
  length: number,
  sum: number | undefined,
): UnpackedChunk {
  const bytes = new Uint8Array(length);
  if (!(record instanceof Uint8Array)) return { bytes, damaged: whole(length) };
  bytes.set(record.subarray(0, length));
  if (record.length !== recordLength(length)) return { bytes, damaged: whole(length) };
  const damaged = wrongSectors(record, length);
  const expected = sum === undefined || nonZero(crc32(record.subarray(length))) === sum;
  // Sums that agree with every sector and not with the head: all is of another generation.
  if (!expected && damaged.length === 0) return { bytes, damaged: whole(length) };
  return { bytes, damaged };
}

function wrongSectors(record: Uint8Array, length: number): ByteRange[] {
  const sums = new DataView(record.buffer, record.byteOffset + length);
  const wrong: ByteRange[] = [];
  for (let at = 0, i = 0; at < length; at += SECTOR, i++) {
    const size = Math.min(SECTOR, length - at);
    if (crc32(record.subarray(at, at + size)) === sums.getUint32(i * SUM_BYTES, true)) continue;
    const last = wrong.at(-1);
    if (last && last.offset + last.length === at) last.length += size;
    else wrong.push({ offset: at, length: size });
  }
  return wrong;
}
