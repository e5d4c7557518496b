/**
 * npm run soak:hostile: the fuzzer of test/hostile against the kernel's library, for as long as one
 * likes.
 *
 *   npm run soak:hostile -- --calls 1000000 [--seed 1]
 *
 * Half of the calls are made in a locked realm, half in an open one, in pieces with seeds of their
 * own. The status is 1 where an invariant broke, memory changed, or shared memory was seen.
 */
import { parseArgs } from 'node:util';
import { buildHostile, fuzz, withHostilePage } from '../test/hostile/harness.mjs';
import { launchChrome } from '../test/support/browsers.mjs';

const PIECE = 100_000;

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
  },
});
const calls = Number(values.calls);
const first = Number(values.seed);
if (!(calls > 0) || !Number.isInteger(first)) {
  console.error('usage: npm run soak:hostile -- --calls N [--seed S]');
  process.exit(2);
}

await buildHostile();
let made = 0;
for (let piece = 0; made < calls && !process.exitCode; piece++) {
  const job = { calls: PIECE, seed: first + piece * PIECE, locked: piece % 2 === 0 };
  const result = await withHostilePage(launchChrome, true, (page) => fuzz(page, job));
  made += result.calls;
  const where = `${job.locked ? 'locked' : 'open'}, seed ${job.seed}`;
  console.log(`${made} calls (${where}: ${result.starts} starts)`);
  if (result.problem || result.sawMemory > 0) {
    console.error(result.problem ?? 'shared memory reached the program');
    process.exitCode = 1;
  }
}
