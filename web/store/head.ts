/**
 * The record that stands for a kept disk, and where everything of a disk lies in the backend.
 *
 *   ['head', prefix, name]            DiskHead, with a check sum over all of it
 *   ['spare', prefix, name]           the same once more, for when the first is damaged
 *   ['chunk', prefix, name, number]   Uint8Array, see record.ts
 *   ['drive', prefix, drive]          disk name, see drives.ts
 *
 * A head, its spare and the chunks of its generation are always written in one batch. `born` tells
 * two disks apart that had the same name one after the other, so that their generations are never
 * taken for one another.
 *
 * Version 1 had no check sums and no spare; such heads are read, and never written any more.
 */

import { chunkCount } from './chunks.ts';
import { StoreError } from './errors.ts';
import type { ByteRange } from './sector-set.ts';
import { crc32 } from './share/crc32.ts';
import type { DiskInfo, DiskOrigin, KeyPath } from './types.ts';

export interface DiskHead {
  version: 1 | 2;
  label: string;
  size: number;
  generation: number;
  born: number;
  modified: number;
  /** How many chunks are stored; the others are zero. */
  chunks: number;
  /** By chunk: the sum of its record, NO_CHUNK where there is none. Empty in version 1. */
  sums: Uint32Array;
  /** What was found damaged once, and has not been written since. */
  damaged: readonly ByteRange[];
  /** What the disk has beyond plain sectors, as the machine told it; absent: nothing. */
  tracks?: Uint8Array | undefined;
  /** The file that it came in; absent: a raw image, or it was made here. */
  origin?: DiskOrigin | undefined;
  /** Its tab is open. */
  writeProtected?: true | undefined;
}

const LARGEST_DISK = 2 ** 31;
/** Every track of a disk in a form of its own. */
const MOST_TRACKS_BYTES = 16 * 1024 * 1024;
/** What may lie before an image (container/headers.ts). */
const MOST_HEADER_BYTES = 4608;

export const headsPath = (prefix: string): KeyPath => ['head', prefix];
export const sparesPath = (prefix: string): KeyPath => ['spare', prefix];
export const headPath = (prefix: string, name: string): KeyPath => ['head', prefix, name];
export const sparePath = (prefix: string, name: string): KeyPath => ['spare', prefix, name];
export const chunksPath = (prefix: string, name: string): KeyPath => ['chunk', prefix, name];
export const chunkPath = (prefix: string, name: string, chunk: number): KeyPath => [
  'chunk',
  prefix,
  name,
  chunk,
];

function isCount(value: unknown, most = Number.MAX_SAFE_INTEGER): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most;
}

export function sumOf(head: DiskHead): number {
  const { label, size, generation, born, modified, chunks, sums, damaged } = head;
  const facts: unknown[] = [label, size, generation, born, modified, chunks, damaged, [...sums]];
  // Disks without tracks have the sum that they had before there were any.
  if (head.tracks) facts.push(head.tracks.length, crc32(head.tracks));
  if (head.origin) facts.push(head.origin.formats, head.origin.comment);
  if (head.origin?.header) facts.push(crc32(head.origin.header));
  if (head.writeProtected) facts.push('write-protected');
  return crc32(new TextEncoder().encode(JSON.stringify(facts)));
}

/** The head as it is stored. */
export function sealHead(head: DiskHead): DiskHead & { sum: number } {
  return { ...head, sum: sumOf(head) };
}

function isTracks(value: unknown): boolean {
  return value instanceof Uint8Array && value.length <= MOST_TRACKS_BYTES;
}

function isOrigin({ formats, comment, header }: Partial<DiskOrigin>): boolean {
  if (header !== undefined && !isHeader(header)) return false;
  return Array.isArray(formats) && formats.every(isText) && isText(comment);
}

const isHeader = (value: unknown): boolean =>
  value instanceof Uint8Array && value.length <= MOST_HEADER_BYTES;

const isText = (value: unknown): boolean => typeof value === 'string';

function isSealed(head: Partial<DiskHead & { sum: number }>): boolean {
  if (head.version !== 2 || !(head.sums instanceof Uint32Array)) return false;
  if (head.sums.length !== chunkCount(head.size ?? 0) || !Array.isArray(head.damaged)) return false;
  if (head.tracks !== undefined && !isTracks(head.tracks)) return false;
  if (head.origin !== undefined && !isOrigin(head.origin ?? {})) return false;
  if (head.writeProtected !== undefined && head.writeProtected !== true) return false;
  return head.sum === sumOf(head as DiskHead);
}

/** What was found under a head's path: a head, nothing, or a `corrupt` StoreError. */
export function parseHead(value: unknown): DiskHead | undefined {
  if (value === undefined) return undefined;
  const head = (value ?? {}) as Partial<DiskHead>;
  const sound =
    (head.version === 1 || isSealed(head)) &&
    typeof head.label === 'string' &&
    isCount(head.size, LARGEST_DISK) &&
    isCount(head.generation) &&
    isCount(head.born) &&
    isCount(head.modified) &&
    isCount(head.chunks);
  if (!sound)
    throw new StoreError('corrupt', 'The kept disk is damaged: its record is unreadable.');
  const { label, size, generation, born, modified, chunks } = head as DiskHead;
  const { version = 1, sums = new Uint32Array(), damaged = [], tracks, origin } = head;
  const { writeProtected } = head;
  const more = {
    ...(tracks && { tracks }),
    ...(origin && { origin }),
    ...(writeProtected && { writeProtected }),
  };
  const checked = version === 2 ? { version, sums, damaged, ...more } : noSums;
  return { label, size, generation, born, modified, chunks, ...checked };
}

const noSums = { version: 1, sums: new Uint32Array(), damaged: [] } as const;

export function describeHead(name: string, head: DiskHead): DiskInfo {
  const { label, size, generation, modified, damaged, tracks, origin, writeProtected } = head;
  return {
    name,
    label,
    size,
    generation,
    modified,
    ...(writeProtected && { writeProtected }),
    ...(damaged.length > 0 && { damaged: true }),
    ...(tracks && { odd: true }),
    ...(origin && { origin }),
  };
}

/**
 * The head, or undefined where there is none or none that can be read: a new disk may take its
 * place.
 */
export function readableHead(value: unknown): DiskHead | undefined {
  try {
    return parseHead(value);
  } catch {
    return undefined;
  }
}

/** True where `value` is the very state that `seen` was: nobody wrote in between. */
export function isSameState(seen: DiskHead | undefined, value: unknown): boolean {
  const found = readableHead(value);
  return found?.generation === seen?.generation && found?.born === seen?.born;
}
