/**
 * CNode methods: what the holder of a CNode capability may do to the slots that it reaches.
 *
 * The order of the checks is part of the interface: destination and its emptiness, source and its
 * fullness, then what is to be derived.
 *
 * Source: seL4 reference manual, section 10.3.1.
 */
import * as abi from '../../../kernel-as/abi.ts';
import { type Cap, type CNodeCap, rightsFromWord, wordFromRights } from './caps.ts';
import { lookupSlotForCNodeOp } from './cspace.ts';
import { cteDelete, cteRevoke } from './delete.ts';
import { deriveCap, maskCapRights, updateCapData } from './derive.ts';
import { cancelBadgedSends } from './endpoint.ts';
import { type Invocation, act, arg, extra } from './invocation.ts';
import { cteInsert, cteMove, cteSwap, ensureEmptySlot } from './mdb.ts';
import { failedLookup, illegalOperation, missingCapability, truncatedMessage } from './refusal.ts';
import { CALLER, type Kernel, type Slot } from './state.ts';

export function decodeCNode(k: Kernel, call: Invocation, cap: CNodeCap): void {
  const { label } = call;
  if (label < abi.CNodeRevoke || label > abi.CNodeSaveCaller) throw illegalOperation();
  if (call.length < 2) throw truncatedMessage();
  const slot = lookupSlotForCNodeOp(false, cap, arg(call, 0), arg(call, 1));
  switch (label) {
    case abi.CNodeRevoke:
      act(k, call);
      cteRevoke(k, slot);
      return;
    case abi.CNodeDelete:
      act(k, call);
      cteDelete(k, slot, true);
      return;
    case abi.CNodeCancelBadgedSends:
      decodeCancelBadgedSends(k, call, slot.cap);
      return;
    case abi.CNodeSaveCaller:
      ensureEmptySlot(slot);
      act(k, call);
      saveCaller(k, call, slot);
      return;
    case abi.CNodeRotate:
      decodeRotate(k, call, slot);
      return;
    default:
      decodeCopyOrMove(k, call, slot);
  }
}

function decodeCancelBadgedSends(k: Kernel, call: Invocation, cap: Cap): void {
  if (cap.type !== 'endpoint' || wordFromRights(cap.rights) !== abi.seL4_AllRights) {
    throw illegalOperation();
  }
  act(k, call);
  if (cap.badge !== 0) cancelBadgedSends(k, cap.object, cap.badge);
}

function saveCaller(k: Kernel, call: Invocation, dest: Slot): void {
  const source = call.thread.slot(CALLER);
  if (source.cap.type === 'reply' && !source.cap.master) cteMove(k, source.cap, source, dest);
}

const LENGTHS = new Map<number, number>([
  [abi.CNodeCopy, 5],
  [abi.CNodeMint, 6],
  [abi.CNodeMove, 4],
  [abi.CNodeMutate, 5],
]);

function decodeCopyOrMove(k: Kernel, call: Invocation, dest: Slot): void {
  if (call.length < 4 || !call.caps[0]) throw truncatedMessage();
  ensureEmptySlot(dest);
  const depth = arg(call, 3);
  const source = lookupSlotForCNodeOp(true, extra(call, 0).cap, arg(call, 2), depth);
  if (source.cap.type === 'null') throw failedLookup(true, missingCapability(depth));
  if (call.length < LENGTHS.get(call.label)!) throw truncatedMessage();
  const cap = newCapFor(call, source);
  if (cap.type === 'null') throw illegalOperation();
  act(k, call);
  const isMove = call.label === abi.CNodeMove || call.label === abi.CNodeMutate;
  if (isMove) cteMove(k, cap, source, dest);
  else cteInsert(k, cap, source, dest);
}

function newCapFor(call: Invocation, source: Slot): Cap {
  switch (call.label) {
    case abi.CNodeCopy:
      return deriveCap(source, maskCapRights(rightsFromWord(arg(call, 4)), source.cap));
    case abi.CNodeMint: {
      const masked = maskCapRights(rightsFromWord(arg(call, 4)), source.cap);
      return deriveCap(source, updateCapData(false, arg(call, 5), masked));
    }
    case abi.CNodeMove:
      return source.cap;
    default:
      return updateCapData(true, arg(call, 4), source.cap);
  }
}

/** Pivot goes to dest, source goes to pivot; where dest is source, the two change places. */
function decodeRotate(k: Kernel, call: Invocation, dest: Slot): void {
  if (call.length < 8 || !call.caps[0] || !call.caps[1]) throw truncatedMessage();
  const [pivotDepth, sourceDepth] = [arg(call, 4), arg(call, 7)];
  const source = lookupSlotForCNodeOp(true, extra(call, 1).cap, arg(call, 6), sourceDepth);
  const pivot = lookupSlotForCNodeOp(true, extra(call, 0).cap, arg(call, 3), pivotDepth);
  if (pivot === source || pivot === dest) throw illegalOperation();
  if (source !== dest) ensureEmptySlot(dest);
  if (source.cap.type === 'null') throw failedLookup(true, missingCapability(sourceDepth));
  if (pivot.cap.type === 'null') throw failedLookup(false, missingCapability(pivotDepth));
  const newSource = updateCapData(true, arg(call, 5), source.cap);
  const newPivot = updateCapData(true, arg(call, 2), pivot.cap);
  if (newSource.type === 'null' || newPivot.type === 'null') throw illegalOperation();
  act(k, call);
  if (source === dest) {
    cteSwap(k, newSource, source, newPivot, pivot);
  } else {
    cteMove(k, newPivot, pivot, dest);
    cteMove(k, newSource, source, pivot);
  }
}
