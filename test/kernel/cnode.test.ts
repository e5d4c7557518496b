/** CNode methods: what they do, and their errors in order (sel4test CNODEOP0001 to 0009). */
import { assert } from 'chai';
import * as abi from '../../kernel-as/abi.ts';
import * as layout from '../../kernel-as/layout.ts';
import { type TestKernel, startKernel } from './harness.ts';
import { assertInvariants } from './invariants.ts';

const NODE = abi.seL4_CapInitThreadCNode;

suite('kernel: CNode methods', () => {
  let k: TestKernel;
  let full: number;
  setup(async () => {
    k = await startKernel();
    full = k.make(abi.seL4_EndpointObject);
  });
  teardown(() => assertInvariants(k));

  const methods: [string, number, number[]][] = [
    ['Copy', abi.CNodeCopy, [abi.seL4_AllRights]],
    ['Mint', abi.CNodeMint, [abi.seL4_AllRights, 5]],
    ['Move', abi.CNodeMove, []],
  ];
  for (const [name, label, rest] of methods) {
    test(`${name}: full destination before anything about the source`, () => {
      const reply = k.onSlot(label, full, [9999, 99, ...rest], [NODE]);
      assert.equal(reply.error, abi.seL4_DeleteFirst);
    });

    test(`${name}: empty source is FailedLookup of the source, MissingCapability`, () => {
      const reply = k.onSlot(label, k.freeSlot(), [k.freeSlot(), 32, ...rest], [NODE]);
      assert.equal(reply.error, abi.seL4_FailedLookup);
      assert.deepEqual(reply.words, [1, abi.seL4_MissingCapability, 32]);
    });

    test(`${name}: source depth out of range, source root no CNode`, () => {
      const depth = k.onSlot(label, k.freeSlot(), [full, 33, ...rest], [NODE]);
      assert.deepEqual(depth, { error: abi.seL4_RangeError, words: [1, 32] });
      const root = k.onSlot(label, k.freeSlot(), [full, 32, ...rest], [full]);
      assert.deepEqual(root, { error: abi.seL4_FailedLookup, words: [1, abi.seL4_InvalidRoot] });
    });

    test(`${name}: too few arguments or capabilities are TruncatedMessage`, () => {
      const reply = k.onSlot(label, k.freeSlot(), [full, 32, ...rest], []);
      assert.equal(reply.error, abi.seL4_TruncatedMessage);
      const short = k.invoke(NODE, label, [k.freeSlot(), 32, full], [NODE]);
      assert.equal(short.error, abi.seL4_TruncatedMessage);
    });
  }

  test('Copy leaves both, Move empties the source', () => {
    const copy = k.copy(full);
    assert.deepEqual(k.capWords(copy), k.capWords(full));
    const dest = k.freeSlot();
    assert.equal(k.onSlot(abi.CNodeMove, dest, [copy, 32], [NODE]).error, 0);
    assert.deepEqual(k.capWords(dest), k.capWords(full));
    assert.equal(k.capType(copy), layout.CAP_NULL);
  });

  test('Copy takes rights away and never adds any', () => {
    const readOnly = k.copy(full, abi.seL4_CanRead);
    assert.equal(k.capWords(readOnly)[1] & 15, abi.seL4_CanRead);
    const again = k.copy(readOnly, abi.seL4_AllRights);
    assert.equal(k.capWords(again)[1] & 15, abi.seL4_CanRead);
  });

  test('a badge is set once, of 28 bits, and cannot be changed', () => {
    const badged = k.mint(full, 0xffff_ffff);
    assert.equal(k.capWords(badged)[1] >>> 4, 0x0fff_ffff);
    const args = [badged, 32, abi.seL4_AllRights, 7];
    assert.equal(k.onSlot(abi.CNodeMint, k.freeSlot(), args, [NODE]).error, 3);
    const mutate = k.onSlot(abi.CNodeMutate, k.freeSlot(), [full, 32, 7], [NODE]);
    assert.equal(mutate.error, abi.seL4_IllegalOperation, 'Mutate never badges an endpoint');
  });

  test('Mutate gives a CNode a guard, within 32 bits', () => {
    const node = k.make(abi.seL4_CapTableObject, 4);
    const dest = k.freeSlot();
    const data = (5 << layout.CNODE_DATA_GUARD_SHIFT) | (28 << layout.CNODE_DATA_SIZE_SHIFT);
    assert.equal(k.onSlot(abi.CNodeMutate, dest, [node, 32, data], [NODE]).error, 0);
    const [, word] = k.capWords(dest);
    assert.deepEqual([word >>> 10, (word >>> 5) & 31, word & 31], [5, 28, 4]);
    const tooLong = 29 << layout.CNODE_DATA_SIZE_SHIFT;
    const reply = k.onSlot(abi.CNodeMutate, k.freeSlot(), [dest, 32, tooLong], [NODE]);
    assert.equal(reply.error, abi.seL4_IllegalOperation);
  });

  test('control capabilities cannot be copied', () => {
    for (const slot of [abi.seL4_CapIRQControl, abi.seL4_CapIOPortControl]) {
      const reply = k.onSlot(abi.CNodeCopy, k.freeSlot(), [slot, 32, 15], [NODE]);
      assert.equal(reply.error, abi.seL4_IllegalOperation);
    }
  });

  test('Delete and Revoke succeed on full and on empty slots', () => {
    assert.equal(k.delete(full).error, 0);
    assert.equal(k.capType(full), layout.CAP_NULL);
    assert.equal(k.delete(full).error, 0);
    assert.equal(k.revoke(full).error, 0);
  });

  test('a label that is no CNode method, and an invocation of nothing', () => {
    assert.equal(k.invoke(NODE, abi.TCBSuspend, [1, 32]).error, abi.seL4_IllegalOperation);
    assert.deepEqual(k.invoke(k.freeSlot(), abi.CNodeCopy), {
      error: abi.seL4_InvalidCapability,
      words: [0],
    });
  });

  test('CancelBadgedSends needs an endpoint with all rights', () => {
    assert.equal(k.onSlot(abi.CNodeCancelBadgedSends, full).error, 0);
    const weak = k.copy(full, abi.seL4_AllRights & ~abi.seL4_CanGrant);
    assert.equal(k.onSlot(abi.CNodeCancelBadgedSends, weak).error, abi.seL4_IllegalOperation);
    const empty = k.freeSlot();
    assert.equal(k.onSlot(abi.CNodeCancelBadgedSends, empty).error, abi.seL4_IllegalOperation);
  });

  test('SaveCaller: full slot is DeleteFirst, no caller is nothing', () => {
    assert.equal(k.onSlot(abi.CNodeSaveCaller, full).error, abi.seL4_DeleteFirst);
    const empty = k.freeSlot();
    assert.equal(k.onSlot(abi.CNodeSaveCaller, empty).error, 0);
    assert.equal(k.capType(empty), layout.CAP_NULL);
  });
});

