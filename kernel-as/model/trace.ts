/**
 * The trace ring: what the kernel did, and what others say that they did, for the page's system
 * view and the tests.
 *
 * One ring for all processors: records are written under the kernel lock, so that their sequence is
 * the order in which things happened, whatever processor they happened on. Records are overwritten
 * when the ring is full; TRACE_NEXT only grows, and counts a record after it is whole, so that a
 * reader who compares it before and after knows what to believe. Off, it costs one load and one
 * branch. The kernel has no clock: a record's time is what this processor's library brought last.
 */
import {
  COUNTER_ENTRY, NODES, NODE_COUNTERS, NODE_EPOCH, NODE_SIZE, NODE_TIME, PROCESSORS, TCB_EPOCH,
  TRACE, TRACE_A, TRACE_B, TRACE_C, TRACE_ENABLED, TRACE_ENTRY, TRACE_KIND, TRACE_MARK, TRACE_NEXT,
  TRACE_RECORDS, TRACE_RECORD_SIZE, TRACE_SEQUENCE, TRACE_THREAD, TRACE_TIME, WATCH_TRACE,
} from '../layout.ts';
import { currentNode, currentThread, nodeOf } from './state.ts';

export function trace(kind: u32, thread: u32, a: u32, b: u32, c: u32): void {
  traceOn(currentNode(), kind, thread, a, b, c);
}

/** The same, for what happens on another processor than the one that is in the kernel. */
export function traceOn(node: u32, kind: u32, thread: u32, a: u32, b: u32, c: u32): void {
  if (isTracing()) write(node, kind, thread, a, b, c);
}

/**
 * A mark of the current thread; `own` false: of the processor itself, and of no thread. A thread
 * that is current no more, by another processor's doing, leaves none.
 */
export function traceMark(own: bool, kind: u32, a: u32, b: u32, c: u32): void {
  if (!isTracing() || kind < <u32>TRACE_MARK || kind > 0xff) return;
  const node = currentNode();
  const thread: u32 = own ? currentThread() : 0;
  if (own && (!thread || load<u32>(thread + TCB_EPOCH) != load<u32>(node + NODE_EPOCH))) return;
  write(node, kind, thread, a, b, c);
}

@inline
function isTracing(): bool {
  return (load<u32>(TRACE_ENABLED) & WATCH_TRACE) != 0;
}

function write(node: u32, kind: u32, thread: u32, a: u32, b: u32, c: u32): void {
  const sequence = load<u32>(TRACE_NEXT);
  const at: u32 = TRACE + (sequence & (TRACE_RECORDS - 1)) * TRACE_RECORD_SIZE;
  store<u32>(at + TRACE_KIND, kind | (((node - NODES) / NODE_SIZE) << 8));
  store<u32>(at + TRACE_THREAD, thread);
  store<u32>(at + TRACE_A, a);
  store<u32>(at + TRACE_B, b);
  store<u32>(at + TRACE_C, c);
  store<u32>(at + TRACE_SEQUENCE, sequence);
  store<u32>(at + TRACE_ENTRY, entries());
  store<u32>(at + TRACE_TIME, load<u32>(currentNode() + NODE_TIME));
  atomic.store<u32>(TRACE_NEXT, sequence + 1);
}

/** The low word; the others' counters move only under the lock, which this processor has. */
function entries(): u32 {
  let sum: u32 = 0;
  const processors = load<u32>(PROCESSORS);
  for (let cpu: u32 = 0; cpu < processors; cpu++) {
    sum += load<u32>(nodeOf(cpu) + NODE_COUNTERS + COUNTER_ENTRY * 8);
  }
  return sum;
}
