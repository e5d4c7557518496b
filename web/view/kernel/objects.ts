/**
 * The kernel's objects, made of its memory: slots with their place in the derivation tree, threads
 * and what each waits for, mapped pages.
 *
 *   kernelOf(pieces, before)   all of it, at one entry into the kernel. `before`, the look before
 *                              this one: a slot in whose page nothing has changed is its object
 */
import { IRQ_LINES } from '../../../kernel-as/abi.ts';
import * as k from '../../../kernel-as/layout.ts';
import { type Capability, capOf } from './caps.ts';
import { KernelMemory } from './memory.ts';
import { parentsOf } from './tree.ts';

export interface KernelSlot extends Capability {
  /** Its address in kernel memory: its name. */
  readonly at: number;
  /** The CNode or TCB that it is in; 0: the slot of an interrupt line. */
  readonly holder: number;
  readonly index: number;
  /** Made by Retype, or the first of a new badge. */
  readonly original: boolean;
  readonly firstBadged: boolean;
  /** The slots before and after it in the derivation list; 0: none. */
  readonly previous: number;
  readonly next: number;
}

export interface KernelThread {
  /** Address of its TCB. */
  readonly at: number;
  readonly state: string;
  /** Endpoint or notification that it is blocked on; 0: none. */
  readonly waitsFor: number;
  /** The badge with which it sends. */
  readonly badge: number;
  /** Blocked in seL4_Call, and not in a plain send. */
  readonly calling: boolean;
  readonly priority: number;
  readonly processor: number;
  /** The notification that is bound to it; 0: none. */
  readonly bound: number;
  /** Its CSpace and its page directory; 0: none. */
  readonly cspace: number;
  readonly vspace: number;
  /** It holds the reply to this thread's call; 0: to none. */
  readonly answers: number;
}

/** `count` pages from virtual `address` on, which lie one behind the other from `frame` on. */
export interface KernelMapping {
  readonly vspace: number;
  readonly address: number;
  readonly frame: number;
  readonly count: number;
  readonly writable: boolean;
}

export interface KernelObjects {
  /** The root CNode: the Executive's. */
  readonly root: number;
  readonly slots: readonly KernelSlot[];
  readonly bySlot: ReadonlyMap<number, KernelSlot>;
  /** Parent by slot, where there is one. */
  readonly parents: ReadonlyMap<number, number>;
  readonly threads: readonly KernelThread[];
  readonly mappings: readonly KernelMapping[];
}

const STATES: Readonly<Record<number, string>> = {
  [k.STATE_INACTIVE]: 'inactive',
  [k.STATE_RUNNING]: 'running',
  [k.STATE_RESTART]: 'restart',
  [k.STATE_BLOCKED_ON_RECEIVE]: 'receive',
  [k.STATE_BLOCKED_ON_SEND]: 'send',
  [k.STATE_BLOCKED_ON_REPLY]: 'reply',
  [k.STATE_BLOCKED_ON_NOTIFICATION]: 'notification',
};
const ORIGINAL = 1;
const FIRST_BADGED = 2;
const PAGE_BYTES = 4096;
const ENTRIES = 1024;
/** Bits of a capability's first word that are its address, where it is no page. */
const addressIn = (word: number): number => (word & ~15) >>> 0;

function slotOf(memory: KernelMemory, at: number, holder: number, index: number): KernelSlot {
  const next = memory.word(at + k.SLOT_NEXT);
  return {
    at,
    holder,
    index,
    original: (next & ORIGINAL) !== 0,
    firstBadged: (next & FIRST_BADGED) !== 0,
    previous: memory.word(at + k.SLOT_PREV),
    next: (next & ~3) >>> 0,
    ...capOf(memory.word(at), memory.word(at + 4)),
  };
}

/** The slots of a look, and the memory that they were made of. */
interface Made {
  readonly memory: KernelMemory;
  readonly bySlot: ReadonlyMap<number, KernelSlot>;
}

/** What slots a look was made of. */
const madeOf = new WeakMap<KernelObjects, Made>();

