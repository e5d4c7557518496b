/**
 * Where the kernel's global state is: the node of a processor, the current thread, the call's
 * error.
 *
 * Everything here belongs to the processor that owns the kernel lock. Second results of functions
 * that return a status are left in the RESULT_* words, which the caller reads at once.
 */
import {
  CURRENT_NODE, EPOCH_LAST, NODES, NODE_COUNTERS, NODE_CURRENT, NODE_EPOCH, NODE_SIZE, RESULT_CAP,
  RESULT_SLOT, TCB_EPOCH,
} from '../layout.ts';

export function nodeOf(cpu: u32): u32 {
  return NODES + cpu * NODE_SIZE;
}

/** Node of the processor that is in the kernel. */
export function currentNode(): u32 {
  return load<u32>(CURRENT_NODE);
}

export function currentCpu(): u32 {
  return (currentNode() - NODES) / NODE_SIZE;
}

/** The current thread of the processor that is in the kernel; 0: it idles. */
export function currentThread(): u32 {
  return load<u32>(currentNode() + NODE_CURRENT);
}

export function setCurrentThread(node: u32, tcb: u32): void {
  store<u32>(node + NODE_CURRENT, tcb);
  store<u32>(node + NODE_EPOCH, tcb ? load<u32>(tcb + TCB_EPOCH) : 0);
}

/** Gives a thread a new context: continuations of the old one must be dropped. */
export function newEpoch(tcb: u32): void {
  const epoch = load<u32>(EPOCH_LAST) + 1;
  store<u32>(EPOCH_LAST, epoch);
  store<u32>(tcb + TCB_EPOCH, epoch);
}

export function count(counter: u32): void {
  countOn(currentNode(), counter);
}

/** Each processor counts for itself, so that they do not fight for the words. */
export function countOn(node: u32, counter: u32): void {
  const at = node + NODE_COUNTERS + counter * 8;
  store<u64>(at, load<u64>(at) + 1);
}

export function resultSlot(): u32 {
  return load<u32>(RESULT_SLOT);
}

export function resultCap(): u64 {
  return load<u64>(RESULT_CAP);
}

export function setResultCap(cap: u64): void {
  store<u64>(RESULT_CAP, cap);
}

export function setResultSlot(slot: u32): void {
  store<u32>(RESULT_SLOT, slot);
}
