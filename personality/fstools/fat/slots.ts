/**
 * The 32-byte slots of a directory: short entries, long names, and what is neither.
 *
 *   readSlot(bytes, index), and setters for what tools change
 *   nameOf(slot)            `NAME.EXT`, as code page 437, by the case bits in lower case
 *   entriesOf(bytes)        names with the slots that belong to them, up to the end mark
 *   checksumOf(name)        of the eleven bytes, which ties long slots to them
 *   longSlots(name, sum)    the slots of a long name, in the order of the disk
 *
 * Source: fatgen103, "FAT Directory Structure" and "Long Directory Entries".
 */
import { decodeOem } from '../../rtl/codepage.ts';
import { SLOT } from './geometry.ts';

export const ATTR_READ_ONLY = 1;
export const ATTR_HIDDEN = 2;
export const ATTR_SYSTEM = 4;
export const ATTR_LABEL = 8;
export const ATTR_DIRECTORY = 0x10;
export const ATTR_ARCHIVE = 0x20;
export const ATTR_LONG = 0x0f;
const ATTR_KNOWN = 0x3f;
export const DELETED = 0xe5;
const STANDS_FOR_E5 = 0x05;
const LAST_LONG = 0x40;
/** Units of a name in one slot, and where they stand. */
const PLACES = [1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30];
export const UNITS = PLACES.length;
export const MOST_LONG = 20;

export class Slot {
  readonly bytes: Uint8Array;
  readonly #view: DataView;

  /** Of a directory's bytes: changes are changes of these. */
  constructor(directory: Uint8Array, index: number) {
    this.bytes = directory.subarray(index * SLOT, (index + 1) * SLOT);
    this.#view = new DataView(this.bytes.buffer, this.bytes.byteOffset, SLOT);
  }

