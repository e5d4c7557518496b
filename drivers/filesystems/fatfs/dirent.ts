/**
 * Directory entries: 32 bytes for a short name, and those before it that hold a long one.
 *
 * A long name is cut into pieces of 13 UTF-16 units, stored last piece first, each with its number
 * and a checksum of the short name. Times are local, in two seconds (ten milliseconds for the
 * creation), of the years 1980 to 2107 (`canKeep`); of a clock that is outside of them the nearest.
 *
 * Source: fatgen103, "FAT Directory Structure" and "FAT Long Directory Entries".
 */
import { decodeOem } from './oem.ts';
import { RtlTimeFieldsToTime, RtlTimeToTimeFields } from '../../../personality/rtl/time.ts';

export const DIRENT_SIZE = 32;
export const END_OF_DIRECTORY = 0x00;
export const DELETED = 0xe5;
export const ATTRIBUTE_VOLUME_LABEL = 0x08;
const ATTRIBUTE_LONG_NAME = 0x0f;
const LAST_PIECE = 0x40;
const UNITS_PER_PIECE = 13;
/** E5 as the first letter of a name would mean that the slot is free. */
export const E5_STANDS_AS = 0x05;
/** Bits of byte 12: that part of the short name is shown in lower case (NT). */
export const LOWER_BASE = 0x08;
export const LOWER_EXTENSION = 0x10;
const UNIT_OFFSETS = [1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30];

/** The 11 bytes of a short name as they stand on the disk. */
export type ShortNameBytes = Uint8Array;

export interface Dirent {
  shortBytes: ShortNameBytes;
  /** `NAME.EXT`, in the case that the entry says. */
  shortName: string;
  attributes: number;
  firstCluster: number;
  size: number;
  created: number;
  accessed: number;
  written: number;
}

/** `wide`: of FAT32; elsewhere bytes 20 and 21 are another system's (OS/2: attributes). */
export function decodeDirent(raw: Uint8Array, wide: boolean): Dirent {
  const view = new DataView(raw.buffer, raw.byteOffset, DIRENT_SIZE);
  const created = fromFat(view.getUint16(16, true), view.getUint16(14, true), view.getUint8(13));
  return {
    shortBytes: raw.slice(0, 11),
    shortName: shortNameOf(raw),
    attributes: view.getUint8(11) & 0x3f,
    firstCluster: view.getUint16(26, true) | (wide ? (view.getUint16(20, true) & 0x0fff) << 16 : 0),
    size: view.getUint32(28, true),
    created,
    accessed: fromFat(view.getUint16(18, true), 0, 0),
    written: fromFat(view.getUint16(24, true), view.getUint16(22, true), 0),
  };
}

/** `caseBits`: LOWER_BASE, LOWER_EXTENSION. */
export function encodeDirent(entry: Omit<Dirent, 'shortName'>, caseBits = 0): Uint8Array {
  const raw = new Uint8Array(DIRENT_SIZE);
  const view = new DataView(raw.buffer);
  raw.set(entry.shortBytes);
  view.setUint8(11, entry.attributes);
  view.setUint8(12, caseBits);
  putFields(view, entry, true);
  return raw;
}

/**
 * Changes attributes, times, cluster and size of an entry on the disk; its name and what else it
 * has stays.
 */
export function updateDirent(
  raw: Uint8Array,
  entry: Omit<Dirent, 'shortName'>,
  wide: boolean,
): Uint8Array {
  const changed = raw.slice();
  const view = new DataView(changed.buffer);
  view.setUint8(11, entry.attributes);
  putFields(view, entry, wide);
  return changed;
}

function putFields(view: DataView, entry: Omit<Dirent, 'shortName'>, wide: boolean): void {
  const created = toFat(entry.created);
  const written = toFat(entry.written);
  view.setUint8(13, created.tenths);
  view.setUint16(14, created.time, true);
  view.setUint16(16, created.date, true);
  view.setUint16(18, toFat(entry.accessed).date, true);
  view.setUint16(22, written.time, true);
  view.setUint16(24, written.date, true);
  if (wide) view.setUint16(20, entry.firstCluster >>> 16, true);
  view.setUint16(26, entry.firstCluster & 0xffff, true);
  view.setUint32(28, entry.size, true);
}

/** `NAME.EXT`, in the case that the entry's bits say. */
export function shortNameOf(raw: Uint8Array): string {
  const flags = raw[12]!;
  const bytes = raw.slice(0, 11);
  if (bytes[0] === E5_STANDS_AS) bytes[0] = DELETED;
  const base = decodeOem(bytes.subarray(0, 8)).trimEnd();
  const extension = decodeOem(bytes.subarray(8, 11)).trimEnd();
  const shownBase = flags & LOWER_BASE ? base.toLowerCase() : base;
  const shownExtension = flags & LOWER_EXTENSION ? extension.toLowerCase() : extension;
  return shownExtension ? `${shownBase}.${shownExtension}` : shownBase;
}

