/**
 * The component in pages of others, in a real browser: several of them, none of them yet, from
 * another origin, without storage, without its module, beside somebody who types.
 */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { chromium } from 'playwright-core';
import { CHROME_FLAGS, findChrome } from '../../scripts/find-browser.mjs';
import { startServer } from '../../scripts/serve.mjs';
import { violations } from './axe.mjs';
import { image, listen, makeFolder, READY_MS, ready, withSite } from './site.mjs';

const { folder, remove } = makeFolder();
after(remove);

/** A page of another origin than the component's, with its module and this body; `work(page)`. */
async function withHost(browser, site, body, work, { isolated = false, headers = {} } = {}) {
  writeFileSync(
    join(folder, 'index.html'),
    `<!doctype html><html lang="en"><title>Host</title><link rel="icon" href="data:,">
    <main><h1>Host</h1>${body}</main>
    <script type="module" src="${site}neptune-os.js"></script></html>`,
  );
  const host = await startServer({ root: folder, isolated, headers });
  const page = await browser.newPage();
  page.setDefaultTimeout(READY_MS);
  listen(page);
  page.asked = [];
  page.on('request', (request) => page.asked.push(new URL(request.url()).pathname));
  try {
    await page.goto(host.url.replace('localhost', '127.0.0.1'));
    await work(page);
  } finally {
    await page.close();
    await host.close();
  }
}

const isReady = (page, id) => page.evaluate((name) => document.getElementById(name).ready, id);

const run = (page, id, line) =>
  page.evaluate(([name, text]) => document.getElementById(name).exec(text), [id, line]);

const screen = (page, id) =>
  page.evaluate((name) => document.getElementById(name).screenText(), id);

async function workers(page, count) {
  const end = Date.now() + READY_MS;
  while (page.workers().length !== count && Date.now() < end) await page.waitForTimeout(50);
  assert.equal(page.workers().length, count);
}

const THREE = ['one', 'two', 'three'];

