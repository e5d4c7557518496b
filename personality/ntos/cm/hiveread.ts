/**
 * A saved hive as a tree (hiveformat.ts). Whatever the bytes are, this neither throws nor loops: a
 * hive file may come from anybody's floppy.
 *
 *   decodeHive(bytes)      the tree; undefined: these bytes are no sound hive
 *   graft(root, tree, now) puts it into a hive's empty root; a status
 *
 * First all bins are walked, so that it is known which cells there are. A key's or value's cell is
 * then taken once: what names one a second time is damaged. So no circle is ever followed, and the
 * work is bounded by the file's length. Descriptors are not read.
 */
import { joinWords } from '../../rtl/marshal.ts';
import {
  getText,
  MAX_CLASS,
  MAX_DEPTH,
  MAX_VALUE_DATA,
  MAX_VALUE_NAME,
  viewOf,
} from '../../rtl/registry.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../rtl/status.ts';
import {
  BASE,
  baseSum,
  BIN,
  DB_PIECE,
  NK,
  NK_COMPRESSED,
  NK_LINK,
  PAGE,
  VK,
  VK_COMPRESSED,
  VK_RESIDENT,
} from './hiveformat.ts';
import { addKey, type Key, setValue, type Value } from './key.ts';

export interface HiveKey {
  readonly name: string;
  readonly className: string;
  readonly written: number;
  readonly link: boolean;
  readonly values: readonly Value[];
  readonly keys: readonly HiveKey[];
}

/** Whatever is wrong; caught below. */
const DAMAGED = new Error('no sound hive');

function demand(condition: boolean): asserts condition {
  if (!condition) throw DAMAGED;
}

class Reader {
  readonly #bins: Uint8Array;
  readonly #view: DataView;
  /** Cells that have not been taken: where, and how long their data is. */
  readonly #cells = new Map<number, number>();
  readonly #pieces: boolean;

  constructor(bytes: Uint8Array) {
    const { length, pieces } = checkBase(bytes);
    this.#bins = bytes.subarray(PAGE, PAGE + length);
    this.#view = viewOf(this.#bins);
    this.#pieces = pieces;
    for (let at = 0; at < length;) at += this.#bin(at, length);
  }

