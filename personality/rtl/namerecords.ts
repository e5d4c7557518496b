/**
 * Names of a directory as a file system tells them to the I/O manager, which remembers them.
 *
 * A file system that answers FSCTL_QUERY_NAMES promises that names are compared as RtlUpcase folds
 * them, that nothing but its own answers to requests changes a directory, and that a file's `id`
 * stays until it is renamed. Answers that make or rename a file carry its record (`entry`).
 *
 *   encodeNamesRequest, decodeNamesRequest   which directory, and behind which of its names
 *   encodeNames, decodeNames                 the answer: as many records as fit, in order of `id`
 *   encodeName, decodeName                   one record: `entry`
 */
import { getLarge, getName, make, putLarge, putName, viewOf } from './information.ts';
import * as Status from './ntstatus.ts';
import { NtException } from './status.ts';

/** Internal (IRP_MN_KERNEL_CALL): no program can send it. */
export const FSCTL_QUERY_NAMES = 0x0009_2000;
/** An answer has to fit into the packet pages, beside others. */
export const NAMES_ANSWER = 0x8000;
/** `node` of the root directory, and of what is no directory. */
export const ROOT_NODE = 0;

export interface NameRecord {
  name: string;
  /** Empty where it is the name. */
  shortName: string;
  /** FileInternalInformation, of the whole volume; ascending in a directory. */
  id: number;
  /** Of directories: what FSCTL_QUERY_NAMES calls it. */
  node: number;
  attributes: number;
  created: number;
  accessed: number;
  written: number;
  endOfFile: number;
  allocation: number;
}

export interface NamesRequest {
  node: number;
  /** 0: from the first. */
  after: number;
}

export interface NamesAnswer {
  records: NameRecord[];
  /** These were not all. */
  more: boolean;
  /** Why some names could not be read, or 0. */
  failure: number;
}

const REQUEST_SIZE = 16;
const HEADER_SIZE = 8;
/** Before the two names of a record. */
const FIXED = 64;

export function encodeNamesRequest({ node, after }: NamesRequest): Uint8Array {
  const { bytes, view } = make(REQUEST_SIZE);
  view.setUint32(0, node, true);
  putLarge(view, 8, after);
  return bytes;
}

export function decodeNamesRequest(bytes: Uint8Array): NamesRequest {
  const view = viewOf(bytes, REQUEST_SIZE);
  return { node: view.getUint32(0, true), after: getLarge(view, 8) };
}

function sizeOf({ name, shortName }: NameRecord): number {
  return (FIXED + 2 * (name.length + shortName.length) + 7) & ~7;
}

/** `more` is said where not all fit, too. */
export function encodeNames({ records, more, failure }: NamesAnswer, limit: number): Uint8Array {
  const { bytes, view } = make(limit);
  let at = HEADER_SIZE;
  let left = more;
  for (const record of records) {
    const size = sizeOf(record);
    if (at + size > limit) {
      left = true;
      break;
    }
    putRecord(view, at, record);
    at += size;
  }
  view.setUint32(0, left ? 1 : 0, true);
  view.setUint32(4, failure, true);
  return bytes.subarray(0, at);
}

export function decodeNames(bytes: Uint8Array): NamesAnswer {
  const view = viewOf(bytes, HEADER_SIZE);
  const records: NameRecord[] = [];
  for (let at = HEADER_SIZE; at < bytes.length; at += sizeOf(records.at(-1)!))
    records.push(getRecord(view, at));
  return { records, more: view.getUint32(0, true) !== 0, failure: view.getUint32(4, true) };
}

export function encodeName(record: NameRecord): Uint8Array {
  const { bytes, view } = make(sizeOf(record));
  putRecord(view, 0, record);
  return bytes;
}

/** Undefined: the file system tells no names. */
export function decodeName(bytes: Uint8Array | undefined): NameRecord | undefined {
  return bytes && bytes.length > 0 ? getRecord(viewOf(bytes, FIXED), 0) : undefined;
}

const LARGE = [
  'id',
  'created',
  'accessed',
  'written',
  'endOfFile',
  'allocation',
] as const satisfies readonly (keyof NameRecord)[];

function putRecord(view: DataView, at: number, record: NameRecord): void {
  view.setUint16(at, 2 * record.name.length, true);
  view.setUint16(at + 2, 2 * record.shortName.length, true);
  view.setUint32(at + 4, record.attributes, true);
  view.setUint32(at + 8, record.node, true);
  LARGE.forEach((field, i) => putLarge(view, at + 16 + 8 * i, record[field]));
  putName(view, at + FIXED, record.name);
  putName(view, at + FIXED + 2 * record.name.length, record.shortName);
}

function getRecord(view: DataView, at: number): NameRecord {
  if (at + FIXED > view.byteLength) throw new NtException(Status.STATUS_INFO_LENGTH_MISMATCH);
  const length = view.getUint16(at, true);
  const [id, created, accessed, written, endOfFile, allocation] = LARGE.map((_, i) =>
    getLarge(view, at + 16 + 8 * i),
  ) as [number, number, number, number, number, number];
  return {
    name: getName(view, at + FIXED, length),
    shortName: getName(view, at + FIXED + length, view.getUint16(at + 2, true)),
    id,
    node: view.getUint32(at + 8, true),
    attributes: view.getUint32(at + 4, true),
    created,
    accessed,
    written,
    endOfFile,
    allocation,
  };
}
