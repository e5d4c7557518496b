/**
 * System calls of the current thread.
 *
 * A call stays with its thread until it is over: a thread that was blocked and is restarted makes
 * it again, and so does one whose long operation was preempted.
 *
 *   beginCall, beginFault   the thread enters the kernel
 *   executeCall             what it came for; it may block, stop, or have to be made again
 *   handleInvocation        Send, NBSend and Call
 *
 * Source: seL4 reference manual, sections 2.2 and 10.2.
 */
import * as abi from '../../../kernel-as/abi.ts';
import type { EndpointCap } from './caps.ts';
import { decodeCNode } from './cnode.ts';
import { lookupSlot } from './cspace.ts';
import { receiveIPC, sendIPC } from './endpoint.ts';
import { capFault, handleFault } from './fault.ts';
import { decodeIrqControl, decodeIrqHandler } from './interrupt.ts';
import { type Invocation, act, extra, arg } from './invocation.ts';
import { type PortAccess, decodePort, decodePortControl } from './ioport.ts';
import { infoLabel, lookupIPCBuffer, reachableLength, setReply } from './message.ts';
import { receiveSignal, sendSignal } from './notification.ts';
import {
  LookupFailure,
  PREEMPTED,
  SyscallError,
  illegalOperation,
  invalidArgument,
  invalidCapability,
  missingCapability,
  truncatedMessage,
} from './refusal.ts';
import { deleteCallerCap, doReplyTransfer } from './reply.ts';
import { CALLER, type Fault, type Kernel, type Call, type Slot, type Tcb } from './state.ts';
import { decodeTcb } from './tcb.ts';
import { goBehindEquals, setDomain, setThreadState } from './thread.ts';
import { BadExtraCap, lookupExtraCaps } from './transfer.ts';
import { decodeUntyped } from './untyped.ts';
import { decodeFrame, decodePageTable } from './vspace.ts';

export function beginCall(thread: Tcb, syscall: number, cptr: number, info: number): void {
  thread.call = { syscall, cptr, info, fault: null };
  thread.pending = true;
  thread.info = info;
}

export function beginFault(thread: Tcb, fault: Fault): void {
  thread.call = { syscall: 0, cptr: 0, info: 0, fault };
  thread.pending = true;
  thread.info = null;
}

export function executeCall(k: Kernel, thread: Tcb): void {
  thread.state = 'running';
  dispatch(k, thread, thread.call!);
  if (thread.state === 'running') thread.pending = false;
}

function dispatch(k: Kernel, thread: Tcb, call: Call): void {
  if (call.fault) {
    handleFault(k, thread, call.fault);
    return;
  }
  switch (call.syscall) {
    case abi.SysCall:
      handleInvocation(k, thread, { isCall: true, blocking: true, portsAllowed: false });
      return;
    case abi.SysReplyRecv:
      handleReply(k, thread);
      handleRecv(k, thread, call.cptr, true);
      return;
    case abi.SysSend:
      handleInvocation(k, thread, { isCall: false, blocking: true, portsAllowed: false });
      return;
    case abi.SysNBSend:
      handleInvocation(k, thread, { isCall: false, blocking: false, portsAllowed: false });
      return;
    case abi.SysRecv:
      handleRecv(k, thread, call.cptr, true);
      return;
    case abi.SysReply:
      handleReply(k, thread);
      return;
    case abi.SysYield:
      goBehindEquals(k, thread);
      return;
    case abi.SysNBRecv:
      handleRecv(k, thread, call.cptr, false);
      return;
    default:
      handleFault(k, thread, { kind: abi.seL4_UnknownSyscall, words: [call.syscall >>> 0] });
  }
}

// ---- Receiving and replying

function handleRecv(k: Kernel, thread: Tcb, cptr: number, blocking: boolean): void {
  const refused = (failure: LookupFailure) => handleFault(k, thread, capFault(cptr, true, failure));
  const slot = tryLookup(thread, cptr);
  if (slot instanceof LookupFailure) {
    refused(slot);
    return;
  }
  const { cap } = slot;
  if (cap.type === 'endpoint' && cap.rights.read) {
    deleteCallerCap(k, thread);
    receiveIPC(k, thread, cap, blocking);
  } else if (
    cap.type === 'notification' &&
    cap.rights.read &&
    (!cap.object.bound || cap.object.bound === thread)
  ) {
    receiveSignal(k, thread, cap, blocking);
  } else {
    refused(missingCapability(0));
  }
}

