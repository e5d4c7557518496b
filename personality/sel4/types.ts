/**
 * What the kernel's user library gives to the rest: threads, windows, processors, the platform.
 *
 * A thread is an async function on a processor. It holds a `Thread`: its message registers, its
 * view of memory and the system calls. Nothing reachable from a `Thread` leads to kernel memory, to
 * RAM as a whole, or to another thread.
 *
 * Rules that hold everywhere above this library:
 *  - A thread makes system calls only while it is the processor's current thread, and enters a call
 *    that may block only when it has
 *    no continuation left to run (rtl/coroutines.ts keeps count for threads that run many
 *    coroutines).
 *  - A call that the kernel can answer at once returns the value itself, not a promise: hot paths
 *    test for that.
 */

/** A capability address in the caller's CSpace. */
export type CPtr = number;
/** label << 12 | capsUnwrapped << 9 | extraCaps << 7 | length. See message.ts. */
export type MessageInfo = number;
/**
 * seL4_NoError or an error number of kernel-as/abi.ts. Details of the last error are in the message
 * registers.
 */
export type SeL4Error = number;
export type Awaitable<T> = T | Promise<T>;

/**
 * A stretch of a process's virtual memory, with bounds and rights.
 *
 * Each access is translated by the page tables as they are now: memory that has been unmapped
 * faults from that moment on. Offsets are relative to the window. Everything out of bounds,
 * unmapped or against the rights throws VMFault. Little endian.
 */
export interface Window {
  readonly address: number;
  readonly length: number;
  readonly writable: boolean;
  getUint8(offset: number): number;
  getUint16(offset: number): number;
  getUint32(offset: number): number;
  getInt32(offset: number): number;
  setUint8(offset: number, value: number): void;
  setUint16(offset: number, value: number): void;
  setUint32(offset: number, value: number): void;
  setInt32(offset: number, value: number): void;
  /** A private copy: never a view of shared memory. */
  read(offset: number, length: number): Uint8Array;
  readInto(offset: number, target: Uint8Array): void;
  write(offset: number, bytes: Uint8Array): void;
  fill(offset: number, length: number, value: number): void;
  /**
   * Memory to memory, in one copy; the windows may belong to one thread only. Overlap is handled as
   * by memmove.
   */
  copyTo(offset: number, target: Window, targetOffset: number, length: number): void;
  /** A window inside this one. */
  slice(offset: number, length: number): Window;
}

/**
 * A thread as its own code holds it. The seL4_* functions of syscalls.ts and invocations.ts take it
 * first.
 */
export interface Thread {
  /** Badge of the last message or notification received. */
  readonly badge: number;
  getMR(index: number): number;
  setMR(index: number, value: number): void;
  /** Capability to send in the next message with extraCaps > index. */
  setCap(index: number, cptr: CPtr): void;
  /** Badge of an unwrapped capability received. */
  getCapBadge(index: number): number;
  setReceivePath(root: CPtr, index: number, depth: number): void;
  /** A system call by number; syscalls.ts has the named ones. */
  enter(syscall: number, cptr: CPtr, info: MessageInfo): Awaitable<MessageInfo>;
  /**
   * Invokes a kernel object and returns at once: a switch that it causes waits for the next
   * `enter`. Throws where the capability is an endpoint, notification or reply.
   */
  invoke(cptr: CPtr, info: MessageInfo): MessageInfo;
  /**
   * Memory at a virtual address of this thread's VSpace. Making a window checks nothing; using it
   * does.
   */
  window(address: number, length: number, writable: boolean): Window;
  /** Microseconds since boot: monotonic, the same on every processor, at most millisecond-exact. */
  now(): number;
  /** Whether the trace is on. Hot paths ask first, so that nothing is made for nobody. */
  readonly watching: boolean;
  /**
   * A record of this thread's own in the trace: a kind from 16 to 255, and three words. Off, and
   * for other kinds, nothing happens. No system call: it is not counted, and never switches.
   */
  mark(kind: number, a?: number, b?: number, c?: number): void;
  /** Lines for the developer's console; never shown to users. */
  log(...text: unknown[]): void;
}

/**
 * A page fault, as an exception: NT's STATUS_ACCESS_VIOLATION. Whoever catches it has handled it.
 * One that leaves the thread's entry function is a VMFault message to the thread's fault handler;
 * after the answer the thread starts anew at REG_IP: that function is what can be repeated.
 */
export interface VMFault extends Error {
  readonly name: 'VMFault';
  readonly address: number;
  readonly write: boolean;
  /** VMFAULT_* bits of kernel-as/abi.ts: what the message has as its status. */
  readonly errorCode: number;
}

/**
 * A function that a thread starts in: REG_IP selects it in its image, REG_ARG0..3 are its
 * arguments.
 */
export type Entry = (
  thread: Thread,
  args: readonly [number, number, number, number],
) => Promise<void>;

/**
 * A program as the processor runs it: the functions that its threads may start in. Number 0 is the
 * first thread's.
 */
export interface ImageInstance {
  readonly entries: readonly Entry[];
  /**
   * How its processor idles; `yield` where the image also serves its worker's event loop. Default
   * `block`. Not used in topology single.
   */
  readonly policy?: 'block' | 'yield';
}

/**
 * Makes a fresh instance for each process: no state is shared between two processes of the same
 * image.
 */
export type Image = () => ImageInstance;
export type ImageLoader = (name: string) => Promise<Image>;

