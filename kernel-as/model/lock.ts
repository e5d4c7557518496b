/**
 * The one kernel lock.
 *
 * The lock word is the owner's processor number + 1. An owner that has been taken offline is robbed
 * of it, since its worker may have been terminated inside the kernel. Waiting is bounded: a waiter
 * looks again every millisecond even if nobody notifies it. A page's main thread may not wait: it
 * can be a processor only where it is the only one.
 *
 *   lockKernel(cpu)     false: this processor has been taken offline and must not run
 *   unlockKernel(cpu)
 *   preemptionPoint()   PREEMPTED when a long operation should offer the lock to others
 */
import {
  COUNTER_PREEMPT, CURRENT_NODE, LOCK_WAITERS, LOCK_WORD, NODE_ONLINE, WORK_LIMIT, WORK_UNITS,
} from '../layout.ts';
import { count, nodeOf } from './state.ts';
import { NONE, PREEMPTED } from './status.ts';

const SPINS = 2000;
const WAIT_NANOSECONDS: i64 = 1000000;

export function isOnline(cpu: u32): bool {
  return atomic.load<i32>(nodeOf(cpu) + NODE_ONLINE) != 0;
}

export function lockKernel(cpu: u32): bool {
  const mine = <i32>cpu + 1;
  let spins = 0;
  while (isOnline(cpu)) {
    const owner = atomic.cmpxchg<i32>(LOCK_WORD, 0, mine);
    if (owner == 0 || robOffline(owner, mine)) {
      store<u32>(CURRENT_NODE, nodeOf(cpu));
      store<u32>(WORK_UNITS, 0);
      return true;
    }
    if (++spins > SPINS) {
      atomic.store<i32>(LOCK_WAITERS, 1);
      atomic.wait<i32>(LOCK_WORD, owner, WAIT_NANOSECONDS);
    }
  }
  return false;
}

function robOffline(owner: i32, mine: i32): bool {
  if (isOnline(owner - 1)) return false;
  return atomic.cmpxchg<i32>(LOCK_WORD, owner, mine) == owner;
}

export function unlockKernel(cpu: u32): void {
  const mine = <i32>cpu + 1;
  if (atomic.cmpxchg<i32>(LOCK_WORD, mine, 0) != mine) return;
  if (!atomic.load<i32>(LOCK_WAITERS)) return;
  atomic.store<i32>(LOCK_WAITERS, 0);
  atomic.notify(LOCK_WORD, -1);
}

/** Gives others a turn in the middle of a long operation. False: taken offline meanwhile. */
export function offerLock(cpu: u32): bool {
  count(COUNTER_PREEMPT);
  if (!atomic.load<i32>(LOCK_WAITERS)) {
    store<u32>(WORK_UNITS, 0);
    return isOnline(cpu);
  }
  unlockKernel(cpu);
  let turns = SPINS;
  while (turns > 0 && atomic.load<i32>(LOCK_WORD) == 0) turns--;
  return lockKernel(cpu);
}

export function preemptionPoint(): u32 {
  const units = load<u32>(WORK_UNITS) + 1;
  store<u32>(WORK_UNITS, units);
  return units >= load<u32>(WORK_LIMIT) ? PREEMPTED : NONE;
}
