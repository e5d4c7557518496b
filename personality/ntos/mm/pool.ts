/**
 * Memory for kernel objects: the boot untypeds in blocks, and object stores made of blocks.
 *
 * A block is an untyped of 2^BLOCK_BITS bytes. Each process has an ObjectStore: all its kernel
 * objects (CNode, page directory and
 * tables, threads, notifications) are retyped from its own blocks, so that revoking the blocks
 * deletes the lot at once and the memory can
 * be used anew. A single object's memory comes back only then. Each block, and the slot of each
 * object, is charged to the process that it is taken for.
 *
 *   new Pool(thread, slots, bootInfo)    takes the untypeds that are not devices
 *     inUse, idle                        blocks that stores hold, and that wait for another use
 *   new ObjectStore(thread, slots, pool, quota)
 *     create(type, bits)                 slot of a new object, or 0 where memory or slots ran out
 *     discard(slot)                      the object goes; its memory only with the store
 *     destroy()                          revokes all, gives blocks and slots back
 *
 * Manual: chapter 2.4 (retype, revoke and reuse of untyped memory).
 */
import {
  seL4_CapInitThreadCNode,
  seL4_CNode_Revoke,
  seL4_NoError,
  seL4_NotEnoughMemory,
  seL4_Untyped_Retype,
  seL4_UntypedObject,
} from '../../sel4/index.ts';
import * as Status from '../../rtl/ntstatus.ts';
import type { BootInfo, CPtr, SeL4Error, Thread } from '../../sel4/types.ts';
import type { QuotaBlock } from '../ps/quota.ts';
import { BLOCK_BYTES } from '../ps/quotatable.ts';
import type { Slots } from './slots.ts';

/** 2^BLOCK_BITS is BLOCK_BYTES. */
export const BLOCK_BITS = 16;
const ROOT = seL4_CapInitThreadCNode;
const DEPTH = 32;

function retype(thread: Thread, untyped: CPtr, type: number, bits: number, slot: CPtr): SeL4Error {
  return seL4_Untyped_Retype(thread, untyped, type, bits, ROOT, 0, 0, slot, 1);
}

export class Pool {
  readonly #thread: Thread;
  readonly #slots: Slots;
  readonly #sources: CPtr[];
  readonly #blocks: CPtr[] = [];
  #inUse = 0;

  constructor(thread: Thread, slots: Slots, bootInfo: BootInfo) {
    this.#thread = thread;
    this.#slots = slots;
    this.#sources = bootInfo.untyped
      .map((untyped, index) => ({ ...untyped, slot: bootInfo.untypedStart + index }))
      .filter((untyped) => !untyped.isDevice && untyped.sizeBits >= BLOCK_BITS)
      .sort((a, b) => a.sizeBits - b.sizeBits)
      .map((untyped) => untyped.slot);
  }

  get idle(): number {
    return this.#blocks.length;
  }

  get inUse(): number {
    return this.#inUse;
  }

  /** A block without children, or 0. */
  take(): CPtr {
    const block = this.#takeOne();
    if (block !== 0) this.#inUse++;
    return block;
  }

  #takeOne(): CPtr {
    const block = this.#blocks.pop();
    if (block !== undefined) return block;
    const slot = this.#slots.allocate();
    if (slot === 0) return 0;
    for (;;) {
      const source = this.#sources[0];
      if (source === undefined) break;
      if (retype(this.#thread, source, seL4_UntypedObject, BLOCK_BITS, slot) === seL4_NoError)
        return slot;
      this.#sources.shift();
    }
    this.#slots.release(slot);
    return 0;
  }

  /** Everything that was made of the block goes. */
  giveBack(block: CPtr): void {
    seL4_CNode_Revoke(this.#thread, ROOT, block, DEPTH);
    this.#blocks.push(block);
    this.#inUse--;
  }
}

export class ObjectStore {
  readonly #thread: Thread;
  readonly #slots: Slots;
  readonly #pool: Pool;
  readonly #quota: QuotaBlock;
  readonly #blocks: CPtr[] = [];
  readonly #objects = new Set<CPtr>();

  constructor(thread: Thread, slots: Slots, pool: Pool, quota: QuotaBlock) {
    this.#thread = thread;
    this.#slots = slots;
    this.#pool = pool;
    this.#quota = quota;
  }

  create(type: number, bits = 0): CPtr {
    const slot = this.#slots.allocateFor(this.#quota);
    if (slot === 0) return 0;
    if (this.#fill(type, bits, slot)) {
      this.#objects.add(slot);
      return slot;
    }
    this.#slots.release(slot);
    return 0;
  }

  discard(slot: CPtr): void {
    if (this.#objects.delete(slot)) this.#slots.clear(slot);
  }

  #fill(type: number, bits: number, slot: CPtr): boolean {
    const last = this.#blocks.at(-1);
    if (last !== undefined) {
      const error = retype(this.#thread, last, type, bits, slot);
      if (error === seL4_NoError) return true;
      if (error !== seL4_NotEnoughMemory) return false;
    }
    const block = this.#takeBlock();
    if (block === 0) return false;
    this.#blocks.push(block);
    return retype(this.#thread, block, type, bits, slot) === seL4_NoError;
  }

  #takeBlock(): CPtr {
    if (this.#quota.charge('nonPagedPool', BLOCK_BYTES) !== Status.STATUS_SUCCESS) return 0;
    const block = this.#pool.take();
    if (block === 0) this.#quota.giveBack('nonPagedPool', BLOCK_BYTES);
    return block;
  }

  destroy(): void {
    for (const block of this.#blocks) {
      this.#pool.giveBack(block);
      this.#quota.giveBack('nonPagedPool', BLOCK_BYTES);
    }
    // Revoking emptied the slots of what the blocks were made into.
    for (const slot of this.#objects) this.#slots.release(slot);
    this.#blocks.length = 0;
    this.#objects.clear();
  }
}
