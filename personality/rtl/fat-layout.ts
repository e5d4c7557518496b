/**
 * Where the parts of a FAT volume lie: the one place that reads this of a boot sector. The driver,
 * the disk programs and the store each say it in their own words (their geometry files).
 *
 *   readFatLayout(head, medium)   of the first 1024 bytes of a disk of `medium` bytes; undefined
 *                                 where it is no FAT volume
 *
 * A disk is hostile until parsed: every number is checked against the others before anything is
 * computed from it, and all places lie inside the medium. Disks of the first PCs have no BIOS
 * parameter block; their format is known by the media byte that starts the FAT.
 *
 * Source: Microsoft, FAT: General Overview of On-Disk Format (fatgen103), "Boot Sector and BPB";
 * for the early formats the IBM PC DOS 1.1 and 2.0 manuals.
 */
export interface FatLayout {
  bits: 12 | 16 | 32;
  sectorSize: number;
  clusterSize: number;
  /** All places are bytes from the start of the disk. */
  fatStart: number;
  fatSize: number;
  fats: number;
  /**
   * The one copy that counts, where changes do not go into all of them (FAT32). A number that no
   * copy has means the last one.
   */
  onlyFat: number | undefined;
  /** The root directory of FAT12 and FAT16. */
  rootStart: number;
  rootEntries: number;
  /** Where the root directory's chain begins (FAT32), or 0. */
  rootCluster: number;
  dataStart: number;
  /** They are numbered 2 .. clusters + 1. */
  clusters: number;
  totalBytes: number;
  /** Clusters that the disk has room for and its FAT no entry. */
  undescribed: number;
  /** What the boot sector claims goes on behind the end of the medium. */
  tooLong: boolean;
  /** FSInfo, and the copy of the boot sector; 0: there is none. */
  infoAt: number;
  backupAt: number;
  media: number;
  /** It has a parameter block. */
  stated: boolean;
}

export const MOST_CLUSTERS_12 = 4084;
export const MOST_CLUSTERS_16 = 65_524;
const MOST_CLUSTERS_32 = 0x0fff_fff5;
const MOST_FATS = 4;
const SECTOR_SIZES = [512, 1024, 2048, 4096];
const JUMPS = [0xeb, 0xe9, 0x69];
const SLOT = 32;
const MIRRORING_OFF = 0x80;

interface Parameters {
  sectorSize: number;
  perCluster: number;
  reserved: number;
  fats: number;
  rootEntries: number;
  sectors: number;
  perFat: number;
  media: number;
  /** As FAT32 lays its parameters out, which alone has these. */
  wide: boolean;
  flags: number;
  rootCluster: number;
  infoSector: number;
  backupSector: number;
}

/** [sectors per cluster, root entries, sectors per FAT, sectors] by media byte. */
const EARLY: Readonly<Record<number, readonly [number, number, number, number]>> = {
  0xfe: [1, 64, 1, 320],
  0xfc: [1, 64, 2, 360],
  0xff: [2, 112, 1, 640],
  0xfd: [2, 112, 2, 720],
};

export function readFatLayout(head: Uint8Array, medium = Infinity): FatLayout | undefined {
  if (head.length < 1024) return undefined;
  const stated = readParameters(new DataView(head.buffer, head.byteOffset, 1024));
  const found = stated && compute(stated, medium, true);
  if (found) return found;
  const early = earlyParameters(head);
  return early && compute(early, medium, false);
}

function readParameters(view: DataView): Parameters | undefined {
  const shortFat = view.getUint16(22, true);
  const wide = shortFat === 0;
  const word = (at: number) => (wide ? view.getUint16(at, true) : 0);
  const long = (at: number) => (wide ? view.getUint32(at, true) : 0);
  const found = {
    sectorSize: view.getUint16(11, true),
    perCluster: view.getUint8(13),
    reserved: view.getUint16(14, true),
    fats: view.getUint8(16),
    rootEntries: view.getUint16(17, true),
    sectors: view.getUint16(19, true) || view.getUint32(32, true),
    perFat: shortFat || long(36),
    media: view.getUint8(21),
    wide,
    flags: word(40),
    rootCluster: long(44),
    infoSector: word(48),
    backupSector: word(50),
  };
  const { perCluster, fats } = found;
  const version = word(42);
  // Disks that boot nothing, or another machine, may lack the jump: then the media bytes agree.
  const begins = JUMPS.includes(view.getUint8(0)) || found.media === view.getUint8(512);
  const sound =
    version === 0 &&
    SECTOR_SIZES.includes(found.sectorSize) &&
    perCluster > 0 &&
    (perCluster & (perCluster - 1)) === 0 &&
    found.reserved > 0 &&
    fats > 0 &&
    fats <= MOST_FATS;
  return sound && begins ? found : undefined;
}

const NOT_WIDE = { wide: false, flags: 0, rootCluster: 0, infoSector: 0, backupSector: 0 };

function earlyParameters(head: Uint8Array): Parameters | undefined {
  const media = head[512]!;
  const known = head[513] === 0xff && head[514] === 0xff ? EARLY[media] : undefined;
  if (!known) return undefined;
  const [perCluster, rootEntries, perFat, sectors] = known;
  const fixed = { sectorSize: 512, reserved: 1, fats: 2, media, ...NOT_WIDE };
  return { ...fixed, perCluster, rootEntries, perFat, sectors };
}

/** 0: more than a table of 16 bits may have. */
function bitsOf(clusters: number): 12 | 16 | 0 {
  if (clusters <= MOST_CLUSTERS_12) return 12;
  return clusters <= MOST_CLUSTERS_16 ? 16 : 0;
}

function compute(given: Parameters, medium: number, stated: boolean): FatLayout | undefined {
  const { sectorSize, fats, rootEntries, perFat, rootCluster, wide, flags, media } = given;
  const fatStart = given.reserved * sectorSize;
  const fatSize = perFat * sectorSize;
  const rootStart = fatStart + fats * fatSize;
  const dataStart = rootStart + Math.ceil((rootEntries * SLOT) / sectorSize) * sectorSize;
  const clusterSize = given.perCluster * sectorSize;
  const claimed = given.sectors * sectorSize;
  const clustersIn = (bytes: number) => Math.floor((bytes - dataStart) / clusterSize);
  // What it was made for says the type; how much of it there is may be less.
  const bits = wide ? 32 : bitsOf(clustersIn(claimed));
  if (bits === 0 || clustersIn(claimed) > MOST_CLUSTERS_32) return undefined;
  if (perFat === 0 || wide !== (rootEntries === 0)) return undefined;
  const totalBytes = Math.min(claimed, medium);
  const fitting = clustersIn(totalBytes);
  const described = Math.floor((fatSize * 8) / bits) - 2;
  const clusters = Math.min(fitting, described);
  if (clusters < 1) return undefined;
  if (wide && (rootCluster < 2 || rootCluster > clusters + 1)) return undefined;
  const reservedSector = (sector: number) => (sector < given.reserved ? sector * sectorSize : 0);
  return {
    bits,
    sectorSize,
    clusterSize,
    fatStart,
    fatSize,
    fats,
    onlyFat: flags & MIRRORING_OFF ? Math.min(flags & 15, fats - 1) : undefined,
    rootStart,
    rootEntries,
    rootCluster,
    dataStart,
    clusters,
    totalBytes,
    undescribed: Math.max(0, fitting - described),
    tooLong: claimed > medium,
    infoAt: reservedSector(given.infoSector),
    backupAt: reservedSector(given.backupSector),
    media,
    stated,
  };
}
