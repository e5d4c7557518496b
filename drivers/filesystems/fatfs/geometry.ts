/**
 * The boot sector: where FATs, root directory and clusters lie.
 *
 * A disk is hostile until parsed: every number is checked against the others before anything is
 * computed from it. Disks of the first PCs have no BIOS parameter block; their format is known by
 * the media byte that starts the FAT. What it claims behind its medium's end does not exist.
 *
 * Source: Microsoft, FAT: General Overview of On-Disk Format (fatgen103), "Boot Sector and BPB";
 * for the early formats the IBM PC DOS 1.1 and 2.0 manuals.
 */
import { decodeOem } from './oem.ts';

export interface Geometry {
  fatType: 12 | 16 | 32;
  bytesPerSector: number;
  sectorsPerCluster: number;
  bytesPerCluster: number;
  /** All of these in bytes from the start of the disk. */
  fatStart: number;
  fatBytes: number;
  /** Bytes of a FAT that have to do with clusters. */
  fatUsed: number;
  /** The root directory of FAT12 and FAT16. */
  rootStart: number;
  dataStart: number;
  fatCount: number;
  /** The one copy that counts, where changes do not go into all of them (FAT32). */
  onlyFat: number | undefined;
  rootEntries: number;
  /** Where the root directory's chain begins (FAT32), or 0. */
  rootCluster: number;
  /** The FSInfo sector, and the copy of the boot sector; 0: there is none. */
  fsInfo: number;
  backup: number;
  /** Clusters are numbered 2 .. clusterCount + 1. */
  clusterCount: number;
  totalBytes: number;
  /** Clusters that the disk has room for and its FAT no entry. */
  undescribed: number;
  /** What the boot sector claims goes on behind the end of the medium. */
  tooLong: boolean;
  /** Where the boot sector has its state and its label; bit 0 of the state: it was not let go. */
  stateAt: number;
  labelAt: number;
  wasDirty: boolean;
  /** The boot sector has a serial number and a label. */
  extended: boolean;
  serial: number;
  /** From the boot sector; the label in the root directory goes before it. */
  label: string;
}

const MAX_FAT12 = 4084;
const MAX_FAT16 = 65_524;
const MAX_FAT32 = 0x0fff_fff5;
const DIRENT = 32;
const EXTENDED_SIGNATURE = 0x29;
/** The first byte of what FAT12 and FAT16 have behind the parameter block, and FAT32. */
const TAIL = 36;
const TAIL_32 = 64;
const STATE = 1;
const SERIAL = 3;
const LABEL = 7;

interface Layout {
  bytesPerSector: number;
  sectorsPerCluster: number;
  reserved: number;
  fatCount: number;
  rootEntries: number;
  totalSectors: number;
  sectorsPerFat: number;
  /** As FAT32 lays its parameters out. */
  wide: boolean;
  /** FAT32 alone has these. */
  flags: number;
  rootCluster: number;
  fsInfoSector: number;
  backupSector: number;
}

const NO_FAT32 = { wide: false, flags: 0, rootCluster: 0, fsInfoSector: 0, backupSector: 0 };

/** [sectors per cluster, root entries, sectors per FAT, sectors] by media byte. */
const EARLY: Readonly<Record<number, readonly [number, number, number, number]>> = {
  0xfe: [1, 64, 1, 320],
  0xfc: [1, 64, 2, 360],
  0xff: [2, 112, 1, 640],
  0xfd: [2, 112, 2, 720],
};

/**
 * `head`: the first 1024 bytes of the disk, `medium`: how long it is. Undefined where it is no FAT
 * disk.
 */
export function parseGeometry(head: Uint8Array, medium = Infinity): Geometry | undefined {
  if (head.length < 1024) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const stated = readParameters(view);
  const geometry = stated && compute(stated, medium);
  if (geometry) return { ...geometry, ...identity(view, head, geometry.fatType) };
  const early = earlyLayout(head);
  const old = early && compute(early, medium);
  return old && { ...old, ...NO_IDENTITY };
}

function readParameters(view: DataView): Layout | undefined {
  const small = view.getUint16(19, true);
  const shortFat = view.getUint16(22, true);
  const wide = shortFat === 0;
  const layout = {
    bytesPerSector: view.getUint16(11, true),
    sectorsPerCluster: view.getUint8(13),
    reserved: view.getUint16(14, true),
    fatCount: view.getUint8(16),
    rootEntries: view.getUint16(17, true),
    totalSectors: small !== 0 ? small : view.getUint32(32, true),
    sectorsPerFat: wide ? view.getUint32(36, true) : shortFat,
    wide,
    flags: wide ? view.getUint16(40, true) : 0,
    rootCluster: wide ? view.getUint32(44, true) : 0,
    fsInfoSector: wide ? view.getUint16(48, true) : 0,
    backupSector: wide ? view.getUint16(50, true) : 0,
  };
  const { bytesPerSector, sectorsPerCluster, reserved, fatCount } = layout;
  // A version that nobody has made yet.
  if (wide && view.getUint16(42, true) !== 0) return undefined;
  const sound =
    [512, 1024, 2048, 4096].includes(bytesPerSector) &&
    isPowerOfTwo(sectorsPerCluster) &&
    reserved > 0 &&
    fatCount >= 1 &&
    fatCount <= MOST_FATS &&
    (startsWithJump(view) || view.getUint8(21) === view.getUint8(512));
  return sound ? layout : undefined;
}

