/**
 * The state after boot(): the first objects and their capabilities, as the boot protocol gives
 * them.
 *
 * Everything is laid out from what the specification of boot says, not read from the kernel:
 * where the heap begins, which objects come first, and how the rest is cut into untypeds.
 *
 * Source: seL4 reference manual, section 2.4 and chapter 8; the kernel's memory map (layout.ts).
 */
import * as abi from '../../../kernel-as/abi.ts';
import * as layout from '../../../kernel-as/layout.ts';
import type { Cap, UntypedCap } from './caps.ts';
import { cteInsert } from './mdb.ts';
import { setupReplyMaster } from './reply.ts';
import { BUFFER, CTABLE, Cnode, Kernel, Page, type Slot, Tcb, VTABLE, setCap } from './state.ts';
import { newEpoch } from './thread.ts';

const PAGE = 4096;
const PRESENT = layout.PTE_PRESENT | layout.PTE_WRITABLE | layout.PTE_USER;

export interface Booted {
  readonly kernel: Kernel;
  readonly rootNode: Cnode;
  readonly rootThread: Tcb;
  /** First free slot of the root CNode. */
  readonly emptyStart: number;
}

export function bootModel(ramBytes: number, kernelBytes: number): Booted {
  const k = new Kernel(abi.MAX_PROCESSORS, layout.IRQ_NODE, layout.RAM_BASE);
  const directory = new Page(layout.HEAP_BASE, 'directory');
  const table = new Page(layout.HEAP_BASE + PAGE, 'table');
  const info = new Page(layout.HEAP_BASE + 2 * PAGE, 'frame');
  const buffer = new Page(layout.HEAP_BASE + 3 * PAGE, 'frame');
  const thread = new Tcb(layout.HEAP_BASE + 4 * PAGE);
  const nodeBytes = 1 << (abi.ROOT_CNODE_BITS + abi.seL4_SlotBits);
  const threadEnd = thread.address + (1 << abi.seL4_TCBBits);
  const node = new Cnode(Math.ceil(threadEnd / nodeBytes) * nodeBytes, abi.ROOT_CNODE_BITS);

  const provide = (index: number, cap: Cap): Slot => original(k, node.slot(index), cap);
  provide(abi.seL4_CapInitThreadTCB, { type: 'thread', object: thread });
  const guardSize = abi.seL4_WordBits - abi.ROOT_CNODE_BITS;
  const nodeCap = { type: 'cnode', object: node, guard: 0, guardSize } as const;
  const nodeSlot = provide(abi.seL4_CapInitThreadCNode, nodeCap);
  const vspaceCap = { type: 'pageDirectory', object: directory } as const;
  const vspaceSlot = provide(abi.seL4_CapInitThreadVSpace, vspaceCap);
  provide(abi.seL4_CapIRQControl, { type: 'irqControl' });
  provide(abi.seL4_CapIOPortControl, { type: 'ioPortControl' });
  provide(abi.seL4_CapDomain, { type: 'domain' });
  const at = (vaddr: number) => ({ directory: directory.address, vaddr });
  const tableCap = {
    type: 'pageTable',
    object: table,
    mapped: at(layout.BOOT_INFO_VADDR),
  } as const;
  provide(layout.seL4_CapInitThreadPageTable, tableCap);
  const frame = { type: 'frame', device: false, read: true, write: true } as const;
  const infoCap = { ...frame, object: info, mapped: at(layout.BOOT_INFO_VADDR) };
  provide(abi.seL4_CapBootInfoFrame, infoCap);
  const bufferCap = { ...frame, object: buffer, mapped: at(layout.ROOT_IPC_BUFFER_VADDR) };
  const bufferSlot = provide(abi.seL4_CapInitThreadIPCBuffer, bufferCap);
  directory.words[layout.BOOT_INFO_VADDR >>> 22] = table.address | PRESENT;
  table.words[(layout.BOOT_INFO_VADDR >>> 12) & 1023] = info.address | PRESENT;
  table.words[(layout.ROOT_IPC_BUFFER_VADDR >>> 12) & 1023] = buffer.address | PRESENT;

  newEpoch(k, thread);
  setupReplyMaster(k, thread);
  cteInsert(k, nodeCap, nodeSlot, thread.slot(CTABLE));
  cteInsert(k, vspaceCap, vspaceSlot, thread.slot(VTABLE));
  cteInsert(k, { ...bufferCap, mapped: null }, bufferSlot, thread.slot(BUFFER));
  thread.bufferAddress = layout.ROOT_IPC_BUFFER_VADDR;
  thread.priority = thread.mcp = 255;
  thread.state = 'running';
  k.cpu.online = true;
  k.cpu.current = thread;
  k.cpu.epoch = thread.epoch;

  const all: UntypedCap[] = [];
  const untypeds = (start: number, end: number, device: boolean): void => {
    for (const cap of cut(start, end, device)) {
      provide(abi.seL4_NumInitialCaps + all.length, cap);
      all.push(cap);
    }
  };
  untypeds(threadEnd, node.address, false);
  untypeds(node.address + nodeBytes, kernelBytes, false);
  untypeds(layout.RAM_BASE, layout.RAM_BASE + ramBytes, true);
  describe(info.words, all, ramBytes, kernelBytes);
  const emptyStart = abi.seL4_NumInitialCaps + all.length;
  return { kernel: k, rootNode: node, rootThread: thread, emptyStart };
}

function original(k: Kernel, slot: Slot, cap: Cap): Slot {
  setCap(k, slot, cap);
  slot.revocable = slot.firstBadged = true;
  return slot;
}

/** The boot info page: free slots, untypeds, sizes; then what each untyped is. */
function describe(
  words: Uint32Array,
  untypeds: readonly UntypedCap[],
  ramBytes: number,
  kernelBytes: number,
): void {
  const first = abi.seL4_NumInitialCaps;
  const end = first + untypeds.length;
  words[layout.BOOTINFO_EMPTY_START / 4] = end;
  words[layout.BOOTINFO_EMPTY_END / 4] = 1 << abi.ROOT_CNODE_BITS;
  words[layout.BOOTINFO_UNTYPED_START / 4] = first;
  words[layout.BOOTINFO_UNTYPED_END / 4] = end;
  words[layout.BOOTINFO_RAM_BYTES / 4] = ramBytes;
  words[layout.BOOTINFO_KERNEL_BYTES / 4] = kernelBytes;
  untypeds.forEach(({ base, bits, device }, i) => {
    const at = (layout.BOOTINFO_UNTYPED_LIST + i * layout.BOOTINFO_UNTYPED_SIZE) / 4;
    words[at] = device ? base - layout.RAM_BASE : base;
    words[at + 1] = bits | (device ? 1 << 8 : 0);
  });
}

/** A range as aligned powers of two. */
function* cut(from: number, end: number, device: boolean): Generator<UntypedCap> {
  let base = from;
  while (end - base >= 1 << abi.seL4_MinUntypedBits) {
    let bits: number = layout.RAM_UNTYPED_BITS;
    while (base % 2 ** bits !== 0 || 2 ** bits > end - base) bits--;
    yield { type: 'untyped', base, bits, device, used: 0 };
    base += 2 ** bits;
  }
}