  #bin(start: number, length: number): number {
    const size = this.#view.getUint32(start + BIN.size, true);
    demand(signature(this.#bins, start, 4) === 'hbin');
    demand(this.#view.getUint32(start + BIN.offset, true) === start);
    demand(size >= PAGE && size % PAGE === 0 && start + size <= length);
    for (let at = start + BIN.cells; at < start + size;) {
      const mark = this.#view.getInt32(at, true);
      const cell = Math.abs(mark);
      demand(cell >= 8 && cell % 8 === 0 && at + cell <= start + size);
      if (mark < 0) this.#cells.set(at, cell - 4);
      at += cell;
    }
    return size;
  }

  /** The data of a cell that nobody has taken yet. */
  #take(place: number, least: number): Uint8Array {
    const length = this.#cells.get(place);
    demand(length !== undefined && length >= least);
    this.#cells.delete(place);
    return this.#bins.subarray(place + 4, place + 4 + length);
  }

  key(place: number, depth: number): HiveKey {
    demand(depth <= MAX_DEPTH);
    const bytes = this.#take(place, NK.name);
    const view = viewOf(bytes);
    demand(signature(bytes, 0, 2) === 'nk');
    const flags = view.getUint16(NK.flags, true);
    const classLength = view.getUint16(NK.classLength, true);
    demand(classLength <= 2 * MAX_CLASS);
    const nameLength = view.getUint16(NK.nameLength, true);
    return {
      name: nameIn(bytes, NK.name, nameLength, (flags & NK_COMPRESSED) !== 0),
      className:
        classLength === 0
          ? ''
          : getText(this.#take(view.getUint32(NK.className, true), classLength), 0, classLength),
      written: joinWords(
        view.getUint32(NK.written, true),
        view.getUint32(NK.written + 4, true) & 0x7fff_ffff,
      ),
      link: (flags & NK_LINK) !== 0,
      values: this.#values(view),
      keys: this.#subKeys(view).map((child) => this.key(child, depth + 1)),
    };
  }

  #values(key: DataView): Value[] {
    const count = key.getUint32(NK.values, true);
    if (count === 0) return [];
    demand(count <= this.#cells.size);
    const list = viewOf(this.#take(key.getUint32(NK.valueList, true), 4 * count));
    return Array.from({ length: count }, (_, index) =>
      this.#value(list.getUint32(4 * index, true)),
    );
  }

  #value(place: number): Value {
    const bytes = this.#take(place, VK.name);
    const view = viewOf(bytes);
    demand(signature(bytes, 0, 2) === 'vk');
    const compressed = (view.getUint16(VK.flags, true) & VK_COMPRESSED) !== 0;
    const name = nameIn(bytes, VK.name, view.getUint16(VK.nameLength, true), compressed);
    demand(name.length <= MAX_VALUE_NAME);
    const mark = view.getUint32(VK.length, true);
    const length = (mark & ~VK_RESIDENT) >>> 0;
    const type = view.getUint32(VK.type, true);
    if ((mark & VK_RESIDENT) !== 0) {
      demand(length <= 4);
      return { name, type, data: bytes.slice(VK.data, VK.data + length) };
    }
    demand(length <= MAX_VALUE_DATA);
    return { name, type, data: this.#data(view.getUint32(VK.data, true), length) };
  }

  #data(place: number, length: number): Uint8Array {
    if (length === 0) return new Uint8Array();
    if (!this.#pieces || length <= DB_PIECE) return this.#take(place, length).slice(0, length);
    const head = this.#take(place, 8);
    demand(signature(head, 0, 2) === 'db');
    const count = viewOf(head).getUint16(2, true);
    demand(count === Math.ceil(length / DB_PIECE));
    const list = viewOf(this.#take(viewOf(head).getUint32(4, true), 4 * count));
    const data = new Uint8Array(length);
    for (let index = 0; index < count; index++) {
      const part = Math.min(DB_PIECE, length - index * DB_PIECE);
      const bytes = this.#take(list.getUint32(4 * index, true), part);
      data.set(bytes.subarray(0, part), index * DB_PIECE);
    }
    return data;
  }

  #subKeys(key: DataView): number[] {
    const count = key.getUint32(NK.subKeys, true);
    if (count === 0) return [];
    const places = this.#list(key.getUint32(NK.list, true), true);
    demand(places.length === count);
    return places;
  }

  #list(place: number, mayNest: boolean): number[] {
    const bytes = this.#take(place, 4);
    const view = viewOf(bytes);
    const kind = signature(bytes, 0, 2);
    const step = kind === 'lf' || kind === 'lh' ? 8 : 4;
    const count = view.getUint16(2, true);
    demand(step === 8 || kind === 'li' || (kind === 'ri' && mayNest));
    demand(4 + count * step <= bytes.length);
    const places = Array.from({ length: count }, (_, i) => view.getUint32(4 + step * i, true));
    return kind === 'ri' ? places.flatMap((list) => this.#list(list, false)) : places;
  }
}

function checkBase(bytes: Uint8Array): { length: number; pieces: boolean } {
  demand(bytes.length >= 2 * PAGE && signature(bytes, 0, 4) === 'regf');
  const view = viewOf(bytes);
  const word = (at: number): number => view.getUint32(at, true);
  demand(word(BASE.sum) === baseSum(view));
  // A hive whose two numbers differ was being written: only its log could mend it.
  demand(word(BASE.sequence1) === word(BASE.sequence2));
  const minor = word(BASE.minor);
  demand(word(BASE.major) === 1 && minor >= 3 && minor <= 6);
  demand(word(BASE.type) === 0 && word(BASE.format) === 1);
  const length = word(BASE.length);
  demand(length >= PAGE && length % PAGE === 0 && PAGE + length <= bytes.length);
  return { length, pieces: minor >= 4 };
}

function signature(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}

function nameIn(bytes: Uint8Array, at: number, length: number, compressed: boolean): string {
  demand(at + length <= bytes.length);
  if (!compressed) {
    demand(length % 2 === 0);
    return getText(bytes, at, length);
  }
  let name = '';
  for (const byte of bytes.subarray(at, at + length)) name += String.fromCharCode(byte);
  return name;
}

export function decodeHive(bytes: Uint8Array): HiveKey | undefined {
  try {
    const reader = new Reader(bytes);
    return reader.key(viewOf(bytes).getUint32(BASE.root, true), 0);
  } catch (error) {
    if (error === DAMAGED || error instanceof RangeError) return undefined;
    throw error;
  }
}

export function graft(root: Key, tree: HiveKey): number {
  for (const value of tree.values) {
    // A name that stands there twice.
    const twice = root.values.size;
    const status = setValue(root, value, 0);
    if (!NT_SUCCESS(status)) return status;
    if (root.values.size === twice) return Status.STATUS_REGISTRY_CORRUPT;
  }
  for (const child of tree.keys) {
    const { status, key } = addKey(root, child.name, child, 0);
    if (!key)
      return status === Status.STATUS_REGISTRY_QUOTA_LIMIT
        ? status
        : Status.STATUS_REGISTRY_CORRUPT;
    const below = graft(key, child);
    if (!NT_SUCCESS(below)) return below;
  }
  root.written = tree.written;
  return Status.STATUS_SUCCESS;
}
