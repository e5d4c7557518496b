/**
 * Browsers for the tests that run in Node and look at a page from outside.
 *
 *   launchChrome()    Chromium, driven by playwright-core
 *   launchFirefox({ serviceWorkers })
 *                     Firefox as it is installed, driven by puppeteer-core; playwright drives only
 *                     a Firefox that it has patched itself. Without service workers, unless asked
 *   noFirefox         why Firefox's tests are skipped, or false: `test(name, { skip: noFirefox },
 *                     ...)`
 *   startBrowser(profile, flags), killBrowser(started)
 *                     a Chromium whose processes can be killed as a crash does
 *   serveDist(how)    the built site: startServer of scripts/serve.mjs on dist/
 *
 * Who launches a browser closes it, in `after` or `finally`. Nothing here waits longer than 30 s.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { CHROME_FLAGS, findChrome, findFirefox } from '../../scripts/find-browser.mjs';
import { ROOT } from '../../scripts/process.mjs';
import { startServer } from '../../scripts/serve.mjs';

const LIMIT_MS = 30_000;
const KILL_MS = 10_000;

export const noFirefox = findFirefox() ? false : 'Firefox is not installed';

export async function launchChrome() {
  const executablePath = findChrome();
  const options = { executablePath, args: CHROME_FLAGS, timeout: LIMIT_MS };
  // A file of tests that hangs is ended by SIGTERM; its browser ends with the pipe between them.
  return chromium.launch({ ...options, handleSIGTERM: false });
}

export async function launchFirefox({ serviceWorkers = false } = {}) {
  const executablePath = findFirefox();
  // Most tests have no use for it, and it takes a fifth of a second to load.
  const { default: puppeteer } = await import('puppeteer-core');
  return puppeteer.launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    timeout: LIMIT_MS,
    extraPrefsFirefox: { 'dom.serviceWorkers.enabled': serviceWorkers },
  });
}

export function serveDist({ isolated = false, headers = {} } = {}) {
  return startServer({ root: join(ROOT, 'dist'), isolated, headers });
}

/** Chromium as a process of its own over a profile, to be driven and to be killed. */
export async function startBrowser(profile, flags = CHROME_FLAGS) {
  const args = [
    ...flags,
    '--headless=new',
    '--remote-debugging-port=0',
    `--user-data-dir=${profile}`,
    'about:blank',
  ];
  const child = spawn(findChrome(), args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  const endpoint = await new Promise((found, failed) => {
    let said = '';
    const timer = setTimeout(() => failed(new Error(`Chromium did not start: ${said}`)), LIMIT_MS);
    child.stderr.on('data', (data) => {
      said += data;
      const match = /DevTools listening on (ws:\S+)/.exec(said);
      if (!match) return;
      clearTimeout(timer);
      found(match[1]);
    });
  });
  const browser = await chromium.connectOverCDP(endpoint);
  return { child, browser, context: browser.contexts()[0] };
}

/** As when the power goes: no process of the browser gets a word. */
export async function killBrowser({ child, browser }) {
  const ended = new Promise((done) => child.once('exit', done));
  process.kill(-child.pid, 'SIGKILL');
  await Promise.race([ended, sleep(KILL_MS)]);
  await browser.close().catch(() => undefined);
  child.stderr.destroy();
}
