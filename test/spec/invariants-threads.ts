/**
 * The invariants of threads and of the scheduler: 3, 4, 6, 17 to 19 and 22 of the list in
 * invariants.ts.
 */
import { MAX_PROCESSORS } from '../../kernel-as/abi.ts';
import * as layout from '../../kernel-as/layout.ts';
import type { Action } from './driver.ts';
import { type Heap, must } from './heap.ts';
import { actorsOf, reachOf } from './subjects.ts';

const isRunnable = (heap: Heap, tcb: number) => {
  const state = heap.at(tcb + layout.TCB_STATE);
  return state === layout.STATE_RUNNING || state === layout.STATE_RESTART;
};

/** What each slot of a thread may hold. */
const SLOT_TYPES = [
  [layout.TCB_CTABLE, layout.CAP_CNODE, layout.CAP_ZOMBIE],
  [layout.TCB_VTABLE, layout.CAP_PAGE_DIRECTORY, layout.CAP_PAGE_DIRECTORY],
  [layout.TCB_REPLY, layout.CAP_REPLY, layout.CAP_REPLY],
  [layout.TCB_CALLER, layout.CAP_REPLY, layout.CAP_REPLY],
  [layout.TCB_BUFFER, layout.CAP_FRAME, layout.CAP_FRAME],
] as const;

export function checkThread(heap: Heap, tcb: number): void {
  for (const [offset, ...types] of SLOT_TYPES) {
    const type = heap.at(tcb + offset) & 15;
    must(type === 0 || types.some((t) => t === type), 3, 'slot', tcb + offset);
  }
  must(heap.at(tcb + layout.TCB_BUFFER) < layout.RAM_BASE, 3, 'buffer in RAM', tcb);
  must(heap.at(tcb + layout.TCB_PRIORITY) <= 255, 22, 'priority', tcb);
  must(heap.at(tcb + layout.TCB_MCP) <= 255, 22, 'MCP', tcb);
  const bound = heap.at(tcb + layout.TCB_BOUND);
  if (bound) must((heap.at(bound) & ~3) >>> 0 === tcb, 4, 'binding', tcb);
  checkBlocked(heap, tcb);
}

function checkBlocked(heap: Heap, tcb: number): void {
  const state = heap.at(tcb + layout.TCB_STATE);
  const on = heap.at(tcb + layout.TCB_BLOCKED_ON);
  const queued = (head: number) => heap.list(heap.at(head), layout.TCB_EP_NEXT).includes(tcb);
  switch (state) {
    case layout.STATE_BLOCKED_ON_SEND:
    case layout.STATE_BLOCKED_ON_RECEIVE: {
      const wanted = state === layout.STATE_BLOCKED_ON_SEND ? layout.EP_SEND : layout.EP_RECV;
      must(heap.objects.get(on)?.type === layout.CAP_ENDPOINT, 6, 'blocked on nothing', tcb);
      must(heap.at(on + layout.EP_STATE) === wanted, 5, 'endpoint state', on);
      must(queued(on + layout.EP_HEAD), 4, 'blocked but not queued', tcb);
      return;
    }
    case layout.STATE_BLOCKED_ON_NOTIFICATION:
      must(heap.objects.get(on)?.type === layout.CAP_NOTIFICATION, 6, 'waits for nothing', tcb);
      must(queued(on + layout.NTFN_HEAD), 4, 'waits but is not queued', tcb);
      return;
    default:
  }
}

/** What has to be remembered to judge a scheduler. */
export class Schedule {
  /** Where each thread belonged after the last action. */
  #affinities = new Map<number, number>();
  /**
   * Threads that SetAffinity has put into the queue of a processor. It is not made to look at once,
   * not even where the thread is better than its own: it finds it when it next chooses.
   */
  readonly #moved = new Set<number>();

  constructor(heap: Heap) {
    this.#remember(heap);
  }

  check(heap: Heap, here: number, action: Action): void {
    for (const tcb of heap.threads) {
      const before = this.#affinities.get(tcb);
      const now = heap.at(tcb + layout.TCB_AFFINITY);
      if (before !== undefined && before !== now) this.#moved.add(tcb);
    }
    for (const tcb of this.#moved) {
      if (!heap.threads.has(tcb) || !heap.at(tcb + layout.TCB_QUEUED)) this.#moved.delete(tcb);
    }
    const decided = action.do !== 'invoke' && action.do !== 'irq' && action.do !== 'processor';
    checkScheduler(heap, decided ? here : -1, this.#moved);
    if (decided) checkDecision(heap, here);
    this.#remember(heap);
  }

  #remember(heap: Heap): void {
    this.#affinities.clear();
    for (const tcb of heap.threads) {
      this.#affinities.set(tcb, heap.at(tcb + layout.TCB_AFFINITY));
    }
  }
}

/** Who has just been let go: nothing is left to be done for it, or to be decided. */
function checkDecision(heap: Heap, cpu: number): void {
  const node = heap.node(cpu);
  must(heap.at(node + layout.NODE_ACTION) === layout.ACTION_RESUME, 18, 'undecided', node);
  const current = heap.at(node + layout.NODE_CURRENT);
  if (!current) return;
  must(heap.at(current + layout.TCB_STATE) === layout.STATE_RUNNING, 18, 'not running', current);
  must(heap.at(current + layout.TCB_QUEUED) === 0, 17, 'current and queued', current);
  must(heap.at(current + layout.TCB_AFFINITY) === cpu, 18, 'runs elsewhere', current);
}

