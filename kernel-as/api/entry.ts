/**
 * Into the kernel and out of it.
 *
 * On the way in, the current thread is checked: another processor may have deleted or moved it, or
 * given it a new context, while its code ran on; then its call is dropped. A thread that was merely
 * suspended has its call kept and executed when it is resumed. On the way out, the best ready
 * thread is chosen, and the call that it has pending is executed first.
 */
import { SysCall, SysReplyRecv, seL4_UnknownSyscall } from '../abi.ts';
import {
  CAP_ENDPOINT, CAP_NOTIFICATION, CAP_REPLY, COUNTER_ENTRY, NODE_CURRENT, NODE_EPOCH, NODE_IDLE,
  NODE_SEEN, NODE_WAKE, PORT_ALLOWED, PORT_PENDING, STATE_INACTIVE, STATE_RUNNING, TCB_AFFINITY,
  TCB_EPOCH, TCB_PENDING, TCB_QUEUED, TCB_STATE, WORK_LIMIT, WORK_UNITS,
} from '../layout.ts';
import { fastCall, fastReplyRecv } from '../fastpath/fastpath.ts';
import { lookupSlot } from '../kernel/cspace.ts';
import { lookupIPCBuffer } from '../kernel/message.ts';
import { isRunnable, schedule, setThreadState } from '../kernel/thread.ts';
import { lookupExtraCaps } from '../kernel/transfer.ts';
import { lockKernel, offerLock, unlockKernel } from '../model/lock.ts';
import { tcbSchedDequeue, tcbSchedEnqueue } from '../model/ready.ts';
import {
  countOn, currentThread, nodeOf, resultSlot, setCurrentThread,
} from '../model/state.ts';
import { NONE, PREEMPTED } from '../model/status.ts';
import { capType } from '../object/cap.ts';
import { slotCap } from '../object/slot.ts';
import { beginCall, beginFault, executeCall, handleInvocation } from './syscall.ts';

/** False: this processor is offline. */
@inline
export function enterKernel(cpu: u32): bool {
  if (!lockKernel(cpu)) return false;
  countOn(nodeOf(cpu), COUNTER_ENTRY);
  return true;
}

/** The thread whose code has called, or 0 if it is current no more. */
@inline
export function claimCurrent(cpu: u32): u32 {
  const node = nodeOf(cpu);
  const thread = load<u32>(node + NODE_CURRENT);
  if (!thread) return 0;
  if (load<u32>(thread + TCB_EPOCH) == load<u32>(node + NODE_EPOCH)) {
    if (load<u32>(thread + TCB_AFFINITY) == cpu) return thread;
  }
  giveUp(cpu, thread);
  return 0;
}

/** What ran here starts anew, here or on the processor that it was moved to. */
function giveUp(cpu: u32, thread: u32): void {
  setCurrentThread(nodeOf(cpu), 0);
  if (load<u32>(thread + TCB_AFFINITY) == cpu && isRunnable(thread)) tcbSchedEnqueue(thread);
}

@inline
export function callKernel(cpu: u32, syscall: i32, cptr: u32, info: u32): u32 {
  const thread = claimCurrent(cpu);
  if (!thread) return leaveKernel(cpu);
  // No system call has a number from 0 on: in TCB_SYSCALL such numbers stand for faults.
  if (syscall >= 0) return raise(cpu, thread, seL4_UnknownSyscall, syscall, 0, 0);
  beginCall(thread, syscall, cptr, info);
  // Another processor may have made it ready while it ran.
  if (load<u32>(thread + TCB_QUEUED)) tcbSchedDequeue(thread);
  if (load<u32>(thread + TCB_STATE) == STATE_RUNNING) {
    let next: u32 = 0;
    if (syscall == SysCall) next = fastCall(cpu, thread, cptr, info);
    else if (syscall == SysReplyRecv) next = fastReplyRecv(cpu, thread, cptr, info);
    if (next) {
      unlockKernel(cpu);
      return next;
    }
  }
  return execute(cpu, thread);
}

