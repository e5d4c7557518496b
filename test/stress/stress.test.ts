/**
 * Four processors at once, for a few seconds each: shared endpoints and notifications, objects made
 * and revoked, workers terminated meanwhile. Longer: npm run stress -- SECONDS.
 */
import { assert } from 'chai';
import { compile } from '../kernel/harness.ts';
import { runStress } from './run.ts';

suite('stress: four processors', () => {
  for (const seed of [1, 2]) {
    test(`seed ${seed}: invariants hold, and every client can be woken`, async () => {
      const options = { module: await compile(), processors: 4, seed, milliseconds: 2500 };
      const result = await runStress(options);
      assert.isAtLeast(result.killed, 1);
      assert.isAtLeast(result.rounds, 100);
      assert.isAtLeast(result.messages, 100);
    }).timeout(60_000);
  }
});
