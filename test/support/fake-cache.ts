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
 *   bad                     sectors of a disk that cannot be read, with a status, until written
 */
import { CACHE_VIEW_BASE, PAGE_SIZE } from '../../personality/rtl/layout.ts';
import { CC_LOOK, CC_PREPARE, CC_SALVAGE } from '../../personality/rtl/nt.ts';
import type { Packet } from '../../personality/rtl/packets.ts';
import type { ServiceInput } from '../../personality/rtl/services.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import type { Window } from '../../personality/sel4/types.ts';
import { ArrayWindow } from './array-window.ts';

const SECTOR = 512;

export interface FakeDisk {
  readonly image: Uint8Array;
  readonly cache: Uint8Array;
  /** Numbers of 512-byte sectors. */
  readonly dirty: Set<number>;
  /** Sector numbers: what a read of it answers. */
  readonly bad: Map<number, number>;
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
  readonly sizes: ServiceInput<'WdmCcSetFileSizes'>[] = [];
  readonly views = new Map<number, View>();
  readonly #disks = new Map<number, FakeDisk>();
  /** By all windows together. */
  bytesRead = 0;
  #nextAddress = CACHE_VIEW_BASE;

  add(device: number, image: Uint8Array): FakeDisk {
    // Pages are whole, whatever the device's length.
    const cache = new Uint8Array(Math.ceil(image.length / PAGE_SIZE) * PAGE_SIZE);
    cache.set(image);
    const disk: FakeDisk = {
      image,
      cache,
      dirty: new Set(),
      bad: new Map(),
      flushes: 0,
      flushStatus: 0,
    };
    this.#disks.set(device, disk);
    return disk;
  }

  disk(device: number): FakeDisk {
    const disk = this.#disks.get(device);
    if (!disk) throw new Error(`no disk ${device}`);
    return disk;
  }

  map({ device, offset, length, mode }: ServiceInput<'WdmCcMapData'>) {
    const disk = this.#disks.get(device);
    const fails = (status: number) => ({ status, address: 0, missing: new Uint8Array() });
    if (!disk || offset < 0 || length <= 0) return fails(Status.STATUS_INVALID_PARAMETER);
    const limit = Math.ceil(disk.image.length / PAGE_SIZE) * PAGE_SIZE;
    if (offset + length > limit) return fails(Status.STATUS_INVALID_PARAMETER);
    const start = Math.floor(offset / PAGE_SIZE) * PAGE_SIZE;
    const end = Math.ceil((offset + length) / PAGE_SIZE) * PAGE_SIZE;
    for (let at = start; at < end; at += PAGE_SIZE) {
      const failure = this.failures.get(at);
      if (failure !== undefined) return fails(failure);
    }
    const unread = this.#supply(disk, offset, length, mode);
    if (unread !== 0) return fails(unread);
    const missing = new Uint8Array((end - start) / PAGE_SIZE);
    for (const sector of disk.bad.keys()) {
      const bit = sector - start / SECTOR;
      if (bit >= 0 && bit < missing.length * 8) missing[bit >>> 3]! |= 1 << (bit & 7);
    }
    if (this.views.size >= this.viewLimit) return fails(Status.STATUS_QUOTA_EXCEEDED);
    const address = this.#nextAddress;
    this.#nextAddress += end - start;
    this.views.set(address, { disk, offset: start, length: end - start });
    return { status: 0, address, missing: missing.some(Boolean) ? missing : new Uint8Array() };
  }

  #supply(disk: FakeDisk, offset: number, length: number, mode: number): number {
    for (const [sector, status] of disk.bad) {
      const [at, behind] = [sector * SECTOR, (sector + 1) * SECTOR];
      if (at >= offset + length || behind <= offset) continue;
      const whole = at >= offset && behind <= offset + length;
      const shown = status === Status.STATUS_CRC_ERROR && mode >= CC_LOOK;
      if (!shown && !(mode === CC_PREPARE && whole) && mode !== CC_SALVAGE) return status;
      if (mode === CC_LOOK || mode === CC_SALVAGE) continue;
      if (mode === CC_PREPARE) disk.cache.fill(0, at, behind);
      disk.bad.delete(sector);
      disk.dirty.add(sector);
    }
    return 0;
  }

  unmap(address: number) {
    const known = this.views.delete(address);
    return { status: known ? 0 : Status.STATUS_INVALID_PARAMETER };
  }

  window(address: number, length: number): Window | undefined {
    const view = this.views.get(address);
    if (!view || length > view.length) return undefined;
    const bytes = view.disk.cache.subarray(view.offset, view.offset + length);
    const read = (count: number) => (this.bytesRead += count);
    return new ArrayWindow(bytes, { address, alive: () => this.views.has(address), read });
  }

  setDirty({ device, offset, length }: Packet<'dirty'>) {
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

  setFileSizes(input: ServiceInput<'WdmCcSetFileSizes'>) {
    this.sizes.push(input);
    return { status: 0 };
  }

  purge(input: ServiceInput<'WdmCcPurge'>) {
    this.purges.push(input);
    return { status: 0 };
  }
}
