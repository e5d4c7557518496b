/**
 * `<neptune-files>` as it is built, beside a machine in a page: a folder of the computer goes onto
 * a disk, and comes back as a zip; what axe and narrow screens say of its views. Pictures:
 * shots.mjs.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { unzipSync } from 'fflate';
import { findProgram } from '../../scripts/find-browser.mjs';
import { violations } from './axe.mjs';
import { inAllLooks } from './layout.mjs';
import { shoot } from './shots.mjs';
import { exportDisk, image, insertDisk, listen, makeFolder, ready, withSite } from './site.mjs';

const PAGE = `<!doctype html>
<html lang="en">
  <meta name="viewport" content="width=device-width" />
  <title>Files</title>
  <style>
    :root { color-scheme: light dark; }
    body { margin: 0; }
    h1 { position: absolute; clip-path: inset(50%); }
    neptune-files { block-size: 100vh; }
    neptune-os { position: absolute; inset-inline-start: -9999px; inline-size: 600px; }
  </style>
  <script type="module" src="neptune-os.js"></script>
  <script type="module" src="neptune-files.js"></script>
  <main>
    <h1>Files</h1>
    <neptune-files for="machine"></neptune-files>
    <neptune-os id="machine"></neptune-os>
  </main>
</html>`;

const FILES = {
  'README.TXT': 'Read me.\r\n',
  'A long name of a letter.doc': 'x'.repeat(12_000),
  'PROG.EXE': Buffer.alloc(40_000, 7),
  'HIDDEN.SYS': 'h',
};

/** The page with a disk in A:, its list shown. */
async function openFiles(browser, url, options = {}) {
  const page = await (await browser.newContext(options)).newPage();
  listen(page);
  const address = `${url}files.html`;
  await page.route(address, (route) => route.fulfill({ contentType: 'text/html', body: PAGE }));
  await page.goto(address);
  // It is out of sight, where it would not begin.
  await page.evaluate(async () => {
    await customElements.whenDefined('neptune-os');
    void document.querySelector('neptune-os').boot();
  });
  await ready(page);
  await insertDisk(page, 'A:', image(FILES), { label: 'box.img' });
  await page.getByRole('rowheader', { name: 'README.TXT' }).waitFor();
  return page;
}

function mtools(tool, args, bytes) {
  const { folder, remove } = makeFolder();
  try {
    const disk = join(folder, 'disk.img');
    writeFileSync(disk, bytes);
    const env = { ...process.env, MTOOLSRC: '/dev/null', TZ: 'UTC' };
    const run = spawnSync(findProgram([tool]), ['-i', disk, ...args], { env, timeout: 20_000 });
    assert.equal(run.status, 0, String(run.stderr));
    return run.stdout;
  } finally {
    remove();
  }
}

