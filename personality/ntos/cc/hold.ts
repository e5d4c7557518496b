/**
 * Holding the pages of a range while a slow copy needs several waits.
 *
 * Without it, a cache that is nearly full could evict the first page of a range while the last one
 * is loaded, for ever.
 */
import * as Status from '../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../rtl/status.ts';
import type { PageSet } from './pageset.ts';
import { type Page, SECTOR_SIZE, SECTORS_PER_PAGE } from './types.ts';

const PAGE = SECTOR_SIZE * SECTORS_PER_PAGE;
/** Tries to find memory for one page. */
const ATTEMPTS = 8;

/**
 * Runs `body` with the pages of [offset, offset + length) there and pinned. Its status, or
 * STATUS_INSUFFICIENT_RESOURCES. `urgent`: write-back may depend on it (pool.ts).
 */
export async function withPages(
  set: PageSet,
  offset: number,
  length: number,
  body: () => Promise<number>,
  urgent = false,
): Promise<number> {
  const held: Page[] = [];
  try {
    for (let index = Math.floor(offset / PAGE); index * PAGE < offset + length; index++) {
      const status = await holdPage(set, index, held, urgent);
      if (!NT_SUCCESS(status)) return status;
    }
    return await body();
  } finally {
    for (const page of held) set.cc.pool.unpin(page);
  }
}

async function holdPage(
  set: PageSet,
  index: number,
  held: Page[],
  urgent: boolean,
): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (set.closed || set.volume.closed) return Status.STATUS_FILE_FORCED_CLOSED;
    const page = set.obtain(index, urgent);
    if (page) {
      set.cc.pool.pin(page);
      held.push(page);
      return Status.STATUS_SUCCESS;
    }
    const status = await set.cc.relieve();
    if (!NT_SUCCESS(status)) return status;
  }
  return Status.STATUS_INSUFFICIENT_RESOURCES;
}
