/**
 * A FAT volume, opened: its geometry, its FATs, and its directories as they are on the disk.
 *
 *   openVolume(disk)          undefined: there is no FAT on it. A FAT that cannot be read is
 *                             undefined in `copies`; the first that can be is the table
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
  readonly copies: readonly (Uint8Array | undefined)[];
  table: FatTable;

  constructor(
    disk: SectorDisk,
    geometry: Geometry,
    head: Uint8Array,
    copies: readonly (Uint8Array | undefined)[],
    table: FatTable,
  ) {
    this.disk = disk;
    this.geometry = geometry;
    this.head = head;
    this.copies = copies;
    this.table = table;
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

export async function openVolume(disk: SectorDisk): Promise<FatVolume | undefined> {
  if (sizeOf(disk) < HEAD) return undefined;
  const head = await readBytes(disk, 0, HEAD);
  const geometry = parseGeometry(head, sizeOf(disk));
  if (!geometry) return undefined;
  const copies: (Uint8Array | undefined)[] = [];
  for (let copy = 0; copy < geometry.fats; copy++)
    copies.push(await readOr(disk, geometry.fatStart + copy * geometry.fatSize, geometry.fatSize));
  const { active } = geometry;
  const chosen = active === undefined ? copies.find((copy) => copy) : copies[active];
  const table = FatTable.parse(chosen ?? new Uint8Array(geometry.fatSize), geometry);
  return new FatVolume(disk, geometry, head, copies, table);
}
