/**
 * Address spaces: what a process sees where.
 *
 * A space is a page directory and page tables from the process's object store, and for each page
 * mapped a copy of its frame's
 * capability in the Executive's CNode, with the rights of the mapping. Deleting that copy unmaps
 * the page: at once, for every thread.
 *
 * Invariant: `mappings` says what the page tables say.
 *
 *   new Space(parts)
 *   map(address, pages, writable)   all or nothing; a status
 *   unmap(address, count)
 *   at(address)                     the mapping of a page
 *   destroy()                       deletes the copies; the store takes the tables
 */
import { CACHE_VIEW_BASE, CACHE_VIEW_LIMIT, PAGE_SIZE, USER_LIMIT } from '../../rtl/layout.ts';
import * as Status from '../../rtl/ntstatus.ts';
import {
  seL4_CanRead,
  seL4_CanWrite,
  seL4_NoError,
  seL4_X86_Page_Map,
  seL4_X86_PageTable_Map,
  seL4_X86_PageTableObject,
} from '../../sel4/index.ts';
import type { CPtr, Thread } from '../../sel4/types.ts';
import type { QuotaBlock } from '../ps/quota.ts';
import type { Frames } from './frames.ts';
import type { OwnMdl } from './mdlservices.ts';
import type { ObjectStore } from './pool.ts';
import { Ranges } from './ranges.ts';
import { VadMap } from './vad.ts';
import type { Slots } from './slots.ts';
import type { AddressSpace } from './types.ts';

const TABLE_SPAN = 0x40_0000;

interface Mapping {
  readonly slot: CPtr;
  /** Physical address. */
  readonly page: number;
  readonly writable: boolean;
}

export interface SpaceParts {
  readonly thread: Thread;
  readonly slots: Slots;
  readonly frames: Pick<Frames, 'slotOf'>;
  readonly store: ObjectStore;
  readonly vspace: CPtr;
  /** Charged for the slot of each mapping, and the pages that the space owns. */
  readonly quota: QuotaBlock;
}

export class Space implements AddressSpace {
  readonly vspace: CPtr;
  /** Addresses for volume pages, and for MDLs. */
  readonly views = new Ranges(CACHE_VIEW_BASE, CACHE_VIEW_LIMIT);
  /** What the process has reserved, committed and mapped itself. */
  readonly vads = new VadMap();
  /** MDLs that the process has made, by their ids. */
  readonly mdls = new Map<number, OwnMdl>();
  lastMdl = 0;
  /** Pages that go when the process does. */
  readonly owned = new Set<number>();
  readonly #parts: SpaceParts;
  readonly #tables = new Set<number>();
  readonly #mappings = new Map<number, Mapping>();
  #destroyed = false;

  constructor(parts: SpaceParts) {
    this.#parts = parts;
    this.vspace = parts.vspace;
  }

  get quota(): QuotaBlock {
    return this.#parts.quota;
  }

  get pages(): number {
    return this.#mappings.size;
  }

  at(address: number): Mapping | undefined {
    return this.#mappings.get(Math.floor(address / PAGE_SIZE));
  }

  map(address: number, pages: readonly number[], writable: boolean): number {
    if (this.#destroyed) return Status.STATUS_PROCESS_IS_TERMINATING;
    if (address % PAGE_SIZE !== 0 || address < PAGE_SIZE) return Status.STATUS_INVALID_PARAMETER;
    if (address + pages.length * PAGE_SIZE > USER_LIMIT) return Status.STATUS_INVALID_PARAMETER;
    for (let index = 0; index < pages.length; index++) {
      const status = this.#mapOne(address + index * PAGE_SIZE, pages[index] ?? -1, writable);
      if (status === Status.STATUS_SUCCESS) continue;
      this.unmap(address, index);
      return status;
    }
    return Status.STATUS_SUCCESS;
  }

  unmap(address: number, count: number): void {
    const first = Math.floor(address / PAGE_SIZE);
    for (let number = first; number < first + count; number++) {
      const mapping = this.#mappings.get(number);
      if (!mapping) continue;
      this.#mappings.delete(number);
      this.#parts.slots.clear(mapping.slot);
    }
  }

  destroy(): void {
    this.#destroyed = true;
    for (const { slot } of this.#mappings.values()) this.#parts.slots.clear(slot);
    this.#mappings.clear();
  }

  #mapOne(address: number, page: number, writable: boolean): number {
    const { thread, slots, frames, vspace, quota } = this.#parts;
    const number = address / PAGE_SIZE;
    const frame = frames.slotOf(page / PAGE_SIZE);
    if (this.#mappings.has(number) || frame === 0) return Status.STATUS_INVALID_PARAMETER;
    if (!this.#ensureTable(address)) return Status.STATUS_INSUFFICIENT_RESOURCES;
    const slot = slots.allocateFor(quota);
    if (slot === 0) return Status.STATUS_INSUFFICIENT_RESOURCES;
    const rights = writable ? seL4_CanRead | seL4_CanWrite : seL4_CanRead;
    const failed =
      slots.copy(frame, slot, rights) !== seL4_NoError ||
      seL4_X86_Page_Map(thread, slot, vspace, address, rights, 0) !== seL4_NoError;
    if (failed) {
      slots.clear(slot);
      return Status.STATUS_INSUFFICIENT_RESOURCES;
    }
    this.#mappings.set(number, { slot, page, writable });
    return Status.STATUS_SUCCESS;
  }

  #ensureTable(address: number): boolean {
    const { thread, store, vspace } = this.#parts;
    const index = Math.floor(address / TABLE_SPAN);
    if (this.#tables.has(index)) return true;
    const table = store.create(seL4_X86_PageTableObject);
    if (table === 0) return false;
    if (seL4_X86_PageTable_Map(thread, table, vspace, index * TABLE_SPAN, 0) !== seL4_NoError)
      return false;
    this.#tables.add(index);
    return true;
  }
}
