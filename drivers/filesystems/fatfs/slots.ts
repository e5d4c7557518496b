/**
 * The 32-byte slots of a directory: where they lie, and reading and writing them.
 *
 * The root of FAT12 and FAT16 is a fixed stretch of the disk; every other directory, and FAT32's
 * root, is a chain of clusters. A directory is named by its first cluster, ROOT for the root.
 * Slots behind the first
 * that starts with 00 have never been used, whatever they hold.
 *
 * A directory is written so that either all slots of one call change or, where a page cannot be
 * had, none. A sector that cannot be read costs its own slots alone (stretches), and one with a
 * wrong checksum not even these, as far as they make sense (doubtful.ts).
 *
 *   piecesOf(volume, directory)                 where its slots lie, in order
 *   stretches(volume, pieces, from)             the slots from `from` on, some at a time
 *   readSlot(volume, pieces, slot)              one of them
 *   writeSlots(volume, pieces, slot, raws)      neighbours from `slot` on
 *   growDirectory(volume, directory, all, slots)   clusters for so many more; the root cannot
 *   clearCluster(volume, cluster)               all its slots: never used
 */
import { PAGE_SIZE } from '../../../personality/rtl/layout.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { NtException } from '../../../personality/rtl/status.ts';
import { type Bcb, CcSetDirtyPinnedData, CcUnpinData } from '../../../personality/wdm/index.ts';
import { DELETED, DIRENT_SIZE } from './dirent.ts';
import { plausibleSlots } from './doubtful.ts';
import { SECTOR, unreadable } from './media.ts';
import type { Runs } from './runs.ts';
import { ROOT, type Volume } from './volume.ts';

/** More than any directory may have (fatgen103). */
const MAXIMUM_SLOTS = 65_536;

/** Clusters by which a directory grows beyond what it needs, and how often they must be free. */
const LEAST_AGAIN = 4;
const MOST_AGAIN = 8;
const PLENTY = 32;

/** A stretch of slots within one page of the disk. */
export interface Piece {
  readonly offset: number;
  readonly length: number;
}

export interface Stretch {
  /** Number of the first slot. */
  readonly slot: number;
  /** Slots that could not be read stand here as deleted ones. */
  readonly bytes: Uint8Array;
  /** Numbers of slots that could not be read, and why. */
  readonly lost: readonly number[];
  readonly failure: number;
}

function* pieces(offset: number, length: number): Generator<Piece> {
  const end = offset + length;
  for (let at = offset; at < end;) {
    const next = Math.min(end, (Math.floor(at / PAGE_SIZE) + 1) * PAGE_SIZE);
    yield { offset: at, length: next - at };
    at = next;
  }
}

export async function piecesOf(volume: Volume, directory: number): Promise<Piece[]> {
  const { rootStart, rootEntries, rootCluster, bytesPerCluster } = volume.geometry;
  if (directory === ROOT && rootCluster === 0)
    return [...pieces(rootStart, rootEntries * DIRENT_SIZE)];
  const first = directory === ROOT ? rootCluster : directory;
  const most = Math.floor((MAXIMUM_SLOTS * DIRENT_SIZE) / bytesPerCluster);
  const clusters = await volume.fat.chain(first);
  if (clusters.length > most) throw new NtException(Status.STATUS_FILE_CORRUPT_ERROR);
  return piecesOfChain(volume, clusters);
}

function piecesOfChain(volume: Volume, clusters: Runs): Piece[] {
  const { bytesPerCluster } = volume.geometry;
  return [...clusters].flatMap((cluster) => [
    ...pieces(volume.diskOffset(cluster), bytesPerCluster),
  ]);
}

/** Slots that there is room for. */
export function roomOf(all: readonly Piece[]): number {
  return all.reduce((sum, piece) => sum + piece.length, 0) / DIRENT_SIZE;
}

export async function* stretches(
  volume: Volume,
  all: readonly Piece[],
  from = 0,
): AsyncGenerator<Stretch> {
  let slot = 0;
  for (const piece of all) {
    const count = piece.length / DIRENT_SIZE;
    const skip = Math.max(0, from - slot);
    if (skip < count) {
      const part = {
        offset: piece.offset + skip * DIRENT_SIZE,
        length: (count - skip) * DIRENT_SIZE,
      };
      const { bytes, lost, failure } = await readPiece(volume, part);
      const numbers = lost.map((index) => slot + skip + index);
      yield { slot: slot + skip, bytes, lost: numbers, failure };
    }
    slot += count;
  }
}

interface Slots {
  readonly bytes: Uint8Array;
  readonly lost: number[];
  readonly failure: number;
}

async function readPiece(volume: Volume, { offset, length }: Piece): Promise<Slots> {
  try {
    return { bytes: await read(volume, offset, length), lost: [], failure: 0 };
  } catch (error) {
    unreadable(error);
    return readBySectors(volume, offset, length);
  }
}

