/** Capabilities in messages: grant, the receive slot, unwrapping, and addresses that fail. */
import { assert } from 'chai';
import * as abi from '../../kernel-as/abi.ts';
import * as layout from '../../kernel-as/layout.ts';
import { type TestKernel, type TestThread, startKernel } from './harness.ts';
import { assertInvariants } from './invariants.ts';

const TCB = abi.seL4_CapInitThreadTCB;
const NODE = abi.seL4_CapInitThreadCNode;

suite('kernel: capability transfer', () => {
  let k: TestKernel;
  let ep: number;
  let slot: number;
  let server: TestThread;
  setup(async () => {
    k = await startKernel();
    ep = k.make(abi.seL4_EndpointObject);
    slot = k.freeSlot();
    server = k.thread({ priority: 100 });
    k.ok(TCB, abi.TCBSetPriority, [1], [TCB]);
    assert.equal(k.kernel.schedule(0), server.tcb);
    receiveInto(slot);
  });
  teardown(() => assertInvariants(k));

  const receiveInto = (dest: number) => {
    k.setBufferWord(server.tcb, abi.IPCBUF_RECEIVE_CNODE, NODE);
    k.setBufferWord(server.tcb, abi.IPCBUF_RECEIVE_INDEX, dest);
    k.setBufferWord(server.tcb, abi.IPCBUF_RECEIVE_DEPTH, 32);
    k.enter(abi.SysRecv, ep);
  };
  const extraCaps = (tcb: number) => (k.info(tcb) >>> 7) & 3;
  const unwrapped = (tcb: number) => (k.info(tcb) >>> 9) & 7;

  test('with Grant a copy arrives in the receive slot', () => {
    const gift = k.make(abi.seL4_NotificationObject);
    k.enter(abi.SysSend, ep, 1, [9], [gift]);
    assert.deepEqual(k.capWords(slot), k.capWords(gift));
    assert.deepEqual([extraCaps(server.tcb), unwrapped(server.tcb)], [1, 0]);
    assert.equal(k.getMR(server.tcb, 0), 9);
    k.ok(NODE, abi.CNodeRevoke, [gift, 32]);
    assert.equal(k.capType(slot), 0, 'and is a child of what was sent');
  });

  test('without Grant the words arrive alone', () => {
    const weak = k.copy(ep, abi.seL4_CanWrite | abi.seL4_CanGrantReply);
    k.enter(abi.SysSend, weak, 1, [9], [k.make(abi.seL4_NotificationObject)]);
    assert.equal(k.capType(slot), 0);
    assert.equal(extraCaps(server.tcb), 0);
    assert.equal(k.getMR(server.tcb, 0), 9);
  });

  test('a capability to the endpoint itself arrives as its badge', () => {
    const gift = k.make(abi.seL4_NotificationObject);
    const caps = [k.mint(ep, 77), gift, k.mint(ep, 88)];
    k.enter(abi.SysSend, ep, 1, [], caps);
    assert.deepEqual([extraCaps(server.tcb), unwrapped(server.tcb)], [3, 0b101]);
    assert.equal(k.getBufferWord(server.tcb, abi.IPCBUF_CAPS), 77);
    assert.equal(k.getBufferWord(server.tcb, abi.IPCBUF_CAPS + 2), 88);
    assert.equal(k.object(slot), k.object(gift));
  });

  test('only the first goes into the slot; the second ends the list', () => {
    const gifts = [0, 1].map(() => k.make(abi.seL4_NotificationObject));
    k.enter(abi.SysSend, ep, 1, [], [...gifts, k.mint(ep, 5)]);
    assert.deepEqual([extraCaps(server.tcb), unwrapped(server.tcb)], [1, 0]);
  });

  test('a receive slot that is full or cannot be resolved takes nothing', () => {
    const gift = k.make(abi.seL4_NotificationObject);
    k.copy(gift);
    k.onSlot(abi.CNodeCopy, slot, [ep, 32, 15], [NODE]);
    k.enter(abi.SysSend, ep, 1, [], [gift]);
    assert.equal(k.capType(slot), layout.CAP_ENDPOINT);
    assert.equal(extraCaps(server.tcb), 0);
  });

  test('what cannot be derived ends the list', () => {
    k.enter(abi.SysSend, ep, 1, [], [abi.seL4_CapIRQControl]);
    assert.equal(extraCaps(server.tcb), 0);
    assert.equal(k.capType(slot), 0);
  });

  test('an empty extra capability is passed over as null; a bad address faults', () => {
    k.enter(abi.SysSend, ep, 1, [], [k.freeSlot()]);
    assert.equal(extraCaps(server.tcb), 0);
    assert.equal(k.label(server.tcb), 1);
    const tcb = k.current();
    k.enter(abi.SysSend, ep, 1, [], [0x1234_5678]);
    assert.notEqual(k.current(), tcb, 'no handler: it stopped');
    assert.equal(k.state(tcb), layout.STATE_INACTIVE);
  });

  test('a reply carries capabilities if the receiver had Grant, and never unwraps', () => {
    k.setBufferWord(k.root, abi.IPCBUF_RECEIVE_CNODE, NODE);
    k.setBufferWord(k.root, abi.IPCBUF_RECEIVE_INDEX, slot);
    k.setBufferWord(k.root, abi.IPCBUF_RECEIVE_DEPTH, 32);
    assert.equal(k.enter(abi.SysCall, ep, 1), server.tcb);
    const badged = k.mint(ep, 4);
    k.enter(abi.SysReplyRecv, ep, 1, [], [badged]);
    assert.deepEqual([extraCaps(k.root), unwrapped(k.root)], [1, 0]);
    assert.deepEqual(k.capWords(slot), k.capWords(badged));
  });

  const ways: [string, boolean, boolean][] = [
    ['on the fast path', false, false],
    ['on the slow path', true, false],
    ['when the caller was there first', false, true],
  ];
  for (const [way, tracing, callerFirst] of ways) {
    test(`a receiver without Grant cannot answer with capabilities: ${way}`, () => {
      k.setU32(layout.TRACE_ENABLED, tracing ? 1 : 0);
      const noGrant = k.copy(ep, abi.seL4_CanRead | abi.seL4_CanWrite);
      k.setBufferWord(k.root, abi.IPCBUF_RECEIVE_CNODE, NODE);
      k.setBufferWord(k.root, abi.IPCBUF_RECEIVE_INDEX, slot);
      k.setBufferWord(k.root, abi.IPCBUF_RECEIVE_DEPTH, 32);
      const gift = k.make(abi.seL4_NotificationObject);
      assert.equal(k.enter(abi.SysSend, ep, 1), server.tcb);
      if (callerFirst) {
        k.ok(server.cap, abi.TCBSetPriority, [0], [TCB]);
        assert.equal(k.enter(abi.SysYield), k.root);
        assert.equal(k.enter(abi.SysCall, ep, 1), server.tcb);
        assert.equal(k.enter(abi.SysRecv, noGrant), server.tcb);
      } else {
        k.enter(abi.SysRecv, noGrant);
        assert.equal(k.enter(abi.SysCall, ep, 1), server.tcb);
      }
      k.enter(abi.SysReplyRecv, ep, 1, [3], [gift]);
      assert.equal(k.current(), k.root);
      assert.deepEqual([extraCaps(k.root), k.capType(slot)], [0, 0]);
    });
  }
});
