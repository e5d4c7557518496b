/** What ps gives to the other components: processes and their threads. */
import type { Hardware } from '../../rtl/resources.ts';
import type { CPtr, Window } from '../../sel4/types.ts';
import type { Waitable } from '../../rtl/coroutines.ts';
import type { KGate } from '../ke/wait/gate.ts';
import type { KThread } from '../ke/wait/thread.ts';
import type { DriverConfiguration } from '../../rtl/driverconfiguration.ts';
import type { AddressSpace } from '../mm/types.ts';
import type { HandleTable, ObHeader, ObObject, ObType } from '../ob/types.ts';
import type { Token } from '../se/token.ts';
import type { HeldCapability } from './cspace.ts';
import type { Family } from './family.ts';
import type { QuotaBlock } from './quota.ts';
import type { ProcessKind } from './quotatable.ts';

export type ProcessState = 'starting' | 'running' | 'ended';

/** An object of type Process: handles to it can be waited on. */
export interface Process {
  readonly header: ObHeader;
  /** Multiple of 4, used again only when very many others have been. */
  readonly id: number;
  /** Who made it; 0: the system. */
  readonly parent: number;
  /** NT time. */
  readonly created: number;
  /** The kernel's, from 0 to 255. */
  readonly priority: number;
  readonly image: string;
  readonly commandLine: string;
  state: ProcessState;
  /** STATUS_PENDING until it ended. */
  exitStatus: number;
  /** Set when it ended. */
  readonly ended: KGate;
  readonly handles: HandleTable;
  readonly capabilities: readonly HeldCapability[];
  readonly kind: ProcessKind;
  /** What it is charged. */
  readonly quota: QuotaBlock;
  /** Whom the clients that it makes belong to. */
  readonly family: Family;
  /** On whose behalf it acts, and what it may (se). */
  readonly token: Token;
  /** Service calls that wait for their answer, also after its end. */
  pendingRequests: number;
  readonly space: AddressSpace;
  /** In the Executive's CNode, as all of ps and mm: its CSpace. */
  readonly cnode: CPtr;
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
  /** What its devices were given (io/pnp), beside what its configuration gives it. */
  readonly assigned: Set<Hardware>;
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
  /** NT time. */
  readonly created: number;
  /** STATUS_PENDING until it ended. */
  exitStatus: number;
  /** Set when it ended. */
  readonly ended: KGate;
  /** I/O of this thread: cancelled when it ends. */
  readonly requests: Set<{ cancel(): void }>;
  /** It has called the Executive, and has not been answered. */
  calling: boolean;
  /** The number of that call, while it is watched; else 0. */
  request: number;
  /** Set when the count is zero again. */
  readonly resumed: Waitable;
  /** Whom it acts for, if not for its process's token: set by se/impersonate.ts alone. */
  impersonation: Token | undefined;
}

export interface ProcessOptions {
  readonly image: string;
  readonly commandLine?: string;
  /** RTL_USER_PROCESS_PARAMETERS: to its first thread's service buffer. */
  readonly parameters?: Uint8Array;
  /** Default: system for the host's, else client. */
  readonly kind?: ProcessKind;
  /** Who asked for it, and pays for its object; absent: the Executive itself. */
  readonly maker?: Process;
  readonly driver?: { readonly name: string; readonly configuration: DriverConfiguration };
  /** What it starts with; absent: by who makes it (se/logon.ts). */
  readonly token?: Token;
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
  /** Those that have not ended. */
  familyOf(process: Process): readonly Process[];
  /** A call of a thread that has ended is over. */
  requestEnded(thread: NtThread): void;
  byId(id: number): Process | undefined;
  /** Those that have not ended, oldest first. */
  processes(): readonly Process[];
}
