/**
 * Memory that a process asks for: NtAllocateVirtualMemory, NtFreeVirtualMemory, and what every
 * process starts with.
 *
 * Allocations are whole pages, zeroed, charged to the process and committed at once, in the heap's
 * address range. They end with NtFreeVirtualMemory (of a whole allocation, by its address) or with
 * the process. STATUS_QUOTA_EXCEEDED: the process or its family has its share;
 * STATUS_COMMITMENT_LIMIT: all clients together have theirs.
 */
import { PAGE_SIZE } from '../../rtl/layout.ts';
import { Status } from '../../rtl/status.ts';
import type { MmNeeds } from './needs.ts';
import type { Mm } from './types.ts';
import type { Process } from '../ps/types.ts';
import { releaseMdls } from './mdlservices.ts';
import type { Space } from './space.ts';

const SUCCESS = Status.STATUS_SUCCESS;

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

function allocate(mm: Mm, process: Process, length: number) {
  const space = process.space as Space;
  const size = Math.ceil(length / PAGE_SIZE) * PAGE_SIZE;
  if (size === 0) return { status: Status.STATUS_INVALID_PARAMETER };
  const address = space.heap.take(size);
  if (address === undefined) return { status: Status.STATUS_NO_MEMORY };
  const { status: refused, pages } = mm.commitPages(space.quota, size / PAGE_SIZE);
  const status = refused === SUCCESS ? space.map(address, pages, true) : refused;
  if (status !== SUCCESS) {
    mm.freePages(pages);
    space.heap.giveBack(address, size);
    return { status };
  }
  space.allocations.set(address, pages);
  return { status, address, length: size };
}

function free(mm: Mm, process: Process, address: number) {
  const space = process.space as Space;
  const pages = space.allocations.get(address);
  if (!pages) return { status: Status.STATUS_INVALID_PARAMETER };
  space.allocations.delete(address);
  space.unmap(address, pages.length);
  mm.freePages(pages);
  space.heap.giveBack(address, pages.length * PAGE_SIZE);
  return { status: SUCCESS };
}

/** At the end of a process: its mappings go, and all of its own pages. */
export function releaseSpace(mm: Mm, space: Space): void {
  space.destroy();
  releaseMdls(mm, space);
  mm.freePages([...space.owned]);
  space.owned.clear();
  for (const pages of space.allocations.values()) mm.freePages(pages);
  space.allocations.clear();
}

export function registerMmServices(executive: MmNeeds): void {
  const { ke, mm } = executive;
  ke.register('NtAllocateVirtualMemory', (caller, { length }) =>
    allocate(mm, caller.process, length),
  );
  ke.register('NtFreeVirtualMemory', (caller, { address }) => free(mm, caller.process, address));
}
