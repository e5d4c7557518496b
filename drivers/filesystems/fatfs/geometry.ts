/**
 * The boot sector: where FATs, root directory and clusters lie (rtl/fat-layout.ts has how it is
 * read), and what the volume calls itself.
 */
import { readFatLayout } from '../../../personality/rtl/fat-layout.ts';
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

const EXTENDED_SIGNATURE = 0x29;
/** The first byte of what FAT12 and FAT16 have behind the parameter block, and FAT32. */
const TAIL = 36;
const TAIL_32 = 64;
const STATE = 1;
const SERIAL = 3;
const LABEL = 7;

/**
 * `head`: the first 1024 bytes of the disk, `medium`: how long it is. Undefined where it is no FAT
 * disk.
 */
export function parseGeometry(head: Uint8Array, medium = Infinity): Geometry | undefined {
  const layout = readFatLayout(head, medium);
  if (!layout) return undefined;
  const { bits, sectorSize, clusterSize, fatStart, fatSize, fats, onlyFat, clusters } = layout;
  const { rootStart, rootEntries, rootCluster, dataStart } = layout;
  const { totalBytes, undescribed, tooLong } = layout;
  return {
    fatType: bits,
    bytesPerSector: sectorSize,
    sectorsPerCluster: clusterSize / sectorSize,
    bytesPerCluster: clusterSize,
    fatStart,
    fatBytes: fatSize,
    fatUsed: Math.min(fatSize, Math.ceil(((clusters + 2) * bits) / 8) + 1),
    rootStart,
    dataStart,
    fatCount: fats,
    onlyFat,
    rootEntries,
    rootCluster,
    fsInfo: layout.infoAt,
    backup: layout.backupAt,
    clusterCount: clusters,
    totalBytes,
    undescribed,
    tooLong,
    ...(layout.stated ? identity(head, bits) : NO_IDENTITY),
  };
}

type Identity = Pick<
  Geometry,
  'extended' | 'serial' | 'label' | 'labelAt' | 'stateAt' | 'wasDirty'
>;

const NO_IDENTITY: Identity = {
  extended: false,
  serial: 0,
  label: '',
  labelAt: 0,
  stateAt: 0,
  wasDirty: false,
};

function identity(head: Uint8Array, fatType: number): Identity {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
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
