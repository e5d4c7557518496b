/**
 * Short cuts for the two calls that nearly all messages are: Call, and ReplyRecv.
 *
 * A short cut is taken only if nothing can go wrong and the other thread runs next on this
 * processor; everything is tested before anything is changed, and what it leaves behind is word for
 * word what the slow path leaves. While tracing is on, the slow path does all the work.
 *
 *   fastCall(cpu, thread, cptr, info), fastReplyRecv(cpu, thread, cptr, info)
 *
 * Both: beginCall has been done; the answer is the other thread, which runs now, or 0 where the
 * slow path is to be taken. The message has no extra capabilities and fits into the registers of
 * the TCB.
 *
 * Its cost is that of the whole system, so everything is put into one function (`inline`), values
 * are handed on as arguments and not by way of memory, and the address is resolved here, without
 * the words that say why it failed. docs/decisions/0005 has what that saves.
 */
import { seL4_CanGrant, seL4_CanGrantReply, seL4_CanRead, seL4_CanWrite } from '../abi.ts';
import {
  ACTION_RESUME, BLOCKED_CAN_GRANT, CAP_CNODE, CAP_ENDPOINT, CAP_REPLY, COUNTER_FASTPATH,
  COUNTER_IPC, COUNTER_SWITCH, EP_HEAD, EP_RECV, EP_SEND, EP_STATE, NODE_ACTION, NTFN_ACTIVE,
  STATE_BLOCKED_ON_RECEIVE, STATE_BLOCKED_ON_REPLY, STATE_RUNNING, TCB_AFFINITY, TCB_BLOCKED_ON,
  TCB_BOUND, TCB_CALLER, TCB_CTABLE, TCB_FAULT, TCB_IPC_FLAGS, TCB_MR, TCB_PENDING, TCB_PRIORITY,
  TCB_REPLY, TCB_STATE, TRACE_ENABLED,
} from '../layout.ts';
import { infoLabel, makeInfo, setResult } from '../kernel/message.ts';
import { isHighestPriority } from '../model/ready.ts';
import { countOn, nodeOf, setCurrentThread } from '../model/state.ts';
import {
  capBadge, capHas, capPtr, capType, capWord, cnodeGuard, cnodeGuardSize, cnodeRadix, replyCap,
} from '../object/cap.ts';
import { dequeue, enqueue } from '../object/endpoint.ts';
import { notificationState } from '../object/notification.ts';
import { slotAt } from '../object/region.ts';
import {
  mdbNext, mdbPrev, setMdb, setMdbNext, setMdbPrev, setSlotCap, slotCap,
} from '../object/slot.ts';

/** Longest message that lives in registers. */
const REGISTERS: u32 = 4;
/** The fields of an info word that say how much besides the registers must be copied. */
const LENGTH_AND_CAPS: u32 = 0x1ff;

@inline
export function fastCall(cpu: u32, thread: u32, cptr: u32, info: u32): u32 {
  if ((info & LENGTH_AND_CAPS) > REGISTERS) return 0;
  if (load<u32>(TRACE_ENABLED)) return 0;
  const cap = lookupCap(thread, cptr);
  if (capType(cap) != CAP_ENDPOINT) return 0;
  if (!(capWord(cap) & seL4_CanWrite)) return 0;
  if (!(capWord(cap) & (seL4_CanGrant | seL4_CanGrantReply))) return 0;
  const endpoint = capPtr(cap);
  if (load<u32>(endpoint + EP_STATE) != EP_RECV) return 0;
  const receiver = load<u32>(endpoint + EP_HEAD);
  if (!runsNext(cpu, thread, receiver)) return 0;

  dequeue(endpoint, receiver);
  giveReplyCap(thread, receiver);
  store<u32>(thread + TCB_STATE, STATE_BLOCKED_ON_REPLY);
  handOver(cpu, thread, receiver, capBadge(cap), info);
  return receiver;
}

