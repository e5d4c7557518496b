/**
 * Files between the medium and a client's own pages, past the cache
 * (FILE_NO_INTERMEDIATE_BUFFERING), in whole sectors.
 *
 *   readUncached(file, offset, length, pieces)    caller has cut `length` at the sector of the end
 *   writeUncached(file, offset, length, pieces)
 *   appendUncached(file, length, pieces, at)      as CcAppend (copywrite.ts)
 *
 * Both agree with who uses the cache at the same time. A read first has what is dirty there, or
 * may be in views of sections, written to the disk. A write also goes into pages that are here: so
 * views show it, which could not be taken from who has mapped them, and what was dirty there is no
 * more.
 */
import * as Status from '../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../rtl/status.ts';
import type { Piece } from '../mm/types.ts';
import { slicePieces } from '../mm/mdl.ts';
import { Cursor } from './cursor.ts';
import type { FileCache } from './filecache.ts';
import { reach } from './grow.ts';
import { startTransfers } from './runs.ts';
import { type Page, SECTOR_SIZE, SECTORS_PER_PAGE, TRANSFER_LIMIT } from './types.ts';
import { flushFile } from './writeback.ts';
import { CcZeroData } from './zero.ts';

const PAGE = SECTOR_SIZE * SECTORS_PER_PAGE;
const VERIFY_LIMIT = 3;
/** Reads whose file becomes shorter each time, while they wait. */
const CUT_LIMIT = 8;

export async function readUncached(
  file: FileCache,
  offset: number,
  length: number,
  pieces: readonly Piece[],
): Promise<number> {
  const range = { first: Math.floor(offset / PAGE), end: Math.ceil((offset + length) / PAGE) };
  const flushed = await flushFile(file, range);
  if (!NT_SUCCESS(flushed)) return flushed;
  for (let turn = 0; ; turn++) {
    const count = Math.min(length, sectorsEnd(file) - offset);
    if (file.closed) return Status.STATUS_FILE_FORCED_CLOSED;
    if (count <= 0) return Status.STATUS_END_OF_FILE;
    const status = await verified(file, () => transfer(file, false, offset, count, pieces));
    // Where it has become shorter meanwhile, what is left of it is read.
    const cut = offset + count > sectorsEnd(file);
    if (status !== Status.STATUS_FILE_CORRUPT_ERROR || !cut || turn === CUT_LIMIT) return status;
  }
}

function sectorsEnd({ endOfFile }: FileCache): number {
  return Math.ceil(endOfFile / SECTOR_SIZE) * SECTOR_SIZE;
}

export function writeUncached(
  file: FileCache,
  offset: number,
  length: number,
  pieces: readonly Piece[],
): Promise<number> {
  return file.resource.run(() => write(file, offset, length, pieces));
}

export function appendUncached(
  file: FileCache,
  length: number,
  pieces: readonly Piece[],
  at: (offset: number) => number,
): Promise<number> {
  return file.resource.run(async () => {
    const { endOfFile } = file;
    if (endOfFile % SECTOR_SIZE !== 0) return Status.STATUS_INVALID_PARAMETER;
    const allowed = at(endOfFile);
    if (!NT_SUCCESS(allowed)) return allowed;
    return write(file, endOfFile, length, pieces);
  });
}

/** Caller holds the file's resource. */
async function write(
  file: FileCache,
  offset: number,
  length: number,
  pieces: readonly Piece[],
): Promise<number> {
  const reached = await reach(file, offset, offset + length);
  if (!NT_SUCCESS(reached)) return reached;
  // Down to the sector: what is dirty in front is not this write's to keep.
  const zeroed = await CcZeroData(file, offset);
  if (!NT_SUCCESS(zeroed)) return zeroed;
  return verified(file, () => transfer(file, true, offset, length, pieces));
}

async function verified(file: FileCache, body: () => Promise<number>): Promise<number> {
  for (let turn = 0; ; turn++) {
    const status = await body();
    if (NT_SUCCESS(status) || turn === VERIFY_LIMIT) return status;
    const verdict = await file.volume.device.verify(status);
    if (!NT_SUCCESS(verdict)) return verdict;
  }
}

