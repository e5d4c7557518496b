/**
 * Processors that come and go.
 *
 * A processor that is taken offline may be in an endless loop, or have been terminated anywhere,
 * even inside the kernel. So it is first marked offline, from when on it cannot take the lock and
 * may be robbed of it; then all its threads are suspended. Their peers see what they would see
 * after TCB_Suspend: a caller of such a thread waits until the reply capability is deleted. Whom it
 * had made ready and no longer notified is notified now.
 */
import {
  ACTION_RESUME, NODE_ACTION, NODE_CURRENT, NODE_ONLINE, NODE_THREADS, TCB_NODE_NEXT,
} from '../layout.ts';
import { lockKernel, notifySleepers, unlockKernel } from '../model/lock.ts';
import { nodeOf } from '../model/state.ts';
import { suspend } from './thread.ts';

export function setOnline(cpu: u32, online: bool): void {
  atomic.store<i32>(nodeOf(cpu) + NODE_ONLINE, online ? 1 : 0);
}

export function takeOffline(cpu: u32, victim: u32): void {
  setOnline(victim, false);
  if (!lockKernel(cpu)) return;
  const node = nodeOf(victim);
  let tcb = load<u32>(node + NODE_THREADS);
  while (tcb) {
    suspend(tcb);
    tcb = load<u32>(tcb + TCB_NODE_NEXT);
  }
  store<u32>(node + NODE_CURRENT, 0);
  store<u32>(node + NODE_ACTION, ACTION_RESUME);
  notifySleepers();
  unlockKernel(cpu);
}
