/**
 * CNode operations: what each does to source and destination, and its errors in their order.
 *
 * Whether two capabilities name one object is found out by writing a register of an inactive thread
 * through the one and reading it through the other.
 */
import { assert } from 'chai';
import {
  MessageInfo_get_label,
  MessageInfo_new,
  seL4_Call,
  seL4_DeleteFirst,
  seL4_FailedLookup,
  seL4_IllegalOperation,
  seL4_MissingCapability,
  seL4_NoError,
  seL4_Recv,
  seL4_Reply,
  seL4_Send,
  seL4_TCB_ReadRegisters,
  seL4_TCB_WriteRegisters,
} from '../../personality/sel4/index.ts';
import type { CPtr, SeL4Error, Thread } from '../../personality/sel4/index.ts';
import type { Bench } from './harness/bench.ts';
import {
  cancelBadgedSends,
  copy,
  mint,
  move,
  mutate,
  remove,
  revoke,
  rotate,
  saveCaller,
} from './harness/cspace.ts';
import type { Program } from './harness/program.ts';

let stamp = 1;

function assertSameThread(thread: Thread, one: CPtr, other: CPtr): void {
  const value = ++stamp;
  assert.equal(seL4_TCB_WriteRegisters(thread, one, false, 0, [value]), seL4_NoError, 'write');
  const read = seL4_TCB_ReadRegisters(thread, other, false, 0, 1);
  assert.equal(read.error, seL4_NoError, 'the other capability can be invoked');
  assert.deepEqual(read.registers, [value], 'the other capability names the same thread');
}

function assertEmpty(bench: Bench, slot: CPtr, what: string): void {
  const error = copy(bench.thread, bench.slot(), slot);
  assert.equal(error, seL4_FailedLookup, what);
  assert.equal(bench.thread.getMR(0), 1, 'it was the source that was not found');
  assert.equal(bench.thread.getMR(1), seL4_MissingCapability, 'since the slot is empty');
}

/** The three cases that all methods with a source and a destination share. */
function checkTransfer(
  bench: Bench,
  method: (dest: CPtr, source: CPtr) => SeL4Error,
  moves: boolean,
): void {
  const { thread } = bench;
  const original = bench.tcb();
  const witness = bench.slot();
  assert.equal(copy(thread, witness, original), seL4_NoError, 'a second capability');
  const dest = bench.slot();
  assert.equal(method(dest, original), seL4_NoError, 'into an empty slot');
  assertSameThread(thread, witness, dest);
  if (moves) assertEmpty(bench, original, 'the source is empty after a move');
  else assertSameThread(thread, original, dest);
  const empty = bench.slot();
  assert.equal(method(dest, witness), seL4_DeleteFirst, 'into a slot in use');
  assert.equal(method(dest, empty), seL4_DeleteFirst, 'the destination is looked at first');
  assertSameThread(thread, witness, dest);
  assert.equal(method(bench.slot(), empty), seL4_FailedLookup, 'from an empty slot');
  assert.equal(thread.getMR(0), 1, 'the source was missing');
}

function checkRotate(bench: Bench): void {
  const { thread } = bench;
  const [a, b] = [bench.tcb(), bench.tcb()];
  const [keepA, keepB] = [bench.slot(), bench.slot()];
  assert.equal(copy(thread, keepA, a), seL4_NoError);
  assert.equal(copy(thread, keepB, b), seL4_NoError);
  const dest = bench.slot();
  assert.equal(rotate(thread, dest, a, b), seL4_NoError, 'a to dest, b to a');
  assertSameThread(thread, keepA, dest);
  assertSameThread(thread, keepB, a);
  assertEmpty(bench, b, 'the source is empty afterwards');
  const spare = bench.tcb();
  const empty = b;
  assert.equal(rotate(thread, spare, dest, a), seL4_DeleteFirst, 'destination in use');
  assert.equal(rotate(thread, spare, dest, empty), seL4_DeleteFirst, 'before an empty source');
  assert.equal(rotate(thread, spare, empty, a), seL4_DeleteFirst, 'before an empty pivot');
  assertSameThread(thread, keepA, dest);
  assertSameThread(thread, keepB, a);
  assert.equal(rotate(thread, a, dest, a), seL4_NoError, 'source = destination swaps');
  assertSameThread(thread, keepA, a);
  assertSameThread(thread, keepB, dest);
  assert.equal(rotate(thread, empty, a, a), seL4_IllegalOperation, 'pivot = source');
  assert.equal(rotate(thread, a, a, dest), seL4_IllegalOperation, 'pivot = destination');
  assert.equal(rotate(thread, spare, a, a), seL4_IllegalOperation, 'before a slot in use');
  const other = bench.slot();
  assert.equal(rotate(thread, other, other, a), seL4_IllegalOperation, 'before an empty pivot');
  assert.equal(rotate(thread, empty, a, empty), seL4_FailedLookup, 'swapped with nothing');
  const details = () => [thread.getMR(0), thread.getMR(1)];
  assert.equal(rotate(thread, other, a, empty), seL4_FailedLookup, 'empty source');
  assert.deepEqual(details(), [1, seL4_MissingCapability], 'it was the source');
  assert.equal(rotate(thread, other, empty, a), seL4_FailedLookup, 'empty pivot');
  assert.deepEqual(details(), [0, seL4_MissingCapability], 'it was not the source');
  const twice = rotate(thread, other, bench.slot(), empty);
  assert.equal(twice, seL4_FailedLookup, 'both empty');
  assert.deepEqual(details(), [1, seL4_MissingCapability], 'the source comes first');
  assertSameThread(thread, keepA, a);
  assertSameThread(thread, keepB, dest);
  assertEmpty(bench, other, 'nothing came to the destination');
}

