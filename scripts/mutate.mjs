/**
 * npm run mutate: does a test fail when the kernel is wrong?
 *
 *   npm run mutate                   every fault of scripts/mutations.mjs; docs/kernel-mutations.md
 *   npm run mutate -- --only badge   those with that in their name; nothing is written
 *
 * Each fault is put into a copy of kernel-as, which is built, and test/kernel is run against it in
 * a Node process of its own (scripts/mutate-runner.mjs), without a browser: what fails first is
 * what saw it. A run that crashes or does not end in time has seen it too. The kernel as it is must
 * pass, and the status is 0 only if every fault was seen.
 */
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'esbuild';
import { MUTATIONS } from './mutations.mjs';
import { NODE, ROOT, binary } from './process.mjs';

const FOLDER = join(ROOT, 'build/mutate');
const LIMIT_MS = 180_000;

/** All of test/kernel in one file; the runner provides suite, test and fetch. */
async function bundleTests() {
  const folder = join(ROOT, 'test/kernel');
  const files = readdirSync(folder).filter((name) => name.endsWith('.test.ts'));
  const contents = files.map((name) => `import './${name}';`).join('\n');
  await build({
    stdin: { contents, resolveDir: folder, loader: 'ts' },
    outfile: join(FOLDER, 'tests.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
  });
}

function run(args, options = {}) {
  const limits = { timeout: LIMIT_MS, killSignal: 'SIGKILL', encoding: 'utf8' };
  return spawnSync(NODE, args, { cwd: ROOT, ...limits, ...options });
}

/** Builds the kernel with a fault, or as it is; the module's file. */
function buildKernel(mutation) {
  const sources = join(FOLDER, 'kernel-as');
  rmSync(sources, { recursive: true, force: true });
  cpSync(join(ROOT, 'kernel-as'), sources, { recursive: true });
  if (mutation) {
    const file = join(sources, mutation.file);
    const text = readFileSync(file, 'utf8');
    if (text.split(mutation.from).length !== 2) {
      throw new Error(`mutate: "${mutation.name}": its text must be in ${mutation.file} once`);
    }
    writeFileSync(
      file,
      text.replace(mutation.from, () => mutation.to),
    );
  }
  const config = JSON.parse(readFileSync(join(ROOT, 'asconfig.json'), 'utf8'));
  const { release } = config.targets;
  const targets = { release: { ...release, outFile: 'kernel.wasm' } };
  const here = { ...config, targets };
  writeFileSync(join(FOLDER, 'asconfig.json'), JSON.stringify(here));
  const result = run([binary('assemblyscript', 'asc'), '--target', 'release'], { cwd: FOLDER });
  if (result.status !== 0) throw new Error(`mutate: the kernel was not built\n${result.stderr}`);
  return join(FOLDER, 'kernel.wasm');
}

/** What saw it, in words; undefined: nothing did. */
function judge(module) {
  const result = run(['scripts/mutate-runner.mjs', join(FOLDER, 'tests.mjs'), module]);
  if (result.error?.code === 'ETIMEDOUT') return 'the tests did not end';
  const last = result.stdout.trim().split('\n').at(-1) ?? '';
  if (result.status === 0) return undefined;
  return last || `the tests crashed: ${result.stderr.trim().split('\n')[0]}`;
}

function page(rows) {
  return [
    '# Faults that the tests of the kernel see',
    '',
    'Made by `npm run mutate`. Each of these faults was put into a copy of the kernel, alone; the right',
    'column is the first test of `test/kernel` that failed. Those that need several processors at work',
    'are stressed besides by `test/stress`.',
    '',
    '| fault | in | seen by |',
    '|---|---|---|',
    ...rows.map(({ name, file, seen }) => {
      const by = (seen ?? '**nothing**').replaceAll('|', '\\|');
      return `| ${name} | \`kernel-as/${file}\` | ${by} |`;
    }),
    '',
  ].join('\n');
}

async function main(args) {
  const only = args.includes('--only') ? args[args.indexOf('--only') + 1] : '';
  mkdirSync(FOLDER, { recursive: true });
  await bundleTests();
  const sound = judge(buildKernel(undefined));
  if (sound) throw new Error(`mutate: the kernel itself fails: ${sound}`);
  const rows = [];
  for (const mutation of MUTATIONS.filter(({ name }) => name.includes(only))) {
    const seen = judge(buildKernel(mutation));
    console.log(`${mutation.name}: ${seen ?? 'NOT SEEN'}`);
    rows.push({ ...mutation, seen });
  }
  const missed = rows.filter(({ seen }) => seen === undefined).length;
  console.log(`${rows.length - missed} of ${rows.length} faults seen`);
  if (!only) writeFileSync(join(ROOT, 'docs/kernel-mutations.md'), page(rows));
  process.exitCode = missed === 0 && rows.length > 0 ? 0 : 1;
}

await main(process.argv.slice(2)).catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
