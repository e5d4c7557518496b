/**
 * npm run soak:threads: the tests in which many threads, processes or drivers' deaths meet, with as
 * many seeds as one likes.
 *
 *   npm run soak:threads -- [--seeds 100] [--first 1] [--only storm]
 *
 * Each test of SEEDED runs with each seed, in Chromium; `only`: those whose name has this in it.
 * What fails is listed with its seed at the end, its recording is in build/recordings, and the
 * status is 1.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { refuse } from './arguments.mjs';
import { build } from './build.mjs';
import { bundleTests } from './bundle-tests.mjs';
import { NODE, ROOT, binary, runProgram } from './process.mjs';

/** They take their seeds from test/support/seeds.ts. */
const SEEDED = ['crowd.test', 'crowd-disturbed.soak', 'files-io-model.test', 'storm.test'].map(
  (name) => `test/system/${name}.ts`,
);
/** A page has so many: at the end of its time a page is given up. */
const A_PAGE = 20;
const COUNTS = join(ROOT, 'build/soak-threads.json');
const USAGE = 'usage: npm run soak:threads -- [--seeds N] [--first S] [--only NAME]';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    first: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
  },
});
const seeds = Number(values.seeds);
const first = Number(values.first);
const files = SEEDED.filter((file) => file.includes(values.only));
if (!(seeds > 0) || !(first >= 0) || files.length === 0) refuse(USAGE);

/** What failed of one page's seeds. */
async function run(file, from, count) {
  rmSync(COUNTS, { force: true });
  process.env.NEPTUNE_SEEDS = `${from}+${count}`;
  const pages = await bundleTests([file]);
  const args = [binary('@web/test-runner', 'wtr'), '--files', ...pages];
  const status = await runProgram(NODE, args, { env: { NEPTUNE_TEST_COUNTS: COUNTS } });
  const { failures } = JSON.parse(readFileSync(COUNTS, 'utf8'));
  return status !== 0 && failures.length === 0 ? [`${file}: status ${status}`] : failures;
}

await build(['kernel', 'code', 'disks']);
mkdirSync(join(ROOT, 'build'), { recursive: true });
const failures = [];
for (const file of files)
  for (let from = first; from < first + seeds; from += A_PAGE)
    failures.push(...(await run(file, from, Math.min(A_PAGE, first + seeds - from))));
for (const failure of failures) console.log(`failed: ${failure}`);
console.log(`${files.length} tests with ${seeds} seeds each, ${failures.length} failed`);
process.exitCode = failures.length > 0 ? 1 : 0;