function handleReply(k: Kernel, thread: Tcb): void {
  const slot = thread.slot(CALLER);
  const { cap } = slot;
  if (cap.type !== 'reply' || cap.master) return;
  doReplyTransfer(k, thread, cap.caller, slot, cap.grant);
}

// ---- Invocations

export interface InvocationOptions {
  readonly isCall: boolean;
  readonly blocking: boolean;
  readonly portsAllowed: boolean;
}

export type Outcome = 'done' | 'preempted' | PortAccess;

function tryLookup(thread: Tcb, cptr: number): Slot | LookupFailure {
  try {
    return lookupSlot(thread, cptr);
  } catch (failure) {
    if (failure instanceof LookupFailure) return failure;
    throw failure;
  }
}

/**
 * Capability addresses that do not resolve are a fault, of which a call that never blocks is
 * spared.
 */
export function handleInvocation(k: Kernel, thread: Tcb, options: InvocationOptions): Outcome {
  const { cptr, info } = thread.call!;
  const fault = (at: number, failure: LookupFailure): Outcome => {
    if (options.blocking) handleFault(k, thread, capFault(at, false, failure));
    return 'done';
  };
  const slot = tryLookup(thread, cptr);
  if (slot instanceof LookupFailure) return fault(cptr, slot);
  const buffer = lookupIPCBuffer(thread, false);
  let caps: Slot[];
  try {
    caps = lookupExtraCaps(thread, buffer, info);
  } catch (bad) {
    if (bad instanceof BadExtraCap) return fault(bad.cptr, bad.failure);
    throw bad;
  }
  const length = reachableLength(info, buffer);
  const label = infoLabel(info);
  return perform(k, { thread, slot, label, length, buffer, caps, ...options });
}

function perform(k: Kernel, call: Invocation): Outcome {
  const { thread } = call;
  let port: PortAccess | null = null;
  try {
    port = decodeInvocation(k, call);
  } catch (refusal) {
    if (refusal === PREEMPTED) return 'preempted';
    if (!(refusal instanceof SyscallError)) throw refusal;
    if (call.isCall) setReply(thread, refusal.label, refusal.words);
    return 'done';
  }
  if (thread.state === 'restart') {
    if (call.isCall) setReply(thread, 0, []);
    setThreadState(k, thread, 'running');
  }
  return port ?? 'done';
}

function decodeInvocation(k: Kernel, call: Invocation): PortAccess | null {
  const { cap } = call.slot;
  switch (cap.type) {
    case 'null':
    case 'zombie':
      throw invalidCapability(0);
    case 'endpoint':
      sendMessage(k, call, cap);
      return null;
    case 'notification':
      if (!cap.rights.write) throw invalidCapability(0);
      act(k, call);
      sendSignal(k, cap.object, cap.badge);
      return null;
    case 'reply':
      if (cap.master) throw invalidCapability(0);
      act(k, call);
      doReplyTransfer(k, call.thread, cap.caller, call.slot, cap.grant);
      return null;
    case 'ioPort':
      return decodePort(k, call, cap);
    default:
      decodeObject(k, call);
      return null;
  }
}

function sendMessage(k: Kernel, call: Invocation, cap: EndpointCap): void {
  if (!cap.rights.write) throw invalidCapability(0);
  act(k, call);
  sendIPC(k, call.thread, cap, { blocking: call.blocking, call: call.isCall });
}

function decodeObject(k: Kernel, call: Invocation): void {
  const { cap } = call.slot;
  switch (cap.type) {
    case 'untyped':
      return decodeUntyped(k, call, cap);
    case 'cnode':
      return decodeCNode(k, call, cap);
    case 'thread':
      return decodeTcb(k, call, cap.object);
    case 'irqControl':
      return decodeIrqControl(k, call);
    case 'irqHandler':
      return decodeIrqHandler(k, call, cap.line);
    case 'ioPortControl':
      return decodePortControl(k, call);
    case 'frame':
      return decodeFrame(k, call, cap);
    case 'pageTable':
      return decodePageTable(k, call, cap);
    case 'domain':
      return decodeDomain(k, call);
    default:
      throw illegalOperation();
  }
}

/** There is one scheduling domain, number 0. */
function decodeDomain(k: Kernel, call: Invocation): void {
  if (call.label !== abi.DomainSetSet) throw illegalOperation();
  if (call.length < 1) throw truncatedMessage();
  const domain = arg(call, 0);
  if (domain >= 1) throw invalidArgument(0);
  if (!call.caps[0]) throw truncatedMessage();
  const { cap } = extra(call, 0);
  if (cap.type !== 'thread') throw invalidArgument(1);
  act(k, call);
  setDomain(k, cap.object, domain);
}
