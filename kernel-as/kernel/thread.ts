/**
 * Thread states and the scheduler of one processor.
 *
 * While a processor is in the kernel, NODE_ACTION says what is to happen at the end: go on, choose
 * anew, or switch to one candidate. The current thread is in no queue until it is preempted (to the
 * head of its queue), yields, or has used up its timeslice (to the tail). There is no timer here:
 * the library says when a timeslice is over.
 *
 *   setThreadState, possibleSwitchTo, rescheduleRequired, schedule, goBehindEquals, timerTick
 *   suspend, restart, setPriority, setAffinity, setDomain
 *
 * Manual: chapter 6 (threads and execution).
 */
import {
  ACTION_CHOOSE, ACTION_RESUME, COUNTER_SWITCH, NODE_ACTION, NODE_CURRENT, NODE_IDLE,
  STATE_INACTIVE, STATE_RESTART, STATE_RUNNING, TCB_AFFINITY, TCB_DOMAIN, TCB_PENDING, TCB_PRIORITY,
  TCB_QUEUED, TCB_STATE, TRACE_SWITCH,
} from '../layout.ts';
import {
  highestReady, isHighestPriority, tcbSchedAppend, tcbSchedDequeue, tcbSchedEnqueue, wake,
} from '../model/ready.ts';
import {
  count, currentNode, currentThread, newEpoch, nodeOf, setCurrentThread,
} from '../model/state.ts';
import { traceOn } from '../model/trace.ts';
import { cancelIPC } from '../object/endpoint.ts';
import { setupReplyMaster } from '../object/reply.ts';
import { nodeListAdd, nodeListRemove } from '../object/tcb.ts';

export function isRunnable(tcb: u32): bool {
  const state = load<u32>(tcb + TCB_STATE);
  return state == STATE_RUNNING || state == STATE_RESTART;
}

/** Running means that the thread's system call is over. */
export function setThreadState(tcb: u32, state: u32): void {
  store<u32>(tcb + TCB_STATE, state);
  if (state == STATE_RUNNING) {
    store<u32>(tcb + TCB_PENDING, 0);
  } else if (state != STATE_RESTART && tcb == currentThread()) {
    const action: u32 = currentNode() + NODE_ACTION;
    if (load<u32>(action) == ACTION_RESUME) store<u32>(action, ACTION_CHOOSE);
  }
}

/** `tcb` has become ready: switch to it at the end of this entry, if it is better than others. */
export function possibleSwitchTo(tcb: u32): void {
  const node = currentNode();
  const home = nodeOf(load<u32>(tcb + TCB_AFFINITY));
  if (home != node) {
    if (!handToIdle(home, tcb)) tcbSchedEnqueue(tcb);
  } else if (load<u32>(node + NODE_ACTION) != ACTION_RESUME) {
    rescheduleRequired();
    tcbSchedEnqueue(tcb);
  } else {
    store<u32>(node + NODE_ACTION, tcb);
  }
}

/**
 * Makes `tcb` the current thread of another processor that idles, which then has only to resume it:
 * half of the entries that a message to another processor would take otherwise, and half of the
 * locking. Only for a thread whose call is over: one in Restart has it executed by schedule().
 */
function handToIdle(node: u32, tcb: u32): bool {
  if (!load<u32>(node + NODE_IDLE) || load<u32>(tcb + TCB_STATE) != STATE_RUNNING) return false;
  if (load<u32>(node + NODE_ACTION) != ACTION_RESUME || load<u32>(tcb + TCB_QUEUED)) return false;
  switchTo(node, tcb);
  wake(node);
  return true;
}

export function rescheduleRequired(): void {
  const node = currentNode();
  const action = load<u32>(node + NODE_ACTION);
  store<u32>(node + NODE_ACTION, ACTION_CHOOSE);
  if (action != ACTION_RESUME && action != ACTION_CHOOSE) tcbSchedEnqueue(action);
}

/** The current thread goes on when each of its equals that is ready has had its turn. */
export function goBehindEquals(thread: u32): void {
  tcbSchedDequeue(thread);
  tcbSchedAppend(thread);
  rescheduleRequired();
}

/** `thread`, the current one or 0, has used up its timeslice. One that was stopped has none. */
export function timerTick(thread: u32): void {
  if (thread && load<u32>(thread + TCB_STATE) == STATE_RUNNING) goBehindEquals(thread);
}

