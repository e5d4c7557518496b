/**
 * Cached pages of a volume, mapped into its file system driver: the WdmCc* services.
 *
 * A view is pages of the cache itself, pinned while it is mapped: what the driver writes there *is*
 * the cache, and it says afterwards which sectors it changed (packets of kind dirty). Only the
 * driver that has mounted the volume, or is mounting it, gets a view; io knows which that is.
 *
 *   WdmCcMapData, WdmCcUnmapData, WdmCcFlushCache, WdmCcPurge, WdmCcSetFileSizes
 *   dropViews(process)    at its end
 *
 * Views are charged to the driver, so that one file system cannot keep another from the cache, and
 * they may use the cache's slack: without a look at its own metadata no file system can say where
 * dirty data goes.
 *
 * A driver that needs one sector of a page does not fail because of another: what it did not ask
 * for may be missing. And a sector that cannot be read can be written: CC_PREPARE asks for no old
 * contents, CC_LOOK, CC_ADOPT and CC_SALVAGE make do with what the drive made out (map modes,
 * rtl/nt.ts).
 *
 * Views outlive a dismount: their pages are then nobody's, and nothing written there reaches a
 * disk.
 */
import { PAGE_SIZE } from '../../rtl/layout.ts';
import { CC_LOOK, CC_PREPARE, CC_SALVAGE } from '../../rtl/nt.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../rtl/status.ts';
import type { CcNeeds } from './needs.ts';
import type { NtThread, Process } from '../ps/types.ts';
import type { QuotaBlock } from '../ps/quota.ts';
import { withPages } from './hold.ts';
import { load } from './load.ts';
import { prepareSectors, readDoubtful } from './doubtful.ts';
import { type Page, SECTOR_SIZE, TRANSFER_LIMIT } from './types.ts';
import type { VolumeCache } from './volumecache.ts';
import { flushSet } from './writeback.ts';

/** Longest view, in bytes. */
const VIEW_LIMIT = 0x10_0000;
/** Pages of all views of a process: at most this share of the cache. */
const VIEW_SHARE = 0.75;

interface View {
  readonly pages: readonly Page[];
  /** Charged for them. */
  readonly quota: QuotaBlock;
}

/** Sectors [first, end). */
interface Stretch {
  readonly first: number;
  readonly end: number;
}

interface MapAnswer {
  readonly status: number;
  readonly address?: number;
  readonly missing?: Uint8Array;
}

export class Views {
  readonly #executive: CcNeeds;
  readonly #views = new Map<Process, Map<number, View>>();
  #pageCount = 0;

  constructor(executive: CcNeeds) {
    this.#executive = executive;
  }

  register(): void {
    const { ke, io } = this.#executive;
    ke.register('WdmCcMapData', (caller, input) => {
      const cache = this.#cacheOf(caller, input.device);
      if (!cache) return { status: Status.STATUS_ACCESS_DENIED };
      return this.#map(caller.process, cache, input);
    });
    ke.register('WdmCcUnmapData', (caller, { address }) => ({
      status: this.#unmap(caller.process, address),
    }));
    ke.register('WdmCcFlushCache', async (caller, { device }) => {
      const cache = this.#cacheOf(caller, device);
      return { status: cache ? await flushSet(cache) : Status.STATUS_ACCESS_DENIED };
    });
    ke.register('WdmCcPurge', (caller, { device, file, size }) => ({
      status: io.purgeFile(caller.process, device, file, size),
    }));
    ke.register('WdmCcSetFileSizes', (caller, input) => ({
      status: io.setFileSizes(caller.process, input),
    }));
  }

  dropViews(process: Process): void {
    const views = this.#views.get(process);
    this.#views.delete(process);
    for (const view of views?.values() ?? []) this.#release(view);
  }

