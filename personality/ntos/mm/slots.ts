/**
 * Slots of the Executive's CNode, and the invocations that fill and empty them.
 *
 * Every capability that the Executive holds lies in a slot from here. A slot that is given back
 * must be empty; `clear` deletes first. A slot that is used for a process is charged to it until it
 * comes back.
 *
 *   new Slots(thread, start, end)   the free slots that the boot info names
 *   allocate()                      a slot; 0 where there is none (slot 0 is the null capability)
 *   allocateFor(quota)              charged; 0 also where the quota does not allow it
 *   allocateRange(count)            consecutive slots, for good
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
  seL4_CNode_Revoke,
} from '../../sel4/index.ts';
import * as Status from '../../rtl/ntstatus.ts';
import type { CPtr, SeL4Error, Thread } from '../../sel4/types.ts';
import type { QuotaBlock } from '../ps/quota.ts';

const ROOT = seL4_CapInitThreadCNode;
const DEPTH = 32;

export class Slots {
  readonly #thread: Thread;
  readonly #free: number[] = [];
  /** Who pays for a slot. */
  readonly #charged = new Map<CPtr, QuotaBlock>();
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

  allocate(): CPtr {
    return this.#free.pop() ?? this.allocateRange(1);
  }

  allocateFor(quota: QuotaBlock): CPtr {
    if (quota.charge('slots', 1) !== Status.STATUS_SUCCESS) return 0;
    const slot = this.allocate();
    if (slot === 0) quota.giveBack('slots', 1);
    else this.#charged.set(slot, quota);
    return slot;
  }

  allocateRange(count: number): CPtr {
    if (this.#next + count > this.#end) return 0;
    const first = this.#next;
    this.#next += count;
    return first;
  }

  release(slot: CPtr): void {
    this.#free.push(slot);
    this.#charged.get(slot)?.giveBack('slots', 1);
    this.#charged.delete(slot);
  }

  /** Deletes what is in the slot (nothing is fine) and gives it back. */
  clear(slot: CPtr): void {
    seL4_CNode_Delete(this.#thread, ROOT, slot, DEPTH);
    this.release(slot);
  }

  copy(source: CPtr, target: CPtr, rights: number): SeL4Error {
    return seL4_CNode_Copy(this.#thread, ROOT, target, DEPTH, ROOT, source, DEPTH, rights);
  }

  mint(source: CPtr, target: CPtr, rights: number, badge: number): SeL4Error {
    return seL4_CNode_Mint(this.#thread, ROOT, target, DEPTH, ROOT, source, DEPTH, rights, badge);
  }

  /** Empties a slot of a process's CSpace. */
  clearIn(cnode: CPtr, index: number): void {
    seL4_CNode_Delete(this.#thread, cnode, index, CSPACE_BITS);
  }

  /** The same, and what was made of the capability there. */
  revokeIn(cnode: CPtr, index: number): void {
    seL4_CNode_Revoke(this.#thread, cnode, index, CSPACE_BITS);
    this.clearIn(cnode, index);
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