async function transfer(
  file: FileCache,
  write: boolean,
  offset: number,
  length: number,
  pieces: readonly Piece[],
): Promise<number> {
  const { volume } = file;
  const known = await findPlaces(file, offset, length);
  if (!NT_SUCCESS(known)) return known;
  await volume.lock.acquire(write);
  try {
    if (file.closed || volume.closed) return Status.STATUS_FILE_FORCED_CLOSED;
    // Its deletion is on its way: the clusters may be another file's.
    if (write && goes(file, offset, length)) return Status.STATUS_DELETE_PENDING;
    const runs = runsOf(file, offset, length);
    if (!runs) return Status.STATUS_FILE_CORRUPT_ERROR;
    const transfers = startTransfers(
      volume,
      write,
      runs.map((run) => ({ ...run, pieces: slicePieces(pieces, run.at, run.length) })),
    );
    if (write) volume.writing += runs.length;
    let worst: number = Status.STATUS_SUCCESS;
    for (const [index, { at, disk, length: bytes }] of runs.entries()) {
      const status = (await transfers[index]?.wait()) ?? Status.STATUS_UNSUCCESSFUL;
      if (!NT_SUCCESS(status) && NT_SUCCESS(worst)) worst = status;
      if (!write) continue;
      volume.writing--;
      volume.wrote(disk, bytes, NT_SUCCESS(status));
      if (!NT_SUCCESS(status)) doubt(file, offset + at, bytes);
      // Nothing is taken behind what failed at the file's end: nobody knows what lies there.
      else if (offset + at <= file.validData)
        takeOver(file, offset + at, bytes, slicePieces(pieces, at, bytes));
    }
    return worst;
  } finally {
    volume.lock.release(write);
  }
}

function goes(file: FileCache, offset: number, length: number): boolean {
  return file.cutting && file.heldBack((offset + length) / SECTOR_SIZE - 1);
}

async function findPlaces(file: FileCache, offset: number, length: number): Promise<number> {
  const end = Math.ceil((offset + length) / SECTOR_SIZE);
  for (let sector = offset / SECTOR_SIZE; sector < end; sector++) {
    if (file.place(sector) >= 0) continue;
    const status = await file.resolve(sector, end);
    if (!NT_SUCCESS(status)) return status;
    if (file.place(sector) < 0) return Status.STATUS_FILE_CORRUPT_ERROR;
  }
  return Status.STATUS_SUCCESS;
}

interface Stretch {
  /** From the start of the transfer. */
  readonly at: number;
  readonly disk: number;
  length: number;
}

/** Undefined: a place is not known any more. */
function runsOf(file: FileCache, offset: number, length: number): Stretch[] | undefined {
  const runs: Stretch[] = [];
  for (let at = 0; at < length; at += SECTOR_SIZE) {
    const disk = file.place((offset + at) / SECTOR_SIZE);
    if (disk < 0) return undefined;
    const last = runs.at(-1);
    const adjoins = last && last.disk + last.length === disk && last.length < TRANSFER_LIMIT;
    if (adjoins) last.length += SECTOR_SIZE;
    else runs.push({ at, disk, length: SECTOR_SIZE });
  }
  return runs;
}

/** What the disk has now, in pages that hold it, of the file and of its volume. */
function takeOver(file: FileCache, offset: number, length: number, pieces: readonly Piece[]): void {
  const { volume, cc } = file;
  file.validData = Math.max(file.validData, Math.min(offset + length, file.endOfFile));
  for (let at = 0; at < length; at += SECTOR_SIZE) {
    const sector = (offset + at) / SECTOR_SIZE;
    const bit = sector % SECTORS_PER_PAGE;
    const page = file.page(Math.floor(sector / SECTORS_PER_PAGE));
    const disk = file.place(sector);
    const own = volume.validPage(disk);
    const data = () => new Cursor(cc.ram, slicePieces(pieces, at, SECTOR_SIZE));
    if (page) {
      data().drain(page.address + bit * SECTOR_SIZE, SECTOR_SIZE);
      page.valid |= 1 << bit;
      file.setClean(page, 1 << bit);
    }
    if (!own) continue;
    data().drain(own.address + (disk % PAGE), SECTOR_SIZE);
    // As where a file's sector departs (filecache.ts).
    volume.setClean(own, 1 << bitOf(disk));
  }
}

/**
 * A write of it failed: the disk has what was there, or some of what was to be. Who reads it next
 * is told by the disk, where no view holds the page.
 */
function doubt(file: FileCache, offset: number, length: number): void {
  for (let at = 0; at < length; at += SECTOR_SIZE) {
    const sector = (offset + at) / SECTOR_SIZE;
    const disk = file.place(sector);
    letGo(file.page(Math.floor(sector / SECTORS_PER_PAGE)), sector % SECTORS_PER_PAGE);
    letGo(file.volume.validPage(disk), bitOf(disk));
  }
}

function letGo(page: Page | undefined, bit: number): void {
  if (page && page.pins === 0) page.valid &= ~(1 << bit) | page.dirty;
}

function bitOf(disk: number): number {
  return (disk / SECTOR_SIZE) % SECTORS_PER_PAGE;
}
