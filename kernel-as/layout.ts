/**
 * The kernel memory map and the offsets of every field in it.
 *
 * Compiled by AssemblyScript (kernel) and TypeScript (user library, tests): plain constants only.
 * Each place is the end of the one before it, so nothing can overlap. All words are 32 bits, little
 * endian. The kernel keeps no state anywhere else: no Wasm globals, no static data, so that many
 * instances can share one memory.
 *
 *   0            never used, so that address 0 can mean "none"
 *   GLOBAL       lock, scratch of the call in progress
 *   NODES        one record per processor: its thread, its ready queues, its counters
 *   IRQ_*        interrupt lines
 *   PORTS        which I/O ports have been handed out
 *   VSPACES      which pages hold a live page directory
 *   TRACE        ring of trace records
 *   LIBRARY      for personality/sel4; the kernel never touches it
 *   HEAP         given to the root task as untyped memory
 *
 * The wake protocol of a processor: an entry that answers 0 leaves in NODE_SEEN what NODE_WAKE was
 * then. Set NODE_SLEEPING; wait on NODE_WAKE with that value; clear NODE_SLEEPING. Now NODE_CURRENT
 * is a thread that was handed to the idle processor and has only to be resumed, or it is 0, and
 * schedule() is to be called. Who makes a thread ready hands it over or enqueues it, then adds 1 to
 * NODE_WAKE, then notifies if NODE_SLEEPING is set, after it has let go of the lock: who is woken
 * wants the lock first of all. All but NODE_SEEN is accessed atomically.
 * Source: seL4 manual, chapters 2 to 7 (object sizes, 32 bit); IA-32 manual volume 3, chapter 4.
 */
import { IRQ_LINES, MAX_PROCESSORS } from './abi.ts';

// ---- Global state -------------------------------------------------------------------------------

export const GLOBAL_BASE = 4096;

/** Owner + 1, or 0. Taken by compare and exchange; an owner that is offline may be robbed of it. */
export const LOCK_WORD = GLOBAL_BASE;
/** 1 if a processor may be waiting for the lock. */
export const LOCK_WAITERS = LOCK_WORD + 4;
/** How many processors may ever take part: written at boot. Where it is one, nobody locks. */
export const PROCESSORS = LOCK_WAITERS + 4;
/** After how many steps of a long operation the lock is offered to others. */
export const WORK_LIMIT = PROCESSORS + 4;
/** Last epoch given to a thread context; see TCB_EPOCH. */
export const EPOCH_LAST = WORK_LIMIT + 4;
/** A bit for each processor that must be notified once the lock has been let go. */
export const NOTIFY_MASK = EPOCH_LAST + 4;

/**
 * What a call leaves here means nothing once it is over; it belongs to the owner of the lock. The
 * first words are on the lock's cache line, since every call uses them.
 */
export const SCRATCH = NOTIFY_MASK + 4;
/** Node of the lock's owner. */
export const CURRENT_NODE = SCRATCH;
/** Steps of a long operation since the lock was taken. */
export const WORK_UNITS = CURRENT_NODE + 4;
/** Second results of functions that return a status: slot, bits left, capability, clean-up. */
export const RESULT_SLOT = WORK_UNITS + 4;
export const RESULT_BITS = RESULT_SLOT + 4;
export const RESULT_CAP = RESULT_BITS + 4;
export const RESULT_CLEANUP = RESULT_CAP + 8;
export const RESULT_SUCCESS = RESULT_CLEANUP + 8;
/** The error of the call in progress. */
export const ERROR_TYPE = RESULT_SUCCESS + 4;
export const ERROR_ARGUMENT = ERROR_TYPE + 4;
export const ERROR_CAP = ERROR_ARGUMENT + 4;
export const ERROR_MIN = ERROR_CAP + 4;
export const ERROR_MAX = ERROR_MIN + 4;
export const ERROR_MEMORY_LEFT = ERROR_MAX + 4;
export const ERROR_WAS_SOURCE = ERROR_MEMORY_LEFT + 4;
/** Its lookup failure: kind, then up to three details. */
export const LOOKUP_KIND = ERROR_WAS_SOURCE + 4;
export const LOOKUP_BITS_LEFT = LOOKUP_KIND + 4;
export const LOOKUP_BITS_FOUND = LOOKUP_BITS_LEFT + 4;
export const LOOKUP_GUARD_SIZE = LOOKUP_BITS_FOUND + 4;
/** A fault about to be raised: FAULT_WORDS words, as TCB_FAULT. */
export const FAULT = LOOKUP_GUARD_SIZE + 4;
export const FAULT_WORDS = 8;
/** Slots of the extra capabilities of the call in progress. */
export const EXTRA_CAPS = FAULT + FAULT_WORDS * 4;
/** Port access decoded by the invocation in progress: 1 if there is one. */
export const PORT_PENDING = EXTRA_CAPS + 12;
/** 1 while an invocation may end in a port access. */
export const PORT_ALLOWED = PORT_PENDING + 4;
export const SCRATCH_END = PORT_ALLOWED + 4;

