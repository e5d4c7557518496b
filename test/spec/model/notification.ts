/**
 * Notifications: words of badge bits, signalled without blocking, waited for by one thread or
 * many.
 *
 * Idle; waiting, with a queue; or active, with the OR of the badges signalled. One may be bound
 * to one thread, which then gets its signals while it receives on an endpoint. A signal has a badge
 * and no message: the info register stays as the receiver's own call left it.
 *
 * Source: seL4 reference manual, chapter 5.
 */
import { cancelIPC } from './cancel.ts';
import type { NotificationCap } from './caps.ts';
import type { Kernel, Notification, Tcb } from './state.ts';
import { complete, rescheduleRequired, setThreadState, tcbSchedEnqueue } from './thread.ts';

function wake(k: Kernel, thread: Tcb, badge: number): void {
  thread.badge = badge;
  complete(k, thread);
}

export function sendSignal(k: Kernel, ntfn: Notification, badge: number): void {
  if (ntfn.state === 'waiting') {
    const thread = ntfn.queue.shift()!;
    if (ntfn.queue.length === 0) ntfn.state = 'idle';
    wake(k, thread, badge);
  } else if (ntfn.state === 'active') {
    ntfn.badge |= badge;
  } else if (ntfn.bound?.state === 'receive') {
    cancelIPC(k, ntfn.bound);
    wake(k, ntfn.bound, badge);
  } else {
    ntfn.state = 'active';
    ntfn.badge = badge;
  }
}

export function receiveSignal(
  k: Kernel,
  thread: Tcb,
  cap: NotificationCap,
  blocking: boolean,
): void {
  const ntfn = cap.object;
  if (ntfn.state === 'active') {
    completeSignal(ntfn, thread);
  } else if (blocking) {
    setThreadState(k, thread, 'wait');
    thread.blockedOn = ntfn;
    ntfn.queue.push(thread);
    ntfn.state = 'waiting';
  } else {
    thread.badge = 0;
  }
}

/** A thread takes what was signalled. */
export function completeSignal(ntfn: Notification, thread: Tcb): void {
  thread.badge = ntfn.badge;
  ntfn.state = 'idle';
  ntfn.badge = 0;
}

export function leaveNotification(k: Kernel, thread: Tcb, ntfn: Notification): void {
  ntfn.queue.splice(ntfn.queue.indexOf(thread), 1);
  if (ntfn.queue.length === 0) ntfn.state = 'idle';
  setThreadState(k, thread, 'inactive');
}

export function cancelAllSignals(k: Kernel, ntfn: Notification): void {
  if (ntfn.state !== 'waiting') return;
  const threads = ntfn.queue;
  ntfn.queue = [];
  ntfn.state = 'idle';
  for (const thread of threads) {
    setThreadState(k, thread, 'restart');
    tcbSchedEnqueue(k, thread);
  }
  rescheduleRequired(k);
}

export function bindNotification(thread: Tcb, ntfn: Notification): void {
  thread.bound = ntfn;
  ntfn.bound = thread;
}

export function unbindNotification(thread: Tcb): void {
  if (thread.bound) thread.bound.bound = null;
  thread.bound = null;
}
