/**
 * The one kernel lock.
 *
 * The lock word is the owner's processor number + 1. An owner that has been taken offline is robbed
 * of it, since its worker may have been terminated inside the kernel. Waiting is bounded: a waiter
 * looks again every millisecond even if nobody notifies it. A page's main thread may not wait: it
 * can be a processor only where it is the only one. There, nobody takes the lock: the exchanges are
 * a tenth of what a short call costs (docs/decisions/0005).
 *
 *   lockKernel(cpu)     false: this processor has been taken offline and must not run
 *   lockWithin(cpu, n)  false also where n milliseconds of sleep were not enough
 *   unlockKernel(cpu)   and notifies whom notifyLater(node) has named meanwhile
 *   preemptionPoint()   PREEMPTED when a long operation should offer the lock to others
 */
import {
  COUNTER_PREEMPT, CURRENT_NODE, LOCK_WAITERS, LOCK_WORD, NODES, NODE_ONLINE, NODE_SIZE,
  NODE_SLEEPING, NODE_WAKE, NOTIFY_MASK, PROCESSORS, WORK_LIMIT, WORK_UNITS,
} from '../layout.ts';
import { MAX_PROCESSORS } from '../abi.ts';
import { count, nodeOf } from './state.ts';
import { NONE, PREEMPTED } from './status.ts';

const SPINS = 2000;
const WAIT_NANOSECONDS: i64 = 1000000;
/** What atomic.wait answers then. */
const TIMED_OUT = 2;

export function isOnline(cpu: u32): bool {
  return atomic.load<i32>(nodeOf(cpu) + NODE_ONLINE) != 0;
}

@inline
export function lockKernel(cpu: u32): bool {
  return isAlone() ? begin(cpu) : lockWithin(cpu, -1);
}

@inline
function isAlone(): bool {
  return load<u32>(PROCESSORS) == 1;
}

@inline
function begin(cpu: u32): bool {
  store<u32>(CURRENT_NODE, nodeOf(cpu));
  store<u32>(WORK_UNITS, 0);
  return true;
}

/** As lockKernel, but false too after sleeping `waits` times, a millisecond each; -1: no limit. */
export function lockWithin(cpu: u32, waits: i32): bool {
  const born = atomic.load<i32>(nodeOf(cpu) + NODE_ONLINE);
  let left = waits;
  let spins = 0;
  while (born && atomic.load<i32>(nodeOf(cpu) + NODE_ONLINE) == born) {
    // Worked out anew in each turn: Node 20's first compiler loses what is kept across atomic.wait.
    const mine = <i32>cpu + 1;
    const owner = atomic.cmpxchg<i32>(LOCK_WORD, 0, mine);
    if (owner == 0 || robOffline(owner, mine)) return begin(cpu);
    // Only looking from here on: an exchange that fails takes the word's cache line from its owner.
    while (spins < SPINS && atomic.load<i32>(LOCK_WORD) == owner) spins++;
    if (++spins > SPINS) {
      if (left == 0) return false;
      atomic.store<i32>(LOCK_WAITERS, 1);
      if (atomic.wait<i32>(LOCK_WORD, owner, WAIT_NANOSECONDS) == TIMED_OUT) left--;
    }
  }
  return false;
}

function robOffline(owner: i32, mine: i32): bool {
  if (isOnline(owner - 1)) return false;
  return atomic.cmpxchg<i32>(LOCK_WORD, owner, mine) == owner;
}

@inline
export function unlockKernel(cpu: u32): void {
  if (!isAlone()) letGo(cpu);
}

function letGo(cpu: u32): void {
  const mine = <i32>cpu + 1;
  const sleepers = load<u32>(NOTIFY_MASK);
  if (sleepers) store<u32>(NOTIFY_MASK, 0);
  if (atomic.cmpxchg<i32>(LOCK_WORD, mine, 0) != mine) return;
  if (sleepers) notifyAll(sleepers);
  if (!atomic.load<i32>(LOCK_WAITERS)) return;
  atomic.store<i32>(LOCK_WAITERS, 0);
  atomic.notify(LOCK_WORD, -1);
}

/** Notifies a node's processor as soon as the lock is free. */
export function notifyLater(node: u32): void {
  store<u32>(NOTIFY_MASK, load<u32>(NOTIFY_MASK) | (1 << ((node - NODES) / NODE_SIZE)));
}

/** A bit for each processor. One that does not sleep is not disturbed. */
function notifyAll(mask: u32): void {
  for (let left = mask; left; left &= left - 1) {
    atomic.notify(nodeOf(ctz<u32>(left)) + NODE_WAKE, -1);
  }
}

/** For when a processor may have been terminated between its enqueuing and its notifying. */
export function notifySleepers(): void {
  for (let cpu: u32 = 0; cpu < <u32>MAX_PROCESSORS; cpu++) {
    if (atomic.load<i32>(nodeOf(cpu) + NODE_SLEEPING)) notifyLater(nodeOf(cpu));
  }
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
