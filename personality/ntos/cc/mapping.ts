/**
 * Pages of a file in views of sections: the same pages that NtReadFile copies from.
 *
 *   CcMdlRead(file, first, count)               pages that are loaded and stay: for whoever reads
 *                                               them where they are
 *   CcMdlReadComplete(file, pages)              they may go
 *   holdForView(file, first, count, writable)   the same for views
 *   letGo(file, pages, writable)                the view is gone
 *   markMapped(file)                            what views may have written is dirty
 *
 * Who writes to a mapped page tells nobody: there are no dirty bits. So a page in a writable view
 * counts as dirty at each flush, and when the view goes. Before it is mapped for writing, what lies
 * beyond the file's valid data is written as zeros: what a view writes there is valid.
 */
import * as Status from '../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../rtl/status.ts';
import { type FileCache, sectorsBelow } from './filecache.ts';
import { withPages } from './hold.ts';
import { load } from './load.ts';
import { type Page, SECTOR_SIZE, SECTORS_PER_PAGE, TRANSFER_LIMIT } from './types.ts';
import { CcZeroData } from './zero.ts';

const PAGE = SECTOR_SIZE * SECTORS_PER_PAGE;
/** Tries to have all pages at one time. */
const TURNS = 8;

export async function holdForView(
  file: FileCache,
  first: number,
  count: number,
  writable: boolean,
): Promise<{ status: number; pages: Page[] }> {
  if (!writable) return CcMdlRead(file, first, count);
  // The file may not grow between the zeros and the view: from then on it looks after them.
  return file.resource.run(async () => {
    const end = Math.min((first + count) * PAGE, file.endOfFile);
    const status = await CcZeroData(file, end);
    if (!NT_SUCCESS(status)) return { status, pages: [] };
    const held = await CcMdlRead(file, first, count);
    for (const page of held.pages) file.writable.set(page, (file.writable.get(page) ?? 0) + 1);
    return held;
  });
}

/**
 * Uncached writes drop pages of their ranges, also while these are loaded here: then they are
 * loaded once more.
 */
export async function CcMdlRead(
  file: FileCache,
  first: number,
  count: number,
): Promise<{ status: number; pages: Page[] }> {
  let status: number = Status.STATUS_UNSUCCESSFUL;
  for (let turn = 0; turn < TURNS && status === Status.STATUS_UNSUCCESSFUL; turn++) {
    const end = Math.min((first + count) * PAGE, file.endOfFile);
    const pages: Page[] = [];
    status = await withPages(file, first * PAGE, count * PAGE, async () => {
      const loaded = await loadAll(file, first * SECTORS_PER_PAGE, Math.ceil(end / SECTOR_SIZE));
      if (!NT_SUCCESS(loaded)) return loaded;
      for (let index = first; index < first + count; index++) {
        const page = file.page(index);
        const needed = sectorsBelow(index, end);
        if (!page || (page.valid & needed) !== needed) return Status.STATUS_UNSUCCESSFUL;
        pages.push(page);
      }
      // Before they are let go of here: in between they could be taken for something else.
      for (const page of pages) file.cc.pool.pin(page);
      return Status.STATUS_SUCCESS;
    });
    if (NT_SUCCESS(status)) return { status, pages };
  }
  return { status, pages: [] };
}

async function loadAll(file: FileCache, first: number, end: number): Promise<number> {
  const step = TRANSFER_LIMIT / SECTOR_SIZE;
  for (let at = first; at < end; at += step) {
    const until = Math.min(end, at + step);
    const status = await load(file, at, until, until);
    if (!NT_SUCCESS(status)) return status;
  }
  return Status.STATUS_SUCCESS;
}

export function letGo(file: FileCache, pages: readonly Page[], writable: boolean): void {
  if (writable) markMapped(file, pages);
  for (const page of pages) {
    const views = file.writable.get(page) ?? 0;
    if (writable && views > 1) file.writable.set(page, views - 1);
    else if (writable) file.writable.delete(page);
  }
  CcMdlReadComplete(file, pages);
}

export function CcMdlReadComplete(file: FileCache, pages: readonly Page[]): void {
  for (const page of pages) file.cc.pool.unpin(page);
}

export function markMapped(file: FileCache, pages: Iterable<Page> = file.writable.keys()): void {
  if (file.closed) return;
  for (const page of pages)
    file.setDirty(page, page.valid & sectorsBelow(page.index, file.endOfFile));
}
