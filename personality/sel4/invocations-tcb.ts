/**
 * Invocations of threads (TCBs). Conventions as in invocations.ts.
 *
 * Registers are those of kernel-as/abi.ts (REG_IP ... REG_TLS): REG_IP is the number of the entry
 * function in the image that the processor has bound to the thread's VSpace, REG_ARG0..3 are its
 * arguments.
 */
import {
  REG_COUNT,
  TCBBindNotification,
  TCBConfigure,
  TCBCopyRegisters,
  TCBReadRegisters,
  TCBResume,
  TCBSetAffinity,
  TCBSetFlags,
  TCBSetIPCBuffer,
  TCBSetMCPriority,
  TCBSetPriority,
  TCBSetSchedParams,
  TCBSetSpace,
  TCBSetTLSBase,
  TCBSuspend,
  TCBUnbindNotification,
  TCBWriteRegisters,
} from '../../kernel-as/abi.ts';
import { MessageInfo_new } from './message.ts';
import type { CPtr, SeL4Error, Thread } from './types.ts';

function simple(thread: Thread, tcb: CPtr, label: number, extraCaps: number, length: number) {
  return thread.invoke(tcb, MessageInfo_new(label, 0, extraCaps, length)) >>> 12;
}

/** Reads the first `count` registers; `suspend` stops the thread first. */
export function seL4_TCB_ReadRegisters(
  thread: Thread,
  tcb: CPtr,
  suspend: boolean,
  archFlags: number,
  count: number,
): { error: SeL4Error; registers: number[] } {
  thread.setMR(0, (suspend ? 1 : 0) | ((archFlags & 0xff) << 8));
  thread.setMR(1, count);
  const reply = thread.invoke(tcb, MessageInfo_new(TCBReadRegisters, 0, 0, 2));
  const registers: number[] = [];
  if (reply >>> 12 === 0) {
    const length = Math.min(count, reply & 0x7f, REG_COUNT);
    for (let i = 0; i < length; i++) registers.push(thread.getMR(i));
  }
  return { error: reply >>> 12, registers };
}

/** Writes the first registers; `resume` lets the thread run afterwards. */
export function seL4_TCB_WriteRegisters(
  thread: Thread,
  tcb: CPtr,
  resume: boolean,
  archFlags: number,
  registers: readonly number[],
): SeL4Error {
  const count = Math.min(registers.length, REG_COUNT);
  thread.setMR(0, (resume ? 1 : 0) | ((archFlags & 0xff) << 8));
  thread.setMR(1, count);
  for (let i = 0; i < count; i++) thread.setMR(2 + i, registers[i] ?? 0);
  return simple(thread, tcb, TCBWriteRegisters, 0, 2 + count);
}

export function seL4_TCB_CopyRegisters(
  thread: Thread,
  tcb: CPtr,
  source: CPtr,
  suspendSource: boolean,
  resumeTarget: boolean,
  transferFrame: boolean,
  transferInteger: boolean,
  archFlags: number,
): SeL4Error {
  const flags =
    (suspendSource ? 1 : 0) |
    (resumeTarget ? 2 : 0) |
    (transferFrame ? 4 : 0) |
    (transferInteger ? 8 : 0);
  thread.setMR(0, flags | ((archFlags & 0xff) << 8));
  thread.setCap(0, source);
  return simple(thread, tcb, TCBCopyRegisters, 1, 1);
}

/**
 * Sets fault handler, CSpace, VSpace and IPC buffer at once. `buffer` 0: no IPC buffer. Data 0: the
 * guard stays.
 */
export function seL4_TCB_Configure(
  thread: Thread,
  tcb: CPtr,
  faultEndpoint: CPtr,
  cspaceRoot: CPtr,
  cspaceData: number,
  vspaceRoot: CPtr,
  vspaceData: number,
  buffer: number,
  bufferFrame: CPtr,
): SeL4Error {
  thread.setMR(0, faultEndpoint);
  thread.setMR(1, cspaceData);
  thread.setMR(2, vspaceData);
  thread.setMR(3, buffer);
  thread.setCap(0, cspaceRoot);
  thread.setCap(1, vspaceRoot);
  thread.setCap(2, bufferFrame);
  return simple(thread, tcb, TCBConfigure, 3, 4);
}

