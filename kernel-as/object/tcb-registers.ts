/**
 * Reading, writing and copying the registers of a thread: where it starts, and its arguments.
 *
 * A thread whose registers have been written starts anew at REG_IP when it runs next: its old
 * continuation cannot be resumed at another place (new epoch).
 *
 * Manual: section 10.3.3 (seL4_TCB_ReadRegisters and following).
 */
import { REG_COUNT, REG_TLS } from '../abi.ts';
import {
  CAP_THREAD, STATE_RESTART, STATE_RUNNING, TCB_REGISTERS,
} from '../layout.ts';
import { replyWithWords, wantsReply } from '../api/errors.ts';
import { getMR, lookupIPCBuffer, setMR } from '../kernel/message.ts';
import {
  rescheduleRequired, restart, setThreadState, startAnew, suspend,
} from '../kernel/thread.ts';
import { extraCap } from '../kernel/transfer.ts';
import {
  NONE, illegalOperation, invalidCapability, rangeError, truncatedMessage,
} from '../model/status.ts';
import { capPtr, capType } from './cap.ts';
import { slotCap } from './slot.ts';

/** Registers 0 to 2 are the frame registers, the rest the integer registers. */
const FRAME_REGISTERS: u32 = 3;

export function decodeReadRegisters(thread: u32, tcb: u32, length: u32, buffer: u32): u32 {
  if (length < 2) return truncatedMessage();
  const flags = getMR(thread, buffer, 0);
  const wanted = getMR(thread, buffer, 1);
  if (wanted < 1 || wanted > <u32>REG_COUNT) return rangeError(1, REG_COUNT);
  if (tcb == thread) return illegalOperation();
  setThreadState(thread, STATE_RESTART);
  if (flags & 1) suspend(tcb);
  if (wantsReply(thread)) replyWithRegisters(thread, tcb, wanted);
  setThreadState(thread, STATE_RUNNING);
  return NONE;
}

function replyWithRegisters(thread: u32, tcb: u32, wanted: u32): void {
  const buffer = lookupIPCBuffer(true, thread);
  let filled: u32 = 0;
  for (let i: u32 = 0; i < wanted; i++) {
    filled = setMR(thread, buffer, i, load<u32>(tcb + TCB_REGISTERS + i * 4));
  }
  replyWithWords(thread, filled);
}

export function decodeWriteRegisters(thread: u32, tcb: u32, length: u32, buffer: u32): u32 {
  if (length < 2) return truncatedMessage();
  const flags = getMR(thread, buffer, 0);
  const given = getMR(thread, buffer, 1);
  if (length - 2 < given) return truncatedMessage();
  if (tcb == thread) return illegalOperation();
  setThreadState(thread, STATE_RESTART);
  const used = min<u32>(given, REG_COUNT);
  for (let i: u32 = 0; i < used; i++) {
    store<u32>(tcb + TCB_REGISTERS + i * 4, getMR(thread, buffer, i + 2));
  }
  startAnew(tcb);
  if (flags & 1) restart(tcb);
  return NONE;
}

export function decodeCopyRegisters(thread: u32, tcb: u32, length: u32, buffer: u32): u32 {
  const slot = extraCap(0);
  if (length < 1 || !slot) return truncatedMessage();
  if (capType(slotCap(slot)) != CAP_THREAD) return invalidCapability(1);
  const flags = getMR(thread, buffer, 0);
  const source = capPtr(slotCap(slot));
  setThreadState(thread, STATE_RESTART);
  if (flags & 1) suspend(source);
  if (flags & 2) restart(tcb);
  if (flags & 4) copyRange(source, tcb, 0, FRAME_REGISTERS);
  if (flags & 8) copyRange(source, tcb, FRAME_REGISTERS, REG_TLS + 1);
  // A thread that wrote its own registers goes on as it is: it cannot be moved while it runs.
  if (flags & 4 && tcb != thread) startAnew(tcb);
  if (tcb == thread) rescheduleRequired();
  return NONE;
}

function copyRange(source: u32, dest: u32, from: u32, to: u32): void {
  const at: u32 = TCB_REGISTERS + from * 4;
  memory.copy(dest + at, source + at, (to - from) * 4);
}
