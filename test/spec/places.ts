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
/** Of the root's CNode: its CNode, VSpace, interrupt control, port control and domain. */
const ROOT_SLOTS = [2, 3, 4, 7, 11];

const WINDOW_SLOTS = Array.from({ length: WINDOW_SIZE }, (_, i) => WINDOW + i);
const ROOT_INDICES = [...ROOT_SLOTS, ...WINDOW_SLOTS];
const SMALL_INDICES = Array.from({ length: 256 }, (_, i) => i);

function indices(node: Cnode): readonly number[] {
  return node.radix <= 8 ? SMALL_INDICES.slice(0, node.size) : ROOT_INDICES;
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

export type Wanted = (slot: Slot) => boolean;

/** A slot of the CNode that `place` names which is as wanted; null if there is none. */
export function slotIn(random: Random, place: Place, wanted: Wanted): Named | null {
  const { cap } = place.slot;
  if (cap.type !== 'cnode') return null;
  const { object, guard, guardSize } = cap;
  const all = object.radix <= 8 ? indices(object) : WINDOW_SLOTS;
  const deeper = random.chance(15) ? all.filter((i) => leadsOn(cap, object.slot(i).cap)) : [];
  const fitting = deeper.length > 0 ? deeper : all.filter((i) => wanted(object.slot(i)));
  if (fitting.length === 0) return null;
  const i = random.pick(fitting);
  const outer: Named = {
    root: place.cptr,
    index: (shift(guard, object.radix) | i) >>> 0,
    depth: guardSize + object.radix,
    slot: object.slot(i),
  };
  if (deeper.length === 0) return outer;
  const inner = slotIn(random, { cptr: place.cptr, slot: outer.slot }, wanted);
  if (!inner || outer.depth + inner.depth > 32) return outer;
  const index = (shift(outer.index, inner.depth) | inner.index) >>> 0;
  return { ...inner, index, depth: outer.depth + inner.depth };
}

/** Whether another level of CNode can be named through this one. */
function leadsOn(outer: CNodeCap, cap: Cap): boolean {
  if (cap.type !== 'cnode') return false;
  const levels = outer.guardSize + outer.object.radix + cap.guardSize + cap.object.radix;
  return levels <= 32;
}

/** A place as CNode methods name it, through the CNode that is the thread's CSpace. */
export function nameOfPlace(thread: Tcb, places: readonly Place[], place: Place): Named | null {
  const root = thread.slot(CTABLE).cap;
  if (root.type !== 'cnode') return null;
  const self = places.find(
    ({ slot: { cap } }) =>
      cap.type === 'cnode' && cap.object === root.object && cap.guardSize === root.guardSize,
  );
  return self ? { root: self.cptr, index: place.cptr, depth: 32, slot: place.slot } : null;
}

export const isFull = (place: Place): boolean => place.slot.cap.type !== 'null';
export const holds = (type: Cap['type']) => (place: Place) => place.slot.cap.type === type;
