/** Making objects of untyped memory: the order of errors, and memory filled to the brim. */
import { assert } from 'chai';
import {
  seL4_CapTableObject,
  seL4_CNode_Copy,
  seL4_CNode_Delete,
  seL4_DeleteFirst,
  seL4_EndpointObject,
  seL4_FailedLookup,
  seL4_InvalidArgument,
  seL4_MaxUntypedBits,
  seL4_NoError,
  seL4_NotEnoughMemory,
  seL4_RangeError,
  seL4_RetypeFanOutLimit,
  seL4_SlotBits,
  seL4_TCBBits,
  seL4_TCBObject,
  seL4_TCB_ReadRegisters,
  seL4_TCB_WriteRegisters,
  seL4_Untyped_Retype,
  seL4_X86_4K,
} from '../../personality/sel4/index.ts';
import type { CPtr, SeL4Error } from '../../personality/sel4/index.ts';
import type { Bench } from './harness/bench.ts';
import { DEPTH, ROOT, revoke } from './harness/cspace.ts';
import type { Program } from './harness/program.ts';

const RADIX = 3;
const SLOTS = 1 << RADIX;

function assertRange(bench: Bench, error: SeL4Error, min: number, max: number): void {
  assert.equal(error, seL4_RangeError);
  assert.deepEqual([bench.thread.getMR(0), bench.thread.getMR(1)], [min, max], 'the limits');
}

/** An untyped with room for exactly as many threads as the CNode has slots. */
function checkErrorOrder(bench: Bench): void {
  const { thread } = bench;
  const untyped = bench.untyped(seL4_TCBBits + RADIX);
  const node = bench.cnode(RADIX);
  const make = (offset: number, count: number, type: number = seL4_TCBObject) =>
    seL4_Untyped_Retype(thread, untyped, type, 0, node, 0, 0, offset, count);
  const fill = (slot: number) =>
    seL4_CNode_Copy(thread, node, slot, RADIX, ROOT, bench.endpoint(), DEPTH, 15);

  assert.equal(make(SLOTS, 0, 99), seL4_InvalidArgument, 'the type comes first');
  assertRange(bench, make(SLOTS, 0), 0, SLOTS - 1);
  assertRange(bench, make(0, 0), 1, seL4_RetypeFanOutLimit);
  assertRange(bench, make(0, seL4_RetypeFanOutLimit + 1), 1, seL4_RetypeFanOutLimit);
  assertRange(bench, make(0, SLOTS + 1), 1, SLOTS);
  assertRange(bench, make(SLOTS - 1, 2), 1, 1);
  const nowhere = seL4_Untyped_Retype(thread, untyped, seL4_TCBObject, 0, node, 0, RADIX, SLOTS, 0);
  assert.equal(nowhere, seL4_FailedLookup, 'the CNode comes before the window');
  assert.equal(thread.getMR(0), 0, 'the destination was not found');
  for (let slot = 0; slot < SLOTS; slot++) {
    const from = seL4_CNode_Copy(thread, ROOT, bench.slot(), DEPTH, node, slot, RADIX, 15);
    assert.equal(from, seL4_FailedLookup, 'nothing has been made');
  }

  assert.equal(fill(4), seL4_NoError);
  assert.equal(make(0, SLOTS), seL4_DeleteFirst, 'one slot of the window in use');
  assert.equal(make(4, 1), seL4_DeleteFirst, 'the window is that slot');
  assert.equal(make(0, 4), seL4_NoError, 'the window before it');
  assert.equal(make(5, 3), seL4_NoError, 'the window behind it');
  assert.equal(make(0, 1), seL4_DeleteFirst, 'made objects are in the way too');
  assert.equal(seL4_CNode_Delete(thread, node, 4, RADIX), seL4_NoError);
  assert.equal(make(4, 1), seL4_NoError, 'the eighth');

  const other = seL4_Untyped_Retype(
    thread,
    untyped,
    seL4_TCBObject,
    0,
    ROOT,
    0,
    0,
    bench.slot(),
    1,
  );
  assert.equal(other, seL4_NotEnoughMemory, 'a ninth');
  assert.equal(thread.getMR(0), 0, 'no byte is left');
  assert.equal(make(0, 1), seL4_DeleteFirst, 'slots are looked at before memory');
  assert.equal(revoke(thread, untyped), seL4_NoError);
  assert.equal(make(0, SLOTS), seL4_NoError, 'all eight at once, after a revoke');
  assertApart(bench, node);
}

