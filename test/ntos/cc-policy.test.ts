/** The lazy writer's decisions: the table of docs/cache.md. */
import { assert } from 'chai';
import {
  due,
  dueAt,
  FIXED,
  isMuch,
  mustWait,
  policyOf,
  REMOVABLE,
} from '../../personality/ntos/cc/policy.ts';

const LIMIT = 2048;
const NOW = 10_000_000;
const look = (parts: Partial<Parameters<typeof due>[1]>) => ({
  now: NOW,
  quietSince: NOW,
  oldest: NOW,
  pages: 1,
  limit: LIMIT,
  ...parts,
});

suite('ntos/cc policy of the lazy writer', () => {
  test('each device by what its medium is', () => {
    assert.equal(policyOf({ removable: true }), REMOVABLE);
    assert.equal(policyOf({ removable: false }), FIXED);
    assert.equal(policyOf({}), FIXED);
  });

  test('by age: what is old enough, and of a removable medium sooner', () => {
    for (const policy of [FIXED, REMOVABLE]) {
      assert.equal(due(policy, look({ oldest: NOW - policy.age })), 'aged');
      assert.equal(due(policy, look({ oldest: NOW - policy.age + 1 })), 'nothing');
      assert.equal(
        dueAt(policy, look({ oldest: NOW - 10 })),
        NOW - 10 + Math.min(policy.age, 10 + policy.quiet),
      );
    }
    assert.isBelow(REMOVABLE.age, FIXED.age);
  });

  test('by quiet: all of a removable medium, nothing of a disk that stays', () => {
    const quiet = look({ quietSince: NOW - REMOVABLE.quiet });
    assert.equal(due(REMOVABLE, quiet), 'all');
    assert.equal(due(REMOVABLE, { ...quiet, now: NOW - 1 }), 'nothing');
    assert.equal(due(FIXED, quiet), 'nothing');
  });

  test('by amount: more than an eighth of the cache goes at once, or 16 pages of a small one', () => {
    for (const policy of [FIXED, REMOVABLE]) {
      const most = LIMIT / 8;
      assert.equal(due(policy, look({ pages: most + 1 })), 'all');
      assert.equal(due(policy, look({ pages: most })), 'nothing');
      assert.equal(dueAt(policy, look({ pages: most + 1 })), NOW);
      assert.isFalse(isMuch(policy, { pages: 16, limit: 64 }));
      assert.isTrue(isMuch(policy, { pages: 17, limit: 64 }));
    }
  });

  test('nothing dirty: nothing to do, ever', () => {
    const clean = look({ oldest: Infinity, pages: 0, quietSince: 0 });
    for (const policy of [FIXED, REMOVABLE]) {
      assert.equal(due(policy, clean), 'nothing');
      assert.equal(dueAt(policy, clean), Infinity);
    }
  });

  test('writers wait when half of the cache is dirty, each for its own device', () => {
    const half = LIMIT / 2;
    const wait = (own: number, total: number, devices: number) =>
      mustWait({ own, total, devices, limit: LIMIT });
    assert.isFalse(wait(half, half, 1));
    assert.isTrue(wait(half + 1, half + 1, 1));
    // A disk that cannot be written has half of it all: another one goes on, up to its share.
    assert.isFalse(wait(half / 2, half + half / 2, 2));
    assert.isTrue(wait(half / 2 + 1, half + half / 2 + 1, 2));
    assert.isTrue(wait(half, half + 1, 2), 'and who had more waits');
    assert.isFalse(wait(16, LIMIT * 0.9, 9), 'who has nearly nothing never');
    assert.isTrue(wait(17, LIMIT * 0.9, 9));
  });

  test('however many devices there are, some of the cache stays clean', () => {
    // Each takes as much as it may, one after the other.
    for (let count = 1; count <= 26; count++) {
      let others = 0;
      for (let devices = 1; devices <= count; devices++) {
        let own = 1;
        while (!mustWait({ own, total: others + own, devices, limit: LIMIT })) own++;
        others += own;
      }
      assert.isBelow(others, LIMIT, `${count} devices`);
    }
  });
});
