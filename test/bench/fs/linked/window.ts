/**
 * Windows without page tables: a page's place is looked up in an array, as the processor does it
 * for a kernel. Bounds are seen to by nobody but the array itself; what is not mapped throws.
 */
import { vmFault } from '../../../../personality/sel4/errors.ts';
import type { Window } from '../../../../personality/sel4/types.ts';

const PAGE = 4096;
/** 4 GiB of addresses. */
export const SPACE_PAGES = 1 << 20;

export class LinkedWindow implements Window {
  readonly address: number;
  readonly length: number;
  readonly writable: boolean;
  readonly #ram: Uint8Array;
  readonly #pages: Int32Array;

  constructor(
    ram: Uint8Array,
    pages: Int32Array,
    address: number,
    length: number,
    writable: boolean,
  ) {
    this.#ram = ram;
    this.#pages = pages;
    this.address = address;
    this.length = length;
    this.writable = writable;
  }

  #at(offset: number): number {
    const address = this.address + offset;
    const page = this.#pages[address >>> 12] ?? -1;
    if (page < 0) throw vmFault(address, false, false);
    return page + (address & (PAGE - 1));
  }

  getUint8(offset: number): number {
    return this.#ram[this.#at(offset)] ?? 0;
  }

  getUint16(offset: number): number {
    return this.getUint8(offset) | (this.getUint8(offset + 1) << 8);
  }

  getInt32(offset: number): number {
    return this.getUint16(offset) | (this.getUint16(offset + 2) << 16);
  }

  getUint32(offset: number): number {
    return this.getInt32(offset) >>> 0;
  }

  setUint8(offset: number, value: number): void {
    this.#ram[this.#at(offset)] = value;
  }

  setUint16(offset: number, value: number): void {
    this.setUint8(offset, value);
    this.setUint8(offset + 1, value >>> 8);
  }

  setInt32(offset: number, value: number): void {
    this.setUint16(offset, value);
    this.setUint16(offset + 2, value >>> 16);
  }

  setUint32(offset: number, value: number): void {
    this.setInt32(offset, value);
  }

  read(offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    this.readInto(offset, bytes);
    return bytes;
  }

  readInto(offset: number, target: Uint8Array): void {
    this.#pieces(offset, target.length, (at, done, count) =>
      target.set(this.#ram.subarray(at, at + count), done),
    );
  }

  write(offset: number, bytes: Uint8Array): void {
    this.#pieces(offset, bytes.length, (at, done, count) =>
      this.#ram.set(count === bytes.length ? bytes : bytes.subarray(done, done + count), at),
    );
  }

  fill(offset: number, length: number, value: number): void {
    this.#pieces(offset, length, (at, _done, count) => this.#ram.fill(value, at, at + count));
  }

  copyTo(offset: number, target: Window, targetOffset: number, length: number): void {
    const other = target as LinkedWindow;
    for (let done = 0; done < length;) {
      const [from, to] = [this.#at(offset + done), other.#at(targetOffset + done)];
      const room = PAGE - Math.max(from & (PAGE - 1), to & (PAGE - 1));
      const count = Math.min(length - done, room);
      this.#ram.copyWithin(to, from, from + count);
      done += count;
    }
  }

  slice(offset: number, length: number): Window {
    const { address, writable } = this;
    return new LinkedWindow(this.#ram, this.#pages, address + offset, length, writable);
  }

  #pieces(
    offset: number,
    length: number,
    body: (at: number, done: number, count: number) => void,
  ): void {
    for (let done = 0; done < length;) {
      const at = this.#at(offset + done);
      const count = Math.min(length - done, PAGE - (at & (PAGE - 1)));
      body(at, done, count);
      done += count;
    }
  }
}