  get first(): number {
    return this.bytes[0]!;
  }
  set first(value: number) {
    this.bytes[0] = value;
  }
  get name(): Uint8Array {
    return this.bytes.subarray(0, 11);
  }
  get attributes(): number {
    return this.bytes[11]!;
  }
  set attributes(value: number) {
    this.bytes[11] = value;
  }
  /** Of NT: which part of the name is shown in lower case. */
  get caseBits(): number {
    return this.bytes[12]!;
  }
  set caseBits(value: number) {
    this.bytes[12] = value;
  }
  get isLong(): boolean {
    return (this.attributes & ATTR_KNOWN) === ATTR_LONG;
  }
  get isDirectory(): boolean {
    return (this.attributes & ATTR_DIRECTORY) !== 0;
  }
  get isLabel(): boolean {
    return !this.isLong && (this.attributes & (ATTR_LABEL | ATTR_DIRECTORY)) === ATTR_LABEL;
  }
  get size(): number {
    return this.#view.getUint32(28, true);
  }
  set size(value: number) {
    this.#view.setUint32(28, value, true);
  }
  /** Date and time as the disk has them, the later the greater. */
  get written(): number {
    return this.#view.getUint16(24, true) * 0x1_0000 + this.#view.getUint16(22, true);
  }
  set written(value: number) {
    this.#view.setUint16(24, Math.floor(value / 0x1_0000), true);
    this.#view.setUint16(22, value & 0xffff, true);
  }
  get checksum(): number {
    return this.bytes[13]!;
  }
  set checksum(value: number) {
    this.bytes[13] = value;
  }
  /** The upper half of it is something else before FAT32. */
  start(wide: boolean): number {
    const high = wide ? this.#view.getUint16(20, true) : 0;
    return high * 0x1_0000 + this.#view.getUint16(26, true);
  }
  setStart(cluster: number, wide: boolean): void {
    if (wide) this.#view.setUint16(20, cluster >>> 16, true);
    this.#view.setUint16(26, cluster & 0xffff, true);
  }
  /** Of a long slot: its thirteen units. */
  get units(): number[] {
    return PLACES.map((at) => this.#view.getUint16(at, true));
  }
  setUnits(units: readonly number[]): void {
    PLACES.forEach((at, index) => this.#view.setUint16(at, units[index]!, true));
  }
}

/** Case bits of NT: the base, the extension in lower case. */
const LOWER_BASE = 8;
const LOWER_EXTENSION = 16;

export function nameOf(slot: Slot, first = slot.first): string {
  const bytes = slot.name.slice();
  bytes[0] = first === STANDS_FOR_E5 ? DELETED : first;
  const base = decodeOem(bytes.subarray(0, 8)).trimEnd();
  const extension = decodeOem(bytes.subarray(8)).trimEnd();
  const bits = slot.caseBits;
  const shown = bits & LOWER_BASE ? base.toLowerCase() : base;
  if (extension === '') return shown;
  return `${shown}.${bits & LOWER_EXTENSION ? extension.toLowerCase() : extension}`;
}

export function labelOf(slot: Slot): string {
  return decodeOem(slot.name).trimEnd();
}

export function checksumOf(name: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < 11; at++) sum = ((((sum & 1) << 7) | (sum >> 1)) + name[at]!) & 0xff;
  return sum;
}

export interface Entry {
  /** Of the short entry. */
  readonly index: number;
  /** Of the first slot that belongs to it: its long name's, or its own. */
  readonly from: number;
  readonly slot: Slot;
  readonly long: string | undefined;
}

export interface Parsed {
  readonly entries: Entry[];
  /** Long slots that belong to nothing. */
  readonly orphans: number[];
  /** Index of the end mark, or the number of slots. */
  readonly end: number;
}

export function slotsIn(bytes: Uint8Array): number {
  return Math.floor(bytes.length / SLOT);
}

export function entriesOf(bytes: Uint8Array): Parsed {
  const entries: Entry[] = [];
  const orphans: number[] = [];
  let pending: number[] = [];
  const drop = () => {
    orphans.push(...pending);
    pending = [];
  };
  const count = slotsIn(bytes);
  let index = 0;
  for (; index < count; index++) {
    const slot = new Slot(bytes, index);
    if (slot.first === 0) break;
    if (slot.first === DELETED) drop();
    else if (slot.isLong) {
      if ((slot.first & LAST_LONG) !== 0) drop();
      pending.push(index);
    } else {
      const long = longName(bytes, pending, slot);
      const from = long === undefined ? index : pending[0]!;
      if (long === undefined) drop();
      entries.push({ index, from, slot, long });
      pending = [];
    }
  }
  drop();
  return { entries, orphans, end: index };
}

const FORBIDDEN = /[\0-\x1f"*/:<>?\\|]/;

/** Undefined where the slots do not make up a name of this entry. */
function longName(bytes: Uint8Array, slots: readonly number[], entry: Slot): string | undefined {
  if (slots.length === 0 || slots.length > MOST_LONG || entry.isLabel) return undefined;
  const sum = checksumOf(entry.name);
  let units: number[] = [];
  for (const [place, index] of slots.entries()) {
    const slot = new Slot(bytes, index);
    const order = slots.length - place;
    if (slot.first !== (place === 0 ? order | LAST_LONG : order)) return undefined;
    if (slot.checksum !== sum || slot.start(false) !== 0) return undefined;
    units = [...slot.units, ...units];
  }
  return nameOfUnits(units);
}

export function nameOfUnits(units: readonly number[]): string | undefined {
  const end = units.indexOf(0);
  const used = end < 0 ? units : units.slice(0, end);
  const name = String.fromCharCode(...used);
  const tail = end < 0 ? [] : units.slice(end + 1);
  const sound = used.length > units.length - UNITS && tail.every((unit) => unit === 0xffff);
  return sound && name.length <= 255 && !FORBIDDEN.test(name) ? name : undefined;
}

export function longSlots(name: string, checksum: number): Uint8Array {
  const count = Math.ceil(name.length / UNITS);
  const bytes = new Uint8Array(count * SLOT);
  for (let place = 0; place < count; place++) {
    const order = count - place;
    const slot = new Slot(bytes, place);
    slot.first = place === 0 ? order | LAST_LONG : order;
    slot.attributes = ATTR_LONG;
    slot.checksum = checksum;
    const from = (order - 1) * UNITS;
    const units = Array.from({ length: UNITS }, (_, at) => {
      if (from + at < name.length) return name.charCodeAt(from + at);
      return from + at === name.length ? 0 : 0xffff;
    });
    slot.setUnits(units);
  }
  return bytes;
}
