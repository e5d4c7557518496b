/**
 * Reply capabilities: the right to answer one call, once.
 *
 * Each thread that may call has a master in its reply slot. While it waits for a reply the master
 * has at most one child: in the caller slot of who received the call, or where SaveCaller put it.
 *
 * Source: seL4 reference manual, section 4.2.4.
 */
import { cteDeleteOne } from './delete.ts';
import { handleFaultReply } from './fault.ts';
import { cteInsert } from './mdb.ts';
import { CALLER, type Kernel, REPLY, type Slot, type Tcb, setCap } from './state.ts';
import { complete, possibleSwitchTo, setThreadState } from './thread.ts';
import { doIPCTransfer } from './transfer.ts';

export function setupReplyMaster(k: Kernel, thread: Tcb): void {
  const slot = thread.slot(REPLY);
  if (slot.cap.type !== 'null') return;
  setCap(k, slot, { type: 'reply', caller: thread, master: true, grant: true });
  slot.revocable = true;
  slot.firstBadged = true;
}

/** `caller` waits for the reply that `receiver` may now give. */
export function setupCallerCap(k: Kernel, caller: Tcb, receiver: Tcb, grant: boolean): void {
  setThreadState(k, caller, 'reply');
  const cap = { type: 'reply', caller, master: false, grant } as const;
  cteInsert(k, cap, caller.slot(REPLY), receiver.slot(CALLER));
}

export function deleteCallerCap(k: Kernel, receiver: Tcb): void {
  cteDeleteOne(k, receiver.slot(CALLER));
}

export function deleteReplyCap(k: Kernel, caller: Tcb): void {
  const answer = caller.slot(REPLY).next;
  if (answer) cteDeleteOne(k, answer);
}

export function doReplyTransfer(
  k: Kernel,
  sender: Tcb,
  caller: Tcb,
  slot: Slot,
  grant: boolean,
): void {
  if (!caller.fault) {
    doIPCTransfer(k, sender, caller, { endpoint: null, badge: 0, grant });
    cteDeleteOne(k, slot);
    complete(k, caller);
    return;
  }
  cteDeleteOne(k, slot);
  const goesOn = handleFaultReply(k, caller, sender);
  caller.fault = null;
  setThreadState(k, caller, goesOn ? 'restart' : 'inactive');
  if (goesOn) possibleSwitchTo(k, caller);
}
