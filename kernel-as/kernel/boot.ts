/**
 * Boot: the first objects, the root task, and all other memory as untypeds.
 *
 * At HEAP_BASE: page directory, page table, boot info frame, IPC buffer frame, root TCB; the root
 * CNode at the next multiple of its size. What lies between and behind becomes untyped memory, RAM
 * device untyped memory. Every first capability is an original, alone in its derivation list.
 *
 * Manual: section 2.4 and chapter 8 (system bootstrapping).
 */
import {
  MAX_PROCESSORS, ROOT_CNODE_BITS, seL4_AllRights, seL4_CapBootInfoFrame, seL4_CapDomain,
  seL4_CapIOPortControl, seL4_CapIRQControl, seL4_CapInitThreadCNode, seL4_CapInitThreadIPCBuffer,
  seL4_CapInitThreadTCB, seL4_CapInitThreadVSpace, seL4_MinUntypedBits, seL4_NumInitialCaps,
  seL4_PageBits, seL4_SlotBits, seL4_TCBBits, seL4_WordBits,
} from '../abi.ts';
import {
  BOOTINFO_EMPTY_END, BOOTINFO_EMPTY_START, BOOTINFO_KERNEL_BYTES, BOOTINFO_RAM_BYTES,
  BOOTINFO_UNTYPED_END, BOOTINFO_UNTYPED_LIST, BOOTINFO_UNTYPED_SIZE, BOOTINFO_UNTYPED_START,
  BOOT_INFO_VADDR, CAP_DOMAIN, CAP_IOPORT_CONTROL, CAP_IRQ_CONTROL, CURRENT_NODE, HEAP_BASE,
  KERNEL_BYTES, MAX_KERNEL_BYTES, MAX_RAM_BYTES, PROCESSORS, PTE_PRESENT, PTE_USER, PTE_WRITABLE,
  RAM_BASE, RAM_BYTES, RAM_UNTYPED_BITS, ROOT_IPC_BUFFER_VADDR, STATE_RUNNING,
  TCB_BUFFER, TCB_BUFFER_ADDRESS, TCB_CTABLE, TCB_MCP, TCB_PRIORITY, TCB_STATE, TCB_VTABLE,
  WORK_LIMIT, seL4_CapInitThreadPageTable,
} from '../layout.ts';
import { nodeOf, setCurrentThread } from '../model/state.ts';
import {
  cnodeCap, frameCap, makeCap, pageDirectoryCap, pageTableCap, threadCap, untypedCap, withMapping,
} from '../object/cap.ts';
import { cteInsert } from '../object/mdb.ts';
import { slotAt } from '../object/region.ts';
import { setupReplyMaster } from '../object/reply.ts';
import { originalFlags, setMdb, setSlotCap, slotCap } from '../object/slot.ts';
import { createThread } from '../object/tcb.ts';
import { directoryEntry, makeEntry, markDirectory, tableEntry } from '../object/vspace.ts';
import { setOnline } from './processor.ts';

const PAGE: u32 = 1 << seL4_PageBits;
const DIRECTORY: u32 = HEAP_BASE;
const TABLE: u32 = DIRECTORY + PAGE;
const BOOT_INFO: u32 = TABLE + PAGE;
const BUFFER: u32 = BOOT_INFO + PAGE;
const ROOT_TCB: u32 = BUFFER + PAGE;
const ROOT_TCB_END: u32 = ROOT_TCB + (1 << seL4_TCBBits);
const CNODE_BYTES: u32 = 1 << (ROOT_CNODE_BITS + seL4_SlotBits);
const CNODE: u32 = (ROOT_TCB_END + CNODE_BYTES - 1) & ~(CNODE_BYTES - 1);
const PREEMPTION_WORK_UNITS: u32 = 100;
const ROOT_PRIORITY: u32 = 255;

export function bootKernel(ramBytes: u32, kernelBytes: u32, processors: u32): u32 {
  if (!isPlausible(ramBytes, kernelBytes)) return 0;
  if (processors < 1 || processors > <u32>MAX_PROCESSORS) return 0;
  store<u32>(PROCESSORS, processors);
  store<u32>(CURRENT_NODE, nodeOf(0));
  store<u32>(WORK_LIMIT, PREEMPTION_WORK_UNITS);
  store<u32>(RAM_BYTES, ramBytes);
  store<u32>(KERNEL_BYTES, kernelBytes);
  setOnline(0);
  provideInitialCaps();
  createRootVSpace();
  createRootThread();
  fillBootInfo(ramBytes, kernelBytes);
  setCurrentThread(nodeOf(0), ROOT_TCB);
  return ROOT_TCB;
}

function isPlausible(ramBytes: u32, kernelBytes: u32): bool {
  if ((ramBytes | kernelBytes) & (PAGE - 1)) return false;
  if (ramBytes > <u32>MAX_RAM_BYTES || kernelBytes > <u32>MAX_KERNEL_BYTES) return false;
  return kernelBytes >= CNODE + CNODE_BYTES && kernelBytes <= <u32>memory.size() << 16;
}

function rootSlot(index: u32): u32 {
  return slotAt(CNODE, index);
}

