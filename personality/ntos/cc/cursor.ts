/**
 * A position in a client's buffer, which is pieces of physical memory.
 *
 * One copy from page to page: `fill` puts bytes of RAM into the buffer, `drain` takes bytes out of
 * it. Both move on. Never past the end.
 */
import type { Window } from '../../sel4/types.ts';
import type { Piece } from '../mm/types.ts';

export class Cursor {
  #ram: Window;
  #pieces: readonly Piece[] = [];
  #index = 0;
  #within = 0;

  constructor(ram: Window, pieces: readonly Piece[] = []) {
    this.#ram = ram;
    this.start(pieces);
  }

  /** Starts again, over other pieces. */
  start(pieces: readonly Piece[]): this {
    this.#pieces = pieces;
    this.#index = this.#within = 0;
    return this;
  }

  fill(address: number, length: number): void {
    this.#move(address, length, true);
  }

  drain(address: number, length: number): void {
    this.#move(address, length, false);
  }

  #move(address: number, length: number, toBuffer: boolean): void {
    while (length > 0) {
      const piece = this.#pieces[this.#index];
      if (!piece) return;
      const count = Math.min(length, piece.length - this.#within);
      const there = piece.address + this.#within;
      if (toBuffer) this.#ram.copyTo(address, this.#ram, there, count);
      else this.#ram.copyTo(there, this.#ram, address, count);
      address += count;
      length -= count;
      this.#within += count;
      if (this.#within === piece.length) {
        this.#index++;
        this.#within = 0;
      }
    }
  }
}
