/** Without a network; with two versions at once; and where the service worker cannot be had. */
import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { installed, pageVersion, topologyOf, until, versions, withVersions } from './offline.mjs';
import { exec, openSite, ready } from './site.mjs';

const TOUR = 'disks/tour.img.gz';

/** The prompt waits for a disk that is on its way for a moment only. */
async function works(page, line = 'dir') {
  await page.waitForFunction(() =>
    document.querySelector('neptune-os').drives.every(({ state }) => state !== 'loading'),
  );
  const { status, output } = await exec(page, line);
  assert.equal(status, 0, output);
  assert.deepEqual(page.said, []);
}

/** The bytes of a file, as the page gets them. */
const bytesOf = (page, name) =>
  page.evaluate(
    async (address) => [...new Uint8Array(await (await fetch(address)).arrayBuffer())],
    name,
  );

const update = (page) =>
  page.evaluate(async () => (await navigator.serviceWorker.getRegistration()).update());

/** Whether the browser has given the installation up. */
const noneInstalling = (page) =>
  until(page, async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    return !registration?.installing && !registration?.waiting;
  });

/** As if all that was noted of pages were old: none of those that are closed is spared. */
const ageClients = (page) =>
  page.evaluate(async () => {
    const name = (await caches.keys()).find((one) => one.endsWith('|clients'));
    const cache = await caches.open(name);
    for (const key of await cache.keys()) {
      const entry = await (await cache.match(key)).json();
      await cache.put(key, Response.json({ ...entry, at: 0 }));
    }
  });

suite('e2e/offline', () => {
  test('after one visit everything is there without a server', async () => {
    await withVersions(async (site) => {
      const context = await site.context();
      const page = await site.open(context);
      assert.ok(!site.asked.includes('/service-worker.js'), 'it comes after the prompt');
      assert.equal(await topologyOf(page), 'single');
      await installed(page);
      assert.deepEqual(await versions(page), [await pageVersion(page)]);
      const assets = site.asked.filter((path) => path.startsWith('/assets/'));
      assert.deepEqual(assets.length, new Set(assets).size, 'nothing is fetched twice');

      await site.end();
      await page.reload();
      await ready(page);
      await works(page);
      // Its image is fetched when it is first wanted.
      await works(page, 'chkdsk');
      const embed = await site.open(context, 'embed.html');
      await works(embed);
      const guide = await context.newPage();
      await guide.goto(`${site.url}guide/shell.html`);
      assert.equal(await guide.locator('h1').textContent(), 'The shell');
    });
  });

  test('a page of the guide that was opened first is as good as the site', async () => {
    await withVersions(async (site) => {
      const context = await site.context();
      const guide = await context.newPage();
      await guide.goto(`${site.url}guide/shell.html`);
      await installed(guide);
      assert.deepEqual(await versions(guide), [await pageVersion(guide)]);

      await site.end();
      await guide.reload();
      await guide.getByRole('button', { name: 'Run it' }).first().click();
      await guide.waitForFunction(() => document.querySelector('neptune-os')?.ready);
      assert.equal(await guide.evaluate(() => crossOriginIsolated), true);
      await works(await site.open(context));
    });
  });

  test('a page keeps its version while a newer one is there, and is told of it', async () => {
    await withVersions(async (site) => {
      const context = await site.context();
      const old = await site.open(context);
      await installed(old);
      const one = await pageVersion(old);
      const oldTour = [...readFileSync(join(site.folder, TOUR))];
      const blank = readFileSync(join(site.folder, 'disks/blank.img.gz'));
      const { version: two, files } = await site.change(TOUR, () => blank);
      const fstools = Object.keys(files).find((name) => name.includes('fstools'));
      rmSync(join(site.folder, fstools));
      await old.evaluate(() => (window.marked = true));
      await update(old);
      const line = old.locator('#update');
      await line.waitFor();
      assert.equal(await line.textContent(), 'A new version is ready. Reload');

      const young = await site.open(context);
      assert.equal(await pageVersion(young), two);
      assert.deepEqual(await bytesOf(young, TOUR), [...blank]);
      const session = await context.newCDPSession(young);
      await session.send('ServiceWorker.enable');
      await session.send('ServiceWorker.stopAllWorkers');
      assert.deepEqual(await bytesOf(old, TOUR), oldTour);
      await works(old, 'chkdsk');
      assert.equal(await old.evaluate(() => window.marked), true, 'nobody has reloaded it');
      assert.equal(await old.locator('#update').count(), 1);
      assert.deepEqual((await versions(old)).sort(), [one, two].sort());

      await line.getByRole('button').click();
      await until(old, (version) => document.querySelector(`meta[content="${version}"]`), two);
      await ready(old);
      assert.equal(await old.locator('#update').count(), 0);
      await ageClients(old);
      await openSite(young, site.url);
      await until(old, async () => (await caches.keys()).length === 2);
      assert.deepEqual(await versions(old), [two]);
    });
  });

  test('half an installation is none', async () => {
    await withVersions(async (site) => {
      const broken = join(site.folder, 'embed.html');
      const whole = readFileSync(broken);
      appendFileSync(broken, '<!-- of another version -->');
      const asked = () => site.asked.filter((path) => path === '/embed.html').length;
      const context = await site.context();
      const page = await site.open(context);
      await until(page, () => navigator.serviceWorker.getRegistration());
      await until(page, async () => !(await navigator.serviceWorker.getRegistration()));
      assert.equal(asked(), 2, 'asked for again, past every cache');
      assert.deepEqual(await versions(page), []);
      await works(page);

      // A whole one, and then an update that is none.
      await site.change('embed.html', () => whole);
      await page.reload();
      await ready(page);
      await installed(page);
      const one = await pageVersion(page);
      const before = asked();
      await site.change('embed.html', (html) => `${html}<!-- two -->`);
      appendFileSync(broken, '<!-- of another version -->');
      await update(page).catch(() => undefined);
      while (asked() < before + 2) await page.waitForTimeout(50);
      await noneInstalling(page);
      assert.equal(await page.locator('#update').count(), 0);
      await site.end();
      await page.reload();
      await ready(page);
      assert.equal(await pageVersion(page), one);
      assert.deepEqual(await versions(page), [one]);
      await works(page);
    });
  });

  test('where there is no room nothing is left of it, and the site works', async () => {
    await withVersions(async (site) => {
      const context = await site.context();
      const page = await context.newPage();
      const session = await context.newCDPSession(page);
      const origin = new URL(site.url).origin;
      await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 5_000_000 });
      await openSite(page, site.url);
      await until(page, () => navigator.serviceWorker.getRegistration());
      await until(page, async () => !(await navigator.serviceWorker.getRegistration()));
      assert.ok(site.asked.includes('/service-worker.js'));
      assert.deepEqual(await versions(page), []);
      await works(page);
      await page.reload();
      await ready(page);
      assert.equal(await topologyOf(page), 'single');
      await works(page);
    });
  });
});