/** What the root task is told at boot. Capability slots are those of kernel-as/abi.ts. */
export interface BootInfo {
  /** Slots of the root CNode that are free: [start, end). */
  readonly empty: readonly [number, number];
  /** First slot of the untyped capabilities; untyped[i] is in slot untypedStart + i. */
  readonly untypedStart: number;
  readonly untyped: readonly { paddr: number; sizeBits: number; isDevice: boolean }[];
  readonly ramBytes: number;
}

export interface PlatformEvent {
  readonly kind: 'loaded' | 'failed' | 'lost';
  readonly processor: number;
  readonly token: number;
  /** In words, for 'failed' and 'lost'. */
  readonly reason?: string;
}

/** Something that the kernel did, or that somebody else says that he did: `mark`. */
export interface TraceRecord {
  /**
   * Counts records since boot, modulo 2^32: the order in which things happened on all processors.
   */
  readonly sequence: number;
  readonly kind:
    'switch' | 'send' | 'receive' | 'signal' | 'irq' | 'fault' | 'invoke' | 'mark' | 'unknown';
  /** The number of its kind: of a mark, what it is a mark of. */
  readonly code: number;
  readonly processor: number;
  /**
   * Number of the thread: who was switched to, sends, receives, signals, was interrupted, faults or
   * invokes. 0: none. As good as a name while the thread exists.
   */
  readonly thread: number;
  /** Of a message or a signal; else 0. */
  readonly badge: number;
  /** Of a message or an invocation; else 0. */
  readonly label: number;
  /**
   * A switch: the thread before. A message: the rest of its info word. A signal: the notification.
   * An interrupt: its line. A fault: its kind. An invocation: the capability's address. A mark: its
   * first word.
   */
  readonly detail: number;
  /** Of a mark: its second word; else 0. */
  readonly second: number;
  /** Of a mark: its third word. Of a message: the other thread. Else 0. */
  readonly third: number;
  /** Entries into the kernel so far, on all processors, modulo 2^32. */
  readonly entry: number;
  /** When it was, in microseconds of the door's clock modulo 2^32. */
  readonly time: number;
}

/** The kernel's trace. Off, it costs next to nothing; on, no message takes the fast path. */
export interface Trace {
  /**
   * From now on; what was not read before is forgotten. `ports`: accesses to ports of the diskette
   * controller, too.
   */
  start(ports?: boolean): void;
  stop(): void;
  /**
   * At most `limit` of the records that have not been read, oldest first; `lost` is how many were
   * overwritten before.
   */
  read(limit?: number): { records: TraceRecord[]; lost: number };
}

/**
 * What surrounds the kernel, for the root task alone: processors to be had, and the outside's
 * wishes. Nothing here blocks.
 */
export interface Platform {
  /**
   * What seL4_ReplyRecv does, and seL4_Recv for a `reply` of NO_REPLY, for a thread that can answer
   * without waiting for anything: while it waits here, a message of a thread of the same processor
   * is given to `answer` at once, on that thread's stack, and its answer returned to it without a
   * promise. The kernel is entered as ever; what is saved is the turn of the microtask queue.
   *
   * `answer` returns the reply, or NO_REPLY: then this call is over, with NO_REPLY. It is over with
   * a message that `answer` was not asked about, too (there was no room on the caller's stack, or
   * no caller). In `answer` the thread may send, signal and reply, and make no call that waits.
   *
   * For the root task alone: whoever answers so runs in the middle of another's call. Its priority
   * has to be above all others', so that nothing that it does lets another thread run.
   */
  receive(src: CPtr, reply: number, answer: Answer): Awaitable<number>;
  /**
   * Loads an image on a processor of its own (isolated) or on this one (single) and binds it to a
   * VSpace, so that threads of that VSpace whose affinity is that processor can start. Returns the
   * processor's number now, or -1 if none can be had; PLATFORM_IRQ tells when it is loaded.
   */
  loadImage(name: string, vspace: CPtr, token: number): number;
  /**
   * Takes the processor out: its threads never run again, its worker is terminated. In topology
   * single: forgets the image.
   */
  release(processor: number, vspace: CPtr): void;
  /**
   * Has the root task's own code come; `begin` resolves to a function, as all does that is code.
   * It is called when it is here, not by the root task's thread: PLATFORM_IRQ tells that thread
   * that it is, or that it cannot be had.
   */
  bring(begin: () => Promise<() => unknown>, token: number): void;
  /** What happened since the last call. Poll on PLATFORM_IRQ. */
  events(): PlatformEvent[];
  /** Kernel counters: kernel.ipc, kernel.switch, kernel.irq, ... */
  counters(): Record<string, number>;
  /**
   * The kernel's objects at one moment, when no processor is in the kernel (objects.ts): numbers to
   * look at, from which no capability can be made.
   */
  objects(): number[];
  /** The date: local time in 100 ns since 1601. */
  date(): number;
  readonly trace: Trace;
  readonly topology: 'isolated' | 'single';
}

/** The reply to the message in the registers, or NO_REPLY (message.ts). */
export type Answer = (info: MessageInfo) => number;

/** Holds a processor's threads between entries into the kernel (dispatcher.ts). */
export interface Hold {
  /** Asked after each call that may be put off, when the kernel has decided what is next. */
  stops(): boolean;
  /** What was held; `go` lets it go on. Until then no interrupt may come in. */
  held(go: () => void): void;
  /** Told of each mark in the trace. */
  marked?(kind: number, a: number, b: number, c: number): void;
}

export type RootEntry = (thread: Thread, bootInfo: BootInfo, platform: Platform) => Promise<void>;

/** Answers port accesses: the machine itself, or a mailbox to the processor that it runs on. */
export interface PortBus {
  read(port: number, width: 1 | 2 | 4): number;
  write(port: number, width: 1 | 2 | 4, value: number): void;
}