export const RAM_BYTES = GLOBAL_BASE + 512;
export const KERNEL_BYTES = RAM_BYTES + 4;

/** WATCH_* bits: how the kernel is being watched. 0: not at all. */
export const TRACE_ENABLED = KERNEL_BYTES + 4;
/** Number of records ever written; the next goes to slot TRACE_NEXT % TRACE_RECORDS. */
export const TRACE_NEXT = TRACE_ENABLED + 4;
/** Last number given to a processor that came online; see NODE_ONLINE. */
export const ONLINE_LAST = TRACE_NEXT + 4;
/** Records are written. While they are, nothing takes the fast path. */
export const WATCH_TRACE = 1;
/** Nothing takes the fast path: for tests and benchmarks. */
export const WATCH_SLOW = 2;
/** With WATCH_TRACE: each access to a port of the diskette controller is a record, too. */
export const WATCH_PORTS = 4;
export const GLOBAL_END = GLOBAL_BASE + 4096;

// ---- Processors ---------------------------------------------------------------------------------

export const NODES = GLOBAL_END;
export const NODE_SIZE = 4096;

/** TCB that runs, or 0; and its epoch when it was switched to. */
export const NODE_CURRENT = 0;
export const NODE_EPOCH = NODE_CURRENT + 4;
/** Scheduler action: ACTION_RESUME, ACTION_CHOOSE, or the TCB to be switched to. */
export const NODE_ACTION = NODE_EPOCH + 4;
/** 0: offline; else a number that this life of the processor has alone. */
export const NODE_ONLINE = NODE_ACTION + 4;
/** First of the TCBs whose affinity is this processor. */
export const NODE_THREADS = NODE_ONLINE + 4;
/** What invoke() asked for by answering 1: port, bytes (1, 2, 4), 1 for writing, value to write. */
export const NODE_PORT = NODE_THREADS + 4;
export const NODE_PORT_WIDTH = NODE_PORT + 4;
export const NODE_PORT_WRITE = NODE_PORT_WIDTH + 4;
export const NODE_PORT_VALUE = NODE_PORT_WRITE + 4;
/** Microseconds, as its library brings them when it enters while the trace is on. */
export const NODE_TIME = NODE_PORT_VALUE + 4;
/** Counts what was made ready for this processor: see the wake protocol above. */
export const NODE_WAKE = 64;
/** 1 while it sleeps in NODE_WAKE, so that it must be notified. */
export const NODE_SLEEPING = NODE_WAKE + 4;
/** 1 from when it was told that there is nothing to run until something is; NODE_WAKE then. */
export const NODE_IDLE = NODE_SLEEPING + 4;
export const NODE_SEEN = NODE_IDLE + 4;
/**
 * Bit p >> 5 is set when word p >> 5 of NODE_BITMAP is not 0; bit p & 31 there when the queue of
 * priority p is not empty.
 */
