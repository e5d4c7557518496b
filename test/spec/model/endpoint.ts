/**
 * Endpoints: where a sender and a receiver meet.
 *
 * Idle, or a queue of senders, or a queue of receivers, served in order of arrival. The message
 * is moved before any thread's state changes.
 *
 *   sendIPC, receiveIPC   meet a waiting thread, or queue
 *   cancelIPC             a blocked thread leaves, as if it had never asked
 *   cancelAllIPC          the endpoint is gone: everybody asks again
 *   cancelBadgedSends     the same for the senders with one badge
 *
 * Source: seL4 reference manual, chapter 4.
 */
import type { EndpointCap } from './caps.ts';
import { completeSignal } from './notification.ts';
import { setupCallerCap } from './reply.ts';
import type { Endpoint, Kernel, Tcb } from './state.ts';
import { complete, rescheduleRequired, setThreadState, tcbSchedEnqueue } from './thread.ts';
import { doIPCTransfer } from './transfer.ts';

function dequeue(ep: Endpoint): Tcb {
  const thread = ep.queue.shift()!;
  if (ep.queue.length === 0) ep.state = 'idle';
  return thread;
}

export interface SendOptions {
  readonly blocking: boolean;
  readonly call: boolean;
}

export function sendIPC(k: Kernel, thread: Tcb, cap: EndpointCap, options: SendOptions): void {
  const ep = cap.object;
  if (ep.state !== 'recv') {
    if (!options.blocking) return;
    setThreadState(k, thread, 'send');
    thread.blockedOn = ep;
    thread.sendBadge = cap.badge;
    thread.canGrant = cap.rights.grant;
    thread.canGrantReply = cap.rights.grantReply;
    thread.isCall = options.call;
    ep.queue.push(thread);
    ep.state = 'send';
    return;
  }
  const receiver = dequeue(ep);
  doIPCTransfer(k, thread, receiver, { endpoint: ep, badge: cap.badge, grant: cap.rights.grant });
  const replyGrant = receiver.canGrant;
  complete(k, receiver);
  if (!options.call) return;
  if (cap.rights.grant || cap.rights.grantReply) setupCallerCap(k, thread, receiver, replyGrant);
  else setThreadState(k, thread, 'inactive');
}

export function receiveIPC(k: Kernel, thread: Tcb, cap: EndpointCap, blocking: boolean): void {
  const ep = cap.object;
  if (thread.bound?.state === 'active') {
    completeSignal(thread.bound, thread);
    return;
  }
  if (ep.state !== 'send') {
    if (!blocking) {
      thread.badge = 0;
      return;
    }
    setThreadState(k, thread, 'receive');
    thread.blockedOn = ep;
    thread.canGrant = cap.rights.grant;
    ep.queue.push(thread);
    ep.state = 'recv';
    return;
  }
  const sender = dequeue(ep);
  const grant = sender.canGrant;
  doIPCTransfer(k, sender, thread, { endpoint: ep, badge: sender.sendBadge, grant });
  if (!sender.isCall && !sender.fault) {
    complete(k, sender);
  } else if (grant || sender.canGrantReply) {
    setupCallerCap(k, sender, thread, cap.rights.grant);
  } else {
    setThreadState(k, sender, 'inactive');
  }
}

/** Takes a thread out of the endpoint's queue; it stops. */
export function leaveEndpoint(k: Kernel, thread: Tcb, ep: Endpoint): void {
  ep.queue.splice(ep.queue.indexOf(thread), 1);
  if (ep.queue.length === 0) ep.state = 'idle';
  thread.fault = null;
  setThreadState(k, thread, 'inactive');
}

/** What it asked for is asked anew: a fault too is raised again. */
function askAgain(k: Kernel, thread: Tcb): void {
  thread.fault = null;
  setThreadState(k, thread, 'restart');
  tcbSchedEnqueue(k, thread);
}

export function cancelAllIPC(k: Kernel, ep: Endpoint): void {
  if (ep.state === 'idle') return;
  const threads = ep.queue;
  ep.queue = [];
  ep.state = 'idle';
  for (const thread of threads) {
    askAgain(k, thread);
  }
  rescheduleRequired(k);
}

export function cancelBadgedSends(k: Kernel, ep: Endpoint, badge: number): void {
  if (ep.state !== 'send') return;
  const threads = ep.queue;
  ep.queue = threads.filter((thread) => thread.sendBadge !== badge);
  if (ep.queue.length === 0) ep.state = 'idle';
  for (const thread of threads) {
    if (thread.sendBadge !== badge) continue;
    askAgain(k, thread);
  }
  rescheduleRequired(k);
}
