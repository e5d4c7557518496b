/**
 * Runs bundled tests of the kernel in Node against one kernel module, up to the first that fails.
 *
 *   node scripts/mutate-runner.mjs <tests.mjs> <kernel.wasm>
 *
 * Prints that test's name and message and ends with status 1. Tests that need a browser's workers
 * are left out.
 */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [tests, module] = process.argv.slice(2);
const NEEDS_WORKERS = 'kernel: the lock';

const suites = [];
const current = () => suites.at(-1);
const context = { timeout: () => context };

globalThis.suite = (name, body) => {
  suites.push({ name, before: [], after: [], tests: [] });
  body.call(context);
};
globalThis.test = (name, body) => {
  current().tests.push({ name, body });
  return context;
};
globalThis.setup = (body) => current().before.push(body);
globalThis.teardown = (body) => current().after.push(body);
globalThis.fetch = () =>
  Promise.resolve(
    new Response(readFileSync(module), { headers: { 'Content-Type': 'application/wasm' } }),
  );

async function runTest({ before, after }, { body }) {
  for (const each of [...before, body, ...after]) await each.call(context);
}

await import(pathToFileURL(tests).href);
let passed = 0;
for (const suite of suites.filter(({ name }) => name !== NEEDS_WORKERS)) {
  for (const test of suite.tests) {
    try {
      await runTest(suite, test);
      passed++;
    } catch (error) {
      console.log(`${suite.name}: ${test.name}: ${String(error.message).split('\n')[0]}`);
      process.exit(1);
    }
  }
}
console.log(`${passed} passed`);
if (passed === 0) process.exit(1);
