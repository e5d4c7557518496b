/**
 * Windows: a thread's way to its process's memory.
 *
 * Every access is translated by the page directory and tables that stand in kernel memory, as
 * IA-32's are (formats: kernel-as/layout.ts), so that what the kernel unmaps is gone at once. A
 * page is a frame of RAM or of kernel memory; accesses within one page take one translation, others
 * are split at page boundaries.
 *
 * An argument may be anything at all. A value to be stored is made a number before its place is
 * looked up: making it one may run code that unmaps the page. From the look-up to the access
 * nothing of the caller's runs.
 *
 * A window works while its thread is the one that its processor runs, and no other time
 * (RuleError). Windows hold no property that leads to a memory; copies go out and come in, never
 * views.
 *
 * Source: Intel SDM volume 3, section 4.3 (32-bit paging), for the two-level walk.
 */
import {
  PTE_DEVICE,
  PTE_PRESENT,
  PTE_USER,
  PTE_WRITABLE,
  RAM_BASE,
} from '../../kernel-as/layout.ts';
import { RuleError, vmFault } from './errors.ts';
import type { Views } from './heap.ts';
import {
  U8,
  bytesBuffer,
  bytesCopyWithin,
  bytesFill,
  bytesLength,
  bytesOffset,
  bytesSet,
  freeze,
  freezeClass,
  isBytes,
} from './intrinsics.ts';
import type { Window } from './types.ts';

const PAGE = 4096;
const OFFSET = PAGE - 1;
const FRAME = ~OFFSET;
/** Below this many bytes a loop is quicker than making a view. */
const SMALL = 32;

/** What translates a thread's addresses. */
export interface Space {
  readonly heap: Views;
  readonly ram: Views;
  /**
   * Address of the thread's page directory, 0 for none. Throws RuleError while the thread does not
   * run.
   */
  directory(): number;
}

/** Math.min by our own means: what is looked up when it is called may be another's. */
function least(a: number, b: number): number {
  return a < b ? a : b;
}

/**
 * Where a virtual address is: an address in kernel memory, or RAM_BASE + an address in RAM.
 * Throws VMFault where nothing is mapped, or a write is not allowed.
 */
function translate(space: Space, address: number, write: boolean): number {
  const directory = space.directory();
  const need = write ? PTE_PRESENT | PTE_USER | PTE_WRITABLE : PTE_PRESENT | PTE_USER;
  let present = false;
  if (directory !== 0 && address <= 0xffffffff) {
    const words = space.heap.words;
    const pde = words[(directory >>> 2) + (address >>> 22)] ?? 0;
    if ((pde & PTE_PRESENT) !== 0) {
      const pte = words[((pde & FRAME) >>> 2) + ((address >>> 12) & 1023)] ?? 0;
      if ((pte & need) === need) {
        const base = (pte & PTE_DEVICE) !== 0 ? RAM_BASE : 0;
        return base + ((pte & FRAME) >>> 0) + (address & OFFSET);
      }
      present = (pte & PTE_PRESENT) !== 0;
    }
  }
  throw vmFault(address, write, present);
}

class PageWindow implements Window {
  readonly address: number;
  readonly length: number;
  readonly writable: boolean;
  readonly #space: Space;
  readonly #address: number;
  readonly #length: number;
  readonly #writable: boolean;

  constructor(space: Space, address: number, length: number, writable: boolean) {
    this.#space = space;
    this.address = this.#address = address;
    this.length = this.#length = length;
    this.writable = this.#writable = writable;
    freeze(this);
  }

  /**
   * The virtual address of an access after the checks of bounds and rights. Only a number passes:
   * an offset or length that is something else faults, whatever it says of itself.
   */
  #check(offset: number, length: number, write: boolean): number {
    const address = this.#address + offset;
    if (offset >>> 0 !== offset || length >>> 0 !== length || offset + length > this.#length) {
      throw vmFault(address, write, false);
    }
    if (write && !this.#writable) throw vmFault(address, true, true);
    return address;
  }

  /** A number that is unaligned, of one byte, or crosses pages: byte by byte. */
  #getBytes(address: number, size: number): number {
    let value = 0;
    for (let i = 0; i < size; i++) {
      const at = translate(this.#space, address + i, false);
      const views = at >= RAM_BASE ? this.#space.ram : this.#space.heap;
      value |= (views.bytes[at >= RAM_BASE ? at - RAM_BASE : at] ?? 0) << (8 * i);
    }
    return value;
  }

  #setBytes(address: number, size: number, value: number): void {
    for (let i = size - 1; i >= 0; i--) {
      const at = translate(this.#space, address + i, true);
      const views = at >= RAM_BASE ? this.#space.ram : this.#space.heap;
      views.bytes[at >= RAM_BASE ? at - RAM_BASE : at] = value >>> (8 * i);
    }
  }

  getUint8(offset: number): number {
    return this.#getBytes(this.#check(offset, 1, false), 1);
  }

