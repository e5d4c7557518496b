/**
 * The derivation tree, as the list of its slots in pre-order.
 *
 * A is an ancestor of B if A is revocable, covers the same object or memory, and, where A has a
 * badge, B has the same and does not start a badge of its own. B and what follows it belong to A
 * as far as that holds.
 *
 * Source: seL4 reference manual, section 3.1.4; the rules in full: the project's kernel notes.
 */
import type { Cap } from './caps.ts';
import { NULL_CAP } from './caps.ts';
import { isCapRevocable, sameObjectAs, sameRegionAs } from './region.ts';
import { type Kernel, type Slot, setCap } from './state.ts';
import { deleteFirst, revokeFirst } from './refusal.ts';

export function isMdbParentOf(a: Slot, b: Slot): boolean {
  if (!a.revocable || !sameRegionAs(a.cap, b.cap)) return false;
  if (a.cap.type !== 'endpoint' && a.cap.type !== 'notification') return true;
  if (a.cap.badge === 0) return true;
  return b.cap.type === a.cap.type && b.cap.badge === a.cap.badge && !b.firstBadged;
}

function linkAfter(place: Slot, slot: Slot): void {
  slot.prev = place;
  slot.next = place.next;
  if (place.next) place.next.prev = slot;
  place.next = slot;
}

/** A copy of what is in `source`. An untyped that is copied may make no more objects. */
export function cteInsert(k: Kernel, cap: Cap, source: Slot, dest: Slot): void {
  const original = isCapRevocable(cap, source.cap);
  if (source.cap.type === 'untyped' && cap.type === 'untyped') {
    const { base, bits } = source.cap;
    if (cap.base === base && cap.bits === bits) {
      setCap(k, source, { ...source.cap, used: 2 ** bits });
    }
  }
  setCap(k, dest, cap);
  dest.revocable = dest.firstBadged = original;
  linkAfter(source, dest);
}

/** The first capability to a new object, which was made from `parent`. */
export function insertNewCap(k: Kernel, parent: Slot, dest: Slot, cap: Cap): void {
  setCap(k, dest, cap);
  dest.revocable = dest.firstBadged = true;
  linkAfter(parent, dest);
}

function takePlaceOf(old: Slot, slot: Slot): void {
  slot.prev = old.prev;
  slot.next = old.next;
  slot.revocable = old.revocable;
  slot.firstBadged = old.firstBadged;
  if (slot.prev) slot.prev.next = slot;
  if (slot.next) slot.next.prev = slot;
}

function clear(k: Kernel, slot: Slot): void {
  setCap(k, slot, NULL_CAP);
  slot.prev = slot.next = null;
  slot.revocable = slot.firstBadged = false;
}

export function cteMove(k: Kernel, cap: Cap, source: Slot, dest: Slot): void {
  takePlaceOf(source, dest);
  setCap(k, dest, cap);
  clear(k, source);
}

/** Each slot takes the other's place in the tree; `capA` comes from a and goes to b. */
export function cteSwap(k: Kernel, capA: Cap, a: Slot, capB: Cap, b: Slot): void {
  const holder: Slot = { ...a };
  takePlaceOf(a, holder);
  takePlaceOf(b, a);
  takePlaceOf(holder, b);
  setCap(k, a, capB);
  setCap(k, b, capA);
}

/** Takes a slot out of the tree. Its successor inherits the start of a badge. */
export function unlink(k: Kernel, slot: Slot): void {
  if (slot.prev) slot.prev.next = slot.next;
  if (slot.next) {
    slot.next.prev = slot.prev;
    slot.next.firstBadged ||= slot.firstBadged;
  }
  clear(k, slot);
}

export function isFinalCapability(slot: Slot): boolean {
  if (slot.prev && sameObjectAs(slot.prev.cap, slot.cap)) return false;
  return !(slot.next && sameObjectAs(slot.cap, slot.next.cap));
}

export function hasChildren(slot: Slot): boolean {
  return slot.next !== null && isMdbParentOf(slot, slot.next);
}

export function ensureNoChildren(slot: Slot): void {
  if (hasChildren(slot)) throw revokeFirst();
}

export function ensureEmptySlot(slot: Slot): void {
  if (slot.cap.type !== 'null') throw deleteFirst();
}
