/**
 * Entries of directories as NtQueryDirectoryFile answers them: one row for each class, in the
 * layouts of ntifs.h.
 *
 *   encodeDirectory(entries, limit, infoClass)   as many as fit, linked by NextEntryOffset
 *   decodeDirectory(bytes, infoClass)
 */
import { highWord, joinWords, lowWord } from './marshal.ts';
import {
  FileBothDirectoryInformation,
  FileDirectoryInformation,
  FileFullDirectoryInformation,
  FileIdBothDirectoryInformation,
  FileIdFullDirectoryInformation,
  FileNamesInformation,
} from './nt.ts';
import * as Status from './ntstatus.ts';
import { NtException } from './status.ts';

export interface DirectoryEntry {
  index: number;
  created: number;
  accessed: number;
  written: number;
  changed: number;
  endOfFile: number;
  allocation: number;
  attributes: number;
  shortName: string;
  name: string;
  /** The file's number: FileInternalInformation. */
  id?: number;
}

export interface Layout {
  /** The size of the structure: an answer is never given room for less. */
  readonly minimum: number;
  /** Where things are; absent: the class has no such thing. */
  readonly nameLength: number;
  readonly name: number;
  readonly facts?: number;
  readonly shortName?: number;
  readonly id?: number;
}

export const directoryLayouts: Readonly<Record<number, Layout>> = {
  [FileDirectoryInformation]: { minimum: 72, facts: 8, nameLength: 60, name: 64 },
  [FileFullDirectoryInformation]: { minimum: 72, facts: 8, nameLength: 60, name: 68 },
  [FileBothDirectoryInformation]: {
    minimum: 96,
    facts: 8,
    nameLength: 60,
    shortName: 68,
    name: 94,
  },
  [FileNamesInformation]: { minimum: 16, nameLength: 8, name: 12 },
  [FileIdBothDirectoryInformation]: {
    minimum: 112,
    facts: 8,
    nameLength: 60,
    shortName: 68,
    id: 96,
    name: 104,
  },
  [FileIdFullDirectoryInformation]: { minimum: 88, facts: 8, nameLength: 60, id: 72, name: 80 },
};

export function layoutOf(infoClass: number): Layout {
  const layout = directoryLayouts[infoClass];
  if (!layout) throw new NtException(Status.STATUS_INVALID_INFO_CLASS);
  return layout;
}

/** Bytes of an entry whose name has so many units, in any class. */
export function entrySize(infoClass: number, units: number): number {
  return layoutOf(infoClass).name + 2 * units;
}

/**
 * `cut`: the name of the first entry does not fit. It is there as far as it does, and its length is
 * the whole name's.
 */
export function encodeDirectory(
  entries: readonly DirectoryEntry[],
  limit: number,
  infoClass: number = FileBothDirectoryInformation,
): { bytes: Uint8Array; count: number; cut: boolean } {
  const layout = layoutOf(infoClass);
  const room = new Room(Math.min(limit, roomFor(entries, infoClass)));
  let [at, end, previous, count] = [0, 0, -1, 0];
  for (const entry of entries) {
    const size = layout.name + 2 * entry.name.length;
    const cut = at + size > limit;
    if (cut && (count > 0 || layout.name > limit)) break;
    const shown = cut ? entry.name.slice(0, (limit - layout.name) >> 1) : entry.name;
    encodeEntry(room, at, layout, entry, shown);
    if (cut) return { bytes: room.bytes.subarray(0, limit), count: 1, cut };
    if (previous >= 0) room.words[previous >> 2] = at - previous;
    previous = at;
    end = at + size;
    at = (end + 7) & ~7;
    count++;
  }
  return { bytes: room.bytes.subarray(0, end), count, cut: false };
}

function roomFor(entries: readonly DirectoryEntry[], infoClass: number): number {
  return entries.reduce((sum, { name }) => sum + ((entrySize(infoClass, name.length) + 7) & ~7), 0);
}

/**
 * Bytes, and the same as words and as UTF-16 units, which are written twice as fast as through a
 * DataView. Entries begin at multiples of 8; the machine's order of bytes is little endian, as that
 * of whatever runs Wasm is.
 */
export class Room {
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
  readonly units: Uint16Array;

  constructor(length: number) {
    this.bytes = new Uint8Array((length + 7) & ~7);
    this.words = new Uint32Array(this.bytes.buffer);
    this.units = new Uint16Array(this.bytes.buffer);
  }

  putLarge(at: number, value: number): void {
    this.words[at >> 2] = lowWord(value);
    this.words[(at >> 2) + 1] = highWord(value);
  }

  putName(at: number, name: string): void {
    const first = at >> 1;
    for (let i = 0; i < name.length; i++) this.units[first + i] = name.charCodeAt(i);
  }
}

/** An entry without the way to the next, into room that is zero. */
export function encodeEntry(
  room: Room,
  at: number,
  layout: Layout,
  entry: DirectoryEntry,
  shown: string,
): void {
  const { nameLength, shortName, id, name } = layout;
  const { bytes, words } = room;
  words[(at + 4) >> 2] = entry.index;
  encodeFacts(room, at, layout, entry);
  words[(at + nameLength) >> 2] = 2 * entry.name.length;
  if (shortName !== undefined) {
    const short = entry.shortName.slice(0, 12);
    bytes[at + shortName] = 2 * short.length;
    room.putName(at + shortName + 2, short);
  }
  if (id !== undefined) room.putLarge(at + id, entry.id ?? 0);
  room.putName(at + name, shown);
}

