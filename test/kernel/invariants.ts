/**
 * What must hold in kernel memory after every entry: a check of the whole heap, from the root CNode
 * on.
 *
 * Numbers in brackets are those of the abstract specification's invariants as listed for this
 * kernel: 2 capabilities point at what they claim, 4 references are symmetric, 5 queues match
 * states, 8 zombies are final, 9 the derivation list is consistent, 10 objects lie in their
 * untyped's subtree, 12 memory above a watermark is zero, 17 ready queues match the threads.
 */
import { MAX_PROCESSORS } from '../../kernel-as/abi.ts';
import * as layout from '../../kernel-as/layout.ts';
import type { TestKernel } from './harness.ts';

/**
 * Every full slot: of the root CNode, of CNodes, TCBs and zombies in slots, and all that follow in
 * the derivation list (a zombie that lies in its own first slot is reached in no other way).
 */
function allSlots(k: TestKernel): { slots: number[]; covered: (slot: number) => boolean } {
  const seen = new Set<number>();
  const ranges = new Map<number, number>();
  const todo: number[] = [];
  const cover = (ptr: number, count: number): void => {
    ranges.set(ptr, Math.max(count, ranges.get(ptr) ?? 0));
    for (let slot = ptr; slot < ptr + count * layout.SLOT_SIZE; slot += layout.SLOT_SIZE) {
      if (k.words[slot >>> 2] !== 0) todo.push(slot);
    }
  };
  cover(k.rootCNode(), 1 << 16);
  cover(layout.IRQ_NODE, 32);
  for (let slot = todo.pop(); slot !== undefined; slot = todo.pop()) {
    const [low, high] = [k.u32(slot), k.u32(slot + 4)];
    if (!(low & 15) || seen.has(slot)) continue;
    seen.add(slot);
    const next = (k.u32(slot + layout.SLOT_NEXT) & ~3) >>> 0;
    if (next) todo.push(next);
    const inner = (low & ~15) >>> 0;
    if ((low & 15) === layout.CAP_CNODE && !ranges.has(inner)) cover(inner, 1 << (high & 31));
    if ((low & 15) === layout.CAP_THREAD) cover(inner, layout.TCB_SLOTS);
    if ((low & 15) === layout.CAP_ZOMBIE) cover(inner, high >>> 6);
  }
  const covered = (slot: number) =>
    [...ranges].some(([ptr, count]) => slot >= ptr && slot < ptr + count * layout.SLOT_SIZE);
  return { slots: [...seen], covered };
}

/** Throws an error that names what does not hold. */
export function assertInvariants(k: TestKernel): void {
  const problems = checkInvariants(k);
  if (problems.length) throw new Error(problems.slice(0, 5).join('; '));
}

export function checkInvariants(k: TestKernel): string[] {
  const problems: string[] = [];
  const { slots, covered } = allSlots(k);
  const threads = new Set<number>();
  for (const slot of slots) {
    const next = (k.u32(slot + layout.SLOT_NEXT) & ~3) >>> 0;
    const prev = k.u32(slot + layout.SLOT_PREV);
    if (next && k.u32(next + layout.SLOT_PREV) !== slot) problems.push(`[9] next of ${slot}`);
    if (prev && (k.u32(prev + layout.SLOT_NEXT) & ~3) >>> 0 !== slot) {
      problems.push(`[9] prev of ${slot}`);
    }
    if (next && !(k.u32(next) & 15)) problems.push(`[9] empty slot in list after ${slot}`);
    if (!covered(slot)) problems.push(`[7] slot ${slot} is in no object`);
    const low = k.u32(slot);
    if ((low & 15) === layout.CAP_THREAD) threads.add((low & ~15) >>> 0);
    if ((low & 15) === layout.CAP_UNTYPED) checkUntyped(k, slot, problems);
  }
  for (const tcb of threads) checkThread(k, tcb, problems);
  checkReadyQueues(k, threads, problems);
  return problems;
}

