/**
 * Integrity (23): what others do leaves a subject's memory as it is.
 *
 * The secluded subject shares nothing with anybody: of its memory only the links of lists that
 * also hold others may change. The neighbour shares one endpoint: while it does not act itself,
 * only what a message delivered to it writes, how it stands in queues, and the capabilities that
 * descend from the others' endpoint.
 *
 *   new Integrity(duel)   at the beginning of a program
 *     .check(cpu)         after each action; throws Broken
 *
 * Source: l4v, access control (integrity_obj); the words of a TCB: layout.ts.
 */
import * as abi from '../../kernel-as/abi.ts';
import * as layout from '../../kernel-as/layout.ts';
import type { Duel } from './driver.ts';
import { type Found, Heap, must } from './heap.ts';
import { actorsOf } from './subjects.ts';
import { NEIGHBOUR, SECLUDED } from './world.ts';

export class Integrity {
  readonly #secluded: Secluded;
  readonly #neighbour: Neighbour;
  readonly #duel: Duel;
  readonly #rootNode: number;
  #before: Heap;

  constructor(duel: Duel) {
    this.#duel = duel;
    this.#rootNode = duel.booted.rootNode.address;
    this.#before = this.#read();
    this.#secluded = new Secluded(memoryOf(duel, SECLUDED), this.#before);
    this.#neighbour = new Neighbour(memoryOf(duel, NEIGHBOUR), this.#before);
  }

  #read(): Heap {
    return new Heap(this.#duel.words, this.#rootNode).read();
  }

  check(cpu: number): void {
    const after = this.#read();
    this.#secluded.check(after);
    this.#neighbour.check(this.#before, after, cpu);
    this.#before = after;
  }
}

/** A subject's own memory. The root keeps capabilities to it where nobody looks for them. */
interface Memory {
  readonly start: number;
  readonly end: number;
  readonly thread: number;
  readonly node: number;
  /** Slots of the root that name it. */
  readonly keys: ReadonlySet<number>;
}

interface Places {
  readonly memory: number;
  readonly node: number;
  readonly thread: number;
}

function memoryOf(duel: Duel, places: Places): Memory {
  const node = duel.booted.rootNode;
  const { cap } = node.slot(places.memory);
  const thread = node.slot(places.thread).cap;
  const own = node.slot(places.node).cap;
  if (cap.type !== 'untyped' || thread.type !== 'thread' || own.type !== 'cnode') {
    throw new Error('no such subject');
  }
  const keys = new Set(Object.values(places).map((index: number) => node.slot(index).address));
  const { base, bits } = cap;
  const end = base + 2 ** bits;
  return { start: base, end, thread: thread.object.address, node: own.object.address, keys };
}

const isInside = ({ start, end }: Memory, address: number) => address >= start && address < end;

/** A capability to the subject's memory that somebody else holds. */
function leak(memory: Memory, heap: Heap): Found | undefined {
  return heap.caps.find(
    ({ object, size, slot }) =>
      size > 0 && isInside(memory, object) && !isInside(memory, slot) && !memory.keys.has(slot),
  );
}

class Secluded {
  readonly #memory: Memory;
  readonly #before: Uint32Array;
  readonly #shared = new Set<number>();

  constructor(memory: Memory, heap: Heap) {
    this.#memory = memory;
    this.#before = heap.words.slice(memory.start >>> 2, memory.end >>> 2);
    // Lists that hold others too: the threads of a processor, and the derivation tree, where what
    // the subject's capabilities come from or what follows them is not its own.
    this.#shared
      .add(memory.thread + layout.TCB_NODE_NEXT)
      .add(memory.thread + layout.TCB_NODE_PREV);
    for (const { slot } of heap.caps) {
      if (!isInside(memory, slot)) continue;
      const [next, prev] = [heap.next(slot), heap.prev(slot)];
      if (next && !isInside(memory, next)) this.#shared.add(slot + layout.SLOT_NEXT);
      if (prev && !isInside(memory, prev)) this.#shared.add(slot + layout.SLOT_PREV);
    }
  }

