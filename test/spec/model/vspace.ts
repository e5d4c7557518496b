/**
 * Address spaces in software: a page directory of page tables, and the frames mapped in them.
 *
 * A frame or page table capability remembers where it was mapped, but the entry there is the
 * truth: where the directory has gone, or the entry is another's, nothing is there to be unmapped.
 * The capability is mapped all the same until Unmap says that the mapping is given up.
 *
 * Source: seL4 reference manual, chapter 7 and section 10.5; IA-32 manual, volume 3, section 4.3.
 */
import * as abi from '../../../kernel-as/abi.ts';
import * as layout from '../../../kernel-as/layout.ts';
import type { Cap, FrameCap, PageDirectoryCap, PageTableCap } from './caps.ts';
import { type Invocation, act, answer, arg, extra } from './invocation.ts';
import { isFinalCapability } from './mdb.ts';
import {
  alignmentError,
  deleteFirst,
  failedLookup,
  illegalOperation,
  invalidArgument,
  invalidCapability,
  missingCapability,
  revokeFirst,
  truncatedMessage,
} from './refusal.ts';
import { type Kernel, type Page, setCap } from './state.ts';

const TABLE_BITS = 22;
const PAGE_BYTES = 4096;
const PERMISSIONS = layout.PTE_WRITABLE | layout.PTE_USER;

function pageAt(k: Kernel, address: number, use: Page['use']): Page | null {
  for (const object of k.live) {
    if (object.kind === 'page' && object.use === use && object.address === address) return object;
  }
  return null;
}

const isUserAddress = (vaddr: number) => vaddr >>> 12 < layout.USER_TOP_PAGE;

/** Whether a page that starts there lies wholly below the user's top. */
const isUserPage = (vaddr: number) => vaddr + PAGE_BYTES <= layout.USER_TOP_PAGE * PAGE_BYTES;

/** The table that a directory has for an address, and the index of the address in it. */
function tableFor(k: Kernel, directory: Page, vaddr: number): { table: Page; at: number } | null {
  const entry = directory.words[vaddr >>> TABLE_BITS]!;
  if (!(entry & layout.PTE_PRESENT)) return null;
  const table = pageAt(k, (entry & ~0xfff) >>> 0, 'table');
  if (!table) throw new Error('directory entry without a table');
  return { table, at: (vaddr >>> 12) & 1023 };
}

function entryFor(k: Kernel, cap: FrameCap, permissions: number): number {
  const address = cap.device ? cap.object.address - k.ramBase : cap.object.address;
  const device = cap.device ? layout.PTE_DEVICE : 0;
  return (address | layout.PTE_PRESENT | permissions | device) >>> 0;
}

/** There are no pages that can only be written. */
function permissionsOf(cap: FrameCap, mask: number): number {
  if (!cap.read || !(mask & abi.seL4_CanRead)) return 0;
  const writable = cap.write && (mask & abi.seL4_CanWrite) !== 0;
  return layout.PTE_USER | (writable ? layout.PTE_WRITABLE : 0);
}

const withoutPermissions = (entry: number) => (entry & ~PERMISSIONS) >>> 0;

// ---- Frames

export function decodeFrame(k: Kernel, call: Invocation, cap: FrameCap): void {
  switch (call.label) {
    case abi.X86PageMap:
      decodePageMap(k, call, cap);
      return;
    case abi.X86PageUnmap:
      act(k, call);
      unmapFrame(k, cap);
      setCap(k, call.slot, { ...cap, mapped: null });
      return;
    case abi.X86PageGetAddress: {
      act(k, call);
      const { address } = cap.object;
      answer(k, call, [cap.device ? address - k.ramBase : address]);
      return;
    }
    default:
      throw illegalOperation();
  }
}

