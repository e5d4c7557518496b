/**
 * System calls of the current thread.
 *
 * A call is kept in the TCB until it is over, so that the kernel can execute it again: when the
 * thread was blocked and is restarted, or when a long operation was preempted.
 *
 * Manual: section 2.2 (system calls) and 10.2 (API reference).
 */
import {
  SysCall, SysNBRecv, SysNBSend, SysRecv, SysReply, SysReplyRecv, SysSend, SysYield, seL4_CanRead,
  seL4_UnknownSyscall,
} from '../abi.ts';
import {
  CAP_ENDPOINT, CAP_NOTIFICATION, CAP_REPLY, FAULT, STATE_RESTART, STATE_RUNNING, TCB_CALLER,
  TCB_CALL_CPTR, TCB_CALL_INFO, TCB_INFO, TCB_FAULT, TCB_PENDING,
  TCB_STATE, TCB_SYSCALL,
} from '../layout.ts';
import { lookupSlot } from '../kernel/cspace.ts';
import { handleFault } from '../kernel/fault.ts';
import { lookupIPCBuffer, reachableLength, setResult } from '../kernel/message.ts';
import { goBehindEquals, setThreadState } from '../kernel/thread.ts';
import { lookupExtraCaps } from '../kernel/transfer.ts';
import { resultSlot } from '../model/state.ts';
import { NONE, PREEMPTED, SYSCALL_ERROR, capFault, missingCapability } from '../model/status.ts';
import { capHas, capPtr, capType, replyCanGrant, replyIsMaster } from '../object/cap.ts';
import { receiveIPC } from '../object/endpoint.ts';
import { boundThread, receiveSignal } from '../object/notification.ts';
import { deleteCallerCap, doReplyTransfer } from '../object/reply.ts';
import { slotCap } from '../object/slot.ts';
import { replyWithError } from './errors.ts';
import { decodeInvocation } from './invocation.ts';

/** Stands in TCB_SYSCALL, with the kind of fault. No user can pass it: see enter(). */
export const CALL_IS_FAULT: i32 = 0x4000_0000;

export function beginCall(thread: u32, syscall: i32, cptr: u32, info: u32): void {
  store<i32>(thread + TCB_SYSCALL, syscall);
  store<u32>(thread + TCB_CALL_CPTR, cptr);
  store<u32>(thread + TCB_CALL_INFO, info);
  store<u32>(thread + TCB_INFO, info);
  store<u32>(thread + TCB_PENDING, 1);
}

/**
 * Executes the call that the current thread has pending. May leave it pending: blocked, preempted.
 */
export function executeCall(thread: u32): void {
  store<u32>(thread + TCB_STATE, STATE_RUNNING);
  dispatch(thread);
  if (load<u32>(thread + TCB_STATE) == STATE_RUNNING) store<u32>(thread + TCB_PENDING, 0);
}

function dispatch(thread: u32): void {
  switch (load<i32>(thread + TCB_SYSCALL)) {
    case SysCall:
      handleInvocation(thread, true, true);
      break;
    case SysReplyRecv:
      handleReply(thread);
      handleRecv(thread, true);
      break;
    case SysSend:
      handleInvocation(thread, false, true);
      break;
    case SysNBSend:
      handleInvocation(thread, false, false);
      break;
    case SysRecv:
      handleRecv(thread, true);
      break;
    case SysReply:
      handleReply(thread);
      break;
    case SysYield:
      goBehindEquals(thread);
      break;
    case SysNBRecv:
      handleRecv(thread, false);
      break;
    default:
      raiseFault(thread, load<i32>(thread + TCB_SYSCALL));
      break;
  }
}

/** A fault is kept as a call, so that a thread stopped in the middle of it raises it again. */
export function beginFault(thread: u32, kind: u32, w0: u32, w1: u32, w2: u32): void {
  beginCall(thread, CALL_IS_FAULT | kind, w0, w1);
  // Where the fault will have it, and nothing else writes: TCB_FAULT is the handler's by then.
  store<u32>(thread + TCB_FAULT + 12, w2);
}

function raiseFault(thread: u32, syscall: i32): void {
  if ((syscall & ~15) == CALL_IS_FAULT) {
    store<u32>(FAULT, syscall & 15);
    store<u32>(FAULT + 4, load<u32>(thread + TCB_CALL_CPTR));
    store<u32>(FAULT + 8, load<u32>(thread + TCB_CALL_INFO));
    store<u32>(FAULT + 12, load<u32>(thread + TCB_FAULT + 12));
  } else {
    store<u32>(FAULT, seL4_UnknownSyscall);
    store<i32>(FAULT + 4, syscall);
  }
  handleFault(thread);
}

/** Send, NBSend, Call. PREEMPTED: the thread is in Restart and the call still pending. */
export function handleInvocation(thread: u32, call: bool, blocking: bool): u32 {
  const cptr = load<u32>(thread + TCB_CALL_CPTR);
  const info = load<u32>(thread + TCB_CALL_INFO);
  if (lookupSlot(thread, cptr) != NONE) {
    capFault(cptr, false);
    if (blocking) handleFault(thread);
    return NONE;
  }
  const slot = resultSlot();
  const buffer = lookupIPCBuffer(false, thread);
  if (lookupExtraCaps(thread, buffer, info) != NONE) {
    if (blocking) handleFault(thread);
    return NONE;
  }
  const length = reachableLength(info, buffer);
  const status = decodeInvocation(thread, slot, length, buffer, blocking, call);
  if (status == PREEMPTED) return PREEMPTED;
  if (status == SYSCALL_ERROR) {
    if (call) replyWithError(thread);
    return NONE;
  }
  if (load<u32>(thread + TCB_STATE) == STATE_RESTART) {
    if (call) setResult(thread, 0, 0);
    setThreadState(thread, STATE_RUNNING);
  }
  return NONE;
}

function handleRecv(thread: u32, blocking: bool): void {
  const cptr = load<u32>(thread + TCB_CALL_CPTR);
  if (lookupSlot(thread, cptr) != NONE) {
    capFault(cptr, true);
    handleFault(thread);
    return;
  }
  const cap = slotCap(resultSlot());
  const type = capType(cap);
  const readable = capHas(cap, seL4_CanRead);
  if (type == CAP_ENDPOINT && readable) {
    deleteCallerCap(thread);
    receiveIPC(thread, cap, blocking);
  } else if (type == CAP_NOTIFICATION && readable && mayWait(thread, capPtr(cap))) {
    receiveSignal(thread, cap, blocking);
  } else {
    missingCapability(0);
    capFault(cptr, true);
    handleFault(thread);
  }
}

/** Only the bound thread may wait on a bound notification. */
function mayWait(thread: u32, ntfn: u32): bool {
  const bound = boundThread(ntfn);
  return !bound || bound == thread;
}

function handleReply(thread: u32): void {
  const slot = thread + TCB_CALLER;
  const cap = slotCap(slot);
  if (capType(cap) != CAP_REPLY || replyIsMaster(cap)) return;
  doReplyTransfer(thread, capPtr(cap), slot, replyCanGrant(cap));
}
