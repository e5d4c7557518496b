/**
 * The site on a slow line: in which order things are seen, and what travels until the prompt.
 *
 * Nothing here is a matter of time: what is to come later is held until what comes before it was
 * seen. The line is slow all the same, so that what is sent piece by piece is seen piece by piece.
 */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { violations } from './axe.mjs';
import { exec, listen, READY_MS, withSite } from './site.mjs';

const LIMIT_MS = 2 * READY_MS;
const SLOW_LINE = {
  offline: false,
  latency: 200,
  downloadThroughput: 50_000,
  uploadThroughput: 50_000,
};
/** Bytes over the line, headers included, until the prompt: docs/decisions/0013-first-load.md. */
const BUDGET = 299_700;
const TOUR_BUDGET = 20_000;

/** What came over the line, by the address's path: bytes as sent. */
async function watchTraffic(page) {
  const session = await page.context().newCDPSession(page);
  const paths = new Map();
  const bytes = new Map();
  session.on('Network.requestWillBeSent', ({ requestId, request }) =>
    paths.set(requestId, new URL(request.url).pathname),
  );
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const path = paths.get(requestId);
    bytes.set(path, (bytes.get(path) ?? 0) + encodedDataLength);
  });
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', SLOW_LINE);
  return {
    bytes,
    of: (pattern) => [...bytes].filter(([path]) => pattern.test(path)).reduce(sum, 0),
    get table() {
      const rows = [...bytes].sort(([, a], [, b]) => b - a);
      return rows.map(([path, size]) => `${size} ${path}`).join('\n');
    },
  };
}

const sum = (all, [, size]) => all + size;

/** Requests for such addresses wait until they are let go. */
async function hold(page, pattern) {
  let letGo;
  const free = new Promise((resolve) => (letGo = resolve));
  const held = { asked: [], letGo };
  await page.route(pattern, async (route) => {
    held.asked.push(new URL(route.request().url()).pathname);
    await free;
    await route.continue();
  });
  return held;
}

const atPrompt = (page) =>
  page.waitForFunction(
    () => /A:\\>$/.test(document.querySelector('neptune-os').screenText?.() ?? ''),
    undefined,
    { timeout: LIMIT_MS },
  );

const screenOf = (page) => page.evaluate(() => document.querySelector('neptune-os').screenText());

/** Every number that the bar shows, and what `neptune-progress` tells, from the start. */
async function watchProgress(page) {
  await page.addInitScript(() => {
    globalThis.shown = new Set();
    globalThis.told = [];
    globalThis.byLocale = 0;
    const own = Number.prototype.toLocaleString;
    Number.prototype.toLocaleString = function (...given) {
      globalThis.byLocale++;
      return own.apply(this, given);
    };
    addEventListener('neptune-progress', ({ detail }) => globalThis.told.push(detail));
    const look = () => {
      const bar = document.querySelector('neptune-os progress[value]');
      if (bar) globalThis.shown.add(`${bar.value} of ${bar.max}`);
    };
    new MutationObserver(look).observe(document, {
      subtree: true,
      childList: true,
      attributes: true,
    });
  });
}

async function until(holds) {
  for (const end = Date.now() + READY_MS; !holds() && Date.now() < end;) await sleep(20);
}

const words = (page) => page.getByText('Loading the system', { exact: true });

async function newPage(browser) {
  const page = await (await browser.newContext()).newPage();
  page.setDefaultTimeout(LIMIT_MS);
  listen(page);
  return page;
}

