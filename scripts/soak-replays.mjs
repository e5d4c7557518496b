/**
 * npm run soak:replay: sessions recorded and replayed, as many as one likes.
 *
 *   npm run soak:replay -- --runs 1000 [--seed 1] [--seconds 300] [--no-build]
 *
 * Prints a line for every 25 runs, and all that is known of each failure; its status is 1 if there
 * was one. The last line says where to go on.
 */
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { soakReplays } from './soak/replays.mjs';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    seconds: { type: 'string', default: 'Infinity' },
    'no-build': { type: 'boolean', default: false },
  },
});
const [runs, seed, seconds] = [values.runs, values.seed, values.seconds].map(Number);
if (!(runs > 0) || !Number.isInteger(seed) || !(seconds > 0)) {
  console.error('usage: npm run soak:replay -- --runs N [--seed S] [--seconds T]');
  process.exit(2);
}

try {
  if (!values['no-build']) await build();
  let count = 0;
  const start = Date.now();
  const report = ({ seed: which, wrong, screen }) => {
    if (wrong) console.error(`seed ${which}: ${wrong}\n${screen ?? ''}`);
    if (++count % 25 > 0) return;
    console.log(`${count} runs, ${((Date.now() - start) / 1000).toFixed(0)} s`);
  };
  const result = await soakReplays({ runs, seed, seconds, report });
  const { done, failures, entries, bytes, backs, took, lasted } = result;
  console.log(
    `${done} sessions recorded and replayed, ${failures.length} differed; ` +
      `gone back ${backs} times; ${lasted.toFixed(0)} s of sessions replayed in ` +
      `${(took / 1000).toFixed(0)} s, ${(took / done).toFixed(0)} ms each; ` +
      `${entries} entries of the kernel, ${(bytes / done / 1024).toFixed(0)} KiB a file; ` +
      `next seed ${seed + done}`,
  );
  if (failures.length > 0) process.exitCode = 1;
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
