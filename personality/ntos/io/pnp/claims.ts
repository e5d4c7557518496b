/**
 * Who has which hardware: no port, interrupt or DMA channel is given to two devices.
 *
 *   new Claims()
 *   claim(owner, hardware)   all of it, or nothing: whether it was free
 *   release(owner)
 */
import type { Hardware } from '../../../rtl/resources.ts';

export class Claims {
  readonly #taken = new Map<object, Hardware>();

  claim(owner: object, hardware: Hardware): boolean {
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
  return (
    overlap ||
    one.interrupts.some((line) => other.interrupts.includes(line)) ||
    one.dma.some((channel) => other.dma.includes(channel))
  );
}
