/** A kernel Window over a plain array: RAM for tests that need no kernel. */
import type { Window } from '../../personality/sel4/types.ts';

export class ArrayWindow implements Window {
  readonly address = 0;
  readonly writable = true;
  readonly bytes: Uint8Array;
  readonly #view: DataView;

  constructor(source: number | Uint8Array) {
    this.bytes = typeof source === 'number' ? new Uint8Array(source) : source;
    this.#view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength);
  }

  get length(): number {
    return this.bytes.length;
  }

  getUint8(offset: number): number {
    return this.#view.getUint8(offset);
  }
  getUint16(offset: number): number {
    return this.#view.getUint16(offset, true);
  }
  getUint32(offset: number): number {
    return this.#view.getUint32(offset, true);
  }
  getInt32(offset: number): number {
    return this.#view.getInt32(offset, true);
  }
  setUint8(offset: number, value: number): void {
    this.#view.setUint8(offset, value);
  }
  setUint16(offset: number, value: number): void {
    this.#view.setUint16(offset, value, true);
  }
  setUint32(offset: number, value: number): void {
    this.#view.setUint32(offset, value, true);
  }
  setInt32(offset: number, value: number): void {
    this.#view.setInt32(offset, value, true);
  }

  read(offset: number, length: number): Uint8Array {
    this.#check(offset, length);
    return this.bytes.slice(offset, offset + length);
  }

  readInto(offset: number, target: Uint8Array): void {
    target.set(this.read(offset, target.length));
  }

  write(offset: number, bytes: Uint8Array): void {
    this.#check(offset, bytes.length);
    this.bytes.set(bytes, offset);
  }

  fill(offset: number, length: number, value: number): void {
    this.#check(offset, length);
    this.bytes.fill(value, offset, offset + length);
  }

  copyTo(offset: number, target: Window, targetOffset: number, length: number): void {
    target.write(targetOffset, this.read(offset, length));
  }

  slice(offset: number, length: number): Window {
    this.#check(offset, length);
    return new ArrayWindow(this.bytes.subarray(offset, offset + length));
  }

  #check(offset: number, length: number): void {
    if (offset < 0 || length < 0 || offset + length > this.bytes.length)
      throw new RangeError(`outside the window: ${offset} + ${length}`);
  }
}
