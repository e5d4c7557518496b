/**
 * Directories: names and the entries that stand for them.
 *
 *   findEntry(volume, directory, name)      by long or short name, without case
 *   findLabel(volume)                       the root's volume label
 *   isEmpty, initialise, setParent          for rmdir, mkdir and moves
 *   addEntry, placeEntries                  new ones; the directory grows if it must
 *   removeEntry, restoreEntry               takes one out, puts it back as it was
 *   shrink                                  clusters behind the last name go back
 *   rewriteEntry                            attributes, times, cluster and size
 *
 * A directory some of whose slots cannot be read is used as far as it can be: a name that is not
 * found in it may be there all the same, so that the answer is the device's error, and nothing can
 * be made in it.
 */
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { NtException } from '../../../personality/rtl/status.ts';
import {
  decodeDirent,
  DELETED,
  type Dirent,
  DIRENT_SIZE,
  encodeDirent,
  encodeLongName,
  END_OF_DIRECTORY,
  isVolumeLabel,
  updateDirent,
} from './dirent.ts';
import { type DirectoryIndex, forgetIndex, indexOf } from './dirindex.ts';
import { shortNameFor, shortNameKey } from './shortname.ts';
import {
  clearCluster,
  growDirectory,
  type Piece,
  piecesOf,
  readSlot,
  stretches,
  writeSlots,
} from './slots.ts';
import { ROOT, type Volume } from './volume.ts';

export interface FoundEntry {
  slot: number;
  name: string;
  entry: Dirent;
}

/** What a new entry says beside its name. */
export type EntryFacts = Omit<Dirent, 'shortBytes' | 'shortName'>;

export async function findEntry(
  volume: Volume,
  directory: number,
  name: string,
): Promise<FoundEntry | undefined> {
  for (let turn = 0; turn < 2; turn++) {
    const index = await indexOf(volume, directory);
    const slot = index.slotOf(name);
    if (slot === undefined && index.failure !== 0) throw new NtException(index.failure);
    if (slot === undefined) return undefined;
    const known = index.entries.get(slot)!;
    const raw = await readSlot(volume, index.pieces, slot);
    if (shortNameKey(raw.subarray(0, 11)) === known.key)
      return { slot, name: known.name, entry: decodeDirent(raw, volume.wide) };
    // On a damaged disk another directory may share its clusters.
    forgetIndex(volume, directory);
  }
  throw new NtException(Status.STATUS_FILE_CORRUPT_ERROR);
}

export async function findLabel(
  volume: Volume,
): Promise<{ slot: number; entry: Dirent } | undefined> {
  for await (const { slot, bytes } of stretches(volume, await piecesOf(volume, ROOT)))
    for (let at = 0; at < bytes.length; at += DIRENT_SIZE) {
      const raw = bytes.subarray(at, at + DIRENT_SIZE);
      if (raw[0] === END_OF_DIRECTORY) return undefined;
      if (raw[0] !== DELETED && isVolumeLabel(raw))
        return { slot: slot + at / DIRENT_SIZE, entry: decodeDirent(raw, volume.wide) };
    }
  return undefined;
}

/** `.` and `..` aside. */
export async function isEmpty(volume: Volume, directory: number): Promise<boolean> {
  const index = await indexOf(volume, directory);
  if (index.failure !== 0) throw new NtException(index.failure);
  for (const { name } of index.entries.values()) if (name !== '.' && name !== '..') return false;
  return true;
}

/**
 * Makes the entries of a name that the directory does not have. STATUS_CANNOT_MAKE where the root
 * is full. Without `spare` it takes no cluster that it does not need: all others are promised
 * (promise.ts), and the name was promised before the directory shrank.
 */
export async function addEntry(
  volume: Volume,
  directory: number,
  name: string,
  facts: EntryFacts,
  spare = true,
): Promise<FoundEntry> {
  const index = await indexOf(volume, directory);
  const { bytes, caseBits, exact } = shortNameFor(name, (key) => index.hasShortName(key));
  const raw = encodeDirent({ ...facts, shortBytes: bytes }, caseBits);
  const raws = exact ? [raw] : [...encodeLongName(name, bytes), raw];
  const firstSlot = await placeEntries(volume, directory, raws, spare);
  const slot = firstSlot + raws.length - 1;
  const entry = decodeDirent(raw, volume.wide);
  const found = { slot, firstSlot, name, shortName: entry.shortName, raw };
  volume.directories.get(directory)?.add(found);
  return { slot, name, entry };
}

/** Writes entries into neighbouring free slots; the first one's number. */
export async function placeEntries(
  volume: Volume,
  directory: number,
  raws: readonly Uint8Array[],
  spare = true,
): Promise<number> {
  const count = raws.length;
  for (let turn = 0; ; turn++) {
    const index = await indexOf(volume, directory);
    if (index.failure !== 0) throw new NtException(index.failure);
    const gap = index.free.find(count);
    const slot = gap ?? index.used - index.free.endingAt(index.used);
    const end = slot + count;
    if (await isFree(volume, index, slot, Math.min(end, index.used))) {
      await makeRoom(volume, directory, index, end, spare);
      // What lies behind the used slots may be anything: the end moves with them.
      const moved = end > index.used && end < index.room ? [new Uint8Array(DIRENT_SIZE)] : [];
      await writeSlots(volume, index.pieces, slot, [...raws, ...moved]);
      index.free.take(slot, Math.min(end, index.used) - slot);
      index.used = Math.max(index.used, end);
      return slot;
    }
    // On a damaged disk another directory may share its clusters.
    forgetIndex(volume, directory);
    if (turn > 0) throw new NtException(Status.STATUS_FILE_CORRUPT_ERROR);
  }
}

