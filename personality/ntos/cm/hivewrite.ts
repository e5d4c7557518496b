/**
 * A tree of keys as a saved hive (hiveformat.ts). Volatile keys are left out.
 *
 *   encodeHive(root, name, now)    all bytes of the file, a multiple of 4096
 *
 * All cells lie in one bin, keys before what belongs to them. All keys have the same descriptor.
 */
import { highWord, lowWord } from '../../rtl/marshal.ts';
import { putText, viewOf } from '../../rtl/registry.ts';
import {
  BASE,
  baseSum,
  BIN,
  NK,
  NK_COMPRESSED,
  NK_HIVE_ENTRY,
  NK_LINK,
  NK_NO_DELETE,
  NOTHING,
  PAGE,
  SK,
  VK,
  VK_COMPRESSED,
  VK_RESIDENT,
} from './hiveformat.ts';
import { type Key, sortedKeys, type Value } from './key.ts';

/** Keys in one list; more of them need a list of lists. */
const LIST_LIMIT = 500;

/** Self-relative, owner and group Administrators, full access for everybody. */
const DESCRIPTOR = Uint8Array.of(
  ...[1, 0, 0x04, 0x80, 0x30, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0, 0x14, 0, 0, 0],
  ...[2, 0, 0x1c, 0, 1, 0, 0, 0, 0, 2, 0x14, 0, 0x3f, 0, 0x0f, 0],
  ...[1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0],
  ...[1, 2, 0, 0, 0, 0, 0, 5, 0x20, 0, 0, 0, 0x20, 2, 0, 0],
  ...[1, 2, 0, 0, 0, 0, 0, 5, 0x20, 0, 0, 0, 0x20, 2, 0, 0],
);

function isLatin(text: string): boolean {
  return /^[\0-\xff]*$/.test(text);
}

function namedBytes(text: string): Uint8Array {
  if (isLatin(text)) return Uint8Array.from(text, (unit) => unit.charCodeAt(0));
  const bytes = new Uint8Array(2 * text.length);
  putText(bytes, 0, text);
  return bytes;
}

class Writer {
  /** The base block, then the bin. */
  #bytes: Uint8Array = new Uint8Array(4 * PAGE);
  #view = viewOf(this.#bytes);
  /** Offset from the bin's start. */
  #end: number = BIN.cells;
  #security = 0;
  #keys = 0;

