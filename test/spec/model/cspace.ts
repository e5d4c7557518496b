/**
 * Capability addresses: from a CPtr to a slot.
 *
 * Each CNode on the way consumes its guard and its radix. Resolution ends when no bits are left,
 * or at a slot that holds no CNode: a system call accepts bits left over, a CNode method does
 * not.
 *
 * Source: seL4 reference manual, section 3.3.
 */
import { seL4_WordBits } from '../../../kernel-as/abi.ts';
import type { CNodeCap, Cap } from './caps.ts';
import { CTABLE, type Slot, type Tcb } from './state.ts';
import {
  LookupFailure,
  depthMismatch,
  failedLookup,
  guardMismatch,
  invalidRoot,
  rangeError,
} from './refusal.ts';

/** The `count` bits of `word` whose lowest is bit `from`. */
function bits(word: number, from: number, count: number): number {
  if (count === 0) return 0;
  return (word >>> from) & (2 ** count - 1);
}

/** Throws a LookupFailure. */
function resolveAddressBits(root: Cap, cptr: number, depth: number): { slot: Slot; left: number } {
  if (root.type !== 'cnode') throw invalidRoot();
  let cap: CNodeCap = root;
  let left = depth;
  for (;;) {
    const { guard, guardSize, object } = cap;
    if (guardSize > left || bits(cptr, left - guardSize, guardSize) >>> 0 !== guard) {
      throw guardMismatch(left, guard, guardSize);
    }
    const level = guardSize + object.radix;
    if (level > left) throw depthMismatch(left, level);
    const slot: Slot = object.slot(bits(cptr, left - level, object.radix));
    left -= level;
    if (left === 0 || slot.cap.type !== 'cnode') return { slot, left };
    cap = slot.cap;
  }
}

/** The slot that a system call of `thread` names. Throws a LookupFailure. */
export function lookupSlot(thread: Tcb, cptr: number): Slot {
  return resolveAddressBits(thread.slot(CTABLE).cap, cptr, seL4_WordBits).slot;
}

/** The slot that a CNode method names. Throws a SyscallError. */
export function lookupSlotForCNodeOp(
  isSource: boolean,
  root: Cap,
  index: number,
  depth: number,
): Slot {
  if (root.type !== 'cnode') throw failedLookup(isSource, invalidRoot());
  if (depth < 1 || depth > seL4_WordBits) throw rangeError(1, seL4_WordBits);
  try {
    const { slot, left } = resolveAddressBits(root, index, depth);
    if (left !== 0) throw depthMismatch(left, 0);
    return slot;
  } catch (failure) {
    if (failure instanceof LookupFailure) throw failedLookup(isSource, failure);
    throw failure;
  }
}