@inline
export function fastReplyRecv(cpu: u32, thread: u32, cptr: u32, info: u32): u32 {
  if ((info & LENGTH_AND_CAPS) > REGISTERS) return 0;
  if (load<u32>(TRACE_ENABLED)) return 0;
  const reply = slotCap(thread + TCB_CALLER);
  if (capType(reply) != CAP_REPLY) return 0;
  const caller = capPtr(reply);
  if (load<u32>(caller + TCB_FAULT)) return 0;
  const cap = lookupCap(thread, cptr);
  if (capType(cap) != CAP_ENDPOINT) return 0;
  if (!(capWord(cap) & seL4_CanRead)) return 0;
  const endpoint = capPtr(cap);
  if (load<u32>(endpoint + EP_STATE) == EP_SEND) return 0;
  const bound = load<u32>(thread + TCB_BOUND);
  if (bound) {
    if (notificationState(bound) == NTFN_ACTIVE) return 0;
  }
  if (!runsNext(cpu, thread, caller)) return 0;

  takeReplyCap(thread);
  store<u32>(thread + TCB_BLOCKED_ON, endpoint);
  store<u32>(thread + TCB_IPC_FLAGS, capHas(cap, seL4_CanGrant) ? BLOCKED_CAN_GRANT : 0);
  store<u32>(thread + TCB_STATE, STATE_BLOCKED_ON_RECEIVE);
  enqueue(endpoint, thread, EP_RECV);
  handOver(cpu, thread, caller, 0, info);
  return caller;
}

/** What is at a capability address; nothing where the slow path should look for the reason. */
@inline
function lookupCap(thread: u32, cptr: u32): u64 {
  let cap = slotCap(thread + TCB_CTABLE);
  let bits: u32 = 32;
  while (capType(cap) == CAP_CNODE) {
    const radix = cnodeRadix(cap);
    const guardSize = cnodeGuardSize(cap);
    if (radix + guardSize > bits) return 0;
    if (guardSize) {
      const guard: u32 = (cptr >> (bits - guardSize)) & ((1 << guardSize) - 1);
      if (guard != cnodeGuard(cap)) return 0;
    }
    bits -= radix + guardSize;
    cap = slotCap(slotAt(capPtr(cap), (cptr >> bits) & ((1 << radix) - 1)));
    if (!bits) return cap;
  }
  return bits == 32 ? 0 : cap;
}

/** Whether the scheduler would choose `other` once `thread` has blocked. */
@inline
function runsNext(cpu: u32, thread: u32, other: u32): bool {
  if (load<u32>(other + TCB_AFFINITY) != cpu) return false;
  if (load<u32>(nodeOf(cpu) + NODE_ACTION) != ACTION_RESUME) return false;
  const priority = load<u32>(other + TCB_PRIORITY);
  if (priority >= load<u32>(thread + TCB_PRIORITY)) return true;
  return isHighestPriority(nodeOf(cpu), priority);
}

@inline
function giveReplyCap(caller: u32, receiver: u32): void {
  const grant = (load<u32>(receiver + TCB_IPC_FLAGS) & BLOCKED_CAN_GRANT) != 0;
  const master: u32 = caller + TCB_REPLY;
  const slot: u32 = receiver + TCB_CALLER;
  setSlotCap(slot, replyCap(caller, false, grant));
  setMdb(slot, master, mdbNext(master), 0);
  setMdbNext(master, slot);
}

@inline
function takeReplyCap(thread: u32): void {
  const slot: u32 = thread + TCB_CALLER;
  const next = mdbNext(slot);
  setMdbNext(mdbPrev(slot), next);
  if (next) setMdbPrev(next, mdbPrev(slot));
  setSlotCap(slot, 0);
  setMdb(slot, 0, 0, 0);
}

/** The message, and the processor. Only as many registers as the message has are overwritten. */
@inline
function handOver(cpu: u32, from: u32, to: u32, badge: u32, info: u32): void {
  const length = info & 127;
  for (let i: u32 = 0; i < length; i++) {
    store<u32>(to + TCB_MR + i * 4, load<u32>(from + TCB_MR + i * 4));
  }
  setResult(to, badge, makeInfo(infoLabel(info), 0, 0, length));
  store<u32>(to + TCB_STATE, STATE_RUNNING);
  store<u32>(to + TCB_PENDING, 0);
  const node = nodeOf(cpu);
  setCurrentThread(node, to);
  countOn(node, COUNTER_IPC);
  countOn(node, COUNTER_SWITCH);
  countOn(node, COUNTER_FASTPATH);
}
