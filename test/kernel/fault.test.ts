/** Faults: their messages, what answers do, and what happens without a handler. */
import { assert } from 'chai';
import * as abi from '../../kernel-as/abi.ts';
import * as layout from '../../kernel-as/layout.ts';
import { type TestKernel, type TestThread, startKernel } from './harness.ts';
import { assertInvariants } from './invariants.ts';

const TCB = abi.seL4_CapInitThreadTCB;
/** Fails at once in the root's CSpace, whose guard is 16 zero bits. */
const BAD = 0xabcd_0001;

suite('kernel: faults', () => {
  let k: TestKernel;
  let ep: number;
  let handler: number;
  let t: TestThread;
  setup(async () => {
    k = await startKernel();
    ep = k.make(abi.seL4_EndpointObject);
    handler = k.mint(ep, 33);
    t = k.thread({ priority: 100, faultHandler: handler, resume: false });
    const registers = [11, 12, 13, 14, 15, 16, 17, 18];
    k.ok(t.cap, abi.TCBWriteRegisters, [1, 8, ...registers]);
    k.ok(TCB, abi.TCBSetPriority, [1], [TCB]);
    assert.equal(k.kernel.schedule(0), t.tcb);
  });
  teardown(() => assertInvariants(k));

  const receive = () => {
    k.enter(abi.SysRecv, ep);
    assert.equal(k.badge(k.root), 33);
    return Array.from({ length: k.length(k.root) }, (_, i) => k.getMR(k.root, i));
  };
  const epoch = () => k.u32(t.tcb + layout.TCB_EPOCH);

  test('a bad address in Call: CapFault, and the call is made again after the answer', () => {
    assert.equal(k.enter(abi.SysCall, BAD, 5, [1]), k.root);
    const message = receive();
    assert.equal(k.label(k.root), abi.seL4_CapFault);
    assert.deepEqual(message, [11, BAD, 0, abi.seL4_GuardMismatch, 32, 0, 16]);
    k.enter(abi.SysReply, 0, 1);
    assert.equal(receive()[1], BAD, 'it faulted again');
  });

  test('a fault in Recv says so', () => {
    k.enter(abi.SysRecv, BAD);
    assert.deepEqual(receive().slice(0, 3), [11, BAD, 1]);
    k.enter(abi.SysReply, 0, 0);
    receive();
  });

  test('Recv on what cannot be received from: MissingCapability', () => {
    k.enter(abi.SysRecv, abi.seL4_CapInitThreadTCB);
    const expected = [11, abi.seL4_CapInitThreadTCB, 1, abi.seL4_MissingCapability, 0];
    assert.deepEqual(receive(), expected);
  });

  test('NBSend to a bad address is silent', () => {
    assert.equal(k.enter(abi.SysNBSend, BAD, 1, [1]), t.tcb);
  });

  test('UserException: message, new registers and a new beginning on label 0', () => {
    const before = epoch();
    assert.equal(k.kernel.fault(0, abi.seL4_UserException, 1, 0xe000_0001, 0), k.root);
    assert.deepEqual(receive(), [11, 12, 13, 1, 0xe000_0001]);
    assert.equal(k.label(k.root), abi.seL4_UserException);
    assert.equal(k.enter(abi.SysReply, 0, 0, [99]), t.tcb);
    assert.equal(k.state(t.tcb), layout.STATE_RUNNING);
    assert.equal(k.u32(t.tcb + layout.TCB_REGISTERS), 99);
    assert.equal(k.u32(t.tcb + layout.TCB_REGISTERS + 4), 12, 'only as many as were given');
    assert.notEqual(epoch(), before);
  });

  test('UserException answered with another label: the thread stops', () => {
    k.kernel.fault(0, abi.seL4_UserException, 0, 0, 0);
    receive();
    assert.equal(k.enter(abi.SysReply, 0, 1), k.root);
    assert.equal(k.state(t.tcb), layout.STATE_INACTIVE);
  });

  test('an unknown system call: eight registers and the number; answered, it returns', () => {
    const before = epoch();
    assert.equal(k.kernel.enter(0, -77, 0, 0), k.root);
    assert.deepEqual(receive(), [11, 12, 13, 14, 15, 16, 17, 18, -77 >>> 0]);
    assert.equal(k.label(k.root), abi.seL4_UnknownSyscall);
    assert.equal(k.enter(abi.SysReply, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8]), t.tcb);
    assert.equal(k.u32(t.tcb + layout.TCB_REGISTERS + 28), 8);
    assert.equal(epoch(), before);
    assert.equal(k.u32(t.tcb + layout.TCB_PENDING), 0);
  });

  test('a number that the kernel uses inside is an unknown system call too', () => {
    k.kernel.enter(0, 0x4000_0003, 1, 2);
    assert.equal(receive()[8], 0x4000_0003);
    assert.equal(k.label(k.root), abi.seL4_UnknownSyscall);
  });

  test('VMFault: four words, and the thread goes on whatever the label', () => {
    const before = epoch();
    assert.equal(k.kernel.fault(0, abi.seL4_VMFault, 0x1000, 0, 2), k.root);
    assert.deepEqual(receive(), [11, 0x1000, 0, 2]);
    assert.equal(k.enter(abi.SysReply, 0, 9, [1, 2, 3]), t.tcb);
    assert.notEqual(epoch(), before, 'from its beginning');
    assert.equal(k.u32(t.tcb + layout.TCB_REGISTERS), 11, 'where it was');
    assert.equal(k.u32(t.tcb + layout.TCB_PENDING), 0);
  });

  test('a handler without the grant rights, or none: the thread stops', () => {
    const plain = k.copy(ep, abi.seL4_CanRead | abi.seL4_CanWrite);
    const u = k.thread({ priority: 101, faultHandler: plain });
    const v = k.thread({ priority: 102 });
    assert.equal(k.kernel.schedule(0), v.tcb);
    assert.equal(k.kernel.fault(0, abi.seL4_UserException, 0, 0, 0), u.tcb);
    assert.equal(k.kernel.fault(0, abi.seL4_UserException, 0, 0, 0), t.tcb);
    assert.deepEqual([k.state(u.tcb), k.state(v.tcb)], [0, 0]);
  });

  test('a faulted thread that is suspended and resumed raises its fault again', () => {
    k.kernel.fault(0, abi.seL4_UserException, 1, 5, 0);
    k.ok(t.cap, abi.TCBSuspend);
    assert.equal(k.u32(k.object(ep)), layout.EP_IDLE);
    k.ok(t.cap, abi.TCBResume);
    assert.deepEqual(receive(), [11, 12, 13, 1, 5]);
  });

  test('the saved fault is forgotten when its handler endpoint goes', () => {
    k.kernel.fault(0, abi.seL4_UserException, 1, 5, 0);
    k.delete(handler);
    k.revoke(ep);
    k.delete(ep);
    k.enter(abi.SysYield);
    assert.equal(k.state(t.tcb), layout.STATE_INACTIVE, 'faulted again, without a handler');
  });
});
