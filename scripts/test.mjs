/**
 * npm test: every check there is, from an empty checkout after npm ci.
 *
 *   npm test                      all of it
 *   npm test -- --only machine    the tests under test/machine alone, after the builds that they
 *                                 need
 *
 * Stages: tools; type check, lint, layout and build, side by side (one check each); then, while the
 * linter still works, the tests that run in Node (test/**\/*.node.test.mjs, among them the
 * end-to-end tests of dist/), then those that run in a browser (test/**\/*.test.ts), most of both
 * two files at a time (side-by-side.mjs). A stage that fails does not keep the later ones from
 * running, except that nothing is tested where the build or the tools are missing.
 *
 * What failed is listed at the end, and the last line is `N passed, N failed`. The status is 0 only
 * if nothing failed and a test ran.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { bundleTests } from './bundle-tests.mjs';
import { ensureTools } from './ensure-tools.mjs';
import { NODE, ROOT, binary, runProgram } from './process.mjs';
import { wayOf } from './side-by-side.mjs';

const COUNTS = join(ROOT, 'build/test');

/** Two cores are busy then: with three files at a time the end-to-end tests took as long. */
const MANY = 2;

const total = { passed: 0, failed: 0, skipped: 0 };
/** What failed, a line each: said again at the end. */
const failures = [];
let testsRun = 0;

async function stage(name, work) {
  console.log(`\n== ${name}`);
  const start = Date.now();
  const result = await work();
  console.log(`== ${name}: ${((Date.now() - start) / 1000).toFixed(1)} s`);
  return result;
}

/** A stage that is one check. `work` resolves to whether it passed. */
async function check(name, work) {
  const passed = await stage(name, work);
  total[passed ? 'passed' : 'failed']++;
  if (!passed) {
    console.log(`== ${name}: FAILED`);
    failures.push(name);
  }
  return passed;
}

const program = async (packageName, name, ...args) =>
  (await runProgram(NODE, [binary(packageName, name), ...args])) === 0;

async function checkTypes() {
  const projects = ['tsconfig.json', 'tsconfig.node.json'];
  const results = [];
  for (const project of projects) results.push(await program('typescript', 'tsc', '-p', project));
  return results.every(Boolean);
}

async function tryBuild(parts) {
  try {
    await build(parts);
    return true;
  } catch (error) {
    console.error(error.message);
    return false;
  }
}

/**
 * Test files below test/<only>, or all. `only` is a folder or one file, with or without 'test/'.
 */
function listTests(ending, only) {
  const inside = only.replace(/^(\.\/)?test\//, '').replace(/\/$/, '');
  return readdirSync(join(ROOT, 'test'), { recursive: true })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith(ending))
    .filter((path) => !inside || path === inside || path.startsWith(`${inside}/`))
    .map((path) => `test/${path}`)
    .sort();
}

/** Adds what a reporter counted. A runner that failed without a failed test is a failure itself. */
function addCounts(file, status) {
  const counts = existsSync(file)
    ? JSON.parse(readFileSync(file, 'utf8'))
    : { passed: 0, failed: 0, skipped: 0 };
  if (status !== 0 && counts.failed === 0) {
    counts.failed = 1;
    failures.push(`the runner itself, with status ${status}`);
  }
  failures.push(...(counts.failures ?? []));
  testsRun += counts.passed + counts.failed;
  for (const key of Object.keys(total)) total[key] += counts[key];
}

/** A file that hangs is ended, and the others are run: minutes. */
const LONGEST_FILE = 7;

