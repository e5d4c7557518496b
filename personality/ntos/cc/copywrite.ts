/**
 * Writing through the cache.
 *
 *   CcCopyWrite(set, offset, length, cursor)   copies from the client and marks sectors dirty
 *   CcAppend(file, length, cursor, at)         the same behind the file's end, wherever that is
 *                                              when it is this write's turn: `at` is told, and
 *                                              may refuse it
 *
 * At once where the file is long enough, its regions are known and no sector is half written that
 * is not here; the status is then a number. Else a promise: the file system makes room at the end,
 * zeros fill the gap behind the valid data, the sectors at both ends that are written in part are
 * loaded, and writers wait for the disk when too much is dirty.
 */
import * as Status from '../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../rtl/status.ts';
import type { Awaitable } from '../../sel4/types.ts';
import type { Cursor } from './cursor.ts';
import { FileCache } from './filecache.ts';
import { reach } from './grow.ts';
import { withPages } from './hold.ts';
import { load, loaded } from './load.ts';
import type { PageSet } from './pageset.ts';
import { type Page, SECTOR_SIZE, SECTORS_PER_PAGE, TRANSFER_LIMIT } from './types.ts';
import { CcCanIWrite, CcDeferWrite } from './throttle.ts';
import { CcZeroData } from './zero.ts';

const PAGE = SECTOR_SIZE * SECTORS_PER_PAGE;
/** Steps towards a copy: more than pages in a chunk, each of which may be loading. */
const STEP_LIMIT = 64;

export function CcCopyWrite(
  set: PageSet,
  offset: number,
  length: number,
  cursor: Cursor,
): Awaitable<number> {
  if (CcCanIWrite(set) && ready(set, offset, length)) {
    copyPages(set, offset, length, cursor);
    return Status.STATUS_SUCCESS;
  }
  if (set instanceof FileCache)
    return set.resource.run(() => writeFile(set, offset, length, cursor));
  return writeSlowly(set, offset, length, cursor);
}

export function CcAppend(
  file: FileCache,
  length: number,
  cursor: Cursor,
  at: (offset: number) => number,
): Promise<number> {
  return file.resource.run(async () => {
    const { endOfFile } = file;
    const allowed = at(endOfFile);
    if (!NT_SUCCESS(allowed)) return allowed;
    return writeFile(file, endOfFile, length, cursor);
  });
}

/** Caller holds the file's resource. */
async function writeFile(
  file: FileCache,
  offset: number,
  length: number,
  cursor: Cursor,
): Promise<number> {
  const reached = await reach(file, offset, offset + length);
  if (!NT_SUCCESS(reached)) return reached;
  const zeroed = await CcZeroData(file, Math.min(offset, file.endOfFile));
  if (!NT_SUCCESS(zeroed)) return zeroed;
  return writeSlowly(file, offset, length, cursor);
}

async function writeSlowly(
  set: PageSet,
  offset: number,
  length: number,
  cursor: Cursor,
): Promise<number> {
  while (length > 0) {
    const count = Math.min(length, TRANSFER_LIMIT - (offset % PAGE));
    const room = await CcDeferWrite(set);
    if (!NT_SUCCESS(room)) return room;
    const status = await withPages(set, offset, count, () =>
      writeChunk(set, offset, count, cursor),
    );
    if (!NT_SUCCESS(status)) return status;
    offset += count;
    length -= count;
  }
  return Status.STATUS_SUCCESS;
}

async function writeChunk(
  set: PageSet,
  offset: number,
  count: number,
  cursor: Cursor,
): Promise<number> {
  for (let attempt = 0; attempt < STEP_LIMIT; attempt++) {
    const status = await prepare(set, offset, count);
    if (!NT_SUCCESS(status)) return status;
    if (!ready(set, offset, count)) continue;
    copyPages(set, offset, count, cursor);
    return Status.STATUS_SUCCESS;
  }
  return Status.STATUS_FILE_CORRUPT_ERROR;
}

