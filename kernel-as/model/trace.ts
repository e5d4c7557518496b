/**
 * The trace ring: what the kernel did, for the page's system view and the tests.
 *
 * One ring for all processors: records are written under the kernel lock, so that their sequence is
 * the order in which things happened, whatever processor they happened on. Records are overwritten
 * when the ring is full; TRACE_NEXT only grows, and counts a record after it is whole, so that a
 * reader who compares it before and after knows what to believe. Off, it costs one load and one
 * branch.
 */
import {
  NODES, NODE_SIZE, TRACE, TRACE_A, TRACE_B, TRACE_ENABLED, TRACE_KIND, TRACE_NEXT, TRACE_RECORDS,
  TRACE_RECORD_SIZE, TRACE_SEQUENCE, TRACE_THREAD, WATCH_TRACE,
} from '../layout.ts';
import { currentNode } from './state.ts';

export function trace(kind: u32, thread: u32, a: u32, b: u32): void {
  traceOn(currentNode(), kind, thread, a, b);
}

/** The same, for what happens on another processor than the one that is in the kernel. */
export function traceOn(node: u32, kind: u32, thread: u32, a: u32, b: u32): void {
  if (load<u32>(TRACE_ENABLED) & WATCH_TRACE) write(node, kind, thread, a, b);
}

function write(node: u32, kind: u32, thread: u32, a: u32, b: u32): void {
  const sequence = load<u32>(TRACE_NEXT);
  const at: u32 = TRACE + (sequence & (TRACE_RECORDS - 1)) * TRACE_RECORD_SIZE;
  store<u32>(at + TRACE_KIND, kind | (((node - NODES) / NODE_SIZE) << 8));
  store<u32>(at + TRACE_THREAD, thread);
  store<u32>(at + TRACE_A, a);
  store<u32>(at + TRACE_B, b);
  store<u32>(at + TRACE_SEQUENCE, sequence);
  atomic.store<u32>(TRACE_NEXT, sequence + 1);
}
