/**
 * npm run soak:judged: random programs of file operations, judged by fsck.fat and mtools.
 *
 *   npm run soak:judged -- --programs 300 [--seed 1] [--lanes 1] [--seconds 300] [--no-build]
 *
 * Prints a line for every 25 programs, and all that is known of each failure; its status is 1 if
 * there was one. `lanes`: browsers side by side.
 */
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { judge } from './soak/judged.mjs';

const { values } = parseArgs({
  options: {
    programs: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    lanes: { type: 'string', default: '1' },
    seconds: { type: 'string', default: 'Infinity' },
    'no-build': { type: 'boolean', default: false },
  },
});
const [programs, seed, lanes] = [values.programs, values.seed, values.lanes].map(Number);
const seconds = Number(values.seconds);
if (!(programs > 0) || !Number.isInteger(seed) || !(lanes > 0) || !(seconds > 0)) {
  console.error('usage: npm run soak:judged -- --programs N [--seed S] [--lanes L] [--seconds T]');
  process.exit(2);
}

function describe({ seed: which, kind, wrong, log }) {
  const said = wrong.map((line) => `  ${line}`);
  return [`seed ${which} (${kind}):`, ...said, ...log.map((line) => `    ${line}`)].join('\n');
}

try {
  if (!values['no-build']) await build();
  let count = 0;
  const start = Date.now();
  const report = (outcome) => {
    if (outcome.wrong.length > 0) console.error(describe(outcome));
    if (++count % 25 > 0) return;
    console.log(`${count} programs, ${((Date.now() - start) / 1000).toFixed(0)} s`);
  };
  const result = await judge({ programs, seed, lanes, seconds, report });
  const kinds = Object.entries(result.kinds).map(([kind, times]) => `${times} on ${kind}`);
  console.log(
    `${result.done} programs (${kinds.join(', ')}), ${result.failures.length} failed; ` +
      `${result.operations} operations, ${result.files} files; next seed ${result.nextSeed}`,
  );
  if (result.failures.length > 0) process.exitCode = 1;
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
