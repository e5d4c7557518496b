/**
 * TCB methods, except those that set its spaces and buffer (tcb-space.ts) and registers
 * (tcb-registers.ts).
 *
 * Manual: section 10.3.3 (seL4_TCB).
 */
import {
  REG_TLS, TCBBindNotification, TCBConfigure, TCBCopyRegisters, TCBReadRegisters, TCBResume,
  TCBSetAffinity, TCBSetFlags, TCBSetIPCBuffer, TCBSetMCPriority, TCBSetPriority,
  TCBSetSchedParams, TCBSetSpace, TCBSetTLSBase, TCBSuspend, TCBUnbindNotification,
  TCBWriteRegisters, seL4_CanRead,
} from '../abi.ts';
import {
  CAP_NOTIFICATION, CAP_THREAD, PROCESSORS, STATE_RESTART, STATE_RUNNING, TCB_BOUND, TCB_FLAGS,
  TCB_MCP, TCB_REGISTERS,
} from '../layout.ts';
import { replyWithWord, replyWithWords, wantsReply } from '../api/errors.ts';
import { getMR } from '../kernel/message.ts';
import { restart, setAffinity, setPriority, setThreadState, suspend } from '../kernel/thread.ts';
import { extraCap } from '../kernel/transfer.ts';
import { isOnline } from '../model/lock.ts';
import {
  NONE, illegalOperation, invalidCapability, rangeError, truncatedMessage,
} from '../model/status.ts';
import { capHas, capPtr, capType } from './cap.ts';
import { bindNotification, boundThread, hasWaiters, unbindNotification } from './notification.ts';
import { slotCap } from './slot.ts';
import { decodeCopyRegisters, decodeReadRegisters, decodeWriteRegisters } from './tcb-registers.ts';
import { decodeConfigure, decodeSetIPCBuffer, decodeSetSpace } from './tcb-space.ts';

export function decodeTCBInvocation(
  thread: u32, label: u32, length: u32, buffer: u32, slot: u32,
): u32 {
  const tcb = capPtr(slotCap(slot));
  switch (label) {
    case TCBReadRegisters:
      return decodeReadRegisters(thread, tcb, length, buffer);
    case TCBWriteRegisters:
      return decodeWriteRegisters(thread, tcb, length, buffer);
    case TCBCopyRegisters:
      return decodeCopyRegisters(thread, tcb, length, buffer);
    case TCBConfigure:
      return decodeConfigure(thread, slot, length, buffer);
    case TCBSetIPCBuffer:
      return decodeSetIPCBuffer(thread, slot, length, buffer);
    case TCBSetSpace:
      return decodeSetSpace(thread, slot, length, buffer);
    case TCBSetPriority:
    case TCBSetMCPriority:
    case TCBSetSchedParams:
      return decodeSetPriorities(thread, tcb, label, length, buffer);
    case TCBSuspend:
      setThreadState(thread, STATE_RESTART);
      return invokeSuspend(thread, tcb);
    case TCBResume:
      setThreadState(thread, STATE_RESTART);
      restart(tcb);
      return NONE;
    case TCBBindNotification:
      return decodeBind(thread, tcb);
    case TCBUnbindNotification:
      if (!load<u32>(tcb + TCB_BOUND)) return illegalOperation();
      setThreadState(thread, STATE_RESTART);
      unbindNotification(tcb);
      return NONE;
    case TCBSetAffinity:
      return decodeSetAffinity(thread, tcb, length, buffer);
    case TCBSetTLSBase:
      if (length < 1) return truncatedMessage();
      setThreadState(thread, STATE_RESTART);
      store<u32>(tcb + TCB_REGISTERS + REG_TLS * 4, getMR(thread, buffer, 0));
      return NONE;
    case TCBSetFlags:
      return decodeSetFlags(thread, tcb, length, buffer);
    default:
      return illegalOperation();
  }
}

/** A thread that suspends itself has finished this call: it goes on behind it when resumed. */
function invokeSuspend(thread: u32, tcb: u32): u32 {
  if (tcb == thread) {
    if (wantsReply(thread)) replyWithWords(thread, 0);
    setThreadState(thread, STATE_RUNNING);
  }
  suspend(tcb);
  return NONE;
}

function decodeSetPriorities(thread: u32, tcb: u32, label: u32, length: u32, buffer: u32): u32 {
  const both = label == TCBSetSchedParams;
  const auth = extraCap(0);
  if (length < <u32>(both ? 2 : 1) || !auth) return truncatedMessage();
  if (capType(slotCap(auth)) != CAP_THREAD) return invalidCapability(1);
  const limit = load<u32>(capPtr(slotCap(auth)) + TCB_MCP);
  const first = getMR(thread, buffer, 0);
  const second = both ? getMR(thread, buffer, 1) : first;
  if (first > limit || second > limit) return rangeError(0, limit);
  setThreadState(thread, STATE_RESTART);
  if (label != TCBSetPriority) store<u32>(tcb + TCB_MCP, first);
  if (label != TCBSetMCPriority) setPriority(tcb, second);
  return NONE;
}

function decodeBind(thread: u32, tcb: u32): u32 {
  const slot = extraCap(0);
  if (!slot) return truncatedMessage();
  if (load<u32>(tcb + TCB_BOUND)) return illegalOperation();
  const cap = slotCap(slot);
  if (capType(cap) != CAP_NOTIFICATION || !capHas(cap, seL4_CanRead)) return illegalOperation();
  const ntfn = capPtr(cap);
  if (hasWaiters(ntfn) || boundThread(ntfn)) return illegalOperation();
  setThreadState(thread, STATE_RESTART);
  bindNotification(tcb, ntfn);
  return NONE;
}

function decodeSetAffinity(thread: u32, tcb: u32, length: u32, buffer: u32): u32 {
  if (length < 1) return truncatedMessage();
  const cpu = getMR(thread, buffer, 0);
  if (cpu >= load<u32>(PROCESSORS) || !isOnline(cpu)) return illegalOperation();
  setThreadState(thread, STATE_RESTART);
  setAffinity(tcb, cpu);
  return NONE;
}

/** No flag has a meaning on this architecture (the FPU flag is kept, as seL4 keeps it). */
function decodeSetFlags(thread: u32, tcb: u32, length: u32, buffer: u32): u32 {
  if (length < 2) return truncatedMessage();
  const cleared: u32 = load<u32>(tcb + TCB_FLAGS) & ~getMR(thread, buffer, 0);
  const flags: u32 = cleared | (getMR(thread, buffer, 1) & 1);
  setThreadState(thread, STATE_RESTART);
  store<u32>(tcb + TCB_FLAGS, flags);
  replyWithWord(thread, flags);
  setThreadState(thread, STATE_RUNNING);
  return NONE;
}
