/**
 * Cross-origin isolation on a host that sends no headers: in which pages, from which visit on, and
 * that nothing is reloaded for it but what asks for it.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { CHROME_FLAGS } from '../../scripts/find-browser.mjs';
import { startServer } from '../../scripts/serve.mjs';
import { launchFirefox, noFirefox, serveDist } from '../support/browsers.mjs';
import { installed, topologyOf, until, withVersions } from './offline.mjs';
import {
  exec,
  image,
  killBrowser,
  listen,
  makeFolder,
  openSite,
  ready,
  startBrowser,
  waitForMessage,
} from './site.mjs';

const POLICY = 'document-isolation-policy';
const OPENER = 'cross-origin-opener-policy';
const EMBEDDER = 'cross-origin-embedder-policy';

/** As readers have it: frames have a storage of their own for each site that they are in. */
const PARTITIONED = CHROME_FLAGS.map((flag) => flag.replace(',ThirdPartyStoragePartitioning', ''));

/** Counts how often this page is loaded. */
function countLoads(page) {
  page.loads = 0;
  page.on('framenavigated', (frame) => {
    if (!frame.url().startsWith('about:')) page.loads++;
  });
}

/** A page of another site with this in it. */
async function withHost(body, work) {
  const { folder, remove } = makeFolder();
  writeFileSync(join(folder, 'index.html'), `<!doctype html><title>Host</title>${body}`);
  const host = await startServer({ root: folder });
  try {
    return await work(host.url.replace('localhost', '127.0.0.1'));
  } finally {
    await host.close();
    remove();
  }
}

const frameOf = async (page, address) => {
  const handle = await page.waitForSelector(`iframe[src^="${address}"]`);
  const frame = await handle.contentFrame();
  frame.said = [];
  return frame;
};

