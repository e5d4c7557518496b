/**
 * Waiting for hardware that may be silent, or whose interrupt may be lost.
 *
 *   waitForHardware(event, patience, look)   `event` is what the interrupt's DPC sets; `look` asks
 *                                            the registers, and says what it found
 */
import { KeWaitForSingleObject } from './ke.ts';
import type { KEvent } from './types.ts';

export interface Patience {
  /** Microseconds that the hardware has. */
  readonly total: number;
  /** And between looks, against a lost interrupt. */
  readonly slice: number;
}

/** What `look` found; undefined: nothing in all that time. */
export async function waitForHardware<T>(
  event: KEvent,
  { total, slice }: Patience,
  look: () => T | undefined,
): Promise<T | undefined> {
  for (let left = total; left > 0; left -= slice) {
    const found = look();
    if (found !== undefined) return found;
    await KeWaitForSingleObject(event, slice);
  }
  return look();
}
