/**
 * The invariants of threads and of the scheduler: 3, 4, 6, 17 to 19 and 22 of the list in
 * invariants.ts.
 */
import { MAX_PROCESSORS } from '../../kernel-as/abi.ts';
import * as layout from '../../kernel-as/layout.ts';
import { type Heap, must } from './heap.ts';

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

export function checkScheduler(heap: Heap, here: number): void {
  const ready = new Set<number>();
  for (let cpu = 0; cpu < MAX_PROCESSORS; cpu++) checkProcessor(heap, cpu, ready, cpu === here);
  for (const tcb of heap.threads) {
    const flag = heap.at(tcb + layout.TCB_QUEUED) !== 0;
    must(flag === ready.has(tcb), 17, 'queued flag', tcb);
    if (!isRunnable(heap, tcb) || flag) continue;
    const node = heap.node(heap.at(tcb + layout.TCB_AFFINITY));
    const runs = heap.at(node + layout.NODE_CURRENT) === tcb;
    must(runs || heap.at(node + layout.NODE_ACTION) === tcb, 17, 'runnable but nowhere', tcb);
  }
}

function checkProcessor(heap: Heap, cpu: number, ready: Set<number>, here: boolean): void {
  const node = heap.node(cpu);
  const top = heap.at(node + layout.NODE_BITMAP_TOP);
  const highest = top === 0 ? -1 : checkReadyQueues(heap, cpu, top, ready);
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
    must(!here || highest < 0, 19, 'idle while a thread is ready', node);
  } else if (isRunnable(heap, current)) {
    must(heap.at(current + layout.TCB_PRIORITY) >= highest, 18, 'a better thread is ready', node);
  } else {
    // Another processor may have stopped it while its code runs on.
    must(!here, 18, 'the current thread is stopped', node);
  }
}

/** Returns the highest priority that has a thread. */
function checkReadyQueues(heap: Heap, cpu: number, top: number, ready: Set<number>): number {
  const node = heap.node(cpu);
  let highest = -1;
  for (let word = 0; word < 8; word++) {
    const bits = heap.at(node + layout.NODE_BITMAP + word * 4);
    must(((top >>> word) % 2 === 1) === (bits !== 0), 17, 'top of the bitmap', node);
    for (let bit = 0; bit < 32; bit++) {
      const priority = word * 32 + bit;
      const head = heap.at(node + layout.NODE_QUEUES + priority * 8);
      must((head !== 0) === (((bits >>> bit) & 1) === 1), 17, 'bitmap', node);
      if (!head) continue;
      highest = priority;
      for (const tcb of heap.list(head, layout.TCB_SCHED_NEXT)) {
        must(!ready.has(tcb), 17, 'ready twice', tcb);
        ready.add(tcb);
        must(heap.threads.has(tcb), 6, 'a thread without capability is ready', tcb);
        must(isRunnable(heap, tcb), 17, 'ready but not runnable', tcb);
        must(heap.at(tcb + layout.TCB_PRIORITY) === priority, 17, 'priority', tcb);
        must(heap.at(tcb + layout.TCB_AFFINITY) === cpu, 17, 'affinity', tcb);
      }
    }
  }
  return highest;
}
