/**
 * Interrupt lines and their handlers.
 *
 * A line is active while a handler capability to it exists. Raising a line latches it; it is
 * delivered as a signal if the line is active, not masked and has a notification, and stays masked
 * until IRQHandler_Ack. So a line raised while it is handled, or before anybody listens, is
 * delivered once later and never lost.
 *
 * Manual: section 9.1 (interrupt delivery).
 */
import {
  IRQAckIRQ, IRQClearIRQHandler, IRQIssueIRQHandler, IRQSetIRQHandler, IRQ_LINES, seL4_CanWrite,
} from '../abi.ts';
import {
  CAP_NOTIFICATION, COUNTER_IRQ, IRQ_ACTIVE, IRQ_LATCHED, IRQ_MASKED, IRQ_NODE, IRQ_STATE,
  IRQ_STATE_SIZE, SLOT_SIZE, STATE_RESTART, TRACE_IRQ,
} from '../layout.ts';
import { lookupTargetSlot } from '../kernel/cspace.ts';
import { getMR } from '../kernel/message.ts';
import { setThreadState } from '../kernel/thread.ts';
import { extraCap } from '../kernel/transfer.ts';
import { count, currentThread, resultSlot } from '../model/state.ts';
import {
  NONE, illegalOperation, invalidCapability, rangeError, revokeFirst, truncatedMessage,
} from '../model/status.ts';
import { trace } from '../model/trace.ts';
import { capBadge, capHas, capPtr, capType, capWord, irqHandlerCap } from './cap.ts';
import { cteDeleteOne } from './delete.ts';
import { cteInsert, ensureEmptySlot } from './mdb.ts';
import { sendSignal } from './notification.ts';
import { slotCap } from './slot.ts';

export function raiseInterrupt(line: u32): void {
  store<u32>(stateOf(line) + IRQ_LATCHED, 1);
  tryDeliver(line);
}

function tryDeliver(line: u32): void {
  const state = stateOf(line);
  if (!load<u32>(state + IRQ_ACTIVE) || load<u32>(state + IRQ_MASKED)) return;
  const cap = slotCap(handlerSlot(line));
  if (!load<u32>(state + IRQ_LATCHED) || capType(cap) != CAP_NOTIFICATION) return;
  store<u32>(state + IRQ_LATCHED, 0);
  store<u32>(state + IRQ_MASKED, 1);
  count(COUNTER_IRQ);
  trace(TRACE_IRQ, currentThread(), line, 0, 0);
  sendSignal(capPtr(cap), capBadge(cap));
}

export function decodeIRQControlInvocation(
  thread: u32, label: u32, length: u32, buffer: u32, slot: u32,
): u32 {
  if (label != IRQIssueIRQHandler) return illegalOperation();
  if (length < 3 || !extraCap(0)) return truncatedMessage();
  const line = getMR(thread, buffer, 0);
  if (line >= <u32>IRQ_LINES) return rangeError(0, IRQ_LINES - 1);
  if (load<u32>(stateOf(line) + IRQ_ACTIVE)) return revokeFirst();
  const root = slotCap(extraCap(0));
  let status = lookupTargetSlot(root, getMR(thread, buffer, 1), getMR(thread, buffer, 2));
  if (status != NONE) return status;
  const dest = resultSlot();
  status = ensureEmptySlot(dest);
  if (status != NONE) return status;
  setThreadState(thread, STATE_RESTART);
  store<u32>(stateOf(line) + IRQ_ACTIVE, 1);
  store<u32>(stateOf(line) + IRQ_MASKED, 0);
  cteInsert(irqHandlerCap(line), slot, dest);
  return NONE;
}

export function decodeIRQHandlerInvocation(thread: u32, label: u32, cap: u64): u32 {
  const line = capWord(cap);
  switch (label) {
    case IRQAckIRQ:
      setThreadState(thread, STATE_RESTART);
      store<u32>(stateOf(line) + IRQ_MASKED, 0);
      tryDeliver(line);
      return NONE;
    case IRQSetIRQHandler:
      return decodeSetHandler(thread, line);
    case IRQClearIRQHandler:
      setThreadState(thread, STATE_RESTART);
      cteDeleteOne(handlerSlot(line));
      return NONE;
    default:
      return illegalOperation();
  }
}

function decodeSetHandler(thread: u32, line: u32): u32 {
  const source = extraCap(0);
  if (!source) return truncatedMessage();
  const cap = slotCap(source);
  if (capType(cap) != CAP_NOTIFICATION || !capHas(cap, seL4_CanWrite)) return invalidCapability(0);
  setThreadState(thread, STATE_RESTART);
  cteDeleteOne(handlerSlot(line));
  cteInsert(cap, source, handlerSlot(line));
  tryDeliver(line);
  return NONE;
}

/** The last handler capability is being deleted. */
export function deletingIRQHandler(line: u32): void {
  cteDeleteOne(handlerSlot(line));
}

/** It has been deleted: the line may be issued again, and forgets what nobody took. */
export function deletedIRQHandler(line: u32): void {
  memory.fill(stateOf(line), 0, IRQ_STATE_SIZE);
}

function stateOf(line: u32): u32 {
  return IRQ_STATE + line * IRQ_STATE_SIZE;
}

function handlerSlot(line: u32): u32 {
  return IRQ_NODE + line * SLOT_SIZE;
}
