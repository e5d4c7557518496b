/**
 * Whole systems whose floppy drives fail, in virtual time: a few of the lives that
 * `npm run soak:faults` lives by the hundred. What each of them checks is in run.ts.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { prepareLives } from './harness.mjs';

/** Between them all kinds of faults. */
const SEEDS = [1, 2, 6, 9, 10, 14, 16, 20, 24, 237, 684];

let lives;
before(async () => (lives = await prepareLives()));
after(() => lives.end());

test('no hang, no wrong byte, no wrong status, nothing flushed is lost', async (t) => {
  let told = 0;
  for (const seed of SEEDS)
    await t.test(`seed ${seed}`, async () => {
      const { failures } = await lives.run(seed);
      told += Object.values(failures).reduce((sum, count) => sum + count, 0);
    });
  assert.ok(told > 20, 'nobody felt it');
});

test('a tab that is slid on a mounted disk: what is dirty is kept', () => lives.slideTab());

test('the same seed is the same life', async () => {
  const [one, other] = [await lives.run(10), await lives.run(10)];
  assert.deepEqual(one.failures, other.failures);
  assert.deepEqual(one.files, other.files);
  assert.ok(Buffer.from(one.image).equals(Buffer.from(other.image)));
});
