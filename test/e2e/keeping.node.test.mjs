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
  const { status, output } = await exec(page, `sync ${name.slice(0, 2)}`);
  assert.equal(status, 0, output);
}

async function run(page, line) {
  const { status, output } = await exec(page, line);
  assert.equal(status, 0, output);
  return output;
}

suite('e2e/keeping', () => {
  for (const topology of ['single', 'isolated']) {
    test(`${topology}: a synced file is there after a reload, on the tour and on one’s own disk`, async () => {
      await withSite(
        async ({ open }) => {
          const page = await open();
          await writeAndSync(page, 'A:\\KEPT.TXT', 'on the tour');
          await run(page, 'reg add HKCU\\Kept /v x /d kept');
          await run(page, 'reg flush HKCU');
          await page.reload();
          await ready(page);
          assert.equal(await readText(page, 'A:\\KEPT.TXT'), 'on the tour');
          assert.match(await run(page, 'reg query HKCU\\Kept'), /REG_SZ {4}kept/);

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
      await run(page, 'reg add HKLM\\Software\\Crash /v x /t REG_DWORD /d 7');
      await run(page, 'reg flush HKLM\\Software');
      await killBrowser(started);

      started = await startBrowser(folder);
      const again = await started.context.newPage();
      await openSite(again, server.url);
      assert.equal(await readText(again, 'A:\\CRASH.TXT'), 'before the crash');
      assert.match(await run(again, 'reg query HKLM\\Software\\Crash'), /REG_DWORD {4}0x7/);
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
      await run(first, 'reg add HKCU\\Tabs /v first /d x');
      await run(first, 'reg flush HKCU');
      const second = await open('', { context });
      assert.match(await run(second, 'reg query HKCU\\Tabs'), /first/, 'it has a copy');
      await run(second, 'reg add HKCU\\Tabs /v second /d y');
      const flushed = await exec(second, 'reg flush HKCU');
      assert.match(flushed.output, /STATUS_SHARING_VIOLATION/);
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

  test('a full browser: said, downloaded, ejected, put in again, and kept once there is room', async () => {
    await withSite(async ({ open }) => {
      const page = await open();
      const text = 'full '.repeat(40_000);
      await insertDisk(page, 'B:', image({ 'OLD.TXT': 'old' }), { label: 'mine' });
      await kept(page, 'B:', 'kept');
      await setFull(page, true);
      await writeText(page, 'B:\\FULL.TXT', text);
      const { status, output } = await exec(page, 'sync B:');
      assert.equal(status >>> 0, 0xc0000802, output);
      assert.match(output, /written, but this browser's storage is full/);
      await kept(page, 'B:', 'unkept');
      const row = page.locator('.drive[data-drive="B:"] .badge');
      assert.match(await row.innerText(), /not kept: this browser's storage is full/);
      const out = await exportDisk(page, 'B:');
      assert.ok(out.includes('full full full'), 'the download has it');
      await waitForMessage(page, /image of B: is whole, but the disk is not kept/);

      await page.getByRole('button', { name: 'Eject: drive B:' }).click();
      await page.locator('#eject [data-do=eject]').click();
      await kept(page, 'B:', 'empty');
      await waitForMessage(page, /mine is out of its drive and not kept/);
      await page.getByRole('button', { name: 'Insert: drive B:' }).click();
      await page.locator('.loose li').getByRole('button', { name: 'Insert' }).click();
      await kept(page, 'B:', 'unkept');
      assert.equal(await readText(page, 'B:\\FULL.TXT'), text);

      await setFull(page, false);
      const again = await exec(page, 'sync B:');
      assert.equal(again.status, 0, again.output);
      await kept(page, 'B:', 'kept');
      await page.reload();
      await ready(page);
      assert.equal(await readText(page, 'B:\\FULL.TXT'), text);
    });
  });

  test('store full: shutdown, insert over it, reload of nothing: the file is there in the end', async () => {
    await withSite(async ({ open }) => {
      const page = await open();
      await insertDisk(page, 'B:', image({ 'OLD.TXT': 'old' }), { label: 'mine' });
      await kept(page, 'B:', 'kept');
      await setFull(page, true);
      await writeText(page, 'B:\\SAVED.TXT', 'saved '.repeat(20_000));
      await page.evaluate(() => document.querySelector('neptune-os').shutdown());
      await waitForMessage(page, /storage is full/);
      await insertDisk(page, 'B:', image({ 'TWO.TXT': 'two' }), { label: 'two', persist: false });
      await waitForMessage(page, /mine is out of its drive and not kept/);
      await setFull(page, false);
      await waitForMessage(page, /mine is kept now/);
      await page.evaluate(() => document.querySelector('neptune-os').boot());
      await page.getByRole('button', { name: 'Insert: drive B:' }).click();
      const row = page.locator('.kept li', { hasText: 'mine' });
      await row.getByRole('button', { name: 'Insert' }).click();
      await kept(page, 'B:', 'kept');
      assert.match(await readText(page, 'B:\\SAVED.TXT'), /^saved saved/);
    });
  });

  test('a damaged kept disk: what is hit is named, the rest is used and can be saved', async () => {
    await withSite(async ({ open }) => {
      const page = await open();
      const bad = 'bad!'.repeat(3000);
      const disk = image({ 'GOOD.TXT': 'good', 'BAD.TXT': bad });
      await insertDisk(page, 'B:', disk, { label: 'hurt' });
      await kept(page, 'B:', 'kept');
      await flipByte(page, disk.indexOf('bad!bad!') + 4096);
      await page.reload();
      await ready(page);
      await waitForMessage(page, /hurt is damaged: 1 sector of it cannot be read \(track/);
      await waitForMessage(page, /Hit: BAD\.TXT\./);
      assert.equal(await readText(page, 'B:\\GOOD.TXT'), 'good');
      const { output } = await exec(page, 'copy B:\\BAD.TXT B:\\COPY.TXT');
      assert.match(output, /STATUS_CRC_ERROR/);
      const button = page.getByRole('button', { name: 'Save what is left: drive B:' });
      const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
      assert.equal(download.suggestedFilename(), 'hurt.img');
      await writeText(page, 'B:\\BAD.TXT', bad);
      await writeAndSync(page, 'B:\\NEW.TXT', 'new');
      await page.reload();
      await ready(page);
      assert.equal(await readText(page, 'B:\\NEW.TXT'), 'new');
    });
  });

  test('a running tab whose store is spoilt: the next sync is honest', async () => {
    await withSite(async ({ open }) => {
      const page = await open();
      const disk = image({ 'OLD.TXT': 'old '.repeat(3000) });
      await insertDisk(page, 'B:', disk, { label: 'mine' });
      await kept(page, 'B:', 'kept');
      for (const spoil of [
        () => flipByte(page, disk.indexOf('old old')),
        () => editStore(page, { kind: 'head', fields: { size: 737280 } }),
        () => page.evaluate(() => void indexedDB.deleteDatabase('neptune-disks')),
      ]) {
        await spoil();
        await writeAndSync(page, 'B:\\NEXT.TXT', String(spoil));
        await page.reload();
        await ready(page);
        assert.equal(await readText(page, 'B:\\NEXT.TXT'), String(spoil));
        assert.match(await readText(page, 'B:\\OLD.TXT'), /^old old/);
      }
    });
  });
});

/**
 * The browser's storage takes nothing more, or again what it had room for. The browser remembers
 * for a while how much room there was, so a smaller quota would not be noticed: the page's database
 * says it.
 */
async function setFull(page, full) {
  await page.evaluate((isFull) => {
    const { prototype } = IDBObjectStore;
    globalThis.realPut ??= prototype.put;
    prototype.put = isFull
      ? () => {
          throw new DOMException('no room', 'QuotaExceededError');
        }
      : globalThis.realPut;
  }, full);
}

/**
 * Changes entries in the page's database, behind its back: fields of the heads, or one bit of a
 * byte of all chunks of a number.
 */
async function editStore(page, edit) {
  await page.evaluate(async ({ kind, fields, number, flip }) => {
    const done = (request) =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const database = await done(indexedDB.open('neptune-disks'));
    const store = database.transaction('entries', 'readwrite').objectStore('entries');
    for (const key of await done(store.getAllKeys())) {
      if (key[0] !== kind || (number !== undefined && key[3] !== number)) continue;
      const value = await done(store.get(key));
      if (flip !== undefined) value[flip] ^= 1;
      else Object.assign(value, fields);
      await done(store.put(value, key));
    }
    database.close();
  }, edit);
}

/** One bit of the byte at this place of every kept disk. */
async function flipByte(page, offset) {
  const number = Math.floor(offset / 16384);
  await editStore(page, { kind: 'chunk', number, flip: offset % 16384 });
}