suite('e2e/isolation', () => {
  test('a page of its own: from the second visit on, by one header', async () => {
    await withVersions(async (site) => {
      const context = await site.context();
      const page = await context.newPage();
      countLoads(page);
      await openSite(page, site.url);
      assert.equal(await topologyOf(page), 'single');
      await installed(page);
      assert.equal(page.loads, 1, 'nothing is reloaded');
      const response = await page.goto(site.url);
      const headers = response.headers();
      assert.equal(headers[POLICY], 'isolate-and-require-corp');
      assert.equal(headers[OPENER], undefined);
      assert.equal(headers[EMBEDDER], undefined);
      await ready(page);
      assert.equal(await topologyOf(page), 'isolated');
      assert.equal((await exec(page, 'dir')).status, 0);
      const guide = await page.goto(`${site.url}guide/index.html`);
      assert.equal(guide.headers()[POLICY], 'isolate-and-require-corp');
    });
  });

  test('a frame of somebody else’s page: the same, and never a reload', async () => {
    await withVersions(async (site) => {
      const address = `${site.url}embed.html?topology=isolated`;
      const plain = `${site.url}embed.html`;
      const body = `<iframe src="${plain}"></iframe><iframe src="${address}"></iframe>`;
      const visit = async (page, hostUrl) => {
        await page.goto(hostUrl);
        const frame = await frameOf(page, plain);
        await ready(frame);
        return frame;
      };
      await withHost(body, async (hostUrl) => {
        const profile = makeFolder();
        const started = await startBrowser(profile.folder, PARTITIONED);
        try {
          const page = await started.context.newPage();
          countLoads(page);
          const frame = await visit(page, hostUrl);
          assert.equal(await topologyOf(frame), 'single');
          const asking = await frameOf(page, address);
          await asking
            .getByText(/needs a cross-origin isolated page/)
            .waitFor({ state: 'attached' });
          await installed(frame);
          assert.equal(page.loads, 3);
          const again = await visit(page, hostUrl);
          assert.equal(await topologyOf(again), 'isolated');
          assert.equal(await page.evaluate(() => crossOriginIsolated), false);
          assert.equal(page.loads, 6);
        } finally {
          await killBrowser(started);
          profile.remove();
        }

        // A private window gives such a frame no storage, and so no service worker.
        const page = await (await site.context()).newPage();
        for (const time of ['first', 'second']) {
          const frame = await visit(page, hostUrl);
          assert.equal(await topologyOf(frame), 'single', time);
          assert.equal((await exec(frame, 'dir')).status, 0);
        }
      });
    });
  });

  test('where the server sends headers they stay as they are', async () => {
    await withVersions(async (site) => {
      await site.serve({ isolated: true });
      const context = await site.context();
      const page = await site.open(context);
      assert.equal(await topologyOf(page), 'isolated');
      await installed(page);
      const response = await page.goto(site.url);
      assert.ok(response.fromServiceWorker());
      const headers = response.headers();
      assert.equal(headers[POLICY], undefined);
      assert.equal(headers[OPENER], 'same-origin');
      assert.equal(headers[EMBEDDER], 'require-corp');
      await ready(page);
      assert.equal(await topologyOf(page), 'isolated');
    });
  });

  test('?topology=isolated loads its own page once more, before anything is started', async () => {
    await withVersions(async (site) => {
      const context = await site.context();
      const page = await context.newPage();
      countLoads(page);
      listen(page);
      await page.goto(`${site.url}?topology=isolated`);
      await until(page, () => crossOriginIsolated);
      await ready(page);
      assert.equal(await topologyOf(page), 'isolated');
      assert.equal(page.loads, 2);

      // Where it cannot be had, it is not tried for ever.
      const poor = await (await site.context()).newPage();
      countLoads(poor);
      listen(poor);
      writeFileSync(join(site.folder, 'embed.html'), 'broken');
      await poor.goto(`${site.url}?topology=isolated`);
      await poor.getByText(/needs a cross-origin isolated page/).waitFor();
      assert.equal(poor.loads, 1);
    });
  });

  test('an image by address: with CORS it comes, without it is refused in words', async () => {
    await withVersions(async (site) => {
      const { folder, remove } = makeFolder();
      writeFileSync(join(folder, 'far.img'), image({ 'FAR.TXT': 'far' }));
      const open = await startServer({ root: folder });
      const closed = await startServer({
        root: folder,
        headers: { 'Access-Control-Allow-Origin': 'https://example.org' },
      });
      try {
        const context = await site.context();
        await installed(await site.open(context));
        const page = await site.open(context, `?a=${open.url}far.img`);
        assert.equal(await topologyOf(page), 'isolated');
        assert.match((await exec(page, 'dir')).output, /FAR\.TXT/);
        const refused = await site.open(context, `?a=${closed.url}far.img`);
        assert.equal(await topologyOf(refused), 'isolated');
        await waitForMessage(refused, /far\.img|localhost/);
      } finally {
        await open.close();
        await closed.close();
        remove();
      }
    });
  });

  test(
    'Firefox: a page of its own by two headers, a frame never',
    { skip: noFirefox },
    async () => {
      const server = await serveDist();
      const browser = await launchFirefox({ serviceWorkers: true });
      try {
        const first = await browser.newPage();
        await openSite(first, server.url);
        assert.equal(await topologyOf(first), 'single');
        await installed(first);
        const page = await browser.newPage();
        const response = await page.goto(server.url);
        assert.equal(response.headers()[OPENER], 'same-origin');
        assert.equal(response.headers()[EMBEDDER], 'require-corp');
        assert.equal(response.headers()[POLICY], undefined);
        await ready(page);
        assert.equal(await topologyOf(page), 'isolated');
        assert.equal((await exec(page, 'dir')).status, 0);

        const other = await browser.newPage();
        await withHost(`<iframe src="${server.url}embed.html"></iframe>`, async (hostUrl) => {
          for (const visit of ['first', 'second']) {
            await other.goto(hostUrl);
            const frame = await frameOf(other, server.url);
            await ready(frame);
            assert.equal(await topologyOf(frame), 'single', visit);
            if (visit === 'first') await installed(frame);
          }
        });
        await server.close();
        await page.reload();
        await ready(page);
        assert.equal(await topologyOf(page), 'isolated');
        assert.equal((await exec(page, 'dir')).status, 0);
      } finally {
        await browser.close();
        await server.close().catch(() => undefined);
      }
    },
  );
});
