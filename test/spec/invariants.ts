/**
 * What must hold on the kernel's heap after every entry, whatever was called.
 *
 * Numbers in brackets are those of the list of the abstract specification's invariants: 1 and 2
 * objects and capabilities, 3 slots of threads, 4 to 6 references and queues, 7 to 11 and 13 to
 * 14 the derivation tree, 15 reply capabilities, 17 to 19 the scheduler, 20 interrupts, 21
 * memory, 22 priorities. That free memory is zero (12) is compared with the model.
 *
 *   new Invariants(words, rootNode)   at the beginning of a program
 *     .check(entry)                   after each action; throws Broken
 *
 * Source: l4v, Invariants_AI.thy, as listed in docs/specification.md.
 */
import * as abi from '../../kernel-as/abi.ts';
import * as layout from '../../kernel-as/layout.ts';
import { type Action, KERNEL_BYTES, RAM_BYTES } from './driver.ts';
import { type Found, Heap, must } from './heap.ts';
import { Schedule, checkPriorities, checkThread } from './invariants-threads.ts';
import { checkTree } from './invariants-tree.ts';

export class Invariants {
  readonly #words: Uint32Array;
  readonly #rootNode: number;
  readonly #schedule: Schedule;
  #before: Heap;

  constructor(words: Uint32Array, rootNode: number) {
    this.#words = words;
    this.#rootNode = rootNode;
    this.#before = this.#read();
    this.#schedule = new Schedule(this.#before);
  }

  #read(): Heap {
    return new Heap(this.#words, this.#rootNode).read();
  }

