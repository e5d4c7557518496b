/** Rounds: what is measured is warm, and warming up ends. */
import { assert } from 'chai';
import type { Files } from './contestant.ts';
import { measureRow } from './measure.ts';
import type { Row } from './rows.ts';

const nobody = {} as Files;

/** A row whose repetition number `n` takes so many milliseconds. */
function played(cost: (n: number, round: number) => number, most?: number) {
  let [now, repeated, rounds] = [0, 0, 0];
  const row: Row = {
    name: 'a row',
    run: () => void (now += cost(repeated++, rounds)),
    after: async () => void rounds++,
    ...(most !== undefined && { most }),
  };
  const clock = { now: () => now, rest: () => Promise.resolve() };
  const measure = () => measureRow(nobody, row, { rounds: 4, roundMs: 30 }, clock);
  return { measure, rounds: () => rounds };
}

suite('bench/fs rounds', () => {
  test('are measured when they are alike, and as long as asked', async () => {
    const { measure } = played((n) => (n < 150 ? 1 : 0.3));
    const samples = await measure();
    assert.equal(samples.length, 4);
    assert.isBelow(samples[0]! / samples[3]!, 1.1);
  });

  test('are not waited for that never become alike', async () => {
    const { measure, rounds } = played((_, round) => 40 * (1 + (round % 2)));
    assert.equal((await measure()).length, 4);
    assert.equal(rounds(), 1 + 20 + 1 + 4);
    const slow = played((_, round) => 40 * (1 + (round % 2)), 1);
    assert.equal((await slow.measure()).length, 8);
    assert.equal(slow.rounds(), 1 + 6 + 1 + 8);
  });
});
