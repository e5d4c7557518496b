/**
 * A mounted volume: its geometry, its FAT, its files.
 *
 * Everything that looks at or changes the volume holds its lock: a handler may wait for a sector in
 * the middle of its work, and another must not see the directory half changed.
 *
 *   openVolume(driver, device)    reads the boot sector, pins the FATs
 *   map(offset, length)           pins metadata
 *   mapForWrite(offset, length)   the same, where a wrong checksum does not matter: the sector will
 *                                 be written
 *   prepare(offset, length)       pins what will be written whole
 *   look(offset, length)          pins what need not be right
 *   diskOffset(cluster)           where a cluster's bytes lie
 *   fileAt(parent, slot, ...)     the one Fcb of a directory entry
 */
import {
  type Bcb,
  CcInitializeCacheMap,
  CcMapData,
  CcMapDoubtful,
  CcPreparePinWrite,
  CcSetDirtyPinnedData,
  CcUninitializeCacheMap,
  CcUnpinData,
  type CacheMap,
  type DriverObject,
  KeInitializeMutex,
  type KMutex,
} from '../../../personality/wdm/index.ts';
import { NtException, Status } from '../../../personality/rtl/status.ts';
import type { Dirent } from './dirent.ts';
import type { DirectoryIndex } from './dirindex.ts';
import { Fcb } from './fcb.ts';
import { FatTable } from './fat.ts';
import { type Fats, pinFats } from './fatcopies.ts';
import { BOOT_LABEL, type Geometry, parseGeometry } from './geometry.ts';
import { SECTOR, unreadable } from './media.ts';
import { shortNameKey } from './shortname.ts';

/** The boot sector, and the start of the first FAT behind it. */
const HEAD = 1024;
/** What tells one disk from another: the boot sector. */
const IDENTITY = 512;
/** The root directory's number among first clusters. */
export const ROOT = 0;

export class Volume {
  readonly driver: DriverObject;
  readonly geometry: Geometry;
  readonly fat: FatTable;
  readonly root: Fcb;
  readonly lock: KMutex;
  readonly #map: CacheMap;
  /** The boot sector as it should be. */
  #identity: Uint8Array;
  readonly #pinned: readonly Bcb[];
  readonly #files = new Map<string, Fcb>();
  readonly #byNumber = new Map<number, Fcb>();
  /** Of directories, by first cluster, the least recently used first (dirindex.ts). */
  readonly directories = new Map<number, DirectoryIndex>();
  #lastNumber = 1;

  constructor(
    driver: DriverObject,
    map: CacheMap,
    geometry: Geometry,
    head: Uint8Array,
    fats: Fats,
  ) {
    this.driver = driver;
    this.#map = map;
    this.geometry = geometry;
    this.#identity = head.slice(0, IDENTITY);
    this.#pinned = fats.copies;
    this.fat = new FatTable(geometry, fats);
    this.lock = KeInitializeMutex(driver);
    this.root = Fcb.root(this);
    this.#byNumber.set(this.root.number, this.root);
  }

