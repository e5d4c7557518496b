/**
 * A FAT volume, opened: its geometry, its FATs, and its directories as they are on the disk.
 *
 *   openVolume(disk)          undefined: there is no FAT on it. A FAT that cannot be read whole is
 *                             undefined in `copies`; the table is the first that can be, or made up
 *                             of sectors of all. Entries that no copy has are UNKNOWN in it. Of
 *                             FAT32 the copy of the boot sector counts where that is gone
 *                             (`headAt`)
 *   openAs(disk, head)        the same with this boot sector
 *   volume.chain(start)       clusters of a chain, up to the first link that leads nowhere
 *   volume.directory(start)   all of a directory's bytes, and where they lie; 0: the root
 *
 * A directory's sectors that cannot be read are zeros, and counted in `unreadable`.
 */
import { readBytes, type SectorDisk, sizeOf } from './disk.ts';
import { clusterOffset, type Geometry, parseGeometry } from './geometry.ts';
import { FatTable } from './table.ts';

/** As many bytes as a directory may have. */
export const MOST_DIRECTORY = 0x20_0000;
const HEAD = 1024;

/** A piece of a directory on the disk. */
export interface Extent {
  readonly offset: number;
  readonly length: number;
}

export interface DirectoryBytes {
  readonly bytes: Uint8Array;
  readonly extents: readonly Extent[];
  /** Sectors. */
  readonly unreadable: number;
}

export class FatVolume {
  readonly disk: SectorDisk;
  readonly geometry: Geometry;
  readonly head: Uint8Array;
  /** Where that was read. */
  readonly headAt: number;
  /** Sectors of the FAT that no copy has. */
  readonly unknown: number;
  readonly copies: readonly (Uint8Array | undefined)[];
  table: FatTable;

  constructor(disk: SectorDisk, geometry: Geometry, found: Boot & Tables) {
    this.disk = disk;
    this.geometry = geometry;
    this.head = found.head;
    this.headAt = found.headAt;
    this.unknown = found.unknown;
    this.copies = found.copies;
    this.table = found.table;
  }

  get wide(): boolean {
    return this.geometry.type === 32;
  }

  chain(start: number): number[] {
    const { table } = this;
    const seen = new Set<number>();
    for (let at = start; table.isCluster(at) && !seen.has(at); at = table.get(at)) seen.add(at);
    return [...seen];
  }

  /** Of clusters: as a directory consists of them. */
  extentsOf(clusters: readonly number[]): Extent[] {
    const { geometry } = this;
    const most = Math.ceil(MOST_DIRECTORY / geometry.clusterSize);
    return clusters.slice(0, most).map((cluster) => ({
      offset: clusterOffset(geometry, cluster),
      length: geometry.clusterSize,
    }));
  }

  rootExtents(): Extent[] {
    const { geometry } = this;
    if (this.wide) return this.extentsOf(this.chain(geometry.rootCluster));
    return [{ offset: geometry.rootStart, length: geometry.rootSize }];
  }

  directory(start: number): Promise<DirectoryBytes> {
    const extents = start === 0 ? this.rootExtents() : this.extentsOf(this.chain(start));
    return this.readExtents(extents);
  }

  async readExtents(extents: readonly Extent[]): Promise<DirectoryBytes> {
    const bytes = new Uint8Array(extents.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    let unreadable = 0;
    for (const { offset, length } of extents) {
      unreadable += await this.#readInto(bytes.subarray(at, at + length), offset);
      at += length;
    }
    return { bytes, extents, unreadable };
  }

  /** How many sectors could not be read. */
  async #readInto(bytes: Uint8Array, offset: number): Promise<number> {
    const whole = await readOr(this.disk, offset, bytes.length);
    if (whole) {
      bytes.set(whole);
      return 0;
    }
    const { sectorSize } = this.geometry;
    let failed = 0;
    for (let at = 0; at < bytes.length; at += sectorSize) {
      const length = Math.min(sectorSize, bytes.length - at);
      const sector = await readOr(this.disk, offset + at, length);
      if (sector) bytes.set(sector, at);
      else failed++;
    }
    return failed;
  }
}

/** Undefined where it cannot be read. */
export async function readOr(
  disk: SectorDisk,
  offset: number,
  length: number,
): Promise<Uint8Array | undefined> {
  try {
    return await readBytes(disk, offset, length);
  } catch (error) {
    if (isOfTheDisk(error)) return undefined;
    throw error;
  }
}

