/**
 * Is a medium the one that a volume was mounted from? By what it holds.
 *
 *   compareMedium(io, volume)   STATUS_SUCCESS: it is; STATUS_WRONG_VOLUME: it is another one; a
 *                               failure to read: nothing on it says
 *
 * Compared is what is cached of the first sectors and is surely on the disk: read or written well,
 * and not changed since. One difference, and it is another disk. Sectors that are dirty, or whose
 * last write did not end well, say nothing and are not even read: a disk that was pulled out while
 * it was written has a torn one among them. One that cannot be read says nothing either.
 *
 * Something must speak *for* the disk too. That is the first sector, which has the serial number:
 * each byte of it must be what the disk surely had, or what is now to be written there; so a torn
 * one counts, as the drive makes it out. Where it cannot be read, another sector that two disks
 * hardly have in common.
 */
import * as Status from '../../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../../rtl/status.ts';
import { isUnreadable } from '../../../rtl/media.ts';
import { SECTOR_SIZE, SECTORS_PER_PAGE } from '../../cc/types.ts';
import type { IoContext } from '../context.ts';
import type { Volume } from '../file/volume.ts';

const PAGE = SECTOR_SIZE * SECTORS_PER_PAGE;
/** Boot sector, and on floppies a file allocation table and some of the root directory. */
const COMPARED_PAGES = 4;
/** Looked at besides, where those speak neither for the disk nor against it. */
const FURTHER_PAGES = 16;
/** Bytes that an empty disk does not have. */
const DISTINCT_BYTES = 16;

/** 'silent': it cannot be read, or says nothing. */
type Verdict = 'same' | 'alike' | 'other' | 'silent';

interface Comparison {
  readonly io: IoContext;
  readonly volume: Volume;
  /** COMPARED_PAGES frames to read into. */
  readonly frames: readonly number[];
  /** Why a sector could not be read. */
  failure: number;
}

/** What is cached of it is on the disk. */
function isSure({ cache }: Volume, sector: number): boolean {
  const page = cache.page(Math.floor(sector / SECTORS_PER_PAGE));
  const settled = page ? page.valid & ~page.dirty & ~page.writing : 0;
  return ((settled >>> (sector % SECTORS_PER_PAGE)) & 1) === 1 && !cache.unsure.has(sector);
}

/** The sectors of these pages that say something. */
function speaking(volume: Volume, pages: readonly number[]): number[] {
  const sectors: number[] = [];
  for (const index of pages) {
    for (let bit = 0; bit < SECTORS_PER_PAGE; bit++) {
      const sector = index * SECTORS_PER_PAGE + bit;
      if (sector * SECTOR_SIZE >= volume.cache.device.length) break;
      if (sector === 0 || isSure(volume, sector)) sectors.push(sector);
    }
  }
  return sectors;
}

/** Ends at the first difference, and at a failure that is not a sector's own. */
async function comparePages(comparison: Comparison, pages: readonly number[]): Promise<Verdict> {
  let verdict: Verdict = 'silent';
  for (const run of neighbours(speaking(comparison.volume, pages))) {
    for await (const found of compareRun(comparison, run)) {
      if (found === 'other') return found;
      if (found === 'same' || verdict === 'silent') verdict = found;
    }
    if (isBroken(comparison.failure)) return 'silent';
  }
  return verdict;
}

/** Sectors that can be read in one request. */
function neighbours(sectors: readonly number[]): number[][] {
  const runs: number[][] = [];
  for (const sector of sectors) {
    const last = runs.at(-1);
    const fits = last && last.length < COMPARED_PAGES * SECTORS_PER_PAGE;
    if (fits && last.at(-1) === sector - 1) last.push(sector);
    else runs.push([sector]);
  }
  return runs;
}

