/**
 * TCB_Configure, TCB_SetSpace, TCB_SetIPCBuffer: the capabilities in a TCB's own slots.
 *
 * All new capabilities are derived and checked before any old one is deleted. Deleting an old root
 * may be preempted; the call is then executed again and finds less to delete.
 *
 * Manual: section 10.3.3 (seL4_TCB_Configure, SetSpace, SetIPCBuffer).
 */
import { IPCBUF_BITS } from '../abi.ts';
import {
  CAP_CNODE, CAP_FRAME, CAP_PAGE_DIRECTORY, STATE_RESTART, TCB_BUFFER, TCB_BUFFER_ADDRESS,
  TCB_CTABLE, TCB_FAULT_HANDLER, TCB_VTABLE,
} from '../layout.ts';
import { getMR } from '../kernel/message.ts';
import { rescheduleRequired, setThreadState } from '../kernel/thread.ts';
import { extraCap } from '../kernel/transfer.ts';
import { currentThread, resultCap } from '../model/state.ts';
import { NONE, alignmentError, illegalOperation, truncatedMessage } from '../model/status.ts';
import { capPtr, capType, frameIsDevice, threadCap } from './cap.ts';
import { cteDelete, slotCapLongRunningDelete } from './delete.ts';
import { cteInsert } from './mdb.ts';
import { deriveCap, updateCapData } from './objecttype.ts';
import { sameObjectAs } from './region.ts';
import { slotCap } from './slot.ts';

export function decodeConfigure(thread: u32, slot: u32, length: u32, buffer: u32): u32 {
  const cSlot = extraCap(0);
  const vSlot = extraCap(1);
  const bSlot = extraCap(2);
  if (length < 4 || !bSlot) return truncatedMessage();
  const tcb = capPtr(slotCap(slot));
  const address = getMR(thread, buffer, 3);
  let status = deriveBuffer(bSlot, address);
  if (status != NONE) return status;
  const bCap = resultCap();
  const cData = getMR(thread, buffer, 1);
  const vData = getMR(thread, buffer, 2);
  status = deriveSpaces(tcb, cSlot, cData, vSlot, vData);
  if (status != NONE) return status;
  const cCap = spaceCap(cSlot, cData);
  const vCap = spaceCap(vSlot, vData);
  setThreadState(thread, STATE_RESTART);
  const handler = getMR(thread, buffer, 0);
  status = invokeSetSpace(tcb, slot, handler, cCap, cSlot, vCap, vSlot);
  if (status != NONE) return status;
  return invokeSetBuffer(tcb, slot, address, bCap, bSlot);
}

export function decodeSetSpace(thread: u32, slot: u32, length: u32, buffer: u32): u32 {
  const cSlot = extraCap(0);
  const vSlot = extraCap(1);
  if (length < 3 || !vSlot) return truncatedMessage();
  const tcb = capPtr(slotCap(slot));
  const cData = getMR(thread, buffer, 1);
  const vData = getMR(thread, buffer, 2);
  const status = deriveSpaces(tcb, cSlot, cData, vSlot, vData);
  if (status != NONE) return status;
  const cCap = spaceCap(cSlot, cData);
  const vCap = spaceCap(vSlot, vData);
  setThreadState(thread, STATE_RESTART);
  return invokeSetSpace(tcb, slot, getMR(thread, buffer, 0), cCap, cSlot, vCap, vSlot);
}

export function decodeSetIPCBuffer(thread: u32, slot: u32, length: u32, buffer: u32): u32 {
  const bSlot = extraCap(0);
  if (length < 1 || !bSlot) return truncatedMessage();
  const address = getMR(thread, buffer, 0);
  const status = deriveBuffer(bSlot, address);
  if (status != NONE) return status;
  const cap = resultCap();
  setThreadState(thread, STATE_RESTART);
  return invokeSetBuffer(capPtr(slotCap(slot)), slot, address, cap, bSlot);
}

/** Checks both roots. */
function deriveSpaces(tcb: u32, cSlot: u32, cData: u32, vSlot: u32, vData: u32): u32 {
  if (slotCapLongRunningDelete(tcb + TCB_CTABLE) || slotCapLongRunningDelete(tcb + TCB_VTABLE)) {
    return illegalOperation();
  }
  let status = deriveCap(cSlot, withData(cSlot, cData));
  if (status != NONE) return status;
  if (capType(resultCap()) != CAP_CNODE) return illegalOperation();
  status = deriveCap(vSlot, withData(vSlot, vData));
  if (status != NONE) return status;
  return capType(resultCap()) == CAP_PAGE_DIRECTORY ? NONE : illegalOperation();
}

/** The root as deriveSpaces has found it good. */
function spaceCap(slot: u32, data: u32): u64 {
  deriveCap(slot, withData(slot, data));
  return resultCap();
}

/** Data 0 keeps the guard. */
function withData(slot: u32, data: u32): u64 {
  return data ? updateCapData(false, data, slotCap(slot)) : slotCap(slot);
}

/** Address 0: no buffer. */
function deriveBuffer(slot: u32, address: u32): u32 {
  if (!address) return NONE;
  const status = deriveCap(slot, slotCap(slot));
  if (status != NONE) return status;
  const cap = resultCap();
  if (capType(cap) != CAP_FRAME || frameIsDevice(cap)) return illegalOperation();
  return address & ((1 << IPCBUF_BITS) - 1) ? alignmentError() : NONE;
}

function invokeSetSpace(
  tcb: u32, slot: u32, handler: u32, cCap: u64, cSlot: u32, vCap: u64, vSlot: u32,
): u32 {
  store<u32>(tcb + TCB_FAULT_HANDLER, handler);
  let status = cteDelete(tcb + TCB_CTABLE, true);
  if (status != NONE) return status;
  insertIfStillThere(tcb, slot, cCap, cSlot, tcb + TCB_CTABLE);
  status = cteDelete(tcb + TCB_VTABLE, true);
  if (status != NONE) return status;
  insertIfStillThere(tcb, slot, vCap, vSlot, tcb + TCB_VTABLE);
  return NONE;
}

function invokeSetBuffer(tcb: u32, slot: u32, address: u32, cap: u64, source: u32): u32 {
  const status = cteDelete(tcb + TCB_BUFFER, true);
  if (status != NONE) return status;
  store<u32>(tcb + TCB_BUFFER_ADDRESS, address);
  if (address) insertIfStillThere(tcb, slot, cap, source, tcb + TCB_BUFFER);
  if (tcb == currentThread()) rescheduleRequired();
  return NONE;
}

/** Deleting the old capability may have taken the new one, or the thread itself, along. */
function insertIfStillThere(tcb: u32, tcbSlot: u32, cap: u64, source: u32, dest: u32): void {
  if (!sameObjectAs(cap, slotCap(source))) return;
  if (!sameObjectAs(threadCap(tcb), slotCap(tcbSlot))) return;
  cteInsert(cap, source, dest);
}
