/**
 * Browsers for the tests that run in Node and look at a page from outside.
 *
 *   launchChrome()    Chromium, driven by playwright-core
 *   launchFirefox()   Firefox as it is installed, driven by puppeteer-core; playwright drives only
 *                     a Firefox that it has patched itself
 *   noFirefox         why Firefox's tests are skipped, or false: `test(name, { skip: noFirefox },
 *                     ...)`
 *   serveDist(how)    the built site: startServer of scripts/serve.mjs on dist/
 *
 * Who launches a browser closes it, in `after` or `finally`. Nothing here waits longer than 30 s.
 */
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import puppeteer from 'puppeteer-core';
import { CHROME_FLAGS, findChrome, findFirefox } from '../../scripts/find-browser.mjs';
import { ROOT } from '../../scripts/process.mjs';
import { startServer } from '../../scripts/serve.mjs';

const LIMIT_MS = 30_000;

export const noFirefox = findFirefox() ? false : 'Firefox is not installed';

export async function launchChrome() {
  const executablePath = findChrome();
  return chromium.launch({ executablePath, args: CHROME_FLAGS, timeout: LIMIT_MS });
}

export async function launchFirefox() {
  const executablePath = findFirefox();
  return puppeteer.launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    timeout: LIMIT_MS,
  });
}

export function serveDist({ isolated = false, headers = {} } = {}) {
  return startServer({ root: join(ROOT, 'dist'), isolated, headers });
}
