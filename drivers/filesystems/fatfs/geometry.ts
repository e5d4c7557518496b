/**
 * The boot sector: where FATs, root directory and clusters lie.
 *
 * A disk is hostile until parsed: every number is checked against the others before anything is
 * computed from it. Disks of the first PCs have no BIOS parameter block; their format is known by
 * the media byte that starts the FAT.
 *
 * Source: Microsoft, FAT: General Overview of On-Disk Format (fatgen103), "Boot Sector and BPB";
 * for the early formats the IBM PC DOS 1.1 and 2.0 manuals.
 */
import { decodeOem } from '../../../personality/rtl/codepage.ts';

export interface Geometry {
  fatType: 12 | 16;
  bytesPerSector: number;
  sectorsPerCluster: number;
  bytesPerCluster: number;
  /** All of these in bytes from the start of the disk. */
  fatStart: number;
  fatBytes: number;
  /** Bytes of a FAT that have to do with clusters. */
  fatUsed: number;
  rootStart: number;
  dataStart: number;
  fatCount: number;
  rootEntries: number;
  /** Clusters are numbered 2 .. clusterCount + 1. */
  clusterCount: number;
  totalBytes: number;
  /** The boot sector has a serial number and a label. */
  extended: boolean;
  serial: number;
  /** From the boot sector; the label in the root directory goes before it. */
  label: string;
}

const MAX_FAT12 = 4084;
const MAX_FAT16 = 65524;
const DIRENT = 32;
const EXTENDED_SIGNATURE = 0x29;
/** Where the label stands in the boot sector. */
export const BOOT_LABEL = 43;

interface Layout {
  bytesPerSector: number;
  sectorsPerCluster: number;
  reserved: number;
  fatCount: number;
  rootEntries: number;
  totalSectors: number;
  sectorsPerFat: number;
}

/** [sectors per cluster, root entries, sectors per FAT, sectors] by media byte. */
const EARLY: Readonly<Record<number, readonly [number, number, number, number]>> = {
  0xfe: [1, 64, 1, 320],
  0xfc: [1, 64, 2, 360],
  0xff: [2, 112, 1, 640],
  0xfd: [2, 112, 2, 720],
};

/** `head`: the first 1024 bytes of the disk. Undefined where it is no FAT12 or FAT16 disk. */
export function parseGeometry(head: Uint8Array): Geometry | undefined {
  if (head.length < 1024) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const stated = readParameters(view);
  const geometry = stated && compute(stated);
  if (geometry) return { ...geometry, ...identity(view, head) };
  const early = earlyLayout(head);
  const old = early && compute(early);
  return old && { ...old, extended: false, serial: 0, label: '' };
}

function readParameters(view: DataView): Layout | undefined {
  const small = view.getUint16(19, true);
  const layout = {
    bytesPerSector: view.getUint16(11, true),
    sectorsPerCluster: view.getUint8(13),
    reserved: view.getUint16(14, true),
    fatCount: view.getUint8(16),
    rootEntries: view.getUint16(17, true),
    totalSectors: small !== 0 ? small : view.getUint32(32, true),
    sectorsPerFat: view.getUint16(22, true),
  };
  const { bytesPerSector, sectorsPerCluster, reserved, fatCount } = layout;
  const sound =
    [512, 1024, 2048, 4096].includes(bytesPerSector) &&
    isPowerOfTwo(sectorsPerCluster) &&
    reserved > 0 &&
    (fatCount === 1 || fatCount === 2) &&
    (startsWithJump(view) || view.getUint8(21) === view.getUint8(512));
  return sound ? layout : undefined;
}

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
  const fixed = { bytesPerSector: 512, reserved: 1, fatCount: 2 };
  return { ...fixed, sectorsPerCluster, rootEntries, sectorsPerFat, totalSectors };
}

type Computed = Omit<Geometry, 'extended' | 'serial' | 'label'>;

function compute(layout: Layout): Computed | undefined {
  const { bytesPerSector, sectorsPerCluster, fatCount, rootEntries, sectorsPerFat } = layout;
  const fatStart = layout.reserved * bytesPerSector;
  const fatBytes = sectorsPerFat * bytesPerSector;
  const rootStart = fatStart + fatCount * fatBytes;
  const rootBytes = Math.ceil((rootEntries * DIRENT) / bytesPerSector) * bytesPerSector;
  const dataStart = rootStart + rootBytes;
  const totalBytes = layout.totalSectors * bytesPerSector;
  const bytesPerCluster = sectorsPerCluster * bytesPerSector;
  const fitting = Math.floor((totalBytes - dataStart) / bytesPerCluster);
  const fatType = fitting <= MAX_FAT12 ? 12 : 16;
  const described = Math.floor((fatBytes * 8) / fatType) - 2;
  const clusterCount = Math.min(fitting, described);
  if (rootEntries === 0 || sectorsPerFat === 0 || clusterCount < 1 || fitting > MAX_FAT16)
    return undefined;
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
    rootEntries,
    clusterCount,
    totalBytes,
  };
}

function identity(
  view: DataView,
  head: Uint8Array,
): Pick<Geometry, 'extended' | 'serial' | 'label'> {
  const extended = view.getUint8(38) === EXTENDED_SIGNATURE;
  if (!extended) return { extended, serial: 0, label: '' };
  const label = decodeOem(head.subarray(BOOT_LABEL, BOOT_LABEL + 11)).trimEnd();
  return { extended, serial: view.getUint32(39, true), label: label === 'NO NAME' ? '' : label };
}
