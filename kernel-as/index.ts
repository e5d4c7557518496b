/**
 * The kernel's exports: everything that the user library can ask of it.
 *
 * `cpu` is the calling processor. "next" is the TCB that this processor runs now, 0 when it idles.
 * After enter, schedule, tick and fault the library continues `next`: with the results in TCB_MR,
 * TCB_INFO, TCB_BADGE if it holds a continuation of the same TCB_EPOCH, else anew at REG_IP. A
 * processor that has been taken offline always gets 0.
 */
import {
  IRQ_LINES, MAX_PROCESSORS, seL4_UnknownSyscall, seL4_UserException, seL4_VMFault,
} from './abi.ts';
import { COUNTER_COUNT, NODE_COUNTERS, PROCESSORS } from './layout.ts';
import {
  callKernel, claimCurrent, enterKernel, faultKernel, invokeKernel, leaveKernel,
} from './api/entry.ts';
import { bootKernel } from './kernel/boot.ts';
import { lookupSlot } from './kernel/cspace.ts';
import { lookupIPCBuffer } from './kernel/message.ts';
import { setOnline, takeOffline } from './kernel/processor.ts';
import { timerTick } from './kernel/thread.ts';
import { lockKernel, unlockKernel } from './model/lock.ts';
import { nodeOf, resultSlot } from './model/state.ts';
import { NONE } from './model/status.ts';
import { traceMark } from './model/trace.ts';
import { capPage } from './object/cap.ts';
import { raiseInterrupt } from './object/interrupt.ts';
import { slotCap } from './object/slot.ts';
import { isVSpace } from './object/vspace.ts';

/**
 * Makes the first objects and the root task, which becomes current on processor 0. Kernel memory
 * must be zero. Both sizes in bytes, multiples of 4096; `processors` is how many may ever take
 * part: their numbers are below it. Returns the root TCB, or 0 if something is out of range.
 */
export function boot(ramBytes: u32, kernelBytes: u32, processors: u32): u32 {
  return bootKernel(ramBytes, kernelBytes, processors);
}

/** A system call of the current thread. Its message registers are in place. Returns next. */
export function enter(cpu: u32, syscall: i32, cptr: u32, info: u32): u32 {
  if (!isProcessor(cpu)) return 0;
  if (!enterKernel(cpu)) return 0;
  return callKernel(cpu, syscall, cptr, info);
}

/**
 * Invokes a kernel object for the current thread, as Call does, without switching: a switch that it
 * causes waits for the next enter or schedule. The reply is in TCB_INFO and the message registers.
 * 0: done. 1: decoded a port access; do as NODE_PORT* say and put what was read into message
 * register 0. -1: nothing was done, since the capability is not a kernel object, could not be
 * looked up, or no thread is current: use enter, which blocks or faults as it should.
 */
export function invoke(cpu: u32, cptr: u32, info: u32): i32 {
  if (!isProcessor(cpu) || !enterKernel(cpu)) return -1;
  return invokeKernel(cpu, cptr, info);
}

/** Honours a pending switch. Returns next. */
export function schedule(cpu: u32): u32 {
  if (!isProcessor(cpu) || !enterKernel(cpu)) return 0;
  claimCurrent(cpu);
  return leaveKernel(cpu);
}

/**
 * The timeslice of the current thread is over: it goes behind its equals. Whoever calls this keeps
 * the time. Returns next.
 */
export function tick(cpu: u32): u32 {
  if (!isProcessor(cpu) || !enterKernel(cpu)) return 0;
  timerTick(claimCurrent(cpu));
  return leaveKernel(cpu);
}

/**
 * Interrupt line `line` is raised. Delivered now, or once after IRQHandler_Ack if the line is
 * masked.
 */
export function irq(cpu: u32, line: u32): void {
  if (!isProcessor(cpu) || line >= <u32>IRQ_LINES || !enterKernel(cpu)) return;
  raiseInterrupt(line);
  unlockKernel(cpu);
}

/**
 * The current thread faults. kind and words:
 *   seL4_UserException: number, code
 *   seL4_VMFault: address, is instruction, status
 *   seL4_UnknownSyscall: number
 * Returns next. Other kinds are taken as UserException.
 */
export function fault(cpu: u32, kind: u32, w0: u32, w1: u32, w2: u32): u32 {
  if (!isProcessor(cpu) || !enterKernel(cpu)) return 0;
  const known = kind == seL4_VMFault || kind == seL4_UnknownSyscall;
  return faultKernel(cpu, known ? kind : seL4_UserException, w0, w1, w2);
}

/**
 * A record of the caller's own for the trace, kind TRACE_MARK to 255, of the current thread;
 * `own` 0: of no thread, for devices that live on this processor. Not an entry: it is not counted,
 * nothing is scheduled, and off it does nothing.
 */
export function mark(cpu: u32, own: u32, kind: u32, a: u32, b: u32, c: u32): void {
  if (!isProcessor(cpu) || !lockKernel(cpu)) return;
  traceMark(own != 0, kind, a, b, c);
  unlockKernel(cpu);
}

/**
 * Nobody is in the kernel from now on until letGo(): its memory can be read as it is between two
 * entries. Not an entry, as mark(). False: offline. Whoever holds it must not wait, and makes no
 * other call here.
 */
export function hold(cpu: u32): bool {
  return isProcessor(cpu) && lockKernel(cpu);
}

export function letGo(cpu: u32): void {
  if (isProcessor(cpu)) unlockKernel(cpu);
}

/**
 * The processor takes part from now on. Must be called before its first other call; boot() does it
 * for processor 0.
 */
export function processorOnline(cpu: u32): void {
  // May come before boot(), which says how many take part; enter() and the others look at that.
  if (cpu < <u32>MAX_PROCESSORS) setOnline(cpu);
}

/**
 * Processor `victim` is gone: its threads are suspended for good, and the lock is taken from it if
 * it holds it.
 */
export function processorOffline(cpu: u32, victim: u32): void {
  if (isProcessor(cpu) && isProcessor(victim) && cpu != victim) takeOffline(cpu, victim);
}

/** Counter COUNTER_*, of all processors together. */
export function counter(index: u32): f64 {
  if (index >= <u32>COUNTER_COUNT) return 0;
  let sum: u64 = 0;
  for (let cpu: u32 = 0; cpu < <u32>MAX_PROCESSORS; cpu++) {
    sum += atomic.load<u64>(nodeOf(cpu) + NODE_COUNTERS + index * 8);
  }
  return <f64>sum;
}

/** Address in kernel memory of a thread's IPC buffer, 0 if it has none. */
export function ipcBuffer(tcb: u32): u32 {
  return lookupIPCBuffer(false, tcb);
}

/** Page directory that `cptr` names in the current thread's CSpace, or 0. */
export function resolveVSpace(cpu: u32, cptr: u32): u32 {
  if (!isProcessor(cpu) || !enterKernel(cpu)) return 0;
  const thread = claimCurrent(cpu);
  const found = thread && lookupSlot(thread, cptr) == NONE ? slotCap(resultSlot()) : 0;
  unlockKernel(cpu);
  return isVSpace(found) ? capPage(found) : 0;
}

@inline
function isProcessor(cpu: u32): bool {
  return cpu < load<u32>(PROCESSORS);
}
