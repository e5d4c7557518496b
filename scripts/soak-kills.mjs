/**
 * npm run soak:kills: pages killed while they write, as many as one likes.
 *
 *   npm run soak:kills -- --runs 1000 [--seed 1] [--lanes 1] [--seconds 300] [--no-build]
 *
 * Prints a line for every 25 runs, and all that is known of each failure; its status is 1 if there
 * was one. `lanes`: browsers side by side. The last line says where to go on.
 */
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { soakKills } from './soak/kills.mjs';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    lanes: { type: 'string', default: '1' },
    seconds: { type: 'string', default: 'Infinity' },
    'no-build': { type: 'boolean', default: false },
  },
});
const [runs, seed, lanes] = [values.runs, values.seed, values.lanes].map(Number);
const seconds = Number(values.seconds);
if (!(runs > 0) || !Number.isInteger(seed) || !(lanes > 0) || !(seconds > 0)) {
  console.error('usage: npm run soak:kills -- --runs N [--seed S] [--lanes L] [--seconds T]');
  process.exit(2);
}

function describe({ seed: which, way, wrong, log }) {
  const said = wrong.map((line) => `  ${line}`);
  return [`seed ${which} (${way}):`, ...said, ...log.map((line) => `    ${line}`)].join('\n');
}

try {
  if (!values['no-build']) await build();
  let count = 0;
  const start = Date.now();
  const report = ({ wrong, ...outcome }) => {
    if (wrong.length > 0) console.error(describe({ wrong, ...outcome }));
    if (++count % 25 > 0) return;
    console.log(`${count} runs, ${((Date.now() - start) / 1000).toFixed(0)} s`);
  };
  const result = await soakKills({ runs, seed, lanes, seconds, report });
  const { done, failures, ways, operations, flushes, whole, mixed, nextSeed } = result;
  const each = Object.entries(ways).map(([way, times]) => `${times} ${way}`);
  console.log(
    `${done} pages killed (${each.join(', ')}), ${failures.length} failed; ` +
      `${operations} operations, ${flushes} times safe; ` +
      `${whole} files had to be whole, ${mixed} more were there; next seed ${nextSeed}`,
  );
  if (failures.length > 0) process.exitCode = 1;
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