  /** `cpu`: the processor that has just left the kernel. */
  check(action: Action, cpu: number): void {
    const heap = this.#read();
    checkObjects(heap);
    checkTypes(this.#before, heap, action);
    checkTree(heap);
    for (const cap of heap.caps) checkCap(heap, cap);
    for (const thread of heap.threads) checkThread(heap, thread);
    checkQueues(heap);
    this.#schedule.check(heap, cpu, action);
    checkPriorities(this.#before, heap, cpu);
    checkInterrupts(heap);
    this.#before = heap;
  }
}

/** Aligned to their size, and none overlaps another. */
function checkObjects(heap: Heap): void {
  const sorted = [...heap.objects.values()].sort((a, b) => a.object - b.object);
  let end = 0;
  for (const { object, size } of sorted) {
    must(object % size === 0, 1, 'alignment', object);
    must(object >= end, 1, 'overlap', object);
    end = object + size;
  }
}

function checkCap(heap: Heap, cap: Found): void {
  const { type, high, object, size, slot } = cap;
  const known = size > 0 && type !== layout.CAP_UNTYPED ? heap.objects.get(object)! : cap;
  const isZombie = type === layout.CAP_ZOMBIE;
  must(known.type === type, isZombie || known.type === layout.CAP_ZOMBIE ? 8 : 2, 'types', slot);
  if (isZombie) must(known.slot === slot, 8, 'a zombie that is not the last capability', slot);
  if (type === layout.CAP_CNODE) {
    const [radix, guardSize] = [high & 31, (high >>> 5) & 31];
    must(radix >= 1 && radix + guardSize <= 32, 2, 'radix and guard', slot);
    must(high >>> 10 < 2 ** Math.min(guardSize, 18), 2, 'guard', slot);
  }
  if (type === layout.CAP_NOTIFICATION) must((high & 12) === 0, 2, 'rights', slot);
  if (type === layout.CAP_IRQ_HANDLER) must(high < abi.IRQ_LINES, 20, 'line', slot);
  if (type === layout.CAP_IOPORT) must((high & 0xffff) <= high >>> 16, 2, 'ports', slot);
  if (type === layout.CAP_FRAME || type === layout.CAP_PAGE_TABLE) checkMapping(cap);
  if (type === layout.CAP_REPLY) checkReply(heap, cap);
  if (size > 0) checkMemory(cap);
}

/** Words of a mapping: none, or a possible directory and an address below the top. */
function checkMapping({ type, low, high, slot }: Found): void {
  const directory = (((low >>> 6) & 63) << 24) | ((high & 0xfff) << 12);
  const isFrame = type === layout.CAP_FRAME;
  const rights = (low >>> layout.FRAME_RIGHTS_SHIFT) & 3;
  must(isFrame ? rights !== abi.seL4_CanWrite : rights === 0, 2, 'rights of a page', slot);
  if (directory === 0) {
    must(high === 0, 2, 'an address without a directory', slot);
    return;
  }
  must(directory >= layout.HEAP_BASE && directory < KERNEL_BYTES, 2, 'directory', slot);
  must(high >>> 12 < layout.USER_TOP_PAGE, 2, 'mapped above the top', slot);
  if (!isFrame) must((high >>> 12) % 1024 === 0, 2, 'alignment of a table', slot);
}

/** Capability types by type of object. */
const MADE = new Map<number, number>([
  [abi.seL4_TCBObject, layout.CAP_THREAD],
  [abi.seL4_EndpointObject, layout.CAP_ENDPOINT],
  [abi.seL4_NotificationObject, layout.CAP_NOTIFICATION],
  [abi.seL4_CapTableObject, layout.CAP_CNODE],
  [abi.seL4_X86_4K, layout.CAP_FRAME],
  [abi.seL4_X86_PageTableObject, layout.CAP_PAGE_TABLE],
  [abi.seL4_X86_PageDirectoryObject, layout.CAP_PAGE_DIRECTORY],
]);

/** An object is what Retype made of its memory, for as long as it is there: or the zombie of it. */
function checkTypes(before: Heap, heap: Heap, action: Action): void {
  const retypes = action.do === 'invoke' && action.msg.label === abi.UntypedRetype;
  for (const [object, { type, size, slot }] of heap.objects) {
    const known = before.objects.get(object);
    if (!known && retypes) must(type === MADE.get(action.msg.mrs[0]!), 2, 'type made', slot);
    if (!known) continue;
    const isZombie = type === layout.CAP_ZOMBIE && ZOMBIES.has(known.type);
    must(type === known.type || isZombie, 2, 'another type', slot);
    must(size === known.size, 2, 'another size', slot);
  }
}

const ZOMBIES = new Set<number>([layout.CAP_CNODE, layout.CAP_THREAD]);

/** Nothing names the kernel's own memory; RAM holds frames and untypeds only. */
function checkMemory({ type, low, high, object, size, slot }: Found): void {
  const device = object >= layout.RAM_BASE;
  const start = device ? layout.RAM_BASE : layout.HEAP_BASE;
  const end = device ? layout.RAM_BASE + RAM_BYTES : KERNEL_BYTES;
  must(object >= start && object + size <= end, 21, 'memory', slot);
  if (type === layout.CAP_UNTYPED) {
    must(((high & 32) !== 0) === device, 21, 'device flag', slot);
  } else if (device) {
    must((low & 15) === layout.CAP_FRAME, 21, 'object in RAM', slot);
  }
}

function checkReply(heap: Heap, { slot, high, object }: Found): void {
  const home = object + layout.TCB_REPLY;
  must(heap.objects.get(object)?.size === 1024, 15, 'reply to a thread that is gone', slot);
  if (high & 2) {
    must(slot === home && heap.isRevocable(slot), 15, 'master', slot);
  } else {
    must(heap.prev(slot) === home, 15, 'reply not behind its master', slot);
    const state = heap.at(object + layout.TCB_STATE);
    must(state === layout.STATE_BLOCKED_ON_REPLY, 15, 'reply to a thread that does not wait', slot);
  }
}

/** Endpoints and notifications: state and queue agree, and nobody is queued who does not say so. */
function checkQueues(heap: Heap): void {
  for (const { type, object } of heap.objects.values()) {
    if (type === layout.CAP_ENDPOINT) checkEndpoint(heap, object);
    if (type === layout.CAP_NOTIFICATION) checkNotification(heap, object);
  }
}

function checkQueue(heap: Heap, object: number, head: number, tail: number, state: number): number {
  const queue = heap.list(heap.at(head), layout.TCB_EP_NEXT);
  must(new Set(queue).size === queue.length, 5, 'queued twice', object);
  must((queue.at(-1) ?? 0) === heap.at(tail), 5, 'tail', object);
  for (const thread of queue) {
    must(heap.threads.has(thread), 6, 'a thread without capability is queued', object);
    must(heap.at(thread + layout.TCB_STATE) === state, 4, 'state of a queued thread', thread);
    must(heap.at(thread + layout.TCB_BLOCKED_ON) === object, 4, 'queued elsewhere', thread);
  }
  return queue.length;
}

function checkEndpoint(heap: Heap, ep: number): void {
  const state = heap.at(ep + layout.EP_STATE);
  const blocked =
    state === layout.EP_SEND ? layout.STATE_BLOCKED_ON_SEND : layout.STATE_BLOCKED_ON_RECEIVE;
  const length = checkQueue(heap, ep, ep + layout.EP_HEAD, ep + layout.EP_TAIL, blocked);
  must((state === layout.EP_IDLE) === (length === 0), 5, 'idle exactly when empty', ep);
}

function checkNotification(heap: Heap, ntfn: number): void {
  const word = heap.at(ntfn);
  const waiting = layout.STATE_BLOCKED_ON_NOTIFICATION;
  const [head, tail] = [ntfn + layout.NTFN_HEAD, ntfn + layout.NTFN_TAIL];
  const length = checkQueue(heap, ntfn, head, tail, waiting);
  must(
    ((word & 3) === layout.NTFN_WAITING) === length > 0,
    5,
    'waiting exactly with waiters',
    ntfn,
  );
  const bound = (word & ~3) >>> 0;
  if (!bound) return;
  must(heap.threads.has(bound), 6, 'bound to a thread that is gone', ntfn);
  must(heap.at(bound + layout.TCB_BOUND) === ntfn, 4, 'binding', ntfn);
  if (length > 0) must(length === 1 && heap.at(head) === bound, 5, 'others wait', ntfn);
}

function checkInterrupts(heap: Heap): void {
  const handled = new Set<number>();
  for (const { type, high } of heap.caps) {
    if (type === layout.CAP_IRQ_HANDLER) handled.add(high);
  }
  for (let line = 0; line < abi.IRQ_LINES; line++) {
    const at = layout.IRQ_STATE + line * layout.IRQ_STATE_SIZE;
    const active = heap.at(at + layout.IRQ_ACTIVE) !== 0;
    must(active === handled.has(line), 20, 'active exactly with a handler', at);
    for (let word = 0; word < 3; word++) must(heap.at(at + word * 4) <= 1, 20, 'flag', at);
    const masked = heap.at(at + layout.IRQ_MASKED) !== 0;
    const latched = heap.at(at + layout.IRQ_LATCHED) !== 0;
    must(active || !masked, 20, 'masked without a handler', at);
    const slot = layout.IRQ_NODE + line * layout.SLOT_SIZE;
    const type = heap.at(slot) & 15;
    must(type === 0 || (active && type === layout.CAP_NOTIFICATION), 20, 'notification', slot);
    const deliverable = active && !masked && type !== 0;
    must(!(latched && deliverable), 20, 'latched but not delivered', at);
  }
}
