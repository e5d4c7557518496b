/**
 * The derivation tree, made of the kernel's list: slots in pre-order, each before what was made
 * from it (kernel-as/object/mdb.ts).
 *
 *   parentsOf(slots)   slot -> the one that it was made from
 */
import { CAP_ENDPOINT, CAP_NOTIFICATION } from '../../../kernel-as/layout.ts';
import { covers } from './caps.ts';
import type { KernelSlot } from './objects.ts';

function isParentOf(parent: KernelSlot, child: KernelSlot): boolean {
  if (!parent.original || !covers(parent, child)) return false;
  if (parent.code !== CAP_ENDPOINT && parent.code !== CAP_NOTIFICATION) return true;
  return parent.badge === 0 || (parent.badge === child.badge && !child.firstBadged);
}

export function parentsOf(slots: ReadonlyMap<number, KernelSlot>): Map<number, number> {
  const parents = new Map<number, number>();
  for (const first of slots.values()) {
    if (first.previous !== 0) continue;
    /** Those that may still have children here, the nearest last. */
    const open: KernelSlot[] = [];
    for (let slot: KernelSlot | undefined = first; slot; slot = slots.get(slot.next)) {
      while (open.length > 0 && !isParentOf(open.at(-1)!, slot)) open.pop();
      const parent = open.at(-1);
      if (parent) parents.set(slot.at, parent.at);
      open.push(slot);
    }
  }
  return parents;
}
