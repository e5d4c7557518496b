/**
 * The memory manager: pages of RAM, address spaces, memory for kernel objects.
 *
 *   createMm(executive, bootInfo)   makes frames of all RAM (once, at boot)
 *
 * Where pages run out, the cache is asked to give clean ones back; where that is not enough, the
 * request fails.
 */
import { seL4_X86_PageDirectoryObject } from '../../sel4/index.ts';
import { PACKETS_SIZE, PAGE_SIZE } from '../../rtl/layout.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { DEVICE_MEMORY, type MemoryRange } from '../../rtl/resources.ts';
import type { BootInfo } from '../../sel4/types.ts';
import type { MmNeeds } from './needs.ts';
import type { Process } from '../ps/types.ts';
import { QuotaBlock } from '../ps/quota.ts';
import { BLOCK_BYTES, contiguousPages, unlimited } from '../ps/quotatable.ts';
import { makeFrames } from './frames.ts';
import { dropMdl, lendMdl, ownMdl } from './mdlservices.ts';
import { PageAllocator } from './pfn.ts';
import { ObjectStore, Pool } from './pool.ts';
import { pagesOf, probeBuffer } from './probe.ts';
import { Slots } from './slots.ts';
import { Space } from './space.ts';
import type { Mm, PageRequest, PageUse, Piece } from './types.ts';

/** For the Executive's own kernel objects: page tables for all of RAM, most of all. */
const OWN_LIMITS = { ...unlimited, nonPagedPool: 16 * BLOCK_BYTES };

function spaceOf(process: Process): Space {
  return process.space as Space;
}

function pagesIn([first, length]: MemoryRange): number[] {
  return Array.from({ length: length / PAGE_SIZE }, (_, index) => first / PAGE_SIZE + index);
}

export function createMm(executive: MmNeeds, bootInfo: BootInfo): Mm {
  const { thread } = executive;
  const slots = new Slots(thread, bootInfo.empty[0], bootInfo.empty[1]);
  const pool = new Pool(thread, slots, bootInfo);
  const store = new ObjectStore(thread, slots, pool, new QuotaBlock({ limits: OWN_LIMITS }));
  const frames = makeFrames(thread, bootInfo, slots, store);
  const pages = new PageAllocator(frames.pageCount, contiguousPages(PACKETS_SIZE));
  /** Who pays for a page that is in use, and as what. */
  const charged = new Map<number, { quota: QuotaBlock; resource: 'pagefile' | 'disk' }>();
  for (let page = 0; page < frames.pageCount; page++)
    if (frames.slotOf(page) === 0) pages.withdraw(page);
  for (const range of DEVICE_MEMORY) {
    const devices = pagesIn(range).filter((page) => frames.slotOf(page) !== 0);
    for (const page of devices) pages.withdraw(page);
    frames.see(devices);
  }

  function allocatePages(count: number, request: PageRequest = {}): number[] | undefined {
    let numbers = pages.allocate(count, request);
    if (!numbers && executive.cc && executive.cc.releasePages(count) > 0)
      numbers = pages.allocate(count, request);
    if (numbers) frames.see(numbers);
    const addresses = numbers?.map((page) => page * PAGE_SIZE);
    for (const address of addresses ?? []) frames.ram.fill(address, PAGE_SIZE, 0);
    return addresses;
  }

  function commitPages(
    quota: QuotaBlock,
    count: number,
    request?: PageRequest,
    resource: 'pagefile' | 'disk' = 'pagefile',
  ) {
    const status = quota.charge(resource, count);
    if (status !== Status.STATUS_SUCCESS) return { status, pages: [] };
    const addresses = allocatePages(count, request);
    if (!addresses) {
      quota.giveBack(resource, count);
      return { status: Status.STATUS_NO_MEMORY, pages: [] };
    }
    const payer = { quota, resource };
    for (const address of addresses) charged.set(address / PAGE_SIZE, payer);
    return { status, pages: addresses };
  }

  function unlock(page: number): void {
    if (!pages.unlock(page)) return;
    const payer = charged.get(page);
    payer?.quota.giveBack(payer.resource, 1);
    charged.delete(page);
  }

  function freePages(addresses: readonly number[]): void {
    for (const address of addresses) unlock(address / PAGE_SIZE);
  }

  function unlockPages(pieces: readonly Piece[]): void {
    for (const page of pagesOf(pieces)) unlock(page);
  }

  function uses(): PageUse[] {
    const found: PageUse[] = [];
    for (let page = 0; page < frames.pageCount; page++) {
      const locks = pages.locksOf(page);
      const quota = charged.get(page)?.quota;
      const last = found.at(-1);
      if (last?.locks === locks && last?.quota === quota && last) last.count++;
      else found.push({ first: page, count: 1, locks, quota });
    }
    return found;
  }

  return {
    ram: frames.ram,
    uses,
    ramBytes: bootInfo.ramBytes,
    slots,
    store,
    get freePageCount() {
      return pages.freeCount;
    },
    allocatePages,
    commitPages,
    freePages,
    lockPages: (pieces) => {
      for (const page of pagesOf(pieces)) pages.lock(page);
    },
    unlockPages,
    mapPages: (process, address, list, writable) => spaceOf(process).map(address, list, writable),
    unmapPages: (process, address, count) => spaceOf(process).unmap(address, count),
    probe: (process, address, length, write) =>
      process.state === 'ended' ? undefined : probeBuffer(spaceOf(process), address, length, write),
    reserveView: (process, count) => spaceOf(process).views.take(count * PAGE_SIZE),
    ownMdl: (process, id) => ownMdl(spaceOf(process), id),
    lendMdl(process, pieces, write) {
      return lendMdl(this, spaceOf(process), pieces, write);
    },
    dropMdl(process, id) {
      return dropMdl(this, spaceOf(process), id);
    },
    releaseView: (process, address, count) =>
      spaceOf(process).views.giveBack(address, count * PAGE_SIZE),
    get kernelBlocks() {
      return { inUse: pool.inUse, idle: pool.idle };
    },
    newStore: (quota) => new ObjectStore(thread, slots, pool, quota),
    createSpace(processStore, quota) {
      const vspace = processStore.create(seL4_X86_PageDirectoryObject);
      if (vspace === 0) return undefined;
      return new Space({ thread, slots, frames, store: processStore, vspace, quota });
    },
  };
}
