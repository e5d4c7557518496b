/**
 * A directory's slots, 32 bytes each: where they lie, and reading and writing them.
 *
 * The root of FAT12 and FAT16 is a fixed stretch of the disk; every other directory is a chain of
 * clusters. A directory is named by its first cluster, ROOT for the root. Slots behind the first
 * that starts with 00 have never been used, whatever they hold.
 *
 * A directory is read whole, so that looking through it waits for nothing. It is written so that
 * either all slots of one call change or, where a page cannot be had, none.
 *
 *   readSlots(volume, directory)               the used slots, and how many there is room for
 *   writeSlots(volume, directory, slot, raws)  neighbours from `slot` on
 *   readSlot(volume, directory, slot)          one of them
 *   growDirectory(volume, directory, slots)    clusters for so many more; the root cannot
 *   clearCluster(volume, cluster)              all its slots: never used
 */
import { PAGE_SIZE } from '../../../personality/rtl/layout.ts';
import { NtException, Status } from '../../../personality/rtl/status.ts';
import { type Bcb, CcSetDirtyPinnedData, CcUnpinData } from '../../../personality/wdm/index.ts';
import { DIRENT_SIZE, END_OF_DIRECTORY } from './dirent.ts';
import { ROOT, type Volume } from './volume.ts';

/** More than any directory may have (fatgen103). */
const MAXIMUM_SLOTS = 65_536;

export interface Slots {
  readonly bytes: Uint8Array;
  /** Slots before the first never used. */
  readonly used: number;
  /** Slots that fit into what the directory has of the disk. */
  readonly room: number;
}

/** A stretch of slots within one page of the disk. */
interface Piece {
  readonly offset: number;
  readonly length: number;
}

function* pieces(offset: number, length: number): Generator<Piece> {
  const end = offset + length;
  for (let at = offset; at < end;) {
    const next = Math.min(end, (Math.floor(at / PAGE_SIZE) + 1) * PAGE_SIZE);
    yield { offset: at, length: next - at };
    at = next;
  }
}

function piecesOf(volume: Volume, directory: number): Piece[] {
  const { rootStart, rootEntries, bytesPerCluster } = volume.geometry;
  if (directory === ROOT) return [...pieces(rootStart, rootEntries * DIRENT_SIZE)];
  const clusters = volume.fat.chain(directory);
  if (clusters.length * bytesPerCluster > MAXIMUM_SLOTS * DIRENT_SIZE)
    throw new NtException(Status.STATUS_FILE_CORRUPT_ERROR);
  return clusters.flatMap((cluster) => [...pieces(volume.diskOffset(cluster), bytesPerCluster)]);
}

export async function readSlots(volume: Volume, directory: number): Promise<Slots> {
  const all = piecesOf(volume, directory);
  const length = all.reduce((sum, piece) => sum + piece.length, 0);
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of all) {
    const bcb = await volume.map(piece.offset, piece.length);
    bytes.set(bcb.window.read(0, piece.length), at);
    CcUnpinData(bcb);
    const end = at + piece.length;
    for (; at < end; at += DIRENT_SIZE)
      if (bytes[at] === END_OF_DIRECTORY) return slotsOf(bytes, at, length);
  }
  return slotsOf(bytes, at, length);
}

function slotsOf(bytes: Uint8Array, end: number, length: number): Slots {
  const [used, room] = [end / DIRENT_SIZE, length / DIRENT_SIZE];
  return { bytes: bytes.subarray(0, end), used, room };
}

/** Where a slot lies on the disk. */
function placeOf(all: readonly Piece[], slot: number): number {
  let at = slot * DIRENT_SIZE;
  for (const { offset, length } of all) {
    if (at < length) return offset + at;
    at -= length;
  }
  throw new NtException(Status.STATUS_FILE_CORRUPT_ERROR);
}

export async function readSlot(
  volume: Volume,
  directory: number,
  slot: number,
): Promise<Uint8Array> {
  const bcb = await volume.map(placeOf(piecesOf(volume, directory), slot), DIRENT_SIZE);
  const raw = bcb.window.read(0, DIRENT_SIZE);
  CcUnpinData(bcb);
  return raw;
}

export async function writeSlots(
  volume: Volume,
  directory: number,
  slot: number,
  raws: readonly Uint8Array[],
): Promise<void> {
  const all = piecesOf(volume, directory);
  const pinned: Bcb[] = [];
  try {
    for (const index of raws.keys())
      pinned.push(await volume.map(placeOf(all, slot + index), DIRENT_SIZE));
    for (const [index, raw] of raws.entries()) write(pinned[index]!, raw);
  } finally {
    for (const bcb of pinned) CcUnpinData(bcb);
  }
}

function write(bcb: Bcb, bytes: Uint8Array): void {
  bcb.window.write(0, bytes);
  CcSetDirtyPinnedData(bcb, 0, bytes.length);
}

/**
 * How many slots there are more. STATUS_CANNOT_MAKE for the root, and where a directory has as many
 * as it may have; a failure changes nothing.
 */
export async function growDirectory(
  volume: Volume,
  directory: number,
  slots: number,
): Promise<number> {
  const { fat, geometry } = volume;
  if (directory === ROOT) throw new NtException(Status.STATUS_CANNOT_MAKE);
  const chain = fat.chain(directory);
  const count = Math.ceil((slots * DIRENT_SIZE) / geometry.bytesPerCluster);
  if ((chain.length + count) * geometry.bytesPerCluster > MAXIMUM_SLOTS * DIRENT_SIZE)
    throw new NtException(Status.STATUS_CANNOT_MAKE);
  const last = chain.at(-1)!;
  const added = fat.allocate(count, last);
  try {
    for (const cluster of added) await clearCluster(volume, cluster);
  } catch (error) {
    fat.truncate(added, 0);
    throw error;
  }
  fat.link(last, added[0]!);
  return (count * geometry.bytesPerCluster) / DIRENT_SIZE;
}

export async function clearCluster(volume: Volume, cluster: number): Promise<void> {
  const { bytesPerCluster } = volume.geometry;
  for (const { offset, length } of pieces(volume.diskOffset(cluster), bytesPerCluster)) {
    const bcb = await volume.map(offset, length);
    write(bcb, new Uint8Array(length));
    CcUnpinData(bcb);
  }
}
