/** What the browser takes away, or the reader does in the middle of it: never a disk in pieces. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { findProgram } from '../../scripts/find-browser.mjs';
import {
  exec,
  exportDisk,
  image,
  insertDisk,
  kept,
  makeFolder,
  readText,
  ready,
  waitForMessage,
  withSite,
  writeText,
} from './site.mjs';

/** What fsck.fat says of it. */
function judged(bytes) {
  const { folder, remove } = makeFolder();
  try {
    const disk = join(folder, 'disk.img');
    writeFileSync(disk, bytes);
    const { status, stdout } = spawnSync(findProgram(['fsck.fat']), ['-n', disk]);
    return status === 0 ? 'sound' : String(stdout);
  } finally {
    remove();
  }
}

suite('e2e/storage', () => {
  test('reload in the middle of a write: the disk is sound, what was synced is whole', async () => {
    await withSite(async ({ open }) => {
      const page = await open();
      await insertDisk(page, 'A:', image(), { label: 'mine' });
      for (const turn of [1, 2, 3]) {
        await kept(page, 'A:', 'kept');
        const text = `turn ${turn} `.repeat(10_000);
        await writeText(page, `A:\\KEPT${turn}.TXT`, text);
        assert.equal((await exec(page, 'sync A:')).status, 0);
        // In the middle of the second file: it has begun, and nothing waits for its end.
        await page.evaluate(async (number) => {
          const machine = document.querySelector('neptune-os');
          const written = async () => (await machine.counters())['io.irp.floppy.write'] ?? 0;
          const begun = await written();
          const file = `A:\\LARGE${number}.BIN`;
          machine.writeFile(file, new Uint8Array(150_000).fill(number)).catch(() => undefined);
          machine.exec('sync A:').catch(() => undefined);
          while ((await written()) === begun);
        }, turn);
        await page.reload();
        await ready(page);
        for (let i = 1; i <= turn; i++)
          assert.equal(
            await readText(page, `A:\\KEPT${i}.TXT`),
            `turn ${i} `.repeat(10_000),
            `file ${i} after reload ${turn}`,
          );
        assert.equal(judged(await exportDisk(page, 'A:')), 'sound', `after reload ${turn}`);
      }
    });
  });

  test('evicted while the page is open: it is said, nothing is lost, and the disk is kept anew', async () => {
    await withSite(async ({ open, url }) => {
      const page = await open();
      await insertDisk(page, 'A:', image({ 'OLD.TXT': 'old' }), { label: 'mine' });
      await kept(page, 'A:', 'kept');
      const devtools = await page.context().newCDPSession(page);
      const [origin, storageTypes] = [new URL(url).origin, 'indexeddb'];
      await devtools.send('Storage.clearDataForOrigin', { origin, storageTypes });
      await writeText(page, 'A:\\NEW.TXT', 'new');
      await exec(page, 'sync A:');
      await waitForMessage(page, 'What was kept of mine was deleted elsewhere; it is kept anew.');
      await kept(page, 'A:', 'kept');
      assert.equal(await readText(page, 'A:\\OLD.TXT'), 'old');
      assert.equal(await readText(page, 'A:\\NEW.TXT'), 'new');
      assert.equal(judged(await exportDisk(page, 'A:')), 'sound');
      await page.reload();
      await ready(page);
      assert.equal(await readText(page, 'A:\\OLD.TXT'), 'old');
      assert.equal(await readText(page, 'A:\\NEW.TXT'), 'new');
    });
  });
});
