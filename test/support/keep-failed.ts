/** Comes before every page's tests: of a test that fails, its sessions are kept (kept.ts). */
import { keptOf, testEnded } from './kept.ts';

/** After whatever else is to be done when a test is over. */
teardown(async function () {
  const { currentTest } = this;
  if (currentTest?.state === 'failed')
    for (const file of await keptOf(currentTest.fullTitle()))
      if (currentTest.err) currentTest.err.message += `\nThe session's recording: ${file}`;
  testEnded();
});
