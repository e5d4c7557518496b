/**
 * The cached pages of a file, and what is known of where it lies.
 *
 * Sizes, in bytes: [0, validData) has contents, [validData, endOfFile) reads as zeros and may hold
 * anything on the disk. `validData` only grows over bytes that have been written to the cache;
 * before a flush it is brought up to `endOfFile` by writing zeros.
 *
 * While the file system shrinks a file, `held` keeps write-back off the part that goes: its
 * clusters may be another file's already when the answer arrives.
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
  held = Infinity;
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
    return sector * SECTOR_SIZE >= this.held;
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
    this.endOfFile = endOfFile;
    this.allocation = allocation;
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
