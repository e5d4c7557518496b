/**
 * npm run soak:disks: the FAT driver over disks damaged at random, for as long as one likes.
 *
 *   npm run soak:disks -- --disks 10000 [--seed 1]
 *
 * FAT12, FAT16 and FAT32 in turn, under a made-up Executive in Node. Each disk has a number, which
 * makes it again. The status is 1 where the driver died, hung, or named a place outside the medium.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const kinds = [
  ['-F', '12', '360'],
  ['-F', '16', '-s', '1', '2200'],
  ['-F', '32', '-s', '1', '2200'],
];
const LONGEST_MS = 20_000;

const { values } = parseArgs({
  options: {
    disks: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
  },
});
const count = Number(values.disks);
const seed = Number(values.seed);
if (!(count > 0) || !Number.isInteger(seed)) {
  console.error('usage: npm run soak:disks -- --disks N [--seed S]');
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
const { makeBase, mutate, useDisk } = await import(pathToFileURL(outfile).href);

const bases = [];
for (const [index, kind] of kinds.entries()) {
  const path = join(folder, `${index}.img`);
  const size = kind.at(-1);
  execFileSync('mkfs.fat', ['-C', ...kind.slice(0, -1), path, size], { stdio: 'pipe' });
  bases.push(await makeBase(new Uint8Array(readFileSync(path))));
}

for (let made = 0; made < count; made++) {
  const number = seed + made;
  const timer = setTimeout(() => fail(number, 'it takes too long'), LONGEST_MS);
  try {
    await useDisk(mutate(bases[made % bases.length], number));
  } catch (error) {
    fail(number, error);
  }
  clearTimeout(timer);
  if ((made + 1) % 1000 === 0) console.log(`${made + 1} disks`);
}

function fail(number, error) {
  console.error(`disk ${number}:`, error);
  process.exit(1);
}
