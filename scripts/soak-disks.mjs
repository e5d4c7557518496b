/**
 * npm run soak:disks: the FAT driver over disks damaged at random, for as long as one likes.
 *
 *   npm run soak:disks -- --disks 10000 [--seed 1] [--workers 1]
 *
 * FAT12, FAT16 and FAT32 in turn, under a made-up Executive in Node. Each disk has a number, which
 * makes it again. The status is 1 where the driver died, named a place outside the medium, took
 * longer than LONGEST_MS for one disk, or more memory than MOST_MEMORY_MB for all.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';

const kinds = [
  ['-F', '12', '360'],
  ['-F', '16', '-s', '1', '2200'],
  ['-F', '32', '-s', '1', '2200'],
];
const LONGEST_MS = 20_000;
/** Of what the driver leaves behind; disks and their copies are no part of it. */
const MOST_MEMORY_MB = 256;
const LOOK_MS = 1000;

const { values } = parseArgs({
  options: {
    disks: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: '1' },
  },
});
const [count, seed, workers] = [values.disks, values.seed, values.workers].map(Number);
if (!(count > 0) || !Number.isInteger(seed) || !(workers > 0)) {
  console.error('usage: npm run soak:disks -- --disks N [--seed S] [--workers W]');
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'soak-disks-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const outfile = join(folder, 'use-disk.mjs');
await build({
  entryPoints: ['test/drivers/fatfs/use-disk.ts'],
  bundle: true,
  platform: 'node',
  format: 'esm',
  outfile,
});
const images = kinds.map((kind, index) => {
  const path = join(folder, `${index}.img`);
  execFileSync('mkfs.fat', ['-C', ...kind.slice(0, -1), path, kind.at(-1)], { stdio: 'pipe' });
  return new Uint8Array(readFileSync(path));
});

let done = 0;
let slowest = 0;
let failures = 0;
const start = Date.now();

function fail(number, why) {
  failures++;
  console.error(`disk ${number}: ${why}`);
}

/** Resolves when it has used its disks, or one of them took too long. */
function work(first) {
  const data = { images, first, step: workers, last: seed + count - 1 };
  const worker = new Worker(new URL('./soak/disks-worker.mjs', import.meta.url), {
    workerData: { module: pathToFileURL(outfile).href, ...data },
    resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY_MB },
  });
  let now;
  let since = Date.now();
  const ended = () => {
    if (now === undefined) return;
    slowest = Math.max(slowest, Date.now() - since);
    if (++done % 1000 === 0)
      console.log(`${done} disks, ${((Date.now() - start) / 1000).toFixed(0)} s`);
  };
  const watch = setInterval(() => {
    if (Date.now() - since < LONGEST_MS) return;
    fail(now, 'it takes too long');
    void worker.terminate();
  }, LOOK_MS);
  worker.on('message', ({ number, failed }) => {
    if (failed) return fail(number, failed);
    ended();
    now = number;
    since = Date.now();
  });
  worker.on('error', (error) => fail(now, error.message));
  return new Promise((over) => {
    worker.on('exit', () => {
      clearInterval(watch);
      ended();
      over();
    });
  });
}

await Promise.all(Array.from({ length: workers }, (_, i) => work(seed + i)));
console.log(`${done} disks, ${failures} failed; the slowest took ${slowest} ms`);
if (failures > 0) process.exitCode = 1;
