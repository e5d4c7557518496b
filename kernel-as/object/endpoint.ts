/**
 * Endpoints: where a sender and a receiver meet.
 *
 * An endpoint is idle, or holds a queue of senders, or a queue of receivers: never both, and idle
 * exactly when the queue is empty. The message is copied before either thread's state changes.
 *
 *   sendIPC, receiveIPC     meet a waiting thread, or queue
 *   replyFromCaller         performs a Reply capability
 *   cancelIPC               takes a blocked thread out, as if it had never asked
 *   cancelAllIPC, cancelBadgedSends
 *
 * Manual: chapter 4.
 */
import {
  BLOCKED_CAN_GRANT, BLOCKED_CAN_GRANT_REPLY, BLOCKED_IS_CALL, EP_HEAD, EP_IDLE, EP_RECV, EP_SEND,
  EP_STATE, EP_TAIL, NTFN_ACTIVE, STATE_BLOCKED_ON_NOTIFICATION, STATE_BLOCKED_ON_RECEIVE,
  STATE_BLOCKED_ON_REPLY, STATE_BLOCKED_ON_SEND, STATE_INACTIVE, STATE_RESTART, STATE_RUNNING,
  TCB_BADGE, TCB_BLOCKED_ON, TCB_BOUND, TCB_EP_NEXT, TCB_FAULT, TCB_IPC_BADGE, TCB_IPC_FLAGS,
  TCB_REPLY, TCB_STATE,
} from '../layout.ts';
import { doIPCTransfer } from '../kernel/transfer.ts';
import { possibleSwitchTo, rescheduleRequired, setThreadState } from '../kernel/thread.ts';
import { tcbSchedEnqueue } from '../model/ready.ts';
import { seL4_CanGrant } from '../abi.ts';
import { capHas, capPtr } from './cap.ts';
import { cteDeleteOne } from './delete.ts';
import { cancelSignal, completeSignal, notificationState } from './notification.ts';
import { queueAppend, queueRemove } from './queue.ts';
import { setupCallerCap } from './reply.ts';
import { mdbNext } from './slot.ts';

export function sendIPC(
  thread: u32, endpoint: u32, badge: u32, blocking: bool, call: bool, grant: bool, grantReply: bool,
): void {
  if (load<u32>(endpoint + EP_STATE) != EP_RECV) {
    if (!blocking) return;
    store<u32>(thread + TCB_BLOCKED_ON, endpoint);
    store<u32>(thread + TCB_IPC_BADGE, badge);
    store<u32>(thread + TCB_IPC_FLAGS, sendFlags(call, grant, grantReply));
    setThreadState(thread, STATE_BLOCKED_ON_SEND);
    enqueue(endpoint, thread, EP_SEND);
    return;
  }
  const receiver = load<u32>(endpoint + EP_HEAD);
  dequeue(endpoint, receiver);
  doIPCTransfer(thread, endpoint, badge, grant, receiver);
  const replyGrant = (load<u32>(receiver + TCB_IPC_FLAGS) & BLOCKED_CAN_GRANT) != 0;
  setThreadState(receiver, STATE_RUNNING);
  possibleSwitchTo(receiver);
  if (!call) return;
  if (grant || grantReply) setupCallerCap(thread, receiver, replyGrant);
  else setThreadState(thread, STATE_INACTIVE);
}

export function receiveIPC(thread: u32, cap: u64, blocking: bool): void {
  const bound = load<u32>(thread + TCB_BOUND);
  if (bound && notificationState(bound) == NTFN_ACTIVE) {
    completeSignal(bound, thread);
    return;
  }
  const endpoint = capPtr(cap);
  const grant = capHas(cap, seL4_CanGrant);
  if (load<u32>(endpoint + EP_STATE) == EP_SEND) {
    receiveFrom(thread, endpoint, grant);
  } else if (blocking) {
    store<u32>(thread + TCB_BLOCKED_ON, endpoint);
    store<u32>(thread + TCB_IPC_FLAGS, grant ? BLOCKED_CAN_GRANT : 0);
    setThreadState(thread, STATE_BLOCKED_ON_RECEIVE);
    enqueue(endpoint, thread, EP_RECV);
  } else {
    store<u32>(thread + TCB_BADGE, 0);
  }
}

