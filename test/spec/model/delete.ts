/**
 * Deleting and revoking, and zombies: objects that are emptied slot by slot.
 *
 * The last capability to a CNode or TCB becomes a zombie that counts the slots still full. A
 * deletion asked for by a user (`exposed`) reduces it to nothing, with a preemption point after
 * every slot. One that is met inside such a deletion is not entered: its zombie changes places
 * with what is in its own first slot, where nobody can reach it until the memory is revoked.
 *
 *   cteDelete, cteRevoke   throw PREEMPTED
 *   cteDeleteOne           for capabilities that end at once
 *
 * Source: seL4 reference manual, section 3.1.5.
 */
import { type Cap, NULL_CAP, type ZombieCap } from './caps.ts';
import { cancelAllIPC } from './endpoint.ts';
import { deletedIrqHandler, deletingIrqHandler } from './interrupt.ts';
import { deletedPorts } from './ioport.ts';
import { cteSwap, hasChildren, isFinalCapability, unlink } from './mdb.ts';
import { cancelAllSignals, unbindNotification } from './notification.ts';
import { PREEMPTED } from './refusal.ts';
import { type Kernel, type Slot, setCap } from './state.ts';
import { finaliseThread } from './thread.ts';
import { finaliseMapping } from './vspace.ts';

export function preemptionPoint(k: Kernel): void {
  if (++k.workUnits >= k.workLimit) throw PREEMPTED;
}

/** Undoes what a capability did. Returns what is left of it in its slot: nothing, or a zombie. */
function finaliseCap(k: Kernel, cap: Cap, final: boolean): Cap {
  if (cap.type === 'zombie') return cap;
  if (cap.type === 'frame' || cap.type === 'pageTable' || cap.type === 'pageDirectory') {
    finaliseMapping(k, cap, final);
    return NULL_CAP;
  }
  if (!final) return NULL_CAP;
  switch (cap.type) {
    case 'endpoint':
      cancelAllIPC(k, cap.object);
      return NULL_CAP;
    case 'notification':
      if (cap.object.bound) unbindNotification(cap.object.bound);
      cancelAllSignals(k, cap.object);
      return NULL_CAP;
    case 'cnode':
      return { type: 'zombie', object: cap.object, slots: cap.object.size };
    case 'thread':
      finaliseThread(k, cap.object);
      return { type: 'zombie', object: cap.object, slots: cap.object.size };
    case 'irqHandler':
      deletingIrqHandler(k, cap.line);
      return NULL_CAP;
    default:
      return NULL_CAP;
  }
}

/** What can only be done once the last capability is out of its slot. */
function afterDeletion(k: Kernel, cap: Cap): void {
  if (cap.type === 'irqHandler') deletedIrqHandler(k, cap.line);
  if (cap.type === 'ioPort') deletedPorts(k, cap);
}

function isFirstSlotOf(zombie: ZombieCap, slot: Slot): boolean {
  return zombie.object.address === slot.address;
}

function isRemovable(cap: Cap, slot: Slot): boolean {
  if (cap.type !== 'zombie') return true;
  return cap.slots === 0 || (cap.slots === 1 && isFirstSlotOf(cap, slot));
}

/** One step: with an exposed zombie its last slot, else the exchange with its own first slot. */
function reduceZombie(k: Kernel, slot: Slot, zombie: ZombieCap, exposed: boolean): void {
  const first = zombie.object.slot(0);
  if (!exposed) {
    cteSwap(k, first.cap, first, zombie, slot);
    return;
  }
  cteDelete(k, zombie.object.slot(zombie.slots - 1), false);
  const left = slot.cap;
  if (left.type !== 'zombie') return;
  if (left.object === zombie.object && left.slots === zombie.slots) {
    setCap(k, slot, { ...zombie, slots: zombie.slots - 1 });
  }
}

/** Throws PREEMPTED. Null: the slot must stay as it is. Else what was in it to the end. */
function finaliseSlot(k: Kernel, slot: Slot, exposed: boolean): Cap | null {
  for (;;) {
    const cap = slot.cap;
    if (cap.type === 'null') return cap;
    const final = isFinalCapability(slot);
    const left = finaliseCap(k, cap, final);
    if (isRemovable(left, slot)) return final ? cap : NULL_CAP;
    setCap(k, slot, left);
    if (left.type !== 'zombie') throw new Error('only a zombie can be left');
    if (!exposed && isFirstSlotOf(left, slot)) return null;
    reduceZombie(k, slot, left, exposed);
    preemptionPoint(k);
  }
}

function emptySlot(k: Kernel, slot: Slot, cleanup: Cap): void {
  if (slot.cap.type === 'null') return;
  unlink(k, slot);
  afterDeletion(k, cleanup);
}

export function cteDelete(k: Kernel, slot: Slot, exposed: boolean): void {
  const cleanup = finaliseSlot(k, slot, exposed);
  if (cleanup) emptySlot(k, slot, cleanup);
}

export function cteDeleteOne(k: Kernel, slot: Slot): void {
  if (slot.cap.type === 'null') return;
  const cap = slot.cap;
  const final = isFinalCapability(slot);
  finaliseCap(k, cap, final);
  emptySlot(k, slot, final ? cap : NULL_CAP);
}

export function cteRevoke(k: Kernel, slot: Slot): void {
  while (hasChildren(slot)) {
    cteDelete(k, slot.next!, true);
    preemptionPoint(k);
  }
}