/** `concurrency`: files at a time; `name`: of the file with the counts. */
async function runNodeTests(files, concurrency, name) {
  const counts = join(COUNTS, `${name}.json`);
  const reporters = ['spec', 'stdout', './scripts/node-counts-reporter.mjs', counts];
  const [shown, shownAt, counting, countedAt] = reporters;
  const args = [
    '--test',
    `--test-concurrency=${concurrency}`,
    `--test-timeout=${LONGEST_FILE * 60_000}`,
    `--test-reporter=${shown}`,
    `--test-reporter-destination=${shownAt}`,
    `--test-reporter=${counting}`,
    `--test-reporter-destination=${countedAt}`,
  ];
  // Who builds for itself when it is run alone leaves alone what others read meanwhile.
  const env = { NEPTUNE_TEST_BUILT: '1' };
  const status = await runProgram(NODE, [...args, ...files], { env, limitMinutes: 30 });
  addCounts(counts, status);
}

async function runBrowserTests(files, concurrency, name) {
  const counts = join(COUNTS, `${name}.json`);
  const args = [binary('@web/test-runner', 'wtr'), '--files', ...(await bundleTests(files))];
  const env = { NEPTUNE_TEST_COUNTS: counts, NEPTUNE_TEST_CONCURRENCY: String(concurrency) };
  const status = await runProgram(NODE, args, { env, limitMinutes: 30 });
  addCounts(counts, status);
}

const RUNS = { Node: runNodeTests, 'the browser': runBrowserTests };

/** The tests of `files` that run in this way, if there are any. */
async function runThose(where, way, files) {
  const those = files.filter((file) => wayOf(file) === way);
  if (those.length === 0) return;
  const many = way === 'beside' ? MANY : 1;
  const how = way === 'beside' ? `${MANY} files at a time` : `${way}, one file at a time`;
  const name = `${where} ${way}`.replaceAll(' ', '-');
  await stage(`tests in ${where}, ${how}`, () => RUNS[where](those, many, name));
}

/** One after the other; those of a line side by side. */
const STEPS = [
  [['Node', 'beside']],
  [['Node', 'alone']],
  [['the browser', 'beside']],
  [
    ['the browser', 'front'],
    ['Node', 'one core'],
  ],
  [['the browser', 'alone']],
];

async function runAll(tests) {
  for (const [where, files] of Object.entries(tests)) {
    const planned = STEPS.flat().filter(([place]) => place === where);
    const lost = files.filter((file) => !planned.some(([, way]) => way === wayOf(file)));
    if (lost.length > 0) throw new Error(`no step runs ${lost.join(', ')} in ${where}`);
  }
  for (const step of STEPS)
    await Promise.all(step.map(([where, way]) => runThose(where, way, tests[where])));
}

function readOnly(args) {
  const at = args.indexOf('--only');
  if (at < 0 && args.length === 0) return '';
  if (at !== 0 || !args[1] || args.length !== 2)
    throw new Error('usage: npm test [-- --only folder]');
  return args[1];
}

async function main() {
  const only = readOnly(process.argv.slice(2));
  const nodeTests = listTests('.node.test.mjs', only);
  const browserTests = listTests('.test.ts', only);
  rmSync(COUNTS, { recursive: true, force: true });
  mkdirSync(COUNTS, { recursive: true });

  const tools = await check('tools', async () => (await ensureTools()).missing.length === 0);
  const parts = only && nodeTests.length === 0 ? ['kernel', 'code', 'disks'] : undefined;
  const building = check('build', () => tryBuild(parts));
  // The linter takes longest, on one core: the first tests run beside it.
  const linting = only || check('lint', () => program('eslint', 'eslint', '.'));
  if (!only)
    await Promise.all([
      check('type check', checkTypes),
      check('layout', () => program('prettier', 'prettier', '--check', '--log-level=warn', '.')),
    ]);
  if (tools && (await building)) {
    await runAll({ Node: nodeTests, 'the browser': browserTests });
  }
  await linting;

  if (testsRun === 0) {
    console.log(`\nno test ran${only ? ` for --only ${only}` : ''}`);
    total.failed++;
  }
  if (total.skipped > 0) console.log(`\n${total.skipped} skipped`);
  for (const failure of failures) console.log(`failed: ${failure}`);
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed === 0 ? 0 : 1;
}

await main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
