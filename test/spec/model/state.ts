/**
 * What there is: the kernel's state as plain objects.
 *
 * Objects refer to each other directly, where the kernel keeps addresses. Each still knows the
 * address that the kernel must give it, so that the two can be compared word by word.
 *
 *   Kernel        everything; `live` holds every object that a capability refers to
 *   KernelObject  Endpoint, Notification, Cnode, Tcb, Page (frame, page table, page directory)
 *   Slot          a place for a capability, and its place in the derivation list
 *   setCap        the only way to put a capability into a slot: keeps count of an object's names
 *
 * Source: seL4 reference manual, chapters 2 to 7.
 */
import { IRQ_LINES, REG_COUNT, seL4_MsgRegisters } from '../../../kernel-as/abi.ts';
import { type Cap, NULL_CAP, objectOf } from './caps.ts';

export const SLOT_BYTES = 16;

export class Slot {
  cap: Cap = NULL_CAP;
  prev: Slot | null = null;
  next: Slot | null = null;
  revocable = false;
  firstBadged = false;

  readonly address: number;

  constructor(address: number) {
    this.address = address;
  }
}

export class Endpoint {
  readonly kind = 'endpoint';
  names = 0;
  state: 'idle' | 'send' | 'recv' = 'idle';
  queue: Tcb[] = [];

  readonly address: number;

  constructor(address: number) {
    this.address = address;
  }
}

export class Notification {
  readonly kind = 'notification';
  names = 0;
  state: 'idle' | 'waiting' | 'active' = 'idle';
  badge = 0;
  queue: Tcb[] = [];
  bound: Tcb | null = null;

  readonly address: number;

  constructor(address: number) {
    this.address = address;
  }
}

/** Its slots are made when they are first looked at: the first CNode has 65,536. */
export class Cnode {
  readonly kind = 'cnode';
  names = 0;
  readonly slots: (Slot | undefined)[] = [];
  readonly size: number;

  readonly address: number;
  readonly radix: number;

  constructor(address: number, radix: number) {
    this.address = address;
    this.radix = radix;
    this.size = 1 << radix;
  }

  slot(index: number): Slot {
    return (this.slots[index] ??= new Slot(this.address + index * SLOT_BYTES));
  }
}

export type ThreadState =
  'inactive' | 'running' | 'restart' | 'receive' | 'send' | 'reply' | 'wait';

/** A fault not yet answered: its kind, then its words. */
export interface Fault {
  readonly kind: number;
  readonly words: readonly number[];
}

/** A system call, or a fault. */
export interface Call {
  readonly syscall: number;
  readonly cptr: number;
  readonly info: number;
  /** Set where the thread did not call, but faulted. */
  readonly fault: Fault | null;
}

export const CTABLE = 0;
export const VTABLE = 1;
export const REPLY = 2;
export const CALLER = 3;
export const BUFFER = 4;

export class Tcb {
  readonly kind = 'tcb';
  names = 0;
  readonly size = 5;
  readonly slots: Slot[];
  state: ThreadState = 'inactive';
  mr: number[] = new Array<number>(seL4_MsgRegisters).fill(0);
  /** Null: not specified. */
  info: number | null = 0;
  badge = 0;
  registers: number[] = new Array<number>(REG_COUNT).fill(0);
  epoch = 0;
  /** Its last call, and whether it is still to be finished: made again when the thread restarts. */
  call: Call | null = null;
  pending = false;
  /** While blocked: on what, and with which rights. */
  blockedOn: Endpoint | Notification | null = null;
  sendBadge = 0;
  canGrant = false;
  canGrantReply = false;
  isCall = false;
  bound: Notification | null = null;
  fault: Fault | null = null;
  faultHandler = 0;
  bufferAddress = 0;
  priority = 0;
  mcp = 0;
  domain = 0;
  affinity = 0;
  flags = 0;
  queued = false;

  readonly address: number;

  constructor(address: number) {
    this.address = address;
    this.slots = [0, 1, 2, 3, 4].map((i) => new Slot(address + i * SLOT_BYTES));
  }

  slot(index: number): Slot {
    return this.slots[index]!;
  }
}

/** A page of kernel memory or of RAM, as a frame, a page table or a page directory. */
export class Page {
  readonly kind = 'page';
  names = 0;
  #words: Uint32Array | null = null;

  readonly address: number;
  readonly use: 'frame' | 'table' | 'directory';

  constructor(address: number, use: 'frame' | 'table' | 'directory') {
    this.address = address;
    this.use = use;
  }

  /** Contents: a message, or entries. Zero at first, and made when first looked at. */
  get words(): Uint32Array {
    return (this.#words ??= new Uint32Array(1024));
  }

  get isBlank(): boolean {
    return this.#words === null;
  }
}

export type KernelObject = Endpoint | Notification | Cnode | Tcb | Page;

export interface IrqLine {
  readonly slot: Slot;
  active: boolean;
  masked: boolean;
  latched: boolean;
}

/**
 * One processor: who runs, who is ready, and what its scheduler is to do at the end of the entry.
 */
export class Processor {
  current: Tcb | null = null;
  /** Epoch of the current thread when it was switched to. */
  epoch = 0;
  action: 'resume' | 'choose' | Tcb = 'resume';
  online = false;
  /** Its last entry found nobody to run, and nobody has been made ready for it since. */
  idle = false;
  /** How often another processor has made a thread ready for this one; and as of when it idles. */
  wakes = 0;
  seen = 0;
  readonly #ready = new Map<number, Tcb[]>();

  readonly number: number;

  constructor(number: number) {
    this.number = number;
  }

  ready(priority: number): Tcb[] {
    let queue = this.#ready.get(priority);
    if (!queue) this.#ready.set(priority, (queue = []));
    return queue;
  }

  /** The queues that ever held a thread, by priority. */
  queues(): Iterable<[number, Tcb[]]> {
    return this.#ready;
  }
}

export class Kernel {
  readonly live = new Set<KernelObject>();
  readonly processors: Processor[];
  /** The processor that is in the kernel. */
  cpu: Processor;
  readonly irqs: IrqLine[];
  readonly ports = new Set<number>();
  lastEpoch = 0;
  workUnits = 0;
  workLimit = 100;

  readonly ramBase: number;

  constructor(processors: number, irqNode: number, ramBase: number) {
    this.ramBase = ramBase;
    this.processors = Array.from({ length: processors }, (_, i) => new Processor(i));
    this.cpu = this.processors[0]!;
    this.irqs = Array.from({ length: IRQ_LINES }, (_, i) => ({
      slot: new Slot(irqNode + i * SLOT_BYTES),
      active: false,
      masked: false,
      latched: false,
    }));
  }
}

export function setCap(k: Kernel, slot: Slot, cap: Cap): void {
  const before = objectOf(slot.cap);
  const after = objectOf(cap);
  slot.cap = cap;
  if (before === after) return;
  if (after && ++after.names === 1) k.live.add(after);
  if (before && --before.names === 0) k.live.delete(before);
}
