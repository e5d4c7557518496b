/**
 * Directories: names and the entries that stand for them.
 *
 *   scan(slots, from?)                      the entries; labels, deleted and stray ones left out
 *   findEntry(volume, directory, name)      by long or short name, without case
 *   findLabel(volume)                       the root's volume label
 *   isEmpty, initialise, setParent          for rmdir, mkdir and moves
 *   addEntry, placeEntries                  new ones; the directory grows if it must
 *   removeEntry, restoreEntry               takes one out, puts it back as it was
 *   rewriteEntry                            attributes, times, cluster and size
 */
import { isValidName, RtlUpcase } from '../../../personality/rtl/names.ts';
import {
  decodeDirent,
  DELETED,
  type Dirent,
  DIRENT_SIZE,
  encodeDirent,
  encodeLongName,
  isLongNamePiece,
  isVolumeLabel,
  LongNameReader,
  shortNameOf,
  updateDirent,
} from './dirent.ts';
import { shortNameFor, shortNameKey } from './shortname.ts';
import {
  clearCluster,
  growDirectory,
  readSlot,
  readSlots,
  type Slots,
  writeSlots,
} from './slots.ts';
import { ROOT, type Volume } from './volume.ts';

export interface FoundName {
  /** Of the short entry. */
  slot: number;
  /** Of the first piece of the long name, or of the short entry. */
  firstSlot: number;
  name: string;
  shortName: string;
  /** The short entry, to be decoded where it is wanted. */
  raw: Uint8Array;
}

export interface FoundEntry {
  slot: number;
  name: string;
  entry: Dirent;
}

/** What a new entry says beside its name. */
export type EntryFacts = Omit<Dirent, 'shortBytes' | 'shortName'>;

function rawAt({ bytes }: Slots, slot: number): Uint8Array {
  return bytes.subarray(slot * DIRENT_SIZE, (slot + 1) * DIRENT_SIZE);
}

/**
 * A long name that could not be opened, and an entry without any name, are damage: the first gives
 * way to its short name, the second is passed over.
 */
export function* scan(slots: Slots, from = 0): Generator<FoundName> {
  const reader = new LongNameReader();
  for (let slot = 0; slot < slots.used; slot++) {
    const raw = rawAt(slots, slot);
    if (raw[0] === DELETED || isVolumeLabel(raw)) reader.drop();
    else if (isLongNamePiece(raw)) reader.piece(raw);
    else {
      const long = reader.take(raw);
      if (slot < from) continue;
      const shortName = shortNameOf(raw);
      const name = long && isValidName(long.name) ? long.name : shortName;
      if (name !== '') yield { slot, firstSlot: slot - (long?.pieces ?? 0), name, shortName, raw };
    }
  }
}

export async function findEntry(
  volume: Volume,
  directory: number,
  name: string,
): Promise<FoundEntry | undefined> {
  const wanted = RtlUpcase(name);
  // Folding keeps lengths: most names need not be folded to be told apart.
  const same = (other: string): boolean =>
    other.length === wanted.length && RtlUpcase(other) === wanted;
  for (const { slot, name: own, shortName, raw } of scan(await readSlots(volume, directory)))
    if (same(own) || same(shortName)) return { slot, name: own, entry: decodeDirent(raw) };
  return undefined;
}

export async function findLabel(
  volume: Volume,
): Promise<{ slot: number; entry: Dirent } | undefined> {
  const slots = await readSlots(volume, ROOT);
  for (let slot = 0; slot < slots.used; slot++) {
    const raw = rawAt(slots, slot);
    if (raw[0] !== DELETED && isVolumeLabel(raw)) return { slot, entry: decodeDirent(raw) };
  }
  return undefined;
}

/** `.` and `..` aside. */
export async function isEmpty(volume: Volume, directory: number): Promise<boolean> {
  for (const { name } of scan(await readSlots(volume, directory)))
    if (name !== '.' && name !== '..') return false;
  return true;
}

/**
 * Makes the entries of a name that the directory does not have. STATUS_CANNOT_MAKE where the root
 * is full.
 */
