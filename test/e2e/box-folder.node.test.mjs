/**
 * The box and a folder of the user's own. No test can press the browser's own dialog: what it would
 * give stands in its place, a real folder of the browser's private file system.
 */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { base64, contents, drop, faces, floppy, noticed, openBox, sha } from './box-page.mjs';
import { ready, withSite } from './site.mjs';

/** `folderGiven`: `give` (as chosen by the reader), `none` (Cancel), `denied`. */
function init() {
  globalThis.showDirectoryPicker = async (options) => {
    globalThis.askedFor = options;
    if (sessionStorage.folderGiven === 'none') throw new DOMException('', 'AbortError');
    const top = await navigator.storage.getDirectory();
    return top.getDirectoryHandle('My floppies', { create: true });
  };
  const permit = FileSystemHandle.prototype;
  permit.queryPermission = async () =>
    sessionStorage.folderGiven === 'denied' ? 'prompt' : 'granted';
  permit.requestPermission = async () => 'denied';
}

const more = async (page, name) => {
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name }).click();
};

const given = (page, how) => page.evaluate((is) => (sessionStorage.folderGiven = is), how);

const inFolder = (page) =>
  page.evaluate(async () => {
    const top = await navigator.storage.getDirectory();
    const folder = await top.getDirectoryHandle('My floppies');
    return (await Array.fromAsync(folder.keys())).sort();
  });

suite('e2e/box-folder', () => {
  test('the box goes into a folder, is remembered there, and comes back from it', async () => {
    await withSite(async (site) => {
      const page = await openBox(site, { init });
      const names = ['ÄRGER 1.IMG', 'NOTES.IMG', 'NOTES.img'];
      await drop(
        page,
        names.map((name, i) => [name, base64(floppy(i))]),
      );
      await noticed(page, '3 disks are new');
      const wanted = Object.fromEntries(names.map((name, i) => [name, sha(floppy(i))]));
      await given(page, 'none');
      await more(page, 'Back up into a folder…');
      await noticed(page, 'No folder was chosen.');
      await given(page, 'give');
      await more(page, 'Back up into a folder…');
      await noticed(page, '3 disks are in the folder My floppies.');
      const asked = await page.evaluate(() => globalThis.askedFor);
      assert.deepEqual(asked, { id: 'neptune-box', mode: 'readwrite' });
      const written = await inFolder(page);
      assert.equal(written.filter((name) => /\.img$/i.test(name)).length, 3, String(written));

      // Another day: the folder is known by its name, and the browser may ask anew.
      await page.reload();
      await ready(page);
      await faces(page).nth(2).waitFor();
      await given(page, 'denied');
      await more(page, 'Back up into “My floppies”');
      await noticed(page, 'The browser does not let this page write to the folder My floppies.');
      await given(page, 'give');
      await more(page, 'Back up into “My floppies”');
      await noticed(page, '3 disks are in the folder My floppies.');
      assert.deepEqual(await inFolder(page), written, 'written over, not beside');

      await page.evaluate(async () => {
        const { kept } = document.querySelector('neptune-os');
        for (const { name } of await kept.list()) await kept.delete(name);
        await kept.empty();
      });
      await faces(page).first().waitFor({ state: 'detached' });
      await more(page, 'Restore from a folder…');
      await noticed(page, '3 disks are restored.');
      assert.deepEqual(await contents(page), wanted);
      assert.deepEqual(page.said, []);
    });
  });
});