export const NODE_BITMAP_TOP = 128;
export const NODE_BITMAP = NODE_BITMAP_TOP + 4;
/** What happened on this processor, 8 bytes each. counter() adds up all processors'. */
export const NODE_COUNTERS = 512;
export const COUNTER_COUNT = 16;
/** Messages transferred: calls, sends, replies, faults and their replies. */
export const COUNTER_IPC = 0;
/** Thread switches. */
export const COUNTER_SWITCH = 1;
/** Interrupts delivered to a notification. */
export const COUNTER_IRQ = 2;
/** Entries into the kernel. */
export const COUNTER_ENTRY = 3;
export const COUNTER_FAULT = 4;
/** Threads made ready on another processor. */
export const COUNTER_WAKE = 5;
/** Calls and replies that took the fast path. */
export const COUNTER_FASTPATH = 6;
/** Times that a long operation offered the lock to others. */
export const COUNTER_PREEMPT = 7;

/** Head and tail of each ready queue. */
export const NODE_QUEUES = 2048;
export const PRIORITIES = 256;

export const ACTION_RESUME = 0;
export const ACTION_CHOOSE = 1;

// ---- Interrupts, ports, VSpaces -----------------------------------------------------------------

/** A slot for each line: its notification capability. */
export const IRQ_NODE = NODES + NODE_SIZE * MAX_PROCESSORS;
/** Three words for each line: active (a handler capability exists), masked, latched. */
export const IRQ_STATE = IRQ_NODE + IRQ_LINES * 16;
export const IRQ_STATE_SIZE = 12;
export const IRQ_ACTIVE = 0;
export const IRQ_MASKED = 4;
export const IRQ_LATCHED = 8;

/** A bit for each I/O port: set while a capability covers it. */
export const PORTS = IRQ_STATE + IRQ_LINES * IRQ_STATE_SIZE;
export const PORT_COUNT = 0x10000;

/** A bit for each 4 KiB page of kernel memory: set while a live page directory is there. */
export const VSPACES = PORTS + PORT_COUNT / 8;
export const MAX_KERNEL_BYTES = 0x0400_0000;

// ---- Trace ring ---------------------------------------------------------------------------------

export const TRACE = VSPACES + MAX_KERNEL_BYTES / 4096 / 8;
export const TRACE_RECORDS = 4096;
/**
 * A record: kind | processor << 8, thread, three details, sequence number, entries into the kernel
 * so far on all processors, time (all three: low words).
 */
export const TRACE_RECORD_SIZE = 32;
export const TRACE_KIND = 0;
export const TRACE_THREAD = 4;
export const TRACE_A = 8;
export const TRACE_B = 12;
export const TRACE_C = 16;
export const TRACE_SEQUENCE = 20;
export const TRACE_ENTRY = 24;
export const TRACE_TIME = 28;
/** Details: thread switched from; 0; 0. */
export const TRACE_SWITCH = 1;
/** Details: badge; message info; the other thread. Thread is the sender, or the receiver. */
export const TRACE_SEND = 2;
export const TRACE_RECEIVE = 3;
/** Details: notification; badge; 0. */
export const TRACE_SIGNAL = 4;
/** Details: line; 0; 0. */
export const TRACE_IRQ = 5;
/** Details: kind of fault; first word; 0. The next one: label; CPtr; 0. */
export const TRACE_FAULT = 6;
export const TRACE_INVOKE = 7;
/** From here on: marks of others (mark() of index.ts). What their details are, they know. */
export const TRACE_MARK = 16;

// ---- The user library's own area ----------------------------------------------------------------

export const LIBRARY = TRACE + TRACE_RECORDS * TRACE_RECORD_SIZE;
export const LIBRARY_SIZE = 0x20000;

/** Start of the memory that boot() makes objects and untypeds of: a whole page. */
export const HEAP_BASE = (((LIBRARY + LIBRARY_SIZE + 4095) / 4096) | 0) * 4096;

// ---- Physical addresses -------------------------------------------------------------------------

/**
 * Kernel memory and RAM are two memories. A RAM byte's address inside capabilities is RAM_BASE +
 * its physical address; users (boot info, Page_GetAddress, page table entries) see the physical
 * address.
 */
export const RAM_BASE = 0x4000_0000;
export const MAX_RAM_BYTES = 0x3000_0000;
/** The largest RAM untyped: ISA DMA reaches the first 16 MiB, so no untyped crosses that line. */
export const RAM_UNTYPED_BITS = 24;

// ---- Capability slots ---------------------------------------------------------------------------

