/**
 * The Executive as its components see one another.
 *
 * One `Executive` object holds all components; each gets it at construction and reaches the others
 * through it. There is no module-level
 * state: several Executives may live in one realm. Boot order: counters, mm, ke, ob, ps, hal, ex,
 * io, cc, ldr (`initialize` of io and cc is
 * called when everything else is there), then the images of `options.bootImages`.
 *
 * Rules for all components:
 *  - Everything runs on the Executive's one thread. A service handler that can answer at once
 *    returns a value; one that must wait is an
 *    async function that awaits nothing but Waitables (rtl/coroutines.ts). Whatever is not called
 *    from a handler and waits is started
 *    with `ke.spawn`.
 *  - A status tells of failure; an exception in a handler is a bug or a shortcut (`throw new
 *    NtException(status)`), and becomes the reply's
 *    status. It never ends the Executive.
 *  - After an await, the caller's process may have ended: look at `process.state` before touching
 *    its memory, or hold the pages
 *    (`mm.lockPages`).
 */
import type { CPtr, Platform, Thread, Window } from '../sel4/types.ts';
import type { Waitable } from '../rtl/coroutines.ts';
import type { Lines } from './hal/lines.ts';
import type { CacheManager, DirtyNews } from './cc/context.ts';
import type { VolumeCache } from './cc/volumecache.ts';
import type { Ke } from './ke/types.ts';
import type { KGate } from './ke/wait/gate.ts';
import type { KThread } from './ke/wait/thread.ts';
import type { HandleTable, Ob, ObHeader, ObObject, ObType } from './ob/types.ts';
import type { AddressSpace, Mm, Piece } from './mm/types.ts';
import type { Family, Quotas } from './ps/family.ts';
import type { QuotaBlock } from './ps/quota.ts';
import type { ProcessKind } from './ps/quotatable.ts';

export type * from './ke/types.ts';
export type * from './ob/types.ts';
export type * from './mm/types.ts';
export type { DirtyNews };

/** What the host may set. */
export interface ExecutiveOptions {
  /** Images started at boot, in order. Default: smss.exe. */
  bootImages: readonly string[];
  /** Those of bootImages that are started again when they end (ps/supervisor.ts). Default: none. */
  criticalImages: readonly string[];
  /**
   * Images that are given the host's doorbell (SLOT_DOORBELL, SLOT_HOST_IRQ). Default: agent.exe.
   */
  hostImages: readonly string[];
  /** Age at which an IRP's driver counts as hung, in microseconds. */
  irpTimeout: number;
  /** Longest wait for an image to load or a driver to initialise, in microseconds. */
  loadTimeout: number;
  /** Longest wait for a DMA channel, in microseconds. */
  dmaTimeout: number;
  /** Drivers that can be loaded. Default: configuration.ts. */
  drivers: Readonly<Record<string, DriverConfiguration>>;
  /** Memory for the file and volume caches, in pages; at most the cache's share of RAM. */
  cachePages: number;
  /**
   * Told of a process that died of a fault, and of every end of one that is kept running, or of a
   * driver; `restarted`: another one is being started in its place.
   */
  onProcessFault?: (image: string, status: number, restarted: boolean) => void;
  /**
   * Told of a disk's volume when it has something to write, and when it has nothing any more; each
   * once. `device`: the disk's name, such as `\Device\Floppy0`.
   */
  onDirty?: (device: string, news: DirtyNews) => void;
  /** Told when everything has been written and unmounted: the machine may be switched off. */
  onShutdown?: () => void;
  /** Told, in words, when the Executive itself cannot go on. */
  onPanic?: (reason: string) => void;
}

/** A driver's entry of the configuration (the registry's place holder). */
export interface DriverConfiguration {
  readonly image: string;
  /** The <driver> in counters io.irp.<driver>.<major>. */
  readonly counterName: string;
  /** [first, count] */
  readonly ports: readonly (readonly [number, number])[];
  readonly interrupts: readonly number[];
  readonly dma: readonly number[];
  /** Names of devices that it may attach its own to. Default: none. */
  readonly filters?: readonly string[];
  /** It is loaded again when it dies. Default: it is not. */
  readonly restart?: boolean;
}

export interface Executive {
  readonly options: ExecutiveOptions;
  /** The Executive's own kernel thread. */
  readonly thread: Thread;
  readonly platform: Platform;
  readonly counters: Counters;
  readonly ke: Ke;
  readonly mm: Mm;
  readonly ob: Ob;
  /** What processes are charged, in sum. */
  readonly quotas: Quotas;
  readonly ps: Ps;
  readonly hal: Hal;
  readonly ldr: Ldr;
  readonly io: Io;
  readonly cc: Cc;
  /** NtShutdownSystem was called: no new processes. */
  stopping: boolean;
}

