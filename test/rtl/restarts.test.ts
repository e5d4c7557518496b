/** How often, and how soon, what died is started again. */
import { assert } from 'chai';
import { LONGEST_PAUSE, RestartLimit, RESTARTS } from '../../personality/rtl/restarts.ts';

suite('rtl/restarts', () => {
  test('the first at once, then after pauses that double, and no more than so many', () => {
    const limit = new RestartLimit();
    const pauses: number[] = [];
    while (limit.allows(pauses.length)) pauses.push(limit.pause);
    assert.lengthOf(pauses, RESTARTS);
    assert.deepEqual(pauses.slice(0, 5), [0, 10_000, 20_000, 40_000, 80_000]);
  });

  test('a policy of its own; what is long ago counts no more', () => {
    const limit = new RestartLimit({ tries: 3, window: 1000, pause: 4_000_000 });
    const at = (now: number) => (limit.allows(now) ? limit.pause : undefined);
    const pauses = [at(0), at(10), at(20), at(30), at(1015)];
    assert.deepEqual(pauses, [0, 4_000_000, LONGEST_PAUSE, undefined, 4_000_000]);
  });
});
