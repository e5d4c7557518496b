/**
 * Reply capabilities: the right to answer one call, once.
 *
 * Each thread that may call has a master in its reply slot, revocable and alone in its derivation
 * list. While the thread is BlockedOnReply, the master has at most one child: the capability in the
 * caller slot of whoever received the call, or wherever it was moved to by SaveCaller.
 *
 * Manual: section 4.2.4 (reply capabilities).
 */
import {
  CAP_NULL, STATE_BLOCKED_ON_REPLY, STATE_INACTIVE, STATE_RESTART, STATE_RUNNING, TCB_CALLER,
  TCB_FAULT, TCB_REPLY, TCB_STATE,
} from '../layout.ts';
import { handleFaultReply } from '../api/faults.ts';
import { possibleSwitchTo, setThreadState } from '../kernel/thread.ts';
import { doIPCTransfer } from '../kernel/transfer.ts';
import { capType, replyCap } from './cap.ts';
import { cteDeleteOne } from './delete.ts';
import { cteInsert } from './mdb.ts';
import { originalFlags, setMdb, setSlotCap, slotCap } from './slot.ts';

export function setupReplyMaster(thread: u32): void {
  const slot = thread + TCB_REPLY;
  if (capType(slotCap(slot)) != CAP_NULL) return;
  setSlotCap(slot, replyCap(thread, true, true));
  setMdb(slot, 0, 0, originalFlags(true));
}

export function setupCallerCap(sender: u32, receiver: u32, canGrant: bool): void {
  setThreadState(sender, STATE_BLOCKED_ON_REPLY);
  cteInsert(replyCap(sender, false, canGrant), sender + TCB_REPLY, receiver + TCB_CALLER);
}

export function deleteCallerCap(receiver: u32): void {
  cteDeleteOne(receiver + TCB_CALLER);
}

/** `sender` answers `receiver` by the reply capability in `slot`, which is used up. */
export function doReplyTransfer(sender: u32, receiver: u32, slot: u32, canGrant: bool): void {
  if (load<u32>(receiver + TCB_STATE) != STATE_BLOCKED_ON_REPLY) return;
  if (!load<u32>(receiver + TCB_FAULT)) {
    doIPCTransfer(sender, 0, 0, canGrant, receiver);
    cteDeleteOne(slot);
    setThreadState(receiver, STATE_RUNNING);
    possibleSwitchTo(receiver);
    return;
  }
  cteDeleteOne(slot);
  const restart = handleFaultReply(receiver, sender);
  store<u32>(receiver + TCB_FAULT, 0);
  setThreadState(receiver, restart ? STATE_RESTART : STATE_INACTIVE);
  if (restart) possibleSwitchTo(receiver);
}