  #cell(length: number): number {
    const at = this.#end;
    const size = (length + 4 + 7) & ~7;
    this.#end += size;
    this.#grow(PAGE + this.#end);
    this.#view.setInt32(PAGE + at, -size, true);
    return at;
  }

  #grow(needed: number): void {
    if (needed <= this.#bytes.length) return;
    const bytes = new Uint8Array(Math.max(2 * this.#bytes.length, (needed + PAGE) & -PAGE));
    bytes.set(this.#bytes);
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
  }

  /** `at` is in the cell's data. */
  #u16(cell: number, at: number, value: number): void {
    this.#view.setUint16(PAGE + cell + 4 + at, value, true);
  }

  #u32(cell: number, at: number, value: number): void {
    this.#view.setUint32(PAGE + cell + 4 + at, value, true);
  }

  #put(cell: number, at: number, bytes: Uint8Array): void {
    this.#bytes.set(bytes, PAGE + cell + 4 + at);
  }

  #sign(cell: number, signature: string): void {
    this.#put(cell, 0, namedBytes(signature));
  }

  #blob(bytes: Uint8Array): number {
    const cell = this.#cell(bytes.length);
    this.#put(cell, 0, bytes);
    return cell;
  }

  #words(words: readonly number[]): number {
    const cell = this.#cell(4 * words.length);
    words.forEach((word, index) => this.#u32(cell, 4 * index, word));
    return cell;
  }

  /** One list of all keys with this descriptor, which is all keys. */
  #writeSecurity(): void {
    const cell = this.#cell(SK.descriptor + DESCRIPTOR.length);
    this.#sign(cell, 'sk');
    this.#u32(cell, SK.next, cell);
    this.#u32(cell, SK.last, cell);
    this.#u32(cell, SK.length, DESCRIPTOR.length);
    this.#put(cell, SK.descriptor, DESCRIPTOR);
    this.#security = cell;
  }

  #key(key: Key, parent: number | undefined): number {
    this.#keys++;
    const name = namedBytes(key.name);
    const cell = this.#cell(NK.name + name.length);
    const compressed = isLatin(key.name) ? NK_COMPRESSED : 0;
    const root = parent === undefined ? NK_HIVE_ENTRY | NK_NO_DELETE : 0;
    this.#sign(cell, 'nk');
    this.#u16(cell, NK.flags, compressed | root | (key.link ? NK_LINK : 0));
    this.#u32(cell, NK.written, lowWord(key.written));
    this.#u32(cell, NK.written + 4, highWord(key.written));
    this.#u32(cell, NK.parent, parent ?? NOTHING);
    this.#u32(cell, NK.volatileList, NOTHING);
    this.#u32(cell, NK.security, this.#security);
    this.#u16(cell, NK.nameLength, name.length);
    this.#put(cell, NK.name, name);
    this.#className(cell, key.className);
    this.#values(cell, [...key.values.values()]);
    this.#subKeys(
      cell,
      sortedKeys(key).filter((child) => !child.volatile),
    );
    return cell;
  }

  #className(cell: number, className: string): void {
    const bytes = new Uint8Array(2 * className.length);
    putText(bytes, 0, className);
    this.#u32(cell, NK.className, className ? this.#blob(bytes) : NOTHING);
    this.#u16(cell, NK.classLength, bytes.length);
  }

  #values(cell: number, values: readonly Value[]): void {
    const most = (of: (value: Value) => number): number =>
      values.reduce((sum, value) => Math.max(sum, of(value)), 0);
    const places = values.map((value) => this.#value(value));
    this.#u32(cell, NK.values, places.length);
    this.#u32(cell, NK.valueList, places.length > 0 ? this.#words(places) : NOTHING);
    this.#u32(
      cell,
      NK.maxValueName,
      most(({ name }) => 2 * name.length),
    );
    this.#u32(
      cell,
      NK.maxValueData,
      most(({ data }) => data.length),
    );
  }

  #value({ name, type, data }: Value): number {
    const bytes = namedBytes(name);
    const cell = this.#cell(VK.name + bytes.length);
    this.#sign(cell, 'vk');
    this.#u16(cell, VK.nameLength, bytes.length);
    this.#u32(cell, VK.type, type);
    this.#u16(cell, VK.flags, isLatin(name) ? VK_COMPRESSED : 0);
    this.#put(cell, VK.name, bytes);
    if (data.length <= 4) {
      this.#u32(cell, VK.length, (data.length | VK_RESIDENT) >>> 0);
      this.#put(cell, VK.data, data);
    } else {
      this.#u32(cell, VK.length, data.length);
      this.#u32(cell, VK.data, this.#blob(data));
    }
    return cell;
  }

  #subKeys(cell: number, keys: readonly Key[]): void {
    const places = keys.map((child) => [this.#key(child, cell), child.name] as const);
    this.#u32(cell, NK.subKeys, keys.length);
    this.#u32(cell, NK.list, places.length > 0 ? this.#list(places) : NOTHING);
    const longest = keys.reduce((most, { name }) => Math.max(most, 2 * name.length), 0);
    const classes = keys.reduce((most, { className }) => Math.max(most, 2 * className.length), 0);
    this.#u16(cell, NK.maxName, longest);
    this.#u32(cell, NK.maxClass, classes);
  }

  #list(places: readonly (readonly [number, string])[]): number {
    if (places.length > LIST_LIMIT) {
      const lists: number[] = [];
      for (let at = 0; at < places.length; at += LIST_LIMIT)
        lists.push(this.#list(places.slice(at, at + LIST_LIMIT)));
      const all = this.#cell(4 + 4 * lists.length);
      this.#sign(all, 'ri');
      this.#u16(all, 2, lists.length);
      lists.forEach((list, index) => this.#u32(all, 4 + 4 * index, list));
      return all;
    }
    const list = this.#cell(4 + 8 * places.length);
    this.#sign(list, 'lf');
    this.#u16(list, 2, places.length);
    places.forEach(([place, name], index) => {
      this.#u32(list, 4 + 8 * index, place);
      this.#put(
        list,
        8 + 8 * index,
        isLatin(name) ? namedBytes(name.slice(0, 4)) : new Uint8Array(),
      );
    });
    return list;
  }

  write(root: Key, name: string, now: number): Uint8Array {
    this.#writeSecurity();
    const first = this.#key(root, undefined);
    this.#u32(this.#security, SK.uses, this.#keys);
    const length = (this.#end + PAGE - 1) & -PAGE;
    this.#grow(PAGE + length);
    if (length > this.#end) this.#view.setInt32(PAGE + this.#end, length - this.#end, true);
    this.#heads(first, length, name, now);
    return this.#bytes.slice(0, PAGE + length);
  }

  #heads(root: number, length: number, name: string, now: number): void {
    const view = this.#view;
    const word = (at: number, value: number): void => view.setUint32(at, value, true);
    this.#bytes.set(namedBytes('regf'), 0);
    this.#bytes.set(namedBytes('hbin'), PAGE);
    for (const [at, value] of [
      [BASE.sequence1, 1],
      [BASE.sequence2, 1],
      [BASE.written, lowWord(now)],
      [BASE.written + 4, highWord(now)],
      [BASE.major, 1],
      [BASE.minor, 3],
      [BASE.format, 1],
      [BASE.root, root],
      [BASE.length, length],
      [BASE.cluster, 1],
      [PAGE + BIN.size, length],
      [PAGE + BIN.written, lowWord(now)],
      [PAGE + BIN.written + 4, highWord(now)],
    ] as const)
      word(at, value);
    putText(this.#bytes, BASE.name, name.slice(-31));
    word(BASE.sum, baseSum(view));
  }
}

export function encodeHive(root: Key, name: string, now: number): Uint8Array {
  return new Writer().write(root, name, now);
}
