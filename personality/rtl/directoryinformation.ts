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

interface Layout {
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

function layoutOf(infoClass: number): Layout {
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
  const room = new Room(limit);
  let [at, end, previous, count] = [0, 0, -1, 0];
  for (const entry of entries) {
    const size = layout.name + 2 * entry.name.length;
    const cut = at + size > limit;
    if (cut && (count > 0 || layout.name > limit)) break;
    const shown = cut ? entry.name.slice(0, (limit - layout.name) >> 1) : entry.name;
    encodeEntry(room, at, layout, entry, shown);
    if (cut) return { bytes: room.bytes.slice(0, limit), count: 1, cut };
    if (previous >= 0) room.words[previous >> 2] = at - previous;
    previous = at;
    end = at + size;
    at = (end + 7) & ~7;
    count++;
  }
  return { bytes: room.bytes.slice(0, end), count, cut: false };
}

/**
 * Bytes, and the same as words and as UTF-16 units, which are written twice as fast as through a
 * DataView. Entries begin at multiples of 8; the machine's order of bytes is little endian, as that
 * of whatever runs Wasm is.
 */
class Room {
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

function encodeEntry(
  room: Room,
  at: number,
  { facts, nameLength, shortName, id, name }: Layout,
  entry: DirectoryEntry,
  shown: string,
): void {
  const { bytes, words } = room;
  words[(at + 4) >> 2] = entry.index;
  if (facts !== undefined) {
    const first = at + facts;
    room.putLarge(first, entry.created);
    room.putLarge(first + 8, entry.accessed);
    room.putLarge(first + 16, entry.written);
    room.putLarge(first + 24, entry.changed);
    room.putLarge(first + 32, entry.endOfFile);
    room.putLarge(first + 40, entry.allocation);
    words[(first + 48) >> 2] = entry.attributes;
  }
  words[(at + nameLength) >> 2] = 2 * entry.name.length;
  if (shortName !== undefined) {
    const short = entry.shortName.slice(0, 12);
    bytes[at + shortName] = 2 * short.length;
    room.putName(at + shortName + 2, short);
  }
  if (id !== undefined) room.putLarge(at + id, entry.id ?? 0);
  room.putName(at + name, shown);
}

/** What a class does not tell is 0 or ''. */
export function decodeDirectory(
  bytes: Uint8Array,
  infoClass: number = FileBothDirectoryInformation,
): DirectoryEntry[] {
  const layout = layoutOf(infoClass);
  const entries: DirectoryEntry[] = [];
  if (bytes.length === 0) return entries;
  const answer = new Answer(bytes);
  for (let at = 0; ;) {
    if (at + layout.name > bytes.length) throw new NtException(Status.STATUS_INFO_LENGTH_MISMATCH);
    entries.push(decodeEntry(answer, at, layout));
    const next = answer.word(at);
    if (next === 0) return entries;
    if (next % 8 !== 0) throw new NtException(Status.STATUS_INFO_LENGTH_MISMATCH);
    at += next;
  }
}

/** As Room, for reading. */
class Answer {
  readonly bytes: Uint8Array;
  readonly #words: Uint32Array;
  readonly #units: Uint16Array;

  constructor(bytes: Uint8Array) {
    const { buffer, byteOffset, length } = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
    this.bytes = bytes;
    this.#words = new Uint32Array(buffer, byteOffset, length >> 2);
    this.#units = new Uint16Array(buffer, byteOffset, length >> 1);
  }

  word(at: number): number {
    return this.#words[at >> 2] ?? 0;
  }

  large(at: number): number {
    return joinWords(this.word(at), this.word(at + 4));
  }

  name(at: number, length: number): string {
    if (length % 2 !== 0 || at + length > this.bytes.length)
      throw new NtException(Status.STATUS_INFO_LENGTH_MISMATCH);
    const units: number[] = [];
    const end = (at + length) >> 1;
    for (let i = at >> 1; i < end; i++) units.push(this.#units[i] ?? 0);
    return String.fromCharCode.apply(null, units);
  }
}

function decodeEntry(
  answer: Answer,
  at: number,
  { facts, nameLength, shortName, id, name }: Layout,
): DirectoryEntry {
  const told = facts !== undefined;
  const first = at + (facts ?? 0);
  const short = shortName === undefined ? 0 : Math.min(answer.bytes[at + shortName] ?? 0, 24);
  const entry: DirectoryEntry = {
    index: answer.word(at + 4),
    created: told ? answer.large(first) : 0,
    accessed: told ? answer.large(first + 8) : 0,
    written: told ? answer.large(first + 16) : 0,
    changed: told ? answer.large(first + 24) : 0,
    endOfFile: told ? answer.large(first + 32) : 0,
    allocation: told ? answer.large(first + 40) : 0,
    attributes: told ? answer.word(first + 48) : 0,
    shortName: shortName === undefined ? '' : answer.name(at + shortName + 2, short),
    name: answer.name(at + name, answer.word(at + nameLength)),
  };
  if (id !== undefined) entry.id = answer.large(at + id);
  return entry;
}
