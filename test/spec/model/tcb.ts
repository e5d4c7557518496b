/**
 * Methods of threads, except those that set their spaces (tcb-space.ts) and registers
 * (tcb-registers.ts).
 *
 * Source: seL4 reference manual, chapter 6 and section 10.3.3.
 */
import * as abi from '../../../kernel-as/abi.ts';
import { type Invocation, act, answer, arg, extra } from './invocation.ts';
import { bindNotification, unbindNotification } from './notification.ts';
import { illegalOperation, invalidCapability, rangeError, truncatedMessage } from './refusal.ts';
import type { Kernel, Tcb } from './state.ts';
import { decodeConfigure, decodeSetIPCBuffer, decodeSetSpace } from './tcb-space.ts';
import { decodeCopyRegisters, decodeReadRegisters, decodeWriteRegisters } from './tcb-registers.ts';
import { restart, setAffinity, setPriority, suspend } from './thread.ts';

type Decoder = (k: Kernel, call: Invocation, tcb: Tcb) => void;

const DECODERS = new Map<number, Decoder>([
  [abi.TCBReadRegisters, decodeReadRegisters],
  [abi.TCBWriteRegisters, decodeWriteRegisters],
  [abi.TCBCopyRegisters, decodeCopyRegisters],
  [abi.TCBConfigure, decodeConfigure],
  [abi.TCBSetPriority, decodeSetPriorities],
  [abi.TCBSetMCPriority, decodeSetPriorities],
  [abi.TCBSetSchedParams, decodeSetPriorities],
  [abi.TCBSetIPCBuffer, decodeSetIPCBuffer],
  [abi.TCBSetSpace, decodeSetSpace],
  [abi.TCBSuspend, invokeSuspend],
  [abi.TCBResume, invokeResume],
  [abi.TCBBindNotification, decodeBind],
  [abi.TCBUnbindNotification, decodeUnbind],
  [abi.TCBSetAffinity, decodeSetAffinity],
  [abi.TCBSetTLSBase, decodeSetTLSBase],
  [abi.TCBSetFlags, decodeSetFlags],
]);

export function decodeTcb(k: Kernel, call: Invocation, tcb: Tcb): void {
  const decoder = DECODERS.get(call.label);
  if (!decoder) throw illegalOperation();
  decoder(k, call, tcb);
}

/**
 * A thread that suspends itself has been answered when it is resumed: it goes on behind the call.
 */
function invokeSuspend(k: Kernel, call: Invocation, tcb: Tcb): void {
  act(k, call);
  if (tcb === call.thread) {
    answer(k, call, []);
    tcb.pending = false;
  }
  suspend(k, tcb);
}

function invokeResume(k: Kernel, call: Invocation, tcb: Tcb): void {
  act(k, call);
  restart(k, tcb);
}

function decodeSetPriorities(k: Kernel, call: Invocation, tcb: Tcb): void {
  const both = call.label === abi.TCBSetSchedParams;
  if (call.length < (both ? 2 : 1) || !call.caps[0]) throw truncatedMessage();
  const authority = extra(call, 0).cap;
  if (authority.type !== 'thread') throw invalidCapability(1);
  const limit = authority.object.mcp;
  const first = arg(call, 0);
  const second = both ? arg(call, 1) : first;
  if (first > limit || second > limit) throw rangeError(0, limit);
  act(k, call);
  if (call.label !== abi.TCBSetPriority) tcb.mcp = first;
  if (call.label !== abi.TCBSetMCPriority) setPriority(k, tcb, second);
}

function decodeBind(k: Kernel, call: Invocation, tcb: Tcb): void {
  if (!call.caps[0]) throw truncatedMessage();
  if (tcb.bound) throw illegalOperation();
  const { cap } = extra(call, 0);
  if (cap.type !== 'notification' || !cap.rights.read) throw illegalOperation();
  if (cap.object.bound || cap.object.queue.length > 0) throw illegalOperation();
  act(k, call);
  bindNotification(tcb, cap.object);
}

function decodeUnbind(k: Kernel, call: Invocation, tcb: Tcb): void {
  if (!tcb.bound) throw illegalOperation();
  act(k, call);
  unbindNotification(tcb);
}

function decodeSetAffinity(k: Kernel, call: Invocation, tcb: Tcb): void {
  if (call.length < 1) throw truncatedMessage();
  const processor = arg(call, 0);
  if (!k.processors[processor]?.online) throw illegalOperation();
  act(k, call);
  setAffinity(k, tcb, processor);
}

function decodeSetTLSBase(k: Kernel, call: Invocation, tcb: Tcb): void {
  if (call.length < 1) throw truncatedMessage();
  const base = arg(call, 0);
  act(k, call);
  tcb.registers[abi.REG_TLS] = base;
}

/** Bit 0 is the only flag there is. */
function decodeSetFlags(k: Kernel, call: Invocation, tcb: Tcb): void {
  if (call.length < 2) throw truncatedMessage();
  const flags = ((tcb.flags & ~arg(call, 0)) | (arg(call, 1) & 1)) >>> 0;
  act(k, call);
  tcb.flags = flags;
  answer(k, call, [flags]);
}
