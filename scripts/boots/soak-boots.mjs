/**
 * Boots the built system isolated, again and again, under load: to the prompt, one command,
 * shutdown.
 *
 *   await soakBoots({ boots, seed, browser, seconds, report })
 *
 * Boot i has the seed `seed + i`, which decides the load and whether there is a disk: what fails is
 * tried again by its seed. Resolves to { done, failures, slowest }; each failure has its seed, its
 * words, what the console said, the screen, and the changes of the mailboxes' states. Ends early
 * when `seconds` are over. dist/ must have been built.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import puppeteer from 'puppeteer-core';
import { CHROME_FLAGS, findChrome, findFirefox } from '../find-browser.mjs';
import { ROOT } from '../process.mjs';
import { startServer } from '../serve.mjs';
import { startLoad } from './load.mjs';

/** A boot takes a fraction of a second; an image that is not loaded is given up after 15 s. */
const BOOT_LIMIT_MS = 40_000;
/** A new page after so many boots. */
const BOOTS_A_PAGE = 25;
const FOLDER = 'build/boots';

const PAGE = `<!doctype html>
<meta charset="utf-8" />
<link rel="icon" href="data:," />
<script>
  globalThis.sharedMemories = [];
  WebAssembly.Memory = new Proxy(WebAssembly.Memory, {
    construct(Memory, [how]) {
      const memory = new Memory(how);
      if (how.shared) globalThis.sharedMemories.push(memory);
      return memory;
    },
  });
</script>
<script type="module" src="../../dist/neptune-os.js"></script>
<script type="module" src="page.js"></script>
`;

const BROWSERS = {
  chromium: () =>
    chromium.launch({ executablePath: findChrome() || undefined, args: CHROME_FLAGS }),
  firefox: () =>
    puppeteer.launch({ browser: 'firefox', executablePath: findFirefox(), headless: true }),
};

async function makePage() {
  await build({
    entryPoints: [join(ROOT, 'test/boots/page.ts')],
    outfile: join(ROOT, FOLDER, 'page.js'),
    bundle: true,
    format: 'esm',
    target: 'es2022',
    logLevel: 'warning',
  });
  mkdirSync(join(ROOT, FOLDER), { recursive: true });
  writeFileSync(join(ROOT, FOLDER, 'index.html'), PAGE);
}

async function openPage(browser, url, said) {
  const page = await browser.newPage();
  page.on('pageerror', (error) => said.push(`error: ${error.message}`));
  page.on('console', (message) => said.push(message.text()));
  await page.goto(url);
  await page.waitForFunction(() => typeof globalThis.bootOnce === 'function');
  return page;
}

/** What a seed decides: a few numbers below 1, by the multiplication of Park and Miller. */
function conditions(seed) {
  let state = (seed * 2654435761 + 1) % 2147483647 || 1;
  const next = () => (state = (state * 48271) % 2147483647) / 2147483647;
  next();
  const busyMs = Math.floor(next() * 30);
  const restMs = Math.floor(next() * 6);
  return { load: { busyMs, restMs }, disk: next() < 0.3 };
}

export async function soakBoots({
  boots,
  seed = 1,
  browser: kind = 'chromium',
  seconds = Infinity,
  report = () => undefined,
}) {
  await makePage();
  const server = await startServer({ root: ROOT, isolated: true });
  const browser = await BROWSERS[kind]();
  const load = startLoad(availableParallelism());
  const end = Date.now() + seconds * 1000;
  const result = { done: 0, failures: [], slowest: 0, total: 0 };
  const said = [];
  let page;
  try {
    for (let i = 0; i < boots && Date.now() < end; i++) {
      if (i % BOOTS_A_PAGE === 0) {
        await page?.close();
        page = await openPage(browser, `${server.url}${FOLDER}/index.html`, said);
      }
      said.length = 0;
      const { load: how, disk } = conditions(seed + i);
      load.use(how);
      const job = { limitMs: BOOT_LIMIT_MS, disk: disk ? '../../dist/disks/tour.img' : undefined };
      const outcome = await page.evaluate((work) => globalThis.bootOnce(work), job);
      result.done++;
      result.total += outcome.ms;
      result.slowest = Math.max(result.slowest, outcome.ms);
      if (outcome.failed) result.failures.push({ seed: seed + i, ...outcome, said: [...said] });
      report({ seed: seed + i, ...outcome });
    }
    return result;
  } finally {
    await load.stop();
    await browser.close();
    await server.close();
  }
}
