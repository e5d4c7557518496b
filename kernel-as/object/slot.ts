/**
 * Capability slots: a capability and its place in the derivation list.
 *
 * The list is doubly linked and in pre-order; REVOCABLE and FIRST_BADGED sit in the low bits of the
 * next pointer. An empty slot is all zero.
 */
import { SLOT_CAP, SLOT_NEXT, SLOT_PREV } from '../layout.ts';

const REVOCABLE: u32 = 1;
const FIRST_BADGED: u32 = 2;
const FLAGS: u32 = 3;

export function slotCap(slot: u32): u64 {
  return load<u64>(slot + SLOT_CAP);
}

export function setSlotCap(slot: u32, cap: u64): void {
  store<u64>(slot + SLOT_CAP, cap);
}

export function mdbNext(slot: u32): u32 {
  return load<u32>(slot + SLOT_NEXT) & ~FLAGS;
}

export function mdbPrev(slot: u32): u32 {
  return load<u32>(slot + SLOT_PREV);
}

export function mdbFlags(slot: u32): u32 {
  return load<u32>(slot + SLOT_NEXT) & FLAGS;
}

export function isRevocable(slot: u32): bool {
  return (load<u32>(slot + SLOT_NEXT) & REVOCABLE) != 0;
}

export function isFirstBadged(slot: u32): bool {
  return (load<u32>(slot + SLOT_NEXT) & FIRST_BADGED) != 0;
}

export function setMdb(slot: u32, prev: u32, next: u32, flags: u32): void {
  store<u32>(slot + SLOT_NEXT, next | flags);
  store<u32>(slot + SLOT_PREV, prev);
}

export function setMdbNext(slot: u32, next: u32): void {
  store<u32>(slot + SLOT_NEXT, next | mdbFlags(slot));
}

export function setMdbPrev(slot: u32, prev: u32): void {
  store<u32>(slot + SLOT_PREV, prev);
}

export function addFirstBadged(slot: u32, flags: u32): void {
  store<u32>(slot + SLOT_NEXT, load<u32>(slot + SLOT_NEXT) | (flags & FIRST_BADGED));
}

/** Flags of an original: what Retype makes, or a capability that starts a new badge. */
export function originalFlags(original: bool): u32 {
  return original ? REVOCABLE | FIRST_BADGED : 0;
}
