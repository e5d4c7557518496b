/**
 * Who has which hardware: no port, interrupt, DMA channel or page of device memory is given to two
 * devices, and RAM to none.
 *
 *   new Claims()
 *   claim(owner, hardware)   all of it, or nothing: whether it was free
 *   release(owner)
 */
import { PAGE_SIZE } from '../../../rtl/layout.ts';
import { type Hardware, isDeviceMemory, type MemoryRange } from '../../../rtl/resources.ts';

export class Claims {
  readonly #taken = new Map<object, Hardware>();

  claim(owner: object, hardware: Hardware): boolean {
    if (!(hardware.memory ?? []).every(isDeviceMemory)) return false;
    for (const [other, taken] of this.#taken)
      if (other !== owner && conflicts(taken, hardware)) return false;
    this.#taken.set(owner, hardware);
    return true;
  }

  release(owner: object): void {
    this.#taken.delete(owner);
  }
}

export function conflicts(one: Hardware, other: Hardware): boolean {
  const overlap = one.ports.some(([first, count]) =>
    other.ports.some(([start, size]) => first < start + size && start < first + count),
  );
  const pages = (one.memory ?? []).some((range) =>
    (other.memory ?? []).some((taken) => sharePage(range, taken)),
  );
  return (
    overlap ||
    pages ||
    one.interrupts.some((line) => other.interrupts.includes(line)) ||
    one.dma.some((channel) => other.dma.includes(channel))
  );
}

/** A page is mapped as a whole. */
function sharePage([first, length]: MemoryRange, [start, size]: MemoryRange): boolean {
  const page = (address: number): number => Math.floor(address / PAGE_SIZE);
  return page(first) <= page(start + size - 1) && page(start) <= page(first + length - 1);
}