/** Each slot of the CNode names a thread of its own: what is written to one is not in another. */
function assertApart(bench: Bench, node: CPtr): void {
  const { thread } = bench;
  const threads = Array.from({ length: SLOTS }, (_, i) => {
    const slot = bench.slot();
    assert.equal(seL4_CNode_Copy(thread, ROOT, slot, DEPTH, node, i, RADIX, 15), seL4_NoError);
    return slot;
  });
  threads.forEach((tcb, i) => {
    assert.equal(seL4_TCB_WriteRegisters(thread, tcb, false, 0, [100 + i]), seL4_NoError);
  });
  const written = threads.map((tcb) => seL4_TCB_ReadRegisters(thread, tcb, false, 0, 1).registers);
  assert.deepEqual(
    written,
    threads.map((_, i) => [100 + i]),
  );
}

function checkSizes(bench: Bench): void {
  const { thread } = bench;
  for (let bits = seL4_SlotBits + 1; bits <= 14; bits++) {
    const untyped = bench.untyped(bits);
    const slot = bench.slot();
    const make = (radix: number) =>
      seL4_Untyped_Retype(thread, untyped, seL4_CapTableObject, radix, ROOT, 0, 0, slot, 1);
    const exact = bits - seL4_SlotBits;
    const largest = seL4_MaxUntypedBits - seL4_SlotBits;
    for (let radix = largest + 1; radix < 32; radix++) {
      assert.equal(make(radix), seL4_RangeError, `radix ${radix} is never possible`);
    }
    for (let radix = largest; radix > exact; radix--) {
      assert.equal(make(radix), seL4_NotEnoughMemory, `radix ${radix} of ${bits} bits`);
      assert.equal(thread.getMR(0), 1 << bits, 'bytes left');
    }
    assert.equal(make(exact), seL4_NoError, `radix ${exact} of ${bits} bits`);
    const more = seL4_Untyped_Retype(
      thread,
      untyped,
      seL4_EndpointObject,
      0,
      ROOT,
      0,
      0,
      bench.slot(),
      1,
    );
    assert.equal(more, seL4_NotEnoughMemory, 'and nothing is left');
  }
}

function checkFrames(bench: Bench): void {
  const { thread } = bench;
  const untyped = bench.untyped(16);
  const first = bench.slots(17);
  const make = (slot: number, count: number) =>
    seL4_Untyped_Retype(thread, untyped, seL4_X86_4K, 0, ROOT, 0, 0, slot, count);
  for (let i = 0; i < 16; i++) assert.equal(make(first + i, 1), seL4_NoError, `frame ${i}`);
  assertRange(bench, make(first + 16, 0), 1, seL4_RetypeFanOutLimit);
  assertRange(bench, make(first, 0), 1, seL4_RetypeFanOutLimit);
  assert.equal(make(first, 1), seL4_DeleteFirst, 'a slot in use');
  assert.equal(make(first + 16, 1), seL4_NotEnoughMemory, 'a seventeenth');
  assert.equal(thread.getMR(0), 0, 'no byte is left');
}

export const programs: Program[] = [
  {
    id: 'RETYPE0000',
    checks: 'Untyped_Retype: type, CNode, window, count, slots in use, memory, in this order',
    run: checkErrorOrder,
  },
  {
    id: 'RETYPE0001',
    checks: 'a CNode larger than its untyped fails, one of exactly its size succeeds',
    run: checkSizes,
  },
  {
    id: 'RETYPE0002',
    checks: 'sixteen frames fill 64 KiB; then RangeError, DeleteFirst, NotEnoughMemory',
    run: checkFrames,
  },
];
