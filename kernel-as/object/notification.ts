/**
 * Notifications: words of badge bits, signalled without blocking and waited for by one or many.
 *
 * A notification is idle; waiting, with a queue of threads; or active, with the OR of the badges
 * signalled. It may be bound to one TCB, which then gets signals while it receives on an endpoint.
 *
 * Manual: chapter 5.
 */
import {
  NTFN_ACTIVE, NTFN_BADGE, NTFN_HEAD, NTFN_IDLE, NTFN_STATE, NTFN_TAIL, NTFN_WAITING,
  STATE_BLOCKED_ON_NOTIFICATION, STATE_BLOCKED_ON_RECEIVE, STATE_INACTIVE, STATE_RESTART,
  STATE_RUNNING, TCB_BADGE, TCB_BLOCKED_ON, TCB_BOUND, TCB_STATE, TRACE_SIGNAL,
} from '../layout.ts';
import { possibleSwitchTo, rescheduleRequired, setThreadState } from '../kernel/thread.ts';
import { tcbSchedEnqueue } from '../model/ready.ts';
import { currentThread } from '../model/state.ts';
import { trace } from '../model/trace.ts';
import { capPtr } from './cap.ts';
import { cancelIPC } from './endpoint.ts';
import { queueAppend, queueRemove } from './queue.ts';

export function notificationState(ntfn: u32): u32 {
  return load<u32>(ntfn + NTFN_STATE) & 3;
}

export function boundThread(ntfn: u32): u32 {
  return load<u32>(ntfn + NTFN_STATE) & ~3;
}

export function hasWaiters(ntfn: u32): bool {
  return load<u32>(ntfn + NTFN_HEAD) != 0;
}

export function sendSignal(ntfn: u32, badge: u32): void {
  trace(TRACE_SIGNAL, currentThread(), ntfn, badge, 0);
  const state = notificationState(ntfn);
  if (state == NTFN_WAITING) {
    const thread = load<u32>(ntfn + NTFN_HEAD);
    removeWaiter(ntfn, thread);
    deliver(thread, badge);
    return;
  }
  const bound = boundThread(ntfn);
  if (state == NTFN_IDLE && bound && load<u32>(bound + TCB_STATE) == STATE_BLOCKED_ON_RECEIVE) {
    cancelIPC(bound);
    deliver(bound, badge);
    return;
  }
  const word = state == NTFN_ACTIVE ? load<u32>(ntfn + NTFN_BADGE) | badge : badge;
  store<u32>(ntfn + NTFN_BADGE, word);
  setState(ntfn, NTFN_ACTIVE);
}

export function receiveSignal(thread: u32, cap: u64, blocking: bool): void {
  const ntfn = capPtr(cap);
  if (notificationState(ntfn) == NTFN_ACTIVE) {
    completeSignal(ntfn, thread);
  } else if (blocking) {
    store<u32>(thread + TCB_BLOCKED_ON, ntfn);
    setThreadState(thread, STATE_BLOCKED_ON_NOTIFICATION);
    queueAppend(ntfn + NTFN_HEAD, ntfn + NTFN_TAIL, thread);
    setState(ntfn, NTFN_WAITING);
  } else {
    store<u32>(thread + TCB_BADGE, 0);
  }
}

/** The running `thread` takes what is pending. */
export function completeSignal(ntfn: u32, thread: u32): void {
  store<u32>(thread + TCB_BADGE, load<u32>(ntfn + NTFN_BADGE));
  setState(ntfn, NTFN_IDLE);
}

export function cancelSignal(thread: u32, ntfn: u32): void {
  removeWaiter(ntfn, thread);
  setThreadState(thread, STATE_INACTIVE);
}

export function cancelAllSignals(ntfn: u32): void {
  if (notificationState(ntfn) != NTFN_WAITING) return;
  while (hasWaiters(ntfn)) {
    const thread = load<u32>(ntfn + NTFN_HEAD);
    removeWaiter(ntfn, thread);
    setThreadState(thread, STATE_RESTART);
    tcbSchedEnqueue(thread);
  }
  rescheduleRequired();
}

export function bindNotification(thread: u32, ntfn: u32): void {
  store<u32>(ntfn + NTFN_STATE, thread | notificationState(ntfn));
  store<u32>(thread + TCB_BOUND, ntfn);
}

export function unbindNotification(thread: u32): void {
  const ntfn = load<u32>(thread + TCB_BOUND);
  if (!ntfn) return;
  store<u32>(ntfn + NTFN_STATE, notificationState(ntfn));
  store<u32>(thread + TCB_BOUND, 0);
}

export function unbindMaybeNotification(ntfn: u32): void {
  const thread = boundThread(ntfn);
  if (thread) unbindNotification(thread);
}

function deliver(thread: u32, badge: u32): void {
  setThreadState(thread, STATE_RUNNING);
  store<u32>(thread + TCB_BADGE, badge);
  possibleSwitchTo(thread);
}

function removeWaiter(ntfn: u32, thread: u32): void {
  queueRemove(ntfn + NTFN_HEAD, ntfn + NTFN_TAIL, thread);
  if (!hasWaiters(ntfn)) setState(ntfn, NTFN_IDLE);
}

function setState(ntfn: u32, state: u32): void {
  store<u32>(ntfn + NTFN_STATE, boundThread(ntfn) | state);
}
