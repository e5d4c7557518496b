/**
 * A reading of the kernel's heap that knows nothing of the model: every capability that can be
 * reached, and the objects that they name.
 *
 *   new Heap(words, rootNode).read()   collects; throws Broken where the heap cannot be read
 */
import { MAX_PROCESSORS, IRQ_LINES } from '../../kernel-as/abi.ts';
import * as layout from '../../kernel-as/layout.ts';

export class Broken extends Error {}

/** Throws, naming the invariant by its number, if it does not hold. */
export function must(holds: boolean, number: number, what: string, at: number): void {
  if (!holds) throw new Broken(`[${number}] ${what} at 0x${at.toString(16)}`);
}

/** A capability in its slot. */
export interface Found {
  readonly slot: number;
  readonly type: number;
  readonly low: number;
  readonly high: number;
  /** Object address; 0 if it names none. */
  readonly object: number;
  /** Bytes of the object or memory that it names; 0 if it names none. */
  readonly size: number;
}

/** Slots of the root's CNode that programs can fill. */
const ROOT_SLOTS = 256;
const ZOMBIE_TCB = 63;
const TCB_BYTES = 1024;
const PAGE = 4096;

export class Heap {
  readonly words: Uint32Array;
  readonly rootNode: number;
  readonly caps: Found[] = [];
  readonly bySlot = new Map<number, Found>();
  /** Sizes by address. */
  readonly objects = new Map<number, Found>();
  readonly threads = new Set<number>();
  /** First slot and number of slots of everything that holds capabilities. */
  readonly holders = new Map<number, number>();

  readonly #saved = new Map<number, Uint32Array>();
  readonly #currents: number[] = [];

  constructor(words: Uint32Array, rootNode: number) {
    this.words = words;
    this.rootNode = rootNode;
  }

  at(address: number): number {
    return this.words[address >>> 2]!;
  }

  next(slot: number): number {
    return (this.at(slot + layout.SLOT_NEXT) & ~3) >>> 0;
  }

  prev(slot: number): number {
    return this.at(slot + layout.SLOT_PREV);
  }

  isRevocable(slot: number): boolean {
    return (this.at(slot + layout.SLOT_NEXT) & 1) !== 0;
  }

  isFirstBadged(slot: number): boolean {
    return (this.at(slot + layout.SLOT_NEXT) & 2) !== 0;
  }

  node(cpu: number): number {
    return layout.NODES + cpu * layout.NODE_SIZE;
  }

  read(): this {
    this.#holder(this.rootNode, ROOT_SLOTS);
    this.#holder(layout.IRQ_NODE, IRQ_LINES);
    for (let cpu = 0; cpu < MAX_PROCESSORS; cpu++) {
      const current = this.at(this.node(cpu) + layout.NODE_CURRENT);
      this.#currents.push(current);
      if (current && cpu > 0) this.#thread(current);
    }
    this.#strays();
    for (const tcb of this.threads) this.#save(tcb);
    return this;
  }

  #save(tcb: number): void {
    this.#saved.set(tcb, this.words.slice(tcb >>> 2, (tcb + layout.TCB_END) >>> 2));
  }

  /** A word of a thread as it was when the heap was read. */
  saved(address: number): number {
    const tcb = address - (address % TCB_BYTES);
    return this.#saved.get(tcb)![(address - tcb) >>> 2]!;
  }

  /** The thread that a processor ran when the heap was read, or 0. */
  current(cpu: number): number {
    return this.#currents[cpu]!;
  }

  /** Zombies that lie in themselves are found only from their neighbours in the tree. */
  #strays(): void {
    for (let i = 0; i < this.caps.length; i++) {
      const { slot } = this.caps[i]!;
      for (const other of [this.next(slot), this.prev(slot)]) {
        if (other && !this.bySlot.has(other)) this.#slot(other);
      }
    }
  }

  #holder(address: number, slots: number): void {
    if ((this.holders.get(address) ?? 0) >= slots) return;
    this.holders.set(address, slots);
    for (let i = 0; i < slots; i++) this.#slot(address + i * layout.SLOT_SIZE);
  }

  #thread(tcb: number): void {
    if (this.threads.has(tcb)) return;
    this.threads.add(tcb);
    this.#holder(tcb, layout.TCB_SLOTS);
  }

  #slot(slot: number): void {
    const low = this.at(slot);
    const type = low & 15;
    if (type === layout.CAP_NULL || this.bySlot.has(slot)) return;
    const high = this.at(slot + 4);
    const isPage =
      type === layout.CAP_FRAME ||
      type === layout.CAP_PAGE_TABLE ||
      type === layout.CAP_PAGE_DIRECTORY;
    const object = (low & (isPage ? ~0xfff : ~15)) >>> 0;
    const size = isPage ? PAGE : sizeOf(type, high);
    const found: Found = { slot, type, low, high, object, size };
    this.caps.push(found);
    this.bySlot.set(slot, found);
    if (size > 0 && type !== layout.CAP_UNTYPED) this.#object(found);
    if (type === layout.CAP_THREAD) this.#thread(object);
    else if (type === layout.CAP_CNODE && object !== this.rootNode) {
      this.#holder(object, size / layout.SLOT_SIZE);
    } else if (type === layout.CAP_ZOMBIE) this.#holder(object, high >>> 6);
  }

  #object(found: Found): void {
    const known = this.objects.get(found.object);
    if (!known) {
      this.objects.set(found.object, found);
    } else if (known.size !== found.size) {
      throw new Broken(`[1] two sizes at ${found.object}`);
    }
  }

  /** The addresses of a list, of at most `limit`. */
  list(head: number, link: number, limit = 64): number[] {
    const all: number[] = [];
    for (let at = head; at; at = this.at(at + link)) {
      all.push(at);
      if (all.length > limit) throw new Broken(`[5] endless queue at ${head}`);
    }
    return all;
  }
}

function sizeOf(type: number, high: number): number {
  switch (type) {
    case layout.CAP_UNTYPED:
      return 2 ** (high & 31);
    case layout.CAP_ENDPOINT:
    case layout.CAP_NOTIFICATION:
      return 16;
    case layout.CAP_CNODE:
      return layout.SLOT_SIZE << (high & 31);
    case layout.CAP_THREAD:
      return TCB_BYTES;
    case layout.CAP_ZOMBIE:
      return (high & 63) === ZOMBIE_TCB ? TCB_BYTES : layout.SLOT_SIZE << (high & 63);
    default:
      return 0;
  }
}
