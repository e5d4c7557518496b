/**
 * npm run soak:faults: systems whose floppy drives fail, for as long as one likes.
 *
 *   npm run soak:faults -- --runs 500 [--seed 1] [--at-once 2] [--seconds 600]
 *
 * Each run is a whole system in virtual time, in Node; its seed makes it again, to the last message
 * (test/system/faults). Takes the kernel and the images as built. Prints a line for every 25 runs
 * and what is known of each failure; at the end, or when the seconds are over, which faults came,
 * what callers were told, and the seed to go on with. The status is 1 if a run hung, read a wrong
 * byte, lost what was flushed, or told of a failure that is not the fault's.
 */
import { parseArgs } from 'node:util';
import { prepareLives } from '../test/system/faults/harness.mjs';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    'at-once': { type: 'string', default: '2' },
    seconds: { type: 'string', default: 'Infinity' },
  },
});
const runs = Number(values.runs);
const first = Number(values.seed);
const atOnce = Number(values['at-once']);
const end = Date.now() + Number(values.seconds) * 1000;
if (!(runs > 0) || !Number.isInteger(first) || !(atOnce > 0) || !(end > 0)) {
  console.error('usage: npm run soak:faults -- --runs N [--seed S] [--at-once M] [--seconds T]');
  process.exit(2);
}

const total = { done: 0, failed: 0, calls: 0, ms: 0, longest: 0 };
const counts = { faults: {}, failures: {} };

function add(outcome) {
  total.calls += outcome.calls;
  total.ms += outcome.ms;
  total.longest = Math.max(total.longest, outcome.longest);
  for (const what of ['faults', 'failures'])
    for (const [name, count] of Object.entries(outcome[what]))
      counts[what][name] = (counts[what][name] ?? 0) + count;
}

const lives = await prepareLives();
let next = first;

async function worker() {
  while (next < first + runs && Date.now() < end) {
    const seed = next++;
    try {
      add(await lives.run(seed));
    } catch (error) {
      total.failed++;
      console.error(`seed ${seed}:`, error instanceof Error ? error.stack : error);
    }
    if (++total.done % 25 === 0) console.log(`${total.done} runs, ${total.failed} failed`);
  }
}

await Promise.all(Array.from({ length: atOnce }, worker));
lives.end();
console.log('faults:', JSON.stringify(counts.faults));
console.log('told:', JSON.stringify(counts.failures));
console.log(
  `${total.done} runs from seed ${first}, ${total.failed} failed; ${total.calls} calls, ` +
    `${(total.ms / 60_000).toFixed(0)} virtual minutes, longest call ${(total.longest / 1000).toFixed(1)} s; ` +
    `next seed ${next}`,
);
process.exit(total.failed > 0 ? 1 : 0);
