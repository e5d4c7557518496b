/**
 * A thread that faults makes a call to its fault handler.
 *
 * The handler is a CPtr in the faulter's own CSpace, looked up now; it must be an endpoint with
 * write and one of the grant rights. If it is not, the thread stops for good (double fault).
 *
 * Manual: section 6.1 (faults).
 */
import {
  CAP_ENDPOINT, COUNTER_FAULT, FAULT, STATE_INACTIVE, TCB_FAULT_HANDLER, TRACE_FAULT,
} from '../layout.ts';
import { seL4_CanGrant, seL4_CanGrantReply, seL4_CanWrite } from '../abi.ts';
import { setFault } from '../api/faults.ts';
import { count, resultSlot } from '../model/state.ts';
import { NONE } from '../model/status.ts';
import { trace } from '../model/trace.ts';
import { capBadge, capHas, capPtr, capType } from '../object/cap.ts';
import { sendIPC } from '../object/endpoint.ts';
import { slotCap } from '../object/slot.ts';
import { lookupSlot } from './cspace.ts';
import { setThreadState } from './thread.ts';

/** The FAULT words say what happened. */
export function handleFault(thread: u32): void {
  count(COUNTER_FAULT);
  trace(TRACE_FAULT, thread, load<u32>(FAULT), load<u32>(FAULT + 4), 0);
  const found = lookupSlot(thread, load<u32>(thread + TCB_FAULT_HANDLER)) == NONE;
  if (!found || !sendFault(thread, slotCap(resultSlot()))) setThreadState(thread, STATE_INACTIVE);
}

function sendFault(thread: u32, cap: u64): bool {
  const grant = capHas(cap, seL4_CanGrant);
  const grantReply = capHas(cap, seL4_CanGrantReply);
  if (capType(cap) != CAP_ENDPOINT || !capHas(cap, seL4_CanWrite)) return false;
  if (!grant && !grantReply) return false;
  setFault(thread);
  sendIPC(thread, capPtr(cap), capBadge(cap), true, true, grant, grantReply);
  return true;
}
