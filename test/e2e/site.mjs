/**
 * The built site in a browser, for the end-to-end tests.
 *
 *   withSite(work, { isolated })        Chromium and a server; `work(site)`, and its pages and the
 *                                       server are closed
 *     site.url, site.browser
 *     site.open(path, options)          a page at its first prompt, in a profile of its own;
 *                                       { context } shares one
 *   openSite(page, url)                 goes there and waits for the prompt
 *   exec(page, line), readText(page, path)
 *   kept(page, drive, state)            waits until the drive bar says so
 *   startBrowser, killBrowser           as in support/browsers.mjs
 *   image({ ... })                      a FAT image by mtools' programs
 *   slowServer()                        answers an image when the test says so, or never
 *
 * Of a test that fails the sessions are kept, as recordings (support/keep-recordings.mjs).
 *
 * What an error page or a console said is in `page.said`, so that a test can show it.
 */
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { findProgram } from '../../scripts/find-browser.mjs';
import { ROOT } from '../../scripts/process.mjs';
import { keepRecordings } from '../support/keep-recordings.mjs';
import { launchChrome, serveDist } from '../support/browsers.mjs';

export { killBrowser, startBrowser } from '../support/browsers.mjs';

export const READY_MS = 30_000;

/**
 * One browser for all tests of a file: its start costs more than many a test. Without service
 * workers: a reload is to be like the first load. Their own tests have offline.mjs.
 */
let browsers;

after(async () => (await browsers)?.close());

async function launch() {
  const browser = await launchChrome();
  const newContext = browser.newContext.bind(browser);
  // Its newPage makes a context, too.
  browser.newContext = (options) => newContext({ serviceWorkers: 'block', ...options });
  return browser;
}

async function chrome() {
  if (!(await browsers)?.isConnected()) browsers = launch();
  return browsers;
}

export async function withSite(work, { isolated = false } = {}) {
  const server = await serveDist({ isolated });
  const browser = await chrome();
  const open = async (path = '', { context, ...options } = {}) => {
    const page = await (context ?? (await browser.newContext(options))).newPage();
    await openSite(page, server.url + path);
    return page;
  };
  try {
    return await work({ url: server.url, browser, open });
  } catch (error) {
    const kept = await keepRecordings(browser, join(ROOT, 'build/recordings'));
    for (const file of kept) console.error(`The session's recording: ${file}`);
    throw error;
  } finally {
    // Each has a profile of its own, which ends with it.
    await Promise.all(browser.contexts().map((context) => context.close()));
    await server.close();
  }
}

/** The reader is not here for the first time: the tour is in A: (first-steps.node.test.mjs). */
function wasHere(page) {
  // Of Playwright, of puppeteer; WebKit has none, and goes where something is asked for.
  (page.addInitScript ?? page.evaluateOnNewDocument)?.call(page, () => {
    try {
      localStorage.setItem('neptune visited', 'true');
    } catch {
      // A page without storage has no first visit.
    }
  });
}

/** Collects what goes wrong in a page. */
export function listen(page) {
  page.said = [];
  wasHere(page);
  page.on('pageerror', (error) => page.said.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') page.said.push(`console: ${message.text()}`);
  });
}

export async function openSite(page, url) {
  if (!page.said) listen(page);
  await page.goto(url);
  await ready(page);
}

export async function ready(page) {
  const state = await page.evaluate(async (limit) => {
    await Promise.race([
      customElements.whenDefined('neptune-os'),
      new Promise((late) => setTimeout(late, limit)),
    ]);
    const machine = document.querySelector('neptune-os');
    const late = new Promise((_, no) =>
      setTimeout(() => no(new Error(`no prompt; the screen: ${machine.screenText?.()}`)), limit),
    );
    return Promise.race([machine.ready, late]).then(
      () => 'ready',
      (error) => error.message,
    );
  }, READY_MS);
  if (state !== 'ready') throw new Error([state, ...page.said].join('\n'));
}

export function exec(page, line) {
  return page.evaluate((text) => document.querySelector('neptune-os').exec(text), line);
}

export async function readText(page, path) {
  return page.evaluate(async (name) => {
    const bytes = await document.querySelector('neptune-os').readFile(name);
    return new TextDecoder().decode(bytes);
  }, path);
}

export async function writeText(page, path, text) {
  await page.evaluate(
    ([name, value]) =>
      document.querySelector('neptune-os').writeFile(name, new TextEncoder().encode(value)),
    [path, text],
  );
}

/** The image in a drive, as a Buffer. */
export async function exportDisk(page, drive) {
  const text = await page.evaluate(async (name) => {
    const blob = await document.querySelector('neptune-os').exportDisk(name);
    const reader = new FileReader();
    await new Promise((done) => {
      reader.onload = done;
      reader.readAsDataURL(blob);
    });
    return reader.result;
  }, drive);
  return Buffer.from(text.slice(text.indexOf(',') + 1), 'base64');
}

export async function insertDisk(page, drive, bytes, options = {}) {
  await page.evaluate(
    async ([name, base64, more]) => {
      const image = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      await document.querySelector('neptune-os').insertDisk(name, image, more);
    },
    [drive, Buffer.from(bytes).toString('base64'), options],
  );
}

export const driveState = (page, drive) =>
  page.locator(`neptune-os [data-drive="${drive}"].drive`).getAttribute('data-state');

export async function kept(page, drive, state) {
  const row = page.locator(`.drive[data-drive="${drive}"][data-state="${state}"]`);
  await row.waitFor({ timeout: READY_MS });
}

/** The lines in the message area. */
export const messages = (page) => page.locator('#messages .message span').allTextContents();

export async function waitForMessage(page, pattern) {
  await page
    .locator('#messages .message span')
    .filter({ hasText: pattern })
    .first()
    .waitFor({ timeout: READY_MS });
}

export function makeFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'neptune-e2e-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }) };
}

function tool(name, ...args) {
  const { status, stderr, error } = spawnSync(findProgram([name]), args, { timeout: 20_000 });
  if (status !== 0) throw new Error(`${name}: ${error ?? stderr}`);
}

/** A FAT12 floppy with these files at its root: `{ 'A.TXT': 'text' }`. */
export function image(files = {}, kib = 1440) {
  const { folder, remove } = makeFolder();
  try {
    const disk = join(folder, 'disk.img');
    tool('mkfs.fat', '-C', '-n', 'TEST', disk, String(kib));
    for (const [name, content] of Object.entries(files)) {
      const file = join(folder, 'file');
      writeFileSync(file, content);
      tool('mcopy', '-i', disk, file, `::${name}`);
    }
    return readFileSync(disk);
  } finally {
    remove();
  }
}

/**
 * A server of another origin that holds each request: `url` of an image, `asked` how many came,
 * `answer(bytes)` sends it to all that wait.
 */
export async function slowServer() {
  const waiting = new Set();
  const state = { asked: 0 };
  const server = createServer((request, response) => {
    state.asked++;
    waiting.add(response);
    response.on('close', () => waiting.delete(response));
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${server.address().port}/slow.img`,
    get asked() {
      return state.asked;
    },
    get waiting() {
      return waiting.size;
    },
    answer(bytes) {
      const headers = {
        'Access-Control-Allow-Origin': '*',
        'Cross-Origin-Resource-Policy': 'cross-origin',
      };
      for (const response of waiting) response.writeHead(200, headers).end(bytes);
    },
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
