/**
 * npm run soak:containers: disk images in containers, cut and spoilt, for as long as one likes.
 *
 *   npm run soak:containers -- --images 2000 [--seed 1]
 *
 * All formats in turn, in Node. Each image has a number, which makes it again. The status is 1
 * where one was answered otherwise than by a disk or by a line of words, took longer than
 * LONGEST_MS, or the process more memory than MOST_MEMORY_MB.
 */
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';

const LONGEST_MS = 10_000;
/** Resident, Node itself and what it has not collected yet included. */
const MOST_MEMORY_MB = 768;
const LOOK_MS = 100;

const { values } = parseArgs({
  options: {
    images: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
  },
});
const [count, first] = [values.images, values.seed].map(Number);
if (!(count > 0) || !Number.isInteger(first)) {
  console.error('usage: npm run soak:containers -- --images N [--seed S]');
  process.exit(2);
}

const worker = new Worker(new URL('./soak/containers-worker.mjs', import.meta.url), {
  workerData: { first, count },
  resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY_MB },
});
let now = '';
let since = Date.now();
let slowest = { ms: 0, now };
let most = 0;

function fail(why) {
  console.error(`${now}: ${why}`);
  process.exitCode = 1;
  void worker.terminate();
}

function look() {
  most = Math.max(most, process.memoryUsage.rss() / 2 ** 20);
  if (now && Date.now() - since > LONGEST_MS) fail('it takes too long');
  else if (most > MOST_MEMORY_MB) fail(`${most.toFixed(0)} MB are in use`);
}

const watch = setInterval(look, LOOK_MS);
worker.on('message', (message) => {
  const ms = Date.now() - since;
  if (now && ms > slowest.ms) slowest = { ms, now };
  if (message.ended) {
    const { opened, refused } = message.ended;
    console.log(`${opened} are disks, ${refused} were refused in words`);
  }
  now = message.now ?? '';
  since = Date.now();
});
worker.on('error', (error) => fail(error.message));
worker.on('exit', () => {
  clearInterval(watch);
  console.log(`the slowest took ${slowest.ms} ms (${slowest.now}); ${most.toFixed(0)} MB at most`);
});
