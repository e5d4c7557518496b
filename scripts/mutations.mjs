/**
 * Deliberate faults of the kernel, one at a time: each is a text of kernel-as replaced by another.
 * The tests must see every one of them (scripts/mutate.mjs).
 */
export const MUTATIONS = [
  {
    name: 'a send needs no write right',
    file: 'api/invocation.ts',
    from: `  if (!capHas(cap, seL4_CanWrite)) return invalidCapability(0);
  const grant =`,
    to: '  const grant =',
  },
  {
    name: 'a signal needs no write right',
    file: 'api/invocation.ts',
    from: `  if (!capHas(cap, seL4_CanWrite)) return invalidCapability(0);
  setThreadState(thread, STATE_RESTART);
  sendSignal(`,
    to: `  setThreadState(thread, STATE_RESTART);
  sendSignal(`,
  },
  {
    name: 'the badge is not copied on the fast path',
    file: 'fastpath/fastpath.ts',
    from: 'handOver(cpu, thread, receiver, capBadge(cap), info);',
    to: 'handOver(cpu, thread, receiver, 0, info);',
  },
  {
    name: "a queued sender's badge is lost",
    file: 'object/endpoint.ts',
    from: 'store<u32>(thread + TCB_IPC_BADGE, badge);',
    to: 'store<u32>(thread + TCB_IPC_BADGE, 0);',
  },
  {
    name: 'the last child is left after a revoke',
    file: 'object/delete.ts',
    from: '  while (next && isMdbParentOf(slot, next)) {',
    to: '  while (next && isMdbParentOf(slot, next) && mdbNext(next)) {',
  },
  {
    name: 'a badged capability revokes its neighbours of the same badge',
    file: 'object/mdb.ts',
    from: '(badge == capBadge(other) && !isFirstBadged(child))',
    to: 'badge == capBadge(other)',
  },
  {
    name: 'what follows a deleted first of its badge joins the family before it',
    file: 'object/delete.ts',
    from: '    addFirstBadged(next, mdbFlags(slot));\n',
    to: '',
  },
  {
    name: 'a thread keeps its place when its timeslice is over',
    file: 'kernel/thread.ts',
    from: '== STATE_RUNNING) goBehindEquals(thread);',
    to: '== STATE_RUNNING) rescheduleRequired();',
  },
  {
    name: 'a wake-up of another processor is lost',
    file: 'model/ready.ts',
    from: '  atomic.add<i32>(node + NODE_WAKE, 1);\n',
    to: '',
  },
  {
    name: 'a signal that comes before its waiter is forgotten',
    file: 'object/notification.ts',
    from: 'return load<u32>(ntfn + NTFN_STATE) & 3;',
    to: 'return load<u32>(ntfn + NTFN_STATE) & 1;',
  },
  {
    name: 'memory is not cleared when an untyped is reset',
    file: 'object/untyped.ts',
    from: '    memory.fill(capPtr(cap) + from, 0, used - from);\n',
    to: '',
  },
  {
    name: 'a copied untyped leaves its source as it was',
    file: 'object/mdb.ts',
    from: '  markUntypedFull(source, cap);\n',
    to: '',
  },
  {
    name: 'a priority above the authority is accepted',
    file: 'object/tcb-decode.ts',
    from: 'if (first > limit || second > limit)',
    to: 'if (first > limit)',
  },
  {
    name: 'the fast path overtakes a better thread',
    file: 'fastpath/fastpath.ts',
    from: 'return isHighestPriority(nodeOf(cpu), priority);',
    to: 'return true;',
  },
  {
    name: 'every reply may carry capabilities',
    file: 'object/endpoint.ts',
    from: 'setupCallerCap(sender, thread, receiverGrant);',
    to: 'setupCallerCap(sender, thread, true);',
  },
  {
    name: 'a thread deleted while it runs elsewhere goes on',
    file: 'object/tcb.ts',
    from: 'if (load<u32>(node + NODE_CURRENT) == tcb) store',
    to: 'if (false) store',
  },
  {
    name: 'a port access may reach one byte too far',
    file: 'object/ioport.ts',
    from: 'port + width - 1 > ioPortLast(cap)',
    to: 'port > ioPortLast(cap)',
  },
  {
    name: 'a thread that was made ready while it ran calls twice',
    file: 'api/entry.ts',
    from: '  if (load<u32>(thread + TCB_QUEUED)) tcbSchedDequeue(thread);\n',
    to: '',
  },
  {
    name: 'the processor that a thread leaves queues it too',
    file: 'api/entry.ts',
    from: 'if (load<u32>(thread + TCB_AFFINITY) == cpu && isRunnable(thread))',
    to: 'if (isRunnable(thread))',
  },
  {
    name: 'a priority lowered from elsewhere goes unnoticed',
    file: 'model/ready.ts',
    from: 'if (better || tcb == current)',
    to: 'if (better)',
  },
  {
    name: 'a processor that runs is taken for one that idles',
    file: 'kernel/thread.ts',
    from: '    store<u32>(node + NODE_IDLE, 0);\n',
    to: '',
  },
  {
    name: 'an idle processor is not woken for what it is given',
    file: 'kernel/thread.ts',
    from: '  wake(node);\n  return true;',
    to: '  return true;',
  },
  {
    name: 'a thread takes the call that it was blocked in to another processor',
    file: 'kernel/thread.ts',
    from: 'if (load<u32>(tcb + TCB_STATE) != STATE_RUNNING) store<u32>(tcb + TCB_PENDING, 0);',
    to: '',
  },
  {
    name: 'a processor that comes back is taken for the one that went',
    file: 'kernel/processor.ts',
    from: 'atomic.add<i32>(ONLINE_LAST, 1) + 1',
    to: '1',
  },
  {
    name: 'a suspended thread is switched to all the same',
    file: 'kernel/thread.ts',
    from: '  if (load<u32>(node + NODE_ACTION) == tcb) store',
    to: '  if (false) store',
  },
];
