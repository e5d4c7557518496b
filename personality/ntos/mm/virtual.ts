/**
 * What every process starts with, and how all of its memory goes at its end.
 *
 *   mapFresh, unmapFresh       pages at a fixed address: heap, service buffers, packets
 *   releaseSpace(mm, space)    mappings, MDLs, views and pages
 */
import { PAGE_SIZE } from '../../rtl/layout.ts';
import * as Status from '../../rtl/ntstatus.ts';
import type { Mm } from './types.ts';
import { releaseMdls } from './mdlservices.ts';
import type { Space } from './space.ts';

const SUCCESS = Status.STATUS_SUCCESS;
/** What the Executive keeps for a VAD. */
export const VAD_BYTES = 128;

/**
 * Fresh pages at an address of the process, freed when it ends. Contiguous ones are one stretch of
 * RAM.
 */
export function mapFresh(
  mm: Mm,
  space: Space,
  address: number,
  length: number,
  options: { writable: boolean; contiguous: boolean },
): { status: number; pages: number[] } {
  const { contiguous } = options;
  const { status: refused, pages } = mm.commitPages(space.quota, length / PAGE_SIZE, {
    contiguous,
  });
  if (refused !== SUCCESS) return { status: refused, pages };
  const status = space.map(address, pages, options.writable);
  if (status !== SUCCESS) {
    mm.freePages(pages);
    return { status, pages: [] };
  }
  for (const page of pages) space.owned.add(page);
  return { status, pages };
}

/** Undoes mapFresh. */
export function unmapFresh(mm: Mm, space: Space, address: number, pages: readonly number[]): void {
  space.unmap(address, pages.length);
  for (const page of pages) space.owned.delete(page);
  mm.freePages(pages);
}

/** At the end of a process: its mappings go, and all of its own pages. */
export function releaseSpace(mm: Mm, space: Space): void {
  space.destroy();
  releaseMdls(mm, space);
  mm.freePages([...space.owned]);
  space.owned.clear();
  for (const { view, pages } of space.vads.clear()) {
    if (view) {
      view.unmapped();
      continue;
    }
    space.quota.giveBack('pagedPool', VAD_BYTES);
    mm.freePages([...pages.values()].map(({ page }) => page));
  }
}
