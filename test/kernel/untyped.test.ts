/** Untyped_Retype: errors in order, room, zeroing (sel4test RETYPE0000 to 0002). */
import { assert } from 'chai';
import * as abi from '../../kernel-as/abi.ts';
import * as layout from '../../kernel-as/layout.ts';
import { type TestKernel, startKernel } from './harness.ts';
import { assertInvariants } from './invariants.ts';

const NODE = abi.seL4_CapInitThreadCNode;
const ROOT_SLOTS = 1 << abi.ROOT_CNODE_BITS;

suite('kernel: Untyped_Retype', () => {
  let k: TestKernel;
  let ut: number;
  setup(async () => {
    k = await startKernel();
    ut = k.make(abi.seL4_UntypedObject, abi.seL4_TCBBits + 3);
  });
  teardown(() => assertInvariants(k));

  test('errors in order, with their details', () => {
    const slot = k.freeSlot();
    const tcb = abi.seL4_TCBObject;
    const at = (type: number, bits: number, offset: number, count: number) =>
      k.retype(ut, type, bits, offset, count);
    assert.deepEqual(at(99, 99, 0, 0), { error: abi.seL4_InvalidArgument, words: [0] });
    const big = { error: abi.seL4_RangeError, words: [0, abi.seL4_MaxUntypedBits] };
    assert.deepEqual(at(abi.seL4_CapTableObject, 32, slot, 1), big);
    assert.deepEqual(at(abi.seL4_CapTableObject, 26, slot, 1), big);
    const bad = { error: abi.seL4_InvalidArgument, words: [1] };
    assert.deepEqual(at(abi.seL4_CapTableObject, 0, slot, 1), bad);
    assert.deepEqual(at(abi.seL4_UntypedObject, 3, slot, 1), bad);
    const offset = { error: abi.seL4_RangeError, words: [0, ROOT_SLOTS - 1] };
    assert.deepEqual(at(tcb, 0, ROOT_SLOTS, 0), offset);
    const fan = { error: abi.seL4_RangeError, words: [1, abi.seL4_RetypeFanOutLimit] };
    assert.deepEqual(at(tcb, 0, slot, 0), fan);
    assert.deepEqual(at(tcb, 0, slot, 257), fan);
    const window = { error: abi.seL4_RangeError, words: [1, 8] };
    assert.deepEqual(at(tcb, 0, ROOT_SLOTS - 8, 9), window);
    assert.equal(at(tcb, 0, ut, 1).error, abi.seL4_DeleteFirst);
    const room = { error: abi.seL4_NotEnoughMemory, words: [8 << abi.seL4_TCBBits] };
    assert.deepEqual(at(tcb, 0, slot, 9), room);
    assert.equal(at(tcb, 0, slot, 8).error, 0);
    assert.deepEqual(at(tcb, 0, slot + 8, 1), { error: abi.seL4_NotEnoughMemory, words: [0] });
  });

  test('destination: no CNode, a slot that holds none, too few arguments', () => {
    const args = [abi.seL4_TCBObject, 0, 0, 0, k.freeSlot(), 1];
    const asRoot = k.invoke(ut, abi.UntypedRetype, args, [ut]);
    assert.deepEqual(asRoot, {
      error: abi.seL4_FailedLookup,
      words: [0, abi.seL4_MissingCapability, 0],
    });
    args[2] = ut;
    args[3] = 32;
    const inSlot = k.invoke(ut, abi.UntypedRetype, args, [NODE]);
    assert.deepEqual(inSlot.words, [0, abi.seL4_MissingCapability, 32]);
    assert.equal(k.invoke(ut, abi.UntypedRetype, args, []).error, abi.seL4_TruncatedMessage);
    assert.equal(k.invoke(ut, abi.TCBSuspend, args, [NODE]).error, abi.seL4_IllegalOperation);
  });

  test('sixteen frames fill 64 KiB', () => {
    const block = k.make(abi.seL4_UntypedObject, 16);
    const first = k.freeSlot();
    assert.equal(k.retype(block, abi.seL4_X86_4K, 0, first, 16).error, 0);
    for (let i = 0; i < 16; i++) {
      assert.equal(k.frameAddress(first + i), k.object(block) + i * 4096);
    }
    const more = k.retype(block, abi.seL4_X86_4K, 0, first + 16, 1);
    assert.equal(more.error, abi.seL4_NotEnoughMemory);
  });

  test('objects of several sizes are aligned to their own', () => {
    const block = k.make(abi.seL4_UntypedObject, 14);
    for (const type of [abi.seL4_EndpointObject, abi.seL4_TCBObject, abi.seL4_X86_4K]) {
      assert.equal(k.retype(block, type, 0, k.freeSlot(), 1).error, 0);
    }
    assertInvariants(k);
  });

  test('memory is zeroed before it is used again', () => {
    const frame = k.make(abi.seL4_X86_4K, 0, k.make(abi.seL4_UntypedObject, 12));
    const ground = frame - 1;
    const address = k.frameAddress(frame);
    for (let i = 0; i < 1024; i++) k.setU32(address + i * 4, 0xdeadbeef);
    assert.equal(k.revoke(ground).error, 0);
    assert.equal(k.capType(frame), layout.CAP_NULL);
    assert.equal(k.retype(ground, abi.seL4_X86_4K, 0, frame, 1).error, 0);
    for (let i = 0; i < 1024; i++) assert.equal(k.u32(address + i * 4), 0);
  });

  test('a large reset is preempted and still ends', () => {
    const block = k.make(abi.seL4_UntypedObject, 20);
    const first = k.freeSlot();
    for (let i = 0; i < 3; i++) k.freeSlot();
    assert.equal(k.retype(block, abi.seL4_UntypedObject, 18, first, 4).error, 0);
    assert.equal(k.revoke(block).error, 0);
    const before = k.counter(layout.COUNTER_PREEMPT);
    assert.equal(k.retype(block, abi.seL4_UntypedObject, 18, first, 4).error, 0);
    assert.isAbove(k.counter(layout.COUNTER_PREEMPT), before);
  });

  test('RAM: only frames and untypeds, which know their physical address', () => {
    const ram = k.untypedSlot(true, 24);
    const slot = k.freeSlot();
    for (const type of [abi.seL4_TCBObject, abi.seL4_CapTableObject, abi.seL4_EndpointObject]) {
      const reply = k.retype(ram, type, type === abi.seL4_CapTableObject ? 4 : 0, slot, 1);
      assert.deepEqual(reply, { error: abi.seL4_InvalidArgument, words: [1] });
    }
    const frames = k.make(abi.seL4_UntypedObject, 20, ram);
    const first = k.freeSlot();
    assert.equal(k.retype(frames, abi.seL4_X86_4K, 0, first, 2).error, 0);
    assert.deepEqual(k.ok(first + 1, abi.X86PageGetAddress), [4096]);
    assert.equal(k.retype(frames, abi.seL4_TCBObject, 0, slot, 1).error, abi.seL4_InvalidArgument);
  });

  test('an untyped with children cannot be copied; a copy makes the source full', () => {
    const parent = k.make(abi.seL4_UntypedObject, 12);
    const copy = k.copy(parent);
    const child = k.freeSlot();
    assert.equal(k.retype(copy, abi.seL4_TCBObject, 0, child, 1).error, 0);
    const again = k.onSlot(abi.CNodeCopy, k.freeSlot(), [copy, 32, 15], [NODE]);
    assert.equal(again.error, abi.seL4_RevokeFirst);
    const full = k.retype(parent, abi.seL4_TCBObject, 0, k.freeSlot(), 1);
    assert.equal(full.error, abi.seL4_NotEnoughMemory);
    assert.equal(k.revoke(parent).error, 0);
    assert.deepEqual([k.capType(copy), k.capType(child)], [0, 0]);
  });
});
