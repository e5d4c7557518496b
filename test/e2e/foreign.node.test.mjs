/** Images that are damaged, or no floppies at all; and images that are dropped onto the page. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { driveState, exec, image, insertDisk, kept, readText, withSite } from './site.mjs';
import { waitForMessage } from './site.mjs';

/** Drops a file onto the middle of something, as a person does. */
async function drop(page, selector, bytes, name) {
  const transfer = await page.evaluateHandle(
    ([base64, fileName]) => {
      const data = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const carried = new DataTransfer();
      carried.items.add(new File([data], fileName));
      return carried;
    },
    [Buffer.from(bytes).toString('base64'), name],
  );
  for (const type of ['dragenter', 'dragover', 'drop'])
    await page.dispatchEvent(selector, type, { dataTransfer: transfer });
}

suite('e2e/foreign', () => {
  test('images that are no FAT disk: a command says so in one line, and the system lives', async () => {
    const garbage = Buffer.alloc(1_474_560).map((_, i) => (i * 31 + (i >> 9)) & 255);
    const cutTables = image({ 'A.TXT': 'a'.repeat(3000) });
    cutTables.fill(0xff, 512, 512 * 19);
    await withSite(async ({ open }) => {
      const page = await open();
      for (const [name, bytes] of Object.entries({ garbage, blank: Buffer.alloc(737_280) })) {
        await insertDisk(page, 'A:', bytes, { persist: false });
        const { status, output } = await exec(page, 'dir A:');
        assert.notEqual(status, 0, name);
        assert.match(output, /^[^\n]+\(STATUS_[A-Z_]+\)\.?\n$/, name);
      }
      await insertDisk(page, 'A:', cutTables, { persist: false });
      const { output } = await exec(page, 'type A:\\A.TXT');
      assert.match(output, /STATUS_[A-Z_]+/);
      await insertDisk(page, 'A:', image({ 'B.TXT': 'b' }), { persist: false });
      assert.equal(await readText(page, 'A:\\B.TXT'), 'b');
    });
  });

  test('what has no floppy’s size is refused, and the old disk stays in', async () => {
    await withSite(async ({ open }) => {
      const page = await open();
      await assert.rejects(insertDisk(page, 'A:', Buffer.alloc(1000)), /1,000 bytes/);
      await assert.rejects(insertDisk(page, 'Q:', Buffer.alloc(737_280)), /not a drive/);
      assert.match((await exec(page, 'dir A:')).output, /README\.TXT/);
    });
  });

  test('an image dropped on the machine or beside it goes into A:', async () => {
    await withSite(async ({ open }) => {
      const page = await open();
      await drop(page, 'neptune-os', image({ 'ONE.TXT': '1' }), 'one.img');
      await page.locator('.drive[data-drive="A:"]', { hasText: 'one.img' }).waitFor();
      await kept(page, 'A:', 'kept');
      assert.equal(await readText(page, 'A:\\ONE.TXT'), '1');
      await drop(page, 'header', image({ 'TWO.TXT': '2' }, 720), 'two.img');
      await page.locator('.drive[data-drive="A:"]', { hasText: 'two.img' }).waitFor();
      assert.equal(await readText(page, 'A:\\TWO.TXT'), '2');
      await drop(page, 'header', Buffer.from('no image'), 'letter.doc');
      await waitForMessage(page, /No floppy disk has 8 bytes/);
      assert.equal(await readText(page, 'A:\\TWO.TXT'), '2');
    });
  });

  test('a file chosen in the Insert dialog goes into its drive; Download takes it home', async () => {
    await withSite(async ({ open }) => {
      const page = await open();
      const bytes = image({ 'PICKED.TXT': 'picked' });
      await page.getByRole('button', { name: 'Insert: drive B:' }).click();
      await page
        .locator('dialog input[type=file]')
        .setInputFiles({ name: 'picked.img', mimeType: 'application/octet-stream', buffer: bytes });
      await kept(page, 'B:', 'kept');
      assert.equal(await readText(page, 'B:\\PICKED.TXT'), 'picked');
      const downloading = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Download: drive B:' }).click();
      const download = await downloading;
      assert.equal(download.suggestedFilename(), 'picked.img');
      const chunks = [];
      for await (const chunk of await download.createReadStream()) chunks.push(chunk);
      assert.deepEqual(Buffer.concat(chunks), bytes);
      assert.equal(await driveState(page, 'B:'), 'kept');
    });
  });
});