/** As personality/sel4/objects.ts goes: from the root CNode by original capabilities. */
function slotsOf(memory: KernelMemory, before: Made | undefined): KernelSlot[] {
  const found: KernelSlot[] = [];
  const known = (at: number, holder: number, index: number): KernelSlot | undefined => {
    if (!before || !memory.sameAs(before.memory, at)) return undefined;
    const slot = before.bySlot.get(at);
    return slot?.holder === holder && slot.index === index ? slot : undefined;
  };
  const all = (holder: number, first: number, count: number): void => {
    for (let index = 0; index < count; index++) {
      const at = first + index * k.SLOT_SIZE;
      if (memory.word(at) === 0) continue;
      const slot = known(at, holder, index) ?? slotOf(memory, at, holder, index);
      found.push(slot);
      if (!slot.original || slot.object === memory.root) continue;
      if (slot.code === k.CAP_CNODE) all(slot.object, slot.object, 2 ** slot.radix!);
      if (slot.code === k.CAP_THREAD) all(slot.object, slot.object, k.TCB_SLOTS);
    }
  };
  // Its size is in its own slot 2, as in every seL4 system.
  all(memory.root, memory.root, 2 ** (memory.word(memory.root + 2 * k.SLOT_SIZE + 4) & 31));
  all(0, k.IRQ_NODE, IRQ_LINES);
  return found;
}

function threadOf(memory: KernelMemory, at: number): KernelThread {
  const state = memory.word(at + k.TCB_STATE);
  const caller = memory.word(at + k.TCB_CALLER);
  const vspace = memory.word(at + k.TCB_VTABLE);
  const blocked =
    state === k.STATE_BLOCKED_ON_RECEIVE ||
    state === k.STATE_BLOCKED_ON_SEND ||
    state === k.STATE_BLOCKED_ON_NOTIFICATION;
  return {
    at,
    state: STATES[state] ?? `state ${state}`,
    waitsFor: blocked ? memory.word(at + k.TCB_BLOCKED_ON) : 0,
    badge: state === k.STATE_BLOCKED_ON_SEND ? memory.word(at + k.TCB_IPC_BADGE) : 0,
    calling: (memory.word(at + k.TCB_IPC_FLAGS) & k.BLOCKED_IS_CALL) !== 0,
    priority: memory.word(at + k.TCB_PRIORITY),
    processor: memory.word(at + k.TCB_AFFINITY),
    bound: memory.word(at + k.TCB_BOUND),
    cspace: addressIn(memory.word(at + k.TCB_CTABLE)),
    vspace: vspace - (vspace % PAGE_BYTES),
    answers: (caller & 15) === k.CAP_REPLY ? addressIn(caller) : 0,
  };
}

/** What a page directory maps, in stretches. */
function mappingsOf(memory: KernelMemory, vspace: number): KernelMapping[] {
  const found: { -readonly [K in keyof KernelMapping]: KernelMapping[K] }[] = [];
  for (let i = 0; i < ENTRIES; i++) {
    const table = memory.word(vspace + i * 4);
    if ((table & k.PTE_PRESENT) === 0) continue;
    for (let j = 0; j < ENTRIES; j++) {
      const entry = memory.word(table - (table % PAGE_BYTES) + j * 4);
      if ((entry & k.PTE_PRESENT) === 0) continue;
      const frame = entry - (entry % PAGE_BYTES) + ((entry & k.PTE_DEVICE) === 0 ? 0 : k.RAM_BASE);
      const address = (i * ENTRIES + j) * PAGE_BYTES;
      const writable = (entry & k.PTE_WRITABLE) !== 0;
      const last = found.at(-1);
      const goesOn =
        last?.writable === writable &&
        last.address + last.count * PAGE_BYTES === address &&
        last.frame + last.count * PAGE_BYTES === frame;
      if (goesOn) last.count++;
      else found.push({ vspace, address, frame, count: 1, writable });
    }
  }
  return found;
}

/** Made when it is first asked for: not every view shows all of it, and there are thousands. */
function late<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

export function kernelOf(pieces: Uint32Array, before?: KernelObjects): KernelObjects {
  const memory = new KernelMemory(pieces);
  const slots = slotsOf(memory, before && madeOf.get(before));
  const bySlot = new Map(slots.map((slot) => [slot.at, slot]));
  const originals = (code: number): number[] =>
    slots.filter((slot) => slot.original && slot.code === code).map(({ object }) => object);
  const parents = late(() => parentsOf(bySlot));
  const mappings = late(() =>
    originals(k.CAP_PAGE_DIRECTORY).flatMap((at) => mappingsOf(memory, at)),
  );
  const objects: KernelObjects = {
    root: memory.root,
    slots,
    bySlot,
    get parents() {
      return parents();
    },
    threads: originals(k.CAP_THREAD).map((at) => threadOf(memory, at)),
    get mappings() {
      return mappings();
    },
  };
  madeOf.set(objects, { memory, bySlot });
  return objects;
}
