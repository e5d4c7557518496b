/**
 * What must hold on the kernel's heap after every entry, whatever was called.
 *
 * Numbers in brackets are those of the list of the abstract specification's invariants: 1 and 2
 * objects and capabilities, 3 slots of threads, 4 to 6 references and queues, 7 to 11 and 13 to
 * 14 the derivation tree, 15 reply capabilities, 17 to 19 the scheduler, 20 interrupts, 21
 * memory, 22 priorities. That free memory is zero (12) is compared with the model.
 *
 *   checkInvariants(words, rootNode, cpu)   throws Broken
 *
 * Source: l4v, Invariants_AI.thy, as listed in docs/specification.md.
 */
import * as layout from '../../kernel-as/layout.ts';
import { KERNEL_BYTES, RAM_BYTES } from './driver.ts';
import { type Found, Heap, must } from './heap.ts';
import { checkScheduler, checkThread } from './invariants-threads.ts';

/** `cpu`: the processor that has just left the kernel. */
export function checkInvariants(words: Uint32Array, rootNode: number, cpu: number): void {
  const heap = new Heap(words, rootNode).read();
  checkObjects(heap);
  for (const cap of heap.caps) {
    checkCap(heap, cap);
    checkTree(heap, cap);
  }
  checkUntypeds(heap);
  for (const thread of heap.threads) checkThread(heap, thread);
  checkQueues(heap);
  checkScheduler(heap, cpu);
  checkInterrupts(heap);
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
  if (type === layout.CAP_REPLY) checkReply(heap, cap);
  if (size > 0) checkMemory(cap);
}

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

function checkTree(heap: Heap, { slot, type }: Found): void {
  const [next, prev] = [heap.next(slot), heap.prev(slot)];
  if (next) {
    must(heap.prev(next) === slot, 9, 'next', slot);
    must(heap.bySlot.has(next), 9, 'empty or unknown slot in the tree', next);
  }
  if (prev) must(heap.next(prev) === slot, 9, 'previous', slot);
  must(isHeld(heap, slot), 7, 'slot in no object', slot);
  const original = type === layout.CAP_UNTYPED || type === layout.CAP_IRQ_CONTROL;
  if (original) must(heap.isRevocable(slot), 14, 'not revocable', slot);
}

/** Zombies that lie in themselves hold their own slot. */
function isHeld(heap: Heap, slot: number): boolean {
  for (const [first, slots] of heap.holders) {
    if (slot >= first && slot < first + slots * layout.SLOT_SIZE) return true;
  }
  return false;
}

const isPhysical = (cap: Found) => cap.size > 0;

/** What lies in an untyped descends from it, lies below its watermark, and follows it directly. */
function checkUntypeds(heap: Heap): void {
  for (const untyped of heap.caps) {
    if (untyped.type !== layout.CAP_UNTYPED) continue;
    const { object: base, size, high, slot } = untyped;
    const end = base + size;
    const used = (high >>> 6) << 4;
    must(used <= size, 12, 'watermark', slot);
    let inside = 0;
    for (const cap of heap.caps) {
      if (cap === untyped || !isPhysical(cap)) continue;
      if (cap.object + cap.size <= base || cap.object >= end) continue;
      if (cap.type === layout.CAP_UNTYPED && cap.size > size) continue;
      must(cap.object >= base && cap.object + cap.size <= end, 11, 'not nested', cap.slot);
      const equal = cap.type === layout.CAP_UNTYPED && cap.size === size;
      if (equal && !isBehind(heap, slot, cap.slot)) continue;
      must(cap.object + cap.size <= base + used, 12, 'above the watermark', cap.slot);
      inside++;
    }
    must(countBehind(heap, untyped) === inside, 10, 'not a descendant of its untyped', slot);
  }
}

function isBehind(heap: Heap, from: number, slot: number): boolean {
  for (let at = heap.next(from); at; at = heap.next(at)) if (at === slot) return true;
  return false;
}

/** Physical capabilities that follow an untyped's as long as they lie in it. */
function countBehind(heap: Heap, untyped: Found): number {
  let count = 0;
  for (let at = heap.next(untyped.slot); at; at = heap.next(at)) {
    const cap = heap.bySlot.get(at)!;
    const inside = cap.object >= untyped.object;
    if (!isPhysical(cap) || !inside) break;
    if (cap.object + cap.size > untyped.object + untyped.size) break;
    count++;
  }
  return count;
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
  for (let line = 0; line < 32; line++) {
    const at = layout.IRQ_STATE + line * layout.IRQ_STATE_SIZE;
    const active = heap.at(at + layout.IRQ_ACTIVE) !== 0;
    must(active === handled.has(line), 20, 'active exactly with a handler', at);
    const slot = layout.IRQ_NODE + line * layout.SLOT_SIZE;
    const type = heap.at(slot) & 15;
    must(type === 0 || (active && type === layout.CAP_NOTIFICATION), 20, 'notification', slot);
  }
}
