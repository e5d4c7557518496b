/**
 * The trace that all contestants play: offsets and names from a seed, so that each does the same to
 * the same disk.
 *
 *   randomNumbers(seed)                   numbers below 2^32: the same ones for the same seed
 *   randomOffsets(seed, count, align, end)   multiples of `align` below `end`
 *   sequence(count, step, end)            0, step, 2 step ..., from 0 again at `end`
 *   fileName(index), treePaths()          the names of the disk (disk.ts)
 */
export const SEED = 0x46_41_54_31;

/** Mulberry32. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

export function randomOffsets(seed: number, count: number, align: number, end: number): number[] {
  if (end < align) throw new RangeError(`no multiple of ${align} below ${end}`);
  const next = randomNumbers(seed);
  const places = Math.floor(end / align);
  return Array.from({ length: count }, () => (next() % places) * align);
}

export function sequence(count: number, step: number, end: number): number[] {
  const places = Math.floor(end / step);
  return Array.from({ length: count }, (_, index) => (index % places) * step);
}

export const BIG = 'BIG.BIN';
export const BIG_BYTES = 0x8_0000;
export const SMALL = 'SMALL.BIN';
export const SMALL_BYTES = 0x2000;
export const MISSING = 'MISSING.TXT';
export const HUNDRED = 'HUNDRED';
export const THOUSAND = 'THOUSAND';
export const TREE = 'TREE';
export const WORK = 'WORK';
/** What a round of create, rename or delete has at a time: they fit on the floppy. */
export const FILES_AT_A_TIME = 40;

export const listedName = (index: number): string => `File number ${index}.txt`;
export const workName = (index: number): string => `${WORK}/NEW${index}.BIN`;
export const otherName = (index: number): string => `${WORK}/OTHER${index}.BIN`;

export interface TreeFile {
  readonly path: string;
  readonly length: number;
}

export interface Tree {
  /** Outer ones first, each below TREE. */
  readonly directories: readonly string[];
  readonly files: readonly TreeFile[];
}

/** Three directories, a dozen files of 1 to 6 KiB. */
export function tree(): Tree {
  const next = randomNumbers(SEED);
  const directories = ['', '/SRC', '/SRC/LIB', '/DOC'];
  const files = Array.from({ length: 12 }, (_, index) => ({
    path: `${directories[index % 4]}/F${index}.DAT`,
    length: 1024 + (next() % 5120),
  }));
  return { directories, files };
}

/** Bytes that tell where they stand. */
export function contents(length: number, seed: number): Uint8Array {
  return new Uint8Array(length).map((_, at) => (at * 7 + (at >>> 9) * 31 + seed) & 0xff);
}