/** A drive's failure, which has a status; what has none is a fault of ours. */
function isOfTheDisk(error: unknown): boolean {
  return typeof (error as { status?: unknown } | null)?.status === 'number';
}

interface Boot {
  readonly head: Uint8Array;
  readonly headAt: number;
}

interface Tables {
  readonly copies: readonly (Uint8Array | undefined)[];
  readonly table: FatTable;
  readonly unknown: number;
}

export async function openVolume(disk: SectorDisk): Promise<FatVolume | undefined> {
  if (sizeOf(disk) < HEAD) return undefined;
  const head = await readHead(disk, 0);
  const found = head && (await openAs(disk, head));
  if (found) return found;
  const backup = head && isSigned(head) ? undefined : await fromBackup(disk);
  // Raises what the drive says.
  if (!backup && !head) await readBytes(disk, 0, HEAD / 2);
  return backup;
}

/** The second half is the first FAT's begin mostly, and wanted for its media byte alone. */
async function readHead(disk: SectorDisk, at: number): Promise<Uint8Array | undefined> {
  const whole = await readOr(disk, at, HEAD);
  const first = whole ?? (await readOr(disk, at, HEAD / 2));
  if (!first) return undefined;
  const head = new Uint8Array(HEAD);
  head.set(first);
  return head;
}

/** Where FAT32 keeps a copy of its boot sector, in sectors of whatever size. */
const BACKUP = 6;
const SECTOR_SIZES = [512, 1024, 2048, 4096];

/** What it says is only believed of FAT32. */
async function fromBackup(disk: SectorDisk): Promise<FatVolume | undefined> {
  for (const size of SECTOR_SIZES) {
    const at = BACKUP * size;
    if (at + HEAD > sizeOf(disk)) return undefined;
    const head = await readHead(disk, at);
    const geometry = head && isSigned(head) ? parseGeometry(head, sizeOf(disk)) : undefined;
    if (geometry?.type === 32 && geometry.backupAt === at && geometry.sectorSize === size)
      return openAs(disk, head!, at);
  }
  return undefined;
}

function isSigned(head: Uint8Array): boolean {
  return head[510] === 0x55 && head[511] === 0xaa;
}

export async function openAs(
  disk: SectorDisk,
  head: Uint8Array,
  headAt = 0,
): Promise<FatVolume | undefined> {
  const geometry = parseGeometry(head, sizeOf(disk));
  if (!geometry) return undefined;
  return new FatVolume(disk, geometry, { head, headAt, ...(await readTables(disk, geometry)) });
}

async function readTables(disk: SectorDisk, geometry: Geometry): Promise<Tables> {
  const { fats, fatStart, fatSize, active } = geometry;
  const copies: (Uint8Array | undefined)[] = [];
  for (let copy = 0; copy < fats; copy++)
    copies.push(await readOr(disk, fatStart + copy * fatSize, fatSize));
  const chosen = active === undefined ? copies.find((copy) => copy) : copies[active];
  if (chosen) return { copies, table: FatTable.parse(chosen, geometry), unknown: 0 };
  return { copies, ...(await madeUp(disk, geometry)) };
}

/** Each sector from the first copy that has it. */
async function madeUp(
  disk: SectorDisk,
  geometry: Geometry,
): Promise<{ table: FatTable; unknown: number }> {
  const { fats, fatStart, fatSize, active, sectorSize, type } = geometry;
  const bytes = new Uint8Array(fatSize);
  const missing: number[] = [];
  for (let at = 0; at < fatSize; at += sectorSize) {
    let sector: Uint8Array | undefined;
    for (let copy = 0; copy < fats && !sector; copy++)
      if (active === undefined || copy === active)
        sector = await readOr(disk, fatStart + copy * fatSize + at, sectorSize);
    if (sector) bytes.set(sector, at);
    else missing.push(at);
  }
  const table = FatTable.parse(bytes, geometry);
  for (const at of missing) {
    const first = Math.max(2, Math.floor((at * 8) / type));
    const last = Math.min(table.last, Math.ceil(((at + sectorSize) * 8) / type) - 1);
    for (let cluster = first; cluster <= last; cluster++) table.forget(cluster);
  }
  return { table, unknown: missing.length };
}
