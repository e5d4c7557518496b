/**
 * A folder of 500 files of the computer, dropped on a drive as a hand does it: given up in the
 * middle, dropped again, and replaced. Every file is on the disk as a whole or not at all.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { findProgram } from '../../scripts/find-browser.mjs';
import { exportDisk, image, insertDisk, makeFolder, READY_MS, withSite } from './site.mjs';

const COUNT = 500;
const bytesOf = (index) => Buffer.alloc(index * 3, index);

/** The folder, some of its files in folders of their own. */
function makeFiles(top) {
  const deep = join('deeper', 'still');
  mkdirSync(join(top, deep), { recursive: true });
  for (let i = 0; i < COUNT; i++)
    writeFileSync(join(top, [deep, 'deeper', ''][i % 3], `file ${i}.txt`), bytesOf(i));
}

/** Over the drive's letter, as the browser gets it from the desktop. */
async function drop(page, drive, path) {
  const session = await page.context().newCDPSession(page);
  const letter = await page.locator(`.drive[data-drive="${drive}"] .letter`).boundingBox();
  const at = { x: letter.x + letter.width / 2, y: letter.y + letter.height / 2 };
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'])
    await session.send('Input.dispatchDragEvent', { type, ...at, data });
}

async function said(page, pattern) {
  const line = page.locator('#messages .message span').filter({ hasText: pattern }).last();
  await line.waitFor({ timeout: READY_MS });
  return line.textContent();
}

const press = (page, name) =>
  page.locator('#messages').getByRole('button', { name, exact: true }).click();

/** Names of the files on the disk, which has no fault. */
async function filesOn(page, drive) {
  const { folder, remove } = makeFolder();
  try {
    const disk = join(folder, 'disk.img');
    writeFileSync(disk, await exportDisk(page, drive));
    const env = { ...process.env, MTOOLSRC: '/dev/null' };
    const options = { env, timeout: READY_MS };
    const run = (name, ...args) => {
      const { status, stdout, stderr } = spawnSync(findProgram([name]), args, options);
      assert.equal(status, 0, `${stdout}${stderr}`);
      return String(stdout);
    };
    run('fsck.fat', '-n', disk);
    const lines = run('mdir', '-i', disk, '-/', '-b', '::').split('\n');
    return lines.filter((line) => line.endsWith('.txt'));
  } finally {
    remove();
  }
}

suite('e2e/drop folder', () => {
  test('500 files: given up in the middle, dropped again, replaced', async () => {
    const { folder, remove } = makeFolder();
    try {
      const top = join(folder, 'old box');
      makeFiles(top);
      await withSite(async ({ open }) => {
        const page = await open();
        await insertDisk(page, 'B:', image(), { persist: false });
        await drop(page, 'B:', top);
        await page.waitForFunction(() => {
          const { shadowRoot } = document.querySelector('neptune-os');
          return shadowRoot.querySelector('.message progress')?.value > 0;
        });
        await press(page, 'Cancel');
        const words = await said(page, /was given up/);
        const [, written] = /^Copying 500 files onto B: was given up\. (\d+) of 500 files/.exec(
          words,
        );
        assert.ok(Number(written) > 0 && Number(written) < COUNT, words);
        assert.equal((await filesOn(page, 'B:')).length, Number(written));

        await drop(page, 'B:', top);
        assert.match(
          await said(page, /files are written on B:/),
          new RegExp(`^${COUNT - written} `),
        );
        assert.equal((await filesOn(page, 'B:')).length, COUNT);
        await page.getByText(`${written} of the files are on B: already.`).waitFor();
        await press(page, 'Replace them');
        await said(page, new RegExp(`^${written} files are written on B:`));
        assert.equal((await filesOn(page, 'B:')).length, COUNT);
        assert.deepEqual(page.said, []);
      });
    } finally {
      remove();
    }
  });
});