suite('e2e/component', () => {
  test('of an element that was removed nothing is left: no worker, no lock, no memory', async () => {
    await withSite(({ url, browser }) =>
      withHost(browser, url, '', async (page) => {
        await page.evaluate(async (disk) => {
          await customElements.whenDefined('neptune-os');
          globalThis.removed = [];
          for (let i = 0; i < 3; i++) {
            const os = document.createElement('neptune-os');
            for (const [name, value] of Object.entries({ persist: 'freed', 'disk-a': disk }))
              os.setAttribute(name, value);
            document.body.append(os);
            void os.boot();
            await os.ready;
            // The disk may still be the one's before: it lets it go when all is written.
            const write = () => os.writeFile('A:\\X.TXT', `number ${i}`);
            const isWritten = () =>
              write()
                .then(() => true)
                .catch(() => false);
            while (!(await isWritten())) await new Promise((done) => setTimeout(done, 50));
            os.remove();
            globalThis.removed.push(new WeakRef(os));
          }
        }, `${url}disks/blank.img.gz`);
        await workers(page, 0);
        const left = async () => {
          await page.requestGC();
          return page.evaluate(async () => {
            const { held, pending } = await navigator.locks.query();
            const alive = globalThis.removed.filter((os) => os.deref());
            return alive.length + held.length + pending.length;
          });
        };
        for (const end = Date.now() + READY_MS; (await left()) > 0; await page.waitForTimeout(200))
          assert.ok(Date.now() < end, `${await left()} are left`);
      }),
    );
  });

  test('three on a page: each has its own disk, keys, events and workers', async () => {
    for (const name of THREE)
      writeFileSync(
        join(folder, `${name}.img`),
        image({ [`${name}.TXT`.toUpperCase()]: name }, 720),
      );
    const body = THREE.map(
      (name) =>
        `<section><neptune-os id="${name}" disk-a="${name}.img" controls></neptune-os></section>`,
    ).join('');
    await withSite(({ url, browser }) =>
      withHost(browser, url, body, async (page) => {
        await page.evaluate(() => {
          globalThis.heard = [];
          document.addEventListener('neptune-command', ({ target, detail }) =>
            globalThis.heard.push(`${target.id} ${detail.line} ${detail.status}`),
          );
          for (const one of document.querySelectorAll('neptune-os')) void one.boot();
        });
        for (const name of THREE) {
          await isReady(page, name);
          const { output } = await run(page, name, 'dir /b');
          assert.deepEqual(output.trim().split(/\s+/), [`${name}.TXT`.toUpperCase()]);
        }
        await workers(page, 3);

        // Keys go where the focus is, and nowhere else.
        await page.evaluate(() => document.getElementById('two').focus());
        await page.keyboard.type('echo hello');
        await page.keyboard.press('Enter');
        await page.waitForFunction(() =>
          /^hello$/m.test(document.getElementById('two').screenText()),
        );
        for (const name of ['one', 'three']) assert.doesNotMatch(await screen(page, name), /hello/);
        await page.waitForFunction(() => globalThis.heard.length === 4);
        const heard = await page.evaluate(() => globalThis.heard);
        assert.deepEqual(heard, [...THREE.map((name) => `${name} dir /b 0`), 'two echo hello 0']);
        assert.deepEqual(await violations(page), []);

        // One is moved, in both ways that there are, and one goes: the others run on.
        await run(page, 'one', 'md KEPT');
        await page.evaluate(() => {
          const [one, two, three] = document.querySelectorAll('neptune-os');
          two.remove();
          document.body.append(one);
          document.body.moveBefore?.(three, one);
        });
        await workers(page, 2);
        assert.match((await run(page, 'one', 'dir /b')).output, /KEPT/);
        assert.match((await run(page, 'three', 'dir /b')).output, /THREE\.TXT/);
        await page.evaluate(() =>
          document.querySelectorAll('neptune-os').forEach((one) => one.remove()),
        );
        await workers(page, 0);
        assert.deepEqual(page.said, []);
      }),
    );
  });

  test('ten that wait cost a module and nothing else; one that is asked begins alone', async () => {
    const body = Array.from(
      { length: 10 },
      (_, index) => `<neptune-os id="m${index}" boot="manual" disk-a="x.img" controls
        style="block-size: 12rem"><p slot="poster">Example ${index}</p></neptune-os>`,
    ).join('');
    await withSite(({ url, browser }) =>
      withHost(browser, url, body, async (page) => {
        writeFileSync(join(folder, 'x.img'), image({}, 720));
        await page.locator('neptune-os:state(waiting)').nth(9).waitFor();
        assert.equal(await page.getByRole('button', { name: 'Start' }).count(), 10);
        assert.equal(await page.getByText('Example 9').isVisible(), true);
        await page.locator('#m9').scrollIntoViewIfNeeded();
        assert.deepEqual(await violations(page), []);
        assert.deepEqual(page.asked, ['/', '/neptune-os.js']);
        assert.equal(page.workers().length, 0);
        assert.equal(await page.evaluate(() => document.querySelectorAll('iframe').length), 0);

        await page.getByRole('button', { name: 'Start' }).nth(3).click();
        await isReady(page, 'm3');
        assert.equal(await page.evaluate(() => document.activeElement.id), 'm3');
        await workers(page, 1);
        await run(page, 'm7', 'ver');
        await workers(page, 2);
        assert.equal(await page.locator('neptune-os:state(waiting)').count(), 8);
      }),
    );
  });

  test('from another origin to an isolated page: a worker for each process', async () => {
    const id = 'os';
    const body = `<neptune-os id="${id}" controls></neptune-os>`;
    await withSite(
      ({ url, browser }) =>
        withHost(
          browser,
          url,
          body,
          async (page) => {
            await isReady(page, id);
            assert.equal(await page.locator(`#${id}`).getAttribute('topology'), 'isolated');
            assert.ok(page.workers().length > 3, `${page.workers().length} workers`);
            assert.equal((await run(page, id, 'ver')).status, 0);
            await page.evaluate((name) => document.getElementById(name).remove(), id);
            await workers(page, 0);
            assert.deepEqual(page.said, []);
          },
          { isolated: true },
        ),
      { isolated: true },
    );
  });

  test('without its module a page shows what is inside the tag', async () => {
    const body = `<neptune-os disk-a="x.img">
      <p>The example needs <a href="x.img">its disk</a> and an emulator.</p></neptune-os>`;
    await withSite(async ({ url, browser }) => {
      const headers = { 'Content-Security-Policy': "script-src 'none'" };
      for (const [site, how] of [
        [`${url}gone/`, {}],
        [url, { headers }],
      ])
        await withHost(
          browser,
          site,
          body,
          async (page) => assert.ok(await page.getByRole('link', { name: 'its disk' }).isVisible()),
          how,
        );
    });
  });

  test('embed.html leaves the focus, and the place on the page, to whoever frames it', async () => {
    await withSite(({ url, browser }) => {
      const body = `<input aria-label="Name"><p style="block-size: 150vh"></p>
        <iframe src="${url}embed.html" title="A machine" width="600" height="400"></iframe>`;
      return withHost(browser, url, body, async (page) => {
        await page.getByLabel('Name').focus();
        const frame = page.frames()[1];
        frame.said = [];
        // Nobody sees it, and so it would wait.
        await frame.evaluate(async () => {
          await customElements.whenDefined('neptune-os');
          void document.querySelector('neptune-os').boot();
        });
        await ready(frame);
        await page.keyboard.type('Ada');
        assert.equal(await page.getByLabel('Name').inputValue(), 'Ada');
        assert.equal(await page.evaluate(() => scrollY), 0);
      });
    });
  });

  test('where the browser lets no page keep anything, it works, and says so once', async () => {
    const profile = join(folder, 'profile');
    mkdirSync(join(profile, 'Default'), { recursive: true });
    // As the setting "Block all cookies and site data" has it.
    const preferences = { profile: { default_content_setting_values: { cookies: 2 } } };
    writeFileSync(join(profile, 'Default/Preferences'), JSON.stringify(preferences));
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: findChrome(),
      args: CHROME_FLAGS,
    });
    try {
      await withSite(async ({ url }) => {
        const own = '<neptune-os id="own" persist="mine" controls></neptune-os>';
        const framed = `<iframe src="${url}embed.html" title="A machine" width="900" height="600"></iframe>`;
        await withHost(context, url, own + framed, async (page) => {
          const denied = await page.evaluate(() => {
            try {
              return localStorage.length;
            } catch (error) {
              return error.name;
            }
          });
          assert.equal(denied, 'SecurityError');
          const frame = page.frames()[1];
          frame.said = [];
          await page.evaluate(() => {
            globalThis.errors = [];
            document.addEventListener('neptune-error', ({ detail }) =>
              globalThis.errors.push(detail.message),
            );
          });
          await frame.locator('neptune-os').scrollIntoViewIfNeeded();
          for (const place of [page, frame]) {
            await place.evaluate(() => void document.querySelector('neptune-os').boot());
            if (place === frame) await ready(frame);
            else await isReady(page, 'own');
            const told = 'Changes are not kept: this browser gives the page no storage.';
            await place.getByText(told).first().waitFor({ state: 'attached' });
            const status = await place.evaluate(async () => {
              const os = document.querySelector('neptune-os');
              await os.insertDisk('B:', new Uint8Array(1_474_560));
              await os.exec('format B: /y');
              await os.writeFile('B:\\NEW.TXT', 'new');
              return (await os.exec('type B:\\NEW.TXT')).output;
            });
            assert.match(status, /^new/);
          }
          assert.deepEqual(await page.evaluate(() => globalThis.errors), []);
        });
      });
    } finally {
      await context.close();
    }
  });
});