function receiveFrom(thread: u32, endpoint: u32, receiverGrant: bool): void {
  const sender = load<u32>(endpoint + EP_HEAD);
  dequeue(endpoint, sender);
  const flags = load<u32>(sender + TCB_IPC_FLAGS);
  const badge = load<u32>(sender + TCB_IPC_BADGE);
  doIPCTransfer(sender, endpoint, badge, (flags & BLOCKED_CAN_GRANT) != 0, thread);
  if (!(flags & BLOCKED_IS_CALL)) {
    setThreadState(sender, STATE_RUNNING);
    possibleSwitchTo(sender);
  } else if (flags & (BLOCKED_CAN_GRANT | BLOCKED_CAN_GRANT_REPLY)) {
    setupCallerCap(sender, thread, receiverGrant);
  } else {
    setThreadState(sender, STATE_INACTIVE);
  }
}

export function cancelIPC(tcb: u32): void {
  switch (load<u32>(tcb + TCB_STATE)) {
    case STATE_BLOCKED_ON_SEND:
    case STATE_BLOCKED_ON_RECEIVE:
      dequeue(load<u32>(tcb + TCB_BLOCKED_ON), tcb);
      store<u32>(tcb + TCB_FAULT, 0);
      setThreadState(tcb, STATE_INACTIVE);
      break;
    case STATE_BLOCKED_ON_NOTIFICATION:
      cancelSignal(tcb, load<u32>(tcb + TCB_BLOCKED_ON));
      break;
    case STATE_BLOCKED_ON_REPLY: {
      store<u32>(tcb + TCB_FAULT, 0);
      // The reply capability, if it still exists, is the only child of the master.
      const slot = mdbNext(tcb + TCB_REPLY);
      if (slot) cteDeleteOne(slot);
      break;
    }
    default:
      break;
  }
}

export function cancelAllIPC(endpoint: u32): void {
  if (load<u32>(endpoint + EP_STATE) == EP_IDLE) return;
  while (load<u32>(endpoint + EP_HEAD)) restartQueued(endpoint, load<u32>(endpoint + EP_HEAD));
  rescheduleRequired();
}

export function cancelBadgedSends(endpoint: u32, badge: u32): void {
  if (load<u32>(endpoint + EP_STATE) != EP_SEND) return;
  let thread = load<u32>(endpoint + EP_HEAD);
  while (thread) {
    const next = load<u32>(thread + TCB_EP_NEXT);
    if (load<u32>(thread + TCB_IPC_BADGE) == badge) restartQueued(endpoint, thread);
    thread = next;
  }
  rescheduleRequired();
}

/** Its system call (or its fault) happens again as soon as it runs. */
function restartQueued(endpoint: u32, thread: u32): void {
  dequeue(endpoint, thread);
  store<u32>(thread + TCB_FAULT, 0);
  setThreadState(thread, STATE_RESTART);
  tcbSchedEnqueue(thread);
}

function sendFlags(call: bool, grant: bool, grantReply: bool): u32 {
  return (
    (call ? BLOCKED_IS_CALL : 0) |
    (grant ? BLOCKED_CAN_GRANT : 0) |
    (grantReply ? BLOCKED_CAN_GRANT_REPLY : 0)
  );
}

export function enqueue(endpoint: u32, thread: u32, state: u32): void {
  queueAppend(endpoint + EP_HEAD, endpoint + EP_TAIL, thread);
  store<u32>(endpoint + EP_STATE, state);
}

export function dequeue(endpoint: u32, thread: u32): void {
  queueRemove(endpoint + EP_HEAD, endpoint + EP_TAIL, thread);
  if (!load<u32>(endpoint + EP_HEAD)) store<u32>(endpoint + EP_STATE, EP_IDLE);
}
