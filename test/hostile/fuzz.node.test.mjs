/**
 * The fuzzer against the kernel's library: in a locked realm, as the system runs its programs, and
 * in one where everything can be replaced, so that the library stands alone.
 *
 * `npm run soak:hostile -- 1000000` makes as many calls as one likes.
 */
import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import { launchChrome, launchFirefox, noFirefox } from '../support/browsers.mjs';
import { buildHostile, fuzz, withHostilePage } from './harness.mjs';

const CALLS = 100_000;

suite('hostile calls', () => {
  before(buildHostile);

  async function run(launch, job) {
    const result = await withHostilePage(launch, true, (page) => fuzz(page, job));
    assert.equal(result.problem, undefined, `after start ${result.starts} of seed ${job.seed}`);
    assert.ok(result.calls >= job.calls, `${result.calls} calls`);
    assert.equal(result.sawMemory, 0, 'shared memory reached the program');
    return result;
  }

  test(
    'Chromium, locked: nothing breaks, nothing can be replaced',
    { timeout: 180_000 },
    async () => {
      const result = await run(launchChrome, { calls: CALLS, seed: 1, locked: true });
      assert.equal(result.replaced, 0);
    },
  );

  test('Chromium, open: what is replaced sees nothing', { timeout: 180_000 }, async () => {
    const result = await run(launchChrome, { calls: CALLS / 5, seed: 2, locked: false });
    assert.ok(result.replaced > 300 * result.starts, `${result.replaced} were replaced`);
  });

  test('Firefox, locked', { skip: noFirefox, timeout: 180_000 }, async () => {
    const result = await run(launchFirefox, { calls: CALLS / 10, seed: 3, locked: true });
    assert.equal(result.replaced, 0);
  });
});