/**
 * A slot is 16 bytes: capability (two words), derivation node (two words). Word 0 of a capability:
 * object address | type (low 4 bits). Frames, page tables: low 12 bits are partly used, see
 * object/cap.ts. Word 2: next slot | revocable (bit 0) | firstBadged (bit 1). Word 3: previous
 * slot.
 */
export const SLOT_SIZE = 16;
export const SLOT_CAP = 0;
export const SLOT_NEXT = 8;
export const SLOT_PREV = 12;

export const CAP_NULL = 0;
export const CAP_UNTYPED = 1;
export const CAP_ENDPOINT = 2;
export const CAP_NOTIFICATION = 3;
export const CAP_REPLY = 4;
export const CAP_CNODE = 5;
export const CAP_THREAD = 6;
export const CAP_IRQ_CONTROL = 7;
export const CAP_IRQ_HANDLER = 8;
export const CAP_ZOMBIE = 9;
export const CAP_DOMAIN = 10;
export const CAP_FRAME = 11;
export const CAP_PAGE_TABLE = 12;
export const CAP_PAGE_DIRECTORY = 13;
export const CAP_IOPORT_CONTROL = 14;
export const CAP_IOPORT = 15;

/** Where a frame capability's first word has its rights, two bits. */
export const FRAME_RIGHTS_SHIFT = 4;

/** CNode capability data (badge of Mint, Mutate, Configure): guard << 8 | guard size << 3. */
export const CNODE_DATA_SIZE_SHIFT = 3;
export const CNODE_DATA_GUARD_SHIFT = 8;
export const CNODE_GUARD_BITS = 18;

// ---- Threads ------------------------------------------------------------------------------------

/** The five slots of a TCB. */
export const TCB_CTABLE = 0;
export const TCB_VTABLE = TCB_CTABLE + SLOT_SIZE;
export const TCB_REPLY = TCB_VTABLE + SLOT_SIZE;
export const TCB_CALLER = TCB_REPLY + SLOT_SIZE;
export const TCB_BUFFER = TCB_CALLER + SLOT_SIZE;
export const TCB_SLOTS = 5;

/**
 * The fields follow by how they are used, 64 bytes each, so that a message between two processors
 * moves few cache lines: capabilities; what calls write; queues and faults; what hardly changes.
 *
 * Message registers 0 to 3. The others are in the IPC buffer at word IPCBUF_MSG + index;
 * ipcBuffer() says where that is.
 */
export const TCB_MR = TCB_BUFFER + SLOT_SIZE;
/** Message info and badge that the last system call returned. */
export const TCB_INFO = TCB_MR + 16;
export const TCB_BADGE = TCB_INFO + 4;
export const TCB_STATE = TCB_BADGE + 4;
/**
 * The system call in progress, executed again when the thread goes from Restart to running: 1 if
 * there is one.
 */
export const TCB_PENDING = TCB_STATE + 4;
export const TCB_SYSCALL = TCB_PENDING + 4;
export const TCB_CALL_CPTR = TCB_SYSCALL + 4;
export const TCB_CALL_INFO = TCB_CALL_CPTR + 4;
/** What it is blocked on, and how. */
export const TCB_BLOCKED_ON = TCB_CALL_INFO + 4;
export const TCB_IPC_BADGE = TCB_BLOCKED_ON + 4;
/** BLOCKED_* bits. */
export const TCB_IPC_FLAGS = TCB_IPC_BADGE + 4;
export const TCB_EP_NEXT = TCB_IPC_FLAGS + 4;
export const TCB_EP_PREV = TCB_EP_NEXT + 4;
export const TCB_QUEUED = TCB_EP_PREV + 4;
export const TCB_SCHED_NEXT = TCB_QUEUED + 4;
export const TCB_SCHED_PREV = TCB_SCHED_NEXT + 4;
/** Fault not yet answered: kind, then its words. */
export const TCB_FAULT = TCB_SCHED_PREV + 4;
/**
 * Changes whenever the thread is to start anew at REG_IP: when the TCB is made, when its registers
 * are written, when a UserException is answered with restart. A continuation of another epoch (or
 * of an older TCB at this address) must be dropped.
 */
