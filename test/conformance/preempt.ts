/**
 * A long operation gives way to better threads between two of its steps.
 *
 * No interrupt reaches a processor inside the kernel here; but the operation itself makes threads
 * ready: revoking memory restarts whoever waits on the endpoints in it.
 */
import { assert } from 'chai';
import {
  CNodeRevoke,
  MessageInfo_new,
  SysCall,
  seL4_EndpointObject,
  seL4_FailedLookup,
  seL4_NoError,
  seL4_NotificationObject,
  seL4_Send,
  seL4_Untyped_Retype,
} from '../../personality/sel4/index.ts';
import type { CPtr, Thread } from '../../personality/sel4/index.ts';
import { OUR_PRIORITY, settle } from './harness/bench.ts';
import type { Bench } from './harness/bench.ts';
import { DEPTH, ROOT, copy } from './harness/cspace.ts';
import type { Program } from './harness/program.ts';

const CHILDREN = 2000;
/** One endpoint in so many children: more than the steps between two looks at who is ready. */
const ENDPOINT_EVERY = 400;

function makeChildren(bench: Bench, untyped: CPtr): CPtr[] {
  const first = bench.slots(CHILDREN);
  return Array.from({ length: CHILDREN }, (_, i) => {
    const slot = first + i;
    const type = i % ENDPOINT_EVERY === 200 ? seL4_EndpointObject : seL4_NotificationObject;
    const error = seL4_Untyped_Retype(bench.thread, untyped, type, 0, ROOT, 0, 0, slot, 1);
    assert.equal(error, seL4_NoError);
    return slot;
  });
}

async function preemptRevoke(bench: Bench): Promise<void> {
  const untyped = bench.untyped(15);
  const children = makeChildren(bench, untyped);
  let revoking = false;
  const left: number[] = [];
  for (const slot of children.filter((_, i) => i % ENDPOINT_EVERY === 200)) {
    bench.start(
      async (thread) => {
        await seL4_Send(thread, slot, MessageInfo_new(0, 0, 0, 0));
        assert.isTrue(revoking, 'while the revoke goes on');
        // The last ones made are the first to be revoked.
        left.push(children.findLastIndex((child) => occupied(thread, child)) + 1);
      },
      { priority: OUR_PRIORITY + 1 },
    );
  }
  await settle(bench.thread);
  revoking = true;
  bench.thread.setMR(0, untyped);
  bench.thread.setMR(1, DEPTH);
  const info = await bench.thread.enter(SysCall, ROOT, MessageInfo_new(CNodeRevoke, 0, 0, 2));
  revoking = false;
  assert.equal(info >>> 12, seL4_NoError);
  assert.equal(left.length, CHILDREN / ENDPOINT_EVERY, 'each of the better threads ran');
  const early = left.filter((count) => count > 0);
  assert.isAtLeast(early.length, 2, `they ran before the revoke was over: ${left.join(' ')}`);
  assert.deepEqual(
    left,
    [...left].sort((a, b) => b - a),
    'less and less was left',
  );
  assert.isFalse(
    children.some((slot) => occupied(bench.thread, slot)),
    'in the end nothing is',
  );
}

/** Whether a slot is in use: a copy from nowhere into it says so without changing it. */
function occupied(thread: Thread, slot: CPtr): boolean {
  return copy(thread, slot, 0) !== seL4_FailedLookup;
}

export const programs: Program[] = [
  {
    id: 'PREEMPT_REVOKE',
    checks: 'better threads run several times before a long revoke is over, which then completes',
    adapted: 'the revoke itself makes them ready: no interrupt reaches a processor in the kernel',
    run: preemptRevoke,
  },
];