  /** STATUS_FILE_CORRUPT_ERROR where the disk is not that long. */
  map(offset: number, length: number): Promise<Bcb> {
    return onDisk(async () => CcMapData(this.#map, offset, length));
  }

  async mapForWrite(offset: number, length: number): Promise<Bcb> {
    try {
      return await this.map(offset, length);
    } catch (error) {
      unreadable(error);
      return onDisk(async () => CcMapDoubtful(this.#map, offset, length, true));
    }
  }

  prepare(offset: number, length: number): Promise<Bcb> {
    return onDisk(async () => CcPreparePinWrite(this.#map, offset, length));
  }

  look(offset: number, length: number): Promise<Bcb> {
    return onDisk(async () => CcMapDoubtful(this.#map, offset, length, false));
  }

  /** Whether the boot sector is still the one that was mounted. */
  async isSame(): Promise<boolean> {
    const bcb = await this.look(0, IDENTITY);
    const now = bcb.window.read(0, IDENTITY);
    CcUnpinData(bcb);
    return now.every((byte, index) => byte === this.#identity[index]);
  }

  /** The label in the boot sector, where it has one. `label`: 11 bytes. */
  async writeBootLabel(label: Uint8Array): Promise<void> {
    if (!this.geometry.extended) return;
    const bcb = await this.mapForWrite(0, IDENTITY);
    bcb.window.write(BOOT_LABEL, label);
    CcSetDirtyPinnedData(bcb, BOOT_LABEL, label.length);
    this.#identity = bcb.window.read(0, IDENTITY);
    CcUnpinData(bcb);
  }

  diskOffset(cluster: number): number {
    return this.geometry.dataStart + (cluster - 2) * this.geometry.bytesPerCluster;
  }

  clusterAt(diskOffset: number): number {
    const { dataStart, bytesPerCluster } = this.geometry;
    return Math.floor((diskOffset - dataStart) / bytesPerCluster) + 2;
  }

  /**
   * The file whose short entry stands in `slot` of the directory that starts at cluster `parent`.
   */
  fileAt(parent: number, slot: number, entry: Dirent, name: string): Fcb {
    const key = `${parent}:${slot}`;
    let file = this.#files.get(key);
    // On a damaged disk a directory may be in the place of another that is gone.
    if (!file || shortNameKey(file.entry.shortBytes) !== shortNameKey(entry.shortBytes)) {
      file = new Fcb(this, ++this.#lastNumber, parent, slot, entry, name);
      this.#files.set(key, file);
      this.#byNumber.set(file.number, file);
    }
    return file;
  }

  /** By the number that CREATE reported. */
  byNumber(number: number): Fcb | undefined {
    return this.#byNumber.get(number);
  }

  knownFile(parent: number, slot: number): Fcb | undefined {
    return this.#files.get(`${parent}:${slot}`);
  }

  /** All that were ever open, but for the root. */
  get knownFiles(): Iterable<Fcb> {
    return this.#files.values();
  }

  forget(file: Fcb): void {
    this.#files.delete(`${file.parent}:${file.slot}`);
    this.#byNumber.delete(file.number);
  }

  /** The file's entry has moved. */
  moved(file: Fcb, parent: number, slot: number): void {
    this.#files.delete(`${file.parent}:${file.slot}`);
    file.parent = parent;
    file.slot = slot;
    this.#files.set(`${parent}:${slot}`, file);
  }

  /** No part of the volume may be used any more. */
  async close(): Promise<void> {
    for (const bcb of this.#pinned) CcUnpinData(bcb);
    await CcUninitializeCacheMap(this.#map);
  }
}

/**
 * Raises STATUS_UNRECOGNIZED_VOLUME where the disk is no FAT12 or FAT16 disk; the device's errors
 * as they are.
 */
export async function openVolume(driver: DriverObject, device: number): Promise<Volume> {
  const map = CcInitializeCacheMap(driver, device);
  try {
    const head = await readHead(map);
    const geometry = parseGeometry(head);
    if (!geometry) throw new NtException(Status.STATUS_UNRECOGNIZED_VOLUME);
    const fats = await pinFats(map, geometry);
    return new Volume(driver, map, geometry, head, fats);
  } catch (error) {
    await CcUninitializeCacheMap(map);
    // The disk is shorter than its own tables.
    if (error instanceof NtException && error.status === Status.STATUS_INVALID_PARAMETER)
      throw new NtException(Status.STATUS_UNRECOGNIZED_VOLUME);
    throw error;
  }
}

/** STATUS_FILE_CORRUPT_ERROR where the disk is not as long as its own numbers say. */
async function onDisk(pin: () => Promise<Bcb>): Promise<Bcb> {
  try {
    return await pin();
  } catch (error) {
    if (error instanceof NtException && error.status === Status.STATUS_INVALID_PARAMETER)
      throw new NtException(Status.STATUS_FILE_CORRUPT_ERROR);
    throw error;
  }
}

/**
 * A sector with a wrong checksum counts as the drive makes it out: the numbers in it are checked
 * against one another anyway. The first of the FAT is wanted for its media byte alone: disks that
 * have a parameter block mount without it.
 */
async function readHead(map: CacheMap): Promise<Uint8Array> {
  const head = new Uint8Array(HEAD);
  for (let at = 0; at < HEAD; at += SECTOR) {
    try {
      const bcb = await CcMapDoubtful(map, at, SECTOR, false);
      head.set(bcb.window.read(0, SECTOR), at);
      CcUnpinData(bcb);
    } catch (error) {
      if (at === 0) throw error;
      unreadable(error);
    }
  }
  return head;
}