/** A counter that hot code holds on to: `counter.value++`. */
export interface Counter {
  value: number;
}

export interface Counters {
  /** The counter of that name, made on first use. */
  counter(name: string): Counter;
  add(name: string, amount?: number): void;
  /** Counters kept elsewhere, asked for at each `snapshot`. */
  source(read: () => Record<string, number>): void;
  /** All of them, by name; the kernel's too. */
  snapshot(): Record<string, number>;
}

// ---- ps ----

export type ProcessState = 'starting' | 'running' | 'ended';

/** An object of type Process: handles to it can be waited on. */
export interface Process {
  readonly header: ObHeader;
  /** Multiple of 4, used again only when very many others have been. */
  readonly id: number;
  readonly image: string;
  readonly commandLine: string;
  state: ProcessState;
  /** STATUS_PENDING until it ended. */
  exitStatus: number;
  /** Set when it ended. */
  readonly ended: KGate;
  readonly handles: HandleTable;
  readonly kind: ProcessKind;
  /** What it is charged. */
  readonly quota: QuotaBlock;
  /** Whom the clients that it makes belong to. */
  readonly family: Family;
  /** Whether it may end others, load drivers, shut down (se/privilege.ts). */
  readonly privileged: boolean;
  /** Service calls that wait for their answer, also after its end. */
  pendingRequests: number;
  readonly space: AddressSpace;
  /** Those that have not ended, oldest first. */
  readonly threads: readonly NtThread[];
  /** Processor it was loaded on. */
  readonly processor: number;
  /** There exactly if the process was loaded as a driver. */
  readonly driver: DriverProcess | undefined;
  /**
   * Run when the process ends: ways to stop what belongs to all of it. What one thread waits for is
   * in that thread's rundown.
   */
  readonly rundown: Set<() => void>;
  /**
   * Of a process that somebody keeps running: asked once, at its end, whether another one will take
   * its place; undefined: it was to end, and nobody need hear of it. Must not wait.
   */
  guardian: ((status: number) => boolean | undefined) | undefined;
}

/** What a driver process has beside. */
export interface DriverProcess {
  readonly name: string;
  readonly configuration: DriverConfiguration;
  /**
   * The Executive's own view of the packet pages (PACKETS_SIZE each). The driver may change
   * `outgoing` at any time: copy, then parse.
   */
  readonly incoming: Window;
  readonly outgoing: Window;
  /** Signals the driver's doorbell; `bell` is one of BELL_*. */
  ring(bell: number): void;
}

/**
 * A thread of a process, an object of type Thread: what handlers get as their caller. Its TCB and
 * its slot are another thread's when it has ended.
 */
export interface NtThread extends KThread, ObObject {
  /** The badge of its service endpoint. */
  readonly id: number;
  readonly process: Process;
  readonly slot: number;
  readonly tcb: CPtr;
  /**
   * The Executive's view of its service buffer (SERVICE_BUFFER_SIZE). The thread may change it at
   * any time.
   */
  readonly buffer: Window;
  state: 'running' | 'ended';
  /** STATUS_PENDING until it ended. */
  exitStatus: number;
  /** Set when it ended. */
  readonly ended: KGate;
  /** I/O of this thread: cancelled when it ends. */
  readonly requests: Set<{ cancel(): void }>;
  /** It has called the Executive, and has not been answered. */
  calling: boolean;
  /** How many more times it was suspended than resumed. Above zero it is not answered. */
  suspendCount: number;
  /** Set when the count is zero again. */
  readonly resumed: Waitable;
}

export interface ProcessOptions {
  readonly image: string;
  readonly commandLine?: string;
  /** Default: system for the host's, else client. */
  readonly kind?: ProcessKind;
  /** Who asked for it, and pays for its object; absent: the Executive itself. */
  readonly maker?: Process;
  readonly driver?: { readonly name: string; readonly configuration: DriverConfiguration };
  /** It gets the host's doorbell and interrupt (SLOT_DOORBELL, SLOT_HOST_IRQ). */
  readonly host?: boolean;
}

