/**
 * Ready queues: 256 priorities for each processor, found by a two-level bitmap.
 *
 * A thread is queued exactly when TCB_QUEUED is set, in the queue of its own priority on the
 * processor of its affinity. The thread that a processor runs is in no queue.
 * Putting a thread into another processor's queue wakes that processor (see the wake protocol in
 * layout.ts) and makes it look for a better thread on its next entry.
 */
import {
  ACTION_CHOOSE, ACTION_RESUME, COUNTER_WAKE, NODE_ACTION, NODE_BITMAP, NODE_BITMAP_TOP,
  NODE_CURRENT, NODE_IDLE, NODE_QUEUES, NODE_SLEEPING, NODE_WAKE, TCB_AFFINITY, TCB_PRIORITY,
  TCB_QUEUED, TCB_SCHED_NEXT, TCB_SCHED_PREV,
} from '../layout.ts';
import { notifyLater } from './lock.ts';
import { count, currentNode, nodeOf } from './state.ts';

/** To the head of its queue, unless it is queued already. */
export function tcbSchedEnqueue(tcb: u32): void {
  if (load<u32>(tcb + TCB_QUEUED)) return;
  const node = nodeOf(load<u32>(tcb + TCB_AFFINITY));
  const queue = queueOf(node, tcb);
  const head = load<u32>(queue);
  if (head) store<u32>(head + TCB_SCHED_PREV, tcb);
  else store<u32>(queue + 4, tcb);
  store<u32>(queue, tcb);
  link(node, tcb, 0, head);
}

/** To the tail of its queue, unless it is queued already. */
export function tcbSchedAppend(tcb: u32): void {
  if (load<u32>(tcb + TCB_QUEUED)) return;
  const node = nodeOf(load<u32>(tcb + TCB_AFFINITY));
  const queue = queueOf(node, tcb);
  const tail = load<u32>(queue + 4);
  if (tail) store<u32>(tail + TCB_SCHED_NEXT, tcb);
  else store<u32>(queue, tcb);
  store<u32>(queue + 4, tcb);
  link(node, tcb, tail, 0);
}

export function tcbSchedDequeue(tcb: u32): void {
  if (!load<u32>(tcb + TCB_QUEUED)) return;
  const node = nodeOf(load<u32>(tcb + TCB_AFFINITY));
  const queue = queueOf(node, tcb);
  const prev = load<u32>(tcb + TCB_SCHED_PREV);
  const next = load<u32>(tcb + TCB_SCHED_NEXT);
  if (prev) store<u32>(prev + TCB_SCHED_NEXT, next);
  else store<u32>(queue, next);
  if (next) store<u32>(next + TCB_SCHED_PREV, prev);
  else store<u32>(queue + 4, prev);
  store<u32>(tcb + TCB_QUEUED, 0);
  if (!load<u32>(queue)) clearBit(node, load<u32>(tcb + TCB_PRIORITY));
}

/** The best thread that waits on a processor, or 0. */
export function highestReady(node: u32): u32 {
  const top = load<u32>(node + NODE_BITMAP_TOP);
  if (!top) return 0;
  const word: u32 = 31 - clz<u32>(top);
  const bits = load<u32>(node + NODE_BITMAP + word * 4);
  const priority: u32 = word * 32 + 31 - clz<u32>(bits);
  return load<u32>(node + NODE_QUEUES + priority * 8);
}

/** Whether no waiting thread is better than `priority`. */
export function isHighestPriority(node: u32, priority: u32): bool {
  const best = highestReady(node);
  return !best || priority >= load<u32>(best + TCB_PRIORITY);
}

function queueOf(node: u32, tcb: u32): u32 {
  return node + NODE_QUEUES + load<u32>(tcb + TCB_PRIORITY) * 8;
}

function link(node: u32, tcb: u32, prev: u32, next: u32): void {
  store<u32>(tcb + TCB_SCHED_PREV, prev);
  store<u32>(tcb + TCB_SCHED_NEXT, next);
  store<u32>(tcb + TCB_QUEUED, 1);
  setBit(node, load<u32>(tcb + TCB_PRIORITY));
  if (node != currentNode()) kick(node, tcb);
}

function setBit(node: u32, priority: u32): void {
  const word = node + NODE_BITMAP + (priority >> 5) * 4;
  store<u32>(word, load<u32>(word) | (1 << (priority & 31)));
  store<u32>(node + NODE_BITMAP_TOP, load<u32>(node + NODE_BITMAP_TOP) | (1 << (priority >> 5)));
}

function clearBit(node: u32, priority: u32): void {
  const word = node + NODE_BITMAP + (priority >> 5) * 4;
  const left: u32 = load<u32>(word) & ~(1 << (priority & 31));
  store<u32>(word, left);
  if (left) return;
  const top = load<u32>(node + NODE_BITMAP_TOP);
  store<u32>(node + NODE_BITMAP_TOP, top & ~(1 << (priority >> 5)));
}

/** Makes another processor reconsider, and wakes it if it sleeps. */
function kick(node: u32, tcb: u32): void {
  store<u32>(node + NODE_IDLE, 0);
  const current = load<u32>(node + NODE_CURRENT);
  const better = !current || load<u32>(tcb + TCB_PRIORITY) > load<u32>(current + TCB_PRIORITY);
  // Where it runs itself, its priority has changed: others may be better now.
  if (better || tcb == current) {
    const action = load<u32>(node + NODE_ACTION);
    store<u32>(node + NODE_ACTION, ACTION_CHOOSE);
    if (action != ACTION_RESUME && action != ACTION_CHOOSE) tcbSchedEnqueue(action);
  }
  wake(node);
}

/** Tells another processor that there is something for it. */
export function wake(node: u32): void {
  count(COUNTER_WAKE);
  atomic.add<i32>(node + NODE_WAKE, 1);
  if (atomic.load<i32>(node + NODE_SLEEPING)) notifyLater(node);
}
