/**
 * npm run bench -- fs: drives dist/bench.html (test/bench/fs) in Chromium and Firefox, and writes
 * down what it measured.
 *
 *   npm run bench -- fs                    build/bench/fs.json and docs/benchmarks-fs.md
 *   npm run bench -- fs --quick            a look only: nothing but the JSON is written
 *   npm run bench -- fs --rounds 15        of each row and contestant; default 9
 *   npm run bench -- fs --only word        rows with that in their names; not written into docs/
 *   npm run bench -- fs --browser chromium one of them
 *   npm run bench -- fs --no-build         dist/ as it is
 *   npm run bench -- fs --profile row      where *single* spends a row: build/bench/fs-profile.txt
 *
 * Counts are taken on a page of their own, where functions of the language count copies: nothing is
 * timed there.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import puppeteer from 'puppeteer-core';
import { build } from '../build.mjs';
import { CHROME_FLAGS, findChrome, findFirefox } from '../find-browser.mjs';
import { ROOT } from '../process.mjs';
import { startServer } from '../serve.mjs';
import { fsTable } from './fs-table.mjs';
import { profileText } from './profile.mjs';

const LIMIT_MS = 3_600_000;
const OUT = join(ROOT, 'build/bench');

async function launchChromium() {
  const browser = await chromium.launch({ executablePath: findChrome(), args: CHROME_FLAGS });
  return { browser, name: `Chromium ${browser.version()}` };
}

async function launchFirefox() {
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: findFirefox(),
    headless: true,
    protocolTimeout: LIMIT_MS,
  });
  return { browser, name: (await browser.version()).replace('/', ' ') };
}

const LAUNCH = { chromium: launchChromium, firefox: launchFirefox };

/** Runs the page's benchmark, and puts together what it answers. */
async function runPage(browser, url, options) {
  const page = await browser.newPage();
  page.setDefaultTimeout(LIMIT_MS);
  page.on('pageerror', (error) => console.error(`page: ${error.message}`));
  await page.goto(url);
  await page.waitForFunction('typeof globalThis.runBenches === "function"');
  const result = await page.evaluate((given) => globalThis.runBenches(given), options);
  await page.close();
  return result;
}

async function inBrowser(which, server, options) {
  const { browser, name } = await LAUNCH[which]();
  try {
    const page = `${server.url}bench.html`;
    const counted = await runPage(browser, `${page}?counts`, options);
    const before = loadavg()[0];
    const timed = await runPage(browser, page, options);
    console.log(`${name}: load ${before.toFixed(1)} to ${loadavg()[0].toFixed(1)}`);
    return { name, load: [before, loadavg()[0]], ...counted, ...timed };
  } finally {
    await browser.close();
  }
}

async function profile(server, row, options) {
  const { browser } = await launchChromium();
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(LIMIT_MS);
    await page.goto(`${server.url}bench.html`);
    await page.waitForFunction('typeof globalThis.runBenches === "function"');
    const session = await page.context().newCDPSession(page);
    await session.send('Profiler.enable');
    await session.send('Profiler.setSamplingInterval', { interval: 200 });
    await session.send('Profiler.start');
    const given = { ...options, only: row, who: ['single'] };
    await page.evaluate((how) => globalThis.runBenches(how), given);
    const { profile: taken } = await session.send('Profiler.stop');
    return profileText(taken);
  } finally {
    await browser.close();
  }
}

/** `wanted`: names of browsers. */
async function measure(server, wanted, options) {
  const browsers = [];
  for (const which of wanted) browsers.push(await inBrowser(which, server, options));
  return {
    when: new Date().toISOString(),
    cpu: `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores`,
    rounds: options.rounds,
    browsers,
  };
}

const after = (args, flag) => (args.includes(flag) ? args[args.indexOf(flag) + 1] : undefined);

export async function benchFs(args) {
  const quick = args.includes('--quick');
  const only = after(args, '--only');
  const one = after(args, '--browser');
  const row = after(args, '--profile');
  if (one && !Object.hasOwn(LAUNCH, one)) throw new Error(`bench: no browser ${one}`);
  const rounds = Number(after(args, '--rounds') ?? (quick ? 3 : 9));
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('bench: bad --rounds');
  if (!args.includes('--no-build')) await build();
  mkdirSync(OUT, { recursive: true });
  const options = { rounds, roundMs: 30, ...(only && { only }) };
  const server = await startServer({ root: join(ROOT, 'dist'), isolated: true });
  try {
    if (row) {
      const text = await profile(server, row, { ...options, rounds: 30 });
      writeFileSync(join(OUT, 'fs-profile.txt'), text);
      console.log(text);
      return;
    }
    const result = await measure(server, one ? [one] : Object.keys(LAUNCH), options);
    writeFileSync(join(OUT, 'fs.json'), `${JSON.stringify(result, null, 1)}\n`);
    const text = fsTable(result);
    console.log(text);
    if (!quick && !only && !one) writeFileSync(join(ROOT, 'docs/benchmarks-fs.md'), text);
  } finally {
    await server.close();
  }
}
