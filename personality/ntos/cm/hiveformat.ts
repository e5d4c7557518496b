/**
 * Where things are in a saved hive: the format `regf`, version 1.3, which NT keeps hives in.
 *
 * A base block of 4096 bytes, then bins of whole pages, full of cells. A cell begins with its size,
 * negative where it is in use; places are offsets from the first bin, and name a cell.
 *
 *   nk  a key      vk  a value      lf lh li ri  lists of subkeys      sk  who may do what
 *   db  data in pieces (from version 1.4 on)
 *
 * Source: the format as described by M. Suhanov ("Windows registry file format specification") and
 * by the documentation of libregf.
 */
export const PAGE = 4096;
export const NOTHING = 0xffff_ffff;

export const BASE = {
  sequence1: 4,
  sequence2: 8,
  written: 12,
  major: 20,
  minor: 24,
  type: 28,
  format: 32,
  root: 36,
  length: 40,
  cluster: 44,
  name: 48,
  sum: 508,
} as const;

export const BIN = { offset: 4, size: 8, written: 20, cells: 32 } as const;

export const NK = {
  flags: 2,
  written: 4,
  parent: 16,
  subKeys: 20,
  list: 28,
  volatileList: 32,
  values: 36,
  valueList: 40,
  security: 44,
  className: 48,
  maxName: 52,
  maxClass: 56,
  maxValueName: 60,
  maxValueData: 64,
  nameLength: 72,
  classLength: 74,
  name: 76,
} as const;

export const VK = { nameLength: 2, length: 4, data: 8, type: 12, flags: 16, name: 20 } as const;
export const SK = { next: 4, last: 8, uses: 12, length: 16, descriptor: 20 } as const;

/** Flags of a key. */
export const NK_HIVE_ENTRY = 0x0004;
export const NK_NO_DELETE = 0x0008;
export const NK_LINK = 0x0010;
/** The name is in Latin-1, a byte each. */
export const NK_COMPRESSED = 0x0020;
export const VK_COMPRESSED = 1;
/** In a value's length: the data, at most 4 bytes, stands in the place of its place. */
export const VK_RESIDENT = 0x8000_0000;
/** Bytes of one piece of a `db`. */
export const DB_PIECE = 16_344;

/** XOR of the words before the sum itself. */
export function baseSum(view: DataView): number {
  let sum = 0;
  for (let at = 0; at < BASE.sum; at += 4) sum ^= view.getUint32(at, true);
  sum >>>= 0;
  return sum === 0 ? 1 : sum === NOTHING ? 0xffff_fffe : sum;
}