async function isFree(
  volume: Volume,
  { pieces }: DirectoryIndex,
  from: number,
  end: number,
): Promise<boolean> {
  for (let slot = from; slot < end; slot++)
    if ((await readSlot(volume, pieces, slot))[0] !== DELETED) return false;
  return true;
}

async function makeRoom(
  volume: Volume,
  directory: number,
  index: DirectoryIndex,
  end: number,
  spare: boolean,
): Promise<void> {
  const missing = end - index.room;
  if (missing > 0) index.grow(await growDirectory(volume, directory, index.pieces, missing, spare));
}

/** The first cluster of a new directory: empty but for `.` and `..`. */
export async function initialise(
  volume: Volume,
  cluster: number,
  parent: number,
  facts: EntryFacts,
): Promise<void> {
  forgetIndex(volume, cluster);
  await clearCluster(volume, cluster);
  const dots = (name: string, firstCluster: number): Uint8Array =>
    encodeDirent({
      ...facts,
      shortBytes: Uint8Array.from(name.padEnd(11), (letter) => letter.charCodeAt(0)),
      firstCluster,
    });
  const raws = [dots('.', cluster), dots('..', parent)];
  await writeSlots(volume, await piecesOf(volume, cluster), 0, raws);
}

/** What removeEntry took out. */
export interface RemovedEntry {
  firstSlot: number;
  raws: Uint8Array[];
}

/**
 * The short entry in `slot`, and the pieces of its long name. `moves`: the name will stand
 * elsewhere, and is to reach the disk there first.
 */
export async function removeEntry(
  volume: Volume,
  directory: number,
  slot: number,
  moves = false,
): Promise<RemovedEntry> {
  const index = await indexOf(volume, directory);
  const firstSlot = index.entries.get(slot)?.firstSlot ?? slot;
  const raws: Uint8Array[] = [];
  for (let each = firstSlot; each <= slot; each++)
    raws.push(await readSlot(volume, index.pieces, each));
  const marked = raws.map(() => Uint8Array.of(DELETED));
  await writeSlots(volume, index.pieces, firstSlot, marked, moves);
  index.remove(slot);
  index.free.add(firstSlot, raws.length);
  if (index.ambiguous) forgetIndex(volume, directory);
  return { firstSlot, raws };
}

/**
 * After a name of a directory went: slots behind its last one are as good as never used, and
 * clusters that have no other are free. A directory keeps its first one.
 */
export async function shrink(volume: Volume, directory: number): Promise<void> {
  const index = volume.directories.get(directory);
  if (!index || index.failure !== 0) return;
  const unused = index.free.endingAt(index.used);
  if (unused === 0) return;
  const { first, slots } = clustersOf(volume, directory);
  const used = index.used - unused;
  const keep = Math.max(1, Math.ceil(used / slots));
  if (first === ROOT || keep * slots >= index.room) return;
  const chain = await volume.fat.chain(first);
  if (chain.length * slots !== index.room) return;
  forgetIndex(volume, directory);
  if (used < keep * slots)
    await writeSlots(volume, index.pieces, used, [new Uint8Array(DIRENT_SIZE)]);
  await volume.fat.truncate(chain, keep);
}

/** Where a directory's chain begins, ROOT where it has none; the slots of a cluster. */
function clustersOf({ geometry }: Volume, directory: number): { first: number; slots: number } {
  const first = directory === ROOT ? geometry.rootCluster : directory;
  return { first, slots: geometry.bytesPerCluster / DIRENT_SIZE };
}

export async function restoreEntry(
  volume: Volume,
  directory: number,
  { firstSlot, raws }: RemovedEntry,
): Promise<void> {
  forgetIndex(volume, directory);
  await writeSlots(volume, await piecesOf(volume, directory), firstSlot, raws);
}

/** Attributes, times, cluster and size as `entry` has them; what the disk could keep of it. */
export async function rewriteEntry(
  volume: Volume,
  directory: number,
  slot: number,
  entry: Dirent,
): Promise<Dirent> {
  const pieces = await piecesKnown(volume, directory);
  const raw = updateDirent(await readSlot(volume, pieces, slot), entry, volume.wide);
  await writeSlots(volume, pieces, slot, [raw]);
  return decodeDirent(raw, volume.wide);
}

async function piecesKnown(volume: Volume, directory: number): Promise<readonly Piece[]> {
  return volume.directories.get(directory)?.pieces ?? piecesOf(volume, directory);
}

/** A directory that was moved: its `..` leads to the new parent. */
export async function setParent(volume: Volume, directory: number, parent: number): Promise<void> {
  const found = await findEntry(volume, directory, '..');
  if (found)
    await rewriteEntry(volume, directory, found.slot, { ...found.entry, firstCluster: parent });
}
