/**
 * Into the kernel and out of it.
 *
 * On the way in, the current thread is checked: another processor may have deleted or moved it, or
 * given it a new context, while its code ran on; then its call is dropped. A thread that was merely
 * suspended has its call kept and executed when it is resumed. On the way out, the best ready
 * thread is chosen, and the call that it has pending is executed first.
 */
import { SysCall, SysReplyRecv } from '../abi.ts';
import {
  CAP_ENDPOINT, CAP_NOTIFICATION, CAP_REPLY, COUNTER_ENTRY, NODE_CURRENT, NODE_EPOCH, PORT_ALLOWED,
  PORT_PENDING, STATE_INACTIVE, STATE_RUNNING, TCB_AFFINITY, TCB_EPOCH, TCB_PENDING,
  TCB_STATE, WORK_LIMIT, WORK_UNITS,
} from '../layout.ts';
import { fastCall, fastReplyRecv } from '../fastpath/fastpath.ts';
import { lookupSlot } from '../kernel/cspace.ts';
import { lookupIPCBuffer } from '../kernel/message.ts';
import { isRunnable, schedule, setThreadState } from '../kernel/thread.ts';
import { lookupExtraCaps } from '../kernel/transfer.ts';
import { lockKernel, offerLock, unlockKernel } from '../model/lock.ts';
import { tcbSchedDequeue, tcbSchedEnqueue } from '../model/ready.ts';
import {
  count, currentNode, currentThread, resultSlot, setCurrentThread,
} from '../model/state.ts';
import { NONE, PREEMPTED } from '../model/status.ts';
import { capType } from '../object/cap.ts';
import { slotCap } from '../object/slot.ts';
import { beginCall, beginFault, executeCall, handleInvocation } from './syscall.ts';

/** False: this processor is offline. */
export function enterKernel(cpu: u32): bool {
  if (!lockKernel(cpu)) return false;
  count(COUNTER_ENTRY);
  return true;
}

/** The thread whose code has called, or 0 if it is current no more. */
export function claimCurrent(cpu: u32): u32 {
  const node = currentNode();
  const thread = load<u32>(node + NODE_CURRENT);
  if (!thread) return 0;
  const same = load<u32>(thread + TCB_EPOCH) == load<u32>(node + NODE_EPOCH);
  if (same && load<u32>(thread + TCB_AFFINITY) == cpu) return thread;
  setCurrentThread(0);
  if (isRunnable(thread)) tcbSchedEnqueue(thread);
  return 0;
}

export function callKernel(cpu: u32, syscall: i32, cptr: u32, info: u32): u32 {
  const thread = claimCurrent(cpu);
  if (thread) {
    // Positive numbers are the kernel's own; a user gets UnknownSyscall for zero instead.
    beginCall(thread, syscall < 0 ? syscall : 0, cptr, info);
    if (load<u32>(thread + TCB_STATE) == STATE_RUNNING && tryFastPath(cpu, thread, syscall)) {
      const next = currentThread();
      unlockKernel(cpu);
      return next;
    }
    executeIfRunnable(thread);
  }
  return leaveKernel(cpu);
}

function tryFastPath(cpu: u32, thread: u32, syscall: i32): bool {
  if (syscall == SysCall) return fastCall(cpu, thread);
  return syscall == SysReplyRecv && fastReplyRecv(cpu, thread);
}

export function faultKernel(cpu: u32, kind: u32, w0: u32, w1: u32, w2: u32): u32 {
  const thread = claimCurrent(cpu);
  if (thread) {
    beginFault(thread, kind, w0, w1, w2);
    executeIfRunnable(thread);
  }
  return leaveKernel(cpu);
}

function executeIfRunnable(thread: u32): void {
  if (!isRunnable(thread)) return;
  tcbSchedDequeue(thread);
  executeCall(thread);
}

/** Unlocks, and returns the thread that runs now. */
export function leaveKernel(cpu: u32): u32 {
  while (true) {
    if (load<u32>(WORK_UNITS) >= load<u32>(WORK_LIMIT) && !offerLock(cpu)) return 0;
    schedule();
    const thread = currentThread();
    if (!thread || load<u32>(thread + TCB_STATE) == STATE_RUNNING) {
      unlockKernel(cpu);
      return thread;
    }
    if (load<u32>(thread + TCB_PENDING)) executeCall(thread);
    else setThreadState(thread, STATE_RUNNING);
  }
}

/** Answers as index.ts says of invoke(). */
export function invokeKernel(cpu: u32, cptr: u32, info: u32): i32 {
  const thread = claimCurrent(cpu);
  if (!thread || !isInvocable(thread, cptr, info)) {
    unlockKernel(cpu);
    return -1;
  }
  tcbSchedDequeue(thread);
  // Suspended by another processor: that takes effect when it enters next.
  const stopped = !isRunnable(thread);
  beginCall(thread, SysCall, cptr, info);
  store<u32>(PORT_PENDING, 0);
  if (!completeInvocation(cpu, thread)) return 0;
  if (stopped && load<u32>(thread + TCB_STATE) == STATE_RUNNING) {
    setThreadState(thread, STATE_INACTIVE);
    // A thread that moved itself to another processor has been made ready there.
    tcbSchedDequeue(thread);
  }
  store<u32>(thread + TCB_PENDING, 0);
  const port = load<u32>(PORT_PENDING);
  unlockKernel(cpu);
  return port ? 1 : 0;
}

/** To the end, however often it is preempted. False: the thread or its processor has gone. */
function completeInvocation(cpu: u32, thread: u32): bool {
  while (true) {
    store<u32>(PORT_ALLOWED, 1);
    const status = handleInvocation(thread, true, true);
    store<u32>(PORT_ALLOWED, 0);
    if (status != PREEMPTED) return true;
    if (!offerLock(cpu)) return false;
    if (claimCurrent(cpu) != thread) {
      unlockKernel(cpu);
      return false;
    }
  }
}

function isInvocable(thread: u32, cptr: u32, info: u32): bool {
  if (lookupSlot(thread, cptr) != NONE) return false;
  const type = capType(slotCap(resultSlot()));
  if (type == CAP_ENDPOINT || type == CAP_NOTIFICATION || type == CAP_REPLY) return false;
  return lookupExtraCaps(thread, lookupIPCBuffer(false, thread), info) == NONE;
}
