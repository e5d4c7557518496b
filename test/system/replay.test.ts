/**
 * A session that was recorded and is replayed is the same session, entry for entry.
 */
import { assert } from 'chai';
import { recordSession, replaySession } from '../support/recorded-session.ts';

const SEEDS = 3;

suite('system/replay', function () {
  this.timeout(120_000);

  for (let seed = 1; seed <= SEEDS; seed++)
    test(`seed ${seed}: the same entries, the same hash`, async () => {
      const t0 = performance.now();
      const { recording, screen, uncaught } = await recordSession(seed);
      const t1 = performance.now();
      const result = await replaySession(recording);
      console.log(
        JSON.stringify({
          seed,
          live: t1 - t0,
          replay: performance.now() - t1,
          log: recording.log.length,
          pages: recording.pages.length,
          ...result,
          screen: screen.length,
          s2: result.screen.length,
          uncaught,
        }),
      );
      assert.isUndefined(result.why);
      assert.isTrue(screen.startsWith(result.screen));
    });
});
