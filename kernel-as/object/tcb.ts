/**
 * Threads as objects: making and ending them, and the list of all threads of a processor.
 *
 * A TCB is in the list of the processor of its affinity from Retype until its last capability goes.
 * finaliseThread leaves nothing that refers to the TCB but its own slots, which become a zombie.
 *
 * Manual: section 6.1 (thread creation, deactivation).
 */
import { MAX_PROCESSORS } from '../abi.ts';
import {
  NODE_CURRENT, NODE_THREADS, STATE_INACTIVE, TCB_AFFINITY, TCB_NODE_NEXT, TCB_NODE_PREV, TCB_STATE,
} from '../layout.ts';
import { suspend } from '../kernel/thread.ts';
import { currentCpu, newEpoch, nodeOf } from '../model/state.ts';
import { unbindNotification } from './notification.ts';

/** The memory is zero. */
export function createThread(tcb: u32): void {
  store<u32>(tcb + TCB_STATE, STATE_INACTIVE);
  store<u32>(tcb + TCB_AFFINITY, currentCpu());
  newEpoch(tcb);
  nodeListAdd(tcb);
}

export function finaliseThread(tcb: u32): void {
  unbindNotification(tcb);
  suspend(tcb);
  nodeListRemove(tcb);
  for (let cpu: u32 = 0; cpu < <u32>MAX_PROCESSORS; cpu++) {
    const node = nodeOf(cpu);
    if (load<u32>(node + NODE_CURRENT) == tcb) store<u32>(node + NODE_CURRENT, 0);
  }
}

export function nodeListAdd(tcb: u32): void {
  const node = nodeOf(load<u32>(tcb + TCB_AFFINITY));
  const first = load<u32>(node + NODE_THREADS);
  store<u32>(tcb + TCB_NODE_NEXT, first);
  store<u32>(tcb + TCB_NODE_PREV, 0);
  if (first) store<u32>(first + TCB_NODE_PREV, tcb);
  store<u32>(node + NODE_THREADS, tcb);
}

export function nodeListRemove(tcb: u32): void {
  const prev = load<u32>(tcb + TCB_NODE_PREV);
  const next = load<u32>(tcb + TCB_NODE_NEXT);
  if (prev) store<u32>(prev + TCB_NODE_NEXT, next);
  else store<u32>(nodeOf(load<u32>(tcb + TCB_AFFINITY)) + NODE_THREADS, next);
  if (next) store<u32>(next + TCB_NODE_PREV, prev);
}
