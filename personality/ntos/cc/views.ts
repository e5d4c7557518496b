/**
 * Cached pages of a volume, mapped into its file system driver: the WdmCc* services.
 *
 * A view is pages of the cache itself, pinned while it is mapped: what the driver writes there *is*
 * the cache, and it says afterwards which sectors it changed. Only the driver that has mounted the
 * volume, or is mounting it, gets a view; io knows which that is.
 *
 *   WdmCcMapData, WdmCcUnmapData, WdmCcSetDirtyData, WdmCcFlushCache, WdmCcPurge
 *   dropViews(process)    at its end
 *
 * Views are charged to the driver, so that one file system cannot keep another from the cache, and
 * they may use the cache's slack: without a look at its own metadata no file system can say where
 * dirty data goes.
 *
 * Views outlive a dismount: their pages are then nobody's, and nothing written there reaches a
 * disk.
 */
import { PAGE_SIZE } from '../../rtl/layout.ts';
import { NT_SUCCESS, Status } from '../../rtl/status.ts';
import type { Executive, NtThread, Process } from '../executive.ts';
import type { QuotaBlock } from '../ps/quota.ts';
import { withPages } from './hold.ts';
import { load } from './load.ts';
import { type Page, SECTORS_PER_PAGE, TRANSFER_LIMIT } from './types.ts';
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

export class Views {
  readonly #executive: Executive;
  readonly #views = new Map<Process, Map<number, View>>();
  #pageCount = 0;

  constructor(executive: Executive) {
    this.#executive = executive;
  }

  register(): void {
    const { ke, io } = this.#executive;
    ke.register('WdmCcMapData', (caller, input) => {
      const cache = this.#cacheOf(caller, input.device);
      if (!cache) return { status: Status.STATUS_ACCESS_DENIED };
      return this.#map(caller.process, cache, input.offset, input.length);
    });
    ke.register('WdmCcUnmapData', (caller, { address }) => ({
      status: this.#unmap(caller.process, address),
    }));
    ke.register('WdmCcSetDirtyData', (caller, { device, offset, length }) => {
      const cache = this.#cacheOf(caller, device);
      if (!cache) return { status: Status.STATUS_ACCESS_DENIED };
      return { status: cache.markDirty(offset, length) };
    });
    ke.register('WdmCcFlushCache', async (caller, { device }) => {
      const cache = this.#cacheOf(caller, device);
      return { status: cache ? await flushSet(cache) : Status.STATUS_ACCESS_DENIED };
    });
    ke.register('WdmCcPurge', (caller, { device, file, size }) => ({
      status: io.purgeFile(caller.process, device, file, size),
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
    offset: number,
    length: number,
  ): Promise<{ status: number; address?: number }> {
    const end = offset + length;
    const limit = Math.ceil(cache.device.length / PAGE_SIZE) * PAGE_SIZE;
    if (offset < 0 || offset % PAGE_SIZE !== 0 || length % PAGE_SIZE !== 0 || length === 0)
      return { status: Status.STATUS_INVALID_PARAMETER };
    if (length > VIEW_LIMIT || end > limit) return { status: Status.STATUS_INVALID_PARAMETER };
    if (this.#pageCount + length / PAGE_SIZE > cache.cc.pool.limit * VIEW_SHARE)
      return { status: Status.STATUS_INSUFFICIENT_RESOURCES };
    let answer: { status: number; address?: number } = { status: Status.STATUS_SUCCESS };
    const fill = async (): Promise<number> => {
      for (let at = offset; at < end; at += TRANSFER_LIMIT) {
        const loaded = await loadPages(cache, at, Math.min(end, at + TRANSFER_LIMIT));
        if (!NT_SUCCESS(loaded)) return loaded;
      }
      answer = this.#place(process, cache, offset, length);
      return answer.status;
    };
    const status = await withPages(cache, offset, length, fill, true);
    return NT_SUCCESS(status) ? answer : { status };
  }

  /** All pages are there and valid: maps them. Waits for nothing. */
  #place(process: Process, cache: VolumeCache, offset: number, length: number) {
    const { mm } = this.#executive;
    if (process.state === 'ended') return { status: Status.STATUS_PROCESS_IS_TERMINATING };
    if (cache.closed) return { status: Status.STATUS_VOLUME_DISMOUNTED };
    const pages: Page[] = [];
    for (let at = offset; at < offset + length; at += PAGE_SIZE) {
      const page = cache.page(at / PAGE_SIZE);
      if (page?.valid !== 0xff) return { status: Status.STATUS_UNSUCCESSFUL };
      pages.push(page);
    }
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
    return { status, address };
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

/**
 * No verification from here: the file system gets the status, and the request that it serves ends
 * with it.
 */
function loadPages(cache: VolumeCache, offset: number, end: number): Promise<number> {
  const first = (offset / PAGE_SIZE) * SECTORS_PER_PAGE;
  const last = (end / PAGE_SIZE) * SECTORS_PER_PAGE;
  return load(cache, first, last, last, false);
}
