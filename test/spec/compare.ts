/**
 * Kernel memory against the model's state, word by word.
 *
 * Every object that a capability names, every slot in it with its place in the derivation list,
 * queues in their order, thread states, watermarks, interrupt lines, who runs and who is ready.
 * Fields that mean nothing in a thread's present state are left out.
 *
 *   new Comparison(model, words)
 *     .state()   throws a Difference that names the first place that differs
 *     .rest()    besides: tables, ports, and that free memory is zero
 */
import * as layout from '../../kernel-as/layout.ts';
import { highWord, lowWord } from './encode.ts';
import type { Cap } from './model/caps.ts';
import {
  BUFFER,
  type Cnode,
  type Endpoint,
  type Kernel,
  type Notification,
  type Page,
  type Processor,
  type Slot,
  type Tcb,
} from './model/state.ts';

export class Difference extends Error {}

/** The largest CNode of which every slot is looked at each time. */
const SMALL_RADIX = 8;

/** The largest untyped whose free memory is looked at; that of others is compared at the end. */
const LOOKED_AT_BITS = 17;

const STATES: Record<Tcb['state'], number> = {
  inactive: layout.STATE_INACTIVE,
  running: layout.STATE_RUNNING,
  restart: layout.STATE_RESTART,
  receive: layout.STATE_BLOCKED_ON_RECEIVE,
  send: layout.STATE_BLOCKED_ON_SEND,
  reply: layout.STATE_BLOCKED_ON_REPLY,
  wait: layout.STATE_BLOCKED_ON_NOTIFICATION,
};
const EP_STATES = { idle: layout.EP_IDLE, send: layout.EP_SEND, recv: layout.EP_RECV };
const NTFN_STATES = {
  idle: layout.NTFN_IDLE,
  waiting: layout.NTFN_WAITING,
  active: layout.NTFN_ACTIVE,
};

const hex = (value: number) => `0x${value.toString(16)}`;

export class Comparison {
  readonly #model: Kernel;
  readonly #words: Uint32Array;

  constructor(model: Kernel, words: Uint32Array) {
    this.#model = model;
    this.#words = words;
  }

  /** After every call. */
  state(): void {
    const k = this.#model;
    for (const processor of k.processors) this.#processor(processor);
    for (const object of k.live) {
      if (object.kind === 'tcb') this.#tcb(object);
      else if (object.kind === 'cnode') this.#cnode(object);
      else if (object.kind === 'endpoint') this.#endpoint(object);
      else if (object.kind === 'notification') this.#notification(object);
    }
    k.irqs.forEach((irq, i) => {
      this.#slot(irq.slot);
      const at = layout.IRQ_STATE + i * layout.IRQ_STATE_SIZE;
      this.#is(at + layout.IRQ_ACTIVE, irq.active ? 1 : 0, 'irq active');
      this.#is(at + layout.IRQ_MASKED, irq.masked ? 1 : 0, 'irq masked');
      this.#is(at + layout.IRQ_LATCHED, irq.latched ? 1 : 0, 'irq latched');
    });
  }

  /** What is too long to be looked at after every call. */
  rest(): void {
    const directories = new Set<number>();
    for (const object of this.#model.live) {
      if (object.kind === 'page' && object.use !== 'frame') this.#page(object);
      if (object.kind === 'page' && object.use === 'directory') directories.add(object.address);
    }
    const live = new Uint32Array(layout.MAX_KERNEL_BYTES >>> 17);
    for (const address of directories) live[address >>> 17]! |= 1 << ((address >>> 12) & 31);
    live.forEach((word, i) => this.#is(layout.VSPACES + i * 4, word, 'live directories'));
    this.#ports();
    for (const slot of this.#untypedSlots()) this.#freeMemory(slot.cap);
  }

  /** All of every frame of kernel memory, not only of those that are buffers: after boot. */
  frames(): void {
    for (const object of this.#model.live) {
      if (object.kind === 'page' && object.address < layout.RAM_BASE) this.#page(object);
    }
  }

  // ---- Reading

  #at(address: number): number {
    return this.#words[address >>> 2]!;
  }

  #is(address: number, expected: number, what: string): void {
    const found = this.#words[address >>> 2]!;
    if (found !== expected >>> 0) this.#differs(what, address, found, expected >>> 0);
  }

