/**
 * The boot sector: which FAT this is, and where its parts lie (rtl/fat-layout.ts has how it is
 * read). All places are bytes from the beginning of the volume.
 *
 *   parseGeometry(head, diskBytes)   of the first 1024 bytes; undefined: this is no FAT volume
 *   clusterOffset(geometry, cluster)
 *
 * A volume that says it is larger than its disk is cut to what is there (`cut`).
 */
import { MOST_CLUSTERS_12, MOST_CLUSTERS_16, readFatLayout } from '../../rtl/fat-layout.ts';

export type FatType = 12 | 16 | 32;

export interface Geometry {
  readonly type: FatType;
  readonly sectorSize: number;
  readonly clusterSize: number;
  readonly fatStart: number;
  readonly fatSize: number;
  readonly fats: number;
  /** The one FAT that counts, where they are not mirrored (FAT32); else undefined. */
  readonly active: number | undefined;
  /** FAT12 and FAT16: the root directory's place. */
  readonly rootStart: number;
  readonly rootSize: number;
  /** FAT32: its first cluster; else 0. */
  readonly rootCluster: number;
  readonly dataStart: number;
  /** They are numbered 2 to clusters + 1. */
  readonly clusters: number;
  readonly totalBytes: number;
  readonly media: number;
  /** FAT32: FSInfo and the copy of the boot sector; 0: there is none. */
  readonly infoAt: number;
  readonly backupAt: number;
  /** Where the flags byte, the serial number and the label stand; 0: this boot sector has none. */
  readonly flagsAt: number;
  readonly serialAt: number;
  readonly labelAt: number;
  /** The disk ends before the volume does. */
  readonly cut: boolean;
}

export const MAX_FAT12 = MOST_CLUSTERS_12;
export const MAX_FAT16 = MOST_CLUSTERS_16;
export const SLOT = 32;
const EXTENDED = 0x29;

export function parseGeometry(head: Uint8Array, diskBytes: number): Geometry | undefined {
  const layout = readFatLayout(head, diskBytes);
  if (!layout) return undefined;
  const { bits, fatStart, fatSize, fats, rootStart, rootCluster, dataStart, clusters } = layout;
  const { sectorSize, clusterSize, totalBytes, media, infoAt, backupAt } = layout;
  const base = bits === 32 ? 64 : 36;
  const extended = layout.stated && head[base + 2] === EXTENDED;
  return {
    type: bits,
    sectorSize,
    clusterSize,
    fatStart,
    fatSize,
    fats,
    active: layout.onlyFat,
    rootStart,
    rootSize: dataStart - rootStart,
    rootCluster,
    dataStart,
    clusters,
    totalBytes,
    media,
    infoAt,
    backupAt,
    flagsAt: extended ? base + 1 : 0,
    serialAt: extended ? base + 3 : 0,
    labelAt: extended ? base + 7 : 0,
    cut: layout.tooLong,
  };
}

export function clusterOffset(geometry: Geometry, cluster: number): number {
  return geometry.dataStart + (cluster - 2) * geometry.clusterSize;
}
