/**
 * Virtual address spaces in software: a page directory of page tables, as on IA-32.
 *
 * A frame or page table capability remembers where it is mapped; the entry there is the truth. A
 * directory that has gone is recognised by its bit in VSPACES, and an entry that is another's by
 * its address, so that a stale capability can never change somebody else's mapping.
 *
 * Source: IA-32 manual, volume 3, section 4.3 (32-bit paging); seL4 manual, chapter 7.
 */
import { seL4_CanRead, seL4_CanWrite } from '../abi.ts';
import {
  CAP_PAGE_DIRECTORY, PTE_DEVICE, PTE_PRESENT, PTE_USER, PTE_WRITABLE, RAM_BASE, USER_TOP_PAGE,
  VSPACES,
} from '../layout.ts';
import { capPage, capType, frameIsDevice, mappedAddress, mappedDirectory } from './cap.ts';

const FLAGS: u32 = 0xfff;

export function markDirectory(directory: u32, live: bool): void {
  const page = directory >> 12;
  const at: u32 = VSPACES + (page >> 3);
  const bit: u32 = 1 << (page & 7);
  const bits = load<u8>(at);
  store<u8>(at, <u8>(live ? bits | bit : bits & ~bit));
}

export function isDirectory(directory: u32): bool {
  const page = directory >> 12;
  return directory != 0 && (load<u8>(VSPACES + (page >> 3)) & (1 << (page & 7))) != 0;
}

export function isVSpace(cap: u64): bool {
  return capType(cap) == CAP_PAGE_DIRECTORY && isDirectory(capPage(cap));
}

export function isUserAddress(vaddr: u32): bool {
  return vaddr >> 12 < <u32>USER_TOP_PAGE;
}

/** Whether all of a page that would start here is the user's, aligned or not. */
export function isUserPage(vaddr: u32): bool {
  return vaddr <= <u32>(USER_TOP_PAGE - 1) << 12;
}

export function directoryEntry(directory: u32, vaddr: u32): u32 {
  return directory + (vaddr >> 22) * 4;
}

/** Address of the table entry for `vaddr`, or 0 if no table is mapped there. */
export function tableEntry(directory: u32, vaddr: u32): u32 {
  const entry = load<u32>(directoryEntry(directory, vaddr));
  if (!(entry & PTE_PRESENT)) return 0;
  return (entry & ~FLAGS) + ((vaddr >> 12) & 1023) * 4;
}

/** What a table entry for this frame says, with rights as in a frame capability. */
export function makeEntry(cap: u64, rights: u32): u32 {
  const device = frameIsDevice(cap);
  const address: u32 = device ? capPage(cap) - RAM_BASE : capPage(cap);
  const user: u32 = rights & seL4_CanRead ? PTE_USER : 0;
  const writable: u32 = rights & seL4_CanWrite ? PTE_WRITABLE : 0;
  return address | PTE_PRESENT | user | writable | (device ? PTE_DEVICE : 0);
}

/** Without read there is nothing: IA-32 has no write-only pages. */
export function maskVmRights(rights: u32, mask: u32): u32 {
  const left = rights & mask & (seL4_CanRead | seL4_CanWrite);
  return left & seL4_CanRead ? left : 0;
}

/** Address of the entry that maps this frame capability, or 0. */
export function frameEntry(cap: u64): u32 {
  const directory = mappedDirectory(cap);
  if (!isDirectory(directory)) return 0;
  const at = tableEntry(directory, mappedAddress(cap));
  if (!at) return 0;
  const found = load<u32>(at) & ~(<u32>PTE_WRITABLE | PTE_USER);
  return found == makeEntry(cap, 0) ? at : 0;
}

export function unmapFrame(cap: u64): void {
  const at = frameEntry(cap);
  if (at) store<u32>(at, 0);
}

/** Address of the directory entry that maps this page table capability, or 0. */
export function tableMapping(cap: u64): u32 {
  const directory = mappedDirectory(cap);
  if (!isDirectory(directory)) return 0;
  const at = directoryEntry(directory, mappedAddress(cap));
  const entry = load<u32>(at);
  return entry & PTE_PRESENT && (entry & ~FLAGS) == capPage(cap) ? at : 0;
}

export function unmapTable(cap: u64): void {
  const at = tableMapping(cap);
  if (at) store<u32>(at, 0);
}

/** The directory goes: what is mapped in it is mapped no more. */
export function releaseDirectory(cap: u64): void {
  markDirectory(capPage(cap), false);
}
