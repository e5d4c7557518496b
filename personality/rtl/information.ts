/**
 * Information structures of the Native API as bytes: what travels in `data` of the query and set
 * services.
 *
 * Field order, sizes and alignment are those of the published headers (ntifs.h): little endian,
 * LARGE_INTEGER aligned to 8, names in UTF-16. Each structure has `encodeX` and `decodeX`; decoding
 * too short data raises STATUS_INFO_LENGTH_MISMATCH.
 */
import { highWord, joinWords, lowWord } from './marshal.ts';
import * as Status from './ntstatus.ts';
import { NtException } from './status.ts';

/**
 * Times are 100 ns since 1601, local time as FAT keeps it; 0 means none (in a set: leave as it is).
 */
export interface BasicInformation {
  created: number;
  accessed: number;
  written: number;
  changed: number;
  attributes: number;
}

export interface StandardInformation {
  allocation: number;
  endOfFile: number;
  links: number;
  deletePending: boolean;
  directory: boolean;
}

export interface NetworkOpenInformation {
  created: number;
  accessed: number;
  written: number;
  changed: number;
  allocation: number;
  endOfFile: number;
  attributes: number;
}

export interface RenameInformation {
  replace: boolean;
  /** Handle of a directory that the name is relative to, or 0. */
  root: number;
  name: string;
}

export interface FsVolumeInformation {
  created: number;
  serial: number;
  label: string;
}

export interface FsSizeInformation {
  totalUnits: number;
  freeUnits: number;
  sectorsPerUnit: number;
  bytesPerSector: number;
}

/** FILE_FS_FULL_SIZE_INFORMATION: no quotas, so the caller's free units are all that there are. */
export function encodeFsFullSize(info: FsSizeInformation): Uint8Array {
  const { bytes, view } = make(32);
  putLarge(view, 0, info.totalUnits);
  putLarge(view, 8, info.freeUnits);
  putLarge(view, 16, info.freeUnits);
  view.setUint32(24, info.sectorsPerUnit, true);
  view.setUint32(28, info.bytesPerSector, true);
  return bytes;
}

export interface FsAttributeInformation {
  attributes: number;
  maximumComponent: number;
  name: string;
}

export interface DiskGeometry {
  cylinders: number;
  mediaType: number;
  tracksPerCylinder: number;
  sectorsPerTrack: number;
  bytesPerSector: number;
}

