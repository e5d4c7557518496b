/**
 * Badges: given once, carried by copies, and what revoking a badged capability takes with it. As
 * sel4test asks of capabilities for firmware calls, of which there are none here: on endpoints.
 */
import { assert } from 'chai';
import {
  MessageInfo_new,
  seL4_FailedLookup,
  seL4_IllegalOperation,
  seL4_NBRecv,
  seL4_NoError,
  seL4_Send,
} from '../../personality/sel4/index.ts';
import type { CPtr } from '../../personality/sel4/index.ts';
import { OUR_PRIORITY, settle } from './harness/bench.ts';
import type { Bench } from './harness/bench.ts';
import { copy, mint, mutate, remove, revoke } from './harness/cspace.ts';
import type { Program } from './harness/program.ts';

const BADGE = 0xabcdef;
/** Badges have 28 bits: the others are dropped. */
const WIDEST = 0x0fff_ffff;

function copyOf(bench: Bench, source: CPtr): CPtr {
  const slot = bench.slot();
  assert.equal(copy(bench.thread, slot, source), seL4_NoError);
  return slot;
}

const exists = (bench: Bench, slot: CPtr): boolean =>
  copy(bench.thread, bench.slot(), slot) !== seL4_FailedLookup;

/** The badge with which a message sent through `cap` arrives. */
async function assertBadge(bench: Bench, endpoint: CPtr, cap: CPtr, badge: number): Promise<void> {
  const sender = bench.start(
    async (thread) => {
      await seL4_Send(thread, cap, MessageInfo_new(0, 0, 0, 0));
    },
    { priority: OUR_PRIORITY + 1 },
  );
  await settle(bench.thread);
  await seL4_NBRecv(bench.thread, endpoint);
  assert.equal(bench.thread.badge, badge);
  await bench.wait(sender);
}

async function badgeOnce(bench: Bench): Promise<void> {
  const endpoint = bench.endpoint();
  await assertBadge(bench, endpoint, bench.badged(endpoint, BADGE), BADGE);
  await assertBadge(bench, endpoint, bench.badged(endpoint, 0xffff_ffff), WIDEST);
  const unbadged = bench.badged(endpoint, 0);
  await assertBadge(bench, endpoint, bench.badged(unbadged, 5), 5);
}

async function badgeStays(bench: Bench): Promise<void> {
  const { thread } = bench;
  const endpoint = bench.endpoint();
  const badged = bench.badged(endpoint, BADGE);
  for (const badge of [0, BADGE, 7]) {
    assert.equal(mint(thread, bench.slot(), badged, badge), seL4_IllegalOperation, `${badge}`);
    assert.equal(mutate(thread, bench.slot(), badged, badge), seL4_IllegalOperation, `${badge}`);
  }
  const unbadged = mutate(thread, bench.slot(), endpoint, 7);
  assert.equal(unbadged, seL4_IllegalOperation, 'Mutate gives none either');
  await assertBadge(bench, endpoint, badged, BADGE);
}

async function badgeCopied(bench: Bench): Promise<void> {
  const endpoint = bench.endpoint();
  const once = copyOf(bench, bench.badged(endpoint, BADGE));
  await assertBadge(bench, endpoint, once, BADGE);
  await assertBadge(bench, endpoint, copyOf(bench, once), BADGE);
}

/** A badged original takes its copies, and copies of copies; a copy takes nothing. */
function revokeBadged(bench: Bench): void {
  const { thread } = bench;
  const badged = bench.badged(bench.endpoint(), BADGE);
  const once = copyOf(bench, badged);
  const twice = copyOf(bench, once);
  assert.equal(revoke(thread, once), seL4_NoError);
  assert.isTrue(exists(bench, badged) && exists(bench, once) && exists(bench, twice));
  assert.equal(revoke(thread, badged), seL4_NoError);
  assert.isTrue(exists(bench, badged));
  assert.isFalse(exists(bench, once) || exists(bench, twice));
}

function otherBadgesStay(bench: Bench): void {
  const { thread } = bench;
  const endpoint = bench.endpoint();
  // Two of one badge, one of another, and the first's copies between them.
  const originals = [BADGE, BADGE, 9].map((badge) => bench.badged(endpoint, badge));
  const copies = originals.map((original) => copyOf(bench, original));
  originals.forEach((original, i) => {
    assert.equal(revoke(thread, original), seL4_NoError);
    originals.forEach((other) => assert.isTrue(exists(bench, other), 'originals stay'));
    const left = copies.map((slot) => exists(bench, slot));
    assert.deepEqual(
      left,
      copies.map((_, other) => other > i),
    );
  });
  deletedOriginal(bench, endpoint);
  assert.equal(revoke(thread, endpoint), seL4_NoError);
  assert.isFalse(
    originals.some((original) => exists(bench, original)),
    'the endpoint takes all',
  );
}

/** The copies of an original that is deleted do not become another's of the same badge. */
function deletedOriginal(bench: Bench, endpoint: CPtr): void {
  const { thread } = bench;
  for (const which of [0, 1]) {
    const originals = [BADGE, BADGE].map((badge) => bench.badged(endpoint, badge));
    const copies = originals.map((original) => copyOf(bench, original));
    const [gone, kept] = [originals[which], originals[1 - which]] as [CPtr, CPtr];
    assert.equal(remove(thread, gone), seL4_NoError);
    assert.isTrue(copies.every((slot) => exists(bench, slot)));
    assert.equal(revoke(thread, kept), seL4_NoError);
    assert.isTrue(exists(bench, copies[which] as CPtr), 'not of this family');
    assert.isFalse(exists(bench, copies[1 - which] as CPtr));
  }
}

const adapted = 'on endpoints';

export const programs: Program[] = [
  {
    id: 'SMC0004',
    checks: 'an unbadged capability can be given a badge of 28 bits, which messages carry',
    adapted,
    run: badgeOnce,
  },
  {
    id: 'SMC0005',
    checks: 'a badge cannot be changed or taken away, by Mint or Mutate: IllegalOperation',
    adapted,
    run: badgeStays,
  },
  {
    id: 'SMC0006',
    checks: 'copies, and copies of copies, carry the badge',
    adapted,
    run: badgeCopied,
  },
  {
    id: 'SMC0007',
    checks: 'revoking a badged original deletes its copies; revoking a copy deletes nothing',
    adapted,
    run: revokeBadged,
  },
  {
    id: 'SMC0008',
    checks: 'revoking a badged original leaves others and their copies, also of the same badge',
    adapted,
    run: otherBadgesStay,
  },
];
