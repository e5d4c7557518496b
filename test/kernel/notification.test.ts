/**
 * Notifications: signal, wait, poll, many waiters, binding (sel4test BIND0001 to 0004, NBWAIT0001).
 */
import { assert } from 'chai';
import * as abi from '../../kernel-as/abi.ts';
import * as layout from '../../kernel-as/layout.ts';
import { type TestKernel, type TestThread, startKernel } from './harness.ts';
import { assertInvariants } from './invariants.ts';

const TCB = abi.seL4_CapInitThreadTCB;

suite('kernel: notifications', () => {
  let k: TestKernel;
  let ntfn: number;
  let ep: number;
  let t: TestThread;
  setup(async () => {
    k = await startKernel();
    ntfn = k.make(abi.seL4_NotificationObject);
    ep = k.make(abi.seL4_EndpointObject);
    t = k.thread({ priority: 100 });
    k.ok(TCB, abi.TCBSetPriority, [1], [TCB]);
    assert.equal(k.kernel.schedule(0), t.tcb);
  });
  teardown(() => assertInvariants(k));

  const signal = (badge: number) => k.enter(abi.SysSend, k.mint(ntfn, badge));

  test('signals add up until somebody takes them', () => {
    signal(1);
    signal(4);
    k.enter(abi.SysRecv, ntfn);
    assert.equal(k.badge(t.tcb), 5);
    assert.equal(k.enter(abi.SysNBRecv, ntfn), t.tcb);
    assert.equal(k.badge(t.tcb), 0);
  });

  test('a waiter gets the badge at once, and nothing is stored', () => {
    assert.equal(k.enter(abi.SysRecv, ntfn), k.root);
    assert.equal(signal(6), t.tcb);
    assert.deepEqual([k.badge(t.tcb), k.info(t.tcb)], [6, 0]);
    assert.equal(k.u32(k.object(ntfn)) & 3, layout.NTFN_IDLE);
  });

  test('waiters are woken one by one, first come first served', () => {
    const u = k.thread({ priority: 100 });
    assert.equal(k.enter(abi.SysRecv, ntfn), u.tcb);
    assert.equal(k.enter(abi.SysRecv, ntfn), k.root);
    assert.equal(signal(1), t.tcb);
    assert.equal(k.badge(t.tcb), 1);
    assert.equal(k.state(u.tcb), layout.STATE_BLOCKED_ON_NOTIFICATION);
    assert.equal(signal(2), t.tcb, 'equal priority: the signaller goes on');
    assert.equal(k.badge(u.tcb), 2);
  });

  test('Signal needs Write, Wait needs Read', () => {
    const readOnly = k.copy(ntfn, abi.seL4_CanRead);
    const writeOnly = k.copy(ntfn, abi.seL4_CanWrite);
    k.enter(abi.SysSend, readOnly);
    assert.equal(k.u32(k.object(ntfn)), layout.NTFN_IDLE);
    assert.equal(k.enter(abi.SysRecv, writeOnly), k.root, 'a fault without handler');
    assert.equal(k.state(t.tcb), layout.STATE_INACTIVE);
  });

  test('deleting it restarts the waiters, who then fault', () => {
    k.enter(abi.SysRecv, ntfn);
    k.delete(ntfn);
    k.enter(abi.SysYield);
    assert.equal(k.state(t.tcb), layout.STATE_INACTIVE);
  });

  test('a bound thread gets signals while it receives messages', () => {
    k.ok(t.cap, abi.TCBBindNotification, [], [ntfn]);
    assert.equal(k.enter(abi.SysRecv, ep), k.root);
    assert.equal(signal(8), t.tcb);
    assert.equal(k.badge(t.tcb), 8);
    assert.equal(k.u32(k.object(ep)), layout.EP_IDLE);
    assert.equal(k.enter(abi.SysRecv, ep), k.root);
    assert.equal(k.enter(abi.SysSend, k.mint(ep, 3), 1, [2]), t.tcb);
    assert.deepEqual([k.badge(t.tcb), k.getMR(t.tcb, 0)], [3, 2]);
  });

  test('a signal that came before is taken before messages', () => {
    k.ok(t.cap, abi.TCBBindNotification, [], [ntfn]);
    signal(8);
    assert.equal(k.enter(abi.SysRecv, ep), t.tcb);
    assert.equal(k.badge(t.tcb), 8);
    assert.equal(k.enter(abi.SysNBRecv, ep), t.tcb);
    assert.equal(k.badge(t.tcb), 0);
  });

  test('a bound thread in the middle of a call is not disturbed', () => {
    k.ok(t.cap, abi.TCBBindNotification, [], [ntfn]);
    assert.equal(k.enter(abi.SysCall, ep, 1), k.root);
    assert.equal(signal(2), k.root);
    k.enter(abi.SysRecv, ep);
    assert.equal(k.state(t.tcb), layout.STATE_BLOCKED_ON_REPLY);
    assert.equal(k.enter(abi.SysReply, 0, 7), t.tcb);
    assert.equal(k.label(t.tcb), 7);
    k.enter(abi.SysRecv, ntfn);
    assert.equal(k.badge(t.tcb), 2);
  });

  test('binding: errors in order, unbinding, and only the bound thread may wait', () => {
    const bind = (cap: number) => k.invoke(t.cap, abi.TCBBindNotification, [], [cap]).error;
    assert.equal(k.invoke(t.cap, abi.TCBBindNotification).error, abi.seL4_TruncatedMessage);
    assert.equal(k.invoke(t.cap, abi.TCBUnbindNotification).error, abi.seL4_IllegalOperation);
    assert.equal(bind(ep), abi.seL4_IllegalOperation);
    assert.equal(bind(k.copy(ntfn, abi.seL4_CanWrite)), abi.seL4_IllegalOperation);
    assert.equal(bind(ntfn), 0);
    assert.equal(bind(k.make(abi.seL4_NotificationObject)), abi.seL4_IllegalOperation);
    const u = k.thread({ priority: 50 });
    assert.equal(k.invoke(u.cap, abi.TCBBindNotification, [], [ntfn]).error, 3);
    assert.equal(k.enter(abi.SysRecv, ntfn), u.tcb);
    assert.equal(k.enter(abi.SysRecv, ntfn), k.root);
    assert.equal(k.state(u.tcb), layout.STATE_INACTIVE, 'not the bound thread: a fault');
    assert.equal(k.state(t.tcb), layout.STATE_BLOCKED_ON_NOTIFICATION);
    assert.equal(k.invoke(t.cap, abi.TCBUnbindNotification).error, 0);
  });
});
