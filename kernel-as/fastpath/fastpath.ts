/**
 * Short cuts for the two calls that nearly all messages are: Call, and ReplyRecv.
 *
 * A short cut is taken only if nothing can go wrong and the other thread runs next on this
 * processor; everything is tested before anything is changed, and what it leaves behind is word for
 * word what the slow path leaves. While tracing is on, the slow path does all the work.
 *
 *   fastCall(cpu, thread), fastReplyRecv(cpu, thread)
 *
 * Both: beginCall has been done, and true means that NODE_CURRENT is the other thread. The message
 * has no extra capabilities and fits into the registers of the TCB.
 */
import { seL4_CanGrant, seL4_CanGrantReply, seL4_CanRead, seL4_CanWrite } from '../abi.ts';
import {
  ACTION_RESUME, BLOCKED_CAN_GRANT, CAP_ENDPOINT, CAP_REPLY, COUNTER_FASTPATH, COUNTER_IPC,
  COUNTER_SWITCH, EP_HEAD, EP_RECV, EP_SEND, EP_STATE, NODE_ACTION, NTFN_ACTIVE,
  STATE_BLOCKED_ON_RECEIVE, STATE_BLOCKED_ON_REPLY, STATE_RUNNING, TCB_AFFINITY, TCB_BLOCKED_ON,
  TCB_BOUND, TCB_CALLER, TCB_CALL_CPTR, TCB_CALL_INFO, TCB_FAULT, TCB_IPC_FLAGS, TCB_MR,
  TCB_PENDING, TCB_PRIORITY, TCB_REPLY, TCB_STATE, TRACE_ENABLED,
} from '../layout.ts';
import { lookupSlot } from '../kernel/cspace.ts';
import { infoLabel, makeInfo, setResult } from '../kernel/message.ts';
import { isHighestPriority } from '../model/ready.ts';
import { count, currentNode, resultSlot, setCurrentThread } from '../model/state.ts';
import { NONE } from '../model/status.ts';
import { capBadge, capHas, capPtr, capType, capWord, replyCap } from '../object/cap.ts';
import { dequeue, enqueue } from '../object/endpoint.ts';
import { notificationState } from '../object/notification.ts';
import {
  mdbNext, mdbPrev, setMdb, setMdbNext, setMdbPrev, setSlotCap, slotCap,
} from '../object/slot.ts';

/** Longest message that lives in registers, and the bits of an info word that exceed it. */
const REGISTERS: u32 = 4;

export function fastCall(cpu: u32, thread: u32): bool {
  const info = load<u32>(thread + TCB_CALL_INFO);
  if (!isPlainMessage(info)) return false;
  if (lookupSlot(thread, load<u32>(thread + TCB_CALL_CPTR)) != NONE) return false;
  const cap = slotCap(resultSlot());
  if (capType(cap) != CAP_ENDPOINT || !capHas(cap, seL4_CanWrite)) return false;
  if (!(capWord(cap) & (seL4_CanGrant | seL4_CanGrantReply))) return false;
  const endpoint = capPtr(cap);
  if (load<u32>(endpoint + EP_STATE) != EP_RECV) return false;
  const receiver = load<u32>(endpoint + EP_HEAD);
  if (!mayRunNext(cpu, thread, receiver)) return false;

  dequeue(endpoint, receiver);
  giveReplyCap(thread, receiver);
  store<u32>(thread + TCB_STATE, STATE_BLOCKED_ON_REPLY);
  handOver(thread, receiver, capBadge(cap), info);
  return true;
}

export function fastReplyRecv(cpu: u32, thread: u32): bool {
  const info = load<u32>(thread + TCB_CALL_INFO);
  if (!isPlainMessage(info)) return false;
  const reply = slotCap(thread + TCB_CALLER);
  if (capType(reply) != CAP_REPLY) return false;
  const caller = capPtr(reply);
  if (load<u32>(caller + TCB_FAULT)) return false;
  if (lookupSlot(thread, load<u32>(thread + TCB_CALL_CPTR)) != NONE) return false;
  const cap = slotCap(resultSlot());
  if (capType(cap) != CAP_ENDPOINT || !capHas(cap, seL4_CanRead)) return false;
  const endpoint = capPtr(cap);
  if (load<u32>(endpoint + EP_STATE) == EP_SEND) return false;
  const bound = load<u32>(thread + TCB_BOUND);
  if (bound && notificationState(bound) == NTFN_ACTIVE) return false;
  if (!mayRunNext(cpu, thread, caller)) return false;

  takeReplyCap(thread);
  store<u32>(thread + TCB_BLOCKED_ON, endpoint);
  store<u32>(thread + TCB_IPC_FLAGS, capHas(cap, seL4_CanGrant) ? BLOCKED_CAN_GRANT : 0);
  store<u32>(thread + TCB_STATE, STATE_BLOCKED_ON_RECEIVE);
  enqueue(endpoint, thread, EP_RECV);
  handOver(thread, caller, 0, info);
  return true;
}

/** No extra capabilities, at most four words, no tracing. */
function isPlainMessage(info: u32): bool {
  return (info & 0x180) == 0 && (info & 127) <= REGISTERS && !load<u32>(TRACE_ENABLED);
}

/** Whether the scheduler would choose `other` once `thread` has blocked. */
function mayRunNext(cpu: u32, thread: u32, other: u32): bool {
  if (load<u32>(other + TCB_AFFINITY) != cpu) return false;
  const node = currentNode();
  if (load<u32>(node + NODE_ACTION) != ACTION_RESUME) return false;
  const priority = load<u32>(other + TCB_PRIORITY);
  return priority >= load<u32>(thread + TCB_PRIORITY) || isHighestPriority(node, priority);
}

function giveReplyCap(caller: u32, receiver: u32): void {
  const grant = (load<u32>(receiver + TCB_IPC_FLAGS) & BLOCKED_CAN_GRANT) != 0;
  const master: u32 = caller + TCB_REPLY;
  const slot: u32 = receiver + TCB_CALLER;
  setSlotCap(slot, replyCap(caller, false, grant));
  setMdb(slot, master, mdbNext(master), 0);
  setMdbNext(master, slot);
}

function takeReplyCap(thread: u32): void {
  const slot: u32 = thread + TCB_CALLER;
  const next = mdbNext(slot);
  setMdbNext(mdbPrev(slot), next);
  if (next) setMdbPrev(next, mdbPrev(slot));
  setSlotCap(slot, 0);
  setMdb(slot, 0, 0, 0);
}

/** The message, and the processor. Only as many registers as the message has are overwritten. */
function handOver(from: u32, to: u32, badge: u32, info: u32): void {
  const length = info & 127;
  for (let i: u32 = 0; i < length; i++) {
    store<u32>(to + TCB_MR + i * 4, load<u32>(from + TCB_MR + i * 4));
  }
  setResult(to, badge, makeInfo(infoLabel(info), 0, 0, length));
  store<u32>(to + TCB_STATE, STATE_RUNNING);
  store<u32>(to + TCB_PENDING, 0);
  setCurrentThread(to);
  count(COUNTER_IPC);
  count(COUNTER_SWITCH);
  count(COUNTER_FASTPATH);
}
