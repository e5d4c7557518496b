/**
 * Map registers: pages that every ISA device can reach, for buffers that it cannot.
 *
 * One block of 64 KiB below 16 MiB that does not cross a 64 KiB line, shared by all adapters, given
 * out in runs of pages.
 *
 *   new MapRegisters(base)
 *   take(length)              address of a run, or undefined
 *   giveBack(address, length)
 */
import { PAGE_SIZE } from '../../../rtl/layout.ts';

export const MAP_REGISTERS = 16;
export const MAP_BYTES = MAP_REGISTERS * PAGE_SIZE;

export class MapRegisters {
  readonly #base: number;
  readonly #used: boolean[] = new Array<boolean>(MAP_REGISTERS).fill(false);

  constructor(base: number) {
    this.#base = base;
  }

  take(length: number): number | undefined {
    const count = Math.ceil(length / PAGE_SIZE);
    for (let first = 0; first + count <= MAP_REGISTERS; first++) {
      if (this.#used.slice(first, first + count).includes(true)) continue;
      this.#used.fill(true, first, first + count);
      return this.#base + first * PAGE_SIZE;
    }
    return undefined;
  }

  giveBack(address: number, length: number): void {
    const first = (address - this.#base) / PAGE_SIZE;
    this.#used.fill(false, first, first + Math.ceil(length / PAGE_SIZE));
  }
}