/** `here`: the processor that has just decided, or none. */
function checkScheduler(heap: Heap, here: number, moved: ReadonlySet<number>): void {
  const ready = new Set<number>();
  let listed = 0;
  for (let cpu = 0; cpu < MAX_PROCESSORS; cpu++) {
    checkProcessor(heap, { cpu, ready, here: cpu === here, moved });
    listed += checkNodeThreads(heap, cpu);
  }
  must(listed === heap.threads.size, 6, 'a thread in no list of a processor', 0);
  for (const tcb of heap.threads) {
    const flag = heap.at(tcb + layout.TCB_QUEUED) !== 0;
    must(flag === ready.has(tcb), 17, 'queued flag', tcb);
    if (!isRunnable(heap, tcb) || flag) continue;
    const node = heap.node(heap.at(tcb + layout.TCB_AFFINITY));
    const runs = heap.at(node + layout.NODE_CURRENT) === tcb;
    must(runs || heap.at(node + layout.NODE_ACTION) === tcb, 17, 'runnable but nowhere', tcb);
  }
}

const MOST_THREADS = 256;

/** The list of a processor's threads; returns how many there are. */
function checkNodeThreads(heap: Heap, cpu: number): number {
  const head = heap.at(heap.node(cpu) + layout.NODE_THREADS);
  const list = heap.list(head, layout.TCB_NODE_NEXT, MOST_THREADS);
  list.forEach((tcb, i) => {
    must(heap.threads.has(tcb), 6, 'a thread without capability is listed', tcb);
    must(heap.at(tcb + layout.TCB_AFFINITY) === cpu, 6, 'listed at another processor', tcb);
    must(heap.at(tcb + layout.TCB_NODE_PREV) === (list[i - 1] ?? 0), 6, 'list of threads', tcb);
  });
  return list.length;
}

interface Looked {
  readonly cpu: number;
  readonly here: boolean;
  readonly ready: Set<number>;
  readonly moved: ReadonlySet<number>;
}

function checkProcessor(heap: Heap, { cpu, ready, here, moved }: Looked): void {
  const node = heap.node(cpu);
  const top = heap.at(node + layout.NODE_BITMAP_TOP);
  const queued = top === 0 ? [] : checkReadyQueues(heap, cpu, top, ready);
  const current = heap.at(node + layout.NODE_CURRENT);
  const action = heap.at(node + layout.NODE_ACTION);
  if (current) must(heap.threads.has(current), 18, 'current thread without capability', node);
  if (action > layout.ACTION_CHOOSE) {
    must(heap.threads.has(action) && isRunnable(heap, action), 18, 'candidate', node);
  }
  if (action !== layout.ACTION_RESUME) return;
  // Nothing is left to be decided: the best thread runs, or nobody could.
  if (!current) {
    // Another processor may have deleted the thread whose code runs on.
    must(!here || queued.length === 0, 19, 'idle while a thread is ready', node);
  } else if (isRunnable(heap, current)) {
    const priority = heap.at(current + layout.TCB_PRIORITY);
    const better = queued.find(
      (tcb) => heap.at(tcb + layout.TCB_PRIORITY) > priority && !moved.has(tcb),
    );
    must(better === undefined, 18, 'a better thread is ready', node);
  } else {
    // Another processor may have stopped it while its code runs on.
    must(!here, 18, 'the current thread is stopped', node);
  }
}

/**
 * Priorities that an entry set, and MCPs: none is above the MCP of every thread that somebody who
 * acted in it could name as the authority.
 */
export function checkPriorities(before: Heap, heap: Heap, cpu: number): void {
  let limit: number | null = null;
  for (const tcb of heap.threads) {
    for (const field of [layout.TCB_PRIORITY, layout.TCB_MCP]) {
      const known = before.threads.has(tcb) ? before.saved(tcb + field) : 0;
      const now = heap.at(tcb + field);
      if (now === known) continue;
      limit ??= highestAuthority(before, actorsOf(before, heap, cpu));
      must(now <= limit, 22, 'above the MCP of any authority', tcb);
    }
  }
}

function highestAuthority(before: Heap, actors: Iterable<number>): number {
  let limit = 0;
  for (const actor of actors) {
    for (const { type, object } of reachOf(before, actor).caps) {
      if (type !== layout.CAP_THREAD) continue;
      limit = Math.max(limit, before.saved(object + layout.TCB_MCP));
    }
  }
  return limit;
}

/** Returns who is ready. */
function checkReadyQueues(heap: Heap, cpu: number, top: number, ready: Set<number>): number[] {
  const node = heap.node(cpu);
  const here: number[] = [];
  for (let word = 0; word < 8; word++) {
    const bits = heap.at(node + layout.NODE_BITMAP + word * 4);
    must(((top >>> word) % 2 === 1) === (bits !== 0), 17, 'top of the bitmap', node);
    for (let bit = 0; bit < 32; bit++) {
      const priority = word * 32 + bit;
      const head = heap.at(node + layout.NODE_QUEUES + priority * 8);
      must((head !== 0) === (((bits >>> bit) & 1) === 1), 17, 'bitmap', node);
      if (!head) continue;
      for (const tcb of heap.list(head, layout.TCB_SCHED_NEXT)) {
        must(!ready.has(tcb), 17, 'ready twice', tcb);
        ready.add(tcb);
        here.push(tcb);
        must(heap.threads.has(tcb), 6, 'a thread without capability is ready', tcb);
        must(isRunnable(heap, tcb), 17, 'ready but not runnable', tcb);
        must(heap.at(tcb + layout.TCB_PRIORITY) === priority, 17, 'priority', tcb);
        must(heap.at(tcb + layout.TCB_AFFINITY) === cpu, 17, 'affinity', tcb);
      }
    }
  }
  return here;
}