function decodePageMap(k: Kernel, call: Invocation, cap: FrameCap): void {
  if (call.length < 3 || !call.caps[0]) throw truncatedMessage();
  const vaddr = arg(call, 0);
  const directory = vspaceOf(extra(call, 0).cap);
  if (!directory) throw invalidCapability(1);
  if (cap.mapped) {
    if (cap.mapped.directory !== directory.address) throw invalidCapability(1);
    if (cap.mapped.vaddr !== vaddr) throw invalidArgument(0);
  } else if (!isUserPage(vaddr)) {
    throw invalidArgument(0);
  }
  if (vaddr & 0xfff) throw alignmentError();
  const place = tableFor(k, directory, vaddr);
  if (!place) throw failedLookup(false, missingCapability(TABLE_BITS));
  const entry = entryFor(k, cap, permissionsOf(cap, arg(call, 1)));
  const old = place.table.words[place.at]!;
  const taken = (old & layout.PTE_PRESENT) !== 0;
  if (taken && withoutPermissions(old) !== withoutPermissions(entry)) throw deleteFirst();
  act(k, call);
  setCap(k, call.slot, { ...cap, mapped: { directory: directory.address, vaddr } });
  place.table.words[place.at] = entry;
}

function unmapFrame(k: Kernel, cap: FrameCap): void {
  const directory = cap.mapped && pageAt(k, cap.mapped.directory, 'directory');
  const place = directory && tableFor(k, directory, cap.mapped!.vaddr);
  if (!place) return;
  const found = withoutPermissions(place.table.words[place.at]!);
  if (found === entryFor(k, cap, 0)) place.table.words[place.at] = 0;
}

// ---- Page tables and directories

export function decodePageTable(k: Kernel, call: Invocation, cap: PageTableCap): void {
  if (call.label === abi.X86PageTableMap) {
    decodePageTableMap(k, call, cap);
    return;
  }
  if (call.label !== abi.X86PageTableUnmap) throw illegalOperation();
  if (!isFinalCapability(call.slot)) throw revokeFirst();
  act(k, call);
  if (cap.mapped) {
    unmapTable(k, cap);
    cap.object.words.fill(0);
  }
  setCap(k, call.slot, { ...cap, mapped: null });
}

function decodePageTableMap(k: Kernel, call: Invocation, cap: PageTableCap): void {
  if (call.length < 2 || !call.caps[0]) throw truncatedMessage();
  if (cap.mapped) throw invalidCapability(0);
  const directory = vspaceOf(extra(call, 0).cap);
  if (!directory) throw invalidCapability(1);
  const vaddr = (arg(call, 0) & ~(2 ** TABLE_BITS - 1)) >>> 0;
  if (!isUserAddress(vaddr)) throw invalidArgument(0);
  if (directory.words[vaddr >>> TABLE_BITS]! & layout.PTE_PRESENT) throw deleteFirst();
  act(k, call);
  setCap(k, call.slot, { ...cap, mapped: { directory: directory.address, vaddr } });
  directory.words[vaddr >>> TABLE_BITS] =
    cap.object.address | layout.PTE_PRESENT | layout.PTE_WRITABLE | layout.PTE_USER;
}

function unmapTable(k: Kernel, cap: PageTableCap): void {
  const directory = cap.mapped && pageAt(k, cap.mapped.directory, 'directory');
  if (!directory) return;
  const at = cap.mapped!.vaddr >>> TABLE_BITS;
  const entry = directory.words[at]!;
  const isOurs = (entry & ~0xfff) >>> 0 === cap.object.address;
  if (entry & layout.PTE_PRESENT && isOurs) directory.words[at] = 0;
}

function vspaceOf(cap: Cap): Page | null {
  return cap.type === 'pageDirectory' ? cap.object : null;
}

/** What a capability mapped goes with it; a page table only with its last capability. */
export function finaliseMapping(
  k: Kernel,
  cap: FrameCap | PageTableCap | PageDirectoryCap,
  final: boolean,
): void {
  if (cap.type === 'frame') unmapFrame(k, cap);
  if (cap.type === 'pageTable' && final) unmapTable(k, cap);
}
