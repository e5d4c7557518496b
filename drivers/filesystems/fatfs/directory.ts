/**
 * Directories: runs of slots, 32 bytes each.
 *
 * The root of FAT12 and FAT16 is a fixed stretch of the disk; every other directory is a chain of
 * clusters, and grows by one when it is full. A directory here is named by its first cluster, ROOT
 * for the root. Slots behind the first that starts with 00 have never been used, whatever they
 * hold.
 *
 *   scan(volume, directory, from?)          the entries, labels and deleted ones left out
 *   findEntry(volume, directory, name)      by long or short name, without case
 *   addEntry, removeEntry, rewriteEntry     changes
 *   isEmpty, initialise                     for rmdir and mkdir
 */
import { RtlUpcase } from '../../../personality/rtl/names.ts';
import { NtException, Status } from '../../../personality/rtl/status.ts';
import { CcMapData, CcSetDirtyPinnedData, CcUnpinData } from '../../../personality/wdm/index.ts';
import {
  decodeDirent,
  DELETED,
  type Dirent,
  DIRENT_SIZE,
  encodeDirent,
  encodeLongName,
  END_OF_DIRECTORY,
  isLongNamePiece,
  isVolumeLabel,
  LongNameReader,
  updateDirent,
} from './dirent.ts';
import { asShortName, makeShortName, sameShortName } from './shortname.ts';
import { ROOT, type Volume } from './volume.ts';

/** More slots than any directory may have (fatgen103). */
const MAXIMUM_SLOTS = 65_536;

export interface FoundEntry {
  /** Of the short entry. */
  slot: number;
  /** Of the first piece of the long name, or of the short entry. */
  firstSlot: number;
  name: string;
  entry: Dirent;
}

/** A stretch of slots that lie one behind the other on the disk. */
interface Run {
  offset: number;
  length: number;
}

function runsOf(volume: Volume, directory: number): Run[] {
  const { geometry } = volume;
  if (directory === ROOT)
    return [{ offset: geometry.rootStart, length: geometry.rootEntries * DIRENT_SIZE }];
  const runs: Run[] = [];
  for (const cluster of volume.fat.chain(directory)) {
    const offset = volume.diskOffset(cluster);
    const last = runs.at(-1);
    if (last && last.offset + last.length === offset) last.length += geometry.bytesPerCluster;
    else runs.push({ offset, length: geometry.bytesPerCluster });
  }
  return runs;
}

function slotCount(runs: readonly Run[]): number {
  const bytes = runs.reduce((sum, run) => sum + run.length, 0);
  return Math.min(bytes / DIRENT_SIZE, MAXIMUM_SLOTS);
}

/** Where a slot lies on the disk. */
function placeOf(runs: readonly Run[], slot: number): number {
  let at = slot * DIRENT_SIZE;
  for (const run of runs) {
    if (at < run.length) return run.offset + at;
    at -= run.length;
  }
  throw new NtException(Status.STATUS_FILE_CORRUPT_ERROR);
}

async function readBytes(volume: Volume, offset: number, length: number): Promise<Uint8Array> {
  const bcb = await CcMapData(volume.map, offset, length);
  const bytes = bcb.window.read(0, length);
  CcUnpinData(bcb);
  return bytes;
}

async function writeBytes(volume: Volume, offset: number, bytes: Uint8Array): Promise<void> {
  const bcb = await CcMapData(volume.map, offset, bytes.length);
  bcb.window.write(0, bytes);
  CcSetDirtyPinnedData(bcb);
  CcUnpinData(bcb);
}

/** All used slots in order, as they stand on the disk; stops at the first never used. */
async function* slots(volume: Volume, directory: number): AsyncGenerator<[number, Uint8Array]> {
  let slot = 0;
  for (const run of runsOf(volume, directory)) {
    const bytes = await readBytes(volume, run.offset, run.length);
    for (let at = 0; at < bytes.length && slot < MAXIMUM_SLOTS; at += DIRENT_SIZE, slot++) {
      const raw = bytes.subarray(at, at + DIRENT_SIZE);
      if (raw[0] === END_OF_DIRECTORY) return;
      yield [slot, raw];
    }
  }
}

export async function* scan(
  volume: Volume,
  directory: number,
  from = 0,
): AsyncGenerator<FoundEntry> {
  const reader = new LongNameReader();
  for await (const [slot, raw] of slots(volume, directory)) {
    if (raw[0] === DELETED || isVolumeLabel(raw)) reader.drop();
    else if (isLongNamePiece(raw)) reader.piece(raw);
    else {
      const long = reader.take(raw);
      if (slot < from) continue;
      const entry = decodeDirent(raw);
      const firstSlot = slot - (long?.pieces ?? 0);
      yield { slot, firstSlot, name: long?.name ?? entry.shortName, entry };
    }
  }
}

export async function findEntry(
  volume: Volume,
  directory: number,
  name: string,
): Promise<FoundEntry | undefined> {
  const wanted = RtlUpcase(name);
  for await (const found of scan(volume, directory))
    if (RtlUpcase(found.name) === wanted || RtlUpcase(found.entry.shortName) === wanted)
      return found;
  return undefined;
}

