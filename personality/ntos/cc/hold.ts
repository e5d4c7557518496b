/**
 * Holding the pages of a range while a slow copy needs several waits.
 *
 * Without it, a cache that is nearly full could evict the first page of a range while the last one
 * is loaded, for ever.
 *
 * Where others hold all that there is, whoever comes lets go of what he has and waits until one of
 * them has ended. What write-back depends on does not wait: it has pages of its own (pool.ts).
 */
import * as Status from '../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../rtl/status.ts';
import type { PageSet } from './pageset.ts';
import { type Page, SECTOR_SIZE, SECTORS_PER_PAGE } from './types.ts';

const PAGE = SECTOR_SIZE * SECTORS_PER_PAGE;
/** Tries to find memory for one page. */
const ATTEMPTS = 8;
/** Microseconds that somebody waits for one who holds pages. */
const PATIENCE = 30_000_000;

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
  const { holds } = set.cc;
  const held: Page[] = [];
  const done = (): void => {
    letGo(set, held);
    holds.ended.set();
  };
  try {
    let status: number = Status.STATUS_INSUFFICIENT_RESOURCES;
    if (urgent || !holds.queue.held) status = await holdPages(set, offset, length, held, urgent);
    if (status === Status.STATUS_INSUFFICIENT_RESOURCES && !urgent) {
      done();
      status = await holds.queue.run(() => waitForPages(set, offset, length, held));
    }
    return NT_SUCCESS(status) ? await body() : status;
  } finally {
    done();
  }
}

/** One at a time, in the order in which they came. */
async function waitForPages(
  set: PageSet,
  offset: number,
  length: number,
  held: Page[],
): Promise<number> {
  const { holds } = set.cc;
  for (;;) {
    const status = await holdPages(set, offset, length, held, false);
    if (status !== Status.STATUS_INSUFFICIENT_RESOURCES) return status;
    letGo(set, held);
    if (holds.pages === 0 || !(await holds.ended.wait(PATIENCE))) return status;
  }
}

function letGo({ cc }: PageSet, held: Page[]): void {
  cc.holds.pages -= held.length;
  for (const page of held.splice(0)) cc.pool.unpin(page);
}

async function holdPages(
  set: PageSet,
  offset: number,
  length: number,
  held: Page[],
  urgent: boolean,
): Promise<number> {
  for (let index = Math.floor(offset / PAGE); index * PAGE < offset + length; index++) {
    const status = await holdPage(set, index, held, urgent);
    if (!NT_SUCCESS(status)) return status;
  }
  return Status.STATUS_SUCCESS;
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
      set.cc.holds.pages++;
      held.push(page);
      return Status.STATUS_SUCCESS;
    }
    const status = await set.cc.relieve();
    if (!NT_SUCCESS(status)) return status;
  }
  return Status.STATUS_INSUFFICIENT_RESOURCES;
}