export interface Ps {
  readonly processType: ObType;
  /**
   * Makes and starts a process. The object is referenced once for the caller. Waits until the image
   * is loaded. `beforeStart` may refuse to have it started, with a status.
   */
  createProcess(
    options: ProcessOptions,
    beforeStart?: (process: Process) => number | void,
  ): Promise<{ status: number; process?: Process }>;
  /**
   * Adds a thread that starts in `entry` of the image; `args` are told its slot. It does not run
   * before `resume`.
   */
  createThread(
    process: Process,
    entry: number,
    args: (slot: number) => readonly number[],
    priority: number,
  ): { status: number; thread?: NtThread; resume?: () => void };
  /** Ends a thread now; its process with it, if it was the last. */
  terminateThread(thread: NtThread, status: number): void;
  /**
   * Ends a process now: its threads stop, its objects go, its handles close (in a coroutine),
   * waiters wake.
   */
  terminate(process: Process, status: number, fault?: boolean): void;
  /** The process and all others of its family. */
  terminateFamily(process: Process, status: number): void;
  /** A call of a thread that has ended is over. */
  requestEnded(thread: NtThread): void;
  byId(id: number): Process | undefined;
  /** Those that have not ended, oldest first. */
  processes(): readonly Process[];
}

// ---- hal ----

export interface Hal {
  /** Interrupt handlers and I/O port ranges. */
  readonly lines: Lines;
  /**
   * Frees what a driver holds: channels are masked and go to the next in the queue, interrupts stay
   * masked.
   */
  processEnded(process: Process): void;
}

// ---- ldr ----

export interface Ldr {
  loadDriver(name: string): Promise<number>;
  /**
   * STATUS_SUCCESS when the driver has no open files, mounted volumes or pending requests, and is
   * gone.
   */
  unloadDriver(name: string): Promise<number>;
  /** The process of a loaded driver. */
  driverProcess(name: string): Process | undefined;
  /** A driver is being loaded again in the place of one that died. */
  readonly restarting: boolean;
  /**
   * Waits until no driver is being loaded again, or the caller's process ends. For who looks for a
   * device by its name.
   */
  restarted(caller: Process): Promise<void>;
}

// ---- io, cc: made by `createIo(executive)` in io/index.ts and `createCc(executive)` in
// cc/index.ts ----

/** The buffer of an IRP that a driver holds, for DMA. */
export interface IoTransferBuffer {
  readonly pieces: readonly Piece[];
  readonly length: number;
  /** True for IRP_MJ_WRITE. The Executive refuses a transfer in the other direction. */
  readonly toDevice: boolean;
}

export interface Io {
  /**
   * Registers types, services (all of NtCreateFile..NtCancelIoFile, WdmRequestIoPackets,
   * WdmCreateDevice, WdmDeleteDevice,
   * WdmRegisterFileSystem) and directories. Synchronous. */
  initialize(): void;
  /** A driver process is there, and has not run yet: make its driver object and queues. */
  attachDriver(process: Process): void;
  /**
   * Resolves with the status of the driver's first WdmRequestIoPackets, or
   * STATUS_DRIVER_PROCESS_TERMINATED, or STATUS_IO_TIMEOUT after
   * `timeout` microseconds. */
  driverInitialised(process: Process, timeout: number): Promise<number>;
  /** STATUS_SUCCESS if the driver may be unloaded now (it is told by SHUTDOWN if it wants). */
  prepareUnload(process: Process): Promise<number>;
  /**
   * The process ended (ps calls this once, after its threads have stopped): complete its IRPs,
   * remove its devices.
   */
  driverDied(process: Process, status: number): void;
  /** The pieces of a direct IRP that this driver holds, if it does. */
  transferBuffer(process: Process, irp: number): IoTransferBuffer | undefined;
  /**
   * Flushes and unmounts every volume. After a failure to write none is unmounted; after one to
   * keep (isNotKept) all are.
   */
  shutdown(): Promise<number>;
  /** SystemModuleInformation: devices and pending IRPs of a driver. */
  driverInformation(process: Process): { devices: string[]; pending: number };
  /** SystemVolumeInformation. */
  volumes(): object[];
  /**
   * For cc: the cache of a storage device, if the process is the file system that has mounted it or
   * is mounting it.
   */
  volumeCache(process: Process, device: number): VolumeCache | undefined;
  /** For cc: what is cached of a file no longer holds beyond `size` (-1: at all). STATUS_*. */
  purgeFile(process: Process, device: number, file: number, size: number): number;
  /** For cc: the lazy writer could not write back; the pages stay dirty. */
  lostWrite(cache: VolumeCache, status: number): void;
}

export interface Cc {
  /** Registers the WdmCc* services; starts the lazy writer. Synchronous. */
  initialize(): void;
  /**
   * Asked by mm when pages run out: gives back up to `count` clean pages at once, by mm.freePages;
   * how many.
   */
  releasePages(count: number): number;
  /** The process ended: its views of volumes go. Called by io. */
  processEnded(process: Process): void;
  /** For io: all pages, files and volumes. */
  readonly manager: CacheManager;
}