export function viewOf(bytes: Uint8Array, length: number): DataView {
  if (bytes.length < length) throw new NtException(Status.STATUS_INFO_LENGTH_MISMATCH);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function make(length: number): { bytes: Uint8Array; view: DataView } {
  const bytes = new Uint8Array(length);
  return { bytes, view: new DataView(bytes.buffer) };
}

export function putLarge(view: DataView, at: number, value: number): void {
  view.setUint32(at, lowWord(value), true);
  view.setInt32(at + 4, highWord(value), true);
}

export function getLarge(view: DataView, at: number): number {
  return joinWords(view.getUint32(at, true), view.getUint32(at + 4, true));
}

export function putName(view: DataView, at: number, name: string): void {
  for (let i = 0; i < name.length; i++) view.setUint16(at + 2 * i, name.charCodeAt(i), true);
}

/** Bytes of a name that are turned into text at once. */
const PIECE = 1024;

export function getName(view: DataView, at: number, byteLength: number): string {
  if (byteLength % 2 !== 0 || at + byteLength > view.byteLength)
    throw new NtException(Status.STATUS_INFO_LENGTH_MISMATCH);
  let name = '';
  for (let from = 0; from < byteLength; from += PIECE) {
    const units: number[] = [];
    const end = Math.min(from + PIECE, byteLength);
    for (let i = from; i < end; i += 2) units.push(view.getUint16(at + i, true));
    name += String.fromCharCode(...units);
  }
  return name;
}

type FileTimes = Pick<BasicInformation, 'created' | 'accessed' | 'written' | 'changed'>;

/** Little blocks are written byte by byte: to make a view of one takes longer than that. */
function putWord(bytes: Uint8Array, at: number, word: number): void {
  bytes[at] = word;
  bytes[at + 1] = word >>> 8;
  bytes[at + 2] = word >>> 16;
  bytes[at + 3] = word >>> 24;
}

function putWords(bytes: Uint8Array, at: number, value: number): void {
  putWord(bytes, at, lowWord(value));
  putWord(bytes, at + 4, highWord(value));
}

/** Both structures that have the four times begin with them. */
function putTimes(bytes: Uint8Array, info: FileTimes): void {
  putWords(bytes, 0, info.created);
  putWords(bytes, 8, info.accessed);
  putWords(bytes, 16, info.written);
  putWords(bytes, 24, info.changed);
}

export function encodeBasic(info: BasicInformation): Uint8Array {
  const bytes = new Uint8Array(40);
  putTimes(bytes, info);
  putWord(bytes, 32, info.attributes);
  return bytes;
}

export function decodeBasic(bytes: Uint8Array): BasicInformation {
  const view = viewOf(bytes, 36);
  return {
    created: getLarge(view, 0),
    accessed: getLarge(view, 8),
    written: getLarge(view, 16),
    changed: getLarge(view, 24),
    attributes: view.getUint32(32, true),
  };
}

export function encodeStandard(info: StandardInformation): Uint8Array {
  const { bytes, view } = make(24);
  putLarge(view, 0, info.allocation);
  putLarge(view, 8, info.endOfFile);
  view.setUint32(16, info.links, true);
  view.setUint8(20, info.deletePending ? 1 : 0);
  view.setUint8(21, info.directory ? 1 : 0);
  return bytes;
}

export function decodeStandard(bytes: Uint8Array): StandardInformation {
  const view = viewOf(bytes, 22);
  return {
    allocation: getLarge(view, 0),
    endOfFile: getLarge(view, 8),
    links: view.getUint32(16, true),
    deletePending: view.getUint8(20) !== 0,
    directory: view.getUint8(21) !== 0,
  };
}

export function encodeNetworkOpen(info: NetworkOpenInformation): Uint8Array {
  const bytes = new Uint8Array(56);
  putTimes(bytes, info);
  putWords(bytes, 32, info.allocation);
  putWords(bytes, 40, info.endOfFile);
  putWord(bytes, 48, info.attributes);
  return bytes;
}

export function decodeNetworkOpen(bytes: Uint8Array): NetworkOpenInformation {
  const view = viewOf(bytes, 52);
  return {
    created: getLarge(view, 0),
    accessed: getLarge(view, 8),
    written: getLarge(view, 16),
    changed: getLarge(view, 24),
    allocation: getLarge(view, 32),
    endOfFile: getLarge(view, 40),
    attributes: view.getUint32(48, true),
  };
}

/** FILE_POSITION_, FILE_END_OF_FILE_ and FILE_ALLOCATION_INFORMATION. */
export function encodeLarge(value: number): Uint8Array {
  const { bytes, view } = make(8);
  putLarge(view, 0, value);
  return bytes;
}

export function decodeLarge(bytes: Uint8Array): number {
  return getLarge(viewOf(bytes, 8), 0);
}

export function encodeDisposition(deleteFile: boolean): Uint8Array {
  return Uint8Array.of(deleteFile ? 1 : 0);
}

/** FILE_COMPLETION_INFORMATION: a port's handle, and a key. */
export function encodeCompletionPort(port: number, key: number): Uint8Array {
  return new Uint8Array(new Uint32Array([port, key]).buffer);
}

export function decodeCompletionPort(data: Uint8Array): { port: number; key: number } {
  const view = viewOf(data, 8);
  return { port: view.getUint32(0, true), key: view.getUint32(4, true) };
}

export function decodeDisposition(bytes: Uint8Array): boolean {
  return viewOf(bytes, 1).getUint8(0) !== 0;
}

export function encodeRename(info: RenameInformation): Uint8Array {
  const { bytes, view } = make(Math.max(16, 12 + 2 * info.name.length));
  view.setUint8(0, info.replace ? 1 : 0);
  view.setUint32(4, info.root, true);
  view.setUint32(8, 2 * info.name.length, true);
  putName(view, 12, info.name);
  return bytes;
}

export function decodeRename(bytes: Uint8Array): RenameInformation {
  const view = viewOf(bytes, 12);
  return {
    replace: view.getUint8(0) !== 0,
    root: view.getUint32(4, true),
    name: getName(view, 12, view.getUint32(8, true)),
  };
}

export function encodeFsVolume(info: FsVolumeInformation): Uint8Array {
  const { bytes, view } = make(18 + 2 * info.label.length);
  putLarge(view, 0, info.created);
  view.setUint32(8, info.serial, true);
  view.setUint32(12, 2 * info.label.length, true);
  putName(view, 18, info.label);
  return bytes;
}

export function decodeFsVolume(bytes: Uint8Array): FsVolumeInformation {
  const view = viewOf(bytes, 18);
  return {
    created: getLarge(view, 0),
    serial: view.getUint32(8, true),
    label: getName(view, 18, view.getUint32(12, true)),
  };
}

export function encodeFsLabel(label: string): Uint8Array {
  const { bytes, view } = make(Math.max(8, 4 + 2 * label.length));
  view.setUint32(0, 2 * label.length, true);
  putName(view, 4, label);
  return bytes;
}

export function decodeFsLabel(bytes: Uint8Array): string {
  const view = viewOf(bytes, 4);
  return getName(view, 4, view.getUint32(0, true));
}

export function encodeFsSize(info: FsSizeInformation): Uint8Array {
  const { bytes, view } = make(24);
  putLarge(view, 0, info.totalUnits);
  putLarge(view, 8, info.freeUnits);
  view.setUint32(16, info.sectorsPerUnit, true);
  view.setUint32(20, info.bytesPerSector, true);
  return bytes;
}

export function decodeFsSize(bytes: Uint8Array): FsSizeInformation {
  const view = viewOf(bytes, 24);
  return {
    totalUnits: getLarge(view, 0),
    freeUnits: getLarge(view, 8),
    sectorsPerUnit: view.getUint32(16, true),
    bytesPerSector: view.getUint32(20, true),
  };
}

export function encodeFsAttribute(info: FsAttributeInformation): Uint8Array {
  const { bytes, view } = make(12 + 2 * info.name.length);
  view.setUint32(0, info.attributes, true);
  view.setUint32(4, info.maximumComponent, true);
  view.setUint32(8, 2 * info.name.length, true);
  putName(view, 12, info.name);
  return bytes;
}

export function decodeFsAttribute(bytes: Uint8Array): FsAttributeInformation {
  const view = viewOf(bytes, 12);
  return {
    attributes: view.getUint32(0, true),
    maximumComponent: view.getUint32(4, true),
    name: getName(view, 12, view.getUint32(8, true)),
  };
}

export function encodeGeometry(geometry: DiskGeometry): Uint8Array {
  const { bytes, view } = make(24);
  putLarge(view, 0, geometry.cylinders);
  const { mediaType, tracksPerCylinder, sectorsPerTrack, bytesPerSector } = geometry;
  [mediaType, tracksPerCylinder, sectorsPerTrack, bytesPerSector].forEach((word, i) =>
    view.setUint32(8 + i * 4, word, true),
  );
  return bytes;
}

export function decodeGeometry(bytes: Uint8Array): DiskGeometry {
  const view = viewOf(bytes, 24);
  return {
    cylinders: getLarge(view, 0),
    mediaType: view.getUint32(8, true),
    tracksPerCylinder: view.getUint32(12, true),
    sectorsPerTrack: view.getUint32(16, true),
    bytesPerSector: view.getUint32(20, true),
  };
}