export async function addEntry(
  volume: Volume,
  directory: number,
  name: string,
  facts: EntryFacts,
): Promise<FoundEntry> {
  const slots = await readSlots(volume, directory);
  const taken = takenShortNames(slots);
  const { bytes, caseBits, exact } = shortNameFor(name, (key) => taken.has(key));
  const raw = encodeDirent({ ...facts, shortBytes: bytes }, caseBits);
  const raws = exact ? [raw] : [...encodeLongName(name, bytes), raw];
  const firstSlot = await place(volume, directory, slots, raws);
  return { slot: firstSlot + raws.length - 1, name, entry: decodeDirent(raw) };
}

/** Labels and deleted names among them do no harm. */
function takenShortNames(slots: Slots): Set<string> {
  const taken = new Set<string>();
  for (let slot = 0; slot < slots.used; slot++) {
    const raw = rawAt(slots, slot);
    if (!isLongNamePiece(raw)) taken.add(shortNameKey(raw.subarray(0, 11)));
  }
  return taken;
}

/** Writes entries into neighbouring free slots; the first one's number. */
export async function placeEntries(
  volume: Volume,
  directory: number,
  raws: readonly Uint8Array[],
): Promise<number> {
  return place(volume, directory, await readSlots(volume, directory), raws);
}

async function place(
  volume: Volume,
  directory: number,
  slots: Slots,
  raws: readonly Uint8Array[],
): Promise<number> {
  const firstSlot = findRoom(slots, raws.length);
  const end = firstSlot + raws.length;
  const missing = end - slots.room;
  const added = missing > 0 ? await growDirectory(volume, directory, missing) : 0;
  const room = slots.room + added;
  // What lies behind the used slots may be anything: the end moves with them.
  const moved = end > slots.used && end < room ? [new Uint8Array(DIRENT_SIZE)] : [];
  await writeSlots(volume, directory, firstSlot, [...raws, ...moved]);
  return firstSlot;
}

/** The first gap of deleted slots that is wide enough, or the end. */
function findRoom(slots: Slots, count: number): number {
  let free = 0;
  for (let slot = 0; slot < slots.used; slot++) {
    free = rawAt(slots, slot)[0] === DELETED ? free + 1 : 0;
    if (free === count) return slot + 1 - count;
  }
  return slots.used - free;
}

/** The first cluster of a new directory: empty but for `.` and `..`. */
export async function initialise(
  volume: Volume,
  cluster: number,
  parent: number,
  facts: EntryFacts,
): Promise<void> {
  await clearCluster(volume, cluster);
  const dots = (name: string, firstCluster: number): Uint8Array =>
    encodeDirent({
      ...facts,
      shortBytes: Uint8Array.from(name.padEnd(11), (letter) => letter.charCodeAt(0)),
      firstCluster,
    });
  await writeSlots(volume, cluster, 0, [dots('.', cluster), dots('..', parent)]);
}

/** What removeEntry took out. */
export interface RemovedEntry {
  firstSlot: number;
  raws: Uint8Array[];
}

/** The short entry in `slot`, and the pieces of its long name. */
export async function removeEntry(
  volume: Volume,
  directory: number,
  slot: number,
): Promise<RemovedEntry> {
  const slots = await readSlots(volume, directory);
  const [found] = scan(slots, slot);
  const firstSlot = found?.slot === slot ? found.firstSlot : slot;
  const raws: Uint8Array[] = [];
  for (let each = firstSlot; each <= slot; each++) raws.push(rawAt(slots, each).slice());
  const marked = raws.map(() => Uint8Array.of(DELETED));
  await writeSlots(volume, directory, firstSlot, marked);
  return { firstSlot, raws };
}

export function restoreEntry(
  volume: Volume,
  directory: number,
  { firstSlot, raws }: RemovedEntry,
): Promise<void> {
  return writeSlots(volume, directory, firstSlot, raws);
}

/** Attributes, times, cluster and size as `entry` has them; what the disk could keep of it. */
export async function rewriteEntry(
  volume: Volume,
  directory: number,
  slot: number,
  entry: Dirent,
): Promise<Dirent> {
  const raw = updateDirent(await readSlot(volume, directory, slot), entry);
  await writeSlots(volume, directory, slot, [raw]);
  return decodeDirent(raw);
}

/** A directory that was moved: its `..` leads to the new parent. */
export async function setParent(volume: Volume, directory: number, parent: number): Promise<void> {
  const found = await findEntry(volume, directory, '..');
  if (found)
    await rewriteEntry(volume, directory, found.slot, { ...found.entry, firstCluster: parent });
}
