/**
 * Helper processes: a CSpace, a VSpace and an image of their own.
 *
 * A process's CNode has 2^RADIX slots and a guard that fills the rest of an address, so that its
 * capability addresses are slot numbers. It holds what was given to it, and nothing else.
 */
import { assert } from 'chai';
import {
  PLATFORM_IRQ,
  seL4_AllRights,
  seL4_CNode_Mint,
  seL4_CapIRQControl,
  seL4_IRQControl_Get,
  seL4_IRQHandler_Ack,
  seL4_IRQHandler_SetNotification,
  seL4_Wait,
} from '../../../personality/sel4/index.ts';
import type { CPtr, Platform, Thread } from '../../../personality/sel4/index.ts';
import { DEPTH, ROOT, guardWord, remove } from './cspace.ts';
import type { Objects } from './objects.ts';

const RADIX = 6;

export interface Process {
  readonly cnode: CPtr;
  /** The data word for TCB_Configure that makes slot numbers addresses. */
  readonly guard: number;
  readonly vspace: CPtr;
  /** Where its threads run. */
  readonly processor: number;
  /** Loads the image on another processor too: its number. Where there are several only. */
  loadElsewhere(): Promise<number>;
  /** Puts a copy of one of our capabilities into the process: its address there. */
  give(source: CPtr, badge?: number, rights?: number): CPtr;
}

/** Waits until the platform has loaded the helpers' image for a VSpace: on which processor. */
async function loadHelpers(
  thread: Thread,
  objects: Objects,
  platform: Platform,
  vspace: CPtr,
): Promise<number> {
  const handler = objects.slot();
  const ntfn = objects.notification();
  const got = seL4_IRQControl_Get(thread, seL4_CapIRQControl, PLATFORM_IRQ, ROOT, handler, DEPTH);
  assert.equal(got, 0, 'the handler of platform events');
  assert.equal(seL4_IRQHandler_SetNotification(thread, handler, ntfn), 0, 'set notification');
  assert.isAtLeast(platform.loadImage('helpers', vspace, 0), 0, 'loading an image');
  await seL4_Wait(thread, ntfn);
  const events = platform.events();
  assert.deepEqual(
    events.map((event) => event.kind),
    ['loaded'],
  );
  assert.equal(seL4_IRQHandler_Ack(thread, handler), 0, 'acknowledging');
  assert.equal(remove(thread, handler), 0, 'removing the handler');
  return events[0]?.processor ?? -1;
}

export async function createProcess(
  thread: Thread,
  objects: Objects,
  platform: Platform,
  vspace: CPtr,
): Promise<Process> {
  const cnode = objects.cnode(RADIX);
  const load = () => loadHelpers(thread, objects, platform, vspace);
  const processor = await load();
  let next = 1;
  return {
    cnode,
    guard: guardWord(0, DEPTH - RADIX),
    vspace,
    processor,
    loadElsewhere: load,
    give(source, badge = 0, rights = seL4_AllRights) {
      const slot = next++;
      assert.isBelow(slot, 1 << RADIX, 'slots of a helper process');
      const error = seL4_CNode_Mint(thread, cnode, slot, RADIX, ROOT, source, DEPTH, rights, badge);
      assert.equal(error, 0, 'giving a capability');
      return slot;
    },
  };
}
