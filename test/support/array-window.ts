/**
 * A kernel Window over an ordinary array, for tests that run driver code without the kernel.
 *
 * Same bounds and rights as the real one; `alive` stands for the page tables.
 */
import type { Window } from '../../personality/sel4/types.ts';

export interface WindowOptions {
  address?: number;
  writable?: boolean;
  /** False once the memory has been unmapped: every access faults. */
  alive?: () => boolean;
  /** Told how many bytes are read. */
  read?: (count: number) => void;
}

export class ArrayWindow implements Window {
  readonly address: number;
  readonly writable: boolean;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #alive: () => boolean;
  readonly #read: ((count: number) => void) | undefined;

  constructor(bytes: Uint8Array, options: WindowOptions = {}) {
    this.address = options.address ?? 0;
    this.writable = options.writable ?? true;
    this.#alive = options.alive ?? (() => true);
    this.#read = options.read;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get length(): number {
    return this.#bytes.length;
  }

  getUint8(offset: number): number {
    return this.#view.getUint8(this.#at(offset, 1, false));
  }

  getUint16(offset: number): number {
    return this.#view.getUint16(this.#at(offset, 2, false), true);
  }

  getUint32(offset: number): number {
    return this.#view.getUint32(this.#at(offset, 4, false), true);
  }

  getInt32(offset: number): number {
    return this.#view.getInt32(this.#at(offset, 4, false), true);
  }

  setUint8(offset: number, value: number): void {
    this.#view.setUint8(this.#at(offset, 1, true), value);
  }

  setUint16(offset: number, value: number): void {
    this.#view.setUint16(this.#at(offset, 2, true), value, true);
  }

  setUint32(offset: number, value: number): void {
    this.#view.setUint32(this.#at(offset, 4, true), value, true);
  }

  setInt32(offset: number, value: number): void {
    this.#view.setInt32(this.#at(offset, 4, true), value, true);
  }

  read(offset: number, length: number): Uint8Array {
    const at = this.#at(offset, length, false);
    return this.#bytes.slice(at, at + length);
  }

  readInto(offset: number, target: Uint8Array): void {
    const at = this.#at(offset, target.length, false);
    target.set(this.#bytes.subarray(at, at + target.length));
  }

  write(offset: number, bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.#at(offset, bytes.length, true));
  }

  fill(offset: number, length: number, value: number): void {
    const at = this.#at(offset, length, true);
    this.#bytes.fill(value, at, at + length);
  }

  copyTo(offset: number, target: Window, targetOffset: number, length: number): void {
    target.write(targetOffset, this.read(offset, length));
  }

  slice(offset: number, length: number): Window {
    if (offset < 0 || length < 0 || offset + length > this.length)
      throw new RangeError('a window outside its window');
    const { writable } = this;
    const [alive, read] = [this.#alive, this.#read];
    const bytes = this.#bytes.subarray(offset, offset + length);
    const address = this.address + offset;
    return new ArrayWindow(bytes, { address, writable, alive, read });
  }

  #at(offset: number, length: number, write: boolean): number {
    const inside = offset >= 0 && length >= 0 && offset + length <= this.length;
    if (!inside || !this.#alive() || (write && !this.writable)) {
      const address = this.address + offset;
      const message = `${write ? 'write' : 'read'} of ${length} bytes at ${address.toString(16)}`;
      throw Object.assign(new Error(message), { name: 'VMFault', address, write });
    }
    if (!write) this.#read?.(length);
    return offset;
  }
}
