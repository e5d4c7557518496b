/**
 * What mm gives to the other components: pages of RAM, their place in processes, and the
 * Executive's own view of all of it.
 *
 * Pages are named by physical address, a multiple of PAGE_SIZE. Each allocated page has a lock
 * count, 1 at first: `freePages` and `unlockPages` take one, and the page is free at zero, so that
 * a page under DMA outlives the process that it was a buffer of. Its charge goes when it is free.
 */
import type { CPtr, Window } from '../../sel4/types.ts';
import type { Process } from '../ps/types.ts';
import type { QuotaBlock } from '../ps/quota.ts';
import type { Mdl } from './mdl.ts';
import type { ObjectStore } from './pool.ts';
import type { Slots } from './slots.ts';
import type { Space } from './space.ts';

/** A physically contiguous stretch of RAM, `address` and `length` in bytes, not aligned. */
export interface Piece {
  readonly address: number;
  readonly length: number;
}

export interface PageRequest {
  /** Below 16 MiB, where ISA DMA reaches. Default: prefers memory above. */
  readonly low?: boolean;
  readonly contiguous?: boolean;
  /** A power of two (bytes) that the contiguous block must not cross. */
  readonly boundary?: number;
}

export interface PageUse {
  readonly first: number;
  count: number;
  /** 0: free. More than one: also a transfer's or an MDL's. Undefined: no page to be given out. */
  readonly locks: number | undefined;
  /** Who pays for it; undefined: nobody does. */
  readonly quota: QuotaBlock | undefined;
}

/** The virtual memory of a process. Opaque but for its owner mm. */
export interface AddressSpace {
  /** Its page directory. */
  readonly vspace: CPtr;
  readonly pages: number;
}

export interface Mm {
  /** All of RAM; the offset is the physical address. */
  readonly ram: Window;
  readonly ramBytes: number;
  readonly freePageCount: number;
  /** Pages of RAM that are used alike, one stretch after the other. */
  uses(): PageUse[];
  /** Zeroed pages, or undefined where there are not so many. Asks cc to give pages back first. */
  allocatePages(count: number, request?: PageRequest): number[] | undefined;
  /** The same for a process: charged to it as long as they are in use. Why not, as a status. */
  commitPages(
    quota: QuotaBlock,
    count: number,
    request?: PageRequest,
    resource?: 'pagefile' | 'disk',
  ): { status: number; pages: number[] };
  freePages(pages: readonly number[]): void;
  /** Holds the pages that the pieces touch. */
  lockPages(pieces: readonly Piece[]): void;
  unlockPages(pieces: readonly Piece[]): void;
  /**
   * Maps pages at consecutive addresses. The pages stay the caller's. STATUS_*; on failure nothing
   * is mapped.
   */
  mapPages(process: Process, address: number, pages: readonly number[], writable: boolean): number;
  /** Unmaps; what is not mapped is passed over. */
  unmapPages(process: Process, address: number, count: number): void;
  /**
   * Where the process's buffer lies, contiguous pieces merged; undefined: access violation.
   * `write`: it must be writable there.
   */
  probe(process: Process, address: number, length: number, write: boolean): Piece[] | undefined;
  /**
   * A range of addresses of the cache view (CACHE_VIEW_BASE...) that is free in that process;
   * undefined: none.
   */
  reserveView(process: Process, pageCount: number): number | undefined;
  releaseView(process: Process, address: number, pageCount: number): void;
  /** The MDL that a process has made, by the id that it was given. */
  /** An MDL of somebody else's memory, by a name as of the process's own; 0: it has too many. */
  lendMdl(process: Process, pieces: readonly Piece[], write: boolean): number;
  /** That one, or one of its own, is released. Whether there was one. */
  dropMdl(process: Process, id: number): boolean;
  ownMdl(process: Process, id: number): Mdl | undefined;

  // For ps and hal: kernel objects.
  /** Slots of the Executive's CNode. */
  readonly slots: Slots;
  /** The Executive's own kernel objects. */
  readonly store: ObjectStore;
  /** A store for a new process's kernel objects. */
  newStore(quota: QuotaBlock): ObjectStore;
  createSpace(store: ObjectStore, quota: QuotaBlock): Space | undefined;
  /** Blocks of kernel memory: in use, and waiting in the pool, each with its slot. */
  readonly kernelBlocks: { readonly inUse: number; readonly idle: number };
}
