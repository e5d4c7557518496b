/**
 * Untyped memory, and making objects of it.
 *
 * Objects lie below a watermark. An untyped without children starts again at its beginning;
 * memory of the kernel is first zeroed, in chunks from the top down, with a preemption point
 * after each, also after the last, and the watermark following. What is smaller than a chunk, and
 * device memory, is reset at once. Only frames and untypeds can be made of device memory.
 *
 * Source: seL4 reference manual, sections 2.4 and 10.3.4.
 */
import * as abi from '../../../kernel-as/abi.ts';
import { ALL_RIGHTS, type CNodeCap, type Cap, READ_WRITE, type UntypedCap } from './caps.ts';
import { lookupSlotForCNodeOp } from './cspace.ts';
import { preemptionPoint } from './delete.ts';
import { type Invocation, act, arg, extra } from './invocation.ts';
import { ensureEmptySlot, hasChildren, insertNewCap } from './mdb.ts';
import {
  failedLookup,
  illegalOperation,
  invalidArgument,
  missingCapability,
  notEnoughMemory,
  rangeError,
  truncatedMessage,
} from './refusal.ts';
import {
  Cnode,
  Endpoint,
  type Kernel,
  Notification,
  Page,
  type Slot,
  Tcb,
  setCap,
} from './state.ts';
import { newEpoch } from './thread.ts';

/** Bytes that one step of a reset zeroes. */
const RESET_CHUNK = 256;

function objectBits(type: number, userBits: number): number {
  switch (type) {
    case abi.seL4_UntypedObject:
      return userBits;
    case abi.seL4_TCBObject:
      return abi.seL4_TCBBits;
    case abi.seL4_EndpointObject:
      return abi.seL4_EndpointBits;
    case abi.seL4_NotificationObject:
      return abi.seL4_NotificationBits;
    case abi.seL4_CapTableObject:
      return userBits + abi.seL4_SlotBits;
    default:
      return abi.seL4_PageBits;
  }
}

export function decodeUntyped(k: Kernel, call: Invocation, cap: UntypedCap): void {
  if (call.label !== abi.UntypedRetype) throw illegalOperation();
  if (call.length < 6 || !call.caps[0]) throw truncatedMessage();
  const [type, userBits, offset, count] = [0, 1, 4, 5].map((i) => arg(call, i)) as Four;
  const bits = objectBits(type, userBits);
  checkSize(type, userBits, bits);
  const node = destination(call);
  checkWindow(node, offset, count);
  const slots = Array.from({ length: count }, (_, i) => node.object.slot(offset + i));
  slots.forEach(ensureEmptySlot);
  const fresh = !hasChildren(call.slot);
  const used = fresh ? 0 : cap.used;
  const left = 2 ** cap.bits - used;
  if (Math.floor(left / 2 ** bits) < count) throw notEnoughMemory(left);
  const isMemory = type === abi.seL4_UntypedObject || type === abi.seL4_X86_4K;
  if (cap.device && !isMemory) throw invalidArgument(1);
  act(k, call);
  if (fresh) resetUntyped(k, call.slot, cap);
  const start = Math.ceil((cap.base + used) / 2 ** bits) * 2 ** bits;
  const end = start + count * 2 ** bits;
  setCap(k, call.slot, { ...cap, used: end - cap.base });
  slots.forEach((slot, i) => {
    const made = createObject(k, type, start + i * 2 ** bits, userBits, cap.device);
    insertNewCap(k, call.slot, slot, made);
  });
}

type Four = [number, number, number, number];

function checkSize(type: number, userBits: number, bits: number): void {
  if (type >= abi.seL4_ObjectTypeCount) throw invalidArgument(0);
  if (userBits >= abi.seL4_WordBits || bits > abi.seL4_MaxUntypedBits) {
    throw rangeError(0, abi.seL4_MaxUntypedBits);
  }
  if (type === abi.seL4_CapTableObject && userBits === 0) throw invalidArgument(1);
  if (type === abi.seL4_UntypedObject && userBits < abi.seL4_MinUntypedBits) {
    throw invalidArgument(1);
  }
}

function destination(call: Invocation): CNodeCap {
  const depth = arg(call, 3);
  const root = extra(call, 0);
  const slot = depth === 0 ? root : lookupSlotForCNodeOp(false, root.cap, arg(call, 2), depth);
  if (slot.cap.type !== 'cnode') throw failedLookup(false, missingCapability(depth));
  return slot.cap;
}

function checkWindow(node: CNodeCap, offset: number, count: number): void {
  const { size } = node.object;
  if (offset > size - 1) throw rangeError(0, size - 1);
  if (count < 1 || count > abi.seL4_RetypeFanOutLimit) {
    throw rangeError(1, abi.seL4_RetypeFanOutLimit);
  }
  if (count > size - offset) throw rangeError(1, size - offset);
}

function resetUntyped(k: Kernel, slot: Slot, cap: UntypedCap): void {
  let { used } = cap;
  if (cap.device || 2 ** cap.bits < RESET_CHUNK) {
    setCap(k, slot, { ...cap, used: 0 });
    return;
  }
  while (used > 0) {
    used = Math.floor((used - 1) / RESET_CHUNK) * RESET_CHUNK;
    setCap(k, slot, { ...cap, used });
    preemptionPoint(k);
  }
}

function createObject(
  k: Kernel,
  type: number,
  address: number,
  userBits: number,
  device: boolean,
): Cap {
  switch (type) {
    case abi.seL4_UntypedObject:
      return { type: 'untyped', base: address, bits: userBits, device, used: 0 };
    case abi.seL4_TCBObject: {
      const object = new Tcb(address);
      object.affinity = k.cpu.number;
      newEpoch(k, object);
      return { type: 'thread', object };
    }
    case abi.seL4_EndpointObject:
      return { type: 'endpoint', object: new Endpoint(address), badge: 0, rights: ALL_RIGHTS };
    case abi.seL4_NotificationObject: {
      const object = new Notification(address);
      return { type: 'notification', object, badge: 0, rights: READ_WRITE };
    }
    case abi.seL4_CapTableObject:
      return { type: 'cnode', object: new Cnode(address, userBits), guard: 0, guardSize: 0 };
    case abi.seL4_X86_4K: {
      const object = new Page(address, 'frame');
      return { type: 'frame', object, device, read: true, write: true, mapped: null };
    }
    case abi.seL4_X86_PageTableObject:
      return { type: 'pageTable', object: new Page(address, 'table'), mapped: null };
    default:
      return { type: 'pageDirectory', object: new Page(address, 'directory') };
  }
}
