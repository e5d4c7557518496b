/**
 * Deleting and revoking capabilities, and zombies: objects that are emptied step by step.
 *
 * The last capability to a CNode or TCB becomes a zombie, which counts the slots still to be
 * emptied. `exposed` deletion (asked for by a user) reduces zombies to nothing, one slot a step,
 * with a preemption point after each. A deletion nested in that one never recurses into a CNode: it
 * swaps the CNode's zombie into the CNode's own first slot, where it is no longer reachable from
 * outside and waits for its memory to be revoked. So the depth of recursion is bounded by two.
 *
 *   cteDelete(slot, exposed), cteRevoke(slot)     NONE or PREEMPTED
 *   cteDeleteOne(slot)                            for capabilities that end at once
 *
 * Manual: section 3.1.5 (deletion and revocation).
 */
import {
  CAP_CNODE, CAP_NULL, CAP_THREAD, CAP_ZOMBIE, RESULT_CLEANUP, RESULT_SUCCESS,
} from '../layout.ts';
import { preemptionPoint } from '../model/lock.ts';
import { resultCap } from '../model/state.ts';
import { NONE } from '../model/status.ts';
import { capPtr, capType, zombieCap, zombieKind, zombieSlots } from './cap.ts';
import { cteSwap, isFinalCapability, isMdbParentOf } from './mdb.ts';
import { finaliseCap, postCapDeletion } from './objecttype.ts';
import { slotAt } from './region.ts';
import {
  addFirstBadged, mdbFlags, mdbNext, mdbPrev, setMdb, setMdbNext, setMdbPrev, setSlotCap, slotCap,
} from './slot.ts';

export function cteRevoke(slot: u32): u32 {
  let next = mdbNext(slot);
  while (next && isMdbParentOf(slot, next)) {
    let status = cteDelete(next, true);
    if (status != NONE) return status;
    status = preemptionPoint();
    if (status != NONE) return status;
    next = mdbNext(slot);
  }
  return NONE;
}

export function cteDelete(slot: u32, exposed: bool): u32 {
  const status = finaliseSlot(slot, exposed);
  if (status != NONE) return status;
  if (exposed || load<u32>(RESULT_SUCCESS)) emptySlot(slot, load<u64>(RESULT_CLEANUP));
  return NONE;
}

export function cteDeleteOne(slot: u32): void {
  const cap = slotCap(slot);
  if (capType(cap) == CAP_NULL) return;
  finaliseCap(cap, isFinalCapability(slot));
  emptySlot(slot, load<u64>(RESULT_CLEANUP));
}

/** Whether deleting what is in this slot could take long. */
export function slotCapLongRunningDelete(slot: u32): bool {
  const type = capType(slotCap(slot));
  if (type != CAP_THREAD && type != CAP_ZOMBIE && type != CAP_CNODE) return false;
  return isFinalCapability(slot);
}

function emptySlot(slot: u32, cleanup: u64): void {
  if (capType(slotCap(slot)) == CAP_NULL) return;
  const prev = mdbPrev(slot);
  const next = mdbNext(slot);
  if (prev) setMdbNext(prev, next);
  if (next) {
    setMdbPrev(next, prev);
    // What followed a first of its badge is now the first.
    addFirstBadged(next, mdbFlags(slot));
  }
  setSlotCap(slot, 0);
  setMdb(slot, 0, 0, 0);
  postCapDeletion(cleanup);
}

/** RESULT_SUCCESS: the slot may be emptied; else it holds a zombie of its own CNode. */
function finaliseSlot(slot: u32, exposed: bool): u32 {
  while (capType(slotCap(slot)) != CAP_NULL) {
    finaliseCap(slotCap(slot), isFinalCapability(slot));
    const remainder = resultCap();
    if (isRemovable(remainder, slot)) {
      store<u32>(RESULT_SUCCESS, 1);
      return NONE;
    }
    setSlotCap(slot, remainder);
    if (!exposed && capPtr(remainder) == slot) {
      store<u32>(RESULT_SUCCESS, 0);
      return NONE;
    }
    let status = reduceZombie(slot, exposed);
    if (status != NONE) return status;
    status = preemptionPoint();
    if (status != NONE) return status;
  }
  store<u32>(RESULT_SUCCESS, 1);
  store<u64>(RESULT_CLEANUP, 0);
  return NONE;
}

function isRemovable(cap: u64, slot: u32): bool {
  if (capType(cap) == CAP_NULL) return true;
  const left = zombieSlots(cap);
  return left == 0 || (left == 1 && capPtr(cap) == slot);
}

function reduceZombie(slot: u32, exposed: bool): u32 {
  const zombie = slotCap(slot);
  const ptr = capPtr(zombie);
  if (!exposed) {
    cteSwap(slotCap(ptr), ptr, zombie, slot);
    return NONE;
  }
  const left = zombieSlots(zombie);
  const status = cteDelete(slotAt(ptr, left - 1), false);
  if (status != NONE) return status;
  // The deletion may have swapped this very slot: then a zombie of another object sits here now.
  if (slotCap(slot) == zombie) setSlotCap(slot, zombieCap(ptr, zombieKind(zombie), left - 1));
  return NONE;
}
