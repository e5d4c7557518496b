/**
 * The cached sectors of a storage device: metadata of its file system, and whatever is read from
 * the raw device.
 *
 * File system drivers map these pages and change them in place; they say afterwards which sectors
 * they changed. The sectors of files are cached by file (filecache.ts): where both caches hold a
 * sector, the file's is the truth, and is copied here when it goes to the disk.
 */
import * as Status from '../../rtl/ntstatus.ts';
import type { CacheManager } from './context.ts';
import type { FileCache } from './filecache.ts';
import { TransferLock } from './lock.ts';
import { PageSet, PLACE_ZEROS } from './pageset.ts';
import { type CcDevice, type Page, SECTOR_SIZE, SECTORS_PER_PAGE } from './types.ts';

export class VolumeCache extends PageSet {
  readonly device: CcDevice;
  readonly lock: TransferLock;
  readonly files = new Set<FileCache>();
  /** Pages with dirty bits, of it and of its files. */
  dirtyCount = 0;
  /** Files that its file system could not make, and is to be asked for again. */
  unmade = 0;
  /** Not before this time does the lazy writer try again; moves on after failures. */
  retryAfter = 0;
  /** Failures were reported, since all was on the disk for the last time. */
  stuck = false;
  /**
   * Sectors whose last write did not end well: what the disk holds there is the old contents, the
   * new ones, or a torn mixture that cannot be read.
   */
  readonly unsure = new Set<number>();
  /**
   * Sectors that are written after all others: what is taken away there stands somewhere else by
   * then. Each with the number of its mark: they stay here until that is on the disk, so that
   * whoever else flushes leaves them for last as well.
   */
  readonly late = new Map<number, number>();
  /** Marks so far. */
  lateMarks = 0;
  /** The first sector as the disk surely had it last: by it a medium is known again. */
  identity: Uint8Array | undefined;
  /** Requests that carry dirty sectors to the disk now, and how many have ended well. */
  writing = 0;
  written = 0;
  /**
   * It was reported that there is something to write, and not yet that there is nothing: the lazy
   * writer looks after it.
   */
  unsettled = false;
  /**
   * No volume yet: what is dirty is what a file system has mended while it looked, and mends again
   * when it looks again. Nobody loses it.
   */
  trial = false;
  /** Status of the last write that failed, since the last one that did not. */
  lastError: number = Status.STATUS_SUCCESS;

  constructor(cc: CacheManager, device: CcDevice) {
    super(cc);
    this.device = device;
    this.lock = new TransferLock(() => cc.services.event());
    cc.volumes.add(this);
  }

  override get volume(): VolumeCache {
    return this;
  }

  override diskOffset(sector: number): number {
    const offset = sector * SECTOR_SIZE;
    return offset < this.device.length ? offset : PLACE_ZEROS;
  }

  override get label(): string {
    return this.device.name ?? '';
  }

  override resolve(): Promise<number> {
    return Promise.resolve(Status.STATUS_SUCCESS);
  }

  override fillLocally(): boolean {
    return false;
  }

  override arrived(page: Page, mask: number): number {
    return page.orphan ? 0 : mask;
  }

  override departing(): void {
    // The volume's bytes are nobody else's.
  }

  override heldBack(): boolean {
    return false;
  }

  /** The page that holds a byte of the device, if that byte's sector is valid. */
  validPage(offset: number): Page | undefined {
    const sector = Math.floor(offset / SECTOR_SIZE);
    const page = this.page(Math.floor(sector / SECTORS_PER_PAGE));
    return page && (page.valid & (1 << (sector % SECTORS_PER_PAGE))) !== 0 ? page : undefined;
  }

  /** A write of [offset, offset + length) has ended. */
  wrote(offset: number, length: number, ok: boolean): void {
    const end = (offset + length) / SECTOR_SIZE;
    for (let sector = offset / SECTOR_SIZE; sector < end; sector++)
      if (!ok) this.unsure.add(sector);
      else if (this.unsure.size > 0) this.unsure.delete(sector);
    if (ok) this.written++;
    if (ok && offset === 0) this.remember();
  }

  /** Takes the first sector as it is here for what the disk has. */
  remember(): void {
    const page = this.validPage(0);
    if (page) this.identity = this.cc.ram.read(page.address, SECTOR_SIZE);
  }

  /** Contents of its own making: valid, and to be written where the medium can be. */
  setContents(page: Page, mask: number): void {
    if (this.device.readOnly) page.valid |= mask;
    else this.setDirty(page, mask);
  }

  /**
   * Sectors touched by [offset, offset + length) were changed in place. STATUS_INVALID_PARAMETER
   * where they are not all here. `late`: to be written after what is not.
   */
  markDirty(offset: number, length: number, late = false): number {
    if (offset < 0 || length <= 0 || offset + length > this.device.length)
      return Status.STATUS_INVALID_PARAMETER;
    const first = Math.floor(offset / SECTOR_SIZE);
    const end = Math.ceil((offset + length) / SECTOR_SIZE);
    for (let sector = first; sector < end; sector++)
      if (!this.validPage(sector * SECTOR_SIZE)) return Status.STATUS_INVALID_PARAMETER;
    if (late) this.lateMarks++;
    for (let sector = first; sector < end; sector++) {
      const page = this.page(Math.floor(sector / SECTORS_PER_PAGE)) as Page;
      this.setContents(page, 1 << (sector % SECTORS_PER_PAGE));
      if (late) this.late.set(sector, this.lateMarks);
    }
    return Status.STATUS_SUCCESS;
  }

  /** Anything dirty here or in a file of this device, or a file that is not there yet. */
  get dirty(): boolean {
    return this.dirtyCount + this.unmade > 0;
  }

  /** Some sector, here or in a file, has become dirty. */
  becameDirty(): void {
    if (this.unsettled || this.closed) return;
    this.unsettled = true;
    this.cc.wake.set();
    this.cc.report(this, 'dirty');
  }

  /** Reports that all is on the disk, if it is, and was not reported before. */
  settle(): void {
    if (!this.unsettled || this.dirty || this.writing > 0) return;
    this.unsettled = this.stuck = false;
    this.retryAfter = 0;
    this.cc.report(this, 'clean');
  }

  /** The medium is gone: forgets everything. Returns how many dirty pages were lost. */
  abandon(): number {
    const lost = this.trial ? 0 : this.dirtyCount;
    this.closed = true;
    for (const file of [...this.files]) file.close();
    this.dropAll();
    this.cc.volumes.delete(this);
    if (this.unsettled) this.cc.report(this, lost + this.unmade > 0 ? 'lost' : 'clean');
    this.unsettled = false;
    // The lazy writer waits for nothing of it any more.
    this.cc.wake.set();
    return lost;
  }
}