export const TCB_EPOCH = TCB_FAULT + FAULT_WORDS * 4;
export const TCB_PRIORITY = TCB_EPOCH + 4;
export const TCB_AFFINITY = TCB_PRIORITY + 4;
export const TCB_BOUND = TCB_AFFINITY + 4;
export const TCB_MCP = TCB_BOUND + 4;
export const TCB_DOMAIN = TCB_MCP + 4;
export const TCB_FLAGS = TCB_DOMAIN + 4;
export const TCB_FAULT_HANDLER = TCB_FLAGS + 4;
/** Virtual address of the IPC buffer. */
export const TCB_BUFFER_ADDRESS = TCB_FAULT_HANDLER + 4;
/** User registers REG_IP .. REG_TLS. */
export const TCB_REGISTERS = TCB_BUFFER_ADDRESS + 4;
/** List of all threads of one affinity. */
export const TCB_NODE_NEXT = TCB_REGISTERS + 32;
export const TCB_NODE_PREV = TCB_NODE_NEXT + 4;
export const TCB_END = TCB_NODE_PREV + 4;

export const BLOCKED_CAN_GRANT = 1;
export const BLOCKED_CAN_GRANT_REPLY = 2;
export const BLOCKED_IS_CALL = 4;

export const STATE_INACTIVE = 0;
export const STATE_RUNNING = 1;
export const STATE_RESTART = 2;
export const STATE_BLOCKED_ON_RECEIVE = 3;
export const STATE_BLOCKED_ON_SEND = 4;
export const STATE_BLOCKED_ON_REPLY = 5;
export const STATE_BLOCKED_ON_NOTIFICATION = 6;

// ---- Endpoints and notifications ----------------------------------------------------------------

export const EP_STATE = 0;
export const EP_HEAD = 4;
export const EP_TAIL = 8;
export const EP_IDLE = 0;
export const EP_SEND = 1;
export const EP_RECV = 2;

/** State in the low 2 bits, address of the bound TCB above. */
export const NTFN_STATE = 0;
export const NTFN_BADGE = 4;
export const NTFN_HEAD = 8;
export const NTFN_TAIL = 12;
export const NTFN_IDLE = 0;
export const NTFN_WAITING = 1;
export const NTFN_ACTIVE = 2;

// ---- Page tables --------------------------------------------------------------------------------

/**
 * Both levels have 1024 entries of 4 bytes: page directory entry vaddr >> 22, page table entry
 * (vaddr >> 12) & 1023. Directory entry: address of the page table in kernel memory | PTE_PRESENT |
 * PTE_WRITABLE | PTE_USER. Table entry: page address | flags. With PTE_DEVICE the address is a
 * physical address in RAM, else an address in kernel memory. A page may be read with PTE_PRESENT
 * and PTE_USER, and written with PTE_WRITABLE besides.
 */
export const PTE_PRESENT = 1;
export const PTE_WRITABLE = 2;
export const PTE_USER = 4;
export const PTE_DEVICE = 0x200;
export const PTE_ADDRESS_SHIFT = 12;
/** First page number that no user mapping may reach (0xE0000000 >> 12). */
export const USER_TOP_PAGE = 0xe0000;

// ---- What the root task starts with -------------------------------------------------------------

/** Slot of the page table that maps the two pages below. */
export const seL4_CapInitThreadPageTable = 12;
export const BOOT_INFO_VADDR = 0x0040_0000;
export const ROOT_IPC_BUFFER_VADDR = BOOT_INFO_VADDR + 4096;

/**
 * Boot info frame: words, then the list of untypeds (8 bytes each: paddr, size bits (byte), device
 * (byte), two bytes 0).
 */
export const BOOTINFO_EMPTY_START = 0;
export const BOOTINFO_EMPTY_END = 4;
export const BOOTINFO_UNTYPED_START = 8;
export const BOOTINFO_UNTYPED_END = 12;
export const BOOTINFO_RAM_BYTES = 16;
export const BOOTINFO_KERNEL_BYTES = 20;
export const BOOTINFO_UNTYPED_LIST = 32;
export const BOOTINFO_UNTYPED_SIZE = 8;
