/**
 * Integrity and authority confinement: what a program must not have done, whatever it was.
 *
 * The secluded subject of the world shares nothing with anybody: all of its memory stays as it
 * is, word for word, but for the links of lists that also hold others (23). And of no object that
 * was there before a call does anybody hold more rights after it than somebody held before;
 * nobody outside gets any capability to what is secluded (24).
 *
 *   new Watch(duel)   at the beginning of a program
 *     .check()        after each action; throws Broken
 */
import * as layout from '../../kernel-as/layout.ts';
import type { Duel } from './driver.ts';
import { Broken } from './heap.ts';
import { type Cap, wordFromRights } from './model/caps.ts';
import { regionOf } from './model/region.ts';
import type { KernelObject, Slot } from './model/state.ts';
import { SECLUDED } from './world.ts';

export class Watch {
  readonly #duel: Duel;
  readonly #start: number;
  readonly #end: number;
  readonly #before: Uint32Array;
  readonly #shared = new Set<number>();
  #rights = new Map<KernelObject, number>();

  constructor(duel: Duel) {
    this.#duel = duel;
    const node = duel.booted.rootNode;
    const { cap } = node.slot(SECLUDED.memory);
    const thread = node.slot(SECLUDED.thread).cap;
    if (cap.type !== 'untyped' || thread.type !== 'thread') throw new Error('nothing secluded');
    this.#start = cap.base >>> 2;
    this.#end = (cap.base + 2 ** cap.bits) >>> 2;
    this.#before = duel.words.slice(this.#start, this.#end);
    // Lists that hold others too: the threads of a processor, and the derivation tree, where what
    // the subject's capabilities come from or what follows them is not its own.
    const tcb = thread.object.address;
    this.#shared.add((tcb + layout.TCB_NODE_NEXT) >>> 2).add((tcb + layout.TCB_NODE_PREV) >>> 2);
    for (const slot of this.#slots()) {
      if (!this.#isInside(slot.address)) continue;
      if (slot.next && !this.#isInside(slot.next.address)) this.#share(slot, layout.SLOT_NEXT);
      if (slot.prev && !this.#isInside(slot.prev.address)) this.#share(slot, layout.SLOT_PREV);
    }
    this.#rights = this.#held();
  }

  check(): void {
    this.#integrity();
    this.#confinement();
  }

  #share(slot: Slot, offset: number): void {
    this.#shared.add((slot.address + offset) >>> 2);
  }

  #isInside(address: number): boolean {
    return address >>> 2 >= this.#start && address >>> 2 < this.#end;
  }

  #integrity(): void {
    const { words } = this.#duel;
    for (let i = this.#start; i < this.#end; i++) {
      if (words[i] === this.#before[i - this.#start] || this.#shared.has(i)) continue;
      throw new Broken(`[23] memory of the secluded subject changed at 0x${(i * 4).toString(16)}`);
    }
  }

  #confinement(): void {
    const now = this.#held();
    for (const [object, rights] of now) {
      const before = this.#rights.get(object);
      if (before === undefined || (rights & ~before) === 0) continue;
      throw new Broken(`[24] more rights to ${object.kind} ${object.address}`);
    }
    this.#rights = now;
    for (const slot of this.#slots()) this.#leaks(slot);
  }

  /** Nobody else names what is secluded. */
  #leaks(slot: Slot): void {
    const region = regionOf(slot.cap);
    if (!region || !this.#isInside(region.base) || this.#isInside(slot.address)) return;
    const index = (slot.address - this.#duel.booted.rootNode.address) / layout.SLOT_SIZE;
    const known = index >= SECLUDED.memory && index <= SECLUDED.spare;
    if (!known) throw new Broken(`[24] a capability to the secluded subject in ${slot.address}`);
  }

  *#slots(): Iterable<Slot> {
    for (const object of this.#duel.model.live) {
      if (object.kind !== 'cnode' && object.kind !== 'tcb') continue;
      for (const slot of object.slots) if (slot && slot.cap.type !== 'null') yield slot;
    }
  }

  /** The rights that anybody holds to each object. */
  #held(): Map<KernelObject, number> {
    const held = new Map<KernelObject, number>();
    for (const { cap } of this.#slots()) {
      if (!('object' in cap)) continue;
      held.set(cap.object, (held.get(cap.object) ?? 0) | rightsOf(cap));
    }
    return held;
  }
}

function rightsOf(cap: Cap): number {
  switch (cap.type) {
    case 'endpoint':
    case 'notification':
      return wordFromRights(cap.rights);
    case 'frame':
      return (cap.write ? 1 : 0) | (cap.read ? 2 : 0);
    default:
      return 0;
  }
}
