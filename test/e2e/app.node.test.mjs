/** The site as an app: installed, started with a file, and shared with. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { ROOT } from '../../scripts/process.mjs';
import { startServer } from '../../scripts/serve.mjs';
import { installed, until, withVersions } from './offline.mjs';
import {
  driveState,
  exec,
  image,
  kept,
  killBrowser,
  listen,
  makeFolder,
  openSite,
  ready,
  startBrowser,
  waitForMessage,
  withSite,
} from './site.mjs';

const manifest = JSON.parse(readFileSync(join(ROOT, 'dist/manifest.webmanifest'), 'utf8'));

/** Width and height, from a PNG's first chunk. */
function sizeOf(png) {
  const bytes = readFileSync(join(ROOT, 'dist', png));
  return `${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`;
}

suite('e2e/app', () => {
  test('the browser finds nothing against installing it', async () => {
    await withVersions(async (site) => {
      const profile = makeFolder();
      const started = await startBrowser(profile.folder);
      try {
        const page = await started.context.newPage();
        await openSite(page, site.url);
        const session = await started.context.newCDPSession(page);
        const { errors, data } = await session.send('Page.getAppManifest');
        assert.deepEqual(errors, []);
        assert.equal(JSON.parse(data).name, 'Neptune Web');
        const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
        assert.deepEqual(installabilityErrors, []);
      } finally {
        await killBrowser(started);
        profile.remove();
      }
    });
  });

  test('what the manifest names is there', () => {
    for (const { src, sizes, type } of manifest.icons)
      if (type === 'image/png') assert.equal(sizeOf(src), sizes, src);
    const icon = readFileSync(join(ROOT, 'dist/icons/icon.svg'));
    assert.deepEqual(icon, readFileSync(join(ROOT, 'web/site/icon.svg')));
    for (const { url } of manifest.shortcuts) {
      const { pathname, searchParams } = new URL(url, 'http://host/');
      for (const name of [pathname.slice(1) || 'index.html', searchParams.get('a') ?? 'index.html'])
        assert.ok(existsSync(join(ROOT, 'dist', name)), name);
    }
  });

  test('a file that it is opened with goes into A:, and is kept', async () => {
    await withSite(async ({ url, browser }) => {
      const page = await browser.newPage();
      listen(page);
      await page.addInitScript(
        (base64) => {
          const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
          const files = [{ getFile: async () => new File([bytes], 'opened.img') }];
          Object.defineProperty(window, 'launchQueue', {
            value: { setConsumer: (consumer) => consumer({ files }) },
          });
        },
        image({ 'OPENED.TXT': 'opened' }).toString('base64'),
      );
      await openSite(page, url);
      await page.locator('.drive[data-drive="A:"]', { hasText: 'opened.img' }).waitFor();
      await kept(page, 'A:', 'kept');
      assert.match((await exec(page, 'dir')).output, /OPENED\.TXT/);
    });
  });

  test('a file that is shared with it goes into A:, and is not kept by itself', async () => {
    await withVersions(async (site) => {
      const context = await site.context();
      await installed(await site.open(context));
      const { folder, remove } = makeFolder();
      const other = await startServer({ root: folder });
      try {
        const page = await context.newPage();
        listen(page);
        const share = async (...files) => {
          const form =
            `<form method="post" enctype="multipart/form-data" action="${site.url}share">` +
            `<input type="file" name="disk" multiple><button>Share</button></form>`;
          await page.route(other.url, (route) =>
            route.fulfill({ contentType: 'text/html', body: form }),
          );
          await page.goto(other.url);
          await page.locator('input').setInputFiles(files);
          await page.getByRole('button', { name: 'Share' }).click();
          await until(page, (start) => location.href.startsWith(start), site.url);
          await ready(page);
        };
        const buffer = image({ 'SHARED.TXT': 'shared' });
        await share({ name: 'shared.img', mimeType: 'application/octet-stream', buffer });
        await page.locator('.drive[data-drive="A:"]', { hasText: 'shared.img' }).waitFor();
        assert.match((await exec(page, 'dir')).output, /SHARED\.TXT/);
        assert.notEqual(await driveState(page, 'A:'), 'kept');
        assert.equal(new URL(page.url()).search, '');
        // Handed out once.
        await page.reload();
        await ready(page);
        assert.match((await exec(page, 'dir')).output, /README\.TXT/);

        const large = Buffer.alloc(17 * 1024 * 1024);
        await share({ name: 'large.img', mimeType: 'application/octet-stream', buffer: large });
        await waitForMessage(page, /What was shared is too much/);
      } finally {
        await other.close();
        remove();
      }
    });
  });
});
