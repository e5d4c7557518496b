/**
 * Moving a message from one thread to another.
 *
 * Capabilities travel only with the grant right. One that names the very endpoint used arrives as
 * its badge (it is unwrapped); of the others one fits into the receive slot, which must be empty.
 * The first that does not get through ends the transfer, and nobody is told.
 *
 * Source: seL4 reference manual, section 4.2.
 */
import {
  IPCBUF_CAPS,
  IPCBUF_MSG,
  IPCBUF_RECEIVE_CNODE,
  IPCBUF_RECEIVE_DEPTH,
  IPCBUF_RECEIVE_INDEX,
  seL4_MsgRegisters,
} from '../../../kernel-as/abi.ts';
import { type Cap, NULL_CAP } from './caps.ts';
import { lookupSlot, lookupSlotForCNodeOp } from './cspace.ts';
import { deriveCap } from './derive.ts';
import { faultMessage } from './fault.ts';
import { cteInsert } from './mdb.ts';
import {
  type Buffer,
  bufferWord,
  infoExtraCaps,
  infoLabel,
  infoLength,
  lookupIPCBuffer,
  makeInfo,
  setBufferWord,
  setMRs,
} from './message.ts';
import { LookupFailure, SyscallError } from './refusal.ts';
import { type Endpoint, type Kernel, type Slot, type Tcb } from './state.ts';

/** A capability address in a message that does not resolve. */
export class BadExtraCap {
  readonly cptr: number;
  readonly failure: LookupFailure;

  constructor(cptr: number, failure: LookupFailure) {
    this.cptr = cptr;
    this.failure = failure;
  }
}

/** The slots of a message's extra capabilities. Throws BadExtraCap. */
export function lookupExtraCaps(thread: Tcb, buffer: Buffer | null, info: number): Slot[] {
  if (!buffer) return [];
  const slots: Slot[] = [];
  for (let i = 0; i < infoExtraCaps(info); i++) {
    const cptr = bufferWord(buffer, IPCBUF_CAPS + i);
    try {
      slots.push(lookupSlot(thread, cptr));
    } catch (failure) {
      if (failure instanceof LookupFailure) throw new BadExtraCap(cptr, failure);
      throw failure;
    }
  }
  return slots;
}

export interface Transfer {
  /** Null for replies, which never unwrap. */
  readonly endpoint: Endpoint | null;
  readonly badge: number;
  /** Whether capabilities may go along. */
  readonly grant: boolean;
}

export function doIPCTransfer(k: Kernel, sender: Tcb, receiver: Tcb, how: Transfer): void {
  const buffer = lookupIPCBuffer(receiver, true);
  if (sender.fault) {
    const length = setMRs(receiver, buffer, faultMessage(sender, sender.fault));
    receiver.info = makeInfo(sender.fault.kind, 0, 0, length);
  } else {
    doNormalTransfer(k, sender, receiver, buffer, how);
  }
  receiver.badge = how.badge;
}

function doNormalTransfer(
  k: Kernel,
  sender: Tcb,
  receiver: Tcb,
  out: Buffer | null,
  how: Transfer,
): void {
  const info = sender.call!.info;
  const source = lookupIPCBuffer(sender, false);
  const caps = how.grant ? reachableCaps(sender, source, info) : [];
  const length = copyMRs(sender, source, receiver, out, infoLength(info));
  const { unwrapped, count } = transferCaps(k, caps, how.endpoint, receiver, out);
  receiver.info = makeInfo(infoLabel(info), unwrapped, count, length);
}

function reachableCaps(sender: Tcb, buffer: Buffer | null, info: number): Slot[] {
  try {
    return lookupExtraCaps(sender, buffer, info);
  } catch (failure) {
    if (failure instanceof BadExtraCap) return [];
    throw failure;
  }
}

function copyMRs(
  sender: Tcb,
  source: Buffer | null,
  receiver: Tcb,
  out: Buffer | null,
  length: number,
): number {
  const direct = Math.min(length, seL4_MsgRegisters);
  for (let i = 0; i < direct; i++) receiver.mr[i] = sender.mr[i]!;
  if (!source || !out) return direct;
  for (let i = direct; i < length; i++) {
    setBufferWord(out, IPCBUF_MSG + i, bufferWord(source, IPCBUF_MSG + i));
  }
  return length;
}

function transferCaps(
  k: Kernel,
  caps: readonly Slot[],
  endpoint: Endpoint | null,
  receiver: Tcb,
  out: Buffer | null,
): { unwrapped: number; count: number } {
  let unwrapped = 0;
  let count = 0;
  if (!out || caps.length === 0) return { unwrapped, count };
  let dest = receiveSlot(receiver, out);
  for (const slot of caps) {
    const { cap } = slot;
    if (cap.type === 'endpoint' && cap.object === endpoint) {
      setBufferWord(out, IPCBUF_CAPS + count, cap.badge);
      unwrapped |= 1 << count;
    } else {
      const derived = dest ? tryDerive(slot, cap) : NULL_CAP;
      if (!dest || derived.type === 'null') break;
      cteInsert(k, derived, slot, dest);
      dest = null;
    }
    count++;
  }
  return { unwrapped, count };
}

function tryDerive(slot: Slot, cap: Cap): Cap {
  try {
    return deriveCap(slot, cap);
  } catch (error) {
    if (error instanceof SyscallError) return NULL_CAP;
    throw error;
  }
}

/** The empty slot that the receiver names in its buffer; null if it names none. */
function receiveSlot(receiver: Tcb, buffer: Buffer): Slot | null {
  try {
    const root = lookupSlot(receiver, bufferWord(buffer, IPCBUF_RECEIVE_CNODE)).cap;
    const index = bufferWord(buffer, IPCBUF_RECEIVE_INDEX);
    const depth = bufferWord(buffer, IPCBUF_RECEIVE_DEPTH);
    const slot = lookupSlotForCNodeOp(false, root, index, depth);
    return slot.cap.type === 'null' ? slot : null;
  } catch (failure) {
    if (failure instanceof LookupFailure || failure instanceof SyscallError) return null;
    throw failure;
  }
}
