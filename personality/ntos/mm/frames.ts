/**
 * All of RAM as frames: one capability for each page, and the Executive's own mapping of them.
 *
 * The RAM untypeds are device untypeds: nothing but frames can be made of them. At boot every page
 * becomes a frame. The Executive sees one, from when it is first taken, in its VSpace from RAM_VIEW
 * on, so that the window over all of them has the physical address as its offset: a boot takes few
 * of thousands. For each mapping in a process the frame's capability is copied (space.ts).
 *
 * A page may be taken while an answer is being written: what is mapped then leaves the message
 * registers as they were.
 *
 *   makeFrames(thread, bootInfo, slots, store)   { slotOf(page), see(pages), ram, pageCount }
 */
import { PAGE_SIZE } from '../../rtl/layout.ts';
import {
  seL4_CanRead,
  seL4_CanWrite,
  seL4_CapInitThreadCNode,
  seL4_CapInitThreadVSpace,
  seL4_MsgRegisters,
  seL4_NoError,
  seL4_RetypeFanOutLimit,
  seL4_Untyped_Retype,
  seL4_X86_4K,
  seL4_X86_Page_GetAddress,
  seL4_X86_Page_Map,
  seL4_X86_PageTable_Map,
  seL4_X86_PageTableObject,
} from '../../sel4/index.ts';
import type { BootInfo, CPtr, Thread, Window } from '../../sel4/types.ts';
import type { ObjectStore } from './pool.ts';
import type { Slots } from './slots.ts';

/** Where the Executive sees physical address 0. */
const RAM_VIEW = 0x8000_0000;
const TABLE_SPAN = 0x40_0000;
const RIGHTS = seL4_CanRead | seL4_CanWrite;

export interface Frames {
  /** Capability of a page's frame; 0 where the page does not exist. */
  slotOf(page: number): CPtr;
  /** Has these pages in `ram`; to be called before they are used there. */
  see(pages: readonly number[]): void;
  readonly ram: Window;
  readonly pageCount: number;
}

function check(error: number, what: string): void {
  if (error !== seL4_NoError) throw new Error(`boot: ${what}: kernel error ${error}`);
}

/** Makes frames of one untyped; notes each page's slot. */
function retypeAll(
  thread: Thread,
  slots: Slots,
  untyped: CPtr,
  sizeBits: number,
  frameSlots: Uint32Array,
): void {
  const total = 2 ** sizeBits / PAGE_SIZE;
  for (let done = 0; done < total; done += seL4_RetypeFanOutLimit) {
    const count = Math.min(seL4_RetypeFanOutLimit, total - done);
    const first = slots.allocateRange(count);
    if (first === 0) throw new Error('boot: too much RAM for the root CNode');
    const cnode = seL4_CapInitThreadCNode;
    check(
      seL4_Untyped_Retype(thread, untyped, seL4_X86_4K, 0, cnode, 0, 0, first, count),
      'retype RAM',
    );
    // What is made at once of an untyped lies one behind the other (kernel-as/object/untyped.ts).
    const address = seL4_X86_Page_GetAddress(thread, first);
    check(address.error, 'address of a frame');
    for (let index = 0; index < count; index++)
      frameSlots[address.value / PAGE_SIZE + index] = first + index;
  }
}

/** Those that an invocation uses, arguments and answer; what else a message has is elsewhere. */
const REGISTERS = [...Array(seL4_MsgRegisters).keys()];

function keepingRegisters(thread: Thread, work: () => void): void {
  const kept = REGISTERS.map((index) => thread.getMR(index));
  work();
  kept.forEach((value, index) => thread.setMR(index, value));
}

export function makeFrames(
  thread: Thread,
  bootInfo: BootInfo,
  slots: Slots,
  store: ObjectStore,
): Frames {
  const pageCount = Math.floor(bootInfo.ramBytes / PAGE_SIZE);
  const frameSlots = new Uint32Array(pageCount);
  bootInfo.untyped.forEach(({ isDevice, sizeBits }, index) => {
    if (isDevice && sizeBits >= 12)
      retypeAll(thread, slots, bootInfo.untypedStart + index, sizeBits, frameSlots);
  });
  const vspace = seL4_CapInitThreadVSpace;
  for (let address = 0; address < bootInfo.ramBytes; address += TABLE_SPAN) {
    const table = store.create(seL4_X86_PageTableObject);
    if (table === 0) throw new Error('boot: no memory for page tables');
    check(seL4_X86_PageTable_Map(thread, table, vspace, RAM_VIEW + address, 0), 'page table');
  }
  const seen = new Uint8Array(pageCount);
  const map = (page: number): void => {
    const address = RAM_VIEW + page * PAGE_SIZE;
    const slot = frameSlots[page] ?? 0;
    check(seL4_X86_Page_Map(thread, slot, vspace, address, RIGHTS, 0), 'map RAM');
    seen[page] = 1;
  };
  return {
    slotOf: (page) => frameSlots[page] ?? 0,
    see(pages) {
      const unseen = pages.filter((page) => seen[page] === 0);
      if (unseen.length > 0) keepingRegisters(thread, () => unseen.forEach(map));
    },
    ram: thread.window(RAM_VIEW, pageCount * PAGE_SIZE, true),
    pageCount,
  };
}
