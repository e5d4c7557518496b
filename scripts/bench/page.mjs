/**
 * Pages for what is run in a browser and is no test: benchmarks, soaking.
 *
 *   makePage(name, folder)   bundles <folder>/main.ts into build/bench/<name>/
 *   inPage(name, work)       opens it, cross-origin isolated, with build/ as its server's root
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { build as bundle } from 'vite';
import { CHROME_FLAGS, findChrome } from '../find-browser.mjs';
import { ROOT } from '../process.mjs';
import { startServer } from '../serve.mjs';

const LIMIT_MS = 3_600_000;

const PAGE = `<!doctype html>
<meta charset="utf-8" />
<link rel="icon" href="data:," />
<script type="module" src="main.js"></script>
`;

/** Bundles <folder>/main.ts into build/bench/<name>/, beside a page that loads it. */
export async function makePage(name, folder) {
  const outDir = join(ROOT, 'build/bench', name);
  rmSync(outDir, { recursive: true, force: true });
  await bundle({
    configFile: false,
    root: join(ROOT, folder),
    base: './',
    logLevel: 'error',
    worker: { format: 'es', rolldownOptions: { external: [/^node:/] } },
    build: {
      outDir,
      target: 'es2022',
      modulePreload: false,
      rolldownOptions: {
        external: [/^node:/],
        input: join(ROOT, folder, 'main.ts'),
        output: { entryFileNames: 'main.js' },
      },
    },
  });
  mkdirSync(outDir, { recursive: true });
  writeFileSync(join(outDir, 'index.html'), PAGE);
}

/** `work(page, version)` in a page that makePage has made. */
export async function inPage(name, work) {
  const server = await startServer({ root: join(ROOT, 'build'), isolated: true });
  const executablePath = findChrome() || undefined;
  const browser = await chromium.launch({ executablePath, args: CHROME_FLAGS });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(LIMIT_MS);
    page.on('pageerror', (error) => console.error(`page: ${error.message}`));
    page.on('console', (message) => console.log(`page: ${message.text()}`));
    await page.goto(`${server.url}bench/${name}/index.html`);
    return await work(page, browser.version());
  } finally {
    await browser.close();
    await server.close();
  }
}
