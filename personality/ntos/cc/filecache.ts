/**
 * The cached pages of a file, and what is known of where it lies.
 *
 * Sizes, in bytes: [0, validData) has contents, [validData, endOfFile) reads as zeros and may hold
 * anything on the disk. `validData` only grows over bytes that have been written to the cache;
 * before a flush it is brought up to `endOfFile` by writing zeros.
 *
 * While the file system shrinks a file or deletes it, `holdBack` keeps writing off the part that
 * goes: its clusters may be another file's already when the answer arrives.
 *
 * A page in a writable view has contents as far as the file goes, or what the view writes there
 * would be overwritten by zeros: where the file grows, so do they (`setSizes`).
 */
import type { CacheManager } from './context.ts';
import { Extents, UNMAPPED } from './extents.ts';
import { Mutex } from './lock.ts';
import { PageSet, PLACE_UNKNOWN, PLACE_ZEROS } from './pageset.ts';
import { AccessPattern } from './readahead.ts';
import { type CcBacking, type Page, SECTOR_SIZE, SECTORS_PER_PAGE } from './types.ts';
import type { VolumeCache } from './volumecache.ts';

const PAGE = SECTOR_SIZE * SECTORS_PER_PAGE;

export class FileCache extends PageSet {
  readonly #volume: VolumeCache;
  readonly backing: CcBacking;
  readonly extents = new Extents();
  /** Held by whatever changes sizes or writes more than a synchronous copy. */
  readonly resource: Mutex;
  endOfFile = 0;
  validData = 0;
  allocation = 0;
  /** Where each part that may go begins; both at once: a file that is cut and deleted. */
  readonly #goes = new Set<{ readonly from: number }>();
  /** It has clusters for certain, though nobody has asked yet where. */
  unplaced = false;
  /** Sections over the file, and its pages in writable views with the number of those. */
  sections = 0;
  readonly writable = new Map<Page, number>();
  readonly pattern = new AccessPattern();

  constructor(cc: CacheManager, volume: VolumeCache, backing: CcBacking) {
    super(cc);
    this.#volume = volume;
    this.backing = backing;
    this.resource = new Mutex(() => cc.services.event());
    volume.files.add(this);
  }

  override get volume(): VolumeCache {
    return this.#volume;
  }

  override diskOffset(sector: number): number {
    const offset = sector * SECTOR_SIZE;
    if (offset >= this.validData) return PLACE_ZEROS;
    return this.place(sector);
  }

  /** Like diskOffset, but also beyond the valid data. */
  place(sector: number): number {
    const disk = this.extents.diskOffset(sector * SECTOR_SIZE);
    return disk === UNMAPPED ? PLACE_UNKNOWN : disk;
  }

  override resolve(first: number, end: number, request?: number): Promise<number> {
    this.cc.counters.mapMiss.value++;
    return this.backing.resolve(first * SECTOR_SIZE, (end - first) * SECTOR_SIZE, request);
  }

  override get label(): string {
    return this.backing.path ?? '';
  }

  override fillLocally(page: Page, bit: number, disk: number): boolean {
    const source = this.#volume.validPage(disk);
    if (!source) return false;
    const { ram } = this.cc;
    ram.copyTo(source.address + (disk % PAGE), ram, page.address + bit * SECTOR_SIZE, SECTOR_SIZE);
    this.clearTail(page);
    return true;
  }

  override arrived(page: Page, mask: number): number {
    if (page.orphan) return 0;
    const kept = mask & sectorsBelow(page.index, this.validData);
    this.clearTail(page);
    return kept;
  }

  override departing(page: Page, bit: number, disk: number): void {
    const target = this.#volume.validPage(disk);
    if (!target) return;
    const { ram } = this.cc;
    ram.copyTo(page.address + bit * SECTOR_SIZE, ram, target.address + (disk % PAGE), SECTOR_SIZE);
    // Whatever was to be written there belonged to an earlier owner of the cluster.
    this.#volume.setClean(target, 1 << ((disk / SECTOR_SIZE) % SECTORS_PER_PAGE));
  }

  override heldBack(sector: number): boolean {
    if (this.#goes.size === 0) return false;
    for (const { from } of this.#goes) if (sector * SECTOR_SIZE >= from) return true;
    return false;
  }

  /** Some of it may be about to go. */
  get cutting(): boolean {
    return this.#goes.size > 0;
  }

  /** Nothing at or behind `from` is written, until the answer is called. */
  holdBack(from: number): () => void {
    const part = { from };
    this.#goes.add(part);
    return () => void this.#goes.delete(part);
  }

  /** Zeros from the end of the valid data to the end of its sector. */
  clearTail(page: Page): void {
    const used = this.validData - page.index * PAGE;
    if (used <= 0 || used >= PAGE || used % SECTOR_SIZE === 0) return;
    this.cc.ram.fill(page.address + used, SECTOR_SIZE - (used % SECTOR_SIZE), 0);
  }

  /** Sizes as the file system reports them: grows, or shrinks and drops what lies beyond. */
  setSizes(endOfFile: number, allocation: number): void {
    if (endOfFile < this.endOfFile || endOfFile < this.validData) this.#shrink(endOfFile);
    if (allocation < this.allocation) this.extents.truncate(allocation);
    const before = this.endOfFile;
    this.endOfFile = endOfFile;
    this.allocation = allocation;
    if (endOfFile > before && this.writable.size > 0) this.#growMapped(before);
  }

  /** What came to the page that the file ended in is zeros, if a view may write there. */
  #growMapped(before: number): void {
    const page = this.page(Math.floor(before / PAGE));
    if (!page || !this.writable.has(page) || this.validData < before) return;
    const from = this.validData;
    const end = Math.min(this.endOfFile, (page.index + 1) * PAGE);
    if (from >= end) return;
    const [first, behind] = [Math.floor(from / SECTOR_SIZE), Math.ceil(end / SECTOR_SIZE)];
    this.cc.ram.fill(page.address + (from % PAGE), behind * SECTOR_SIZE - from, 0);
    this.validData = end;
    this.setDirty(page, ((1 << (behind - first)) - 1) << (first % SECTORS_PER_PAGE));
  }

  /** Forgets pages and regions; the sizes stay. */
  forget(): void {
    this.dropAll();
    this.extents.truncate(0);
  }

  /** The file is gone, or its volume is. */
  close(): void {
    this.closed = true;
    this.forget();
    this.#volume.files.delete(this);
  }

  #shrink(endOfFile: number): void {
    this.validData = Math.min(this.validData, endOfFile);
    this.dropFrom(Math.ceil(endOfFile / PAGE));
    this.pattern.reset();
    const last = this.page(Math.floor(endOfFile / PAGE));
    if (!last) return;
    const kept = sectorsBelow(last.index, endOfFile);
    this.setClean(last, 0xff & ~kept);
    last.valid &= kept;
    this.clearTail(last);
  }
}

/** The sectors of a page that hold bytes below `length`. */
export function sectorsBelow(index: number, length: number): number {
  const sectors = Math.ceil((length - index * PAGE) / SECTOR_SIZE);
  if (sectors >= SECTORS_PER_PAGE) return 0xff;
  return sectors <= 0 ? 0 : (1 << sectors) - 1;
}
