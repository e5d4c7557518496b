/**
 * Several processors over one memory. The tests act as each of them in turn: between two entries a
 * processor's code may be anywhere, which is what the kernel must cope with.
 */
import { assert } from 'chai';
import * as abi from '../../kernel-as/abi.ts';
import * as layout from '../../kernel-as/layout.ts';
import { type TestKernel, type TestThread, startKernel } from './harness.ts';
import { assertInvariants } from './invariants.ts';

suite('kernel: several processors', () => {
  let k: TestKernel;
  let ep: number;
  let far: TestThread;
  const node = (cpu: number, field: number) => layout.NODES + cpu * layout.NODE_SIZE + field;
  const wakes = () => k.u32(node(1, layout.NODE_WAKE));

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

  test('a thread made ready elsewhere: queued there, wake word counted', () => {
    const other = k.thread({ priority: 60, affinity: 1, resume: false });
    const before = wakes();
    k.ok(other.cap, abi.TCBResume);
    assert.equal(wakes(), before + 1);
    assert.equal(k.current(), k.root);
    assert.equal(k.kernel.schedule(1), other.tcb, 'better than what ran there');
  });

  test('a call and its answer across processors', () => {
    assert.equal(
      as(1, () => k.enter(abi.SysRecv, ep)),
      0,
    );
    const before = wakes();
    assert.equal(k.enter(abi.SysCall, ep, 5, [1, 2]), 0);
    assert.equal(wakes(), before + 1);
    assert.equal(k.kernel.schedule(1), far.tcb);
    assert.deepEqual([k.label(far.tcb), k.getMR(far.tcb, 1)], [5, 2]);
    assert.equal(
      as(1, () => k.enter(abi.SysReplyRecv, ep, 6, [3])),
      0,
    );
    assert.equal(k.kernel.schedule(0), k.root);
    assert.deepEqual([k.label(k.root), k.getMR(k.root, 0)], [6, 3]);
    assert.equal(k.counter(layout.COUNTER_FASTPATH), 0);
  });

  test('suspended while it runs elsewhere: its next call waits until it is resumed', () => {
    k.ok(far.cap, abi.TCBSuspend);
    assert.equal(
      as(1, () => k.enter(abi.SysSend, ep, 9, [4])),
      0,
    );
    assert.equal(k.u32(k.object(ep)), layout.EP_IDLE, 'not executed');
    k.ok(far.cap, abi.TCBResume);
    assert.equal(k.kernel.schedule(1), 0, 'executed, and blocked');
    k.enter(abi.SysRecv, ep);
    assert.deepEqual([k.label(k.root), k.getMR(k.root, 0)], [9, 4]);
  });

  test('suspended and resumed before it enters: nothing is lost', () => {
    k.ok(far.cap, abi.TCBSuspend);
    k.ok(far.cap, abi.TCBResume);
    assert.equal(
      as(1, () => k.enter(abi.SysNBSend, ep, 1)),
      far.tcb,
    );
    assertInvariants(k);
    assert.equal(
      as(1, () => k.enter(abi.SysYield)),
      far.tcb,
    );
  });

  test('deleted while it runs elsewhere: its next call does nothing', () => {
    k.delete(far.cap);
    assert.equal(k.current(1), 0);
    const sender = as(1, () => k.kernel.enter(1, abi.SysSend, ep, 0));
    assert.equal(sender, 0);
    assert.equal(k.u32(k.object(ep)), layout.EP_IDLE);
    assert.equal(k.kernel.invoke(1, ep, 0), -1);
    assert.equal(k.kernel.fault(1, abi.seL4_UserException, 0, 0, 0), 0);
  });

  test("its registers written while it runs: the old code's call is dropped", () => {
    const before = k.u32(far.tcb + layout.TCB_EPOCH);
    k.ok(far.cap, abi.TCBWriteRegisters, [0, 1, 3]);
    assert.equal(
      as(1, () => k.enter(abi.SysSend, ep, 9)),
      far.tcb,
      'the same thread, anew',
    );
    assert.notEqual(k.u32(far.tcb + layout.TCB_EPOCH), before);
    assert.equal(k.u32(k.object(ep)), layout.EP_IDLE);
  });

  test('moved to another processor: it starts anew there', () => {
    k.ok(far.cap, abi.TCBSetAffinity, [0]);
    assert.equal(
      as(1, () => k.kernel.enter(1, abi.SysSend, ep, 0)),
      0,
    );
    const tcb = abi.seL4_CapInitThreadTCB;
    k.ok(tcb, abi.TCBSetPriority, [1], [tcb]);
    assert.equal(k.kernel.schedule(0), far.tcb);
  });

  test('suspended while a switch to it is pending: it does not run', () => {
    const near = k.thread({ priority: 255, resume: false });
    k.ok(abi.seL4_CapInitThreadTCB, abi.TCBSetPriority, [9], [abi.seL4_CapInitThreadTCB]);
    assert.equal(k.kernel.schedule(0), k.root);
    k.ok(near.cap, abi.TCBResume);
    as(1, () => k.ok(near.cap, abi.TCBSuspend));
    assert.equal(k.enter(abi.SysYield), k.root);
  });

  test('an invocation by a thread suspended meanwhile is done, and then it stops', () => {
    const ntfn = k.make(abi.seL4_NotificationObject);
    k.ok(far.cap, abi.TCBSuspend);
    as(1, () => assert.equal(k.delete(ntfn).error, 0));
    assert.equal(k.state(far.tcb), layout.STATE_INACTIVE);
    assert.equal(
      as(1, () => k.kernel.schedule(1)),
      0,
    );
  });

  test('interrupts raised by one processor wake a thread of another', () => {
    const ntfn = k.make(abi.seL4_NotificationObject);
    const handler = k.freeSlot();
    k.ok(abi.seL4_CapIRQControl, abi.IRQIssueIRQHandler, [3, handler, 32], [2]);
    k.ok(handler, abi.IRQSetIRQHandler, [], [ntfn]);
    assert.equal(
      as(1, () => k.enter(abi.SysRecv, ntfn)),
      0,
    );
    const before = wakes();
    k.kernel.irq(0, 3);
    assert.equal(wakes(), before + 1);
    assert.equal(k.kernel.schedule(1), far.tcb);
  });

  test('a processor taken offline: its threads stop, it gets nothing', () => {
    k.thread({ priority: 10, affinity: 1 });
    assert.equal(
      as(1, () => k.enter(abi.SysRecv, ep)),
      k.current(1),
    );
    k.kernel.processorOffline(0, 1);
    assert.equal(k.state(far.tcb), layout.STATE_INACTIVE);
    assert.equal(k.u32(k.object(ep)), layout.EP_IDLE);
    assert.deepEqual([k.current(1), k.kernel.schedule(1)], [0, 0]);
    assert.equal(k.enter(abi.SysYield), k.root);
  });

  test('who held the lock when it died is robbed of it by whoever enters', () => {
    k.setU32(layout.LOCK_WORD, 2);
    k.setU32(node(1, layout.NODE_ONLINE), 0);
    assert.equal(k.enter(abi.SysYield), k.root);
    assert.equal(k.u32(layout.LOCK_WORD), 0);
  });

  test("a caller of a dead processor's thread is freed by deleting what answers it", () => {
    as(1, () => k.enter(abi.SysRecv, ep));
    const client = k.thread({ priority: 255 });
    const tcb = abi.seL4_CapInitThreadTCB;
    k.ok(tcb, abi.TCBSetPriority, [200], [tcb]);
    assert.equal(k.kernel.schedule(0), client.tcb);
    assert.equal(k.enter(abi.SysCall, ep, 1), k.root);
    k.kernel.processorOffline(0, 1);
    assert.equal(k.state(client.tcb), layout.STATE_BLOCKED_ON_REPLY);
    k.delete(far.cap);
    assert.equal(k.state(client.tcb), layout.STATE_BLOCKED_ON_REPLY, 'as in seL4');
    k.ok(client.cap, abi.TCBSuspend);
    k.ok(client.cap, abi.TCBResume);
    k.enter(abi.SysRecv, ep);
    assert.equal(k.label(k.root), 1, 'its call came again');
  });
});
