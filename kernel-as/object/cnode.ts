/**
 * CNode methods: what a holder of a CNode capability may do to the slots that it reaches.
 *
 * The order of checks is part of the interface: destination, its emptiness, source, its fullness,
 * then what is to be derived.
 *
 * Manual: section 10.3.1 (seL4_CNode).
 */
import {
  CNodeCancelBadgedSends, CNodeDelete, CNodeMint, CNodeMove, CNodeMutate, CNodeRevoke,
  CNodeRotate, CNodeSaveCaller, seL4_AllRights,
} from '../abi.ts';
import { CAP_ENDPOINT, CAP_NULL, STATE_RESTART, TCB_CALLER } from '../layout.ts';
import { ensureFullSlot, lookupSlotForCNodeOp, lookupTargetSlot } from '../kernel/cspace.ts';
import { getMR } from '../kernel/message.ts';
import { setThreadState } from '../kernel/thread.ts';
import { extraCap } from '../kernel/transfer.ts';
import { resultCap, resultSlot, setResultCap } from '../model/state.ts';
import { NONE, illegalOperation, truncatedMessage } from '../model/status.ts';
import { capBadge, capHas, capPtr, capType } from './cap.ts';
import { cteDelete, cteRevoke } from './delete.ts';
import { cancelBadgedSends } from './endpoint.ts';
import { cteInsert, cteMove, cteSwap, ensureEmptySlot } from './mdb.ts';
import { deriveCap, maskCapRights, updateCapData } from './objecttype.ts';
import { slotCap } from './slot.ts';

export function decodeCNodeInvocation(
  thread: u32, label: u32, length: u32, buffer: u32, cap: u64,
): u32 {
  if (label < <u32>CNodeRevoke || label > <u32>CNodeSaveCaller) return illegalOperation();
  if (length < 2) return truncatedMessage();
  const status = lookupTargetSlot(cap, getMR(thread, buffer, 0), getMR(thread, buffer, 1));
  if (status != NONE) return status;
  const dest = resultSlot();
  switch (label) {
    case CNodeRevoke:
      setThreadState(thread, STATE_RESTART);
      return cteRevoke(dest);
    case CNodeDelete:
      setThreadState(thread, STATE_RESTART);
      return cteDelete(dest, true);
    case CNodeCancelBadgedSends:
      return decodeCancelBadgedSends(thread, dest);
    case CNodeRotate:
      return decodeRotate(thread, length, buffer, dest);
    case CNodeSaveCaller:
      return decodeSaveCaller(thread, dest);
    default:
      return decodeTake(thread, label, length, buffer, dest);
  }
}

/** Copy, Mint, Move, Mutate. */
function decodeTake(thread: u32, label: u32, length: u32, buffer: u32, dest: u32): u32 {
  const root = extraCap(0);
  if (length < 4 || !root) return truncatedMessage();
  const depth = getMR(thread, buffer, 3);
  let status = ensureEmptySlot(dest);
  if (status != NONE) return status;
  status = lookupSlotForCNodeOp(true, slotCap(root), getMR(thread, buffer, 2), depth);
  if (status != NONE) return status;
  const source = resultSlot();
  status = ensureFullSlot(source, depth, true);
  if (status != NONE) return status;
  const moving = label == CNodeMove || label == CNodeMutate;
  status = moving
    ? prepareMove(thread, label, length, buffer, source)
    : prepareCopy(thread, label, length, buffer, source);
  if (status != NONE) return status;
  if (capType(resultCap()) == CAP_NULL) return illegalOperation();
  setThreadState(thread, STATE_RESTART);
  if (moving) cteMove(resultCap(), source, dest);
  else cteInsert(resultCap(), source, dest);
  return NONE;
}

/** Leaves the derived capability in RESULT_CAP. */
function prepareCopy(thread: u32, label: u32, length: u32, buffer: u32, source: u32): u32 {
  const minting = label == CNodeMint;
  if (length < <u32>(minting ? 6 : 5)) return truncatedMessage();
  const cap = maskCapRights(getMR(thread, buffer, 4), slotCap(source));
  return deriveCap(source, minting ? updateCapData(false, getMR(thread, buffer, 5), cap) : cap);
}

function prepareMove(thread: u32, label: u32, length: u32, buffer: u32, source: u32): u32 {
  if (label == CNodeMove) {
    setResultCap(slotCap(source));
    return NONE;
  }
  if (length < 5) return truncatedMessage();
  setResultCap(updateCapData(true, getMR(thread, buffer, 4), slotCap(source)));
  return NONE;
}

function decodeRotate(thread: u32, length: u32, buffer: u32, dest: u32): u32 {
  const pivotRoot = extraCap(0);
  const sourceRoot = extraCap(1);
  if (length < 8 || !sourceRoot) return truncatedMessage();
  const pivotDepth = getMR(thread, buffer, 4);
  const sourceDepth = getMR(thread, buffer, 7);
  const sourceIndex = getMR(thread, buffer, 6);
  let status = lookupSlotForCNodeOp(true, slotCap(sourceRoot), sourceIndex, sourceDepth);
  if (status != NONE) return status;
  const source = resultSlot();
  const pivotIndex = getMR(thread, buffer, 3);
  status = lookupSlotForCNodeOp(true, slotCap(pivotRoot), pivotIndex, pivotDepth);
  if (status != NONE) return status;
  const pivot = resultSlot();
  if (pivot == source || pivot == dest) return illegalOperation();
  if (source != dest) {
    status = ensureEmptySlot(dest);
    if (status != NONE) return status;
  }
  status = ensureFullSlot(source, sourceDepth, true);
  if (status != NONE) return status;
  status = ensureFullSlot(pivot, pivotDepth, false);
  if (status != NONE) return status;
  const sourceCap = updateCapData(true, getMR(thread, buffer, 5), slotCap(source));
  const pivotCap = updateCapData(true, getMR(thread, buffer, 2), slotCap(pivot));
  if (!capType(sourceCap) || !capType(pivotCap)) return illegalOperation();
  setThreadState(thread, STATE_RESTART);
  rotate(sourceCap, source, pivotCap, pivot, dest);
  return NONE;
}

/** source goes to pivot, pivot to dest; with dest the source, they change places. */
function rotate(sourceCap: u64, source: u32, pivotCap: u64, pivot: u32, dest: u32): void {
  if (source == dest) {
    cteSwap(sourceCap, source, pivotCap, pivot);
  } else {
    cteMove(pivotCap, pivot, dest);
    cteMove(sourceCap, source, pivot);
  }
}

function decodeCancelBadgedSends(thread: u32, dest: u32): u32 {
  const cap = slotCap(dest);
  if (capType(cap) != CAP_ENDPOINT || !capHas(cap, seL4_AllRights)) return illegalOperation();
  setThreadState(thread, STATE_RESTART);
  if (capBadge(cap)) cancelBadgedSends(capPtr(cap), capBadge(cap));
  return NONE;
}

function decodeSaveCaller(thread: u32, dest: u32): u32 {
  const status = ensureEmptySlot(dest);
  if (status != NONE) return status;
  setThreadState(thread, STATE_RESTART);
  const caller: u32 = thread + TCB_CALLER;
  if (capType(slotCap(caller))) cteMove(slotCap(caller), caller, dest);
  return NONE;
}
