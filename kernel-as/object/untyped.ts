/**
 * Untyped memory, and making objects of it.
 *
 * The capability holds a watermark: below it objects may live, above it nothing does and kernel
 * memory is zero. An untyped without children is reset first: zeroed from the top down, in steps
 * that can be preempted, with the watermark following. Memory of RAM (device untypeds) is never
 * touched, and only frames and smaller untypeds can be made of it.
 *
 * Manual: section 2.4 (kernel memory allocation), 10.3.4 (seL4_Untyped).
 */
import {
  UntypedRetype, seL4_CapTableObject, seL4_EndpointBits, seL4_EndpointObject, seL4_MaxUntypedBits,
  seL4_MinUntypedBits, seL4_NotificationBits, seL4_NotificationObject, seL4_ObjectTypeCount,
  seL4_PageBits, seL4_RetypeFanOutLimit, seL4_SlotBits, seL4_TCBBits, seL4_TCBObject,
  seL4_UntypedObject, seL4_WordBits, seL4_X86_4K,
} from '../abi.ts';
import { CAP_CNODE, STATE_RESTART } from '../layout.ts';
import { lookupTargetSlot } from '../kernel/cspace.ts';
import { getMR } from '../kernel/message.ts';
import { setThreadState } from '../kernel/thread.ts';
import { extraCap } from '../kernel/transfer.ts';
import { preemptionPoint } from '../model/lock.ts';
import { resultSlot, setResultSlot } from '../model/state.ts';
import {
  NONE, failedLookup, illegalOperation, invalidArgument, missingCapability, notEnoughMemory,
  rangeError, truncatedMessage,
} from '../model/status.ts';
import {
  capPtr, capType, cnodeRadix, untypedIsDevice, untypedSizeBits, untypedUsed, withUsed,
} from './cap.ts';
import { createObject } from './create.ts';
import { ensureEmptySlot, ensureNoChildren, insertNewCap } from './mdb.ts';
import { slotAt } from './region.ts';
import { setSlotCap, slotCap } from './slot.ts';

/** As seL4's CONFIG_RESET_CHUNK_BITS says. */
const RESET_CHUNK: u32 = 256;

export function decodeUntypedInvocation(
  thread: u32, label: u32, length: u32, buffer: u32, slot: u32,
): u32 {
  if (label != UntypedRetype) return illegalOperation();
  if (length < 6 || !extraCap(0)) return truncatedMessage();
  const type = getMR(thread, buffer, 0);
  const sizeBits = getMR(thread, buffer, 1);
  const offset = getMR(thread, buffer, 4);
  const wanted = getMR(thread, buffer, 5);
  let status = checkType(type, sizeBits);
  if (status != NONE) return status;
  status = lookupNode(extraCap(0), getMR(thread, buffer, 2), getMR(thread, buffer, 3));
  if (status != NONE) return status;
  const node = slotCap(resultSlot());
  status = checkWindow(node, offset, wanted);
  if (status != NONE) return status;
  status = checkRoom(slot, type, objectBits(type, sizeBits), wanted);
  if (status != NONE) return status;
  setThreadState(thread, STATE_RESTART);
  return invokeRetype(slot, type, sizeBits, slotAt(capPtr(node), offset), wanted);
}

function checkType(type: u32, sizeBits: u32): u32 {
  if (type >= <u32>seL4_ObjectTypeCount) return invalidArgument(0);
  const limit: u32 = seL4_MaxUntypedBits;
  if (sizeBits >= <u32>seL4_WordBits || objectBits(type, sizeBits) > limit) {
    return rangeError(0, limit);
  }
  if (type == seL4_CapTableObject && sizeBits == 0) return invalidArgument(1);
  if (type == seL4_UntypedObject && sizeBits < <u32>seL4_MinUntypedBits) return invalidArgument(1);
  return NONE;
}

/** Leaves the slot of the destination CNode in RESULT_SLOT. Depth 0: the root itself. */
function lookupNode(root: u32, index: u32, depth: u32): u32 {
  let slot = root;
  if (depth) {
    const status = lookupTargetSlot(slotCap(root), index, depth);
    if (status != NONE) return status;
    slot = resultSlot();
  }
  if (capType(slotCap(slot)) != CAP_CNODE) {
    missingCapability(depth);
    return failedLookup(false);
  }
  setResultSlot(slot);
  return NONE;
}

function checkWindow(node: u64, offset: u32, wanted: u32): u32 {
  const slots: u32 = 1 << cnodeRadix(node);
  const limit: u32 = seL4_RetypeFanOutLimit;
  if (offset > slots - 1) return rangeError(0, slots - 1);
  if (wanted < 1 || wanted > limit) return rangeError(1, limit);
  if (wanted > slots - offset) return rangeError(1, slots - offset);
  for (let i: u32 = 0; i < wanted; i++) {
    const status = ensureEmptySlot(slotAt(capPtr(node), offset + i));
    if (status != NONE) return status;
  }
  return NONE;
}

function checkRoom(slot: u32, type: u32, bits: u32, wanted: u32): u32 {
  const cap = slotCap(slot);
  const used: u32 = ensureNoChildren(slot) == NONE ? 0 : untypedUsed(cap);
  const free: u32 = ((<u32>1) << untypedSizeBits(cap)) - used;
  if (free >> bits < wanted) return notEnoughMemory(free);
  const framesOnly = untypedIsDevice(cap) && type != seL4_X86_4K && type != seL4_UntypedObject;
  return framesOnly ? invalidArgument(1) : NONE;
}

function invokeRetype(slot: u32, type: u32, sizeBits: u32, dest: u32, wanted: u32): u32 {
  if (ensureNoChildren(slot) == NONE) {
    const status = reset(slot);
    if (status != NONE) return status;
  }
  const cap = slotCap(slot);
  const size: u32 = (<u32>1) << objectBits(type, sizeBits);
  const start: u32 = (untypedUsed(cap) + size - 1) & ~(size - 1);
  setSlotCap(slot, withUsed(cap, start + size * wanted));
  for (let i: u32 = 0; i < wanted; i++) {
    const object: u32 = capPtr(cap) + start + size * i;
    insertNewCap(slot, slotAt(dest, i), createObject(type, object, sizeBits, untypedIsDevice(cap)));
  }
  return NONE;
}

/** Makes the whole untyped free and (kernel memory) zero again. */
function reset(slot: u32): u32 {
  const cap = slotCap(slot);
  const small: bool = (<u32>1) << untypedSizeBits(cap) < RESET_CHUNK;
  let used = untypedUsed(cap);
  if (untypedIsDevice(cap) || small) {
    if (!untypedIsDevice(cap)) memory.fill(capPtr(cap), 0, used);
    setSlotCap(slot, withUsed(cap, 0));
    return NONE;
  }
  while (used > 0) {
    const from: u32 = (used - 1) & ~(RESET_CHUNK - 1);
    memory.fill(capPtr(cap) + from, 0, used - from);
    used = from;
    setSlotCap(slot, withUsed(cap, used));
    const status = preemptionPoint();
    if (status != NONE) return status;
  }
  return NONE;
}

/** Log2 of an object's size in bytes. */
export function objectBits(type: u32, sizeBits: u32): u32 {
  switch (type) {
    case seL4_UntypedObject:
      return sizeBits;
    case seL4_TCBObject:
      return seL4_TCBBits;
    case seL4_EndpointObject:
      return seL4_EndpointBits;
    case seL4_NotificationObject:
      return seL4_NotificationBits;
    case seL4_CapTableObject:
      return seL4_SlotBits + sizeBits;
    default:
      return seL4_PageBits;
  }
}
