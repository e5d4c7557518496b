/**
 * npm run soak: the kernel against its executable specification, for as long as one likes.
 *
 *   npm run soak -- --calls 5000000 [--seed 1]
 *
 * Takes build/kernel.wasm (npm run build:kernel). Prints figures as it goes; on a difference it
 * prints the shortest program that shows it, for test/spec/regressions.test.ts, and its status is
 * 1.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { ROOT } from './process.mjs';

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
  },
});
const calls = Number(values.calls);
const seed = Number(values.seed);
if (!(calls > 0) || !Number.isInteger(seed)) {
  console.error('usage: npm run soak -- --calls N [--seed S]');
  process.exit(2);
}

const bundle = join(ROOT, 'build/soak.mjs');
mkdirSync(join(ROOT, 'build'), { recursive: true });
await build({
  entryPoints: [join(ROOT, 'test/spec/soak.ts')],
  outfile: bundle,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
});
const { soak } = await import(pathToFileURL(bundle).href);

try {
  const module = new WebAssembly.Module(readFileSync(join(ROOT, 'build/kernel.wasm')));
  await soak(module, { calls, seed, report: (line) => console.log(line) });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