  check(heap: Heap): void {
    const { start, end } = this.#memory;
    for (let at = start; at < end; at += 4) {
      const same = heap.at(at) === this.#before[(at - start) >>> 2];
      must(same || this.#shared.has(at), 23, 'memory of the secluded subject', at);
    }
    const found = leak(this.#memory, heap);
    must(!found, 24, 'a capability to the secluded subject', found?.slot ?? 0);
  }
}

/** What changes as a thread stands in queues, or as it is woken. */
const QUEUE_WORDS = [
  layout.TCB_STATE,
  layout.TCB_PENDING,
  layout.TCB_EP_NEXT,
  layout.TCB_EP_PREV,
  layout.TCB_QUEUED,
  layout.TCB_SCHED_NEXT,
  layout.TCB_SCHED_PREV,
  layout.TCB_NODE_NEXT,
  layout.TCB_NODE_PREV,
];

/** What a message writes into the TCB of who waits for it. */
const MESSAGE_WORDS = [
  layout.TCB_MR,
  layout.TCB_MR + 4,
  layout.TCB_MR + 8,
  layout.TCB_MR + 12,
  layout.TCB_INFO,
  layout.TCB_BADGE,
];

/** What its handler's answer to a fault may set. */
const FAULT_WORDS = [
  ...Array.from({ length: layout.FAULT_WORDS }, (_, i) => layout.TCB_FAULT + i * 4),
  ...Array.from({ length: abi.REG_COUNT }, (_, i) => layout.TCB_REGISTERS + i * 4),
  layout.TCB_EPOCH,
];

class Neighbour {
  readonly #memory: Memory;
  #before: Uint32Array;
  /** Once others have got a capability of its own, it shares more with them than the endpoint. */
  #exposed = false;

  constructor(memory: Memory, heap: Heap) {
    this.#memory = memory;
    this.#before = this.#words(heap);
  }

  #words(heap: Heap): Uint32Array {
    return heap.words.slice(this.#memory.start >>> 2, this.#memory.end >>> 2);
  }

  check(before: Heap, after: Heap, cpu: number): void {
    if (this.#exposed) return;
    const { start, end, thread } = this.#memory;
    this.#exposed = leak(this.#memory, after) !== undefined || holdsMore(this.#memory, after);
    if (!this.#exposed && !actorsOf(before, after, cpu).has(thread)) {
      const allowed = this.#allowed(before, after);
      for (let at = start; at < end; at += 4) {
        if (after.at(at) === this.#before[(at - start) >>> 2]) continue;
        must(allowed(at), 23, 'memory of the neighbour', at);
      }
    }
    this.#before = this.#words(after);
  }

  /** Which words may have changed in its memory, given how it waited. */
  #allowed(before: Heap, after: Heap): (at: number) => boolean {
    const { thread, node } = this.#memory;
    const state = before.saved(thread + layout.TCB_STATE);
    const receives = state === layout.STATE_BLOCKED_ON_RECEIVE;
    const calls = state === layout.STATE_BLOCKED_ON_REPLY;
    const fields = new Set(QUEUE_WORDS);
    const faulted = before.saved(thread + layout.TCB_FAULT) !== 0;
    if (receives || (calls && !faulted)) MESSAGE_WORDS.forEach((word) => fields.add(word));
    // A fault that was not yet taken is forgotten with the endpoint, and raised again.
    if (faulted) FAULT_WORDS.forEach((word) => fields.add(word));
    const buffer = bufferOf(before, thread);
    const isSlot = (at: number) => at >= node && at < node + NODE_BYTES;
    return (at) => {
      const offset = at - thread;
      if (fields.has(offset)) return true;
      if (offset >= 0 && offset < layout.TCB_SLOTS * layout.SLOT_SIZE) {
        return slotMayChange(before, after, at, receives);
      }
      if (isSlot(at)) return slotMayChange(before, after, at, receives || calls);
      if (!(receives || (calls && !faulted))) return false;
      return at >= buffer && at < buffer + abi.IPCBUF_RECEIVE_CNODE * 4;
    };
  }
}

const NODE_BYTES = 16 * layout.SLOT_SIZE;

function bufferOf(heap: Heap, thread: number): number {
  const frame = heap.bySlot.get(thread + layout.TCB_BUFFER);
  const offset = heap.saved(thread + layout.TCB_BUFFER_ADDRESS) & 0xfff;
  return (frame?.object ?? 0) + offset;
}

/** Links always; a capability may go with what it descends from; one may come with a message. */
function slotMayChange(before: Heap, after: Heap, at: number, receives: boolean): boolean {
  const slot = at - (at % layout.SLOT_SIZE);
  const [was, is] = [before.bySlot.get(slot), after.bySlot.get(slot)];
  if (was && is) return at - slot >= layout.SLOT_NEXT && was.low === is.low && was.high === is.high;
  if (is) return receives;
  return was !== undefined && (was.type === layout.CAP_ENDPOINT || was.type === layout.CAP_REPLY);
}

/** Beyond its own things, the endpoint, and the right to answer. */
function holdsMore(memory: Memory, heap: Heap): boolean {
  return heap.caps.some(
    ({ slot, type, object, size }) =>
      isInside(memory, slot) &&
      !isInside(memory, object) &&
      type !== layout.CAP_ENDPOINT &&
      type !== layout.CAP_REPLY &&
      size > 0 &&
      slot !== memory.thread + layout.TCB_VTABLE,
  );
}