/**
 * Sets the priority; at most the maximum controlled priority of the thread that `authority` names.
 */
export function seL4_TCB_SetPriority(
  thread: Thread,
  tcb: CPtr,
  authority: CPtr,
  priority: number,
): SeL4Error {
  thread.setMR(0, priority);
  thread.setCap(0, authority);
  return simple(thread, tcb, TCBSetPriority, 1, 1);
}

export function seL4_TCB_SetMCPriority(
  thread: Thread,
  tcb: CPtr,
  authority: CPtr,
  mcp: number,
): SeL4Error {
  thread.setMR(0, mcp);
  thread.setCap(0, authority);
  return simple(thread, tcb, TCBSetMCPriority, 1, 1);
}

export function seL4_TCB_SetSchedParams(
  thread: Thread,
  tcb: CPtr,
  authority: CPtr,
  mcp: number,
  priority: number,
): SeL4Error {
  thread.setMR(0, mcp);
  thread.setMR(1, priority);
  thread.setCap(0, authority);
  return simple(thread, tcb, TCBSetSchedParams, 1, 2);
}

export function seL4_TCB_SetIPCBuffer(
  thread: Thread,
  tcb: CPtr,
  buffer: number,
  bufferFrame: CPtr,
): SeL4Error {
  thread.setMR(0, buffer);
  thread.setCap(0, bufferFrame);
  return simple(thread, tcb, TCBSetIPCBuffer, 1, 1);
}

export function seL4_TCB_SetSpace(
  thread: Thread,
  tcb: CPtr,
  faultEndpoint: CPtr,
  cspaceRoot: CPtr,
  cspaceData: number,
  vspaceRoot: CPtr,
  vspaceData: number,
): SeL4Error {
  thread.setMR(0, faultEndpoint);
  thread.setMR(1, cspaceData);
  thread.setMR(2, vspaceData);
  thread.setCap(0, cspaceRoot);
  thread.setCap(1, vspaceRoot);
  return simple(thread, tcb, TCBSetSpace, 2, 3);
}

export function seL4_TCB_Suspend(thread: Thread, tcb: CPtr): SeL4Error {
  return simple(thread, tcb, TCBSuspend, 0, 0);
}

/** Lets a stopped thread run; one stopped inside a system call makes that call again. */
export function seL4_TCB_Resume(thread: Thread, tcb: CPtr): SeL4Error {
  return simple(thread, tcb, TCBResume, 0, 0);
}

/** From then on the thread's receives also wait for this notification. */
export function seL4_TCB_BindNotification(thread: Thread, tcb: CPtr, ntfn: CPtr): SeL4Error {
  thread.setCap(0, ntfn);
  return simple(thread, tcb, TCBBindNotification, 1, 0);
}

export function seL4_TCB_UnbindNotification(thread: Thread, tcb: CPtr): SeL4Error {
  return simple(thread, tcb, TCBUnbindNotification, 0, 0);
}

/** The processor that the thread runs on; set it before the thread first runs. */
export function seL4_TCB_SetAffinity(thread: Thread, tcb: CPtr, processor: number): SeL4Error {
  thread.setMR(0, processor);
  return simple(thread, tcb, TCBSetAffinity, 0, 1);
}

export function seL4_TCB_SetTLSBase(thread: Thread, tcb: CPtr, base: number): SeL4Error {
  thread.setMR(0, base);
  return simple(thread, tcb, TCBSetTLSBase, 0, 1);
}

/** Clears, then sets flag bits; `value` is the flags as they are now. */
export function seL4_TCB_SetFlags(
  thread: Thread,
  tcb: CPtr,
  clear: number,
  set: number,
): { error: SeL4Error; value: number } {
  thread.setMR(0, clear);
  thread.setMR(1, set);
  const error = simple(thread, tcb, TCBSetFlags, 0, 2);
  return { error, value: error === 0 ? thread.getMR(0) : 0 };
}