function checkUntyped(k: TestKernel, slot: number, problems: string[]): void {
  const high = k.u32(slot + 4);
  if (high & 32) return;
  const base = (k.u32(slot) & ~15) >>> 0;
  const used = (high >>> 6) << 4;
  const size = 2 ** (high & 31);
  if (used > size) problems.push(`[12] watermark of ${slot}`);
  const end = (base + size) >>> 2;
  for (let at = (base + used) >>> 2; at < end; at++) {
    if (k.words[at] === 0) continue;
    problems.push(`[12] not zero at ${at * 4}`);
    return;
  }
}

function checkThread(k: TestKernel, tcb: number, problems: string[]): void {
  const state = k.state(tcb);
  const on = k.u32(tcb + layout.TCB_BLOCKED_ON);
  const endpoint =
    state === layout.STATE_BLOCKED_ON_SEND || state === layout.STATE_BLOCKED_ON_RECEIVE;
  if (endpoint) {
    const wanted = state === layout.STATE_BLOCKED_ON_SEND ? layout.EP_SEND : layout.EP_RECV;
    if (k.u32(on + layout.EP_STATE) !== wanted) problems.push(`[5] state of endpoint ${on}`);
    if (!queueHolds(k, k.u32(on + layout.EP_HEAD), tcb)) problems.push(`[4] ${tcb} not queued`);
  }
  if (state === layout.STATE_BLOCKED_ON_NOTIFICATION) {
    if ((k.u32(on) & 3) !== layout.NTFN_WAITING) problems.push(`[5] notification ${on}`);
    if (!queueHolds(k, k.u32(on + layout.NTFN_HEAD), tcb)) problems.push(`[4] ${tcb} not waiting`);
  }
  const bound = k.u32(tcb + layout.TCB_BOUND);
  if (bound && (k.u32(bound) & ~3) >>> 0 !== tcb) problems.push(`[4] binding of ${tcb}`);
}

function queueHolds(k: TestKernel, head: number, tcb: number): boolean {
  for (let at = head, i = 0; at && i < 1000; at = k.u32(at + layout.TCB_EP_NEXT), i++) {
    if (at === tcb) return true;
  }
  return false;
}

function checkReadyQueues(k: TestKernel, threads: Set<number>, problems: string[]): void {
  const queued = new Set<number>();
  for (let cpu = 0; cpu < MAX_PROCESSORS; cpu++) {
    const node = layout.NODES + cpu * layout.NODE_SIZE;
    for (let priority = 0; priority < layout.PRIORITIES; priority++) {
      const head = k.u32(node + layout.NODE_QUEUES + priority * 8);
      const word = k.u32(node + layout.NODE_BITMAP + (priority >> 5) * 4);
      if ((head !== 0) !== ((word >>> (priority & 31)) & 1) > 0) {
        problems.push(`[17] bitmap of ${priority}`);
      }
      for (let at = head, i = 0; at && i < 1000; at = k.u32(at + layout.TCB_SCHED_NEXT), i++) {
        if (queued.has(at)) problems.push(`[17] ${at} queued twice`);
        queued.add(at);
        if (k.u32(at + layout.TCB_PRIORITY) !== priority) problems.push(`[17] priority of ${at}`);
        if (k.u32(at + layout.TCB_AFFINITY) !== cpu) problems.push(`[17] affinity of ${at}`);
        if (!isRunnable(k, at)) problems.push(`[17] ${at} queued but not runnable`);
      }
    }
  }
  for (const tcb of threads) {
    if ((k.u32(tcb + layout.TCB_QUEUED) !== 0) !== queued.has(tcb)) {
      problems.push(`[17] queued flag of ${tcb}`);
    }
    const cpu = k.u32(tcb + layout.TCB_AFFINITY);
    const action = k.u32(layout.NODES + cpu * layout.NODE_SIZE + layout.NODE_ACTION);
    const idle = !queued.has(tcb) && k.current(cpu) !== tcb && action !== tcb;
    if (isRunnable(k, tcb) && idle) problems.push(`[17] ${tcb} runnable but nowhere`);
  }
}

function isRunnable(k: TestKernel, tcb: number): boolean {
  const state = k.state(tcb);
  return state === layout.STATE_RUNNING || state === layout.STATE_RESTART;
}
