/**
 * What a new FAT volume will be like: from the size of a disk, and what was asked for, to the
 * numbers of its parameter block.
 *
 *   planVolume(disk, wishes)   raises FormatError, in words, for what cannot be
 *
 * Floppies get what DOS gave them. Other disks: FAT12 below 16 MB, FAT16 below 512 MB, else FAT32,
 * with clusters of the usual sizes.
 * Source: fatgen103, "FAT Volume Initialization"; format tables of MS-DOS.
 */
import { type FatType, MAX_FAT12, MAX_FAT16, SLOT } from '../fat/geometry.ts';

export interface DiskShape {
  readonly sectorSize: number;
  readonly sectors: number;
  readonly sectorsPerTrack: number;
  readonly heads: number;
  readonly removable: boolean;
}

export const FILE_SYSTEMS = ['fat', 'fat12', 'fat16', 'fat32'] as const;

export interface Wishes {
  /** `fat`: FAT12 or FAT16 by size. Absent: FAT32 as well. */
  readonly fileSystem?: (typeof FILE_SYSTEMS)[number] | undefined;
  /** Bytes. */
  readonly cluster?: number | undefined;
}

export interface Plan {
  readonly type: FatType;
  readonly sectorSize: number;
  readonly sectors: number;
  readonly perCluster: number;
  readonly reserved: number;
  readonly fats: number;
  readonly rootEntries: number;
  readonly perFat: number;
  readonly media: number;
  readonly sectorsPerTrack: number;
  readonly heads: number;
  readonly clusters: number;
}

export class FormatError extends Error {}

/** [bytes, sectors per cluster, root entries, media byte] */
const FLOPPIES: readonly (readonly [number, number, number, number])[] = [
  [163_840, 1, 64, 0xfe],
  [184_320, 1, 64, 0xfc],
  [327_680, 2, 112, 0xff],
  [368_640, 2, 112, 0xfd],
  [655_360, 2, 112, 0xfb],
  [737_280, 2, 112, 0xf9],
  [1_228_800, 1, 224, 0xf9],
  [1_261_568, 1, 192, 0xfe],
  [1_474_560, 1, 224, 0xf0],
  [1_720_320, 1, 224, 0xf0],
  [1_763_328, 1, 224, 0xf0],
  [2_949_120, 2, 240, 0xf0],
];

/** Up to so many MB: so many bytes a cluster. */
const CLUSTERS_16: readonly (readonly [number, number])[] = [
  [128, 2048],
  [256, 4096],
  [512, 8192],
  [1024, 16384],
  [2048, 32768],
];
const CLUSTERS_32: readonly (readonly [number, number])[] = [
  [260, 512],
  [8192, 4096],
  [16384, 8192],
  [32768, 16384],
];
const MB = 1 << 20;
const FIXED = 0xf8;
const FLOPPY = 0xf0;
const MOST_FLOPPY = 4 * MB;
const FAT12_BELOW = 16 * MB;
const FAT32_FROM = 512 * MB;
const MOST_CLUSTER = 65_536;
const MOST_FAT32 = 0x0fff_fff4;
/** Sectors a cluster. */
const SIZES = [1, 2, 4, 8, 16, 32, 64, 128];

export function planVolume(disk: DiskShape, { fileSystem, cluster }: Wishes): Plan {
  const bytes = disk.sectorSize * disk.sectors;
  if (cluster !== undefined) checkCluster(cluster, disk.sectorSize);
  const wide = fileSystem === 'fat32' || (fileSystem === undefined && bytes >= FAT32_FROM);
  const known = FLOPPIES.find(([size]) => size === bytes);
  const floppy = known !== undefined || (disk.removable && bytes <= MOST_FLOPPY);
  const size = cluster ?? usualCluster(disk, wide, known?.[1]);
  const base = {
    sectorSize: disk.sectorSize,
    sectors: disk.sectors,
    perCluster: Math.max(1, size / disk.sectorSize),
    fats: 2,
    media: known?.[3] ?? (floppy ? FLOPPY : FIXED),
    sectorsPerTrack: disk.sectorsPerTrack,
    heads: disk.heads,
  };
  const rootEntries = known?.[2] ?? (floppy ? 224 : 512);
  if (wide) return planWide(base);
  if (fileSystem === 'fat12' || fileSystem === 'fat16')
    return planAs(fileSystem === 'fat12' ? 12 : 16, base, rootEntries, cluster !== undefined);
  return planNarrow(base, rootEntries);
}

