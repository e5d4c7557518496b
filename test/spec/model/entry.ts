/**
 * Into the kernel and out of it: the specification of what kernel.wasm exports.
 *
 * On the way in the current thread is checked: it may have been deleted, moved, or been given a
 * new context since its code last ran. On the way out the best ready thread is chosen; a thread
 * that comes from Restart makes its call again before it is let go.
 *
 *   enter      a system call of the current thread; returns who runs now
 *   invoke     an invocation of the current thread that never switches
 *   schedule, tick, fault, irq
 *
 * Source: the kernel's exports (index.ts); seL4 reference manual, chapters 2 and 6.
 */
import { IRQ_LINES, SysCall, seL4_UnknownSyscall } from '../../../kernel-as/abi.ts';
import { lookupSlot } from './cspace.ts';
import { raiseInterrupt } from './interrupt.ts';
import type { PortAccess } from './ioport.ts';
import { lookupIPCBuffer } from './message.ts';
import { LookupFailure } from './refusal.ts';
import type { Fault, Kernel, Tcb } from './state.ts';
import { type Outcome, beginCall, beginFault, executeCall, handleInvocation } from './syscall.ts';
import { goBehindEquals, isRunnable, schedule as chooseNext, setThreadState } from './thread.ts';
import { tcbSchedDequeue, tcbSchedEnqueue } from './thread.ts';
import { BadExtraCap, lookupExtraCaps } from './transfer.ts';

function enterKernel(k: Kernel, cpu: number): void {
  k.cpu = k.processors[cpu]!;
  k.workUnits = 0;
}

/**
 * The thread whose code has called, or null if it is current no more. One that was moved has been
 * made ready where it is now.
 */
function claimCurrent(k: Kernel): Tcb | null {
  const { cpu } = k;
  const thread = cpu.current;
  if (!thread) return null;
  if (thread.epoch === cpu.epoch && thread.affinity === cpu.number) return thread;
  cpu.current = null;
  if (thread.affinity === cpu.number && isRunnable(thread)) tcbSchedEnqueue(k, thread);
  return null;
}

/** Lets others in, in the middle of long work: what they did to the current thread counts. */
function offerKernel(k: Kernel): Tcb | null {
  k.workUnits = 0;
  return claimCurrent(k);
}

function leaveKernel(k: Kernel): Tcb | null {
  const { cpu } = k;
  for (;;) {
    if (k.workUnits >= k.workLimit) offerKernel(k);
    chooseNext(k);
    const thread = cpu.current;
    cpu.idle = thread === null;
    if (cpu.idle) cpu.seen = cpu.wakes;
    if (!thread || thread.state === 'running') return thread;
    if (thread.pending) executeCall(k, thread);
    else setThreadState(k, thread, 'running');
  }
}

/**
 * Another processor may have made the thread ready while its code ran, or stopped it: then its call
 * is kept until it is resumed.
 */
function execute(k: Kernel, thread: Tcb): void {
  tcbSchedDequeue(k, thread);
  if (isRunnable(thread)) executeCall(k, thread);
}

/** Numbers from 0 on are no system calls, and are told from others before they are noted as one. */
export function enter(
  k: Kernel,
  cpu: number,
  syscall: number,
  cptr: number,
  info: number,
): Tcb | null {
  if (syscall >= 0) return fault(k, cpu, { kind: seL4_UnknownSyscall, words: [syscall] });
  enterKernel(k, cpu);
  const thread = claimCurrent(k);
  if (thread) {
    beginCall(thread, syscall, cptr, info);
    execute(k, thread);
  }
  return leaveKernel(k);
}

export function fault(k: Kernel, cpu: number, what: Fault): Tcb | null {
  enterKernel(k, cpu);
  const thread = claimCurrent(k);
  if (thread) {
    beginFault(thread, what);
    execute(k, thread);
  }
  return leaveKernel(k);
}

export function schedule(k: Kernel, cpu: number): Tcb | null {
  enterKernel(k, cpu);
  claimCurrent(k);
  return leaveKernel(k);
}

/** The timeslice of the current thread is over; one that another processor stopped has none. */
export function tick(k: Kernel, cpu: number): Tcb | null {
  enterKernel(k, cpu);
  const thread = claimCurrent(k);
  if (thread?.state === 'running') goBehindEquals(k, thread);
  return leaveKernel(k);
}

export function irq(k: Kernel, cpu: number, line: number): void {
  if (line >= IRQ_LINES) return;
  enterKernel(k, cpu);
  raiseInterrupt(k, line);
}

/** 'refused': nothing was done; enter() would block, fault or switch. */
export type Invoked = 'refused' | 'done' | PortAccess;

export function invoke(k: Kernel, cpu: number, cptr: number, info: number): Invoked {
  enterKernel(k, cpu);
  const thread = claimCurrent(k);
  if (!thread || !isInvocable(thread, cptr, info)) return 'refused';
  beginCall(thread, SysCall, cptr, info);
  let outcome = attempt(k, thread);
  while (outcome === 'preempted') {
    if (offerKernel(k) !== thread) return 'done';
    outcome = attempt(k, thread);
  }
  // What it did to itself waits for its next entry.
  if (thread.affinity === cpu) tcbSchedDequeue(k, thread);
  thread.pending = false;
  return outcome;
}

/**
 * A stopped thread whose code still runs is stopped again after each attempt, so that a Resume
 * between two attempts counts and the Suspend before it does not outlive it.
 */
function attempt(k: Kernel, thread: Tcb): Outcome {
  const stopped = !isRunnable(thread);
  tcbSchedDequeue(k, thread);
  const options = { isCall: true, blocking: true, portsAllowed: true };
  const outcome = handleInvocation(k, thread, options);
  if (stopped && isRunnable(thread)) {
    setThreadState(k, thread, 'inactive');
    tcbSchedDequeue(k, thread);
  }
  return outcome;
}

function isInvocable(thread: Tcb, cptr: number, info: number): boolean {
  try {
    const { type } = lookupSlot(thread, cptr).cap;
    if (type === 'endpoint' || type === 'notification' || type === 'reply') return false;
    lookupExtraCaps(thread, lookupIPCBuffer(thread, false), info);
    return true;
  } catch (failure) {
    if (failure instanceof LookupFailure || failure instanceof BadExtraCap) return false;
    throw failure;
  }
}
