/**
 * Thread states, and who runs next.
 *
 * Each processor has a queue of ready threads for each of 256 priorities. The thread that runs is
 * in none of them. While a processor is in the kernel, `action` says what happens at the end: go
 * on, choose anew, or switch to one candidate. A running thread that is preempted goes to the
 * head of its queue; a candidate of equal priority goes to the tail and the current thread goes
 * on.
 *
 * Source: seL4 reference manual, chapter 6.
 */
import { cancelIPC } from './cancel.ts';
import { unbindNotification } from './notification.ts';
import { setupReplyMaster } from './reply.ts';
import type { Kernel, Processor, Tcb, ThreadState } from './state.ts';

export function isRunnable(thread: Tcb): boolean {
  return thread.state === 'running' || thread.state === 'restart';
}

export function isCurrent(k: Kernel, thread: Tcb): boolean {
  return k.cpu.current === thread;
}

export function setThreadState(k: Kernel, thread: Tcb, state: ThreadState): void {
  thread.state = state;
  const stopped = isCurrent(k, thread) && !isRunnable(thread);
  if (stopped && k.cpu.action === 'resume') rescheduleRequired(k);
}

// ---- Ready queues

const queueOf = (k: Kernel, t: Tcb) => k.processors[t.affinity]!.ready(t.priority);

export function tcbSchedEnqueue(k: Kernel, thread: Tcb): void {
  if (thread.queued) return;
  thread.queued = true;
  queueOf(k, thread).unshift(thread);
  noticeElsewhere(k, thread);
}

export function tcbSchedAppend(k: Kernel, thread: Tcb): void {
  if (thread.queued) return;
  thread.queued = true;
  queueOf(k, thread).push(thread);
  noticeElsewhere(k, thread);
}

export function tcbSchedDequeue(k: Kernel, thread: Tcb): void {
  if (!thread.queued) return;
  thread.queued = false;
  const queue = queueOf(k, thread);
  queue.splice(queue.indexOf(thread), 1);
}

/**
 * Another processor that is given a better thread than its own chooses anew when it enters next;
 * and one whose own thread is queued, since that thread may be the best no more.
 */
function noticeElsewhere(k: Kernel, thread: Tcb): void {
  const other = k.processors[thread.affinity]!;
  if (other === k.cpu) return;
  wake(other);
  const { current, action } = other;
  if (current && current !== thread && thread.priority <= current.priority) return;
  other.action = 'choose';
  if (typeof action === 'object') tcbSchedEnqueue(k, action);
}

function wake(processor: Processor): void {
  processor.idle = false;
  processor.wakes++;
}

function highestReady(k: Kernel): number {
  let highest = -1;
  for (const [priority, queue] of k.cpu.queues()) {
    if (queue.length > 0 && priority > highest) highest = priority;
  }
  return highest;
}

// ---- The decision at the end of an entry

export function rescheduleRequired(k: Kernel): void {
  const { action } = k.cpu;
  if (typeof action === 'object') tcbSchedEnqueue(k, action);
  k.cpu.action = 'choose';
}

/** Each of its equals that is ready has a turn before it. */
export function goBehindEquals(k: Kernel, thread: Tcb): void {
  tcbSchedDequeue(k, thread);
  tcbSchedAppend(k, thread);
  rescheduleRequired(k);
}

/** `thread` has become ready: perhaps it is better than the current one. */
export function possibleSwitchTo(k: Kernel, thread: Tcb): void {
  const home = k.processors[thread.affinity]!;
  if (home !== k.cpu) {
    if (mayHandOver(home, thread)) handOver(k, home, thread);
    else tcbSchedEnqueue(k, thread);
    return;
  }
  k.cpu.idle = false;
  if (k.cpu.action !== 'resume') {
    rescheduleRequired(k);
    tcbSchedEnqueue(k, thread);
  } else {
    k.cpu.action = thread;
  }
}

/** Only a thread that has nothing left to do in the kernel. */
function mayHandOver(to: Processor, thread: Tcb): boolean {
  return to.idle && to.action === 'resume' && thread.state === 'running' && !thread.queued;
}

/** A processor that idles has the thread at once, and need only resume it. */
function handOver(k: Kernel, to: Processor, thread: Tcb): void {
  switchTo(k, thread, to);
  wake(to);
}

