/**
 * Faults as messages, and what their answers do.
 *
 * Registers of this architecture: IP, SP, FLAGS, ARG0..3, TLS (abi.ts). Messages:
 *   CapFault         IP, address, in receive phase, lookup failure
 *   UnknownSyscall   the eight registers, number of the call
 *   UserException    IP, SP, FLAGS, number, code
 *   VMFault          IP, address, is instruction, status
 *
 * Answer to UnknownSyscall and UserException: the registers are written back as far as the answer
 * is long, and the thread goes on exactly if its label is 0. After a VMFault it goes on whatever
 * the answer. There is no instruction to be repeated: an unknown call returns; after an exception
 * or a page fault the thread starts anew at IP.
 *
 * Manual: section 6.2 (fault messages).
 */
import {
  COUNTER_IPC, FAULT, FAULT_WORDS, TCB_FAULT, TCB_PENDING, TCB_REGISTERS,
} from '../layout.ts';
import {
  REG_COUNT, REG_IP, seL4_CapFault, seL4_DepthMismatch, seL4_GuardMismatch, seL4_InvalidRoot,
  seL4_UnknownSyscall, seL4_UserException, seL4_VMFault,
} from '../abi.ts';
import { count, newEpoch } from '../model/state.ts';
import {
  callInfo, getMR, infoLabel, lookupIPCBuffer, reachableLength, setMR,
} from '../kernel/message.ts';

/** Registers IP, SP, FLAGS. */
const EXCEPTION_REGISTERS: u32 = 3;

/** Writes the fault of `sender` as a message; returns its length. */
export function setMRsFault(sender: u32, receiver: u32, buffer: u32): u32 {
  const fault: u32 = sender + TCB_FAULT;
  switch (load<u32>(fault)) {
    case seL4_CapFault:
      setMR(receiver, buffer, 0, register(sender, REG_IP));
      setMR(receiver, buffer, 1, load<u32>(fault + 4));
      setMR(receiver, buffer, 2, load<u32>(fault + 8));
      return setMRsLookupFailure(receiver, buffer, fault + 12, 3);
    case seL4_UnknownSyscall:
      setRegisters(sender, receiver, buffer, REG_COUNT);
      return setMR(receiver, buffer, REG_COUNT, load<u32>(fault + 4));
    case seL4_UserException:
      setRegisters(sender, receiver, buffer, EXCEPTION_REGISTERS);
      setMR(receiver, buffer, 3, load<u32>(fault + 4));
      return setMR(receiver, buffer, 4, load<u32>(fault + 8));
    default:
      setMR(receiver, buffer, 0, register(sender, REG_IP));
      setMR(receiver, buffer, 1, load<u32>(fault + 4));
      setMR(receiver, buffer, 2, load<u32>(fault + 8));
      return setMR(receiver, buffer, 3, load<u32>(fault + 12));
  }
}

/** Writes a lookup failure (four words at `failure`) from register `offset` on. */
export function setMRsLookupFailure(tcb: u32, buffer: u32, failure: u32, offset: u32): u32 {
  const kind = load<u32>(failure);
  let length = setMR(tcb, buffer, offset, kind);
  if (kind == seL4_InvalidRoot) return length;
  length = setMR(tcb, buffer, offset + 1, load<u32>(failure + 4));
  if (kind != seL4_DepthMismatch && kind != seL4_GuardMismatch) return length;
  length = setMR(tcb, buffer, offset + 2, load<u32>(failure + 8));
  if (kind == seL4_DepthMismatch) return length;
  return setMR(tcb, buffer, offset + 3, load<u32>(failure + 12));
}

/** `sender` answers the fault of `receiver`. Returns whether the thread goes on. */
export function handleFaultReply(receiver: u32, sender: u32): bool {
  count(COUNTER_IPC);
  const info = callInfo(sender);
  switch (load<u32>(receiver + TCB_FAULT)) {
    case seL4_UnknownSyscall:
      takeRegisters(sender, receiver, info, REG_COUNT);
      store<u32>(receiver + TCB_PENDING, 0);
      return infoLabel(info) == 0;
    case seL4_UserException:
      takeRegisters(sender, receiver, info, EXCEPTION_REGISTERS);
      store<u32>(receiver + TCB_PENDING, 0);
      newEpoch(receiver);
      return infoLabel(info) == 0;
    case seL4_VMFault:
      store<u32>(receiver + TCB_PENDING, 0);
      newEpoch(receiver);
      return true;
    default:
      // A call that used a bad address is made again.
      return true;
  }
}

/** Makes the FAULT words the fault of a thread. */
export function setFault(tcb: u32): void {
  memory.copy(tcb + TCB_FAULT, FAULT, FAULT_WORDS * 4);
}

function register(tcb: u32, index: u32): u32 {
  return load<u32>(tcb + TCB_REGISTERS + index * 4);
}

function setRegisters(from: u32, to: u32, buffer: u32, wanted: u32): void {
  for (let i: u32 = 0; i < wanted; i++) setMR(to, buffer, i, register(from, i));
}

function takeRegisters(from: u32, to: u32, info: u32, wanted: u32): void {
  const buffer = lookupIPCBuffer(false, from);
  const length = min<u32>(reachableLength(info, buffer), wanted);
  for (let i: u32 = 0; i < length; i++) {
    store<u32>(to + TCB_REGISTERS + i * 4, getMR(from, buffer, i));
  }
}
