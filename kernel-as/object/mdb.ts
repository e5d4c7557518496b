/**
 * The derivation tree: who was made from whom.
 *
 * It is a list of slots in pre-order; a slot's descendants follow it directly, and isMdbParentOf
 * tells where they end. Moving, swapping and inserting keep that order.
 *
 *   cteInsert     a derived capability, right after its source
 *   insertNewCap  an original, right after the untyped (or control) it was made from
 *   cteMove, cteSwap
 *   isFinalCapability, ensureNoChildren, ensureEmptySlot
 *
 * Manual: section 3.1.4 (capability derivation tree).
 */
import {
  CAP_ENDPOINT, CAP_IOPORT, CAP_IOPORT_CONTROL, CAP_IRQ_CONTROL, CAP_IRQ_HANDLER, CAP_NOTIFICATION,
  CAP_UNTYPED,
} from '../layout.ts';
import { NONE, deleteFirst, revokeFirst } from '../model/status.ts';
import { capBadge, capPtr, capType, untypedSizeBits, withUsed } from './cap.ts';
import { sameObjectAs, sameRegionAs } from './region.ts';
import {
  isFirstBadged, isRevocable, mdbFlags, mdbNext, mdbPrev, originalFlags, setMdb, setMdbNext,
  setMdbPrev, setSlotCap, slotCap,
} from './slot.ts';

export function cteInsert(cap: u64, source: u32, dest: u32): void {
  const next = mdbNext(source);
  const original = startsFamily(cap, slotCap(source));
  markUntypedFull(source, cap);
  setSlotCap(dest, cap);
  setMdb(dest, source, next, originalFlags(original));
  setMdbNext(source, dest);
  if (next) setMdbPrev(next, dest);
}

export function insertNewCap(parent: u32, slot: u32, cap: u64): void {
  const next = mdbNext(parent);
  setSlotCap(slot, cap);
  setMdb(slot, parent, next, originalFlags(true));
  if (next) setMdbPrev(next, slot);
  setMdbNext(parent, slot);
}

export function cteMove(cap: u64, source: u32, dest: u32): void {
  const prev = mdbPrev(source);
  const next = mdbNext(source);
  setSlotCap(dest, cap);
  setMdb(dest, prev, next, mdbFlags(source));
  setSlotCap(source, 0);
  setMdb(source, 0, 0, 0);
  if (prev) setMdbNext(prev, dest);
  if (next) setMdbPrev(next, dest);
}

/** `cap1` goes from slot1 to slot2, `cap2` from slot2 to slot1. */
export function cteSwap(cap1: u64, slot1: u32, cap2: u64, slot2: u32): void {
  setSlotCap(slot1, cap2);
  setSlotCap(slot2, cap1);
  const prev1 = mdbPrev(slot1);
  const next1 = mdbNext(slot1);
  const flags1 = mdbFlags(slot1);
  if (prev1) setMdbNext(prev1, slot2);
  if (next1) setMdbPrev(next1, slot2);
  // Read only now: the two slots may be neighbours.
  const prev2 = mdbPrev(slot2);
  const next2 = mdbNext(slot2);
  setMdb(slot1, prev2, next2, mdbFlags(slot2));
  setMdb(slot2, prev1, next1, flags1);
  if (prev2) setMdbNext(prev2, slot1);
  if (next2) setMdbPrev(next2, slot1);
}

export function isMdbParentOf(parent: u32, child: u32): bool {
  if (!isRevocable(parent)) return false;
  const cap = slotCap(parent);
  const other = slotCap(child);
  if (!sameRegionAs(cap, other)) return false;
  const type = capType(cap);
  if (type != CAP_ENDPOINT && type != CAP_NOTIFICATION) return true;
  const badge = capBadge(cap);
  return badge == 0 || (badge == capBadge(other) && !isFirstBadged(child));
}

/** Whether this is the last capability to its object. */
export function isFinalCapability(slot: u32): bool {
  const cap = slotCap(slot);
  const prev = mdbPrev(slot);
  if (prev && sameObjectAs(slotCap(prev), cap)) return false;
  const next = mdbNext(slot);
  return !next || !sameObjectAs(cap, slotCap(next));
}

export function ensureNoChildren(slot: u32): u32 {
  const next = mdbNext(slot);
  return next && isMdbParentOf(slot, next) ? revokeFirst() : NONE;
}

export function ensureEmptySlot(slot: u32): u32 {
  return capType(slotCap(slot)) ? deleteFirst() : NONE;
}

/** Whether `cap`, made from `source`, is the root of a revocable family of its own. */
function startsFamily(cap: u64, source: u64): bool {
  switch (capType(cap)) {
    case CAP_ENDPOINT:
    case CAP_NOTIFICATION:
      return capBadge(cap) != capBadge(source);
    case CAP_IRQ_HANDLER:
      return capType(source) == CAP_IRQ_CONTROL;
    case CAP_IOPORT:
      return capType(source) == CAP_IOPORT_CONTROL;
    case CAP_UNTYPED:
      return true;
    default:
      return false;
  }
}

/** A copied untyped and its source share memory: the source must not hand it out too. */
function markUntypedFull(source: u32, cap: u64): void {
  const from = slotCap(source);
  if (capType(from) != CAP_UNTYPED || capType(cap) != CAP_UNTYPED) return;
  if (capPtr(from) != capPtr(cap) || untypedSizeBits(from) != untypedSizeBits(cap)) return;
  setSlotCap(source, withUsed(from, <u32>1 << untypedSizeBits(from)));
}
