/**
 * Processors that come and go.
 *
 * A processor that is taken offline may be in an endless loop, may be about to leave the kernel, or
 * have been terminated anywhere, even inside the kernel. So the lock is waited for as long as a
 * living owner could need it, so that nobody is robbed who still works. Then it is marked offline,
 * from when on it cannot take the lock, and all its threads are suspended. Their peers see
 * what they would see after TCB_Suspend: a caller of such a thread waits until the reply capability
 * is deleted. Whom it had made ready and no longer notified is notified now.
 */
import {
  ACTION_RESUME, NODE_ACTION, NODE_CURRENT, NODE_IDLE, NODE_ONLINE, NODE_THREADS, ONLINE_LAST,
  TCB_NODE_NEXT,
} from '../layout.ts';
import { lockKernel, lockWithin, notifySleepers, unlockKernel } from '../model/lock.ts';
import { nodeOf } from '../model/state.ts';
import { suspend } from './thread.ts';

/** Milliseconds after which an owner of the lock is taken for dead. */
const PATIENCE = 250;

/** A number of its own each time: whoever still waits for the lock as its predecessor gives up. */
export function setOnline(cpu: u32): void {
  atomic.store<i32>(nodeOf(cpu) + NODE_ONLINE, atomic.add<i32>(ONLINE_LAST, 1) + 1);
}

export function takeOffline(cpu: u32, victim: u32): void {
  const patient = lockWithin(cpu, PATIENCE);
  atomic.store<i32>(nodeOf(victim) + NODE_ONLINE, 0);
  if (!patient && !lockKernel(cpu)) return;
  const node = nodeOf(victim);
  let tcb = load<u32>(node + NODE_THREADS);
  while (tcb) {
    suspend(tcb);
    tcb = load<u32>(tcb + TCB_NODE_NEXT);
  }
  store<u32>(node + NODE_CURRENT, 0);
  store<u32>(node + NODE_IDLE, 0);
  store<u32>(node + NODE_ACTION, ACTION_RESUME);
  notifySleepers();
  unlockKernel(cpu);
}
