/**
 * SystemSnapshotInformation: the system as it is at one entry into the kernel, in one answer.
 *
 * The Executive has one thread, and answers a query without waiting: whatever it says of itself in
 * one answer was so at the same moment. What the kernel's objects are is the Executive's knowledge
 * of what it has made of them.
 */

export interface ThreadInformation {
  readonly id: number;
  readonly state: string;
  /** It has called the Executive and waits for the answer. */
  readonly calling: boolean;
  readonly slot: number;
  /** Its TCB, in the Executive's CNode. */
  readonly tcb: number;
  /** How often NtSuspendThread has stopped it. */
  readonly suspended: number;
  /** While it waits for objects: their `number`s, as far as a name or a handle leads to them. */
  readonly waits?: readonly number[];
}

export interface HandleInformation {
  readonly handle: number;
  /** An object's `number`. */
  readonly object: number;
  readonly access: number;
}

export interface CapabilityInformation {
  readonly slot: number;
  readonly type: string;
  /** seL4_CanRead and so on. */
  readonly rights: number;
  readonly badge: number;
  readonly about: string;
}

export interface ProcessInformation {
  readonly id: number;
  /** 0: the system. */
  readonly parent: number;
  readonly image: string;
  readonly commandLine: string;
  readonly kind: string;
  readonly processor: number;
  readonly priority: number;
  /** NT time. */
  readonly created: number;
  /** Its driver's name; absent: it is none. */
  readonly driver?: string;
  /** Its CSpace and its page directory, in the Executive's CNode. */
  readonly cnode: number;
  readonly vspace: number;
  readonly threads: readonly ThreadInformation[];
  readonly handles: readonly HandleInformation[];
  readonly capabilities: readonly CapabilityInformation[];
  /** By resource (ps/quotatable.ts). */
  readonly charged: Readonly<Record<string, number>>;
  readonly limits: Readonly<Record<string, number>>;
}

export interface ObjectInformation {
  /** The same in every snapshot of one system. */
  readonly number: number;
  readonly type: string;
  /** '' for a nameless one. */
  readonly name: string;
  /** The directory that it is in; 0: none, or the root itself. */
  readonly parent: number;
  readonly pointers: number;
  readonly handles: number;
  readonly permanent: boolean;
  /** Of a symbolic link. */
  readonly target?: string;
  /** Of a mutant: the thread that has it. */
  readonly owner?: number;
}

/**
 * Index, then masks of sectors: valid, dirty, on the way to or from the disk; then 1 for hot; then
 * its page of RAM.
 */
export type PageInformation = readonly [number, number, number, number, number, number];

export interface CachedPages {
  readonly name: string;
  readonly pages: readonly PageInformation[];
}

export interface CacheInformation {
  /** In pages of 4 KiB, all three. */
  readonly limit: number;
  readonly count: number;
  readonly dirty: number;
  readonly volumes: readonly {
    readonly device: string;
    /** Bytes. */
    readonly length: number;
    readonly metadata: CachedPages;
    readonly files: readonly CachedPages[];
  }[];
}

export interface DeviceInformation {
  readonly id: number;
  /** '' for one without a name: a volume. */
  readonly name: string;
  readonly type: number;
  readonly driver: string;
  /** The device attached above, and the one below: 0 for none. */
  readonly above: number;
  readonly below: number;
  /** Of a disk: the device of the volume that is mounted on it. */
  readonly volume?: number;
}

/** A request that a driver has and has not completed. */
export interface IrpInformation {
  readonly driver: string;
  readonly id: number;
  readonly major: string;
  readonly state: string;
  readonly device: string;
  readonly depth: number;
  readonly cancelled: boolean;
  /** Microseconds. */
  readonly age: number;
}

/**
 * First page of RAM, count, locks (0: free, -1: none to be given out, more than 1: also a
 * transfer's or an MDL's), process that pays for it (0: none does).
 */
export type FrameUse = readonly [number, number, number, number];

export interface SystemSnapshot {
  /** The kernel's entries so far. */
  readonly entry: number;
  /** Microseconds of the system's clock. */
  readonly time: number;
  readonly processes: readonly ProcessInformation[];
  readonly objects: readonly ObjectInformation[];
  readonly devices: readonly DeviceInformation[];
  readonly irps: readonly IrpInformation[];
  readonly cache: CacheInformation;
  readonly memory: {
    readonly pages: number;
    readonly free: number;
    /** Of the class that has the kernel's objects, too. */
    readonly uses?: readonly FrameUse[];
  };
}