/** Decides who runs on this processor: afterwards NODE_CURRENT is that thread, or 0. */
export function schedule(): void {
  const node = currentNode();
  const current = load<u32>(node + NODE_CURRENT);
  const runnable = current != 0 && isRunnable(current);
  const action = load<u32>(node + NODE_ACTION);
  if (action == ACTION_RESUME && runnable) {
    tcbSchedDequeue(current);
    return;
  }
  store<u32>(node + NODE_ACTION, ACTION_RESUME);
  if (runnable) tcbSchedEnqueue(current);
  if (action == ACTION_RESUME || action == ACTION_CHOOSE) {
    switchTo(node, highestReady(node));
    return;
  }
  const priority = load<u32>(action + TCB_PRIORITY);
  const worse = !current || priority < load<u32>(current + TCB_PRIORITY);
  if (worse && !isHighestPriority(node, priority)) {
    tcbSchedEnqueue(action);
    switchTo(node, highestReady(node));
  } else if (runnable && priority == load<u32>(current + TCB_PRIORITY)) {
    // The current thread is at the head of that queue and goes on.
    tcbSchedAppend(action);
    switchTo(node, highestReady(node));
  } else {
    switchTo(node, action);
  }
}

export function switchTo(node: u32, tcb: u32): void {
  if (tcb) {
    tcbSchedDequeue(tcb);
    // It runs something now, whatever made it: it may not be given a thread any more.
    store<u32>(node + NODE_IDLE, 0);
  }
  const before = load<u32>(node + NODE_CURRENT);
  if (tcb && tcb != before) {
    count(COUNTER_SWITCH);
    traceOn(node, TRACE_SWITCH, tcb, before, 0, 0);
  }
  setCurrentThread(node, tcb);
}

/**
 * Stops a thread, whatever it does. Its system call, if it waits in one, is executed again on
 * restart.
 */
export function suspend(tcb: u32): void {
  cancelIPC(tcb);
  setThreadState(tcb, STATE_INACTIVE);
  tcbSchedDequeue(tcb);
  dropCandidate(tcb);
}

export function restart(tcb: u32): void {
  if (isRunnable(tcb)) return;
  cancelIPC(tcb);
  setupReplyMaster(tcb);
  setThreadState(tcb, STATE_RESTART);
  tcbSchedEnqueue(tcb);
  possibleSwitchTo(tcb);
}

export function setPriority(tcb: u32, priority: u32): void {
  tcbSchedDequeue(tcb);
  store<u32>(tcb + TCB_PRIORITY, priority);
  if (!isRunnable(tcb)) return;
  if (tcb == currentThread()) rescheduleRequired();
  else possibleSwitchTo(tcb);
}

export function setAffinity(tcb: u32, cpu: u32): void {
  tcbSchedDequeue(tcb);
  if (load<u32>(tcb + TCB_AFFINITY) != cpu) migrate(tcb, cpu);
  if (isRunnable(tcb)) tcbSchedAppend(tcb);
  if (tcb == currentThread()) rescheduleRequired();
}

/** A continuation cannot move between processors: the thread starts anew on the other one. */
function migrate(tcb: u32, cpu: u32): void {
  dropCandidate(tcb);
  nodeListRemove(tcb);
  store<u32>(tcb + TCB_AFFINITY, cpu);
  nodeListAdd(tcb);
  startAnew(tcb);
}

/**
 * At REG_IP, when it runs next. The call in which it was blocked is abandoned with the continuation
 * that made it.
 */
export function startAnew(tcb: u32): void {
  newEpoch(tcb);
  if (load<u32>(tcb + TCB_STATE) != STATE_RUNNING) store<u32>(tcb + TCB_PENDING, 0);
}

export function setDomain(tcb: u32, domain: u32): void {
  tcbSchedDequeue(tcb);
  store<u32>(tcb + TCB_DOMAIN, domain);
  if (isRunnable(tcb)) tcbSchedEnqueue(tcb);
  if (tcb == currentThread()) rescheduleRequired();
}

/** A thread that must not run is not to be switched to at the end of an entry either. */
function dropCandidate(tcb: u32): void {
  const node = nodeOf(load<u32>(tcb + TCB_AFFINITY));
  if (load<u32>(node + NODE_ACTION) == tcb) store<u32>(node + NODE_ACTION, ACTION_CHOOSE);
}
