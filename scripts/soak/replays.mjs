/**
 * Sessions recorded and replayed, one after the other.
 *
 *   await soakReplays({ runs, seed, seconds, report })
 *
 * Run i has the seed `seed + i`, which decides what is done; when it is done is the browser's. So a
 * session that failed is not made again by its seed. The code must have been built. Resolves to
 * { done, failures, entries, bytes, backs, took, lasted }.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { CHROME_FLAGS, findChrome } from '../find-browser.mjs';
import { sourcesId } from '../code.mjs';
import { ROOT } from '../process.mjs';
import { startServer } from '../serve.mjs';

/** Each run leaves images behind that no page forgets. */
const RUNS_A_PAGE = 25;
const LIMIT_MS = 120_000;
const FOLDER = 'build/replays';

async function makePage() {
  await build({
    entryPoints: [join(ROOT, 'test/replay/page.ts')],
    outfile: join(ROOT, FOLDER, 'page.js'),
    bundle: true,
    format: 'esm',
    target: 'es2022',
    define: { NEPTUNE_BUILD: JSON.stringify(sourcesId()) },
    external: ['node:*'],
    logLevel: 'warning',
  });
  mkdirSync(join(ROOT, FOLDER), { recursive: true });
  const page = '<!doctype html>\n<script type="module" src="page.js"></script>\n';
  writeFileSync(join(ROOT, FOLDER, 'index.html'), page);
}

async function openPage(browser, url) {
  const page = await browser.newPage();
  await page.goto(url);
  await page.waitForFunction(() => typeof globalThis.soakOnce === 'function');
  return page;
}

async function once(page, seed) {
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(() => resolve({ wrong: 'no end within two minutes' }), LIMIT_MS);
  });
  const run = page
    .evaluate((number) => globalThis.soakOnce(number), seed)
    .catch((error) => ({ wrong: error.message }));
  const outcome = await Promise.race([run, late]);
  clearTimeout(timer);
  return { entries: 0, file: 0, backs: 0, took: 0, seconds: 0, ...outcome, seed };
}

/** `file`: the recording of a session that differs. */
function keep({ kept, ...outcome }) {
  if (!kept) return outcome;
  const file = join(FOLDER, `seed-${outcome.seed}.neptune`);
  writeFileSync(join(ROOT, file), Buffer.from(kept, 'base64'));
  console.error(`The recording of seed ${outcome.seed}: ${file}`);
  return { ...outcome, file };
}

export async function soakReplays({
  runs,
  seed = 1,
  seconds = Infinity,
  report = () => undefined,
}) {
  await makePage();
  const server = await startServer({ root: ROOT, isolated: true });
  const browser = await chromium.launch({
    executablePath: findChrome() || undefined,
    args: CHROME_FLAGS,
  });
  const end = Date.now() + seconds * 1000;
  const result = { done: 0, failures: [], entries: 0, bytes: 0, backs: 0, took: 0, lasted: 0 };
  let page;
  try {
    for (let i = 0; i < runs && Date.now() < end; i++) {
      if (i % RUNS_A_PAGE === 0) {
        await page?.close();
        page = await openPage(browser, `${server.url}${FOLDER}/index.html`);
      }
      const outcome = await once(page, seed + i);
      result.done++;
      result.entries += outcome.entries;
      result.bytes += outcome.file;
      result.backs += outcome.backs;
      result.took += outcome.took;
      result.lasted += outcome.seconds;
      if (outcome.wrong) result.failures.push(keep(outcome));
      report(outcome);
    }
  } finally {
    await browser.close();
    await server.close();
  }
  return result;
}