/** Times, sizes and attributes: what changes while the names stay. */
export function encodeFacts(
  room: Room,
  at: number,
  { facts }: Layout,
  entry: DirectoryEntry,
): void {
  if (facts === undefined) return;
  const first = at + facts;
  room.putLarge(first, entry.created);
  room.putLarge(first + 8, entry.accessed);
  room.putLarge(first + 16, entry.written);
  room.putLarge(first + 24, entry.changed);
  room.putLarge(first + 32, entry.endOfFile);
  room.putLarge(first + 40, entry.allocation);
  room.words[(first + 48) >> 2] = entry.attributes;
}

/** What a class does not tell is 0 or ''. */
export function decodeDirectory(
  bytes: Uint8Array,
  infoClass: number = FileBothDirectoryInformation,
): DirectoryEntry[] {
  const layout = layoutOf(infoClass);
  if (bytes.length === 0) return [];
  const answer = new Answer(bytes, layout);
  return answer.starts.map((at) => decodeEntry(answer, at, layout));
}

/** ASCII of the answer that is being decoded. */
let ascii = new Uint8Array(0x2000);
const decoder = new TextDecoder();

/**
 * As Room, for reading. Names that are ASCII, as most are, are made of one text that is decoded at
 * once: that is quicker than one by one.
 */
class Answer {
  readonly #bytes: Uint8Array;
  readonly #words: Uint32Array;
  readonly #units: Uint16Array;
  /** Where entries begin. */
  readonly starts: number[] = [];
  #text: string | undefined;
  /** Of the text, so much has been given out. */
  #taken = 0;

  constructor(bytes: Uint8Array, layout: Layout) {
    const { buffer, byteOffset, length } = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
    this.#bytes = bytes;
    this.#words = new Uint32Array(buffer, byteOffset, length >> 2);
    this.#units = new Uint16Array(buffer, byteOffset, length >> 1);
    if (ascii.length < length) ascii = new Uint8Array(length);
    let gathered = 0;
    for (let at = 0; ;) {
      this.starts.push(at);
      gathered = this.#gather(at, layout, gathered);
      const next = this.word(at);
      if (next === 0) break;
      if (next % 8 !== 0) throw new NtException(Status.STATUS_INFO_LENGTH_MISMATCH);
      at += next;
    }
    if (gathered >= 0) this.#text = decoder.decode(ascii.subarray(0, gathered));
  }

  word(at: number): number {
    return this.#words[at >> 2] ?? 0;
  }

  large(at: number): number {
    return joinWords(this.word(at), this.word(at + 4));
  }

  /** Bytes of the short name of the entry that begins at `at`. */
  shortLength(at: number, shortName: number): number {
    return Math.min(this.#bytes[at + shortName] ?? 0, 24);
  }

  /** In the order in which they were gathered. */
  name(at: number, length: number): string {
    if (length === 0) return '';
    if (this.#text === undefined)
      return String.fromCharCode(...this.#units.subarray(at >> 1, (at + length) >> 1));
    const from = this.#taken;
    this.#taken += length >> 1;
    return this.#text.substring(from, this.#taken);
  }

  /** The entry's names behind what is `gathered`; -1: some are not ASCII. */
  #gather(at: number, { shortName, nameLength, name }: Layout, gathered: number): number {
    if (at + name > this.#bytes.length) throw new NtException(Status.STATUS_INFO_LENGTH_MISMATCH);
    const short = shortName === undefined ? 0 : this.shortLength(at, shortName);
    const behind = this.#gatherName(at + (shortName ?? 0) + 2, short, gathered);
    return this.#gatherName(at + name, this.word(at + nameLength), behind);
  }

  #gatherName(at: number, length: number, gathered: number): number {
    if (length % 2 !== 0 || at + length > this.#bytes.length)
      throw new NtException(Status.STATUS_INFO_LENGTH_MISMATCH);
    // Names that overlap are nobody's but an attacker's.
    if (gathered < 0 || gathered + length > ascii.length) return -1;
    let free = gathered;
    const end = (at + length) >> 1;
    for (let i = at >> 1; i < end; i++) {
      const unit = this.#units[i]!;
      if (unit >= 0x80) return -1;
      ascii[free++] = unit;
    }
    return free;
  }
}

function decodeEntry(
  answer: Answer,
  at: number,
  { facts, nameLength, shortName, id, name }: Layout,
): DirectoryEntry {
  const told = facts !== undefined;
  const first = at + (facts ?? 0);
  const short = shortName === undefined ? 0 : answer.shortLength(at, shortName);
  const entry: DirectoryEntry = {
    index: answer.word(at + 4),
    created: told ? answer.large(first) : 0,
    accessed: told ? answer.large(first + 8) : 0,
    written: told ? answer.large(first + 16) : 0,
    changed: told ? answer.large(first + 24) : 0,
    endOfFile: told ? answer.large(first + 32) : 0,
    allocation: told ? answer.large(first + 40) : 0,
    attributes: told ? answer.word(first + 48) : 0,
    shortName: answer.name(at + (shortName ?? 0) + 2, short),
    name: answer.name(at + name, answer.word(at + nameLength)),
  };
  if (id !== undefined) entry.id = answer.large(at + id);
  return entry;
}