/** One step towards `ready`. */
async function prepare(set: PageSet, offset: number, length: number): Promise<number> {
  if (set.closed || set.volume.closed) return Status.STATUS_FILE_FORCED_CLOSED;
  const end = offset + length;
  if (set instanceof FileCache && end > set.endOfFile) return Status.STATUS_FILE_CORRUPT_ERROR;
  for (const edge of [offset, end]) {
    const sector = Math.floor(edge / SECTOR_SIZE);
    if (edge % SECTOR_SIZE === 0) continue;
    const status = await load(set, sector, sector + 1, sector + 1);
    if (!NT_SUCCESS(status)) return status;
  }
  return settlePages(set, offset, end);
}

/** Known places, and no transfer into what will be written. */
async function settlePages(set: PageSet, offset: number, end: number): Promise<number> {
  for (let index = Math.floor(offset / PAGE); index * PAGE < end; index++) {
    const page = set.obtain(index);
    if (!page && set.closed) return Status.STATUS_FILE_FORCED_CLOSED;
    if (!page) return Status.STATUS_INSUFFICIENT_RESOURCES;
    if (page.loading !== 0) {
      await loaded(page);
      return Status.STATUS_SUCCESS;
    }
  }
  if (!(set instanceof FileCache)) return Status.STATUS_SUCCESS;
  const unknown = firstUnknown(set, offset, end);
  if (unknown < 0) return Status.STATUS_SUCCESS;
  const status = await set.resolve(unknown, Math.ceil(end / SECTOR_SIZE));
  if (!NT_SUCCESS(status)) return status;
  return set.place(unknown) < 0 ? Status.STATUS_FILE_CORRUPT_ERROR : Status.STATUS_SUCCESS;
}

function firstUnknown(file: FileCache, offset: number, end: number): number {
  if (file.unplaced) return -1;
  for (let sector = Math.floor(offset / SECTOR_SIZE); sector * SECTOR_SIZE < end; sector++)
    if (file.place(sector) < 0) return sector;
  return -1;
}

/** Whether the copy can be made now, without waiting for anything. */
function ready(set: PageSet, offset: number, length: number): boolean {
  const end = offset + length;
  if (set.closed || set.volume.closed) return false;
  if (set instanceof FileCache) {
    if (end > set.endOfFile || offset > set.validData) return false;
    if (firstUnknown(set, offset, end) >= 0) return false;
  } else if (end > set.volume.device.length) return false;
  for (let index = Math.floor(offset / PAGE); index * PAGE < end; index++) {
    const page = set.obtain(index);
    if (!page || !pageReady(page, offset, end)) return false;
  }
  // In a cache that is nearly full, a page obtained late may have driven out an early one.
  for (let index = Math.floor(offset / PAGE); index * PAGE < end; index++)
    if (!set.page(index)) return false;
  return true;
}

function pageReady(page: Page, offset: number, end: number): boolean {
  const base = page.index * PAGE;
  const from = Math.max(offset, base);
  const to = Math.min(end, base + PAGE);
  if (page.loading !== 0) return false;
  return sectorThere(page, from) && sectorThere(page, to);
}

/** Whether the sector that a write begins or ends in is valid, or written from its border. */
function sectorThere(page: Page, edge: number): boolean {
  if (edge % SECTOR_SIZE === 0) return true;
  const bit = Math.floor(edge / SECTOR_SIZE) % SECTORS_PER_PAGE;
  return ((page.valid >>> bit) & 1) === 1;
}

function copyPages(set: PageSet, offset: number, length: number, cursor: Cursor): void {
  const end = offset + length;
  // Before the pages are marked: a dirty sector lies below the valid data.
  if (set instanceof FileCache) set.validData = Math.max(set.validData, end);
  while (offset < end) {
    const within = offset % PAGE;
    const page = set.page((offset - within) / PAGE);
    // `ready` was true a moment ago, and nothing has run since.
    if (!page) return;
    const count = Math.min(end - offset, PAGE - within);
    cursor.drain(page.address + within, count);
    const first = within >>> 9;
    const last = (within + count + SECTOR_SIZE - 1) >>> 9;
    set.setDirty(page, ((1 << last) - 1) & ~((1 << first) - 1));
    set.cc.pool.touch(page);
    offset += count;
  }
}
