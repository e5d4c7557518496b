/**
 * A mounted volume: its geometry, its FAT, its files.
 *
 * Everything that looks at or changes the volume holds its lock: a handler may wait for a sector in
 * the middle of its work, and another must not see the directory half changed.
 *
 *   openVolume(driver, device)    reads the boot sector, pins the FATs
 *   diskOffset(cluster)           where a cluster's bytes lie
 *   fileAt(parent, slot, ...)     the one Fcb of a directory entry
 */
import {
  type Bcb,
  CcInitializeCacheMap,
  CcMapData,
  CcUninitializeCacheMap,
  CcUnpinData,
  type CacheMap,
  type DriverObject,
  KeInitializeMutex,
  type KMutex,
} from '../../../personality/wdm/index.ts';
import { NtException, Status } from '../../../personality/rtl/status.ts';
import type { Dirent } from './dirent.ts';
import { Fcb } from './fcb.ts';
import { FatTable } from './fat.ts';
import { type Geometry, parseGeometry } from './geometry.ts';

const HEAD = 1024;
/** The root directory's number among first clusters. */
export const ROOT = 0;

export class Volume {
  readonly driver: DriverObject;
  readonly map: CacheMap;
  readonly geometry: Geometry;
  readonly fat: FatTable;
  readonly root: Fcb;
  readonly lock: KMutex;
  /** The first bytes of the disk, to know it again. */
  readonly head: Uint8Array;
  readonly #pinned: readonly Bcb[];
  readonly #files = new Map<string, Fcb>();
  #lastNumber = 1;

  constructor(
    driver: DriverObject,
    map: CacheMap,
    geometry: Geometry,
    head: Uint8Array,
    fats: readonly Bcb[],
  ) {
    this.driver = driver;
    this.map = map;
    this.geometry = geometry;
    this.head = head;
    this.#pinned = fats;
    this.fat = new FatTable(geometry, fats);
    this.lock = KeInitializeMutex(driver);
    this.root = Fcb.root(this);
  }

  diskOffset(cluster: number): number {
    return this.geometry.dataStart + (cluster - 2) * this.geometry.bytesPerCluster;
  }

  /**
   * The file whose short entry stands in `slot` of the directory that starts at cluster `parent`.
   */
  fileAt(parent: number, slot: number, entry: Dirent, name: string): Fcb {
    const key = `${parent}:${slot}`;
    let file = this.#files.get(key);
    if (!file) {
      file = new Fcb(this, ++this.#lastNumber, parent, slot, entry, name);
      this.#files.set(key, file);
    }
    return file;
  }

  knownFile(parent: number, slot: number): Fcb | undefined {
    return this.#files.get(`${parent}:${slot}`);
  }

  forget(file: Fcb): void {
    this.#files.delete(`${file.parent}:${file.slot}`);
  }

  /** The file's entry has moved. */
  moved(file: Fcb, parent: number, slot: number): void {
    this.forget(file);
    file.parent = parent;
    file.slot = slot;
    this.#files.set(`${parent}:${slot}`, file);
  }

  /** No part of the volume may be used any more. */
  async close(): Promise<void> {
    for (const bcb of this.#pinned) CcUnpinData(bcb);
    await CcUninitializeCacheMap(this.map);
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
    const fats: Bcb[] = [];
    for (let copy = 0; copy < geometry.fatCount; copy++) {
      const offset = geometry.fatStart + copy * geometry.fatBytes;
      fats.push(await CcMapData(map, offset, geometry.fatBytes));
    }
    return new Volume(driver, map, geometry, head, fats);
  } catch (error) {
    await CcUninitializeCacheMap(map);
    throw error;
  }
}

export async function readHead(map: CacheMap): Promise<Uint8Array> {
  const bcb = await CcMapData(map, 0, HEAD);
  const head = bcb.window.read(0, HEAD);
  CcUnpinData(bcb);
  return head;
}
