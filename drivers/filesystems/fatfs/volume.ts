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
 *   state                         whether it is in order on the disk (state.ts)
 *   fileAt(parent, slot, ...)     the one Fcb of a directory entry
 */
import {
  type Bcb,
  CcFlushCache,
  CcInitializeCacheMap,
  CcMapData,
  CcMapDoubtful,
  CcPinRead,
  CcPreparePinWrite,
  CcSetDirtyPinnedData,
  CcUninitializeCacheMap,
  CcUnpinData,
  type CacheMap,
  type DriverObject,
  KeInitializeMutex,
  type KMutex,
} from '../../../personality/wdm/index.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { NT_SUCCESS, NtException } from '../../../personality/rtl/status.ts';
import type { Dirent } from './dirent.ts';
import type { DirectoryIndex } from './dirindex.ts';
import { Fcb } from './fcb.ts';
import { FatTable } from './fat.ts';
import { FatWindows } from './fatwindows.ts';
import { type Geometry, parseGeometry } from './geometry.ts';
import { SECTOR, unreadable } from './media.ts';
import { shortNameKey } from './shortname.ts';
import { VolumeState } from './state.ts';

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
  /** The boot sector as it should be, and where it stands: its copy where it is gone itself. */
  #identity: Uint8Array;
  readonly #headAt: number;
  readonly #windows: FatWindows;
  readonly state: VolumeState;
  readonly #files = new Map<string, Fcb>();
  readonly #byNumber = new Map<number, Fcb>();
  /** Of directories, by first cluster, the least recently used first (dirindex.ts). */
  readonly directories = new Map<number, DirectoryIndex>();
  /** Of directories, by first cluster: the number of the entry that names it (homes.ts). */
  readonly homes = new Map<number, number>();
  #lastNumber = 1;
  /** A name has been taken out and not put in again. */
  moving = false;

  constructor(driver: DriverObject, map: CacheMap, { geometry, head, at }: Boot) {
    this.driver = driver;
    this.#map = map;
    this.geometry = geometry;
    this.#identity = head.slice(0, IDENTITY);
    this.#headAt = at;
    this.#windows = new FatWindows(map, geometry);
    this.state = new VolumeState(this);
    this.fat = new FatTable(geometry, this.#windows, {
      flush: () => this.flush(),
      begin: () => this.state.begin(),
    });
    this.lock = KeInitializeMutex(driver);
    this.root = Fcb.root(this);
    this.#byNumber.set(this.root.number, this.root);
  }

  /** FAT32: cluster numbers are longer than 16 bits. */
  get wide(): boolean {
    return this.geometry.fatType === 32;
  }

  /** STATUS_FILE_CORRUPT_ERROR where the disk is not that long. */
  map(offset: number, length: number): Promise<Bcb> {
    return onDisk(async () => CcMapData(this.#map, offset, length));
  }

  async mapForWrite(offset: number, length: number): Promise<Bcb> {
    await this.state.begin();
    try {
      return await onDisk(async () => CcPinRead(this.#map, offset, length));
    } catch (error) {
      unreadable(error);
      return onDisk(async () => CcMapDoubtful(this.#map, offset, length, true));
    }
  }

  async prepare(offset: number, length: number): Promise<Bcb> {
    await this.state.begin();
    return onDisk(async () => CcPreparePinWrite(this.#map, offset, length));
  }

  look(offset: number, length: number): Promise<Bcb> {
    return onDisk(async () => CcMapDoubtful(this.#map, offset, length, false));
  }

  /** Whether the boot sector is still the one that was mounted. */
  async isSame(): Promise<boolean> {
    const bcb = await this.look(this.#headAt, IDENTITY);
    const now = bcb.window.read(0, IDENTITY);
    CcUnpinData(bcb);
    return now.every((byte, index) => byte === this.#identity[index]);
  }

  /** The label in the boot sector and its copy, where they have one. `label`: 11 bytes. */
  async writeBootLabel(label: Uint8Array): Promise<void> {
    const { extended, backup, labelAt } = this.geometry;
    if (!extended) return;
    const places = new Set([backup === 0 ? 0 : backup, this.#headAt]);
    for (const at of places) {
      const bcb = await this.mapForWrite(at, IDENTITY);
      bcb.window.write(labelAt, label);
      CcSetDirtyPinnedData(bcb, labelAt, label.length);
      if (at === this.#headAt) this.#identity = bcb.window.read(0, IDENTITY);
      CcUnpinData(bcb);
    }
  }

  /**
   * Everything of the disk's own that is dirty; not while a name moves: the old one must not go
   * before the new one is there.
   */
  async flush(): Promise<void> {
    if (this.moving) return;
    const status = await CcFlushCache(this.#map);
    if (!NT_SUCCESS(status)) throw new NtException(status, 'writing what was freed');
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
    this.#windows.close();
    await CcUninitializeCacheMap(this.#map);
  }
}

/**
 * Raises STATUS_UNRECOGNIZED_VOLUME where the disk is no FAT disk, STATUS_DISK_CORRUPT_ERROR where
 * it is one whose tables are not where they should be; the device's errors as they are. `medium`:
 * its length in bytes.
 */
export async function openVolume(
  driver: DriverObject,
  device: number,
  medium = Infinity,
): Promise<Volume> {
  const map = CcInitializeCacheMap(driver, device);
  let volume: Volume | undefined;
  try {
    const boot = await findBoot(map, medium);
    await checkTables(map, boot.geometry);
    volume = new Volume(driver, map, boot);
    await volume.state.look();
    return volume;
  } catch (error) {
    if (volume) await volume.close();
    else await CcUninitializeCacheMap(map);
    // The disk is shorter than its own tables.
    if (error instanceof NtException && error.status === Status.STATUS_INVALID_PARAMETER)
      throw new NtException(Status.STATUS_UNRECOGNIZED_VOLUME);
    throw error;
  }
}

/** Where FAT32 keeps a copy of its boot sector, in sectors of whatever size. */
const BACKUP = 6;
const SECTOR_SIZES = [512, 1024, 2048, 4096];

/** A boot sector, and where it was read. */
interface Boot {
  readonly geometry: Geometry;
  readonly head: Uint8Array;
  readonly at: number;
}

async function findBoot(map: CacheMap, medium: number): Promise<Boot> {
  let failure: number | undefined;
  const head = await readHead(map).catch((error: unknown) => void (failure = unreadable(error)));
  const geometry = head && parseGeometry(head, medium);
  if (geometry) return { geometry, head, at: 0 };
  const copy = head && isSigned(head) ? undefined : await fromBackup(map, medium);
  if (!copy) throw new NtException(failure ?? Status.STATUS_UNRECOGNIZED_VOLUME);
  return copy;
}

/** Of a disk whose first sector is gone: what it says is only believed of FAT32. */
async function fromBackup(map: CacheMap, medium: number): Promise<Boot | undefined> {
  for (const size of SECTOR_SIZES) {
    const at = BACKUP * size;
    if (medium < at + HEAD) return undefined;
    const head = await readHead(map, at).catch((error: unknown) => void unreadable(error));
    const geometry = head && isSigned(head) ? parseGeometry(head, medium) : undefined;
    if (geometry?.fatType === 32 && geometry.backup === at && geometry.bytesPerSector === size)
      return { geometry, head: head!, at };
  }
  return undefined;
}

function isSigned(head: Uint8Array): boolean {
  return head[510] === 0x55 && head[511] === 0xaa;
}

/** How a table begins: the media byte, and ones. */
const TABLE_START = 3;

/**
 * A table too short for the disk's clusters may be a small disk's, or a number that is wrong: then
 * the second table is not where it should be, and neither is anything behind it.
 */
async function checkTables(map: CacheMap, geometry: Geometry): Promise<void> {
  const { undescribed, fatCount, fatStart, fatBytes } = geometry;
  if (undescribed === 0 || fatCount === 1) return;
  const starts: Uint8Array[] = [];
  for (const at of [fatStart, fatStart + fatBytes]) {
    const bcb = await CcMapDoubtful(map, at, SECTOR, false);
    starts.push(bcb.window.read(0, TABLE_START));
    CcUnpinData(bcb);
  }
  const [first, second] = starts as [Uint8Array, Uint8Array];
  if (first.some((byte, index) => byte !== second[index]))
    throw new NtException(Status.STATUS_DISK_CORRUPT_ERROR);
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
async function readHead(map: CacheMap, start = 0): Promise<Uint8Array> {
  const head = new Uint8Array(HEAD);
  for (let at = 0; at < HEAD; at += SECTOR) {
    try {
      const bcb = await CcMapDoubtful(map, start + at, SECTOR, false);
      head.set(bcb.window.read(0, SECTOR), at);
      CcUnpinData(bcb);
    } catch (error) {
      if (at === 0) throw error;
      unreadable(error);
    }
  }
  return head;
}