  getUint16(offset: number): number {
    const address = this.#check(offset, 2, false);
    if ((address & 1) !== 0) return this.#getBytes(address, 2);
    const at = translate(this.#space, address, false);
    const { heap, ram } = this.#space;
    return (at >= RAM_BASE ? ram.halves[(at - RAM_BASE) >>> 1] : heap.halves[at >>> 1]) ?? 0;
  }

  getInt32(offset: number): number {
    const address = this.#check(offset, 4, false);
    if ((address & 3) !== 0) return this.#getBytes(address, 4);
    const at = translate(this.#space, address, false);
    const { heap, ram } = this.#space;
    return (at >= RAM_BASE ? ram.words[(at - RAM_BASE) >>> 2] : heap.words[at >>> 2]) ?? 0;
  }

  getUint32(offset: number): number {
    return this.getInt32(offset) >>> 0;
  }

  setUint8(offset: number, value: number): void {
    const bits = value >>> 0;
    this.#setBytes(this.#check(offset, 1, true), 1, bits);
  }

  setUint16(offset: number, value: number): void {
    const bits = value >>> 0;
    const address = this.#check(offset, 2, true);
    if ((address & 1) !== 0) return this.#setBytes(address, 2, bits);
    const at = translate(this.#space, address, true);
    if (at >= RAM_BASE) this.#space.ram.halves[(at - RAM_BASE) >>> 1] = bits;
    else this.#space.heap.halves[at >>> 1] = bits;
  }

  setInt32(offset: number, value: number): void {
    const bits = value | 0;
    const address = this.#check(offset, 4, true);
    if ((address & 3) !== 0) return this.#setBytes(address, 4, bits);
    const at = translate(this.#space, address, true);
    if (at >= RAM_BASE) this.#space.ram.words[(at - RAM_BASE) >>> 2] = bits;
    else this.#space.heap.words[at >>> 2] = bits;
  }

  setUint32(offset: number, value: number): void {
    this.setInt32(offset, value);
  }

  read(offset: number, length: number): Uint8Array {
    this.#check(offset, length, false);
    const bytes = new U8(length);
    this.readInto(offset, bytes);
    return bytes;
  }

  readInto(offset: number, target: Uint8Array): void {
    if (!isBytes(target)) throw new TypeError('not a Uint8Array');
    const length = bytesLength(target);
    const address = this.#check(offset, length, false);
    for (let done = 0; done < length;) {
      const at = translate(this.#space, address + done, false);
      const count = least(length - done, PAGE - (at & OFFSET));
      const views = at >= RAM_BASE ? this.#space.ram : this.#space.heap;
      const from = at >= RAM_BASE ? at - RAM_BASE : at;
      if (count > SMALL) bytesSet(target, new U8(views.buffer, from, count), done);
      else for (let i = 0; i < count; i++) target[done + i] = views.bytes[from + i] ?? 0;
      done += count;
    }
  }

  write(offset: number, bytes: Uint8Array): void {
    if (!isBytes(bytes)) throw new TypeError('not a Uint8Array');
    const length = bytesLength(bytes);
    const address = this.#check(offset, length, true);
    for (let done = 0; done < length;) {
      const at = translate(this.#space, address + done, true);
      const count = least(length - done, PAGE - (at & OFFSET));
      const views = at >= RAM_BASE ? this.#space.ram : this.#space.heap;
      const to = at >= RAM_BASE ? at - RAM_BASE : at;
      if (count > SMALL) {
        bytesSet(views.bytes, new U8(bytesBuffer(bytes), bytesOffset(bytes) + done, count), to);
      } else {
        for (let i = 0; i < count; i++) views.bytes[to + i] = bytes[done + i] ?? 0;
      }
      done += count;
    }
  }

  fill(offset: number, length: number, value: number): void {
    const byte = value >>> 0;
    const address = this.#check(offset, length, true);
    for (let done = 0; done < length;) {
      const at = translate(this.#space, address + done, true);
      const count = least(length - done, PAGE - (at & OFFSET));
      const views = at >= RAM_BASE ? this.#space.ram : this.#space.heap;
      const to = at >= RAM_BASE ? at - RAM_BASE : at;
      bytesFill(views.bytes, byte, to, to + count);
      done += count;
    }
  }

  copyTo(offset: number, target: Window, targetOffset: number, length: number): void {
    if (!(#space in target) || target.#space !== this.#space) {
      throw new RuleError('copyTo: not a window of this thread');
    }
    const from = this.#check(offset, length, false);
    const to = target.#check(targetOffset, length, true);
    if (to > from && to < from + length) copyDown(this.#space, from, to, length);
    else copyUp(this.#space, from, to, length);
  }

  slice(offset: number, length: number): Window {
    this.#check(offset, length, false);
    return new PageWindow(this.#space, this.#address + offset, length, this.#writable);
  }
}

/** Copies within one page on either side. */
function copyPart(space: Space, from: number, to: number, count: number): void {
  const source = from >= RAM_BASE ? space.ram : space.heap;
  const target = to >= RAM_BASE ? space.ram : space.heap;
  const start = from >= RAM_BASE ? from - RAM_BASE : from;
  const place = to >= RAM_BASE ? to - RAM_BASE : to;
  if (source === target) bytesCopyWithin(target.bytes, place, start, start + count);
  else bytesSet(target.bytes, new U8(source.buffer, start, count), place);
}

function copyUp(space: Space, from: number, to: number, length: number): void {
  for (let done = 0; done < length;) {
    const source = translate(space, from + done, false);
    const target = translate(space, to + done, true);
    const room = least(PAGE - (source & OFFSET), PAGE - (target & OFFSET));
    const count = least(length - done, room);
    copyPart(space, source, target, count);
    done += count;
  }
}

/** From the end to the start: for a target that overlaps what is still to be read. */
function copyDown(space: Space, from: number, to: number, length: number): void {
  for (let left = length; left > 0;) {
    const source = translate(space, from + left - 1, false);
    const target = translate(space, to + left - 1, true);
    const count = least(left, least(source & OFFSET, target & OFFSET) + 1);
    copyPart(space, source - count + 1, target - count + 1, count);
    left -= count;
  }
}

freezeClass(PageWindow);

/** Numbers, made so by the caller. */
export function createWindow(
  space: Space,
  address: number,
  length: number,
  writable: boolean,
): Window {
  return new PageWindow(space, address, length, writable);
}
