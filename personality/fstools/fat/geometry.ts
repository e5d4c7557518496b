/**
 * The boot sector: which FAT this is, and where its parts lie. All places are bytes from the
 * beginning of the volume.
 *
 *   parseGeometry(head, diskBytes)   of the first 1024 bytes; undefined: this is no FAT volume
 *   clusterOffset(geometry, cluster)
 *
 * A volume that says it is larger than its disk is cut to what is there (`cut`). Disks of the first
 * PCs have no parameter block and are known by their media byte.
 * Source: Microsoft, FAT: General Overview of On-Disk Format (fatgen103).
 */
export type FatType = 12 | 16 | 32;

export interface Geometry {
  readonly type: FatType;
  readonly sectorSize: number;
  readonly clusterSize: number;
  readonly reserved: number;
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

export const MAX_FAT12 = 4084;
export const MAX_FAT16 = 65524;
export const SLOT = 32;
const EXTENDED = 0x29;

interface Parameters {
  sectorSize: number;
  perCluster: number;
  reserved: number;
  fats: number;
  rootEntries: number;
  sectors: number;
  perFat: number;
  media: number;
}

/** Sectors per cluster, root entries, sectors per FAT, sectors, by the media byte. */
const EARLY: Readonly<Record<number, readonly [number, number, number, number]>> = {
  0xfe: [1, 64, 1, 320],
  0xfc: [1, 64, 2, 360],
  0xff: [2, 112, 1, 640],
  0xfd: [2, 112, 2, 720],
};

export function parseGeometry(head: Uint8Array, diskBytes: number): Geometry | undefined {
  if (head.length < 1024) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const stated = readParameters(view);
  const found = stated && compute(stated, view, diskBytes, true);
  if (found) return found;
  const early = head[513] === 0xff && head[514] === 0xff ? EARLY[head[512]!] : undefined;
  if (!early) return undefined;
  const [perCluster, rootEntries, perFat, sectors] = early;
  const fixed = { sectorSize: 512, reserved: 1, fats: 2, media: head[512]! };
  return compute({ ...fixed, perCluster, rootEntries, perFat, sectors }, view, diskBytes, false);
}

function readParameters(view: DataView): Parameters | undefined {
  const small = view.getUint16(19, true);
  const perFat = view.getUint16(22, true);
  const found: Parameters = {
    sectorSize: view.getUint16(11, true),
    perCluster: view.getUint8(13),
    reserved: view.getUint16(14, true),
    fats: view.getUint8(16),
    rootEntries: view.getUint16(17, true),
    sectors: small !== 0 ? small : view.getUint32(32, true),
    perFat: perFat !== 0 ? perFat : view.getUint32(36, true),
    media: view.getUint8(21),
  };
  const { sectorSize, perCluster, reserved, fats } = found;
  const sound =
    [512, 1024, 2048, 4096].includes(sectorSize) &&
    perCluster > 0 &&
    (perCluster & (perCluster - 1)) === 0 &&
    reserved > 0 &&
    fats >= 1 &&
    fats <= 4;
  return sound ? found : undefined;
}

function compute(
  parameters: Parameters,
  view: DataView,
  diskBytes: number,
  described: boolean,
): Geometry | undefined {
  const { sectorSize, perCluster, fats, rootEntries, perFat, media } = parameters;
  const wide = described && view.getUint16(22, true) === 0;
  const clusterSize = perCluster * sectorSize;
  const reserved = parameters.reserved * sectorSize;
  const fatSize = perFat * sectorSize;
  const rootStart = reserved + fats * fatSize;
  const rootSize = Math.ceil((rootEntries * SLOT) / sectorSize) * sectorSize;
  const dataStart = rootStart + rootSize;
  const stated = parameters.sectors * sectorSize;
  const totalBytes = Math.min(stated, diskBytes);
  const fitting = Math.floor((stated - dataStart) / clusterSize);
  const there = Math.floor((totalBytes - dataStart) / clusterSize);
  const type = wide ? 32 : fitting <= MAX_FAT12 ? 12 : 16;
  const listed = Math.floor((fatSize * 8) / type) - 2;
  const clusters = Math.min(there, listed);
  const rootCluster = wide ? view.getUint32(44, true) : 0;
  if (clusters < 1 || perFat === 0 || (!wide && (fitting > MAX_FAT16 || rootEntries === 0)))
    return undefined;
  if (wide && (rootCluster < 2 || rootCluster > clusters + 1)) return undefined;
  const flags = wide ? view.getUint16(40, true) : 0;
  const info = wide ? view.getUint16(48, true) : 0;
  const backup = wide ? view.getUint16(50, true) : 0;
  const inReserved = (sector: number) =>
    sector > 0 && sector < parameters.reserved ? sector * sectorSize : 0;
  const base = wide ? 64 : 36;
  const extended = described && view.getUint8(base + 2) === EXTENDED;
  const active = (flags & 0x80) !== 0 && (flags & 15) < fats ? flags & 15 : undefined;
  return {
    type,
    sectorSize,
    clusterSize,
    reserved,
    fatStart: reserved,
    fatSize,
    fats,
    active,
    rootStart,
    rootSize,
    rootCluster,
    dataStart,
    clusters,
    totalBytes,
    media,
    infoAt: inReserved(info),
    backupAt: inReserved(backup),
    flagsAt: extended ? base + 1 : 0,
    serialAt: extended ? base + 3 : 0,
    labelAt: extended ? base + 7 : 0,
    cut: stated > diskBytes,
  };
}

export function clusterOffset(geometry: Geometry, cluster: number): number {
  return geometry.dataStart + (cluster - 2) * geometry.clusterSize;
}