suite('kernel: CNode_Rotate', () => {
  let k: TestKernel;
  let source: number;
  let pivot: number;
  setup(async () => {
    k = await startKernel();
    source = k.make(abi.seL4_CapTableObject, 1);
    pivot = k.make(abi.seL4_TCBObject);
  });
  teardown(() => assertInvariants(k));

  const rotate = (dest: number, middle: number, from: number) =>
    k.onSlot(abi.CNodeRotate, dest, [0, middle, 32, 0, from, 32], [NODE, NODE]).error;

  test('source goes to pivot, pivot to destination', () => {
    const dest = k.freeSlot();
    const before = [k.object(source), k.object(pivot)];
    assert.equal(rotate(dest, pivot, source), 0);
    assert.deepEqual([k.object(pivot), k.object(dest)], before);
    assert.equal(k.capType(source), layout.CAP_NULL);
  });

  test('destination and source the same: they swap, also as neighbours in the tree', () => {
    const before = [k.object(source), k.object(pivot)];
    assert.equal(rotate(source, pivot, source), 0);
    assert.deepEqual([k.object(pivot), k.object(source)], before);
  });

  test('errors in order', () => {
    const empty = k.freeSlot();
    assert.equal(rotate(empty, source, source), abi.seL4_IllegalOperation, 'pivot is source');
    assert.equal(rotate(pivot, pivot, source), abi.seL4_IllegalOperation, 'pivot is destination');
    const other = k.make(abi.seL4_EndpointObject);
    assert.equal(rotate(other, pivot, source), abi.seL4_DeleteFirst);
    assert.equal(rotate(empty, pivot, k.freeSlot()), abi.seL4_FailedLookup);
    assert.equal(rotate(empty, k.freeSlot(), source), abi.seL4_FailedLookup);
    assert.equal(
      rotate(empty, other, source),
      abi.seL4_IllegalOperation,
      'an endpoint has a badge',
    );
  });
});
