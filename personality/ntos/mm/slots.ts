/**
 * Slots of the Executive's CNode, and the invocations that fill and empty them.
 *
 * Every capability that the Executive holds lies in a slot from here. A slot that is given back
 * must be empty; `clear` deletes first.
 *
 *   new Slots(thread, start, end)   the free slots that the boot info names
 *   allocate(count)                 consecutive slots; 0 where there are none (slot 0 is the null
 *   capability)
 *   release(slot), clear(slot)
 *   copy, mint                      within this CNode
 *   copyTo, mintTo                  into a slot of another CNode, CSPACE_BITS wide
 */
import { CSPACE_BITS } from '../../rtl/layout.ts';
import {
  seL4_CapInitThreadCNode,
  seL4_CNode_Copy,
  seL4_CNode_Delete,
  seL4_CNode_Mint,
} from '../../sel4/index.ts';
import type { CPtr, SeL4Error, Thread } from '../../sel4/types.ts';

const ROOT = seL4_CapInitThreadCNode;
const DEPTH = 32;

export class Slots {
  readonly #thread: Thread;
  readonly #free: number[] = [];
  #next: number;
  readonly #end: number;

  constructor(thread: Thread, start: number, end: number) {
    this.#thread = thread;
    this.#next = start;
    this.#end = end;
  }

  get available(): number {
    return this.#free.length + this.#end - this.#next;
  }

  allocate(count = 1): CPtr {
    if (count === 1) {
      const slot = this.#free.pop();
      if (slot !== undefined) return slot;
    }
    if (this.#next + count > this.#end) return 0;
    const first = this.#next;
    this.#next += count;
    return first;
  }

  release(slot: CPtr): void {
    this.#free.push(slot);
  }

  /** Deletes what is in the slot (nothing is fine) and gives it back. */
  clear(slot: CPtr): void {
    seL4_CNode_Delete(this.#thread, ROOT, slot, DEPTH);
    this.#free.push(slot);
  }

  copy(source: CPtr, target: CPtr, rights: number): SeL4Error {
    return seL4_CNode_Copy(this.#thread, ROOT, target, DEPTH, ROOT, source, DEPTH, rights);
  }

  mint(source: CPtr, target: CPtr, rights: number, badge: number): SeL4Error {
    return seL4_CNode_Mint(this.#thread, ROOT, target, DEPTH, ROOT, source, DEPTH, rights, badge);
  }

  copyTo(source: CPtr, cnode: CPtr, index: number, rights: number): SeL4Error {
    return seL4_CNode_Copy(this.#thread, cnode, index, CSPACE_BITS, ROOT, source, DEPTH, rights);
  }

  mintTo(source: CPtr, cnode: CPtr, index: number, rights: number, badge: number): SeL4Error {
    return seL4_CNode_Mint(
      this.#thread,
      cnode,
      index,
      CSPACE_BITS,
      ROOT,
      source,
      DEPTH,
      rights,
      badge,
    );
  }
}
