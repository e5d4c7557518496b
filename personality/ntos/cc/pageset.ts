/**
 * The cached pages of one file or one volume.
 *
 * A file's and a volume's cache differ in where a sector lies on the disk, and in what else may
 * know its bytes; loading, marking dirty and writing back are the same for both (load.ts,
 * writeback.ts).
 *
 *   page(index)              if it is there
 *   obtain(index, urgent)    there or new; undefined: no memory, or the set is closed
 *   setDirty(page, mask)     sectors are valid and newer than the disk
 *   setClean(page, mask)     they are on the disk, or of no more interest
 *   drop(page), dropFrom(first page), dropAll()
 *
 * Invariant: `dirtyPages` holds exactly the pages with dirty bits, in the order in which they
 * became dirty.
 */
import type { CacheManager } from './context.ts';
import type { VolumeCache } from './volumecache.ts';
import type { Page } from './types.ts';

/** `diskOffset` of a sector whose place is not known yet. */
export const PLACE_UNKNOWN = -1;
/** `diskOffset` of a sector that has nothing on the disk: it reads as zeros. */
export const PLACE_ZEROS = -2;

export abstract class PageSet {
  readonly cc: CacheManager;
  readonly id: number;
  readonly dirtyPages = new Set<Page>();
  readonly #pages = new Map<number, Page>();
  /** The page that was used last (pool.ts). */
  lastUsed: Page | undefined;
  /** Nothing is to be cached any more: the file or the medium is gone. */
  closed = false;

  constructor(cc: CacheManager) {
    this.cc = cc;
    this.id = cc.pool.nextSet++;
  }

  /** The cache of the device that the bytes live on. */
  abstract get volume(): VolumeCache;
  /** Byte offset on the device of a sector, by its number; or PLACE_*. */
  abstract diskOffset(sector: number): number;
  /** Learns places for sectors [first, end). */
  abstract resolve(first: number, end: number, request?: number): Promise<number>;
  /** What it is of, in words. */
  abstract get label(): string;
  /** Fills the sector from memory, if some other cache has it; whether it did. */
  abstract fillLocally(page: Page, bit: number, disk: number): boolean;
  /**
   * A load of these sectors has ended well: which of them still belong to it. Clears what lies
   * beyond the valid data.
   */
  abstract arrived(page: Page, mask: number): number;
  /** The sectors are about to go to the disk from this set. */
  abstract departing(page: Page, bit: number, disk: number): void;
  /** Whether write-back must keep its hands off the sector for now. */
  abstract heldBack(sector: number): boolean;

  get pageCount(): number {
    return this.#pages.size;
  }

  pages(): IterableIterator<Page> {
    return this.#pages.values();
  }

  page(index: number): Page | undefined {
    return this.#pages.get(index);
  }

  obtain(index: number, urgent = false): Page | undefined {
    const there = this.#pages.get(index);
    if (there) return there;
    // Nobody would drop it any more.
    if (this.closed) return undefined;
    const page = this.cc.pool.take(this, index, urgent);
    if (page) this.#pages.set(index, page);
    return page;
  }

  setDirty(page: Page, mask: number): void {
    if (page.orphan || mask === 0) return;
    if (page.dirty === 0) {
      page.dirtySince = this.cc.now();
      this.dirtyPages.add(page);
      this.cc.pool.dirtyCount++;
      this.volume.dirtyCount++;
    }
    page.valid |= mask;
    page.dirty |= mask;
    this.volume.becameDirty();
    this.cc.onDirty(this.volume);
  }

  setClean(page: Page, mask: number): void {
    if ((page.dirty & mask) === 0) return;
    page.dirty &= ~mask;
    if (page.dirty !== 0) return;
    this.dirtyPages.delete(page);
    this.cc.pool.dirtyCount--;
    this.volume.dirtyCount--;
  }

  drop(page: Page): void {
    this.setClean(page, page.dirty);
    if (this.lastUsed === page) this.lastUsed = undefined;
    this.#pages.delete(page.index);
    this.cc.pool.discard(page);
  }

  dropFrom(firstIndex: number): void {
    for (const page of [...this.#pages.values()]) if (page.index >= firstIndex) this.drop(page);
  }

  dropAll(): void {
    this.dropFrom(0);
  }
}
