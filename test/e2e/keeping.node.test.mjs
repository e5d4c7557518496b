/** What was written is there again: after a reload, after a crash, and never under two writers. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { serveDist } from '../support/browsers.mjs';
import {
  driveState,
  exec,
  exportDisk,
  image,
  insertDisk,
  kept,
  killBrowser,
  makeFolder,
  openSite,
  readText,
  ready,
  startBrowser,
  waitForMessage,
  withSite,
  writeText,
} from './site.mjs';

async function writeAndSync(page, name, text) {
  await writeText(page, name, text);
  const { status, output } = await exec(page, 'sync A:');
  assert.equal(status, 0, output);
}

suite('e2e/keeping', () => {
  for (const topology of ['single', 'isolated']) {
    test(`${topology}: a synced file is there after a reload, on the tour and on one’s own disk`, async () => {
      await withSite(
        async ({ open }) => {
          const page = await open();
          await writeAndSync(page, 'A:\\KEPT.TXT', 'on the tour');
          await page.reload();
          await ready(page);
          assert.equal(await readText(page, 'A:\\KEPT.TXT'), 'on the tour');

          await insertDisk(page, 'A:', image({ 'OWN.TXT': 'own' }), { label: 'own disk' });
          await kept(page, 'A:', 'kept');
          await writeAndSync(page, 'A:\\MORE.TXT', 'more');
          await page.reload();
          await ready(page);
          assert.equal(await readText(page, 'A:\\OWN.TXT'), 'own');
          assert.equal(await readText(page, 'A:\\MORE.TXT'), 'more');
          assert.match(await page.locator('.drive[data-drive="A:"]').innerText(), /own disk/);
        },
        { isolated: topology === 'isolated' },
      );
    });
  }

  test('a file that was synced is there after the browser was killed', async () => {
    const { folder, remove } = makeFolder();
    const server = await serveDist();
    let started;
    try {
      started = await startBrowser(folder);
      const page = await started.context.newPage();
      await openSite(page, server.url);
      await writeAndSync(page, 'A:\\CRASH.TXT', 'before the crash');
      await killBrowser(started);

      started = await startBrowser(folder);
      const again = await started.context.newPage();
      await openSite(again, server.url);
      assert.equal(await readText(again, 'A:\\CRASH.TXT'), 'before the crash');
    } finally {
      if (started) await killBrowser(started);
      await server.close();
      remove();
    }
  });

  test('a second tab is write-protected, says so, and is set free when the first goes', async () => {
    await withSite(async ({ browser, open }) => {
      const context = await browser.newContext();
      const first = await open('', { context });
      await writeAndSync(first, 'A:\\FIRST.TXT', 'one');
      const second = await open('', { context });
      assert.equal(await driveState(second, 'A:'), 'protected');
      await waitForMessage(second, /write-protected here: another tab/);
      assert.equal(await readText(second, 'A:\\FIRST.TXT'), 'one');
      const refused = await exec(second, 'copy A:\\FIRST.TXT A:\\SECOND.TXT');
      assert.notEqual(refused.status, 0);
      assert.match(refused.output, /STATUS_MEDIA_WRITE_PROTECTED/);

      await writeAndSync(first, 'A:\\LATER.TXT', 'two');
      await first.close();
      await kept(second, 'A:', 'kept');
      assert.equal(await readText(second, 'A:\\LATER.TXT'), 'two', 'it was read again');
      await writeAndSync(second, 'A:\\SECOND.TXT', 'three');
    });
  });

  test('an ejected disk stays kept, and can be put in again', async () => {
    await withSite(async ({ open }) => {
      const page = await open();
      await insertDisk(page, 'B:', image({ 'B.TXT': 'b' }), { label: 'second' });
      await kept(page, 'B:', 'kept');
      await page.getByRole('button', { name: 'Eject: drive B:' }).click();
      await kept(page, 'B:', 'empty');
      await page.reload();
      await ready(page);
      assert.equal(await driveState(page, 'B:'), 'empty');
      await page.getByRole('button', { name: 'Insert: drive B:' }).click();
      const row = page.locator('.kept li', { hasText: 'second' });
      await row.getByRole('button', { name: 'Insert' }).click();
      await kept(page, 'B:', 'kept');
      assert.equal(await readText(page, 'B:\\B.TXT'), 'b');
    });
  });

  test('shutdown and boot, and reset, leave the disks in their drives', async () => {
    await withSite(async ({ open }) => {
      const page = await open();
      await writeText(page, 'A:\\DOWN.TXT', 'flushed by shutdown');
      await page.evaluate(async () => {
        const machine = document.querySelector('neptune-os');
        await machine.shutdown();
        await machine.boot();
      });
      assert.equal(await readText(page, 'A:\\DOWN.TXT'), 'flushed by shutdown');
      await exec(page, 'sync');
      await page.evaluate(() => document.querySelector('neptune-os').reset());
      assert.equal(await readText(page, 'A:\\DOWN.TXT'), 'flushed by shutdown');
      const before = await exportDisk(page, 'A:');
      const out = await page.evaluate(async () => {
        const blob = await document.querySelector('neptune-os').ejectDisk('A:');
        return [...new Uint8Array(await blob.arrayBuffer())].length;
      });
      assert.equal(out, before.length);
    });
  });
});