async function read(volume: Volume, offset: number, length: number): Promise<Uint8Array> {
  const bcb = await volume.map(offset, length);
  const bytes = bcb.window.read(0, length);
  CcUnpinData(bcb);
  return bytes;
}

async function readBySectors(volume: Volume, offset: number, length: number): Promise<Slots> {
  const bytes = new Uint8Array(length).fill(DELETED);
  const lost: number[] = [];
  let failure = 0;
  for (let at = offset; at < offset + length;) {
    const end = Math.min(offset + length, (Math.floor(at / SECTOR) + 1) * SECTOR);
    try {
      bytes.set(await readSector(volume, at, end - at), at - offset);
    } catch (error) {
      failure = unreadable(error);
      for (let slot = at; slot < end; slot += DIRENT_SIZE) lost.push((slot - offset) / DIRENT_SIZE);
    }
    at = end;
  }
  return { bytes, lost, failure };
}

/** Within one sector. */
async function readSector(volume: Volume, offset: number, length: number): Promise<Uint8Array> {
  try {
    return await read(volume, offset, length);
  } catch (error) {
    unreadable(error);
    const bcb = await volume.look(offset, length);
    const bytes = bcb.window.read(0, length);
    CcUnpinData(bcb);
    return plausibleSlots(volume, bytes);
  }
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

export function readSlot(volume: Volume, all: readonly Piece[], slot: number): Promise<Uint8Array> {
  return readSector(volume, placeOf(all, slot), DIRENT_SIZE);
}

/** `late`: see CcSetDirtyPinnedData. */
export async function writeSlots(
  volume: Volume,
  all: readonly Piece[],
  slot: number,
  raws: readonly Uint8Array[],
  late = false,
): Promise<void> {
  const pinned: Bcb[] = [];
  try {
    for (const index of raws.keys())
      pinned.push(await volume.mapForWrite(placeOf(all, slot + index), DIRENT_SIZE));
    for (const [index, raw] of raws.entries()) write(pinned[index]!, raw, late);
  } finally {
    for (const bcb of pinned) CcUnpinData(bcb);
  }
}

function write(bcb: Bcb, bytes: Uint8Array, late = false): void {
  bcb.window.write(0, bytes);
  CcSetDirtyPinnedData(bcb, 0, bytes.length, late);
}

/**
 * The pieces that there are more, behind those that it has. STATUS_CANNOT_MAKE for a root
 * that is no chain, and where a directory has as many slots as it may have; a failure changes
 * nothing. `spare`: more than it needs, where the disk has plenty. What the new clusters held
 * before is gone from the disk before the directory leads there: it may be the names of one that
 * was deleted.
 */
export async function growDirectory(
  volume: Volume,
  directory: number,
  all: readonly Piece[],
  slots: number,
  spare: boolean,
): Promise<Piece[]> {
  const { fat, geometry } = volume;
  if (directory === ROOT && geometry.rootCluster === 0)
    throw new NtException(Status.STATUS_CANNOT_MAKE);
  const count = await growth(volume, all, slots, spare);
  const room = roomOf(all) + (count * geometry.bytesPerCluster) / DIRENT_SIZE;
  if (room > MAXIMUM_SLOTS) throw new NtException(Status.STATUS_CANNOT_MAKE);
  const last = volume.clusterAt(all.at(-1)!.offset);
  if (!(await fat.isLast(last))) throw new NtException(Status.STATUS_FILE_CORRUPT_ERROR);
  const added = await fat.allocate(count, last);
  try {
    for (const cluster of added) await clearCluster(volume, cluster);
    await volume.flush();
    await fat.link(last, added.first!);
  } catch (error) {
    await fat.truncate(added, 0);
    throw error;
  }
  return piecesOfChain(volume, added);
}

/**
 * Clusters: as many again as it has, at least four, where there are plenty: each time the disk is
 * waited for. What no name needs goes back with the next that is deleted (directory.ts).
 */
async function growth(
  { fat, geometry }: Volume,
  all: readonly Piece[],
  slots: number,
  spare: boolean,
): Promise<number> {
  const { bytesPerCluster } = geometry;
  const needed = Math.ceil((slots * DIRENT_SIZE) / bytesPerCluster);
  if (!spare) return needed;
  const has = (roomOf(all) * DIRENT_SIZE) / bytesPerCluster;
  const again = Math.min(Math.max(has, LEAST_AGAIN), MOST_AGAIN);
  const doubled = roomOf(all) + (again * bytesPerCluster) / DIRENT_SIZE;
  const plenty = doubled <= MAXIMUM_SLOTS && again * PLENTY <= (await fat.freeCount());
  return plenty ? Math.max(needed, again) : needed;
}

export async function clearCluster(volume: Volume, cluster: number): Promise<void> {
  const { bytesPerCluster } = volume.geometry;
  for (const { offset, length } of pieces(volume.diskOffset(cluster), bytesPerCluster)) {
    const bcb = await volume.prepare(offset, length);
    write(bcb, new Uint8Array(length));
    CcUnpinData(bcb);
  }
}