/** A date that the calendar does not have counts as none: 0. */
function fromFat(date: number, time: number, tenths: number): number {
  const month = (date >> 5) & 15;
  const day = date & 31;
  if (month < 1 || month > 12 || day < 1) return 0;
  return RtlTimeFieldsToTime({
    year: FIRST_YEAR + (date >> 9),
    month,
    day,
    hour: Math.min(time >> 11, 23),
    minute: Math.min((time >> 5) & 63, 59),
    second: Math.min((time & 31) * 2, 58) + Math.floor(Math.min(tenths, 199) / 100),
    milliseconds: (Math.min(tenths, 199) % 100) * 10,
  });
}

interface FatTime {
  readonly date: number;
  readonly time: number;
  readonly tenths: number;
}

const NO_TIME: FatTime = { date: 0, time: 0, tenths: 0 };
const [FIRST_YEAR, LAST_YEAR] = [1980, 2107];
const EARLIEST: FatTime = { date: 0x0021, time: 0, tenths: 0 };
const LATEST: FatTime = { date: 0xff9f, time: 0xbf7d, tenths: 0 };
/** An entry's times are mostly one, and so are those of the entry that is written next. */
let last = { time: 0, fat: NO_TIME };

function toFat(time: number): FatTime {
  if (last.time !== time) last = { time, fat: computeFat(time) };
  return last.fat;
}

/** Of times that are set: others are refused, as NT does it. */
export function canKeep(time: number): boolean {
  const { year } = RtlTimeToTimeFields(time);
  return year >= FIRST_YEAR && year <= LAST_YEAR;
}

function computeFat(time: number): FatTime {
  if (time <= 0) return NO_TIME;
  const fields = RtlTimeToTimeFields(time);
  if (fields.year < FIRST_YEAR) return EARLIEST;
  if (fields.year > LAST_YEAR) return LATEST;
  return {
    date: ((fields.year - FIRST_YEAR) << 9) | (fields.month << 5) | fields.day,
    time: (fields.hour << 11) | (fields.minute << 5) | (fields.second >> 1),
    tenths: (fields.second & 1) * 100 + Math.floor(fields.milliseconds / 10),
  };
}

export function isLongNamePiece(raw: Uint8Array): boolean {
  return (raw[11]! & 0x3f) === ATTRIBUTE_LONG_NAME;
}

export function isVolumeLabel(raw: Uint8Array): boolean {
  return !isLongNamePiece(raw) && (raw[11]! & ATTRIBUTE_VOLUME_LABEL) !== 0;
}

/** Sum over the short name that ties the pieces of a long one to it. */
function checksum(shortBytes: Uint8Array): number {
  let sum = 0;
  for (const byte of shortBytes.subarray(0, 11))
    sum = (((sum & 1) << 7) + (sum >> 1) + byte) & 0xff;
  return sum;
}

/** The entries that go before the short one, in the order in which they stand on the disk. */
export function encodeLongName(name: string, shortBytes: ShortNameBytes): Uint8Array[] {
  const count = Math.ceil(name.length / UNITS_PER_PIECE);
  const sum = checksum(shortBytes);
  const pieces: Uint8Array[] = [];
  for (let number = count; number >= 1; number--) {
    const raw = new Uint8Array(DIRENT_SIZE);
    const view = new DataView(raw.buffer);
    view.setUint8(0, number | (number === count ? LAST_PIECE : 0));
    view.setUint8(11, ATTRIBUTE_LONG_NAME);
    view.setUint8(13, sum);
    UNIT_OFFSETS.forEach((offset, i) => {
      const at = (number - 1) * UNITS_PER_PIECE + i;
      const unit = at < name.length ? name.charCodeAt(at) : at === name.length ? 0 : 0xffff;
      view.setUint16(offset, unit, true);
    });
    pieces.push(raw);
  }
  return pieces;
}

/**
 * Puts long names together while a directory is read from its start.
 *
 *   piece(raw)                    a long name's entry went by
 *   take(shortBytes)              at the short entry: the name, if all pieces came in order and
 *                                 belong to it
 *   drop()                        anything else went by
 */
export class LongNameReader {
  #expected = 0;
  #sum = 0;
  #units: string[] = [];
  #count = 0;

  piece(raw: Uint8Array): void {
    const number = raw[0]! & 0x3f;
    if (raw[0]! & LAST_PIECE) {
      this.#expected = number;
      this.#sum = raw[13]!;
      this.#units = [];
      this.#count = 0;
    }
    if (number === 0 || number > 20 || number !== this.#expected || raw[13] !== this.#sum)
      return this.drop();
    this.#expected--;
    this.#count++;
    this.#units.unshift(unitsOf(raw));
  }

  take(shortBytes: Uint8Array): { name: string; pieces: number } | undefined {
    const complete = this.#count > 0 && this.#expected === 0 && checksum(shortBytes) === this.#sum;
    const name = this.#units.join('');
    const pieces = this.#count;
    this.drop();
    return complete && name.length > 0 && name.length <= 255 ? { name, pieces } : undefined;
  }

  drop(): void {
    this.#expected = 0;
    this.#count = 0;
    this.#units = [];
  }
}

function unitsOf(raw: Uint8Array): string {
  const view = new DataView(raw.buffer, raw.byteOffset, DIRENT_SIZE);
  const units: number[] = [];
  for (const offset of UNIT_OFFSETS) {
    const unit = view.getUint16(offset, true);
    if (unit === 0) break;
    units.push(unit);
  }
  return String.fromCharCode(...units);
}
