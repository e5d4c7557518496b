/**
 * More structures of NtQueryInformationFile and NtSetInformationFile (information.ts has those that
 * file systems know, too), in the layouts of ntifs.h.
 */
import {
  type BasicInformation,
  encodeBasic,
  encodeStandard,
  make,
  putLarge,
  putName,
  type StandardInformation,
  viewOf,
} from './information.ts';

/** One word: FILE_EA_, FILE_ACCESS_, FILE_MODE_ and FILE_ALIGNMENT_INFORMATION. */
export function encodeWord(value: number): Uint8Array {
  const { bytes, view } = make(4);
  view.setUint32(0, value, true);
  return bytes;
}

export function decodeWord(bytes: Uint8Array): number {
  return viewOf(bytes, 4).getUint32(0, true);
}

/** FILE_NAME_INFORMATION, whole: its length in bytes, then the name. */
export function encodeFileName(name: string): Uint8Array {
  const { bytes, view } = make(4 + 2 * name.length);
  view.setUint32(0, 2 * name.length, true);
  putName(view, 4, name);
  return bytes;
}

export function encodeAttributeTag(attributes: number): Uint8Array {
  const { bytes, view } = make(8);
  view.setUint32(0, attributes, true);
  return bytes;
}

/** FILE_COMPRESSION_INFORMATION of what is not compressed. */
export function encodeCompression(size: number): Uint8Array {
  const { bytes, view } = make(16);
  putLarge(view, 0, size);
  return bytes;
}

/** FILE_STREAM_INFORMATION of a file's only stream. */
export function encodeStream(name: string, size: number, allocation: number): Uint8Array {
  const { bytes, view } = make(24 + 2 * name.length);
  view.setUint32(4, 2 * name.length, true);
  putLarge(view, 8, size);
  putLarge(view, 16, allocation);
  putName(view, 24, name);
  return bytes;
}

export interface AllInformation {
  readonly basic: BasicInformation;
  readonly standard: StandardInformation;
  readonly id: number;
  readonly access: number;
  readonly position: number;
  readonly mode: number;
  readonly name: string;
}

export function encodeAll(info: AllInformation): Uint8Array {
  const name = encodeFileName(info.name);
  const { bytes, view } = make(96 + name.length);
  bytes.set(encodeBasic(info.basic));
  bytes.set(encodeStandard(info.standard), 40);
  putLarge(view, 64, info.id);
  view.setUint32(76, info.access, true);
  putLarge(view, 80, info.position);
  view.setUint32(88, info.mode, true);
  bytes.set(name, 96);
  return bytes;
}