  #list(address: number, expected: readonly number[], what: string): void {
    for (let i = 0; i < expected.length; i++) this.#is(address + i * 4, expected[i]!, what);
  }

  #differs(what: string, address: number, found: number, expected: number): never {
    const where = this.#describe(address);
    throw new Difference(`${what} at ${where}: kernel ${hex(found)}, model ${hex(expected)}`);
  }

  #describe(address: number): string {
    for (const object of this.#model.live) {
      const offset = address - object.address;
      const size = object.kind === 'cnode' ? object.size * 16 : object.kind === 'tcb' ? 1024 : 16;
      if (offset >= 0 && offset < size) return `${object.kind} ${hex(object.address)}+${offset}`;
    }
    return hex(address);
  }

  // ---- Slots

  #slot(slot: Slot): void {
    const { address, cap } = slot;
    if (cap.type === 'null' && !slot.next && !slot.prev) {
      this.#isEmpty(address);
      return;
    }
    this.#is(address, lowWord(cap), 'capability');
    this.#is(address + 4, highWord(cap), 'capability data');
    const flags = (slot.revocable ? 1 : 0) | (slot.firstBadged ? 2 : 0);
    this.#is(address + layout.SLOT_NEXT, (slot.next?.address ?? 0) | flags, 'next in the tree');
    this.#is(address + layout.SLOT_PREV, slot.prev?.address ?? 0, 'previous in the tree');
  }

  #isEmpty(address: number): void {
    const at = address >>> 2;
    const words = this.#words;
    if (words[at]! | words[at + 1]! | words[at + 2]! | words[at + 3]!) {
      for (let i = 0; i < 4; i++) this.#is(address + i * 4, 0, 'empty slot');
    }
  }

  #cnode(node: Cnode): void {
    const all = node.radix <= SMALL_RADIX ? node.size : node.slots.length;
    for (let i = 0; i < all; i++) {
      const slot = node.slots[i];
      if (slot) this.#slot(slot);
      else if (node.radix <= SMALL_RADIX) this.#isEmpty(node.address + i * 16);
    }
  }

  // ---- Endpoints, notifications, queues

  #endpoint(ep: Endpoint): void {
    this.#is(ep.address + layout.EP_STATE, EP_STATES[ep.state], 'endpoint state');
    this.#queue(ep.address + layout.EP_HEAD, ep.address + layout.EP_TAIL, ep.queue);
  }

  #notification(ntfn: Notification): void {
    const word = NTFN_STATES[ntfn.state] | (ntfn.bound?.address ?? 0);
    this.#is(ntfn.address + layout.NTFN_STATE, word, 'notification');
    if (ntfn.state === 'active') {
      this.#is(ntfn.address + layout.NTFN_BADGE, ntfn.badge, 'notification badge');
    }
    this.#queue(ntfn.address + layout.NTFN_HEAD, ntfn.address + layout.NTFN_TAIL, ntfn.queue);
  }

  #queue(head: number, tail: number, threads: readonly Tcb[]): void {
    this.#is(head, threads[0]?.address ?? 0, 'queue head');
    this.#is(tail, threads.at(-1)?.address ?? 0, 'queue tail');
    threads.forEach((thread, i) => {
      const next = threads[i + 1]?.address ?? 0;
      const prev = threads[i - 1]?.address ?? 0;
      this.#is(thread.address + layout.TCB_EP_NEXT, next, 'next in queue');
      this.#is(thread.address + layout.TCB_EP_PREV, prev, 'previous in queue');
    });
  }

  // ---- Threads

  #tcb(t: Tcb): void {
    const at = t.address;
    for (const slot of t.slots) this.#slot(slot);
    this.#is(at + layout.TCB_STATE, STATES[t.state], 'thread state');
    this.#list(at + layout.TCB_MR, t.mr, 'message register');
    if (t.info !== null) this.#is(at + layout.TCB_INFO, t.info, 'info');
    this.#is(at + layout.TCB_BADGE, t.badge, 'badge');
    this.#list(at + layout.TCB_REGISTERS, t.registers, 'register');
    this.#is(at + layout.TCB_EPOCH, t.epoch, 'epoch');
    this.#pending(t);
    this.#blocked(t);
    this.#is(at + layout.TCB_BOUND, t.bound?.address ?? 0, 'bound notification');
    this.#fault(t);
    this.#is(at + layout.TCB_FAULT_HANDLER, t.faultHandler, 'fault handler');
    this.#is(at + layout.TCB_BUFFER_ADDRESS, t.bufferAddress, 'buffer address');
    this.#is(at + layout.TCB_PRIORITY, t.priority, 'priority');
    this.#is(at + layout.TCB_MCP, t.mcp, 'MCP');
    this.#is(at + layout.TCB_DOMAIN, t.domain, 'domain');
    this.#is(at + layout.TCB_AFFINITY, t.affinity, 'affinity');
    this.#is(at + layout.TCB_FLAGS, t.flags, 'flags');
    this.#is(at + layout.TCB_QUEUED, t.queued ? 1 : 0, 'queued flag');
    this.#buffer(t);
  }

  #pending(t: Tcb): void {
    if (t.state === 'running') return;
    this.#is(t.address + layout.TCB_PENDING, t.pending ? 1 : 0, 'pending call');
    if (!t.pending || !t.call || t.call.fault) return;
    this.#is(t.address + layout.TCB_SYSCALL, t.call.syscall, 'pending system call');
    this.#is(t.address + layout.TCB_CALL_CPTR, t.call.cptr, 'pending cptr');
    this.#is(t.address + layout.TCB_CALL_INFO, t.call.info, 'pending info');
  }

  #blocked(t: Tcb): void {
    const at = t.address;
    if (t.state !== 'send' && t.state !== 'receive' && t.state !== 'wait') return;
    this.#is(at + layout.TCB_BLOCKED_ON, t.blockedOn!.address, 'blocked on');
    if (t.state === 'wait') return;
    const sending = t.state === 'send';
    if (sending) this.#is(at + layout.TCB_IPC_BADGE, t.sendBadge, 'badge sent');
    const flags = t.canGrant ? layout.BLOCKED_CAN_GRANT : 0;
    const more =
      (t.canGrantReply ? layout.BLOCKED_CAN_GRANT_REPLY : 0) |
      (t.isCall ? layout.BLOCKED_IS_CALL : 0);
    const mask = sending ? 7 : layout.BLOCKED_CAN_GRANT;
    const found = this.#at(at + layout.TCB_IPC_FLAGS) & mask;
    const expected = flags | (sending ? more : 0);
    if (found !== expected) this.#differs('IPC rights', at + layout.TCB_IPC_FLAGS, found, expected);
  }

  #fault(t: Tcb): void {
    const at = t.address + layout.TCB_FAULT;
    this.#is(at, t.fault?.kind ?? 0, 'fault');
    if (t.fault) this.#list(at + 4, t.fault.words, 'fault word');
  }

  #buffer(t: Tcb): void {
    const { cap } = t.slot(BUFFER);
    if (cap.type !== 'frame' || cap.device || cap.object.isBlank) return;
    const first = (t.bufferAddress & 0xfff) >>> 2;
    const base = cap.object.address >>> 2;
    const { words } = cap.object;
    for (let i = first; i < first + 128; i++) {
      if (this.#words[base + i] !== words[i]) this.#is((base + i) * 4, words[i]!, 'IPC buffer');
    }
  }

  // ---- Processors

  #processor(p: Processor): void {
    const at = layout.NODES + p.number * layout.NODE_SIZE;
    this.#is(at + layout.NODE_CURRENT, p.current?.address ?? 0, 'current thread');
    const action =
      p.action === 'resume'
        ? layout.ACTION_RESUME
        : p.action === 'choose'
          ? layout.ACTION_CHOOSE
          : p.action.address;
    this.#is(at + layout.NODE_ACTION, action, 'scheduler action');
    this.#idle(at, p);
    let top = 0;
    for (const [priority, threads] of p.queues()) {
      if (threads.length === 0) continue;
      top |= 1 << (priority >>> 5);
      this.#ready(at + layout.NODE_QUEUES + priority * 8, threads);
    }
    this.#is(at + layout.NODE_BITMAP_TOP, top, 'bitmap top');
    for (let i = 0; top >>> i; i++)
      this.#is(at + layout.NODE_BITMAP + i * 4, bitmap(p, i), 'bitmap');
  }

  /** Whether a thread may be handed over to it, and what it has to see change in its sleep. */
  #idle(node: number, p: Processor): void {
    const idles = this.#at(node + layout.NODE_IDLE) === 1 && p.action === 'resume';
    const expected = p.idle && p.action === 'resume';
    if (idles !== expected) {
      this.#differs('idle', node + layout.NODE_IDLE, idles ? 1 : 0, expected ? 1 : 0);
    }
    this.#is(node + layout.NODE_WAKE, p.wakes, 'threads made ready by others');
    if (p.idle) this.#is(node + layout.NODE_SEEN, p.seen, 'wakes seen');
  }

  #ready(head: number, threads: readonly Tcb[]): void {
    this.#is(head, threads[0]!.address, 'ready queue head');
    this.#is(head + 4, threads.at(-1)!.address, 'ready queue tail');
    threads.forEach((thread, i) => {
      const next = threads[i + 1]?.address ?? 0;
      this.#is(thread.address + layout.TCB_SCHED_NEXT, next, 'next ready');
      const prev = threads[i - 1]?.address ?? 0;
      this.#is(thread.address + layout.TCB_SCHED_PREV, prev, 'previous ready');
    });
  }

  // ---- The rest

  #page(page: Page): void {
    const { words, address } = page;
    const base = address >>> 2;
    for (let i = 0; i < words.length; i++) {
      if (this.#words[base + i] !== words[i]) this.#is((base + i) * 4, words[i]!, page.use);
    }
  }

  #ports(): void {
    const words = new Uint32Array(layout.PORT_COUNT / 32);
    for (const port of this.#model.ports) words[port >>> 5]! |= 1 << (port & 31);
    words.forEach((word, i) => this.#is(layout.PORTS + i * 4, word, 'ports'));
  }

  *#untypedSlots(): Iterable<Slot> {
    for (const object of this.#model.live) {
      if (object.kind !== 'cnode' && object.kind !== 'tcb') continue;
      for (const slot of object.slots) if (slot?.cap.type === 'untyped') yield slot;
    }
  }

  #freeMemory(cap: Cap): void {
    if (cap.type !== 'untyped' || cap.device || cap.bits > LOOKED_AT_BITS) return;
    const end = (cap.base + 2 ** cap.bits) >>> 2;
    for (let i = (cap.base + cap.used) >>> 2; i < end; i++) {
      if (this.#words[i] !== 0) this.#is(i * 4, 0, 'free memory');
    }
  }
}

/** Word `index` of the bitmap of priorities that have a thread ready. */
function bitmap(p: Processor, index: number): number {
  let word = 0;
  for (const [priority, threads] of p.queues()) {
    if (threads.length > 0 && priority >>> 5 === index) word |= 1 << (priority & 31);
  }
  return word;
}
