/**
 * I/O ports: ranges of the 16-bit port space, each given out once.
 *
 * The kernel cannot reach the bus. It checks that the capability covers the access, writes it into
 * the node and says so; the user library performs it after the lock is released. Only invoke() can
 * do that: through any other system call a port access is an IllegalOperation.
 *
 * Manual: section 10.5 (seL4_X86_IOPortControl, seL4_X86_IOPort).
 */
import {
  X86IOPortControlIssue, X86IOPortIn16, X86IOPortIn32, X86IOPortIn8, X86IOPortOut16,
  X86IOPortOut32, X86IOPortOut8,
} from '../abi.ts';
import {
  NODE_PORT, NODE_PORT_VALUE, NODE_PORT_WIDTH, NODE_PORT_WRITE, PORTS, PORT_ALLOWED, PORT_PENDING,
  STATE_RESTART, STATE_RUNNING,
} from '../layout.ts';
import { replyWithWords } from '../api/errors.ts';
import { lookupTargetSlot } from '../kernel/cspace.ts';
import { getMR } from '../kernel/message.ts';
import { setThreadState } from '../kernel/thread.ts';
import { extraCap } from '../kernel/transfer.ts';
import { currentNode, resultSlot } from '../model/state.ts';
import {
  NONE, illegalOperation, invalidArgument, revokeFirst, truncatedMessage,
} from '../model/status.ts';
import { ioPortCap, ioPortFirst, ioPortLast } from './cap.ts';
import { cteInsert, ensureEmptySlot } from './mdb.ts';
import { slotCap } from './slot.ts';

export function decodePortControlInvocation(
  thread: u32, label: u32, length: u32, buffer: u32, slot: u32,
): u32 {
  if (label != X86IOPortControlIssue) return illegalOperation();
  if (length < 4 || !extraCap(0)) return truncatedMessage();
  const first = getMR(thread, buffer, 0) & 0xffff;
  const last = getMR(thread, buffer, 1) & 0xffff;
  if (first > last) return invalidArgument(1);
  if (!isRangeFree(first, last)) return revokeFirst();
  const root = slotCap(extraCap(0));
  let status = lookupTargetSlot(root, getMR(thread, buffer, 2), getMR(thread, buffer, 3));
  if (status != NONE) return status;
  const dest = resultSlot();
  status = ensureEmptySlot(dest);
  if (status != NONE) return status;
  setThreadState(thread, STATE_RESTART);
  markRange(first, last, true);
  cteInsert(ioPortCap(first, last), slot, dest);
  return NONE;
}

export function decodePortInvocation(
  thread: u32, label: u32, length: u32, buffer: u32, cap: u64,
): u32 {
  const width = widthOf(label);
  if (!width) return illegalOperation();
  const writing = label >= <u32>X86IOPortOut8;
  if (length < <u32>(writing ? 2 : 1)) return truncatedMessage();
  const port = getMR(thread, buffer, 0) & 0xffff;
  if (port < ioPortFirst(cap) || port + width - 1 > ioPortLast(cap)) return illegalOperation();
  if (!load<u32>(PORT_ALLOWED)) return illegalOperation();
  setThreadState(thread, STATE_RESTART);
  const node = currentNode();
  store<u32>(node + NODE_PORT, port);
  store<u32>(node + NODE_PORT_WIDTH, width);
  store<u32>(node + NODE_PORT_WRITE, writing ? 1 : 0);
  const mask: u32 = width == 4 ? -1 : (1 << (width * 8)) - 1;
  store<u32>(node + NODE_PORT_VALUE, writing ? getMR(thread, buffer, 1) & mask : 0);
  store<u32>(PORT_PENDING, 1);
  replyWithWords(thread, writing ? 0 : 1);
  setThreadState(thread, STATE_RUNNING);
  return NONE;
}

/** The last capability to a range is gone. */
export function freePortRange(cap: u64): void {
  markRange(ioPortFirst(cap), ioPortLast(cap), false);
}

/** Bytes of the access, 0: not a port method. */
function widthOf(label: u32): u32 {
  switch (label) {
    case X86IOPortIn8:
    case X86IOPortOut8:
      return 1;
    case X86IOPortIn16:
    case X86IOPortOut16:
      return 2;
    case X86IOPortIn32:
    case X86IOPortOut32:
      return 4;
    default:
      return 0;
  }
}

function isRangeFree(first: u32, last: u32): bool {
  for (let port = first; port <= last; port++) {
    if (load<u8>(PORTS + (port >> 3)) & (1 << (port & 7))) return false;
  }
  return true;
}

function markRange(first: u32, last: u32, used: bool): void {
  for (let port = first; port <= last; port++) {
    const at: u32 = PORTS + (port >> 3);
    const bit: u32 = 1 << (port & 7);
    const bits: u32 = load<u8>(at);
    store<u8>(at, <u8>(used ? bits | bit : bits & ~bit));
  }
}
