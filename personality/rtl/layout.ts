/**
 * Where things are in every process: addresses in its virtual memory, slots in its CSpace.
 *
 * Both sides of each boundary read this file: the Executive, which lays a process out, and ntdll
 * and wdm, which live in it.
 */

export const PAGE_SIZE = 4096;

// Virtual memory. The first megabyte is never mapped.
/**
 * Service buffers: strings and structures of a thread's service calls. Thread slot n has its own at
 * BASE + n * SIZE.
 */
export const SERVICE_BUFFER_BASE = 0x0010_0000;
export const SERVICE_BUFFER_SIZE = 0x4000;
export const MAX_THREADS = 32;
/**
 * Memory that the process may use as buffers of NtReadFile and the like; the first HEAP_INITIAL
 * bytes are there from the start.
 */
export const HEAP_BASE = 0x0100_0000;
export const HEAP_INITIAL = 0x4_0000;
export const HEAP_LIMIT = 0x0200_0000;
/** Drivers: IRPs from the Executive (read only here), and what goes back. */
export const PACKETS_IN = 0x0200_0000;
export const PACKETS_OUT = 0x0201_0000;
export const PACKETS_SIZE = 0x1_0000;
/** Drivers: DMA common buffers. */
export const COMMON_BUFFER_BASE = 0x0300_0000;
/** File system drivers: cached pages of volumes, wherever the Executive maps them. */
export const CACHE_VIEW_BASE = 0x1000_0000;
export const CACHE_VIEW_LIMIT = 0x2000_0000;
/** Where larger reservations and views of sections go. */
export const VIRTUAL_BASE = 0x2000_0000;
/** The top of what user processes may map. */
export const USER_LIMIT = 0x4000_0000;

// CSpace: one CNode of this radix, guarded so that a slot's number is its address.
export const CSPACE_BITS = 8;
/**
 * Thread slot n calls the Executive through this slot + n (a badged endpoint, send and grant-reply
 * only).
 */
export const SLOT_SERVICE = 16;
/** Fault endpoint of thread slot n: the Executive's endpoint under a badge that means fault. */
export const SLOT_FAULT = SLOT_SERVICE + MAX_THREADS;
/**
 * A notification of the process: drivers' doorbell; the agent's host requests. What the process
 * itself signals there (its interrupt threads) arrives as BELL_INTERRUPT.
 */
export const SLOT_DOORBELL = 1;
/**
 * First slot for what is granted on request: interrupts (handler, notification), I/O port ranges.
 */
export const SLOT_GRANTS = 128;
/** The agent process: the interrupt handler of the host's requests, for acknowledging. */
export const SLOT_HOST_IRQ = 2;

/** Bits of the doorbell's word. */
export const BELL_PACKETS = 1;
export const BELL_INTERRUPT = 2;
export const BELL_TIMER = 4;
export const BELL_HOST = 8;
