/**
 * Faults: a thread that cannot go on makes a call to its fault handler.
 *
 * The handler is a capability address in the thread's own CSpace, looked up now: an endpoint with
 * write and one of the grant rights. Without it the thread stops for good.
 *
 * This architecture: eight registers; there is no instruction to repeat. An unknown call that is
 * answered returns; after an exception the thread starts anew; after a VM fault the window looks
 * again; a call with a bad address is made again.
 *
 * Source: seL4 reference manual, section 6.2; message layouts: the kernel's guide.
 */
import * as abi from '../../../kernel-as/abi.ts';
import { lookupSlot } from './cspace.ts';
import { sendIPC } from './endpoint.ts';
import { getMR, infoLabel, lookupIPCBuffer, reachableLength } from './message.ts';
import { LookupFailure } from './refusal.ts';
import type { Fault, Kernel, Tcb } from './state.ts';
import { newEpoch, setThreadState } from './thread.ts';

/** How many registers an exception shows: IP, SP, FLAGS. */
const EXCEPTION_REGISTERS = 3;

export function capFault(cptr: number, receiving: boolean, failure: LookupFailure): Fault {
  return { kind: abi.seL4_CapFault, words: [cptr, receiving ? 1 : 0, ...failure.words] };
}

export function handleFault(k: Kernel, thread: Tcb, fault: Fault): void {
  const handler = findHandler(thread);
  if (!handler) {
    setThreadState(k, thread, 'inactive');
    return;
  }
  thread.fault = fault;
  sendIPC(k, thread, handler, { blocking: true, call: true });
}

function findHandler(thread: Tcb) {
  try {
    const { cap } = lookupSlot(thread, thread.faultHandler);
    if (cap.type !== 'endpoint' || !cap.rights.write) return null;
    return cap.rights.grant || cap.rights.grantReply ? cap : null;
  } catch (failure) {
    if (failure instanceof LookupFailure) return null;
    throw failure;
  }
}

export function faultMessage(thread: Tcb, fault: Fault): number[] {
  const { registers } = thread;
  switch (fault.kind) {
    case abi.seL4_UnknownSyscall:
      return [...registers, ...fault.words];
    case abi.seL4_UserException:
      return [...registers.slice(0, EXCEPTION_REGISTERS), ...fault.words];
    default:
      return [registers[abi.REG_IP]!, ...fault.words];
  }
}

/** `handler` answers the fault of `thread`. Returns whether the thread goes on. */
export function handleFaultReply(k: Kernel, thread: Tcb, handler: Tcb): boolean {
  const info = handler.call!.info;
  switch (thread.fault!.kind) {
    case abi.seL4_UnknownSyscall:
      takeRegisters(handler, thread, abi.REG_COUNT);
      thread.pending = false;
      return infoLabel(info) === 0;
    case abi.seL4_UserException:
      takeRegisters(handler, thread, EXCEPTION_REGISTERS);
      thread.pending = false;
      newEpoch(k, thread);
      return infoLabel(info) === 0;
    case abi.seL4_VMFault:
      thread.pending = false;
      newEpoch(k, thread);
      return true;
    default:
      return true;
  }
}

function takeRegisters(from: Tcb, to: Tcb, wanted: number): void {
  const buffer = lookupIPCBuffer(from, false);
  const length = Math.min(reachableLength(from.call!.info, buffer), wanted);
  for (let i = 0; i < length; i++) to.registers[i] = getMR(from, buffer, i);
}