function switchTo(k: Kernel, thread: Tcb | null, processor: Processor = k.cpu): void {
  if (thread) {
    tcbSchedDequeue(k, thread);
    processor.epoch = thread.epoch;
  }
  processor.current = thread;
}

function chooseThread(k: Kernel): void {
  const priority = highestReady(k);
  switchTo(k, priority < 0 ? null : k.cpu.ready(priority)[0]!);
}

export function schedule(k: Kernel): void {
  const { action, current } = k.cpu;
  const goesOn = current !== null && isRunnable(current);
  if (action === 'resume' && goesOn) {
    tcbSchedDequeue(k, current);
    return;
  }
  if (goesOn) tcbSchedEnqueue(k, current);
  // Without a decision and without a current thread: another processor stopped it.
  if (typeof action === 'string') {
    chooseThread(k);
  } else {
    const worse = !current || action.priority < current.priority;
    if (worse && highestReady(k) > action.priority) {
      tcbSchedEnqueue(k, action);
      chooseThread(k);
    } else if (goesOn && action.priority === current.priority) {
      tcbSchedAppend(k, action);
      chooseThread(k);
    } else {
      switchTo(k, action);
    }
  }
  k.cpu.action = 'resume';
}

// ---- What is done to threads

/** A thread that must not run is not to be switched to at the end of an entry either. */
function dropCandidate(k: Kernel, thread: Tcb): void {
  for (const processor of k.processors) {
    if (processor.action === thread) processor.action = 'choose';
  }
}

export function suspend(k: Kernel, thread: Tcb): void {
  cancelIPC(k, thread);
  setThreadState(k, thread, 'inactive');
  tcbSchedDequeue(k, thread);
  dropCandidate(k, thread);
}

/** A thread's call is over, by somebody else's doing. */
export function complete(k: Kernel, thread: Tcb): void {
  thread.pending = false;
  setThreadState(k, thread, 'running');
  possibleSwitchTo(k, thread);
}

/** A stopped or blocked thread makes its call again. */
export function restart(k: Kernel, thread: Tcb): void {
  if (isRunnable(thread)) return;
  cancelIPC(k, thread);
  setupReplyMaster(k, thread);
  setThreadState(k, thread, 'restart');
  tcbSchedEnqueue(k, thread);
  possibleSwitchTo(k, thread);
}

export function setPriority(k: Kernel, thread: Tcb, priority: number): void {
  tcbSchedDequeue(k, thread);
  thread.priority = priority;
  if (!isRunnable(thread)) return;
  if (isCurrent(k, thread)) rescheduleRequired(k);
  else possibleSwitchTo(k, thread);
}

/** A continuation cannot change processors: the thread starts anew on the other one. */
export function setAffinity(k: Kernel, thread: Tcb, processor: number): void {
  tcbSchedDequeue(k, thread);
  if (thread.affinity !== processor) {
    dropCandidate(k, thread);
    thread.affinity = processor;
    startAnew(k, thread);
  }
  if (isRunnable(thread)) tcbSchedAppend(k, thread);
  if (isCurrent(k, thread)) rescheduleRequired(k);
}

export function setDomain(k: Kernel, thread: Tcb, domain: number): void {
  tcbSchedDequeue(k, thread);
  thread.domain = domain;
  if (isRunnable(thread)) tcbSchedEnqueue(k, thread);
  if (isCurrent(k, thread)) rescheduleRequired(k);
}

/** The last capability to a thread goes: nothing refers to it any more but its own slots. */
export function finaliseThread(k: Kernel, thread: Tcb): void {
  unbindNotification(thread);
  suspend(k, thread);
  for (const processor of k.processors) {
    if (processor.current === thread) processor.current = null;
  }
}

/** The call in which the thread was blocked is abandoned with the continuation that made it. */
export function startAnew(k: Kernel, thread: Tcb): void {
  newEpoch(k, thread);
  if (thread.state !== 'running') thread.pending = false;
}

/** The thread's old continuation is void: it starts at its entry function when it runs next. */
export function newEpoch(k: Kernel, thread: Tcb): void {
  thread.epoch = ++k.lastEpoch;
}
