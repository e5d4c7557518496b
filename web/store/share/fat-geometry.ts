/**
 * Where things are on a FAT12 or FAT16 disk, as far as sharing needs to know.
 *
 *   parseFatGeometry(image)          the layout, or undefined where this is not such a disk
 *   fatEntry(image, fat, copy, n)    entry n of one copy of the table
 *
 * The image is hostile: a geometry is returned only if every region that it names lies inside the
 * image, so that its users may index by cluster without looking again. FAT32 does not occur on
 * floppies.
 *
 * Source: Microsoft FAT specification (fatgen103), "Boot Sector and BPB", "FAT Type Determination".
 */

export interface FatGeometry {
  bits: 12 | 16;
  fatStart: number;
  fatBytes: number;
  fatCopies: number;
  rootStart: number;
  rootBytes: number;
  dataStart: number;
  clusterBytes: number;
  /** Clusters are numbered from 2 to `lastCluster`. */
  lastCluster: number;
}

const MOST_CLUSTERS_12 = 4084;
const MOST_CLUSTERS_16 = 65524;

function isPowerOfTwo(value: number, least: number, most: number): boolean {
  return value >= least && value <= most && (value & (value - 1)) === 0;
}

/** The numbers of the boot sector, if they make sense one by one. */
function parseBpb(image: Uint8Array) {
  if (image.length < 512) return undefined;
  const boot = new DataView(image.buffer, image.byteOffset, 512);
  const bpb = {
    sectorBytes: boot.getUint16(11, true),
    clusterSectors: boot.getUint8(13),
    reserved: boot.getUint16(14, true),
    fatCopies: boot.getUint8(16),
    rootEntries: boot.getUint16(17, true),
    sectors: boot.getUint16(19, true) || boot.getUint32(32, true),
    fatSectors: boot.getUint16(22, true),
  };
  const sound =
    isPowerOfTwo(bpb.sectorBytes, 512, 4096) &&
    isPowerOfTwo(bpb.clusterSectors, 1, 128) &&
    bpb.reserved > 0 &&
    bpb.fatCopies > 0 &&
    bpb.fatCopies <= 4 &&
    bpb.rootEntries > 0 &&
    bpb.fatSectors > 0 &&
    bpb.sectors * bpb.sectorBytes <= image.length;
  return sound ? bpb : undefined;
}

export function parseFatGeometry(image: Uint8Array): FatGeometry | undefined {
  const bpb = parseBpb(image);
  if (!bpb) return undefined;
  const { sectorBytes, clusterSectors, reserved, fatCopies, fatSectors } = bpb;
  const fatStart = reserved * sectorBytes;
  const fatBytes = fatSectors * sectorBytes;
  const rootStart = fatStart + fatCopies * fatBytes;
  const rootBytes = bpb.rootEntries * 32;
  const dataStart = rootStart + Math.ceil(rootBytes / sectorBytes) * sectorBytes;
  const clusterBytes = clusterSectors * sectorBytes;
  const clusters = Math.floor((bpb.sectors * sectorBytes - dataStart) / clusterBytes);
  if (clusters < 1 || clusters > MOST_CLUSTERS_16) return undefined;
  const bits = clusters <= MOST_CLUSTERS_12 ? 12 : 16;
  const lastCluster = clusters + 1;
  if (Math.ceil(((lastCluster + 1) * bits) / 8) > fatBytes) return undefined;
  // Entry 0 repeats the media byte: without it this is no table but something that happens to
  // look like a boot sector.
  if (image[fatStart]! < 0xf0) return undefined;
  return {
    bits,
    fatStart,
    fatBytes,
    fatCopies,
    rootStart,
    rootBytes,
    dataStart,
    clusterBytes,
    lastCluster,
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
  return cluster & 1 ? pair >>> 4 : pair & 0xfff;
}

export function clusterOffset(fat: FatGeometry, cluster: number): number {
  return fat.dataStart + (cluster - 2) * fat.clusterBytes;
}
