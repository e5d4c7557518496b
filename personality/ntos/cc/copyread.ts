/**
 * Reading through the cache.
 *
 *   CcCopyRead(set, offset, length, cursor, request)   copies to the client; the caller has cut
 *                                                      `length` at the end of file; `request`: for
 *                                                      which service call (ke/loop.ts)
 *
 * Everything there: copied at once, and the status returned is a number. Else a promise. Chunks of
 * at most TRANSFER_LIMIT are loaded and copied one after the other; each copy is synchronous with
 * the look that found its sectors valid.
 *
 * What is read ahead (readahead.ts) is loaded together with what is missing, never by itself.
 */
import * as Status from '../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../rtl/status.ts';
import type { Awaitable } from '../../sel4/types.ts';
import type { Cursor } from './cursor.ts';
import { FileCache } from './filecache.ts';
import { withPages } from './hold.ts';
import { load } from './load.ts';
import type { PageSet } from './pageset.ts';
import { SECTOR_SIZE, SECTORS_PER_PAGE, TRANSFER_LIMIT } from './types.ts';

const PAGE = SECTOR_SIZE * SECTORS_PER_PAGE;
/**
 * Loads whose pages are dropped again before they could be copied: somebody shrinks the file all
 * the time.
 */
const RETRY_LIMIT = 8;

export function CcCopyRead(
  set: PageSet,
  offset: number,
  length: number,
  cursor: Cursor,
  request = 0,
): Awaitable<number> {
  const there = allValid(set, offset, length);
  const window = set instanceof FileCache ? set.pattern.observe(offset, length, there) : 0;
  countPages(set, offset, length);
  if (set.cc.services.watch.on) markPages(set, offset, length, request);
  if (there) {
    copyPages(set, offset, length, cursor);
    return Status.STATUS_SUCCESS;
  }
  return readSlowly(set, offset, length, cursor, window, request);
}

async function readSlowly(
  set: PageSet,
  offset: number,
  length: number,
  cursor: Cursor,
  window: number,
  request: number,
): Promise<number> {
  const limit = set instanceof FileCache ? set.endOfFile : set.volume.device.length;
  while (length > 0) {
    const count = Math.min(length, TRANSFER_LIMIT - (offset % PAGE));
    const behind = Math.max(window, 0);
    const ahead = count === length ? Math.min(limit, roundUp(offset + count + behind)) : 0;
    const before = Math.max(-window, 0);
    const status = await withPages(set, offset, count, () =>
      readChunk(set, offset, count, before, ahead, cursor, request),
    );
    if (!NT_SUCCESS(status)) return status;
    offset += count;
    length -= count;
  }
  return Status.STATUS_SUCCESS;
}

async function readChunk(
  set: PageSet,
  offset: number,
  count: number,
  before: number,
  ahead: number,
  cursor: Cursor,
  request: number,
): Promise<number> {
  let first = Math.floor((offset - before) / SECTOR_SIZE);
  const demand = Math.ceil((offset + count) / SECTOR_SIZE);
  const end = Math.max(demand, Math.ceil(ahead / SECTOR_SIZE));
  for (let attempt = 0; attempt < RETRY_LIMIT; attempt++) {
    if (allValid(set, offset, count)) {
      copyPages(set, offset, count, cursor);
      return Status.STATUS_SUCCESS;
    }
    const status = await load(set, first, end, demand, true, request);
    const needed = Math.floor(offset / SECTOR_SIZE);
    if (!NT_SUCCESS(status) && first === needed) return status;
    // Perhaps only what was read ahead is bad.
    if (!NT_SUCCESS(status)) first = needed;
  }
  return Status.STATUS_FILE_CORRUPT_ERROR;
}

function roundUp(offset: number): number {
  return Math.ceil(offset / PAGE) * PAGE;
}

/** The sectors of page `index` that [offset, end) touches. */
function sectorMask(index: number, offset: number, end: number): number {
  const base = index * PAGE;
  const first = offset <= base ? 0 : (offset - base) >>> 9;
  const last = end >= base + PAGE ? SECTORS_PER_PAGE : (end - base + SECTOR_SIZE - 1) >>> 9;
  return ((1 << last) - 1) & ~((1 << first) - 1);
}

function allValid(set: PageSet, offset: number, length: number): boolean {
  const end = offset + length;
  for (let index = Math.floor(offset / PAGE); index * PAGE < end; index++) {
    const page = set.page(index);
    if (!page) return false;
    const mask = sectorMask(index, offset, end);
    if ((page.valid & mask) !== mask) return false;
  }
  return true;
}

function countPages(set: PageSet, offset: number, length: number): void {
  const end = offset + length;
  const { hit, miss } = set.cc.counters;
  for (let index = Math.floor(offset / PAGE); index * PAGE < end; index++) {
    const mask = sectorMask(index, offset, end);
    if (((set.page(index)?.valid ?? 0) & mask) === mask) hit.value++;
    else miss.value++;
  }
}

function markPages(set: PageSet, offset: number, length: number, request: number): void {
  const { watch } = set.cc.services;
  const end = offset + length;
  watch.name('cache', set.id, set.label);
  for (let index = Math.floor(offset / PAGE); index * PAGE < end; index++) {
    const mask = sectorMask(index, offset, end);
    const there = ((set.page(index)?.valid ?? 0) & mask) === mask;
    watch.mark(there ? 'cc.hit' : 'cc.miss', set.id, index, request);
  }
}

function copyPages(set: PageSet, offset: number, length: number, cursor: Cursor): void {
  while (length > 0) {
    const within = offset % PAGE;
    const page = set.page((offset - within) / PAGE);
    // allValid was true a moment ago, and nothing has run since.
    if (!page) return;
    const count = Math.min(length, PAGE - within);
    cursor.fill(page.address + within, count);
    set.cc.pool.touch(page);
    offset += count;
    length -= count;
  }
}
