/** Messages: both orders, every length, badges, rights, reply capabilities, cancelling. */
import { assert } from 'chai';
import * as abi from '../../kernel-as/abi.ts';
import * as layout from '../../kernel-as/layout.ts';
import { type TestKernel, type TestThread, startKernel } from './harness.ts';
import { assertInvariants } from './invariants.ts';

const TCB = abi.seL4_CapInitThreadTCB;

suite('kernel: IPC', () => {
  let k: TestKernel;
  let ep: number;
  let a: TestThread;
  let b: TestThread;
  setup(async () => {
    k = await startKernel();
    ep = k.make(abi.seL4_EndpointObject);
    a = k.thread({ priority: 100 });
    b = k.thread({ priority: 100 });
    // The later started of two equals runs first; the root goes behind them.
    k.ok(TCB, abi.TCBSetPriority, [1], [TCB]);
    assert.equal(k.kernel.schedule(0), b.tcb);
  });
  teardown(() => assertInvariants(k));

  const words = (n: number) => Array.from({ length: n }, (_, i) => i * 7 + 1);
  const received = (tcb: number) =>
    Array.from({ length: k.length(tcb) }, (_, i) => k.getMR(tcb, i));

  test('Send then Recv, and Recv then Send', () => {
    assert.equal(k.enter(abi.SysSend, ep, 3, words(5)), a.tcb);
    assert.equal(k.state(b.tcb), layout.STATE_BLOCKED_ON_SEND);
    assert.equal(k.enter(abi.SysRecv, ep), a.tcb, 'the receiver goes on');
    assert.deepEqual([k.label(a.tcb), ...received(a.tcb)], [3, ...words(5)]);
    assert.equal(k.enter(abi.SysRecv, ep), b.tcb);
    assert.equal(k.enter(abi.SysSend, ep, 4, words(2)), b.tcb, 'equal priority: sender goes on');
    assert.deepEqual([k.label(a.tcb), ...received(a.tcb)], [4, ...words(2)]);
  });

  test('every length, in registers and in the buffer, called and answered', () => {
    assert.equal(k.enter(abi.SysRecv, ep), a.tcb);
    for (let n = 0; n <= abi.seL4_MsgMaxLength; n++) {
      assert.equal(k.enter(abi.SysCall, ep, n, words(n)), b.tcb);
      assert.deepEqual(received(b.tcb), words(n));
      assert.equal(k.label(b.tcb), n);
      const answer = words(abi.seL4_MsgMaxLength - n);
      assert.equal(k.enter(abi.SysReplyRecv, ep, 1, answer), a.tcb);
      assert.deepEqual(received(a.tcb), answer);
      assert.equal(k.badge(a.tcb), 0);
    }
  });

  test('a length beyond 120 is cut; without a buffer four words arrive', () => {
    k.message([], []);
    assert.equal(k.kernel.enter(0, abi.SysSend, ep, 127), a.tcb);
    k.enter(abi.SysRecv, ep);
    assert.equal(k.length(a.tcb), 120);
    const c = k.make(abi.seL4_TCBObject);
    assert.notEqual(c, 0);
  });

  test('a thread without a buffer gets the register words and is told so', async () => {
    k = await startKernel();
    ep = k.make(abi.seL4_EndpointObject);
    const bare = k.thread({ priority: 200, buffer: false });
    k.ok(TCB, abi.TCBSetPriority, [1], [TCB]);
    assert.equal(k.kernel.schedule(0), bare.tcb);
    assert.equal(k.enter(abi.SysRecv, ep), k.root);
    k.enter(abi.SysSend, ep, 0, words(10));
    assert.deepEqual(received(bare.tcb), words(4));
  });

  test('senders are served in order, with their badges', () => {
    k.kernel.enter(0, abi.SysYield, 0, 0);
    assert.equal(k.current(), a.tcb);
    const five = k.mint(ep, 5);
    const six = k.mint(ep, 6);
    assert.equal(k.enter(abi.SysSend, five, 0, [55]), b.tcb);
    assert.equal(k.enter(abi.SysCall, six, 0, [66]), k.root);
    k.enter(abi.SysRecv, ep);
    assert.deepEqual([k.badge(k.root), k.getMR(k.root, 0)], [5, 55]);
    assert.equal(k.current(), a.tcb, 'its Send is over');
    k.enter(abi.SysRecv, ep);
    assert.deepEqual([k.badge(a.tcb), k.getMR(a.tcb, 0)], [6, 66]);
  });

  test('NBSend is dropped, NBRecv finds nothing, and neither blocks', () => {
    assert.equal(k.enter(abi.SysNBSend, ep, 1, [1]), b.tcb);
    assert.equal(k.enter(abi.SysNBRecv, ep), b.tcb);
    assert.equal(k.badge(b.tcb), 0);
    assert.equal(k.info(b.tcb), 0);
    assert.equal(k.u32(k.object(ep)), layout.EP_IDLE);
  });

  test('NBSend to a waiting receiver and NBRecv from a waiting sender do transfer', () => {
    k.enter(abi.SysRecv, ep);
    assert.equal(k.enter(abi.SysNBSend, ep, 9, [4]), a.tcb);
    assert.equal(k.getMR(b.tcb, 0), 4);
    assert.equal(k.enter(abi.SysSend, ep, 8, [5]), b.tcb);
    k.enter(abi.SysNBRecv, ep);
    assert.deepEqual([k.label(b.tcb), k.getMR(b.tcb, 0)], [8, 5]);
  });

  test('Call without a grant right is delivered, and the caller stops', () => {
    const plain = k.copy(ep, abi.seL4_CanRead | abi.seL4_CanWrite);
    k.enter(abi.SysRecv, ep);
    assert.equal(k.enter(abi.SysCall, plain, 1, [1]), b.tcb);
    assert.equal(k.state(a.tcb), layout.STATE_INACTIVE);
    assert.equal(k.enter(abi.SysReply, 0, 0), b.tcb, 'nobody to answer');
  });

  test('Send needs Write; Call says so, Send is silent', () => {
    const readOnly = k.copy(ep, abi.seL4_CanRead);
    assert.equal(k.enter(abi.SysCall, readOnly, 1, [1]), b.tcb);
    assert.deepEqual([k.label(b.tcb), k.getMR(b.tcb, 0)], [abi.seL4_InvalidCapability, 0]);
    assert.equal(k.enter(abi.SysSend, readOnly, 1, [1]), b.tcb);
    assert.equal(k.state(b.tcb), layout.STATE_RUNNING);
  });

  test('SaveCaller keeps the reply for later; it works once', () => {
    k.enter(abi.SysRecv, ep);
    assert.equal(k.enter(abi.SysCall, ep, 1, [1]), b.tcb);
    const saved = k.freeSlot();
    assert.equal(k.onSlot(abi.CNodeSaveCaller, saved).error, 0);
    assert.equal(k.capType(saved), layout.CAP_REPLY);
    assert.equal(k.enter(abi.SysReply, 0, 0), b.tcb, 'the caller slot is empty');
    assert.equal(k.state(a.tcb), layout.STATE_BLOCKED_ON_REPLY);
    k.enter(abi.SysSend, saved, 2, [22]);
    assert.deepEqual([k.label(a.tcb), k.getMR(a.tcb, 0)], [2, 22]);
    assert.equal(k.capType(saved), layout.CAP_NULL);
    assert.equal(k.state(a.tcb), layout.STATE_RUNNING);
  });

  test('a reply capability cannot be copied, but moved', () => {
    k.enter(abi.SysRecv, ep);
    k.enter(abi.SysCall, ep, 1, [1]);
    const saved = k.freeSlot();
    k.onSlot(abi.CNodeSaveCaller, saved);
    const copy = k.onSlot(abi.CNodeCopy, k.freeSlot(), [saved, 32, 15], [2]);
    assert.equal(copy.error, abi.seL4_IllegalOperation);
    const moved = k.freeSlot();
    assert.equal(k.onSlot(abi.CNodeMove, moved, [saved, 32], [2]).error, 0);
    k.enter(abi.SysSend, moved, 5);
    assert.equal(k.label(a.tcb), 5);
  });

  test('suspending a caller kills the reply capability; resumed, it calls again', () => {
    k.enter(abi.SysRecv, ep);
    assert.equal(k.enter(abi.SysCall, ep, 6, [61, 62]), b.tcb);
    k.ok(a.cap, abi.TCBSuspend);
    assert.equal(k.enter(abi.SysReply, 0, 1), b.tcb, 'the reply capability is gone');
    assert.equal(k.state(a.tcb), layout.STATE_INACTIVE);
    k.ok(a.cap, abi.TCBResume);
    k.enter(abi.SysRecv, ep);
    assert.equal(k.current(), b.tcb, 'the call came again by itself');
    assert.deepEqual([k.label(b.tcb), ...received(b.tcb)], [6, 61, 62]);
    k.enter(abi.SysReplyRecv, ep, 7, [1]);
    assert.equal(k.label(a.tcb), 7);
  });

  test('CancelBadgedSends restarts the callers of that badge alone', () => {
    const five = k.mint(ep, 5);
    const six = k.mint(ep, 6);
    k.enter(abi.SysCall, five, 1, [5]);
    assert.equal(k.current(), a.tcb);
    k.enter(abi.SysCall, six, 1, [6]);
    assert.equal(k.current(), k.root);
    assert.equal(k.delete(k.copy(five)).error, 0);
    k.ok(b.cap, abi.TCBSetPriority, [0], [TCB]);
    assert.equal(k.onSlot(abi.CNodeCancelBadgedSends, five).error, 0);
    assert.deepEqual(
      [k.state(b.tcb), k.state(a.tcb)],
      [layout.STATE_RESTART, layout.STATE_BLOCKED_ON_SEND],
    );
    assert.equal(k.delete(five).error, 0);
    k.enter(abi.SysRecv, ep);
    assert.equal(k.badge(k.root), 6);
  });

  test('deleting the endpoint restarts all who wait, and they find it gone', () => {
    k.enter(abi.SysCall, ep, 1);
    k.enter(abi.SysCall, ep, 1);
    assert.equal(k.current(), k.root);
    k.delete(ep);
    k.enter(abi.SysYield);
    assert.equal(k.label(a.tcb), abi.seL4_InvalidCapability);
    assert.equal(k.state(b.tcb), layout.STATE_RESTART, 'the second is still to run');
    assert.equal(k.enter(abi.SysRecv, k.make(abi.seL4_EndpointObject)), b.tcb);
    assert.equal(k.label(b.tcb), abi.seL4_InvalidCapability);
  });
});
