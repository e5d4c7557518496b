/**
 * Where things are on a FAT disk, as far as sharing needs to know (rtl/fat-layout.ts has how the
 * boot sector is read).
 *
 *   parseFatGeometry(image)          the layout, or undefined where this is not such a disk
 *   fatEntry(image, fat, copy, n)    entry n of one copy of the table
 *
 * What the system mounts is such a disk, and lies as it says there: what were a file there and
 * unknown here would go into a link with all that was deleted.
 *
 * The image is hostile: a geometry is returned only if every region that it names lies inside the
 * image, so that its users may index by cluster without looking again.
 *
 * Source: Microsoft FAT specification (fatgen103).
 */
import { readFatLayout } from '../../../personality/rtl/fat-layout.ts';

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

export function parseFatGeometry(image: Uint8Array): FatGeometry | undefined {
  const layout = readFatLayout(image, image.length);
  if (!layout) return undefined;
  const { bits, fatStart, rootStart, rootCluster, dataStart } = layout;
  return {
    bits,
    fatStart,
    fatBytes: layout.fatSize,
    fatCopies: layout.fats,
    onlyCopy: layout.onlyFat,
    rootStart,
    rootBytes: layout.rootEntries * 32,
    rootCluster,
    dataStart,
    clusterBytes: layout.clusterSize,
    lastCluster: layout.clusters + 1,
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
