/**
 * The cache manager's side of WdmCc*, for one driver under test: volume pages over plain images.
 *
 * Each disk has its cache, a copy of the image. Only what was marked dirty reaches the image at a
 * flush, so that a mark which a file system forgot shows as a difference between the two.
 *
 *   add(device, image)      a storage device
 *   disk(device)            its image, cache and dirty sectors
 *   failures                offsets (multiples of 4096) whose mapping fails, with a status
 *   viewLimit               views that the driver may have: its quota
 */
import { CACHE_VIEW_BASE, PAGE_SIZE } from '../../personality/rtl/layout.ts';
import type { ServiceInput } from '../../personality/rtl/services.ts';
import { Status } from '../../personality/rtl/status.ts';
import type { Window } from '../../personality/sel4/types.ts';
import { ArrayWindow } from './array-window.ts';

const SECTOR = 512;

export interface FakeDisk {
  readonly image: Uint8Array;
  readonly cache: Uint8Array;
  /** Numbers of 512-byte sectors. */
  readonly dirty: Set<number>;
  flushes: number;
  /** What the next flush answers, if it is to fail. */
  flushStatus: number;
}

interface View {
  readonly disk: FakeDisk;
  readonly offset: number;
  readonly length: number;
}

export class FakeCache {
  readonly failures = new Map<number, number>();
  viewLimit = Infinity;
  /** Calls of WdmCcPurge. */
  readonly purges: ServiceInput<'WdmCcPurge'>[] = [];
  readonly views = new Map<number, View>();
  readonly #disks = new Map<number, FakeDisk>();
  #nextAddress = CACHE_VIEW_BASE;

  add(device: number, image: Uint8Array): FakeDisk {
    // Pages are whole, whatever the device's length.
    const cache = new Uint8Array(Math.ceil(image.length / PAGE_SIZE) * PAGE_SIZE);
    cache.set(image);
    const disk: FakeDisk = { image, cache, dirty: new Set(), flushes: 0, flushStatus: 0 };
    this.#disks.set(device, disk);
    return disk;
  }

  disk(device: number): FakeDisk {
    const disk = this.#disks.get(device);
    if (!disk) throw new Error(`no disk ${device}`);
    return disk;
  }

  map({ device, offset, length }: ServiceInput<'WdmCcMapData'>) {
    const disk = this.#disks.get(device);
    const aligned = offset % PAGE_SIZE === 0 && length % PAGE_SIZE === 0;
    if (!disk || !aligned || offset < 0 || length <= 0)
      return { status: Status.STATUS_INVALID_PARAMETER, address: 0 };
    const end = Math.ceil(disk.image.length / PAGE_SIZE) * PAGE_SIZE;
    if (offset + length > end) return { status: Status.STATUS_INVALID_PARAMETER, address: 0 };
    for (let at = offset; at < offset + length; at += PAGE_SIZE) {
      const failure = this.failures.get(at);
      if (failure !== undefined) return { status: failure, address: 0 };
    }
    if (this.views.size >= this.viewLimit)
      return { status: Status.STATUS_QUOTA_EXCEEDED, address: 0 };
    const address = this.#nextAddress;
    this.#nextAddress += length;
    this.views.set(address, { disk, offset, length });
    return { status: 0, address };
  }

  unmap(address: number) {
    const known = this.views.delete(address);
    return { status: known ? 0 : Status.STATUS_INVALID_PARAMETER };
  }

  window(address: number, length: number): Window | undefined {
    const view = this.views.get(address);
    if (!view || length > view.length) return undefined;
    const bytes = view.disk.cache.subarray(view.offset, view.offset + length);
    return new ArrayWindow(bytes, { address, alive: () => this.views.has(address) });
  }

  setDirty({ device, offset, length }: ServiceInput<'WdmCcSetDirtyData'>) {
    const disk = this.#disks.get(device);
    if (!disk || offset < 0 || offset + length > disk.image.length)
      return { status: Status.STATUS_INVALID_PARAMETER };
    const last = Math.ceil((offset + length) / SECTOR);
    for (let sector = Math.floor(offset / SECTOR); sector < last; sector++) disk.dirty.add(sector);
    return { status: 0 };
  }

  flush(device: number) {
    const disk = this.#disks.get(device);
    if (!disk) return { status: Status.STATUS_INVALID_PARAMETER };
    disk.flushes++;
    if (disk.flushStatus !== 0) return { status: disk.flushStatus };
    for (const sector of disk.dirty) {
      const at = sector * SECTOR;
      disk.image.set(disk.cache.subarray(at, at + SECTOR), at);
    }
    disk.dirty.clear();
    return { status: 0 };
  }

  purge(input: ServiceInput<'WdmCcPurge'>) {
    this.purges.push(input);
    return { status: 0 };
  }
}
