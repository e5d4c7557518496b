/**
 * Message registers and message info words.
 *
 * Registers 0 to 3 are words of the TCB, the others words of the IPC buffer; a thread without a
 * buffer has only the first four. The buffer's address is worked out from the capability each time,
 * since that capability may have been deleted.
 */
import {
  CAP_FRAME, TCB_BADGE, TCB_BUFFER, TCB_BUFFER_ADDRESS, TCB_CALL_INFO, TCB_INFO, TCB_MR,
} from '../layout.ts';
import {
  IPCBUF_CAPS, IPCBUF_MSG, seL4_CanRead, seL4_CanWrite, seL4_MsgMaxLength, seL4_MsgRegisters,
} from '../abi.ts';
import { capPage, capType, frameRights } from '../object/cap.ts';
import { slotCap } from '../object/slot.ts';

/** Address in kernel memory, or 0. `writing`: the thread receives, so it must be able to write. */
export function lookupIPCBuffer(writing: bool, tcb: u32): u32 {
  const cap = slotCap(tcb + TCB_BUFFER);
  if (capType(cap) != CAP_FRAME) return 0;
  const needed: u32 = writing ? seL4_CanRead | seL4_CanWrite : seL4_CanRead;
  if ((frameRights(cap) & needed) != needed) return 0;
  return capPage(cap) + (load<u32>(tcb + TCB_BUFFER_ADDRESS) & 0xfff);
}

export function infoLabel(info: u32): u32 {
  return info >> 12;
}

export function infoExtraCaps(info: u32): u32 {
  return (info >> 7) & 3;
}

export function infoLength(info: u32): u32 {
  return min<u32>(info & 127, seL4_MsgMaxLength);
}

export function makeInfo(label: u32, unwrapped: u32, extraCaps: u32, length: u32): u32 {
  return (label << 12) | (unwrapped << 9) | (extraCaps << 7) | length;
}

/** Info of the system call that a thread is in. */
export function callInfo(tcb: u32): u32 {
  return load<u32>(tcb + TCB_CALL_INFO);
}

/** Length of a thread's message, as far as it can reach it. */
export function reachableLength(info: u32, buffer: u32): u32 {
  const length = infoLength(info);
  return buffer ? length : min<u32>(length, seL4_MsgRegisters);
}

/** Argument `index` of the system call that `tcb` is in; 0 where there is none. */
export function getMR(tcb: u32, buffer: u32, index: u32): u32 {
  if (index < <u32>seL4_MsgRegisters) return load<u32>(tcb + TCB_MR + index * 4);
  return buffer ? load<u32>(buffer + (IPCBUF_MSG + index) * 4) : 0;
}

/** Returns the length that the message has with this register, which may not fit. */
export function setMR(tcb: u32, buffer: u32, index: u32, value: u32): u32 {
  if (index < <u32>seL4_MsgRegisters) {
    store<u32>(tcb + TCB_MR + index * 4, value);
  } else if (buffer) {
    store<u32>(buffer + (IPCBUF_MSG + index) * 4, value);
  } else {
    return seL4_MsgRegisters;
  }
  return index + 1;
}

/** Copies what both sides can hold; returns how many words that was. */
export function copyMRs(from: u32, fromBuffer: u32, to: u32, toBuffer: u32, length: u32): u32 {
  const inRegisters = min<u32>(length, seL4_MsgRegisters);
  for (let i: u32 = 0; i < inRegisters; i++) {
    store<u32>(to + TCB_MR + i * 4, load<u32>(from + TCB_MR + i * 4));
  }
  if (length <= inRegisters || !fromBuffer || !toBuffer) return inRegisters;
  const at: u32 = (IPCBUF_MSG + seL4_MsgRegisters) * 4;
  memory.copy(toBuffer + at, fromBuffer + at, (length - inRegisters) * 4);
  return length;
}

export function getExtraCPtr(buffer: u32, index: u32): u32 {
  return load<u32>(buffer + (IPCBUF_CAPS + index) * 4);
}

export function setExtraBadge(buffer: u32, index: u32, badge: u32): void {
  store<u32>(buffer + (IPCBUF_CAPS + index) * 4, badge);
}

/** What a system call gives back. */
export function setResult(tcb: u32, badge: u32, info: u32): void {
  store<u32>(tcb + TCB_BADGE, badge);
  store<u32>(tcb + TCB_INFO, info);
}
