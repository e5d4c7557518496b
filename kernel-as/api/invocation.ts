/**
 * Invoking a capability: which object decodes the message.
 *
 * A decoder checks everything and changes nothing; then the thread is set to Restart and the object
 * acts. What cannot be invoked at all is InvalidCapability of argument 0.
 */
import { seL4_CanGrant, seL4_CanGrantReply, seL4_CanWrite } from '../abi.ts';
import {
  CAP_CNODE, CAP_DOMAIN, CAP_ENDPOINT, CAP_FRAME, CAP_IOPORT, CAP_IOPORT_CONTROL, CAP_IRQ_CONTROL,
  CAP_IRQ_HANDLER, CAP_NOTIFICATION, CAP_PAGE_DIRECTORY, CAP_PAGE_TABLE, CAP_REPLY, CAP_THREAD,
  CAP_UNTYPED, STATE_RESTART, TCB_CALL_CPTR, TRACE_INVOKE, TCB_CALL_INFO,
} from '../layout.ts';
import { infoLabel } from '../kernel/message.ts';
import { setThreadState } from '../kernel/thread.ts';
import { NONE, illegalOperation, invalidCapability } from '../model/status.ts';
import { trace } from '../model/trace.ts';
import {
  capBadge, capHas, capPtr, capType, replyCanGrant, replyIsMaster,
} from '../object/cap.ts';
import { decodeCNodeInvocation } from '../object/cnode.ts';
import { decodeDomainInvocation } from '../object/domain.ts';
import { sendIPC } from '../object/endpoint.ts';
import { decodePageInvocation, decodePageTableInvocation } from '../object/frame.ts';
import { decodeIRQControlInvocation, decodeIRQHandlerInvocation } from '../object/interrupt.ts';
import { decodePortControlInvocation, decodePortInvocation } from '../object/ioport.ts';
import { sendSignal } from '../object/notification.ts';
import { doReplyTransfer } from '../object/reply.ts';
import { slotCap } from '../object/slot.ts';
import { decodeTCBInvocation } from '../object/tcb-decode.ts';
import { decodeUntypedInvocation } from '../object/untyped.ts';

export function decodeInvocation(
  thread: u32, slot: u32, length: u32, buffer: u32, blocking: bool, call: bool,
): u32 {
  const cap = slotCap(slot);
  switch (capType(cap)) {
    case CAP_ENDPOINT:
      return invokeEndpoint(thread, cap, blocking, call);
    case CAP_NOTIFICATION:
      return invokeNotification(thread, cap);
    case CAP_REPLY:
      return invokeReply(thread, slot);
    default:
      return decodeObject(thread, slot, length, buffer);
  }
}

/** Capabilities to kernel objects: what invoke() may do without a switch. */
function decodeObject(thread: u32, slot: u32, length: u32, buffer: u32): u32 {
  const cap = slotCap(slot);
  const label = infoLabel(load<u32>(thread + TCB_CALL_INFO));
  trace(TRACE_INVOKE, thread, label, load<u32>(thread + TCB_CALL_CPTR), 0);
  switch (capType(cap)) {
    case CAP_UNTYPED:
      return decodeUntypedInvocation(thread, label, length, buffer, slot);
    case CAP_CNODE:
      return decodeCNodeInvocation(thread, label, length, buffer, cap);
    case CAP_THREAD:
      return decodeTCBInvocation(thread, label, length, buffer, slot);
    case CAP_IRQ_CONTROL:
      return decodeIRQControlInvocation(thread, label, length, buffer, slot);
    case CAP_IRQ_HANDLER:
      return decodeIRQHandlerInvocation(thread, label, cap);
    case CAP_DOMAIN:
      return decodeDomainInvocation(thread, label, length, buffer);
    case CAP_FRAME:
      return decodePageInvocation(thread, label, length, buffer, slot);
    case CAP_PAGE_TABLE:
      return decodePageTableInvocation(thread, label, length, buffer, slot);
    case CAP_PAGE_DIRECTORY:
      return illegalOperation();
    case CAP_IOPORT_CONTROL:
      return decodePortControlInvocation(thread, label, length, buffer, slot);
    case CAP_IOPORT:
      return decodePortInvocation(thread, label, length, buffer, cap);
    default:
      return invalidCapability(0);
  }
}

function invokeEndpoint(thread: u32, cap: u64, blocking: bool, call: bool): u32 {
  if (!capHas(cap, seL4_CanWrite)) return invalidCapability(0);
  const grant = capHas(cap, seL4_CanGrant);
  const grantReply = capHas(cap, seL4_CanGrantReply);
  setThreadState(thread, STATE_RESTART);
  sendIPC(thread, capPtr(cap), capBadge(cap), blocking, call, grant, grantReply);
  return NONE;
}

function invokeNotification(thread: u32, cap: u64): u32 {
  if (!capHas(cap, seL4_CanWrite)) return invalidCapability(0);
  setThreadState(thread, STATE_RESTART);
  sendSignal(capPtr(cap), capBadge(cap));
  return NONE;
}

function invokeReply(thread: u32, slot: u32): u32 {
  const cap = slotCap(slot);
  if (replyIsMaster(cap)) return invalidCapability(0);
  setThreadState(thread, STATE_RESTART);
  doReplyTransfer(thread, capPtr(cap), slot, replyCanGrant(cap));
  return NONE;
}