  #cacheOf(caller: NtThread, device: number): VolumeCache | undefined {
    return this.#executive.io.volumeCache(caller.process, device);
  }

  async #map(
    process: Process,
    cache: VolumeCache,
    { offset, length, mode }: { offset: number; length: number; mode: number },
  ): Promise<MapAnswer> {
    const { device, cc } = cache;
    if (offset < 0 || length <= 0 || length > VIEW_LIMIT || mode > CC_SALVAGE)
      return { status: Status.STATUS_INVALID_PARAMETER };
    if (offset + length > Math.ceil(device.length / PAGE_SIZE) * PAGE_SIZE)
      return { status: Status.STATUS_INVALID_PARAMETER };
    const start = Math.floor(offset / PAGE_SIZE) * PAGE_SIZE;
    const end = Math.ceil((offset + length) / PAGE_SIZE) * PAGE_SIZE;
    if (this.#pageCount + (end - start) / PAGE_SIZE > cc.pool.limit * VIEW_SHARE)
      return { status: Status.STATUS_INSUFFICIENT_RESOURCES };
    let answer: MapAnswer = { status: Status.STATUS_SUCCESS };
    const fill = async (): Promise<number> => {
      const wanted = { first: sectorAt(offset), end: sectorAt(offset + length - 1) + 1 };
      const supplied = await supply(cache, offset, length, wanted, mode);
      if (!NT_SUCCESS(supplied)) return supplied;
      await loadSectors(cache, start / SECTOR_SIZE, end / SECTOR_SIZE, false);
      const looks = mode === CC_LOOK || mode === CC_SALVAGE;
      answer = this.#place(process, cache, start, end, looks ? undefined : wanted);
      return answer.status;
    };
    const status = await withPages(cache, start, end - start, fill, true);
    return NT_SUCCESS(status) ? answer : { status };
  }

  /** All pages are there, and of the sectors those that must be: maps them. Waits for nothing. */
  #place(
    process: Process,
    cache: VolumeCache,
    start: number,
    end: number,
    needed: Stretch = { first: 0, end: 0 },
  ): MapAnswer {
    const { mm } = this.#executive;
    if (process.state === 'ended') return { status: Status.STATUS_PROCESS_IS_TERMINATING };
    if (cache.closed) return { status: Status.STATUS_VOLUME_DISMOUNTED };
    const pages: Page[] = [];
    for (let at = start; at < end; at += PAGE_SIZE) {
      const page = cache.page(at / PAGE_SIZE);
      if (!page) return { status: Status.STATUS_UNSUCCESSFUL };
      pages.push(page);
    }
    for (let sector = needed.first; sector < needed.end; sector++)
      if (!cache.validPage(sector * SECTOR_SIZE)) return { status: Status.STATUS_UNSUCCESSFUL };
    const { quota } = process;
    const charged = quota.charge('views', pages.length);
    if (!NT_SUCCESS(charged)) return { status: charged };
    const frames = pages.map((page) => page.address);
    const address = mm.reserveView(process, pages.length);
    const status =
      address === undefined
        ? Status.STATUS_INSUFFICIENT_RESOURCES
        : mm.mapPages(process, address, frames, true);
    if (address === undefined || !NT_SUCCESS(status)) {
      if (address !== undefined) mm.releaseView(process, address, pages.length);
      quota.giveBack('views', pages.length);
      return { status };
    }
    for (const page of pages) cache.cc.pool.pin(page);
    this.#pageCount += pages.length;
    const views = this.#views.get(process) ?? new Map<number, View>();
    this.#views.set(process, views.set(address, { pages, quota }));
    return { status, address, missing: missingOf(pages) };
  }

  #unmap(process: Process, address: number): number {
    const views = this.#views.get(process);
    const view = views?.get(address);
    if (!views || !view) return Status.STATUS_INVALID_PARAMETER;
    views.delete(address);
    const { mm } = this.#executive;
    mm.unmapPages(process, address, view.pages.length);
    mm.releaseView(process, address, view.pages.length);
    this.#release(view);
    return Status.STATUS_SUCCESS;
  }

  #release(view: View): void {
    this.#pageCount -= view.pages.length;
    view.quota.giveBack('views', view.pages.length);
    for (const page of view.pages) page.owner.cc.pool.unpin(page);
  }
}

function sectorAt(offset: number): number {
  return Math.floor(offset / SECTOR_SIZE);
}

/** A bit for each sector that is not valid; no bytes where all are. */
function missingOf(pages: readonly Page[]): Uint8Array {
  if (pages.every((page) => page.valid === 0xff)) return new Uint8Array();
  return Uint8Array.from(pages, (page) => 0xff & ~page.valid);
}

/** Brings the sectors that were asked for, in the way that was asked for. */
async function supply(
  cache: VolumeCache,
  offset: number,
  length: number,
  { first, end }: Stretch,
  mode: number,
): Promise<number> {
  if (mode === CC_PREPARE) return prepareSectors(cache, offset, length);
  const loaded = await loadSectors(cache, first, end, true);
  if (NT_SUCCESS(loaded) || mode < CC_LOOK) return loaded;
  return readDoubtful(cache, first, end, mode);
}

/**
 * No verification from here: the file system gets the status, and the request that it serves ends
 * with it. `must`: a sector that cannot be read is a failure.
 */
async function loadSectors(
  cache: VolumeCache,
  first: number,
  end: number,
  must: boolean,
): Promise<number> {
  const step = TRANSFER_LIMIT / SECTOR_SIZE;
  for (let at = first; at < end; at += step) {
    const until = Math.min(end, at + step);
    const status = await load(cache, at, until, must ? until : at, false);
    if (!NT_SUCCESS(status)) return status;
  }
  return Status.STATUS_SUCCESS;
}