const MOST_FATS = 4;

/** Disks that boot nothing, or another machine, may lack it: then the media bytes must agree. */
function startsWithJump(view: DataView): boolean {
  return [0xeb, 0xe9, 0x69].includes(view.getUint8(0));
}

function isPowerOfTwo(value: number): boolean {
  return value > 0 && (value & (value - 1)) === 0;
}

function earlyLayout(head: Uint8Array): Layout | undefined {
  const media = head[512]!;
  const known = head[513] === 0xff && head[514] === 0xff ? EARLY[media] : undefined;
  if (!known) return undefined;
  const [sectorsPerCluster, rootEntries, sectorsPerFat, totalSectors] = known;
  const fixed = { bytesPerSector: 512, reserved: 1, fatCount: 2, ...NO_FAT32 };
  return { ...fixed, sectorsPerCluster, rootEntries, sectorsPerFat, totalSectors };
}

type Identity = Pick<
  Geometry,
  'extended' | 'serial' | 'label' | 'labelAt' | 'stateAt' | 'wasDirty'
>;
type Computed = Omit<Geometry, keyof Identity>;

/** 0: more than a table of 16 bits may have. */
function typeOf(clusters: number): 12 | 16 | 0 {
  if (clusters <= MAX_FAT12) return 12;
  return clusters <= MAX_FAT16 ? 16 : 0;
}

function compute(layout: Layout, medium: number): Computed | undefined {
  const { bytesPerSector, sectorsPerCluster, fatCount, rootEntries, sectorsPerFat } = layout;
  const fatStart = layout.reserved * bytesPerSector;
  const fatBytes = sectorsPerFat * bytesPerSector;
  const rootStart = fatStart + fatCount * fatBytes;
  const rootBytes = Math.ceil((rootEntries * DIRENT) / bytesPerSector) * bytesPerSector;
  const dataStart = rootStart + rootBytes;
  const claimed = layout.totalSectors * bytesPerSector;
  const bytesPerCluster = sectorsPerCluster * bytesPerSector;
  const clustersIn = (bytes: number) => Math.floor((bytes - dataStart) / bytesPerCluster);
  // What it was made for says the type; how much of it there is may be less.
  const { rootCluster, wide } = layout;
  const fatType = wide ? 32 : typeOf(clustersIn(claimed));
  if (fatType === 0) return undefined;
  const totalBytes = Math.min(claimed, medium);
  const fitting = clustersIn(totalBytes);
  const described = Math.floor((fatBytes * 8) / fatType) - 2;
  const clusterCount = Math.min(fitting, described);
  if (sectorsPerFat === 0 || clusterCount < 1) return undefined;
  if (clustersIn(claimed) > MAX_FAT32) return undefined;
  if (wide !== (rootEntries === 0)) return undefined;
  if (wide && (rootCluster < 2 || rootCluster > clusterCount + 1)) return undefined;
  const reservedSector = (sector: number) =>
    wide && sector > 0 && sector < layout.reserved ? sector * bytesPerSector : 0;
  return {
    fatType,
    bytesPerSector,
    sectorsPerCluster,
    bytesPerCluster,
    fatStart,
    fatBytes,
    fatUsed: Math.min(fatBytes, Math.ceil(((clusterCount + 2) * fatType) / 8) + 1),
    rootStart,
    dataStart,
    fatCount,
    onlyFat: onlyFatOf(layout),
    rootEntries,
    rootCluster: wide ? rootCluster : 0,
    fsInfo: reservedSector(layout.fsInfoSector),
    backup: reservedSector(layout.backupSector),
    clusterCount,
    totalBytes,
    undescribed: Math.max(0, fitting - described),
    tooLong: claimed > medium,
  };
}

const MIRRORING_OFF = 0x80;

function onlyFatOf({ flags, fatCount }: Layout): number | undefined {
  if ((flags & MIRRORING_OFF) === 0) return undefined;
  return Math.min(flags & 15, fatCount - 1);
}

const NO_IDENTITY: Identity = {
  extended: false,
  serial: 0,
  label: '',
  labelAt: 0,
  stateAt: 0,
  wasDirty: false,
};

function identity(view: DataView, head: Uint8Array, fatType: number): Identity {
  const tail = fatType === 32 ? TAIL_32 : TAIL;
  if (view.getUint8(tail + 2) !== EXTENDED_SIGNATURE) return NO_IDENTITY;
  const labelAt = tail + LABEL;
  const label = decodeOem(head.subarray(labelAt, labelAt + 11)).trimEnd();
  return {
    extended: true,
    serial: view.getUint32(tail + SERIAL, true),
    label: label === 'NO NAME' ? '' : label,
    labelAt,
    stateAt: tail + STATE,
    wasDirty: (view.getUint8(tail + STATE) & 1) !== 0,
  };
}
