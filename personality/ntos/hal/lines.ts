/**
 * Interrupt lines and I/O port ranges: the capabilities that the Executive makes of IRQControl and
 * IOPortControl.
 *
 * Each line's handler and each range is made once, on first use, stays with the Executive, and is
 * copied to whom it is granted.
 * Ranges may not overlap: the kernel refuses the second.
 *
 *   createLines(executive)   { handler(line), ports(first, count) }: slots, 0 where it cannot be
 *   had
 */
import {
  seL4_CapInitThreadCNode,
  seL4_CapIOPortControl,
  seL4_CapIRQControl,
  seL4_IRQControl_Get,
  seL4_NoError,
  seL4_X86_IOPortControl_Issue,
} from '../../sel4/index.ts';
import type { CPtr } from '../../sel4/types.ts';
import type { HalNeeds } from './needs.ts';

const DEPTH = 32;

export interface Lines {
  handler(line: number): CPtr;
  ports(first: number, count: number): CPtr;
}

export function createLines(executive: HalNeeds): Lines {
  const { thread, mm } = executive;
  const made = new Map<string, CPtr>();

  function once(key: string, make: (slot: CPtr) => number): CPtr {
    const known = made.get(key);
    if (known !== undefined) return known;
    const slot = mm.slots.allocate();
    if (slot === 0) return 0;
    if (make(slot) !== seL4_NoError) {
      mm.slots.clear(slot);
      return 0;
    }
    made.set(key, slot);
    return slot;
  }

  return {
    handler: (line) =>
      once(`line ${line}`, (slot) =>
        seL4_IRQControl_Get(thread, seL4_CapIRQControl, line, seL4_CapInitThreadCNode, slot, DEPTH),
      ),
    ports: (first, count) =>
      once(`ports ${first}+${count}`, (slot) =>
        seL4_X86_IOPortControl_Issue(
          thread,
          seL4_CapIOPortControl,
          first,
          first + count - 1,
          seL4_CapInitThreadCNode,
          slot,
          DEPTH,
        ),
      ),
  };
}
