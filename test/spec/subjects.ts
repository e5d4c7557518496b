/**
 * Subjects: threads with what they hold, read from the heap.
 *
 * A subject holds the capabilities in the slots of its TCB and in every CNode that can be reached
 * from its CSpace. Of the root's CNode only what programs can name counts: what lies beyond is the
 * secluded subjects' and the memory of everything.
 *
 *   reachOf(heap, tcb)            what a thread holds, and through which CNodes
 *   actorsOf(before, after, cpu)  whose calls an entry carried out
 */
import * as layout from '../../kernel-as/layout.ts';
import type { Found, Heap } from './heap.ts';
import { FAR_SLOT } from './world.ts';

export interface Reach {
  readonly nodes: ReadonlySet<number>;
  readonly caps: readonly Found[];
  readonly slots: ReadonlySet<number>;
}

/** The master of its own reply capabilities is nothing that a thread could use. */
const HELD_SLOTS = [layout.TCB_CTABLE, layout.TCB_VTABLE, layout.TCB_CALLER, layout.TCB_BUFFER];

const reaches = new WeakMap<Heap, Map<number, Reach>>();

/** As of when `heap` was read. */
export function reachOf(heap: Heap, tcb: number): Reach {
  let known = reaches.get(heap);
  if (!known) reaches.set(heap, (known = new Map()));
  let reach = known.get(tcb);
  if (!reach) known.set(tcb, (reach = collect(heap, tcb)));
  return reach;
}

function collect(heap: Heap, tcb: number): Reach {
  const nodes = new Set<number>();
  const slots = new Set<number>();
  const caps: Found[] = [];
  const hold = (slot: number): Found | null => {
    const cap = heap.bySlot.get(slot);
    if (!cap || slots.has(slot)) return null;
    slots.add(slot);
    caps.push(cap);
    return cap;
  };
  const enter = ({ object, size, type }: Found): void => {
    if (type !== layout.CAP_CNODE || nodes.has(object)) return;
    nodes.add(object);
    const count = object === heap.rootNode ? FAR_SLOT : size / layout.SLOT_SIZE;
    for (let i = 0; i < count; i++) {
      const cap = hold(object + i * layout.SLOT_SIZE);
      if (cap) enter(cap);
    }
  };
  for (const offset of HELD_SLOTS) {
    const cap = hold(tcb + offset);
    if (cap && offset === layout.TCB_CTABLE) enter(cap);
  }
  return { nodes, caps, slots };
}

/**
 * The thread whose code called, and those whose pending calls may have been carried out on the way:
 * they are over, or have taken their threads to another state, or were answered and made again.
 */
export function actorsOf(before: Heap, after: Heap, cpu: number): Set<number> {
  const actors = new Set<number>();
  const current = before.current(cpu);
  if (current) actors.add(current);
  for (const tcb of before.threads) {
    if (before.saved(tcb + layout.TCB_AFFINITY) !== cpu) continue;
    if (before.saved(tcb + layout.TCB_PENDING) === 0) continue;
    const state = before.saved(tcb + layout.TCB_STATE);
    const same =
      state !== layout.STATE_BLOCKED_ON_REPLY &&
      after.threads.has(tcb) &&
      after.saved(tcb + layout.TCB_STATE) === state;
    if (!same || after.saved(tcb + layout.TCB_PENDING) === 0) actors.add(tcb);
  }
  return actors;
}
