/**
 * Answers that come later: reply capabilities, each saved in a slot until its handler is done.
 *
 *   new Replies(thread, slots)
 *   save()               the last caller's reply capability; its slot, 0 where no slot is left
 *   send(slot, info)     answers with what is in the message registers; the slot is free again
 *   drop(slot)           nobody waits any more
 *
 * The slot of a caller that was deleted meanwhile is empty: sending without blocking does nothing
 * then.
 */
import {
  seL4_CapInitThreadCNode,
  seL4_CNode_SaveCaller,
  seL4_NBSend,
  seL4_NoError,
} from '../../sel4/index.ts';
import type { CPtr, MessageInfo, Thread } from '../../sel4/types.ts';
import type { Slots } from '../mm/slots.ts';

const DEPTH = 32;

export class Replies {
  readonly #thread: Thread;
  readonly #slots: Slots;

  constructor(thread: Thread, slots: Slots) {
    this.#thread = thread;
    this.#slots = slots;
  }

  save(): CPtr {
    const slot = this.#slots.allocate();
    if (slot === 0) return 0;
    const error = seL4_CNode_SaveCaller(this.#thread, seL4_CapInitThreadCNode, slot, DEPTH);
    if (error === seL4_NoError) return slot;
    this.#slots.clear(slot);
    return 0;
  }

  send(slot: CPtr, info: MessageInfo): void {
    // The Executive has the highest priority of its processor, so this never switches away.
    void seL4_NBSend(this.#thread, slot, info);
    this.#slots.clear(slot);
  }

  drop(slot: CPtr): void {
    this.#slots.clear(slot);
  }
}
