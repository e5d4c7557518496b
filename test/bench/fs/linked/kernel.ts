/**
 * What stands for the kernel: capabilities in maps, threads that are promises, interrupts that are
 * calls. Nothing is checked, and nothing is entered. README.md says what it is for.
 *
 *   LinkedSystem    one machine; the Executive's loop gives it `service`, `interrupt`, `ended`
 *   LinkedThread    what code holds as its Thread; `objects` is its CSpace
 */
import type {
  Entry,
  ImageInstance,
  PortBus,
  Thread,
  Window,
} from '../../../../personality/sel4/types.ts';
import { LinkedWindow, SPACE_PAGES } from './window.ts';

export interface Notification {
  readonly kind: 'notification';
  badges: number;
  waiter: ((badge: number) => void) | undefined;
}

export interface Tcb {
  readonly kind: 'tcb';
  space: Space | undefined;
  objects: Map<number, Capability> | undefined;
  registers: readonly number[];
  started: boolean;
  /** It was stopped for good: nothing resolves any more. */
  stopped: boolean;
}

/** A VSpace: physical address of each page, -1 for none. */
export interface Space {
  readonly kind: 'space';
  readonly pages: Int32Array;
  image: ImageInstance | undefined;
}

export interface Handler {
  readonly kind: 'handler';
  readonly line: number;
}

export type KernelObject =
  | Notification
  | Tcb
  | Space
  | Handler
  | { readonly kind: 'frame'; readonly address: number }
  | { readonly kind: 'cnode'; readonly slots: Map<number, Capability> }
  | { readonly kind: 'untyped'; next: number; readonly device: boolean }
  | { readonly kind: 'other' };

export interface Capability {
  readonly object: KernelObject;
  readonly badge: number;
}

/** What the Executive does for a caller by its badge: the answer, or a promise of it. */
export type Service = (badge: number, name: string, input: object) => unknown;

export class LinkedSystem {
  readonly ram: Uint8Array;
  readonly bus: PortBus;
  readonly handlers = new Map<number, Capability>();
  /** The notification that is bound to the Executive. */
  bound: Notification | undefined;
  service: Service = () => undefined;
  interrupt: (badge: number) => void = () => undefined;
  ended: (badge: number) => void = () => undefined;
  readonly #log: (...text: unknown[]) => void;
  readonly #start = performance.now();

  constructor(ram: Uint8Array, bus: PortBus, log: (...text: unknown[]) => void) {
    this.ram = ram;
    this.bus = bus;
    this.#log = log;
  }

  /** Microseconds since the boot, whole milliseconds as everywhere. */
  now(): number {
    return Math.floor(performance.now() - this.#start) * 1000;
  }

  log(...text: unknown[]): void {
    this.#log(...text);
  }

  signal(capability: Capability | undefined): void {
    const object = capability?.object;
    if (object?.kind !== 'notification') return;
    const badge = capability?.badge ?? 0;
    if (object === this.bound) {
      queueMicrotask(() => this.interrupt(badge));
      return;
    }
    const { waiter } = object;
    if (waiter) {
      object.waiter = undefined;
      waiter(badge);
    } else object.badges |= badge;
  }

  irq(line: number): void {
    this.signal(this.handlers.get(line));
  }

  /** A thread of a process starts: in its image, with its own way to the Executive. */
  start(tcb: Tcb, slot: number): void {
    const { space, objects, registers } = tcb;
    const entry: Entry | undefined = space?.image?.entries[registers[0] ?? 0];
    if (!entry || !objects) throw new Error('linked: a thread without an entry');
    const args = [3, 4, 5, 6].map((at) => registers[at] ?? 0) as [number, number, number, number];
    const thread = new LinkedThread(this, space!, objects, tcb);
    const badge = objects.get(slot + args[0])?.badge ?? 0;
    queueMicrotask(() => {
      entry(thread, args).then(
        () => this.ended(badge),
        (error: unknown) => {
          this.log(error);
          this.ended(badge);
        },
      );
    });
  }
}

const NEVER = new Promise<never>(() => undefined);

export class LinkedThread implements Thread {
  readonly system: LinkedSystem;
  readonly space: Space;
  readonly objects: Map<number, Capability>;
  readonly #tcb: Tcb | undefined;
  badge = 0;

  constructor(system: LinkedSystem, space: Space, objects: Map<number, Capability>, tcb?: Tcb) {
    this.system = system;
    this.space = space;
    this.objects = objects;
    this.#tcb = tcb;
  }

  get stopped(): boolean {
    return this.#tcb?.stopped ?? false;
  }

  /** Until it is signalled; its badges are the thread's then. */
  wait(slot: number): Promise<number> | number {
    const object = this.objects.get(slot)?.object;
    if (object?.kind !== 'notification') return NEVER;
    if (object.badges !== 0) {
      this.badge = object.badges;
      object.badges = 0;
      return 0;
    }
    return new Promise((resolve) => {
      object.waiter = (badge) => {
        if (this.stopped) return;
        this.badge = badge;
        resolve(0);
      };
    });
  }

  window(address: number, length: number, writable: boolean): Window {
    return new LinkedWindow(this.system.ram, this.space.pages, address, length, writable);
  }

  now(): number {
    return this.system.now();
  }

  /** Nothing is ever watched here. */
  readonly watching = false;

  mark(): void {}

  log(...text: unknown[]): void {
    this.system.log(...text);
  }

  // Nobody has message registers here.
  getMR(): number {
    return 0;
  }
  setMR(): void {}
  setCap(): void {}
  getCapBadge(): number {
    return 0;
  }
  setReceivePath(): void {}
  enter(): never {
    throw new Error('linked: there is no kernel');
  }
  invoke(): never {
    throw new Error('linked: there is no kernel');
  }
}

export function makeSpace(): Space {
  return { kind: 'space', pages: new Int32Array(SPACE_PAGES).fill(-1), image: undefined };
}

export function makeNotification(): Notification {
  return { kind: 'notification', badges: 0, waiter: undefined };
}
