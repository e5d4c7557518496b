/**
 * The record that stands for a kept disk, and where everything of a disk lies in the backend.
 *
 *   ['head', prefix, name]            DiskHead
 *   ['chunk', prefix, name, number]   Uint8Array, see chunks.ts
 *   ['drive', prefix, drive]          disk name, see drives.ts
 *
 * A head and the chunks of its generation are always written in one batch. `born` tells two disks
 * apart that had the same name one after the other, so that their generations are never taken for
 * one another.
 */

import { StoreError } from './errors.ts';
import type { DiskInfo, KeyPath } from './types.ts';

export interface DiskHead {
  version: 1;
  label: string;
  size: number;
  generation: number;
  born: number;
  modified: number;
  /** How many chunks are stored; the others are zero. */
  chunks: number;
}

const LARGEST_DISK = 2 ** 31;

export const headsPath = (prefix: string): KeyPath => ['head', prefix];
export const headPath = (prefix: string, name: string): KeyPath => ['head', prefix, name];
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

/** What was found under a head's path: a head, nothing, or a `corrupt` StoreError. */
export function parseHead(value: unknown): DiskHead | undefined {
  if (value === undefined) return undefined;
  const head = (value ?? {}) as Partial<DiskHead>;
  const sound =
    head.version === 1 &&
    typeof head.label === 'string' &&
    isCount(head.size, LARGEST_DISK) &&
    isCount(head.generation) &&
    isCount(head.born) &&
    isCount(head.modified) &&
    isCount(head.chunks);
  if (!sound)
    throw new StoreError('corrupt', 'The kept disk is damaged: its record is unreadable.');
  return head as DiskHead;
}

export function describeHead(name: string, head: DiskHead): DiskInfo {
  const { label, size, generation, modified } = head;
  return { name, label, size, generation, modified };
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
