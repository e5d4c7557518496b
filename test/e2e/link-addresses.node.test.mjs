/**
 * Links whose disks are elsewhere, and what else a link says: addresses that answer as they like,
 * changes of an image at an address, tab, name, settings, and a file to show.
 */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { suite, test } from 'node:test';
import {
  driveState,
  exec,
  exportDisk,
  image,
  insertDisk,
  kept,
  messages,
  openSite,
  READY_MS,
  readText,
  waitForMessage,
  withSite,
  writeText,
} from './site.mjs';

const encode = encodeURIComponent;
const share = (page, options) =>
  page.evaluate((more) => document.querySelector('neptune-os').share(more), options);
const screenHas = (page, text) =>
  page.waitForFunction(
    (wanted) => document.querySelector('neptune-os').screenText().includes(wanted),
    text,
    { timeout: READY_MS },
  );

const NOBODY = {};
const EVERYBODY = {
  'Access-Control-Allow-Origin': '*',
  'Cross-Origin-Resource-Policy': 'cross-origin',
};

/** A server of another origin; `files[path]` is `{ body, headers }`, and may be changed. */
async function withFiles(files, work) {
  const server = createServer(({ url }, response) => {
    const found = files[url];
    if (!found) return response.writeHead(404, EVERYBODY).end();
    response.writeHead(200, found.headers ?? EVERYBODY).end(found.body);
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    return await work(`http://127.0.0.1:${server.address().port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
}

/** Bytes that no packing makes shorter. */
function noise(bytes) {
  let seed = 1;
  return Buffer.alloc(bytes).map(() => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return seed >>> 16;
  });
}

suite('e2e/link addresses', () => {
  test('an experiment that there is not: the site opens, and says so', async () => {
    await withSite(async ({ url, open, browser }) => {
      const context = await browser.newContext();
      for (const name of ['no-such-thing', 'A%20b', '']) {
        const page = await open(`?experiment=${name}`, { context });
        await waitForMessage(page, `There is no experiment "${decodeURIComponent(name)}"`);
        assert.equal(page.url(), `${url}?experiment=${name}`);
        await page.close();
      }
    });
  });

  test('each address that gives no disk is told by its cause, and the system boots', async () => {
    const files = {
      '/shut.img': { body: image(), headers: NOBODY },
      '/page.img': { body: '<!doctype html><title>Not found</title>' },
      '/huge.img': { body: Buffer.alloc(10 << 20) },
      '/odd.img': { body: Buffer.alloc(1_474_561) },
    };
    await withFiles(files, (far) =>
      withSite(async ({ open }) => {
        const host = new URL(far).host;
        const causes = [
          [`${far}/shut.img`, `${host} does not let other sites read its files`],
          [`${far}/none.img`, 'HTTP status 404 (not found)'],
          [`${far}/page.img`, 'No floppy disk has 39 bytes'],
          [`${far}/huge.img`, 'more than a floppy disk holds'],
          [`${far}/odd.img`, 'No floppy disk has 1,474,561 bytes'],
          ['http://127.0.0.1:1/x.img', '127.0.0.1:1 is out of reach'],
        ];
        // Two at a time, one in each drive.
        for (let at = 0; at < causes.length; at += 2) {
          const [[inA, whyA], [inB, whyB]] = causes.slice(at, at + 2);
          const run = encode('del B:*.*');
          const page = await open(`?a=${encode(inA)}&b=${encode(inB)}#run=${run}`);
          await waitForMessage(page, whyA);
          await waitForMessage(page, whyB);
          await waitForMessage(page, 'The commands in this link were left out');
          assert.equal((await exec(page, 'ver')).status, 0, `${inA}, ${inB}`);
          await page.context().close();
        }
      }),
    );
  });

  test('where a page is isolated, both causes are named', async () => {
    await withFiles({ '/shut.img': { body: image(), headers: NOBODY } }, (far) =>
      withSite(
        async ({ open }) => {
          const page = await open(`?b=${encode(`${far}/shut.img`)}`);
          await waitForMessage(page, /out of reach, or does not let other sites/);
        },
        { isolated: true },
      ),
    );
  });

  test('a full disk of an address travels as what was changed, bound to its image', async () => {
    const files = { '/full.img': { body: image({ 'NOISE.BIN': noise(1_300_000) }) } };
    await withFiles(files, (far) =>
      withSite(async ({ open, url }) => {
        const page = await open(`?a=${encode(`${far}/full.img`)}`);
        await writeText(page, 'A:\\NOTE.TXT', 'written on it');
        const link = await share(page);
        assert.ok(link.length < 3_000, `${link.length} characters`);
        assert.ok(link.startsWith(`${url}?a=http`), link.slice(0, 80));
        const sent = await exportDisk(page, 'A:');

        const reader = await open(link.slice(url.length));
        assert.equal(await readText(reader, 'A:\\NOTE.TXT'), 'written on it');
        assert.deepEqual(await exportDisk(reader, 'A:'), sent);
        assert.equal(await driveState(reader, 'A:'), 'unkept');

        const other = Buffer.from(files['/full.img'].body);
        other[1_000_000] ^= 1;
        files['/full.img'].body = other;
        const late = await open(`${link.slice(url.length)}&run=${encode('del NOTE.TXT')}`);
        await waitForMessage(late, 'A: is empty. The image at this address has changed');
        await waitForMessage(late, 'The commands in this link were left out');
        assert.equal((await exec(late, 'ver')).status, 0);
        assert.equal(await driveState(late, 'A:'), 'empty');
      }),
    );
  });

  test('both drives, their names, a tab and the settings travel', async () => {
    await withSite(async ({ open, url }) => {
      const page = await open('?topology=single');
      const [a, b] = [image({ 'A.TXT': 'a' }), image({ 'B.TXT': 'b' }, 720)];
      await insertDisk(page, 'A:', a, {
        persist: false,
        label: 'Letters, 1994',
        writeProtected: true,
      });
      await insertDisk(page, 'B:', b, { persist: false });
      await page.evaluate(() => (document.querySelector('neptune-os').speed = 'real'));
      const link = await share(page, { open: 'B:\\B.TXT' });
      assert.match(link, /&protect-a=1/);
      assert.match(link, /&speed=real&topology=single$/);

      const reader = await open(link.slice(url.length));
      assert.deepEqual(await exportDisk(reader, 'A:'), a);
      assert.deepEqual(await exportDisk(reader, 'B:'), b);
      assert.equal(await driveState(reader, 'A:'), 'protected');
      const { status, output } = await exec(reader, 'echo no> A:\\NEW.TXT');
      assert.notEqual(status, 0, output);
      const found = await reader.evaluate(() => {
        const { speed, topology, drives } = document.querySelector('neptune-os');
        return { speed, topology, label: drives[0].label };
      });
      assert.deepEqual(found, { speed: 'real', topology: 'single', label: 'Letters, 1994' });
      await reader
        .locator('neptune-files')
        .getByText('B.TXT')
        .locator('visible=true')
        .first()
        .waitFor();
    });
  });

  test('a file is shown, and nothing runs', async () => {
    await withSite(async ({ open, url }) => {
      const disk = image({ 'READ ME.TXT': 'shown at the start', 'RUN.CMD': 'echo it ran' });
      const page = await open();
      await insertDisk(page, 'A:', disk, { persist: false });
      const link = await share(page, { open: 'A:\\READ ME.TXT' });
      const reader = await open(link.slice(url.length));
      await reader.locator('neptune-files').getByText('shown at the start').waitFor();
      const framed = await open(`embed.html${link.slice(link.indexOf('#'))}`);
      await screenHas(framed, 'shown at the start');
      const batch = await open(link.slice(url.length).replace(/open=.*/, 'open=RUN.CMD'));
      await batch.locator('neptune-files').getByText('echo it ran').waitFor();
      const screen = await batch.evaluate(() => document.querySelector('neptune-os').screenText());
      assert.doesNotMatch(screen, /^it ran/m);
      assert.deepEqual(await messages(batch), []);
      for (const [path, words] of [
        ['A:\\NONE.TXT', 'is not shown: There is no A:\\NONE.TXT.'],
        ['A:\\NONE\\X.TXT', 'X.TXT is not shown: '],
        ['B:\\X.TXT', 'X.TXT is not shown: '],
      ]) {
        const missing = await open(
          link.slice(url.length).replace(/open=.*/, `open=${encode(path)}`),
        );
        await waitForMessage(missing, words);
        await missing.context().close();
      }
      // Which these are: test/store/overlay.test.ts.
      const bad = await open(`#open=${encode('" & del *.*')}`);
      assert.match((await messages(bad)).join(), /has no proper path, and is not shown/);
    });
  });

  test('commands are shown with the disks that they can touch', async () => {
    await withSite(async ({ open, url, browser }) => {
      const page = await open();
      await insertDisk(page, 'B:', image(), { persist: false, label: 'theirs' });
      const link = await share(page, { drives: ['B:'], run: 'dir B:' });
      const context = await browser.newContext();
      const reader = await open('', { context });
      await insertDisk(reader, 'A:', image(), { label: 'mine' });
      await kept(reader, 'A:', 'kept');
      await reader.goto('about:blank');
      await openSite(reader, url + link.slice(url.length));
      await reader.locator('#offer li').first().waitFor();
      assert.deepEqual(await reader.locator('#offer li').allTextContents(), [
        'A: mine, your own: what the commands change is kept',
        'B: theirs, of this link: what the commands change lasts as long as this page',
      ]);
      assert.equal(await reader.locator('#offer li.own').count(), 1);
    });
  });

  test('"Keep" says that the disk is kept', async () => {
    await withSite(async ({ open, url }) => {
      const page = await open();
      await insertDisk(page, 'A:', image({ 'X.TXT': 'x' }), { persist: false, label: 'theirs' });
      const reader = await open((await share(page)).slice(url.length));
      await reader.getByRole('button', { name: 'Keep: drive A:' }).click();
      await waitForMessage(reader, 'theirs is kept in this browser now.');
      await reader.waitForFunction(() => location.hash === '');
    });
  });

  test('a setting that this page cannot have is no reason not to boot', async () => {
    await withSite(async ({ open }) => {
      const page = await open('#topology=isolated&speed=warp');
      assert.equal(
        await page.evaluate(() => document.querySelector('neptune-os').topology),
        'single',
      );
      assert.match((await messages(page)).join(), /There is no speed "warp"/);
    });
  });
});