function checkCluster(cluster: number, sectorSize: number): void {
  const power = cluster > 0 && (cluster & (cluster - 1)) === 0;
  if (!power || cluster < sectorSize || cluster > MOST_CLUSTER || cluster / sectorSize > 128)
    throw new FormatError(`Clusters of ${cluster} bytes cannot be made on this disk`);
}

function usualCluster(disk: DiskShape, wide: boolean, floppy: number | undefined): number {
  const bytes = disk.sectorSize * disk.sectors;
  if (floppy !== undefined && !wide) return floppy * disk.sectorSize;
  const table = wide ? CLUSTERS_32 : CLUSTERS_16;
  const usual = table.find(([limit]) => bytes <= limit * MB)?.[1] ?? table.at(-1)![1];
  const small = !wide && bytes < FAT12_BELOW;
  let size = Math.max(small ? 512 : usual, disk.sectorSize);
  // FAT12 has so few clusters that they must be larger.
  while (small && bytes / size > MAX_FAT12 && size < MOST_CLUSTER) size *= 2;
  return size;
}

type Base = Omit<Plan, 'type' | 'reserved' | 'rootEntries' | 'perFat' | 'clusters'>;

function planWide(base: Base): Plan {
  const made = { ...base, type: 32 as const, reserved: 32, rootEntries: 0 };
  const { perFat, clusters } = fatSize(made);
  if (clusters <= MAX_FAT16)
    throw new FormatError('The disk is too small for FAT32, or its clusters are too large');
  if (clusters > MOST_FAT32) throw new FormatError('The clusters are too small for this disk');
  return { ...made, perFat, clusters };
}

function planNarrow(base: Base, rootEntries: number): Plan {
  for (const type of [12, 16] as const) {
    const made = { ...base, type, reserved: 1, rootEntries };
    const { perFat, clusters } = narrowSize(made);
    if (clusters < 1) throw new FormatError('The disk is too small');
    if (clusters <= MAX_FAT12 && type === 12) return { ...made, perFat, clusters };
    if (clusters > MAX_FAT12 && clusters <= MAX_FAT16 && type === 16)
      return { ...made, perFat, clusters };
  }
  throw new FormatError('There are too many clusters for FAT16: they must be larger');
}

/** With the clusters nearest to the usual ones that make a volume of that type. */
function planAs(type: 12 | 16, base: Base, rootEntries: number, asGiven: boolean): Plan {
  const least = type === 12 ? 1 : MAX_FAT12 + 1;
  const most = type === 12 ? MAX_FAT12 : MAX_FAT16;
  const smaller = SIZES.filter((size) => size < base.perCluster).reverse();
  const larger = SIZES.filter((size) => size > base.perCluster);
  for (const perCluster of [base.perCluster, ...(asGiven ? [] : [...smaller, ...larger])]) {
    const made = { ...base, perCluster, type, reserved: 1, rootEntries };
    const { perFat, clusters } = narrowSize(made);
    if (clusters >= least && clusters <= most) return { ...made, perFat, clusters };
  }
  throw new FormatError(
    `A disk of this size cannot have FAT${type}${asGiven ? ' with such clusters' : ''}`,
  );
}

/**
 * Some disks have too many clusters for FAT12, and too few once a table of 16 bits has taken its
 * place: FAT12, with a table of that size.
 */
function narrowSize(plan: Omit<Plan, 'perFat' | 'clusters'>): { perFat: number; clusters: number } {
  const size = fatSize(plan);
  if (plan.type !== 12 || size.clusters <= MAX_FAT12) return size;
  const larger = fatSize({ ...plan, type: 16 });
  return larger.clusters <= MAX_FAT12 ? larger : size;
}

/** The least FAT that has an entry for each of the clusters that are left beside it. */
function fatSize(plan: Omit<Plan, 'perFat' | 'clusters'>): { perFat: number; clusters: number } {
  const rootSectors = Math.ceil((plan.rootEntries * SLOT) / plan.sectorSize);
  for (let perFat = 1; ;) {
    const data = plan.sectors - plan.reserved - plan.fats * perFat - rootSectors;
    const clusters = Math.floor(data / plan.perCluster);
    const needed = Math.ceil(((clusters + 2) * plan.type) / 8 / plan.sectorSize);
    if (clusters < 1 || needed <= perFat) return { perFat, clusters };
    // Its growth takes clusters away: never more than is needed now.
    perFat = Math.max(perFat + 1, Math.min(needed, perFat + Math.ceil((needed - perFat) / 2)));
  }
}
