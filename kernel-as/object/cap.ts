/**
 * Capabilities as 64-bit values: how each type is packed, and nothing else.
 *
 * Low word: object address | type. Objects are at least 16-byte aligned, pages 4096.
 * High word (and free low bits of a page's address):
 *   untyped       size bits 0-4, device 5, free index (in 16-byte units) from bit 6
 *   endpoint      badge << 4 | grant reply 3, grant 2, read 1, write 0 (the rights word of the API)
 *   notification  the same; only read and write count
 *   reply         master 1, grant 0
 *   cnode         guard << 10 | guard size << 5 | radix
 *   irq handler   line; io port: last << 16 | first
 *   zombie        slots left << 6 | radix, or ZOMBIE_TCB
 *   frame         page of vaddr << 12 | low 12 bits of the page number of its directory;
 *                 low word: rights in bits 4-5 (write 1, read 2), rest of that number in 6-11
 *   page table    as frame, without rights
 * A directory page number of 0 means that a page or table is not mapped.
 */
import {
  CAP_CNODE, CAP_ENDPOINT, CAP_FRAME, CAP_IOPORT, CAP_IRQ_HANDLER, CAP_NOTIFICATION,
  CAP_PAGE_DIRECTORY, CAP_PAGE_TABLE, CAP_REPLY, CAP_THREAD, CAP_UNTYPED, CAP_ZOMBIE,
  FRAME_RIGHTS_SHIFT, RAM_BASE,
} from '../layout.ts';

export const ZOMBIE_TCB: u32 = 63;

export function capType(cap: u64): u32 {
  return <u32>cap & 15;
}

/** Object address; of frames and page tables use capPage. */
export function capPtr(cap: u64): u32 {
  return <u32>cap & ~15;
}

export function capWord(cap: u64): u32 {
  return <u32>(cap >> 32);
}

export function makeCap(type: u32, ptr: u32, word: u32): u64 {
  return <u64>(ptr | type) | (<u64>word << 32);
}

export function withWord(cap: u64, word: u32): u64 {
  return (cap & 0xffffffff) | (<u64>word << 32);
}

// ---- Untyped

export function untypedCap(ptr: u32, sizeBits: u32, device: bool, freeIndex: u32): u64 {
  return makeCap(CAP_UNTYPED, ptr, (freeIndex << 6) | (device ? 32 : 0) | sizeBits);
}

export function untypedSizeBits(cap: u64): u32 {
  return capWord(cap) & 31;
}

export function untypedIsDevice(cap: u64): bool {
  return (capWord(cap) & 32) != 0;
}

/** Bytes used, from the start. */
export function untypedUsed(cap: u64): u32 {
  return (capWord(cap) >> 6) << 4;
}

export function withUsed(cap: u64, bytes: u32): u64 {
  return withWord(cap, (capWord(cap) & 63) | ((bytes >> 4) << 6));
}

// ---- Endpoint, notification, reply

export function endpointCap(ptr: u32, badge: u32, rights: u32): u64 {
  return makeCap(CAP_ENDPOINT, ptr, (badge << 4) | rights);
}

export function notificationCap(ptr: u32, badge: u32, rights: u32): u64 {
  return makeCap(CAP_NOTIFICATION, ptr, (badge << 4) | rights);
}

export function capBadge(cap: u64): u32 {
  return capWord(cap) >> 4;
}

export function withBadge(cap: u64, badge: u32): u64 {
  return withWord(cap, (capWord(cap) & 15) | (badge << 4));
}

export function capHas(cap: u64, rights: u32): bool {
  return (capWord(cap) & rights) == rights;
}

export function replyCap(tcb: u32, master: bool, canGrant: bool): u64 {
  return makeCap(CAP_REPLY, tcb, (master ? 2 : 0) | (canGrant ? 1 : 0));
}

export function replyIsMaster(cap: u64): bool {
  return (capWord(cap) & 2) != 0;
}

export function replyCanGrant(cap: u64): bool {
  return (capWord(cap) & 1) != 0;
}

// ---- CNode, thread, zombie

export function cnodeCap(ptr: u32, radix: u32, guardSize: u32, guard: u32): u64 {
  return makeCap(CAP_CNODE, ptr, (guard << 10) | (guardSize << 5) | radix);
}

export function cnodeRadix(cap: u64): u32 {
  return capWord(cap) & 31;
}

export function cnodeGuardSize(cap: u64): u32 {
  return (capWord(cap) >> 5) & 31;
}

export function cnodeGuard(cap: u64): u32 {
  return capWord(cap) >> 10;
}

export function threadCap(tcb: u32): u64 {
  return makeCap(CAP_THREAD, tcb, 0);
}

export function zombieCap(ptr: u32, kind: u32, slots: u32): u64 {
  return makeCap(CAP_ZOMBIE, ptr, (slots << 6) | kind);
}

export function zombieKind(cap: u64): u32 {
  return capWord(cap) & 63;
}

export function zombieSlots(cap: u64): u32 {
  return capWord(cap) >> 6;
}

// ---- Interrupts and ports

export function irqHandlerCap(line: u32): u64 {
  return makeCap(CAP_IRQ_HANDLER, 0, line);
}

export function ioPortCap(first: u32, last: u32): u64 {
  return makeCap(CAP_IOPORT, 0, (last << 16) | first);
}

export function ioPortFirst(cap: u64): u32 {
  return capWord(cap) & 0xffff;
}

export function ioPortLast(cap: u64): u32 {
  return capWord(cap) >> 16;
}

// ---- Frames and page tables

/** Address of a frame, page table or page directory. */
export function capPage(cap: u64): u32 {
  return <u32>cap & ~0xfff;
}

export function frameCap(ptr: u32, rights: u32): u64 {
  return makeCap(CAP_FRAME, ptr | (rights << FRAME_RIGHTS_SHIFT), 0);
}

export function frameRights(cap: u64): u32 {
  return (<u32>cap >> FRAME_RIGHTS_SHIFT) & 3;
}

export function withFrameRights(cap: u64, rights: u32): u64 {
  return (cap & ~((<u64>3) << FRAME_RIGHTS_SHIFT)) | (rights << FRAME_RIGHTS_SHIFT);
}

export function frameIsDevice(cap: u64): bool {
  return <u32>cap >= <u32>RAM_BASE;
}

export function pageTableCap(ptr: u32): u64 {
  return makeCap(CAP_PAGE_TABLE, ptr, 0);
}

export function pageDirectoryCap(ptr: u32): u64 {
  return makeCap(CAP_PAGE_DIRECTORY, ptr, 0);
}

/** Page directory that a frame or page table capability says it is mapped in; 0: none. */
export function mappedDirectory(cap: u64): u32 {
  const high: u32 = (<u32>cap >> 6) & 63;
  return ((high << 12) | (capWord(cap) & 0xfff)) << 12;
}

export function mappedAddress(cap: u64): u32 {
  return capWord(cap) & ~0xfff;
}

export function withMapping(cap: u64, directory: u32, vaddr: u32): u64 {
  const page = directory >> 12;
  const low: u32 = (<u32>cap & ~0xfc0) | ((page >> 12) << 6);
  return <u64>low | (<u64>((vaddr & ~0xfff) | (page & 0xfff)) << 32);
}
