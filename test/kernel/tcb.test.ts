/** TCB methods: configuration, priorities, registers, suspend and resume, scheduling order. */
import { assert } from 'chai';
import * as abi from '../../kernel-as/abi.ts';
import * as layout from '../../kernel-as/layout.ts';
import { type TestKernel, startKernel } from './harness.ts';
import { assertInvariants } from './invariants.ts';

const NODE = abi.seL4_CapInitThreadCNode;
const TCB = abi.seL4_CapInitThreadTCB;
const VSPACE = abi.seL4_CapInitThreadVSpace;

suite('kernel: TCB methods', () => {
  let k: TestKernel;
  setup(async () => {
    k = await startKernel();
  });
  teardown(() => assertInvariants(k));

  test('Configure: errors in order', () => {
    const t = k.make(abi.seL4_TCBObject);
    const frame = k.make(abi.seL4_X86_4K);
    const ram = k.make(abi.seL4_UntypedObject, 20, k.untypedSlot(true, 24));
    const device = k.make(abi.seL4_X86_4K, 0, ram);
    const configure = (buffer: number, caps: number[], cdata = 0) =>
      k.invoke(t, abi.TCBConfigure, [0, cdata, 0, buffer], caps).error;
    assert.equal(configure(512, [NODE, VSPACE]), abi.seL4_TruncatedMessage);
    assert.equal(configure(512, [NODE, VSPACE, device]), abi.seL4_IllegalOperation, 'RAM frame');
    assert.equal(configure(512, [NODE, VSPACE, NODE]), abi.seL4_IllegalOperation);
    assert.equal(configure(516, [NODE, VSPACE, frame]), abi.seL4_AlignmentError);
    assert.equal(configure(512, [t, VSPACE, frame]), abi.seL4_IllegalOperation, 'root no CNode');
    assert.equal(configure(512, [k.freeSlot(), VSPACE, frame]), abi.seL4_IllegalOperation);
    assert.equal(configure(512, [NODE, NODE, frame]), abi.seL4_IllegalOperation, 'no VSpace');
    const guard = 17 << layout.CNODE_DATA_SIZE_SHIFT;
    assert.equal(configure(512, [NODE, VSPACE, frame], guard), abi.seL4_IllegalOperation);
    assert.equal(k.u32(k.object(t)), 0, 'nothing was changed');
    assert.equal(configure(512, [NODE, VSPACE, frame]), 0);
    assert.equal(k.kernel.ipcBuffer(k.object(t)), k.frameAddress(frame) + 512);
    assert.equal(configure(0, [NODE, VSPACE, frame]), 0);
    assert.equal(k.kernel.ipcBuffer(k.object(t)), 0);
  });

  test('an IPC buffer ends with its frame', () => {
    const t = k.thread({ resume: false });
    assert.notEqual(k.kernel.ipcBuffer(t.tcb), 0);
    k.revoke(t.cap + 1);
    assert.equal(k.kernel.ipcBuffer(t.tcb), 0);
  });

  test('priorities: the authority is a TCB, and its MCP the limit', () => {
    const t = k.thread({ mcp: 50, priority: 10, resume: false });
    const set = (label: number, args: number[], auth: number) =>
      k.invoke(t.cap, label, args, [auth]);
    assert.equal(k.invoke(t.cap, abi.TCBSetPriority, [1]).error, abi.seL4_TruncatedMessage);
    assert.deepEqual(set(abi.TCBSetPriority, [1], NODE), {
      error: abi.seL4_InvalidCapability,
      words: [1],
    });
    const over = { error: abi.seL4_RangeError, words: [0, 50] };
    assert.deepEqual(set(abi.TCBSetPriority, [51], t.cap), over);
    assert.deepEqual(set(abi.TCBSetMCPriority, [51], t.cap), over);
    assert.deepEqual(set(abi.TCBSetSchedParams, [50, 51], t.cap), over);
    assert.equal(set(abi.TCBSetPriority, [50], t.cap).error, 0);
    assert.equal(set(abi.TCBSetPriority, [256], TCB).error, abi.seL4_RangeError);
    assert.equal(set(abi.TCBSetSchedParams, [255, 200], TCB).error, 0);
  });

  test('threads run in strict order of priority; among equals the last started first', () => {
    const low = k.thread({ priority: 5 });
    const first = k.thread({ priority: 9 });
    const second = k.thread({ priority: 9 });
    const top = k.thread({ priority: 200 });
    k.ok(TCB, abi.TCBSetPriority, [0], [TCB]);
    const ep = k.make(abi.seL4_EndpointObject);
    assert.equal(k.kernel.schedule(0), top.tcb);
    const order = [];
    for (let i = 0; i < 5; i++) order.push(k.enter(abi.SysRecv, ep));
    assert.deepEqual(order, [second.tcb, first.tcb, low.tcb, k.root, 0]);
  });

  test('Yield goes round among equals; alone it changes nothing', () => {
    const a = k.thread({ priority: 9 });
    const b = k.thread({ priority: 9 });
    k.ok(TCB, abi.TCBSetPriority, [0], [TCB]);
    assert.equal(k.kernel.schedule(0), b.tcb);
    const order = [1, 2, 3].map(() => k.enter(abi.SysYield));
    assert.deepEqual(order, [a.tcb, b.tcb, a.tcb]);
    k.ok(b.cap, abi.TCBSuspend);
    assert.equal(k.enter(abi.SysYield), a.tcb);
  });

  test('a timeslice that is over: equals go round, whatever the thread did; a stopped one has none', () => {
    const a = k.thread({ priority: 9 });
    const b = k.thread({ priority: 9 });
    const worse = k.thread({ priority: 8 });
    k.ok(TCB, abi.TCBSetPriority, [0], [TCB]);
    assert.equal(k.kernel.schedule(0), b.tcb);
    const order = [1, 2, 3].map(() => k.kernel.tick(0));
    assert.deepEqual(order, [a.tcb, b.tcb, a.tcb]);
    k.ok(b.cap, abi.TCBSuspend);
    assert.equal(k.kernel.tick(0), a.tcb, 'alone');
    k.ok(a.cap, abi.TCBSuspend);
    assert.equal(k.kernel.tick(0), worse.tcb);
    assert.equal(k.kernel.tick(99), 0);
  });

  test('raising a ready thread above us switches at the next entry', () => {
    const t = k.thread({ priority: 9 });
    k.ok(TCB, abi.TCBSetPriority, [100], [TCB]);
    assert.equal(k.kernel.schedule(0), k.root);
    k.ok(t.cap, abi.TCBSetPriority, [150], [TCB]);
    assert.equal(k.current(), k.root, 'invoke does not switch');
    assert.equal(k.kernel.schedule(0), t.tcb);
  });

  test('Resume on oneself is harmless; suspending oneself, one goes on behind it', () => {
    const t = k.thread({ priority: 255 });
    k.ok(TCB, abi.TCBResume);
    k.ok(TCB, abi.TCBSetPriority, [100], [TCB]);
    assert.equal(k.kernel.schedule(0), t.tcb);
    assert.equal(k.enter(abi.SysCall, t.cap, abi.TCBResume), t.tcb);
    assert.equal(k.enter(abi.SysCall, t.cap, abi.TCBSuspend), k.root);
    assert.equal(k.state(t.tcb), layout.STATE_INACTIVE);
    k.ok(t.cap, abi.TCBResume);
    assert.equal(k.kernel.schedule(0), t.tcb);
    assert.deepEqual([k.state(t.tcb), k.label(t.tcb)], [layout.STATE_RUNNING, 0]);
  });

  test('a blocked thread that is resumed makes its call again', () => {
    const ep = k.make(abi.seL4_EndpointObject);
    const t = k.thread({ priority: 255 });
    k.ok(TCB, abi.TCBSetPriority, [100], [TCB]);
    assert.equal(k.kernel.schedule(0), t.tcb);
    assert.equal(k.enter(abi.SysRecv, ep), k.root);
    k.ok(t.cap, abi.TCBResume);
    assert.equal(k.state(t.tcb), layout.STATE_RESTART);
    assert.equal(k.kernel.schedule(0), k.root);
    assert.equal(k.state(t.tcb), layout.STATE_BLOCKED_ON_RECEIVE);
    assert.equal(k.enter(abi.SysSend, ep, 4), t.tcb);
    assert.equal(k.label(t.tcb), 4);
  });

  test('registers: written, read back, copied; errors', () => {
    const t = k.thread({ resume: false });
    const u = k.thread({ resume: false });
    const write = (count: number, words: number[], cap = t.cap) =>
      k.invoke(cap, abi.TCBWriteRegisters, [0, count, ...words]).error;
    const values = [1, 2, 3, 4, 5, 6, 7, 8];
    assert.equal(write(8, values.slice(1)), abi.seL4_TruncatedMessage);
    assert.equal(write(1, [1], TCB), abi.seL4_IllegalOperation, "not one's own");
    const epoch = () => k.u32(t.tcb + layout.TCB_EPOCH);
    const before = epoch();
    assert.equal(write(9, [...values, 99]), 0, 'one more than there are');
    assert.notEqual(epoch(), before, 'a new beginning');
    assert.deepEqual(k.ok(t.cap, abi.TCBReadRegisters, [0, 8]), values);
    for (const count of [0, 9]) {
      const reply = k.invoke(t.cap, abi.TCBReadRegisters, [0, count]);
      assert.deepEqual(reply, { error: abi.seL4_RangeError, words: [1, 8] });
    }
    assert.equal(k.invoke(TCB, abi.TCBReadRegisters, [0, 1]).error, abi.seL4_IllegalOperation);
    k.ok(u.cap, abi.TCBCopyRegisters, [8], [t.cap]);
    assert.deepEqual(k.ok(u.cap, abi.TCBReadRegisters, [0, 8]), [0, 0, 0, 4, 5, 6, 7, 8]);
    const noSource = k.invoke(u.cap, abi.TCBCopyRegisters, [8], [NODE]);
    assert.deepEqual(noSource, { error: abi.seL4_InvalidCapability, words: [1] });
    k.ok(t.cap, abi.TCBSetTLSBase, [77]);
    assert.equal(k.ok(t.cap, abi.TCBReadRegisters, [0, 8])[7], 77);
    assert.deepEqual(k.ok(t.cap, abi.TCBSetFlags, [0, 3]), [1]);
    assert.deepEqual(k.ok(t.cap, abi.TCBSetFlags, [1, 0]), [0]);
  });

  test('writing registers of a blocked thread abandons its call', () => {
    const ep = k.make(abi.seL4_EndpointObject);
    const t = k.thread({ priority: 255 });
    k.ok(TCB, abi.TCBSetPriority, [100], [TCB]);
    k.kernel.schedule(0);
    k.enter(abi.SysRecv, ep);
    k.ok(t.cap, abi.TCBWriteRegisters, [1, 1, 5]);
    assert.equal(k.kernel.schedule(0), t.tcb);
    assert.equal(k.state(t.tcb), layout.STATE_RUNNING);
    assert.equal(k.u32(k.object(ep)), layout.EP_IDLE);
  });

  test('domains: one, and the arguments are checked', () => {
    const domain = abi.seL4_CapDomain;
    const set = (value: number, caps: number[]) =>
      k.invoke(domain, abi.DomainSetSet, [value], caps);
    assert.equal(set(0, [TCB]).error, 0);
    assert.deepEqual(set(1, [TCB]), { error: abi.seL4_InvalidArgument, words: [0] });
    assert.deepEqual(set(0, [NODE]), { error: abi.seL4_InvalidArgument, words: [1] });
    assert.equal(set(0, []).error, abi.seL4_TruncatedMessage);
    assert.equal(k.invoke(domain, abi.TCBSuspend, [0], [TCB]).error, abi.seL4_IllegalOperation);
  });

  test('affinity out of range, and methods that do not exist', () => {
    const t = k.thread({ resume: false });
    const affinity = k.invoke(t.cap, abi.TCBSetAffinity, [abi.MAX_PROCESSORS]);
    assert.equal(affinity.error, abi.seL4_IllegalOperation);
    assert.equal(k.invoke(t.cap, abi.CNodeCopy, [1, 2]).error, abi.seL4_IllegalOperation);
    assert.equal(k.invoke(VSPACE, abi.X86PageMap, [1, 2]).error, abi.seL4_IllegalOperation);
  });
});
