/**
 * Moving a message from one thread to another: registers, capabilities, faults.
 *
 * Capabilities travel only with the grant right, and only one into a slot: the receive slot that
 * the receiver names in its IPC buffer, which must be empty. A capability to the very endpoint that
 * is used arrives as its badge instead (it is unwrapped). Nothing of this is reported as an error.
 *
 *   lookupExtraCaps   slots of the sender's extra capabilities, in EXTRA_CAPS; 0 ends the list
 *   doIPCTransfer     endpoint 0: a reply, which never unwraps
 *
 * Manual: section 4.2 (capability transfer).
 */
import {
  CAP_ENDPOINT, COUNTER_IPC, EXTRA_CAPS, TCB_FAULT, TRACE_RECEIVE, TRACE_SEND,
} from '../layout.ts';
import {
  IPCBUF_RECEIVE_CNODE, IPCBUF_RECEIVE_DEPTH, IPCBUF_RECEIVE_INDEX, seL4_MsgMaxExtraCaps,
} from '../abi.ts';
import { setMRsFault } from '../api/faults.ts';
import { count, resultCap, resultSlot } from '../model/state.ts';
import { NONE, capFault } from '../model/status.ts';
import { trace } from '../model/trace.ts';
import { capBadge, capPtr, capType } from '../object/cap.ts';
import { cteInsert } from '../object/mdb.ts';
import { deriveCap } from '../object/objecttype.ts';
import { slotCap } from '../object/slot.ts';
import { lookupSlot, lookupTargetSlot } from './cspace.ts';
import {
  callInfo, copyMRs, getExtraCPtr, infoExtraCaps, infoLabel, infoLength, lookupIPCBuffer, makeInfo,
  setExtraBadge, setResult,
} from './message.ts';

export function lookupExtraCaps(thread: u32, buffer: u32, info: u32): u32 {
  store<u32>(EXTRA_CAPS, 0);
  if (!buffer) return NONE;
  const wanted = infoExtraCaps(info);
  for (let i: u32 = 0; i < wanted; i++) {
    const cptr = getExtraCPtr(buffer, i);
    if (lookupSlot(thread, cptr) != NONE) {
      store<u32>(EXTRA_CAPS, 0);
      return capFault(cptr, false);
    }
    store<u32>(EXTRA_CAPS + i * 4, resultSlot());
  }
  if (wanted < <u32>seL4_MsgMaxExtraCaps) store<u32>(EXTRA_CAPS + wanted * 4, 0);
  return NONE;
}

/** Slot of extra capability `index` of the call in progress, 0 if it has fewer. */
export function extraCap(index: u32): u32 {
  for (let i: u32 = 0; i < index; i++) {
    if (!load<u32>(EXTRA_CAPS + i * 4)) return 0;
  }
  return load<u32>(EXTRA_CAPS + index * 4);
}

export function doIPCTransfer(
  sender: u32, endpoint: u32, badge: u32, grant: bool, receiver: u32,
): void {
  count(COUNTER_IPC);
  const buffer = lookupIPCBuffer(true, receiver);
  let info: u32 = 0;
  if (load<u32>(sender + TCB_FAULT)) {
    const length = setMRsFault(sender, receiver, buffer);
    info = makeInfo(load<u32>(sender + TCB_FAULT), 0, 0, length);
  } else {
    info = transferMessage(sender, endpoint, grant, receiver, buffer);
  }
  setResult(receiver, badge, info);
  trace(TRACE_SEND, sender, badge, info, receiver);
  trace(TRACE_RECEIVE, receiver, badge, info, sender);
}

function transferMessage(
  sender: u32, endpoint: u32, grant: bool, receiver: u32, buffer: u32,
): u32 {
  const info = callInfo(sender);
  const sendBuffer = lookupIPCBuffer(false, sender);
  // A bad address was a fault when the call was made; since then the slot may have gone.
  if (grant) lookupExtraCaps(sender, sendBuffer, info);
  else store<u32>(EXTRA_CAPS, 0);
  const length = copyMRs(sender, sendBuffer, receiver, buffer, infoLength(info));
  return makeInfo(infoLabel(info), 0, 0, length) | transferCaps(endpoint, receiver, buffer);
}

/** Returns the capsUnwrapped and extraCaps fields of the info word. */
function transferCaps(endpoint: u32, receiver: u32, buffer: u32): u32 {
  if (!load<u32>(EXTRA_CAPS) || !buffer) return 0;
  let dest = getReceiveSlot(receiver, buffer);
  let unwrapped: u32 = 0;
  let i: u32 = 0;
  for (; i < <u32>seL4_MsgMaxExtraCaps; i++) {
    const slot = load<u32>(EXTRA_CAPS + i * 4);
    if (!slot) break;
    const cap = slotCap(slot);
    if (endpoint && capType(cap) == CAP_ENDPOINT && capPtr(cap) == endpoint) {
      setExtraBadge(buffer, i, capBadge(cap));
      unwrapped |= 1 << i;
      continue;
    }
    if (!dest || deriveCap(slot, cap) != NONE || !capType(resultCap())) break;
    cteInsert(resultCap(), slot, dest);
    dest = 0;
  }
  return makeInfo(0, unwrapped, i, 0);
}

function getReceiveSlot(receiver: u32, buffer: u32): u32 {
  const root = load<u32>(buffer + IPCBUF_RECEIVE_CNODE * 4);
  if (lookupSlot(receiver, root) != NONE) return 0;
  const index = load<u32>(buffer + IPCBUF_RECEIVE_INDEX * 4);
  const depth = load<u32>(buffer + IPCBUF_RECEIVE_DEPTH * 4);
  if (lookupTargetSlot(slotCap(resultSlot()), index, depth) != NONE) return 0;
  return capType(slotCap(resultSlot())) ? 0 : resultSlot();
}
