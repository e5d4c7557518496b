/**
 * npm run soak:boots: isolated boots under load, as many as one likes.
 *
 *   npm run soak:boots -- --boots 1000 [--seed 1] [--browser firefox] [--seconds 300] [--no-build]
 *
 * Prints a line for every 25 boots, and all that is known of each failure; its status is 1 if there
 * was one. The last line says where to go on: which seed the next piece begins with.
 */
import { parseArgs } from 'node:util';
import { soakBoots } from './boots/soak-boots.mjs';
import { build } from './build.mjs';

const { values } = parseArgs({
  options: {
    boots: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    browser: { type: 'string', default: 'chromium' },
    seconds: { type: 'string', default: 'Infinity' },
    'no-build': { type: 'boolean', default: false },
  },
});
const boots = Number(values.boots);
const seed = Number(values.seed);
const seconds = Number(values.seconds);
const known = ['chromium', 'firefox'].includes(values.browser);
if (!(boots > 0) || !Number.isInteger(seed) || !(seconds > 0) || !known) {
  console.error('usage: npm run soak:boots -- --boots N [--seed S] [--browser B] [--seconds T]');
  process.exit(2);
}

function describe({ seed: which, failed, ms, screen, said, mailboxes }) {
  return [
    `seed ${which}: ${failed} (after ${ms.toFixed(0)} ms)`,
    ...said.map((line) => `  said: ${line}`),
    ...screen.split('\n').map((line) => `  screen: ${line}`),
    ...mailboxes.map((line) => `  ${line}`),
  ].join('\n');
}

try {
  if (!values['no-build']) await build();
  let count = 0;
  const { done, failures, slowest, total } = await soakBoots({
    boots,
    seed,
    seconds,
    browser: values.browser,
    report({ seed: which, ms }) {
      if (++count % 25 === 0) console.log(`${count} boots, seed ${which}: ${ms.toFixed(0)} ms`);
    },
  });
  for (const failure of failures) console.error(describe(failure));
  const mean = (total / done).toFixed(0);
  console.log(
    `${done} boots in ${values.browser}, ${failures.length} failed; ` +
      `mean ${mean} ms, slowest ${slowest.toFixed(0)} ms; next seed ${seed + done}`,
  );
  if (failures.length > 0) process.exitCode = 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
