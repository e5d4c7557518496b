/**
 * The CSpace of a process: the capabilities that the Executive has put there, and nobody else can.
 *
 * Each is written down beside the invocation that made it, so that `caps` can show what a process
 * may do: the kernel knows it, too, but tells nobody what lies in a slot.
 *
 *   mint(source, slot, rights, badge, what), copy(...)   whether it is there
 *   clear(slot)                                          nothing is there
 *   revoke(slot)                                         the same, and what was made of it
 *   list()                                               what is there, by slot
 */
import { seL4_NoError } from '../../sel4/index.ts';
import type { CPtr } from '../../sel4/types.ts';
import type { Slots } from '../mm/slots.ts';

export interface CapabilityInformation {
  readonly type: 'Endpoint' | 'Notification' | 'IOPort' | 'IRQHandler';
  /** What it is for, in words. */
  readonly about: string;
}

export interface HeldCapability extends CapabilityInformation {
  readonly slot: number;
  /** seL4_CanRead and so on. */
  readonly rights: number;
  readonly badge: number;
}

export class CSpace {
  readonly cnode: CPtr;
  readonly #slots: Slots;
  readonly #held = new Map<number, HeldCapability>();

  constructor(slots: Slots, cnode: CPtr) {
    this.#slots = slots;
    this.cnode = cnode;
  }

  mint(
    source: CPtr,
    slot: number,
    rights: number,
    badge: number,
    what: CapabilityInformation,
  ): boolean {
    if (this.#slots.mintTo(source, this.cnode, slot, rights, badge) !== seL4_NoError) return false;
    this.#held.set(slot, { slot, rights, badge, ...what });
    return true;
  }

  copy(source: CPtr, slot: number, rights: number, what: CapabilityInformation): boolean {
    if (this.#slots.copyTo(source, this.cnode, slot, rights) !== seL4_NoError) return false;
    this.#held.set(slot, { slot, rights, badge: 0, ...what });
    return true;
  }

  clear(slot: number): void {
    this.#slots.clearIn(this.cnode, slot);
    this.#held.delete(slot);
  }

  /** Whether there was one. */
  revoke(slot: number): boolean {
    this.#slots.revokeIn(this.cnode, slot);
    return this.#held.delete(slot);
  }

  list(): HeldCapability[] {
    return [...this.#held.values()].sort((a, b) => a.slot - b.slot);
  }
}