function provide(index: u32, cap: u64): void {
  setSlotCap(rootSlot(index), cap);
  setMdb(rootSlot(index), 0, 0, originalFlags(true));
}

function provideInitialCaps(): void {
  const guardSize: u32 = seL4_WordBits - ROOT_CNODE_BITS;
  provide(seL4_CapInitThreadTCB, threadCap(ROOT_TCB));
  provide(seL4_CapInitThreadCNode, cnodeCap(CNODE, ROOT_CNODE_BITS, guardSize, 0));
  provide(seL4_CapInitThreadVSpace, pageDirectoryCap(DIRECTORY));
  provide(seL4_CapIRQControl, makeCap(CAP_IRQ_CONTROL, 0, 0));
  provide(seL4_CapIOPortControl, makeCap(CAP_IOPORT_CONTROL, 0, 0));
  provide(seL4_CapDomain, makeCap(CAP_DOMAIN, 0, 0));
}

function createRootVSpace(): void {
  markDirectory(DIRECTORY, true);
  provide(
    seL4_CapInitThreadPageTable, withMapping(pageTableCap(TABLE), DIRECTORY, BOOT_INFO_VADDR),
  );
  const entry = directoryEntry(DIRECTORY, BOOT_INFO_VADDR);
  store<u32>(entry, TABLE | PTE_PRESENT | PTE_WRITABLE | PTE_USER);
  provideFrame(seL4_CapBootInfoFrame, BOOT_INFO, BOOT_INFO_VADDR);
  provideFrame(seL4_CapInitThreadIPCBuffer, BUFFER, ROOT_IPC_BUFFER_VADDR);
}

function provideFrame(index: u32, frame: u32, vaddr: u32): void {
  const cap = frameCap(frame, seL4_AllRights & 3);
  provide(index, withMapping(cap, DIRECTORY, vaddr));
  store<u32>(tableEntry(DIRECTORY, vaddr), makeEntry(cap, 3));
}

function createRootThread(): void {
  createThread(ROOT_TCB);
  setupReplyMaster(ROOT_TCB);
  give(seL4_CapInitThreadCNode, ROOT_TCB + TCB_CTABLE);
  give(seL4_CapInitThreadVSpace, ROOT_TCB + TCB_VTABLE);
  const buffer = withMapping(slotCap(rootSlot(seL4_CapInitThreadIPCBuffer)), 0, 0);
  cteInsert(buffer, rootSlot(seL4_CapInitThreadIPCBuffer), ROOT_TCB + TCB_BUFFER);
  store<u32>(ROOT_TCB + TCB_BUFFER_ADDRESS, ROOT_IPC_BUFFER_VADDR);
  store<u32>(ROOT_TCB + TCB_PRIORITY, ROOT_PRIORITY);
  store<u32>(ROOT_TCB + TCB_MCP, ROOT_PRIORITY);
  store<u32>(ROOT_TCB + TCB_STATE, STATE_RUNNING);
}

function give(index: u32, dest: u32): void {
  cteInsert(slotCap(rootSlot(index)), rootSlot(index), dest);
}

function fillBootInfo(ramBytes: u32, kernelBytes: u32): void {
  let index: u32 = seL4_NumInitialCaps;
  index = provideUntypeds(index, ROOT_TCB_END, CNODE, false);
  index = provideUntypeds(index, CNODE + CNODE_BYTES, kernelBytes, false);
  index = provideUntypeds(index, RAM_BASE, RAM_BASE + ramBytes, true);
  store<u32>(BOOT_INFO + BOOTINFO_EMPTY_START, index);
  store<u32>(BOOT_INFO + BOOTINFO_EMPTY_END, 1 << ROOT_CNODE_BITS);
  store<u32>(BOOT_INFO + BOOTINFO_UNTYPED_START, seL4_NumInitialCaps);
  store<u32>(BOOT_INFO + BOOTINFO_UNTYPED_END, index);
  store<u32>(BOOT_INFO + BOOTINFO_RAM_BYTES, ramBytes);
  store<u32>(BOOT_INFO + BOOTINFO_KERNEL_BYTES, kernelBytes);
}

/** Cuts a range into aligned powers of two. Returns the next free slot. */
function provideUntypeds(index: u32, start: u32, end: u32, device: bool): u32 {
  while (end - start >= (1 << seL4_MinUntypedBits)) {
    let bits: u32 = min<u32>(31 - clz<u32>(end - start), ctz<u32>(start));
    bits = min<u32>(bits, RAM_UNTYPED_BITS);
    provide(index, untypedCap(start, bits, device, 0));
    describe(index - seL4_NumInitialCaps, device ? start - RAM_BASE : start, bits, device);
    start += (<u32>1) << bits;
    index++;
  }
  return index;
}

function describe(index: u32, address: u32, bits: u32, device: bool): void {
  const at: u32 = BOOT_INFO + BOOTINFO_UNTYPED_LIST + index * BOOTINFO_UNTYPED_SIZE;
  store<u32>(at, address);
  store<u8>(at + 4, <u8>bits);
  store<u8>(at + 5, device ? 1 : 0);
}
