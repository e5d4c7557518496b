/**
 * Capability addresses: from a CPtr to a slot.
 *
 * Each CNode on the way consumes its guard and its radix. A look-up ends when no bits are left, or
 * at a slot that holds no CNode: invocations accept bits left over, CNode methods do not.
 *
 *   lookupSlot(thread, cptr)                           LOOKUP_FAULT on failure
 *   lookupSlotForCNodeOp(isSource, root, cptr, depth)  SYSCALL_ERROR on failure
 *
 * Both leave the slot in RESULT_SLOT. Manual: section 3.3 (capability addressing).
 */
import { CAP_CNODE, RESULT_BITS, RESULT_SLOT, TCB_CTABLE } from '../layout.ts';
import { seL4_WordBits } from '../abi.ts';
import {
  NONE, depthMismatch, failedLookup, guardMismatch, invalidRoot, missingCapability, rangeError,
} from '../model/status.ts';
import { capPtr, capType, cnodeGuard, cnodeGuardSize, cnodeRadix } from '../object/cap.ts';
import { slotAt } from '../object/region.ts';
import { slotCap } from '../object/slot.ts';

export function resolveAddressBits(root: u64, cptr: u32, bits: u32): u32 {
  let node = root;
  if (capType(node) != CAP_CNODE) return invalidRoot();
  while (true) {
    const radix = cnodeRadix(node);
    const guardSize = cnodeGuardSize(node);
    const levelBits: u32 = radix + guardSize;
    const guard: u32 = (cptr >> (bits - guardSize)) & ((1 << guardSize) - 1);
    if (guardSize > bits || (guardSize && guard != cnodeGuard(node))) {
      return guardMismatch(bits, cnodeGuard(node), guardSize);
    }
    if (levelBits > bits) return depthMismatch(bits, levelBits);
    bits -= levelBits;
    const slot = slotAt(capPtr(node), (cptr >> bits) & ((1 << radix) - 1));
    node = slotCap(slot);
    if (bits == 0 || capType(node) != CAP_CNODE) {
      store<u32>(RESULT_SLOT, slot);
      store<u32>(RESULT_BITS, bits);
      return NONE;
    }
  }
}

export function lookupSlot(thread: u32, cptr: u32): u32 {
  return resolveAddressBits(slotCap(thread + TCB_CTABLE), cptr, seL4_WordBits);
}

export function lookupSlotForCNodeOp(isSource: bool, root: u64, cptr: u32, depth: u32): u32 {
  if (capType(root) != CAP_CNODE) {
    invalidRoot();
    return failedLookup(isSource);
  }
  if (depth < 1 || depth > <u32>seL4_WordBits) return rangeError(1, seL4_WordBits);
  if (resolveAddressBits(root, cptr, depth) != NONE) return failedLookup(isSource);
  const left = load<u32>(RESULT_BITS);
  if (left == 0) return NONE;
  depthMismatch(left, 0);
  return failedLookup(isSource);
}

/** The slot must hold something. */
export function ensureFullSlot(slot: u32, depth: u32, isSource: bool): u32 {
  if (capType(slotCap(slot))) return NONE;
  missingCapability(depth);
  return failedLookup(isSource);
}

export function lookupTargetSlot(root: u64, cptr: u32, depth: u32): u32 {
  return lookupSlotForCNodeOp(false, root, cptr, depth);
}
