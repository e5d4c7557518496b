/**
 * What a thread can name: the slots its CSpace reaches, and how it addresses them.
 *
 *   reach(thread)        every slot, with the CPtr for system calls
 *   slotIn(node, ...)    a slot of one CNode, with index and depth for CNode methods
 */
import type { CNodeCap, Cap } from './model/caps.ts';
import { CTABLE, type Cnode, type Slot, type Tcb } from './model/state.ts';
import type { Random } from './random.ts';
import { WINDOW, WINDOW_SIZE } from './world.ts';

export interface Place {
  readonly cptr: number;
  readonly slot: Slot;
}

/** How many CNodes deep the search goes. */
const DEPTH = 3;
/** Slots of a large CNode that programs use: the first ones, and the window. */
const LOW_SLOTS = 16;

function indices(node: Cnode): number[] {
  if (node.radix <= 8) return Array.from({ length: node.size }, (_, i) => i);
  const low = Array.from({ length: LOW_SLOTS }, (_, i) => i);
  return [...low, ...Array.from({ length: WINDOW_SIZE }, (_, i) => WINDOW + i)];
}

const shift = (value: number, by: number) => (by >= 32 ? 0 : value << by);

function walk(cap: CNodeCap, prefix: number, left: number, deep: number, out: Place[]): void {
  const level = cap.guardSize + cap.object.radix;
  if (level > left) return;
  const base = prefix | shift(cap.guard, left - cap.guardSize);
  for (const index of indices(cap.object)) {
    const slot = cap.object.slot(index);
    const cptr = (base | shift(index, left - level)) >>> 0;
    const inner = slot.cap;
    if (inner.type === 'cnode' && left > level && deep > 1) {
      walk(inner, cptr, left - level, deep - 1, out);
    } else {
      out.push({ cptr, slot });
    }
  }
}

export function reach(thread: Tcb): Place[] {
  const root = thread.slot(CTABLE).cap;
  const places: Place[] = [];
  if (root.type === 'cnode') walk(root, 0, 32, DEPTH, places);
  return places;
}

/** A slot as CNode methods name it. */
export interface Named {
  readonly root: number;
  readonly index: number;
  readonly depth: number;
  readonly slot: Slot;
}

/** A slot of the CNode that `place` names, if possible one that is (not) empty. */
export function slotIn(random: Random, place: Place, full: boolean): Named | null {
  const { cap } = place.slot;
  if (cap.type !== 'cnode') return null;
  let named = nameIn(random, place.cptr, cap);
  for (let i = 0; i < 8 && (named.slot.cap.type !== 'null') !== full; i++) {
    named = nameIn(random, place.cptr, cap);
  }
  return named;
}

function nameIn(random: Random, root: number, cap: CNodeCap): Named {
  const { object, guard, guardSize } = cap;
  const i = object.radix <= 8 ? random.below(object.size) : WINDOW + random.below(WINDOW_SIZE);
  const slot = object.slot(i);
  const index = (shift(guard, object.radix) | i) >>> 0;
  const depth = guardSize + object.radix;
  const inner = slot.cap;
  const fits = inner.type === 'cnode' && depth + inner.guardSize + inner.object.radix <= 32;
  if (inner.type !== 'cnode' || !fits || random.chance(80)) return { root, index, depth, slot };
  const level = inner.guardSize + inner.object.radix;
  const deeper = nameIn(random, root, inner);
  return {
    ...deeper,
    index: (shift(index, level) | deeper.index) >>> 0,
    depth: depth + deeper.depth,
  };
}

export const isFull = (place: Place): boolean => place.slot.cap.type !== 'null';
export const holds = (type: Cap['type']) => (place: Place) => place.slot.cap.type === type;