/** The root's label entry, if it has one. */
export async function findLabel(
  volume: Volume,
): Promise<{ slot: number; entry: Dirent } | undefined> {
  for await (const [slot, raw] of slots(volume, ROOT))
    if (raw[0] !== DELETED && isVolumeLabel(raw)) return { slot, entry: decodeDirent(raw) };
  return undefined;
}

/** `.` and `..` aside. */
export async function isEmpty(volume: Volume, directory: number): Promise<boolean> {
  for await (const { name } of scan(volume, directory))
    if (name !== '.' && name !== '..') return false;
  return true;
}

/**
 * Makes the entries of a name; the slot of the short one. STATUS_CANNOT_MAKE where the root is
 * full.
 */
export async function addEntry(
  volume: Volume,
  directory: number,
  name: string,
  entry: Omit<Dirent, 'shortBytes' | 'shortName'>,
): Promise<FoundEntry> {
  const taken: Uint8Array[] = [];
  for await (const found of scan(volume, directory)) taken.push(found.entry.shortBytes);
  const plain = asShortName(name);
  const own = plain && !taken.some((other) => sameShortName(other, plain)) ? plain : undefined;
  const shortBytes =
    own ?? makeShortName(name, (bytes) => taken.some((other) => sameShortName(other, bytes)));
  const pieces = own ? [] : encodeLongName(name, shortBytes);
  const raws = [...pieces, encodeDirent({ ...entry, shortBytes })];
  const firstSlot = await placeEntries(volume, directory, raws);
  const slot = firstSlot + pieces.length;
  return { slot, firstSlot, name, entry: decodeDirent(raws.at(-1)!) };
}

/** Writes entries into neighbouring free slots; the first one's number. */
export async function placeEntries(
  volume: Volume,
  directory: number,
  raws: readonly Uint8Array[],
): Promise<number> {
  const { firstSlot, fresh } = await findRoom(volume, directory, raws.length);
  const runs = runsOf(volume, directory);
  const end = firstSlot + raws.length;
  // What lies behind the used slots may be anything: the end moves with them.
  if (fresh && end < slotCount(runs))
    await writeBytes(volume, placeOf(runs, end), new Uint8Array(DIRENT_SIZE));
  for (const [index, raw] of raws.entries())
    await writeBytes(volume, placeOf(runs, firstSlot + index), raw);
  return firstSlot;
}

/** `fresh`: the room reaches into slots never used before. */
async function findRoom(
  volume: Volume,
  directory: number,
  count: number,
): Promise<{ firstSlot: number; fresh: boolean }> {
  let free = 0;
  let used = 0;
  for await (const [slot, raw] of slots(volume, directory)) {
    used = slot + 1;
    free = raw[0] === DELETED ? free + 1 : 0;
    if (free === count) return { firstSlot: used - count, fresh: false };
  }
  const firstSlot = used - free;
  for (;;) {
    const room = slotCount(runsOf(volume, directory));
    if (firstSlot + count <= room) return { firstSlot, fresh: true };
    if (directory === ROOT || room >= MAXIMUM_SLOTS)
      throw new NtException(Status.STATUS_CANNOT_MAKE);
    await extend(volume, directory);
  }
}

async function extend(volume: Volume, directory: number): Promise<void> {
  const chain = volume.fat.chain(directory);
  const last = chain.at(-1)!;
  const [added] = volume.fat.allocate(1, last);
  await clear(volume, added!);
  volume.fat.link(last, added!);
}

async function clear(volume: Volume, cluster: number): Promise<void> {
  const bytes = new Uint8Array(volume.geometry.bytesPerCluster);
  await writeBytes(volume, volume.diskOffset(cluster), bytes);
}

/** The first cluster of a new directory: empty but for `.` and `..`. */
export async function initialise(
  volume: Volume,
  cluster: number,
  parent: number,
  entry: Omit<Dirent, 'shortBytes' | 'shortName' | 'firstCluster'>,
): Promise<void> {
  await clear(volume, cluster);
  const dots = (name: string, firstCluster: number): Uint8Array =>
    encodeDirent({
      ...entry,
      shortBytes: Uint8Array.from(name.padEnd(11), (letter) => letter.charCodeAt(0)),
      firstCluster,
    });
  const both = new Uint8Array(2 * DIRENT_SIZE);
  both.set(dots('.', cluster));
  both.set(dots('..', parent), DIRENT_SIZE);
  await writeBytes(volume, volume.diskOffset(cluster), both);
}

export async function removeEntry(
  volume: Volume,
  directory: number,
  firstSlot: number,
  slot: number,
): Promise<void> {
  const runs = runsOf(volume, directory);
  for (let each = firstSlot; each <= slot; each++)
    await writeBytes(volume, placeOf(runs, each), Uint8Array.of(DELETED));
}

/** Attributes, times, cluster and size as `entry` has them. */
export async function rewriteEntry(
  volume: Volume,
  directory: number,
  slot: number,
  entry: Dirent,
): Promise<void> {
  const place = placeOf(runsOf(volume, directory), slot);
  const raw = await readBytes(volume, place, DIRENT_SIZE);
  await writeBytes(volume, place, updateDirent(raw, entry));
}

/** A directory that was moved: its `..` leads to the new parent. */
export async function setParent(volume: Volume, directory: number, parent: number): Promise<void> {
  const found = await findEntry(volume, directory, '..');
  if (found)
    await rewriteEntry(volume, directory, found.slot, { ...found.entry, firstCluster: parent });
}
