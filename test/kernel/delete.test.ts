/** The derivation tree, revoke, delete and zombies, with preemption after every step. */
import { assert } from 'chai';
import * as abi from '../../kernel-as/abi.ts';
import * as layout from '../../kernel-as/layout.ts';
import { type TestKernel, startKernel } from './harness.ts';
import { assertInvariants } from './invariants.ts';

const NODE = abi.seL4_CapInitThreadCNode;

for (const limit of [100, 1]) {
  suite(`kernel: delete and revoke, ${limit} steps between preemptions`, () => {
    let k: TestKernel;
    setup(async () => {
      k = await startKernel();
      k.setU32(layout.WORK_LIMIT, limit);
    });
    teardown(() => assertInvariants(k));

    const types = (...slots: number[]) => slots.map((slot) => k.capType(slot));

    test('revoking an original deletes all copies and leaves itself', () => {
      const ep = k.make(abi.seL4_EndpointObject);
      const copies = [k.copy(ep), k.copy(ep), k.mint(ep, 3)];
      assert.equal(k.revoke(ep).error, 0);
      assert.deepEqual(types(...copies), [0, 0, 0]);
      assert.equal(k.capType(ep), layout.CAP_ENDPOINT);
    });

    test('a copy of an endpoint is a sibling: revoking it deletes nothing', () => {
      const ep = k.make(abi.seL4_EndpointObject);
      const first = k.copy(ep);
      const second = k.copy(first);
      assert.equal(k.revoke(first).error, 0);
      assert.deepEqual(types(ep, second), [layout.CAP_ENDPOINT, layout.CAP_ENDPOINT]);
    });

    test('a badge starts a family of its own, which its first capability revokes', () => {
      const ep = k.make(abi.seL4_EndpointObject);
      // Each goes right behind ep: the list is ep, five, fives, otherFive, its, six.
      const six = k.mint(ep, 6);
      const otherFive = k.mint(ep, 5);
      const its = k.copy(otherFive);
      const five = k.mint(ep, 5);
      const fives = [k.copy(five), k.copy(five)];
      assert.equal(k.revoke(five).error, 0);
      assert.deepEqual(types(...fives), [0, 0]);
      assert.notInclude(types(five, six, otherFive, its), 0);
      assert.equal(k.delete(otherFive).error, 0);
      assert.equal(k.revoke(five).error, 0);
      assert.notEqual(k.capType(its), 0, 'inherited the start of its family');
    });

    test('a moved capability keeps its place in the tree', () => {
      const ep = k.make(abi.seL4_EndpointObject);
      const copy = k.copy(ep);
      const [movedEp, movedCopy] = [k.freeSlot(), k.freeSlot()];
      k.ok(NODE, abi.CNodeMove, [movedEp, 32, ep, 32], [NODE]);
      k.ok(NODE, abi.CNodeMove, [movedCopy, 32, copy, 32], [NODE]);
      assert.equal(k.revoke(movedEp).error, 0);
      assert.deepEqual(types(movedEp, movedCopy), [layout.CAP_ENDPOINT, 0]);
    });

    test('revoking an untyped ends everything made of it, also of its untypeds', () => {
      const block = k.make(abi.seL4_UntypedObject, 16);
      const made: number[] = [];
      const make = (type: number, bits: number) => made.push(k.make(type, bits, block));
      make(abi.seL4_TCBObject, 0);
      make(abi.seL4_CapTableObject, 4);
      make(abi.seL4_UntypedObject, 12);
      made.push(k.make(abi.seL4_X86_4K, 0, made[2]));
      make(abi.seL4_EndpointObject, 0);
      make(abi.seL4_NotificationObject, 0);
      made.push(k.copy(made[4]!));
      assert.equal(k.revoke(block).error, 0);
      assert.deepEqual(
        types(...made),
        made.map(() => 0),
      );
      assert.equal(k.retype(block, abi.seL4_UntypedObject, 16, made[0]!, 1).error, 0);
    });

    test('deleting a CNode deletes what is in it', () => {
      const node = k.make(abi.seL4_CapTableObject, 4);
      const ep = k.make(abi.seL4_EndpointObject);
      for (let i = 0; i < 16; i++) k.ok(node, abi.CNodeCopy, [i, 4, ep, 32, 15], [NODE]);
      const address = k.object(node);
      assert.equal(k.delete(node).error, 0);
      for (let i = 0; i < 16; i++) assert.equal(k.u32(address + i * 16), 0);
      assert.equal(k.capType(ep), layout.CAP_ENDPOINT);
    });

    test('deleting one of two capabilities to a CNode leaves it alone', () => {
      const node = k.make(abi.seL4_CapTableObject, 2);
      const other = k.copy(node);
      k.ok(node, abi.CNodeCopy, [1, 2, NODE, 32, 15], [NODE]);
      assert.equal(k.delete(node).error, 0);
      assert.equal(k.u32(k.object(other) + 16) & 15, layout.CAP_CNODE);
    });

    test('a CNode whose only capability is in itself: revoking its memory frees it', () => {
      const block = k.make(abi.seL4_UntypedObject, 12);
      const node = k.make(abi.seL4_CapTableObject, 4, block);
      const address = k.object(node);
      k.ok(NODE, abi.CNodeMove, [k.freeSlot(), 32, node, 32], [NODE]);
      const only = node + 1;
      k.ok(only, abi.CNodeMove, [3, 4, only, 32], [NODE]);
      assert.equal(k.capType(only), 0);
      assert.equal(k.u32(address + 3 * 16) & 15, layout.CAP_CNODE);
      assert.equal(k.revoke(block).error, 0);
      for (let i = 0; i < 64; i++) assert.equal(k.u32(address + i * 4), 0, `word ${i}`);
      assert.equal(k.retype(block, abi.seL4_TCBObject, 0, node, 1).error, 0);
    });

    test('two CNodes that hold each other', () => {
      const block = k.make(abi.seL4_UntypedObject, 12);
      const a = k.make(abi.seL4_CapTableObject, 2, block);
      const b = k.make(abi.seL4_CapTableObject, 2, block);
      k.ok(a, abi.CNodeCopy, [0, 2, b, 32, 15], [NODE]);
      k.ok(b, abi.CNodeCopy, [0, 2, a, 32, 15], [NODE]);
      k.ok(a, abi.CNodeCopy, [3, 2, b, 32, 15], [NODE]);
      assert.equal(k.delete(a).error, 0);
      assert.equal(k.delete(b).error, 0);
      assert.equal(k.revoke(block).error, 0);
      assert.equal(k.retype(block, abi.seL4_CapTableObject, 8, a, 1).error, 0);
    });

    test('a chain of CNodes, each the only way to the next', () => {
      const block = k.make(abi.seL4_UntypedObject, 14);
      const first = k.make(abi.seL4_CapTableObject, 2, block);
      let last = first;
      for (let i = 0; i < 8; i++) {
        const next = k.make(abi.seL4_CapTableObject, 2, block);
        k.ok(last, abi.CNodeCopy, [i & 3, 2, next, 32, 15], [NODE]);
        if (last !== first) assert.equal(k.delete(last).error, 0);
        last = next;
      }
      assert.equal(k.delete(last).error, 0);
      assert.equal(k.delete(first).error, 0);
      assert.equal(k.revoke(block).error, 0);
      assert.equal(k.retype(block, abi.seL4_UntypedObject, 14, first, 1).error, 0);
    });

    test('a thread that deletes the CSpace it is running in', () => {
      const node = k.make(abi.seL4_CapTableObject, 4);
      const guard = 28 << layout.CNODE_DATA_SIZE_SHIFT;
      const t = k.thread({ priority: 254, resume: false });
      k.ok(t.cap, abi.TCBSetSpace, [0, guard, 0], [node, abi.seL4_CapInitThreadVSpace]);
      k.ok(node, abi.CNodeMint, [1, 4, node, 32, 15, guard], [NODE]);
      k.ok(node, abi.CNodeCopy, [2, 4, t.cap, 32, 15], [NODE]);
      assert.equal(k.delete(node).error, 0);
      assert.equal(k.delete(t.cap).error, 0);
      k.ok(abi.seL4_CapInitThreadTCB, abi.TCBSetPriority, [200], [abi.seL4_CapInitThreadTCB]);
      const bystander = k.current();
      assert.equal(bystander, k.root);
    });

    test('a TCB that deletes its own last capability stops for good', () => {
      const t = k.thread({ priority: 255 });
      const other = k.thread({ priority: 200 });
      k.ok(abi.seL4_CapInitThreadTCB, abi.TCBSetPriority, [10], [abi.seL4_CapInitThreadTCB]);
      assert.equal(k.kernel.schedule(0), t.tcb);
      const next = k.enter(abi.SysCall, NODE, abi.CNodeDelete, [t.cap, 32]);
      assert.equal(next, other.tcb);
      assert.equal(k.state(t.tcb), layout.STATE_INACTIVE);
      // Preempted, it cannot go on deleting itself: the zombie is left for somebody else.
      assert.equal(k.capType(t.cap), limit === 1 ? layout.CAP_ZOMBIE : 0);
      assert.equal(k.enter(abi.SysYield), other.tcb, 'and nobody misses it');
      assert.equal(k.delete(t.cap).error, 0);
      assert.equal(k.capType(t.cap), 0);
    });

    test('deleting a thread takes it out of queues and unbinds it', () => {
      const ntfn = k.make(abi.seL4_NotificationObject);
      const ep = k.make(abi.seL4_EndpointObject);
      const t = k.thread({ priority: 255 });
      k.ok(t.cap, abi.TCBBindNotification, [], [ntfn]);
      k.ok(abi.seL4_CapInitThreadTCB, abi.TCBSetPriority, [10], [abi.seL4_CapInitThreadTCB]);
      assert.equal(k.kernel.schedule(0), t.tcb);
      assert.equal(k.enter(abi.SysRecv, ep), k.root);
      assert.equal(k.delete(t.cap).error, 0);
      assert.equal(k.u32(k.object(ep) + layout.EP_HEAD), 0);
      assert.equal(k.u32(k.object(ntfn)), 0);
    });
  });
}
