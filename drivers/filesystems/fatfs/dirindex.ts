/**
 * A directory as the driver remembers it: its names, its free slots, where its slots lie.
 *
 * It is made by reading the directory once, and kept up to date by directory.ts, which alone
 * changes directories: finding a name, and finding room and a short name for a new one, then cost
 * the same in a directory of ten files and of ten thousand. The disk stays the truth: who finds
 * another entry in a slot than the index says forgets the index.
 *
 *   indexOf(volume, directory)      made or remembered
 *   forgetIndex(volume, directory)  something else has changed it, or it is gone
 *
 * Memory: NAMES_LIMIT names in all directories of a volume; the least recently used go.
 */
import { RtlUpcase } from '../../../personality/rtl/names.ts';
import { DELETED, DIRENT_SIZE, END_OF_DIRECTORY } from './dirent.ts';
import { FreeSlots } from './freeslots.ts';
import { type FoundName, Scanner } from './scan.ts';
import { shortNameKey } from './shortname.ts';
import { type Piece, piecesOf, roomOf, stretches } from './slots.ts';
import type { Volume } from './volume.ts';

const NAMES_LIMIT = 100_000;

export interface KnownName {
  readonly firstSlot: number;
  readonly name: string;
  readonly shortName: string;
  /** shortNameKey of the entry. */
  readonly key: string;
}

export class DirectoryIndex {
  readonly pieces: Piece[];
  /** By the number of the short entry's slot. */
  readonly entries = new Map<number, KnownName>();
  readonly free = new FreeSlots();
  /** Slots before the first never used. */
  used = 0;
  /** Why some of its slots could not be read, or 0. */
  failure = 0;
  /** Two entries of one name: then the index cannot say which is left when one goes. */
  ambiguous = false;
  readonly #slots = new Map<string, number>();
  readonly #shortKeys = new Map<string, number>();

  #room: number;

  constructor(pieces: Piece[]) {
    this.pieces = pieces;
    this.#room = roomOf(pieces);
  }

  /** Slots that fit into what the directory has of the disk. */
  get room(): number {
    return this.#room;
  }

  grow(pieces: readonly Piece[]): void {
    this.pieces.push(...pieces);
    this.#room += roomOf(pieces);
  }

  /** The slot of a long or short name, without case. */
  slotOf(name: string): number | undefined {
    return this.#slots.get(RtlUpcase(name));
  }

  hasShortName(key: string): boolean {
    return this.#shortKeys.has(key);
  }

  add({ slot, firstSlot, name, shortName, raw }: FoundName): void {
    const key = shortNameKey(raw.subarray(0, 11));
    this.entries.set(slot, { firstSlot, name, shortName, key });
    this.#shortKeys.set(key, (this.#shortKeys.get(key) ?? 0) + 1);
    for (const each of new Set([RtlUpcase(name), RtlUpcase(shortName)]))
      if (this.#slots.has(each)) this.ambiguous = true;
      else this.#slots.set(each, slot);
  }

  remove(slot: number): void {
    const known = this.entries.get(slot);
    if (!known) return;
    this.entries.delete(slot);
    const count = this.#shortKeys.get(known.key)! - 1;
    if (count === 0) this.#shortKeys.delete(known.key);
    else this.#shortKeys.set(known.key, count);
    for (const each of [RtlUpcase(known.name), RtlUpcase(known.shortName)])
      if (this.#slots.get(each) === slot) this.#slots.delete(each);
  }
}

export async function indexOf(volume: Volume, directory: number): Promise<DirectoryIndex> {
  const { directories } = volume;
  const known = directories.get(directory);
  if (known) {
    // The last one in the map was used last.
    directories.delete(directory);
    directories.set(directory, known);
    return known;
  }
  const index = await makeIndex(volume, directory);
  directories.set(directory, index);
  let names = 0;
  for (const each of directories.values()) names += each.entries.size;
  for (const [oldest, each] of directories) {
    if (names <= NAMES_LIMIT || each === index) break;
    directories.delete(oldest);
    names -= each.entries.size;
  }
  return index;
}

export function forgetIndex(volume: Volume, directory: number): void {
  volume.directories.delete(directory);
}

async function makeIndex(volume: Volume, directory: number): Promise<DirectoryIndex> {
  const index = new DirectoryIndex(await piecesOf(volume, directory));
  const scanner = new Scanner();
  for await (const { slot: first, bytes, lost, failure } of stretches(volume, index.pieces)) {
    if (failure !== 0) index.failure = failure;
    const gone = new Set(lost);
    for (let at = 0; at < bytes.length; at += DIRENT_SIZE) {
      const slot = first + at / DIRENT_SIZE;
      const raw = bytes.subarray(at, at + DIRENT_SIZE);
      if (raw[0] === END_OF_DIRECTORY) return index;
      index.used = slot + 1;
      if (raw[0] === DELETED && !gone.has(slot)) index.free.add(slot, 1);
      const found = scanner.next(slot, raw);
      if (found) index.add(found);
    }
  }
  return index;
}
