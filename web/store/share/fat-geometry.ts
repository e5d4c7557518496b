/**
 * Where things are on a FAT disk, as far as sharing needs to know.
 *
 *   parseFatGeometry(image)          the layout, or undefined where this is not such a disk
 *   fatEntry(image, fat, copy, n)    entry n of one copy of the table
 *
 * What the system mounts (drivers/filesystems/fatfs/geometry.ts) is such a disk, and lies as it
 * says there: what were a file there and unknown here would go into a link with all that was
 * deleted. So disks of the first PCs are known by their media byte, a volume may claim more than
 * its medium has, and a table may have fewer entries than there is room for.
 *
 * The image is hostile: a geometry is returned only if every region that it names lies inside the
 * image, so that its users may index by cluster without looking again.
 *
 * Source: Microsoft FAT specification (fatgen103), "Boot Sector and BPB", "FAT Type Determination";
 * for the early formats the IBM PC DOS 1.1 and 2.0 manuals.
 */

export interface FatGeometry {
  bits: 12 | 16 | 32;
  fatStart: number;
  fatBytes: number;
  fatCopies: number;
  /** The one copy that counts, where changes do not go into all of them (FAT32). */
  onlyCopy: number | undefined;
  rootStart: number;
  /** Of a root that is a place of its own; FAT32 has none. */
  rootBytes: number;
  /** Where the root's chain begins (FAT32), or 0. */
  rootCluster: number;
  dataStart: number;
  clusterBytes: number;
  /** Clusters are numbered from 2 to `lastCluster`. */
  lastCluster: number;
}

interface Layout {
  sectorBytes: number;
  clusterSectors: number;
  reserved: number;
  fatCopies: number;
  rootEntries: number;
  sectors: number;
  fatSectors: number;
  wide: boolean;
  rootCluster: number;
  onlyCopy: number | undefined;
}

const MOST_CLUSTERS_12 = 4084;
const MOST_CLUSTERS_16 = 65524;
const MIRRORING_OFF = 0x80;

/** [sectors per cluster, root entries, sectors per FAT, sectors] by media byte. */
const EARLY: Readonly<Record<number, readonly [number, number, number, number]>> = {
  0xfe: [1, 64, 1, 320],
  0xfc: [1, 64, 2, 360],
  0xff: [2, 112, 1, 640],
  0xfd: [2, 112, 2, 720],
};

export function parseFatGeometry(image: Uint8Array): FatGeometry | undefined {
  if (image.length < 1024) return undefined;
  for (const layout of [parseBpb(image), earlyLayout(image)]) {
    const found = layout && regions(layout, image.length);
    if (found) return found;
  }
  return undefined;
}

function isPowerOfTwo(value: number, least: number, most: number): boolean {
  return value >= least && value <= most && (value & (value - 1)) === 0;
}

/** The numbers of the boot sector, if they make sense one by one. */
function parseBpb(image: Uint8Array): Layout | undefined {
  const boot = new DataView(image.buffer, image.byteOffset, 1024);
  const shortFat = boot.getUint16(22, true);
  const wide = shortFat === 0;
  const flags = wide ? boot.getUint16(40, true) : 0;
  const layout = {
    sectorBytes: boot.getUint16(11, true),
    clusterSectors: boot.getUint8(13),
    reserved: boot.getUint16(14, true),
    fatCopies: boot.getUint8(16),
    rootEntries: boot.getUint16(17, true),
    sectors: boot.getUint16(19, true) || boot.getUint32(32, true),
    fatSectors: wide ? boot.getUint32(36, true) : shortFat,
    wide,
    rootCluster: wide ? boot.getUint32(44, true) : 0,
    onlyCopy: flags & MIRRORING_OFF ? flags & 15 : undefined,
  };
  const sound =
    isPowerOfTwo(layout.sectorBytes, 512, 4096) &&
    isPowerOfTwo(layout.clusterSectors, 1, 128) &&
    layout.reserved > 0 &&
    layout.fatCopies > 0 &&
    layout.fatCopies <= 4 &&
    wide === (layout.rootEntries === 0) &&
    (startsWithJump(boot) || boot.getUint8(21) === boot.getUint8(512));
  return sound ? layout : undefined;
}

function startsWithJump(boot: DataView): boolean {
  return [0xeb, 0xe9, 0x69].includes(boot.getUint8(0));
}

function earlyLayout(image: Uint8Array): Layout | undefined {
  const known = image[513] === 0xff && image[514] === 0xff ? EARLY[image[512]!] : undefined;
  if (!known) return undefined;
  const [clusterSectors, rootEntries, fatSectors, sectors] = known;
  const fixed = { sectorBytes: 512, reserved: 1, fatCopies: 2, wide: false, rootCluster: 0 };
  return { ...fixed, clusterSectors, rootEntries, fatSectors, sectors, onlyCopy: undefined };
}

/** Of which clusters there are both the room and the entry. */
function regions(layout: Layout, bytes: number): FatGeometry | undefined {
  const { sectorBytes, reserved, fatCopies, fatSectors, wide, rootCluster } = layout;
  const fatStart = reserved * sectorBytes;
  const fatBytes = fatSectors * sectorBytes;
  const rootStart = fatStart + fatCopies * fatBytes;
  const rootBytes = layout.rootEntries * 32;
  const dataStart = rootStart + Math.ceil(rootBytes / sectorBytes) * sectorBytes;
  const clusterBytes = layout.clusterSectors * sectorBytes;
  const claimed = layout.sectors * sectorBytes;
  const clustersIn = (size: number): number => Math.floor((size - dataStart) / clusterBytes);
  const bits = wide ? 32 : clustersIn(claimed) <= MOST_CLUSTERS_12 ? 12 : 16;
  if (!wide && clustersIn(claimed) > MOST_CLUSTERS_16) return undefined;
  const described = Math.floor((fatBytes * 8) / bits) - 2;
  const clusters = Math.min(clustersIn(Math.min(claimed, bytes)), described);
  if (clusters < 1 || (wide && (rootCluster < 2 || rootCluster > clusters + 1))) return undefined;
  const onlyCopy = layout.onlyCopy && Math.min(layout.onlyCopy, fatCopies - 1);
  return {
    bits,
    fatStart,
    fatBytes,
    fatCopies,
    onlyCopy,
    rootStart,
    rootBytes,
    rootCluster,
    dataStart,
    clusterBytes,
    lastCluster: clusters + 1,
  };
}

/** `cluster` is at most `lastCluster`. */
export function fatEntry(
  image: Uint8Array,
  fat: FatGeometry,
  copy: number,
  cluster: number,
): number {
  const at = fat.fatStart + copy * fat.fatBytes + Math.floor((cluster * fat.bits) / 8);
  const pair = image[at]! | (image[at + 1]! << 8);
  if (fat.bits === 16) return pair;
  if (fat.bits === 32) return pair | (image[at + 2]! << 16) | ((image[at + 3]! & 0x0f) << 24);
  return cluster & 1 ? pair >>> 4 : pair & 0xfff;
}

export function clusterOffset(fat: FatGeometry, cluster: number): number {
  return fat.dataStart + (cluster - 2) * fat.clusterBytes;
}