export function faultKernel(cpu: u32, kind: u32, w0: u32, w1: u32, w2: u32): u32 {
  const thread = claimCurrent(cpu);
  return thread ? raise(cpu, thread, kind, w0, w1, w2) : leaveKernel(cpu);
}

function raise(cpu: u32, thread: u32, kind: u32, w0: u32, w1: u32, w2: u32): u32 {
  beginFault(thread, kind, w0, w1, w2);
  tcbSchedDequeue(thread);
  return execute(cpu, thread);
}

/** A thread that was suspended meanwhile keeps its call until it is resumed. */
function execute(cpu: u32, thread: u32): u32 {
  if (isRunnable(thread)) executeCall(thread);
  return leaveKernel(cpu);
}

/** Unlocks, and returns the thread that runs now. */
export function leaveKernel(cpu: u32): u32 {
  while (true) {
    if (load<u32>(WORK_UNITS) >= load<u32>(WORK_LIMIT)) {
      if (!offerLock(cpu)) return 0;
      claimCurrent(cpu);
    }
    schedule();
    const thread = currentThread();
    if (!thread) rest(cpu);
    if (!thread || load<u32>(thread + TCB_STATE) == STATE_RUNNING) {
      unlockKernel(cpu);
      return thread;
    }
    if (load<u32>(thread + TCB_PENDING)) executeCall(thread);
    else setThreadState(thread, STATE_RUNNING);
  }
}

/** There is nothing to run: whoever makes a thread ready may hand it over. */
function rest(cpu: u32): void {
  const node = nodeOf(cpu);
  store<u32>(node + NODE_IDLE, 1);
  store<i32>(node + NODE_SEEN, atomic.load<i32>(node + NODE_WAKE));
}

/** Answers as index.ts says of invoke(). */
export function invokeKernel(cpu: u32, cptr: u32, info: u32): i32 {
  const thread = claimCurrent(cpu);
  if (!thread || !isInvocable(thread, cptr, info)) {
    unlockKernel(cpu);
    return -1;
  }
  beginCall(thread, SysCall, cptr, info);
  store<u32>(PORT_PENDING, 0);
  if (!completeInvocation(cpu, thread)) return 0;
  // What it did to itself is for the next entry to see, which finds it at the head of its queue.
  if (load<u32>(thread + TCB_AFFINITY) == cpu) tcbSchedDequeue(thread);
  store<u32>(thread + TCB_PENDING, 0);
  const port = load<u32>(PORT_PENDING);
  unlockKernel(cpu);
  return port ? 1 : 0;
}

/** To the end, however often it is preempted. False: the thread or its processor has gone. */
function completeInvocation(cpu: u32, thread: u32): bool {
  while (true) {
    // By another processor: that takes effect when the thread enters next.
    const stopped = !isRunnable(thread);
    tcbSchedDequeue(thread);
    store<u32>(PORT_ALLOWED, 1);
    const status = handleInvocation(thread, true, true);
    store<u32>(PORT_ALLOWED, 0);
    if (stopped && isRunnable(thread)) stop(thread);
    if (status != PREEMPTED) return true;
    if (!offerLock(cpu)) return false;
    if (claimCurrent(cpu) != thread) {
      unlockKernel(cpu);
      return false;
    }
  }
}

function stop(thread: u32): void {
  setThreadState(thread, STATE_INACTIVE);
  // One that moved itself to another processor has been made ready there.
  tcbSchedDequeue(thread);
}

function isInvocable(thread: u32, cptr: u32, info: u32): bool {
  if (lookupSlot(thread, cptr) != NONE) return false;
  const type = capType(slotCap(resultSlot()));
  if (type == CAP_ENDPOINT || type == CAP_NOTIFICATION || type == CAP_REPLY) return false;
  return lookupExtraCaps(thread, lookupIPCBuffer(false, thread), info) == NONE;
}
