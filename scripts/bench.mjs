/**
 * npm run bench: measures, and writes down what was measured.
 *
 *   npm run bench -- kernel                 build/bench/kernel.json and docs/benchmarks-kernel.md
 *   npm run bench -- kernel --quick         a look only: nothing but the JSON is written
 *   npm run bench -- kernel --sessions 20   more of it
 *   npm run bench -- kernel --only word     what has that in its name; not written into docs/
 *   npm run bench -- executive              the same for services: docs/benchmarks-executive.md
 *   npm run bench -- io                     requests: docs/benchmarks-io.md
 *   npm run bench -- memory                 what the built component holds (bench/memory.mjs)
 *   npm run bench -- fs                     files, beside FAT libraries (bench/fs.mjs)
 *   npm run bench -- boot                   from navigation to prompt, in parts (bench/boot.mjs)
 *   npm run bench -- view                   frames of the window while a copy runs (bench/view.mjs)
 *   npm run bench -- drivers                a driver killed and loaded again (bench/drivers.mjs)
 *
 * The page runs in the browser of the tests, cross-origin isolated. A session measures everything
 * once over; sessions are repeated, each in fresh workers, and put together. Other work on the
 * machine makes figures larger, never smaller: so the least of all rounds is shown beside the
 * median.
 */
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { build } from './build.mjs';
import { benchBoot } from './bench/boot.mjs';
import { benchDrivers } from './bench/drivers.mjs';
import { benchFs } from './bench/fs.mjs';
import { kernelTable } from './bench/kernel-table.mjs';
import { benchMemory } from './bench/memory.mjs';
import { inPage, makePage } from './bench/page.mjs';
import { executiveTable, ioTable } from './bench/services-table.mjs';
import { benchView } from './bench/view.mjs';
import { ROOT } from './process.mjs';

const TABLES = { kernel: kernelTable, executive: executiveTable, io: ioTable };

/** A session that takes longer has lost a wake-up: better to say so than to wait for ever. */
const SESSION_MS = 180_000;

async function within(ms, what, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`bench: ${what} took more than ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function merge(all, samples) {
  for (const [name, values] of Object.entries(samples)) (all[name] ??= []).push(...values);
}

async function measure(name, { sessions, ...options }) {
  return inPage(name, async (page, version) => {
    const samples = {};
    const loads = [];
    await page.waitForFunction('typeof globalThis.runBenches === "function"');
    for (let session = 1; session <= sessions; session++) {
      loads.push(loadavg()[0]);
      const result = page.evaluate((given) => globalThis.runBenches(given), options);
      merge(samples, await within(SESSION_MS, `session ${session}`, result));
      console.log(`session ${session} of ${sessions}, load ${loadavg()[0].toFixed(1)}`);
    }
    return {
      when: new Date().toISOString(),
      browser: `Chromium ${version}`,
      cpu: `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores`,
      load: { least: Math.min(...loads), most: Math.max(...loads) },
      ...options,
      sessions,
      samples,
    };
  });
}

function numberAfter(args, flag, otherwise) {
  const at = args.indexOf(flag);
  if (at < 0) return otherwise;
  const value = Number(args[at + 1]);
  if (!Number.isInteger(value) || value < 1) throw new Error(`bench: bad ${flag}`);
  return value;
}

async function memory(args) {
  if (!args.includes('--no-build')) await build();
  await benchMemory({
    rounds: numberAfter(args, '--rounds', 1),
    disks: numberAfter(args, '--disks', 20),
  });
}

async function boot(args) {
  if (!args.includes('--no-build')) await build();
  const other = args.includes('--dist') ? [args[args.indexOf('--dist') + 1]] : [];
  await benchBoot({ rounds: numberAfter(args, '--rounds', 9), dist: ['dist', ...other] });
}

async function view(args) {
  if (!args.includes('--no-build')) await build();
  const only = args.includes('--only') ? args[args.indexOf('--only') + 1] : undefined;
  await benchView({ seconds: numberAfter(args, '--seconds', 8), only });
}

async function drivers(args) {
  if (!args.includes('--no-build')) await build();
  await benchDrivers({ rounds: numberAfter(args, '--rounds', 10) });
}

async function main(args) {
  const name = args[0] ?? '';
  if (name === 'memory') return memory(args);
  if (name === 'fs') return benchFs(args);
  if (name === 'boot') return boot(args);
  if (name === 'view') return view(args);
  if (name === 'drivers') return drivers(args);
  const table = Object.hasOwn(TABLES, name) ? TABLES[name] : undefined;
  if (!table)
    throw new Error(
      `bench: which one? ${Object.keys(TABLES).join(', ')}, memory, fs, boot, view, drivers`,
    );
  const quick = args.includes('--quick');
  const only = args.includes('--only') ? args[args.indexOf('--only') + 1] : undefined;
  const sessions = numberAfter(args, '--sessions', quick ? 2 : 10);
  if (!args.includes('--no-build')) await build(['kernel']);
  await makePage(name, `test/bench/${name}`);
  const result = await measure(name, { sessions, rounds: 5, roundMs: 20, only });
  writeFileSync(join(ROOT, `build/bench/${name}.json`), `${JSON.stringify(result, null, 1)}\n`);
  const text = table(result);
  console.log(text);
  if (!quick && !only) writeFileSync(join(ROOT, `docs/benchmarks-${name}.md`), text);
}

await main(process.argv.slice(2)).catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
