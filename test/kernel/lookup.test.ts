/** Capability addresses: guards, depths, nested CNodes (sel4test CSPACE0001). */
import { assert } from 'chai';
import * as abi from '../../kernel-as/abi.ts';
import * as layout from '../../kernel-as/layout.ts';
import { type TestKernel, startKernel } from './harness.ts';
import { assertInvariants } from './invariants.ts';

const NODE = abi.seL4_CapInitThreadCNode;

suite('kernel: capability addressing', () => {
  let k: TestKernel;
  setup(async () => {
    k = await startKernel();
  });
  teardown(() => assertInvariants(k));

  const guardData = (guard: number, bits: number) =>
    (guard << layout.CNODE_DATA_GUARD_SHIFT) | (bits << layout.CNODE_DATA_SIZE_SHIFT);

  test('depth 0 and 33 are RangeError, a wrong guard FailedLookup', () => {
    for (const depth of [0, 33, 0xffff_ffff]) {
      const reply = k.invoke(NODE, abi.CNodeDelete, [5, depth]);
      assert.deepEqual(reply, { error: abi.seL4_RangeError, words: [1, 32] });
    }
    assert.deepEqual(k.invoke(NODE, abi.CNodeDelete, [0x10005, 32]), {
      error: abi.seL4_FailedLookup,
      words: [0, abi.seL4_GuardMismatch, 32, 0, 16],
    });
    assert.deepEqual(k.invoke(NODE, abi.CNodeDelete, [5, 20]), {
      error: abi.seL4_FailedLookup,
      words: [0, abi.seL4_DepthMismatch, 20, 32],
    });
    assert.deepEqual(k.invoke(NODE, abi.CNodeDelete, [5, 12]).words[1], abi.seL4_GuardMismatch);
  });

  test('bits left over at a slot that holds no CNode', () => {
    const small = k.make(abi.seL4_CapTableObject, 4);
    const reply = k.invoke(small, abi.CNodeDelete, [0x35, 8]);
    assert.deepEqual(reply, {
      error: abi.seL4_FailedLookup,
      words: [0, abi.seL4_DepthMismatch, 4, 0],
    });
  });

  test('a CSpace of two levels: through a guard to the slot', () => {
    const inner = k.make(abi.seL4_CapTableObject, 4);
    const outer = k.make(abi.seL4_CapTableObject, 4);
    const ep = k.make(abi.seL4_EndpointObject);
    k.ok(inner, abi.CNodeCopy, [9, 4, ep, 32, 15], [NODE]);
    // 4 bits outer, 8 bits guard 0x5a, 4 bits inner.
    k.ok(outer, abi.CNodeMint, [3, 4, inner, 32, 15, guardData(0x5a, 8)], [NODE]);
    const find = (address: number, depth: number) =>
      k.invoke(outer, abi.CNodeCopy, [0, 4, address, depth, 15], [outer]);
    assert.deepEqual(find(0x35b9, 16).words, [1, abi.seL4_GuardMismatch, 12, 0x5a, 8]);
    assert.deepEqual(find(0x3, 6).words, [1, abi.seL4_DepthMismatch, 2, 0]);
    assert.deepEqual(find(0x35a, 12).words, [1, abi.seL4_DepthMismatch, 8, 12]);
    assert.equal(find(0x35a9, 16).error, 0);
    assert.equal(k.u32(k.object(outer)), k.capWords(ep)[0]);
  });

  test('32 levels of one bit: the one right address works, those one bit off do not', () => {
    const ep = k.make(abi.seL4_EndpointObject);
    const address = 0xa5c3_960f >>> 0;
    let below = ep;
    for (let level = 0; level < 32; level++) {
      const node = k.make(abi.seL4_CapTableObject, 1);
      k.ok(node, abi.CNodeCopy, [(address >>> level) & 1, 1, below, 32, 15], [NODE]);
      below = node;
    }
    const find = (cptr: number) => {
      const dest = k.freeSlot();
      return k.onSlot(abi.CNodeCopy, dest, [cptr, 32, 15], [below]);
    };
    assert.equal(find(address).error, 0);
    for (let bit = 0; bit < 32; bit++) {
      const reply = find((address ^ (2 ** bit)) >>> 0);
      assert.equal(reply.error, abi.seL4_FailedLookup, `bit ${bit}`);
    }
  });

  test('a thread whose CSpace root is gone cannot invoke anything', () => {
    const node = k.make(abi.seL4_CapTableObject, 4);
    const t = k.thread({ priority: 254, cspace: node, faultHandler: 1 });
    k.revoke(node);
    k.delete(node);
    const tcb = abi.seL4_CapInitThreadTCB;
    k.ok(tcb, abi.TCBSetPriority, [1], [tcb]);
    assert.equal(k.kernel.schedule(0), t.tcb);
    assert.equal(k.enter(abi.SysCall, 1, 1), k.root);
    assert.equal(k.state(t.tcb), layout.STATE_INACTIVE);
  });
});