suite('e2e/files', () => {
  test('a folder of the computer goes onto the disk, and out as a zip', async () => {
    const { folder, remove } = makeFolder();
    try {
      const top = join(folder, 'My old letters');
      mkdirSync(join(top, 'deeper'), { recursive: true });
      writeFileSync(join(top, 'To the editor of a paper.text'), 'Dear Sir,\n');
      writeFileSync(join(top, 'deeper', 'b.bin'), Buffer.alloc(70_000, 3));
      const time = new Date('1993-04-05T06:07:08Z');
      utimesSync(join(top, 'To the editor of a paper.text'), time, time);
      await withSite(async ({ url, browser }) => {
        const page = await openFiles(browser, url, { timezoneId: 'UTC' });
        await page.locator('#choose-folder').setInputFiles(top);
        await page.getByRole('rowheader', { name: 'My old letters' }).waitFor();
        const disk = await exportDisk(page, 'A:');
        const listing = String(mtools('mdir', ['::My old letters'], disk));
        assert.match(listing, /TOTHEE~1 TEX +10 1993-04-05 +6:07 +To the editor of a paper\.text/);
        const inside = mtools('mtype', ['::My old letters/deeper/b.bin'], disk);
        assert.deepEqual(inside, Buffer.alloc(70_000, 3));

        await page.getByRole('rowheader', { name: 'My old letters' }).click();
        const coming = page.waitForEvent('download');
        await page.keyboard.press('Control+S');
        const download = await coming;
        assert.equal(download.suggestedFilename(), 'My old letters.zip');
        const zip = unzipSync(readFileSync(await download.path()));
        assert.deepEqual(Object.keys(zip).sort(), [
          'My old letters/',
          'My old letters/To the editor of a paper.text',
          'My old letters/deeper/',
          'My old letters/deeper/b.bin',
        ]);
        assert.equal(
          String(Buffer.from(zip['My old letters/To the editor of a paper.text'])),
          'Dear Sir,\n',
        );
        assert.deepEqual(page.said, []);
      });
    } finally {
      remove();
    }
  });

  for (const width of [1280, 800, 390])
    test(`${width} wide, in all looks: nothing is cut off, and axe is content with every view`, async () => {
      const phone = width < 500 ? { hasTouch: true, isMobile: true } : {};
      const options = { viewport: { width, height: 800 }, reducedMotion: 'reduce', ...phone };
      await withSite(async ({ url, browser }) => {
        const page = await openFiles(browser, url, options);
        const look = (name) =>
          inAllLooks(page, async (as) => {
            await shoot(page, `files-${name}-${width}-${as}`);
            if (as !== 'large') assert.deepEqual(await violations(page, as), [], `${name}, ${as}`);
            const over = await page.evaluate(
              () => document.documentElement.scrollWidth - window.innerWidth,
            );
            assert.ok(over <= 0, `${name}, ${as}: wider than its window`);
          });
        await page.getByRole('checkbox', { name: 'Choose PROG.EXE' }).click();
        await look('list');
        await page.getByRole('button', { name: 'Actions for PROG.EXE' }).click();
        await page.getByRole('menu').waitFor();
        await look('menu');
        await page.getByRole('menuitem', { name: 'Delete' }).click();
        await page.getByRole('dialog').waitFor();
        await look('dialog');
        await page.keyboard.press('Escape');
        for (const name of ['PROG.EXE', 'README.TXT']) {
          await page.evaluate(
            (path) => document.querySelector('neptune-files').open(path),
            `A:\\${name}`,
          );
          await page.getByRole('heading', { name }).waitFor();
          await look(name);
        }
      });
    });

  test('a finger opens by a tap, and what it can press is large enough', async () => {
    const options = { viewport: { width: 390, height: 800 }, hasTouch: true, isMobile: true };
    await withSite(async ({ url, browser }) => {
      const page = await openFiles(browser, url, options);
      const small = await page.evaluate(() => {
        const root = document.querySelector('neptune-files').shadowRoot;
        const pressed = [...root.querySelectorAll('#bar button, .row button, .row .check')];
        return pressed
          .filter((one) => one.getClientRects().length > 0)
          .map((one) => [
            one.getAttribute('aria-label') ?? one.textContent.trim(),
            one.getBoundingClientRect(),
          ])
          .filter(([, { width, height }]) => width < 43.5 || height < 43.5)
          .map(([name, { width, height }]) => `${name}: ${width} x ${height}`);
      });
      assert.deepEqual(small, []);
      await page.getByRole('rowheader', { name: 'README.TXT' }).tap();
      await page.getByText('Read me.').waitFor();
      await page.getByRole('button', { name: '‹ Files' }).tap();
      await page.getByRole('rowheader', { name: 'README.TXT' }).waitFor();
    });
  });

  test('it needs nothing that a strict policy refuses', async () => {
    await withSite(async ({ url, browser }) => {
      const page = await (await browser.newContext()).newPage();
      listen(page);
      const address = `${url}files.html`;
      const policy =
        "default-src 'none'; script-src 'self' blob: 'wasm-unsafe-eval'; worker-src blob:; connect-src 'self'; style-src 'self'";
      const body = PAGE.replace(/<style>[^]*?<\/style>/, '');
      const headers = { 'content-security-policy': policy };
      await page.route(address, (route) =>
        route.fulfill({ contentType: 'text/html', body, headers }),
      );
      await page.goto(address);
      await ready(page);
      await insertDisk(page, 'A:', image(FILES));
      await page.evaluate(() => document.querySelector('neptune-files').open('A:\\PROG.EXE'));
      await page.getByText('000010').waitFor();
      assert.deepEqual(
        page.said.filter((line) => !line.includes('favicon')),
        [],
      );
    });
  });
});