/** In one request; or each sector by itself, where one of them cannot be read. */
async function* compareRun(
  comparison: Comparison,
  run: readonly number[],
): AsyncGenerator<Verdict> {
  const status = await read(comparison, run);
  if (NT_SUCCESS(status)) {
    for (const [at, sector] of run.entries()) yield judge(comparison, sector, at, status);
    return;
  }
  for (const sector of isUnreadable(status) ? run : []) {
    const single = await read(comparison, [sector]);
    if (isBroken(single)) return;
    yield judge(comparison, sector, 0, single);
  }
}

function isBroken(status: number): boolean {
  return !NT_SUCCESS(status) && !isUnreadable(status);
}

async function read(comparison: Comparison, run: readonly number[]): Promise<number> {
  const { io, volume, frames } = comparison;
  const length = run.length * SECTOR_SIZE;
  const pieces = frames
    .map((address, i) => ({ address, length: Math.min(PAGE, length - i * PAGE) }))
    .filter((piece) => piece.length > 0);
  for (const piece of pieces) io.executive.mm.ram.fill(piece.address, piece.length, 0);
  const status = await volume.medium.startOverriding(run[0]! * SECTOR_SIZE, pieces).wait();
  if (!NT_SUCCESS(status)) comparison.failure = status;
  return status;
}

/** `at`: where in the frames it was read to, in sectors. */
function judge(comparison: Comparison, sector: number, at: number, status: number): Verdict {
  const { io, volume, frames } = comparison;
  const { ram } = io.executive.mm;
  const { cache } = volume;
  const readable = NT_SUCCESS(status);
  // The file system may have changed it while it was read.
  if (sector !== 0 && !isSure(volume, sector)) return 'silent';
  if (!readable && (sector !== 0 || status !== Status.STATUS_CRC_ERROR)) return 'silent';
  const frame = frames[Math.floor(at / SECTORS_PER_PAGE)]!;
  const found = ram.read(frame + (at % SECTORS_PER_PAGE) * SECTOR_SIZE, SECTOR_SIZE);
  const page = cache.validPage(sector * SECTOR_SIZE);
  const within = (sector % SECTORS_PER_PAGE) * SECTOR_SIZE;
  const cached = page && ram.read(page.address + within, SECTOR_SIZE);
  const before = (sector === 0 ? cache.identity : undefined) ?? cached;
  if (!before) return 'silent';
  const equal = found.every((byte, i) => byte === before[i] || byte === cached?.[i]);
  if (!equal) return readable ? 'other' : 'silent';
  return sector === 0 || isDistinct(found) ? 'same' : 'alike';
}

/** Not only fillers and the first bytes of an empty table. */
function isDistinct(bytes: Uint8Array): boolean {
  let count = 0;
  for (const byte of bytes) if (byte !== 0 && byte !== 0xff && byte !== 0xf6) count++;
  return count >= DISTINCT_BYTES;
}

export async function compareMedium(io: IoContext, volume: Volume): Promise<number> {
  const { mm } = io.executive;
  const frames = mm.allocatePages(COMPARED_PAGES);
  if (!frames) return Status.STATUS_INSUFFICIENT_RESOURCES;
  try {
    const comparison = { io, volume, frames, failure: Status.STATUS_SUCCESS as number };
    let verdict = await comparePages(comparison, [0, 1, 2, 3]);
    if ((verdict === 'alike' || verdict === 'silent') && !isBroken(comparison.failure))
      verdict = await comparePages(comparison, furtherPages(volume));
    if (verdict === 'same') return Status.STATUS_SUCCESS;
    const silent = verdict !== 'other' && !NT_SUCCESS(comparison.failure);
    return silent ? comparison.failure : Status.STATUS_WRONG_VOLUME;
  } finally {
    mm.freePages(frames);
  }
}

function furtherPages({ cache }: Volume): number[] {
  return [...cache.pages()]
    .map(({ index }) => index)
    .filter((index) => index >= COMPARED_PAGES)
    .sort((a, b) => a - b)
    .slice(0, FURTHER_PAGES);
}
