/**
 * Methods of frames and page tables: mapping them into a VSpace.
 *
 * Mapping a frame again at the address where it is changes its rights. An entry taken by another
 * frame must be unmapped first.
 *
 * Manual: section 10.5 (seL4_X86_Page, seL4_X86_PageTable).
 */
import {
  X86PageGetAddress, X86PageMap, X86PageTableMap, X86PageTableUnmap, X86PageUnmap,
} from '../abi.ts';
import {
  PTE_PRESENT, PTE_USER, PTE_WRITABLE, RAM_BASE, STATE_RESTART, STATE_RUNNING,
} from '../layout.ts';
import { replyWithWord } from '../api/errors.ts';
import { getMR } from '../kernel/message.ts';
import { setThreadState } from '../kernel/thread.ts';
import { extraCap } from '../kernel/transfer.ts';
import {
  NONE, alignmentError, deleteFirst, failedLookup, illegalOperation, invalidArgument,
  invalidCapability, missingCapability, revokeFirst, truncatedMessage,
} from '../model/status.ts';
import {
  capPage, frameIsDevice, frameRights, mappedAddress, mappedDirectory, withMapping,
} from './cap.ts';
import { isFinalCapability } from './mdb.ts';
import { setSlotCap, slotCap } from './slot.ts';
import {
  directoryEntry, isUserAddress, isUserPage, isVSpace, makeEntry, maskVmRights, tableEntry,
  unmapFrame, unmapTable,
} from './vspace.ts';

/** Bits that one page table maps. */
const TABLE_SPAN_BITS: u32 = 22;

export function decodePageInvocation(
  thread: u32, label: u32, length: u32, buffer: u32, slot: u32,
): u32 {
  switch (label) {
    case X86PageMap:
      return decodePageMap(thread, length, buffer, slot);
    case X86PageUnmap:
      setThreadState(thread, STATE_RESTART);
      unmapFrame(slotCap(slot));
      setSlotCap(slot, withMapping(slotCap(slot), 0, 0));
      return NONE;
    case X86PageGetAddress:
      return invokeGetAddress(thread, slotCap(slot));
    default:
      return illegalOperation();
  }
}

function decodePageMap(thread: u32, length: u32, buffer: u32, slot: u32): u32 {
  const root = extraCap(0);
  if (length < 3 || !root) return truncatedMessage();
  const vaddr = getMR(thread, buffer, 0);
  if (!isVSpace(slotCap(root))) return invalidCapability(1);
  const directory = capPage(slotCap(root));
  const cap = slotCap(slot);
  const mapped = mappedDirectory(cap);
  // Also where that directory has gone: only Unmap says that the mapping is given up.
  if (mapped) {
    if (mapped != directory) return invalidCapability(1);
    if (mappedAddress(cap) != vaddr) return invalidArgument(0);
  } else if (!isUserPage(vaddr)) {
    return invalidArgument(0);
  }
  if (vaddr & 0xfff) return alignmentError();
  const at = tableEntry(directory, vaddr);
  if (!at) {
    missingCapability(TABLE_SPAN_BITS);
    return failedLookup(false);
  }
  const entry = makeEntry(cap, maskVmRights(frameRights(cap), getMR(thread, buffer, 1)));
  if (takenByAnother(load<u32>(at), entry)) return deleteFirst();
  setThreadState(thread, STATE_RESTART);
  setSlotCap(slot, withMapping(cap, directory, vaddr));
  store<u32>(at, entry);
  return NONE;
}

function takenByAnother(old: u32, entry: u32): bool {
  const rights: u32 = PTE_WRITABLE | PTE_USER;
  return (old & PTE_PRESENT) != 0 && (old & ~rights) != (entry & ~rights);
}

function invokeGetAddress(thread: u32, cap: u64): u32 {
  setThreadState(thread, STATE_RESTART);
  const address: u32 = frameIsDevice(cap) ? capPage(cap) - RAM_BASE : capPage(cap);
  replyWithWord(thread, address);
  setThreadState(thread, STATE_RUNNING);
  return NONE;
}

export function decodePageTableInvocation(
  thread: u32, label: u32, length: u32, buffer: u32, slot: u32,
): u32 {
  if (label == X86PageTableMap) return decodePageTableMap(thread, length, buffer, slot);
  if (label != X86PageTableUnmap) return illegalOperation();
  if (!isFinalCapability(slot)) return revokeFirst();
  setThreadState(thread, STATE_RESTART);
  const cap = slotCap(slot);
  if (mappedDirectory(cap)) {
    unmapTable(cap);
    // What was mapped through it must not come back when it is mapped again.
    memory.fill(capPage(cap), 0, 4096);
  }
  setSlotCap(slot, withMapping(cap, 0, 0));
  return NONE;
}

function decodePageTableMap(thread: u32, length: u32, buffer: u32, slot: u32): u32 {
  const root = extraCap(0);
  if (length < 2 || !root) return truncatedMessage();
  const cap = slotCap(slot);
  if (mappedDirectory(cap)) return invalidCapability(0);
  if (!isVSpace(slotCap(root))) return invalidCapability(1);
  const vaddr: u32 = getMR(thread, buffer, 0) & ~((1 << TABLE_SPAN_BITS) - 1);
  if (!isUserAddress(vaddr)) return invalidArgument(0);
  const directory = capPage(slotCap(root));
  const at = directoryEntry(directory, vaddr);
  if (load<u32>(at) & PTE_PRESENT) return deleteFirst();
  setThreadState(thread, STATE_RESTART);
  setSlotCap(slot, withMapping(cap, directory, vaddr));
  store<u32>(at, capPage(cap) | PTE_PRESENT | PTE_WRITABLE | PTE_USER);
  return NONE;
}
