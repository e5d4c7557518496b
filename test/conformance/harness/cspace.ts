/**
 * Slots of the root task's CSpace, as programs address them: one number, depth 32.
 *
 * Each function makes one CNode invocation by the thread that is given and returns its error.
 */
import {
  seL4_AllRights,
  seL4_CNode_CancelBadgedSends,
  seL4_CNode_Copy,
  seL4_CNode_Delete,
  seL4_CNode_Mint,
  seL4_CNode_Move,
  seL4_CNode_Mutate,
  seL4_CNode_Revoke,
  seL4_CNode_Rotate,
  seL4_CNode_SaveCaller,
  seL4_CapInitThreadCNode,
  seL4_WordBits,
} from '../../../personality/sel4/index.ts';
import type { CPtr, SeL4Error, Thread } from '../../../personality/sel4/index.ts';

export const ROOT = seL4_CapInitThreadCNode;
export const DEPTH = seL4_WordBits;

export function copy(
  thread: Thread,
  dest: CPtr,
  source: CPtr,
  rights: number = seL4_AllRights,
): SeL4Error {
  return seL4_CNode_Copy(thread, ROOT, dest, DEPTH, ROOT, source, DEPTH, rights);
}

export function mint(
  thread: Thread,
  dest: CPtr,
  source: CPtr,
  badge: number,
  rights: number = seL4_AllRights,
): SeL4Error {
  return seL4_CNode_Mint(thread, ROOT, dest, DEPTH, ROOT, source, DEPTH, rights, badge);
}

export function move(thread: Thread, dest: CPtr, source: CPtr): SeL4Error {
  return seL4_CNode_Move(thread, ROOT, dest, DEPTH, ROOT, source, DEPTH);
}

export function mutate(thread: Thread, dest: CPtr, source: CPtr, data = 0): SeL4Error {
  return seL4_CNode_Mutate(thread, ROOT, dest, DEPTH, ROOT, source, DEPTH, data);
}

export function rotate(thread: Thread, dest: CPtr, pivot: CPtr, source: CPtr): SeL4Error {
  return seL4_CNode_Rotate(
    thread,
    ROOT,
    dest,
    DEPTH,
    0,
    ROOT,
    pivot,
    DEPTH,
    0,
    ROOT,
    source,
    DEPTH,
  );
}

export function remove(thread: Thread, slot: CPtr): SeL4Error {
  return seL4_CNode_Delete(thread, ROOT, slot, DEPTH);
}

export function revoke(thread: Thread, slot: CPtr): SeL4Error {
  return seL4_CNode_Revoke(thread, ROOT, slot, DEPTH);
}

export function cancelBadgedSends(thread: Thread, slot: CPtr): SeL4Error {
  return seL4_CNode_CancelBadgedSends(thread, ROOT, slot, DEPTH);
}

export function saveCaller(thread: Thread, slot: CPtr): SeL4Error {
  return seL4_CNode_SaveCaller(thread, ROOT, slot, DEPTH);
}

/** The data word that gives a CNode capability its guard: 18 bits of guard, 5 of size. */
export function guardWord(guard: number, size: number): number {
  return ((guard & 0x3ffff) << 8) | ((size & 31) << 3);
}
