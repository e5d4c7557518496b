/** Interrupt lines and I/O ports. */
import { assert } from 'chai';
import * as abi from '../../kernel-as/abi.ts';
import * as layout from '../../kernel-as/layout.ts';
import { type TestKernel, startKernel } from './harness.ts';
import { assertInvariants } from './invariants.ts';

const NODE = abi.seL4_CapInitThreadCNode;

suite('kernel: interrupts', () => {
  let k: TestKernel;
  let ntfn: number;
  let badged: number;
  let handler: number;
  setup(async () => {
    k = await startKernel();
    ntfn = k.make(abi.seL4_NotificationObject);
    badged = k.mint(ntfn, 64);
    handler = k.freeSlot();
    assert.equal(get(6, handler).error, 0);
  });
  teardown(() => assertInvariants(k));

  const get = (line: number, slot: number, depth = 32) =>
    k.invoke(abi.seL4_CapIRQControl, abi.IRQIssueIRQHandler, [line, slot, depth], [NODE]);
  const poll = () => {
    k.enter(abi.SysNBRecv, ntfn);
    return k.badge(k.root);
  };
  const set = (cap: number) => k.invoke(handler, abi.IRQSetIRQHandler, [], [cap]);

  test('IRQControl_Get: errors in order', () => {
    assert.deepEqual(get(32, 0, 0), { error: abi.seL4_RangeError, words: [0, 31] });
    assert.equal(get(6, 0, 0).error, abi.seL4_RevokeFirst);
    assert.equal(get(7, 0, 0).error, abi.seL4_RangeError);
    assert.equal(get(7, handler).error, abi.seL4_DeleteFirst);
    const short = k.invoke(abi.seL4_CapIRQControl, abi.IRQIssueIRQHandler, [7, 5]);
    assert.equal(short.error, abi.seL4_TruncatedMessage);
    assert.equal(k.invoke(abi.seL4_CapIRQControl, abi.IRQAckIRQ).error, 3);
  });

  test('a line is delivered once, then masked until Ack', () => {
    assert.equal(set(badged).error, 0);
    k.kernel.irq(0, 6);
    assert.equal(poll(), 64);
    k.kernel.irq(0, 6);
    k.kernel.irq(0, 6);
    assert.equal(poll(), 0, 'masked');
    k.ok(handler, abi.IRQAckIRQ);
    assert.equal(poll(), 64, 'latched once');
    k.ok(handler, abi.IRQAckIRQ);
    assert.equal(poll(), 0);
    assert.equal(k.counter(layout.COUNTER_IRQ), 2);
  });

  test('a line raised before anybody listens is not lost', () => {
    k.kernel.irq(0, 6);
    assert.equal(set(badged).error, 0);
    assert.equal(poll(), 64);
  });

  test('a waiting thread is woken and runs when the processor next asks', () => {
    set(badged);
    assert.equal(k.enter(abi.SysRecv, ntfn), 0, 'nothing to run');
    k.kernel.irq(0, 6);
    assert.equal(k.kernel.schedule(0), k.root);
    assert.equal(k.badge(k.root), 64);
  });

  test('SetNotification wants a notification with Write; Clear stops delivery', () => {
    const wrong = { error: abi.seL4_InvalidCapability, words: [0] };
    assert.deepEqual(set(k.copy(badged, abi.seL4_CanRead)), wrong);
    assert.deepEqual(set(k.make(abi.seL4_EndpointObject)), wrong);
    assert.equal(k.invoke(handler, abi.IRQSetIRQHandler).error, abi.seL4_TruncatedMessage);
    set(badged);
    k.ok(handler, abi.IRQClearIRQHandler);
    k.kernel.irq(0, 6);
    assert.equal(poll(), 0);
  });

  test('revoking the notification, or deleting the last handler, ends delivery', () => {
    set(badged);
    k.revoke(ntfn);
    k.kernel.irq(0, 6);
    assert.equal(poll(), 0);
    const copy = k.copy(handler);
    k.delete(handler);
    assert.equal(get(6, handler).error, abi.seL4_RevokeFirst, 'a copy is left');
    k.delete(copy);
    assert.equal(get(6, handler).error, 0);
  });

  test('revoking IRQControl takes every handler back', () => {
    assert.equal(k.revoke(abi.seL4_CapIRQControl).error, 0);
    assert.equal(k.capType(handler), 0);
    assert.equal(get(6, handler).error, 0);
  });
});

suite('kernel: I/O ports', () => {
  let k: TestKernel;
  let ports: number;
  setup(async () => {
    k = await startKernel();
    ports = k.freeSlot();
    assert.equal(issue(0x3f0, 0x3f7, ports).error, 0);
  });
  teardown(() => assertInvariants(k));

  const issue = (first: number, last: number, slot: number) =>
    k.invoke(abi.seL4_CapIOPortControl, abi.X86IOPortControlIssue, [first, last, slot, 32], [NODE]);
  const node = (field: number) => k.u32(layout.NODES + field);

  test('a range is given out once, until the last capability to it goes', () => {
    const slot = k.freeSlot();
    assert.deepEqual(issue(5, 4, slot), { error: abi.seL4_InvalidArgument, words: [1] });
    assert.equal(issue(0x3f7, 0x3ff, slot).error, abi.seL4_RevokeFirst);
    assert.equal(issue(0x3f8, 0x3ff, ports).error, abi.seL4_DeleteFirst);
    const copy = k.copy(ports);
    k.delete(ports);
    assert.equal(issue(0x3f0, 0x3f0, slot).error, abi.seL4_RevokeFirst);
    k.delete(copy);
    assert.equal(issue(0x3f0, 0x3f0, slot).error, 0);
  });

  test('an access inside the range is handed to the library with all it needs', () => {
    assert.equal(k.invokeRaw(ports, abi.X86IOPortOut16, [0x3f2, 0x1234], []), 1);
    const fields = [
      layout.NODE_PORT,
      layout.NODE_PORT_WIDTH,
      layout.NODE_PORT_WRITE,
      layout.NODE_PORT_VALUE,
    ];
    assert.deepEqual(fields.map(node), [0x3f2, 2, 1, 0x1234]);
    assert.equal(k.invokeRaw(ports, abi.X86IOPortIn8, [0x3f7], []), 1);
    assert.deepEqual(fields.slice(0, 3).map(node), [0x3f7, 1, 0]);
    assert.deepEqual([k.label(k.root), k.length(k.root)], [0, 1]);
  });

  test('one byte outside is IllegalOperation, whatever the width', () => {
    for (const [label, port] of [
      [abi.X86IOPortIn8, 0x3ef],
      [abi.X86IOPortIn8, 0x3f8],
      [abi.X86IOPortIn16, 0x3f7],
      [abi.X86IOPortIn32, 0x3f5],
    ] as const) {
      assert.equal(k.invoke(ports, label, [port]).error, abi.seL4_IllegalOperation);
    }
    assert.equal(k.invoke(ports, abi.X86IOPortOut8, [0x3f2]).error, abi.seL4_TruncatedMessage);
    assert.equal(k.invoke(ports, abi.TCBSuspend, [0x3f2]).error, abi.seL4_IllegalOperation);
  });

  test('through any other system call an access is refused', () => {
    k.enter(abi.SysCall, ports, abi.X86IOPortIn8, [0x3f2]);
    assert.equal(k.label(k.root), abi.seL4_IllegalOperation);
  });

  test('revoking the control takes every range back', () => {
    k.revoke(abi.seL4_CapIOPortControl);
    assert.equal(k.capType(ports), 0);
    assert.equal(issue(0, 0xffff, ports).error, 0);
  });
});