suite('e2e/slow line', () => {
  test('words, then the prompt, then the disk, in few bytes', async (context) => {
    await withSite(async ({ url, browser }) => {
      const page = await newPage(browser);
      const traffic = await watchTraffic(page);
      await watchProgress(page);
      const scripts = await hold(page, /\.js$/);
      const tour = await hold(page, /tour\.img/);

      await page.goto(url, { waitUntil: 'commit' });
      await words(page).waitFor();
      assert.equal(traffic.of(/\.js$/), 0, 'it is seen before any module has come');

      scripts.letGo();
      await atPrompt(page);
      const row = page.locator('.drive[data-drive="A:"]');
      assert.equal(await row.getAttribute('data-state'), 'loading', 'the prompt is first');
      assert.equal(traffic.of(/\.img/), 0);
      const until = traffic.of(/./);
      context.diagnostic(`${until} bytes until the prompt`);
      assert.ok(until < BUDGET, `${until} bytes travel until the prompt\n${traffic.table}`);
      const { shown, told } = await page.evaluate(() => ({
        shown: [...globalThis.shown],
        told: globalThis.told.filter(({ what }) => what === 'system'),
      }));
      assert.ok(shown.length > 3, `the bar moves: ${shown.join(', ')}`);
      const last = told.at(-1);
      assert.ok(last && last.done === last.total && last.total > 100_000, JSON.stringify(last));

      tour.letGo();
      await row.locator('.label', { hasText: /^tour\.img$/ }).waitFor();
      const byLocale = await page.evaluate(() => globalThis.byLocale);
      assert.equal(byLocale, 0, 'a page’s first number by locale takes as long as its terminal');
      assert.match((await exec(page, 'dir A:')).output, /README\.TXT/);
      assert.ok(traffic.of(/\.img/) < TOUR_BUDGET, `${traffic.of(/\.img/)} bytes of the tour`);
      assert.deepEqual(page.said, []);
    });
  });

  for (const topology of ['single', 'isolated'])
    test(`${topology}: commands come after the prompt; a line waits for them`, async () => {
      const isolated = topology === 'isolated';
      await withSite(
        async ({ url, browser }) => {
          const page = await newPage(browser);
          const held = await hold(page, /\/agent\.later-/);
          await page.goto(`${url}?topology=${topology}`, { waitUntil: 'commit' });
          await atPrompt(page);
          await page.evaluate(() => document.querySelector('neptune-os').type('echo on\\ly\r'));
          const asked = exec(page, 'ver');
          await until(() => held.asked.length > 0);
          assert.match(await screenOf(page), /A:\\>(echo on\\ly)?\s*$/, 'nothing has run yet');
          held.letGo();
          assert.match((await asked).output, /^Neptune Web/);
          await page.waitForFunction(() =>
            /\non\\ly\n/.test(document.querySelector('neptune-os').screenText()),
          );
          assert.deepEqual(page.said, []);
        },
        { isolated },
      );
    });

  for (const topology of ['single', 'isolated'])
    test(`${topology}: what the prompt does not need of the system comes later`, async () => {
      const isolated = topology === 'isolated';
      await withSite(
        async ({ url, browser }) => {
          const page = await newPage(browser);
          const held = await hold(page, /\/executive\.later-/);
          const links = [];
          page.on('request', (request) => {
            if (/\/link-[\w-]{8}\.js$/.test(request.url())) links.push(request.url());
          });
          await page.goto(`${url}?topology=${topology}`, { waitUntil: 'commit' });
          await atPrompt(page);
          assert.deepEqual(links, [], 'no link is to be understood');
          const asked = exec(page, 'dir A:');
          await until(() => held.asked.length > 0);
          assert.equal(held.asked.length, 1, 'once, for all who want it');
          held.letGo();
          assert.match((await asked).output, /README\.TXT/);
          assert.deepEqual(page.said, []);
        },
        { isolated },
      );
    });

  test('where the network is gone then, that is said; when it is back, all is well', async () => {
    await withSite(async ({ url, browser }) => {
      const page = await newPage(browser);
      const part = /\/executive\.later-/;
      await page.route(part, (route) => route.abort());
      await page.goto(`${url}?topology=single`, { waitUntil: 'commit' });
      await atPrompt(page);
      assert.match((await exec(page, 'dir A:')).output, /its code could not be loaded/);
      await page.unroute(part);
      assert.match((await exec(page, 'dir A:')).output, /README\.TXT/);
    });
  });

  test('without a network after the prompt a command says that it cannot be loaded', async () => {
    await withSite(async ({ url, browser }) => {
      const page = await newPage(browser);
      await page.route(/\/agent\.later-/, (route) => route.abort());
      await page.goto(url, { waitUntil: 'commit' });
      await atPrompt(page);
      const words = 'The commands could not be loaded';
      await assert.rejects(exec(page, 'ver'), new RegExp(words));
      await page.evaluate(() => document.querySelector('neptune-os').type('ver\r'));
      await page.waitForFunction(
        (said) => document.querySelector('neptune-os').screenText().includes(said),
        words,
      );
      await page.unroute(/\/agent\.later-/);
      assert.match((await exec(page, 'ver')).output, /^Neptune Web/, 'and can be, later');
    });
  });

  for (const topology of ['single', 'isolated'])
    test(`${topology}: the system begins before the page’s own code is here, and once`, async () => {
      const isolated = topology === 'isolated';
      await withSite(
        async ({ url, browser }) => {
          const page = await newPage(browser);
          const workers = [];
          page.on('worker', (worker) => workers.push(worker));
          const held = await hold(page, /\/(start|shared|xterm)-[^/]*\.js$/);
          await page.goto(`${url}?topology=${topology}`, { waitUntil: 'commit' });
          // The machine, the Executive and four for processes; or one for all.
          const ahead = isolated ? 6 : 1;
          await until(() => workers.length >= ahead);
          assert.equal(workers.length, ahead);
          const isDefined = () => customElements.get('neptune-os') !== undefined;
          assert.equal(await page.evaluate(isDefined), false);
          held.letGo();
          await atPrompt(page);
          if (!isolated) assert.equal(workers.length, ahead, 'that one is taken');
          assert.match((await exec(page, 'dir A:')).output, /README\.TXT/);
          assert.deepEqual(page.said, []);
        },
        { isolated },
      );
    });

  test('all that the prompt needs is asked for before any of it has come', async () => {
    await withSite(async ({ url, browser }) => {
      const page = await newPage(browser);
      // The first script, and what it imports itself, come; nothing else does.
      const held = await hold(page, /\/(?!main-|first-)[^/]*\.(js|wasm|txt)$/);
      await page.goto(url, { waitUntil: 'commit' });
      const files = /^\/assets\/(\w+(\.worker)?)-/;
      const named = () => held.asked.map((path) => files.exec(path)?.[1] ?? path).sort();
      const needed = ['kernel', 'shared', 'single', 'start', 'xterm'];
      await until(() => named().length >= needed.length);
      assert.deepEqual(named(), needed);
    });
  });

  for (const name of ['index.html', 'embed.html'])
    test(`${name}: what stands there before any script, and when none comes`, async () => {
      await withSite(async ({ url, browser }) => {
        const page = await newPage(browser);
        const scripts = await hold(page, /\.js$/);
        await page.goto(url + name, { waitUntil: 'commit' });
        await words(page).waitFor();
        await page.getByRole('progressbar', { name: 'Loading the system' }).waitFor();
        for (const colorScheme of ['light', 'dark']) {
          await page.emulateMedia({ colorScheme });
          assert.deepEqual(await violations(page, colorScheme), [], colorScheme);
        }
        await page.route(/\/start-[^/]*\.js$/, (route) => route.abort());
        await page.reload({ waitUntil: 'commit' });
        scripts.letGo();
        await page.getByText('Reload the page to try again').waitFor();
        assert.equal(await page.getByRole('progressbar').count(), 0);
      });
    });
});