/** What Mint adds to Copy: the badge of an endpoint, carried by what is sent. */
async function checkMintedBadge(bench: Bench): Promise<void> {
  const { thread } = bench;
  const endpoint = bench.endpoint();
  const badged = bench.slot();
  assert.equal(mint(thread, badged, endpoint, 0x1234), seL4_NoError);
  const sender = bench.start(async (self) => {
    await seL4_Send(self, badged, MessageInfo_new(0, 0, 0, 0));
  });
  await seL4_Recv(thread, endpoint);
  assert.equal(thread.badge, 0x1234, 'the badge');
  await bench.wait(sender);
}

/** A pending caller is moved into an empty slot, and stays where it is before one in use. */
async function checkSaveCaller(bench: Bench): Promise<void> {
  const { thread } = bench;
  const empty = bench.slot();
  const full = bench.endpoint();
  assert.equal(saveCaller(thread, empty), seL4_NoError, 'nobody called');
  assertEmpty(bench, empty, 'nothing was saved');
  assert.equal(saveCaller(thread, full), seL4_DeleteFirst, 'slot in use');
  const endpoint = bench.endpoint();
  const client = bench.start(async (self) => {
    const call = () => seL4_Call(self, endpoint, MessageInfo_new(0, 0, 0, 0));
    const first = MessageInfo_get_label(await call());
    return 10 * first + MessageInfo_get_label(await call());
  });
  await seL4_Recv(thread, endpoint);
  assert.equal(saveCaller(thread, full), seL4_DeleteFirst, 'slot in use');
  await seL4_Reply(thread, MessageInfo_new(4, 0, 0, 0));
  await seL4_Recv(thread, endpoint);
  assert.equal(saveCaller(thread, empty), seL4_NoError, 'with a caller');
  assert.equal(copy(thread, empty, endpoint), seL4_DeleteFirst, 'it was saved');
  await seL4_Reply(thread, MessageInfo_new(5, 0, 0, 0));
  await seL4_Send(thread, empty, MessageInfo_new(6, 0, 0, 0));
  assert.equal(await bench.wait(client), 46, 'answered where it was, then where it was saved');
}

export const programs: Program[] = [
  {
    id: 'CNODEOP0001',
    checks: 'CNode_Copy: success, DeleteFirst before the source is looked at, FailedLookup',
    run: (bench) => checkTransfer(bench, (dest, source) => copy(bench.thread, dest, source), false),
  },
  {
    id: 'CNODEOP0002',
    checks: 'CNode_Delete on a slot in use and on an empty one',
    run(bench) {
      const slot = bench.tcb();
      assert.equal(remove(bench.thread, slot), seL4_NoError, 'in use');
      assertEmpty(bench, slot, 'deleted');
      assert.equal(remove(bench.thread, slot), seL4_NoError, 'empty');
      assertEmpty(bench, slot, 'still empty');
    },
  },
  {
    id: 'CNODEOP0003',
    checks: 'CNode_Mint: success, DeleteFirst, FailedLookup; the badge',
    async run(bench) {
      checkTransfer(bench, (dest, source) => mint(bench.thread, dest, source, 0), false);
      await checkMintedBadge(bench);
    },
  },
  {
    id: 'CNODEOP0004',
    checks: 'CNode_Move: source emptied, destination filled, DeleteFirst, FailedLookup',
    run: (bench) => checkTransfer(bench, (dest, source) => move(bench.thread, dest, source), true),
  },
  {
    id: 'CNODEOP0005',
    checks: 'CNode_Mutate of a thread capability: success, DeleteFirst, FailedLookup',
    run: (bench) =>
      checkTransfer(bench, (dest, source) => mutate(bench.thread, dest, source), true),
  },
  {
    id: 'CNODEOP0006',
    checks: 'CancelBadgedSends on a full endpoint capability; IllegalOperation on an empty slot',
    run(bench) {
      const endpoint = bench.endpoint();
      assert.equal(cancelBadgedSends(bench.thread, endpoint), seL4_NoError, 'all rights');
      const less = bench.badged(endpoint, 1, 7);
      assert.equal(cancelBadgedSends(bench.thread, less), seL4_IllegalOperation, 'fewer rights');
      const empty = cancelBadgedSends(bench.thread, bench.slot());
      assert.equal(empty, seL4_IllegalOperation, 'empty slot');
    },
  },
  {
    id: 'CNODEOP0007',
    checks: 'CNode_Revoke on a capability without children and on an empty slot; children go',
    run(bench) {
      const { thread } = bench;
      const endpoint = bench.endpoint();
      assert.equal(revoke(thread, endpoint), seL4_NoError, 'no children');
      const children = [5, 6, 0].map((badge) => bench.badged(endpoint, badge));
      assert.equal(revoke(thread, endpoint), seL4_NoError, 'three children');
      for (const child of children) assertEmpty(bench, child, 'the child is gone');
      assert.equal(
        copy(thread, bench.slot(), endpoint),
        seL4_NoError,
        'the revoked one is still there',
      );
      assert.equal(revoke(thread, bench.slot()), seL4_NoError, 'empty slot');
    },
  },
  {
    id: 'CNODEOP0008',
    checks: 'CNode_Rotate: shift, swap; IllegalOperation, DeleteFirst, FailedLookup in this order',
    run: checkRotate,
  },
  {
    id: 'CNODEOP0009',
    checks: 'CNode_SaveCaller without a caller and with one; into a slot in use: DeleteFirst',
    run: checkSaveCaller,
  },
];
