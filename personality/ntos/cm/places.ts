/**
 * The two places of the battery-backed memory: each has a head and room for a saved hive.
 *
 *   0   'NTHV'
 *   4   generation, from 1
 *   8   bytes of the hive, which begins at 512
 *   12  CRC-32 of them
 *   16  CRC-32 of what stands before
 */
import { viewOf } from '../../rtl/registry.ts';

export const PLACES = 2;
export const PLACE = 0x2_0000;
export const HEAD = 512;
const MAGIC = 0x5648_544e;
const SUM_AT = 16;

export interface Head {
  readonly generation: number;
  readonly length: number;
  readonly sum: number;
}

/** CRC-32 (ISO 3309), bit by bit: there are few bytes, and seldom. */
export function sumOf(bytes: Uint8Array): number {
  let sum = 0xffff_ffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb8_8320 : 0);
  }
  return ~sum >>> 0;
}

export function encodeHead({ generation, length, sum }: Head): Uint8Array {
  const bytes = new Uint8Array(HEAD);
  [MAGIC, generation, length, sum].forEach((word, index) =>
    viewOf(bytes).setUint32(4 * index, word, true),
  );
  viewOf(bytes).setUint32(SUM_AT, sumOf(bytes.subarray(0, SUM_AT)), true);
  return bytes;
}

/** Undefined: nothing sound is here. */
export function decodeHead(bytes: Uint8Array): Head | undefined {
  const word = (index: number): number => viewOf(bytes).getUint32(4 * index, true);
  if (word(0) !== MAGIC || word(4) !== sumOf(bytes.subarray(0, SUM_AT))) return undefined;
  const head = { generation: word(1), length: word(2), sum: word(3) };
  return head.length <= PLACE - HEAD ? head : undefined;
}
