/**
 * What one processor does to a thread that another one runs, or could run: handing over to one that
 * idles, and changes that its next entry must find. Each test is a state that has been wrong once.
 */
import { assert } from 'chai';
import * as abi from '../../kernel-as/abi.ts';
import * as layout from '../../kernel-as/layout.ts';
import { type TestKernel, type TestThread, startKernel } from './harness.ts';
import { assertInvariants } from './invariants.ts';

const TCB = abi.seL4_CapInitThreadTCB;

suite('kernel: threads of other processors', () => {
  let k: TestKernel;
  let ep: number;
  let far: TestThread;
  const node = (cpu: number, field: number) => k.u32(layout.NODES + cpu * layout.NODE_SIZE + field);
  const idles = (cpu: number) => node(cpu, layout.NODE_IDLE) === 1;

  setup(async () => {
    k = await startKernel();
    k.kernel.processorOnline(1);
    ep = k.make(abi.seL4_EndpointObject);
    far = k.thread({ priority: 50, affinity: 1 });
    assert.equal(k.kernel.schedule(1), far.tcb);
  });
  teardown(() => {
    k.cpu = 0;
    assertInvariants(k);
  });

  const as = <T>(cpu: number, work: () => T): T => k.as(cpu, work);
  const farCalls = (syscall: number, cptr: number, label = 0) =>
    as(1, () => k.enter(syscall, cptr, label));

  function letItIdle(): void {
    assert.equal(farCalls(abi.SysRecv, ep), 0);
    assert.isTrue(idles(1));
    assert.equal(node(1, layout.NODE_SEEN), node(1, layout.NODE_WAKE));
  }

  test('an idle processor is given who becomes ready, and need not look for it', () => {
    letItIdle();
    k.enter(abi.SysSend, ep, 5);
    assert.equal(k.current(1), far.tcb);
    assert.isFalse(idles(1));
    assert.notEqual(node(1, layout.NODE_SEEN), node(1, layout.NODE_WAKE), 'and is woken');
    assert.equal(k.u32(far.tcb + layout.TCB_QUEUED), 0);
    assert.equal(farCalls(abi.SysRecv, ep), 0, 'it goes on without another entry');
  });

  test('an idle processor finds the better one at its next entry, if there are two', () => {
    letItIdle();
    const ntfn = k.make(abi.seL4_NotificationObject);
    const better = k.thread({ priority: 60, affinity: 1, resume: false });
    k.enter(abi.SysSend, ep, 5);
    k.ok(better.cap, abi.TCBResume);
    assert.equal(k.current(1), far.tcb);
    assert.equal(farCalls(abi.SysNBSend, ntfn), better.tcb);
  });

  test('an idle processor is not given one that has a call to make first', () => {
    letItIdle();
    const waits = k.make(abi.seL4_EndpointObject);
    k.ok(far.cap, abi.TCBSuspend);
    k.ok(far.cap, abi.TCBResume);
    assert.equal(k.current(1), 0);
    k.delete(waits);
    assert.equal(k.kernel.schedule(1), 0, 'it receives again');
    assert.equal(k.state(far.tcb), layout.STATE_BLOCKED_ON_RECEIVE);
  });

  test('an idle processor has nothing where the thread was deleted before it could resume it', () => {
    letItIdle();
    k.enter(abi.SysSend, ep, 5);
    k.delete(far.cap);
    assert.equal(k.current(1), 0);
    assert.equal(k.kernel.schedule(1), 0);
  });

  test('a processor that its own interrupt woke is given nothing while it runs', () => {
    const ntfn = k.make(abi.seL4_NotificationObject);
    const handler = k.freeSlot();
    k.ok(abi.seL4_CapIRQControl, abi.IRQIssueIRQHandler, [3, handler, 32], [2]);
    k.ok(handler, abi.IRQSetIRQHandler, [], [ntfn]);
    const other = k.thread({ priority: 60, affinity: 1 });
    assert.equal(k.kernel.schedule(1), other.tcb);
    farCalls(abi.SysRecv, ntfn);
    letItIdle();
    k.kernel.irq(1, 3);
    assert.equal(k.kernel.schedule(1), other.tcb);
    assert.isFalse(idles(1));
    k.enter(abi.SysSend, ep, 5);
    assert.equal(k.current(1), other.tcb);
    assert.equal(k.u32(far.tcb + layout.TCB_QUEUED), 1);
  });

  test('a thread made ready while it runs calls once, by the fast path too', () => {
    const [better, worse] = [60, 59].map((priority) => k.thread({ priority, affinity: 1 }));
    for (const server of [better, worse]) {
      assert.equal(k.kernel.schedule(1), server!.tcb);
      farCalls(abi.SysRecv, ep);
    }
    assert.equal(k.current(1), far.tcb);
    k.ok(far.cap, abi.TCBSetPriority, [50], [TCB]);
    assert.equal(k.u32(far.tcb + layout.TCB_QUEUED), 1);
    assert.equal(farCalls(abi.SysCall, ep, 7), better!.tcb);
    assert.equal(k.u32(far.tcb + layout.TCB_QUEUED), 0);
    assert.equal(farCalls(abi.SysRecv, k.make(abi.seL4_NotificationObject)), 0, 'nobody is left');
    assert.equal(k.state(worse!.tcb), layout.STATE_BLOCKED_ON_RECEIVE, 'the call came once');
    assert.equal(k.state(far.tcb), layout.STATE_BLOCKED_ON_REPLY);
  });

  test('a thread whose priority is lowered while it runs gives way at its next entry', () => {
    const other = k.thread({ priority: 40, affinity: 1 });
    assert.equal(k.kernel.schedule(1), far.tcb);
    k.ok(far.cap, abi.TCBSetPriority, [10], [TCB]);
    assert.equal(k.kernel.schedule(1), other.tcb);
  });

  test('a moved thread is queued where it goes, not by the processor that it leaves', () => {
    k.ok(TCB, abi.TCBSetPriority, [1], [TCB]);
    k.ok(far.cap, abi.TCBSetAffinity, [0]);
    assert.equal(k.kernel.schedule(0), far.tcb, 'it runs there');
    assert.equal(k.kernel.schedule(1), 0);
    assert.equal(k.u32(far.tcb + layout.TCB_QUEUED), 0);
    assert.equal(k.current(0), far.tcb);
  });

  test('a moved thread does not make the call that it was blocked in', () => {
    assert.equal(farCalls(abi.SysSend, ep, 3), 0);
    k.ok(far.cap, abi.TCBSuspend);
    k.ok(far.cap, abi.TCBSetAffinity, [0]);
    k.ok(far.cap, abi.TCBResume);
    k.ok(TCB, abi.TCBSetPriority, [1], [TCB]);
    assert.equal(k.kernel.schedule(0), far.tcb, 'it starts anew');
    assert.equal(k.u32(k.object(ep)), layout.EP_IDLE);
  });

  test('to where it is already: to the end of its queue, and it goes on', () => {
    const other = k.thread({ priority: 50, affinity: 1 });
    const third = k.thread({ priority: 50, affinity: 1 });
    const epoch = k.u32(other.tcb + layout.TCB_EPOCH);
    k.ok(third.cap, abi.TCBSetAffinity, [1]);
    farCalls(abi.SysRecv, ep);
    assert.equal(k.current(1), other.tcb);
    assert.equal(farCalls(abi.SysRecv, ep), third.tcb);
    assert.equal(k.u32(other.tcb + layout.TCB_EPOCH), epoch);
  });

  test('to a processor that is offline: IllegalOperation', () => {
    for (const cpu of [2, abi.MAX_PROCESSORS, 0xffff_ffff]) {
      const { error } = k.invoke(far.cap, abi.TCBSetAffinity, [cpu]);
      assert.equal(error, abi.seL4_IllegalOperation, `processor ${cpu}`);
    }
    k.kernel.processorOnline(2);
    assert.equal(k.invoke(far.cap, abi.TCBSetAffinity, [2]).error, abi.seL4_NoError);
  });

  test('a processor that comes back is another one', () => {
    const before = node(1, layout.NODE_ONLINE);
    k.kernel.processorOffline(0, 1);
    assert.equal(node(1, layout.NODE_ONLINE), 0);
    k.kernel.processorOnline(1);
    assert.notEqual(node(1, layout.NODE_ONLINE), before);
    assert.notEqual(node(1, layout.NODE_ONLINE), 0);
  });
});

suite('kernel: one processor alone', () => {
  test('nobody else can take part, and nobody takes the lock', async () => {
    const k = await startKernel(undefined, 1);
    k.kernel.processorOnline(1);
    k.setU32(layout.LOCK_WORD, 99);
    const thread = k.thread({ priority: 255 });
    assert.equal(k.enter(abi.SysYield), thread.tcb);
    assert.equal(k.kernel.enter(1, abi.SysYield, 0, 0), 0);
    assert.equal(k.kernel.invoke(1, TCB, 0), -1);
    const { error } = k.invoke(thread.cap, abi.TCBSetAffinity, [1]);
    assert.equal(error, abi.seL4_IllegalOperation);
    assert.equal(k.u32(layout.LOCK_WORD), 99);
    k.setU32(layout.LOCK_WORD, 0);
    assertInvariants(k);
  });
});
