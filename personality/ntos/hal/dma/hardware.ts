/**
 * What DMA needs of the machine, taken at boot: the ports of the controllers, and pages for what
 * must be copied, while low memory is to be had in one piece. What works with it comes later.
 */
import type { CPtr } from '../../../sel4/types.ts';
import type { HalNeeds } from '../needs.ts';
import type { Lines } from '../lines.ts';
import { MAP_BYTES, MAP_REGISTERS } from './mapregisters.ts';

/** [first, count] of the port ranges that belong to the Executive alone. */
export const DMA_PORTS = {
  bytes: [0x00, 0x10],
  pages: [0x81, 0x0f],
  words: [0xc0, 0x20],
} as const;

export interface DmaCaps {
  readonly bytes: CPtr;
  readonly pages: CPtr;
  readonly words: CPtr;
}

export interface DmaHardware {
  readonly caps: DmaCaps;
  /** The first page's address. */
  readonly block: number;
}

export function takeDmaHardware({ mm }: HalNeeds, lines: Lines): DmaHardware {
  const caps = {
    bytes: lines.ports(...DMA_PORTS.bytes),
    pages: lines.ports(...DMA_PORTS.pages),
    words: lines.ports(...DMA_PORTS.words),
  };
  const block = mm.allocatePages(MAP_REGISTERS, {
    low: true,
    contiguous: true,
    boundary: MAP_BYTES,
  });
  if (!block || !caps.bytes || !caps.pages || !caps.words) throw new Error('boot: no DMA');
  return { caps, block: block[0] ?? 0 };
}
