/**
 * `<neptune-box>` beside a machine on a page of its own: dozens of disks at once, backups, two
 * tabs, a new disk made by the system, no storage; the keyboard alone; and whether axe is content.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { ROOT } from '../../scripts/process.mjs';
import { violations } from './axe.mjs';
import { inAllLooks } from './layout.mjs';
import { base64, contents, drop, faces, floppy, noticed, openBox, sha } from './box-page.mjs';
import { shoot } from './shots.mjs';
import { image, listen, withSite } from './site.mjs';

const desk = { viewport: { width: 1280, height: 900 } };
const narrow = { viewport: { width: 800, height: 900 } };
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

const titles = (page) => page.locator('neptune-box .title').allTextContents();
const focused = (page) =>
  page.evaluate(
    () =>
      document.querySelector('neptune-box').shadowRoot.activeElement?.querySelector('.title')
        ?.textContent,
  );

suite('e2e/box', () => {
  test('50 disks dropped at once: all are there, each failure is named, and the page lives', async () => {
    await withSite(async (site) => {
      const page = await openBox(site, desk);
      await page.evaluate(() => {
        const { shadowRoot } = document.querySelector('neptune-box');
        globalThis.drawn = new Set();
        new MutationObserver(() => {
          const bar = shadowRoot.querySelector('progress');
          if (bar) globalThis.drawn.add(bar.value);
        }).observe(shadowRoot, { childList: true, subtree: true, attributes: true });
      });
      const disks = Array.from({ length: 50 }, (_, i) => [`DISK${i}.IMG`, floppy(i)]);
      const others = [
        ['LETTER.TXT', Buffer.from('hello')],
        ['BAD.IMD', Buffer.from('IMD 1.18: cut')],
      ];
      const all = [...disks.slice(0, 20), ...others, ...disks.slice(20), ['.DS_Store', 'x']];
      await drop(
        page,
        all.map(([name, bytes]) => [name, base64(bytes)]),
      );
      await noticed(page, '50 disks are new in the box. 2 files could not be added.');
      const failures = await page.locator('neptune-box .failures li').allTextContents();
      assert.deepEqual(
        failures.map((line) => line.split(' ')[0]),
        ['LETTER.TXT', 'BAD.IMD'],
      );
      assert.equal(await faces(page).count(), 50);
      assert.ok((await page.evaluate(() => globalThis.drawn.size)) > 25, 'progress was not drawn');
      const wanted = Object.fromEntries(disks.map(([name, bytes]) => [name, sha(bytes)]));
      assert.deepEqual(await contents(page), wanted);
      assert.deepEqual(page.said, []);
    });
  });

  test('the whole box in one file: deleted, restored in another browser, byte for byte', async () => {
    await withSite(async (site) => {
      const page = await openBox(site, { ...desk, acceptDownloads: true });
      const disks = [
        ['NOTES.IMG', image({ 'A.TXT': 'text' }, 720)],
        ['ÄRGER 1.IMG', floppy(1)],
        ['NOTES.img', floppy(2)],
      ];
      await drop(
        page,
        disks.map(([name, bytes]) => [name, base64(bytes)]),
      );
      await noticed(page, '3 disks are new');
      await page.getByRole('button', { name: 'More' }).click();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('menuitem', { name: 'Back up into one file' }).click(),
      ]);
      const other = await openBox(site, desk);
      const chooser = other.waitForEvent('filechooser');
      await other.getByRole('button', { name: 'More' }).click();
      await other.getByRole('menuitem', { name: 'Restore a backup…' }).click();
      await (await chooser).setFiles(await download.path());
      await noticed(other, '3 disks are restored.');
      const wanted = Object.fromEntries(disks.map(([name, bytes]) => [name, sha(bytes)]));
      assert.deepEqual(await contents(other), wanted);
    });
  });

  test('two tabs and one kept disk: the other says so, reads it, and gets it when it is free', async () => {
    await withSite(async (site) => {
      const context = await site.browser.newContext(desk);
      const first = await openBox(site, { context });
      await drop(first, [['ONE.IMG', base64(floppy(1))]]);
      await noticed(first, 'One disk is new');
      const second = await openBox(site, { context });
      await first.getByRole('button', { name: 'ONE.IMG in A:' }).click();
      await noticed(first, 'ONE.IMG is in A:');
      await second.locator('neptune-box .mark', { hasText: 'in use in another tab' }).waitFor();
      assert.deepEqual(await contents(second), { 'ONE.IMG': sha(floppy(1)) });
      await faces(second).first().focus();
      await second.keyboard.press('Delete');
      await noticed(second, /ONE.IMG: The disk .* is in use elsewhere/);
      await first.getByRole('button', { name: 'ONE.IMG in A:' }).click();
      await second.locator('neptune-box .mark').waitFor({ state: 'detached' });
      await second.keyboard.press('Delete');
      await noticed(second, 'ONE.IMG is in the bin.');
      await faces(first).first().waitFor({ state: 'detached' });
    });
  });

  test('a new disk is formatted by the system, stays in its drive and is kept', async () => {
    await withSite(async (site) => {
      const page = await openBox(site, desk);
      await page.getByRole('button', { name: 'New disk…' }).click();
      await page.getByRole('textbox', { name: 'Label' }).last().fill('Résumé, 2026');
      await page.getByRole('combobox', { name: 'Format' }).selectOption('720K');
      assert.deepEqual(await violations(page), [], 'with the dialog open');
      await page.getByRole('button', { name: 'Make it' }).click();
      await noticed(page, 'The new 720K disk is in B:');
      const made = await page.evaluate(async () => {
        const machine = document.querySelector('neptune-os');
        const { output } = await machine.exec('vol B:');
        const [disk] = await machine.kept.list();
        return { output, label: disk.label, format: disk.format, drive: disk.drive };
      });
      assert.match(made.output, /RESUME 2026/);
      assert.deepEqual(
        { ...made, output: '' },
        { output: '', label: 'Résumé, 2026', format: '720K', drive: 'B:' },
      );
    });
  });

  test('format() refuses another size, a label that cannot be, and makes FAT16', async () => {
    await withSite(async (site) => {
      const page = await openBox(site, desk);
      const said = await page.evaluate(async () => {
        const machine = document.querySelector('neptune-os');
        await machine.insertDisk('A:', new Uint8Array(2_949_120));
        const error = (work) =>
          work.then(
            () => 'done',
            ({ name, status }) => `${name} ${status ?? ''}`,
          );
        const wrong = [
          await error(machine.format('A:', { format: '1.44M' })),
          await error(machine.format('A:', { label: '100% "x"' })),
          await error(machine.format('A:', { fat: 14 })),
          await error(machine.format('A:', { fat: 16, label: 'A & B', quick: true })),
        ];
        const blob = await machine.exportDisk('A:');
        const boot = new Uint8Array(await blob.slice(0, 512).arrayBuffer());
        return {
          wrong,
          type: String.fromCharCode(...boot.slice(54, 59)),
          output: (await machine.exec('vol A:')).output,
        };
      });
      assert.deepEqual(said.wrong, ['SystemError 3221225659', 'TypeError ', 'TypeError ', 'done']);
      assert.equal(said.type, 'FAT16');
      assert.match(said.output, /A & B/);
    });
  });

  test('by the keyboard alone: from card to card, into a drive, renamed, deleted and back', async () => {
    await withSite(async (site) => {
      const page = await openBox(site, desk);
      await drop(
        page,
        ['C', 'A', 'B'].map((name) => [`${name}.IMG`, base64(floppy(name))]),
      );
      await noticed(page, '3 disks are new');
      await page.getByRole('combobox', { name: 'Order' }).selectOption('label');
      await faces(page).first().focus();
      await page.keyboard.press('ArrowRight');
      assert.equal(await focused(page), 'B.IMG');
      await page.keyboard.press('End');
      assert.equal(await focused(page), 'C.IMG');
      await page.keyboard.press('b');
      await noticed(page, 'C.IMG is in B:');
      await page.keyboard.press('Home');
      await page.keyboard.press('Enter');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Escape');
      assert.equal(await focused(page), 'A.IMG', 'a closed menu gives the focus back');
      await page.keyboard.press('F2');
      await page.keyboard.type('Zebra');
      await page.keyboard.press('Enter');
      await noticed(page, 'A.IMG is called Zebra now.');
      assert.deepEqual(await titles(page), ['B.IMG', 'C.IMG', 'Zebra']);
      await faces(page).first().focus();
      await page.keyboard.press('Delete');
      await noticed(page, 'B.IMG is in the bin.');
      assert.equal(await focused(page), 'C.IMG', 'the focus goes to the next one');
      await page.keyboard.press('Control+z');
      await noticed(page, 'B.IMG is back.');
      await page.waitForFunction(() =>
        document
          .querySelector('neptune-box')
          .shadowRoot.activeElement?.textContent.includes('B.IMG'),
      );
      const tabbable = await page.locator('neptune-box .card [tabindex="0"]').count();
      assert.equal(tabbable, 3, 'one card is in the tab order: its face and two drives');
    });
  });

  test('storage denied: it is said in words, and nothing else breaks', async () => {
    await withSite(async (site) => {
      const init = () => {
        IDBFactory.prototype.open = () => {
          throw new DOMException('denied', 'SecurityError');
        };
      };
      const page = await openBox(site, { ...desk, init });
      await page.getByText('This browser does not let the page keep disks.').first().waitFor();
      await drop(page, [['ONE.IMG', base64(floppy(1))]]);
      await noticed(page, '0 disks are new in the box. One file could not be added.');
      assert.deepEqual(page.said, []);
    });
  });

  test('the example of the chapter is a page with a machine and its box', async () => {
    await withSite(async ({ url, browser }) => {
      const chapter = readFileSync(join(ROOT, 'docs/box.md'), 'utf8');
      const [, body] = /```html\n([^]*?)```/.exec(chapter);
      const page = await (await browser.newContext(desk)).newPage();
      listen(page);
      await page.route('**/example.html', (route) =>
        route.fulfill({ contentType: 'text/html', body }),
      );
      await page.goto(`${url}example.html`);
      await page.getByText('The box is empty.').waitFor();
      await drop(page, [['ONE.IMG', base64(floppy(1))]]);
      await noticed(page, 'One disk is new in the box.');
      assert.deepEqual(page.said, []);
    });
  });

  test('a machine that keeps nothing is said to', async () => {
    await withSite(async (site) => {
      const page = await openBox(site, { ...desk, persist: '' });
      await page.getByText('This machine keeps no disks').waitFor();
    });
  });

  for (const [width, size] of Object.entries({ 1280: desk, 800: narrow, 390: phone }))
    test(`${width} wide, in all looks: nothing is cut off, and axe is content with every view`, async () => {
      await withSite(async (site) => {
        const page = await openBox(site, { ...size, reducedMotion: 'reduce' });
        const look = (name) =>
          inAllLooks(page, async (as) => {
            await shoot(page, `box-${name}-${width}-${as}`);
            if (as !== 'large') assert.deepEqual(await violations(page, as), [], `${name}, ${as}`);
            const over = await page.evaluate(
              () => document.documentElement.scrollWidth - window.innerWidth,
            );
            assert.ok(over <= 0, `${name}, ${as}: wider than its window`);
          });
        const names = ['Letters 1994.img', 'INSTALL DISK 3 OF 17.IMG', 'X.IMG', 'not a disk.txt'];
        await drop(
          page,
          names.map((one, i) => [one, base64(i === 3 ? 'hello' : floppy(i))]),
        );
        await noticed(page, '3 disks are new');
        await page.getByRole('button', { name: 'X.IMG in A:' }).click();
        await noticed(page, 'X.IMG is in A:');
        await page.locator('neptune-box').scrollIntoViewIfNeeded();
        await look('cards');
        await faces(page).first().click();
        await look('menu');
        await page.getByRole('menuitem', { name: 'Rename…' }).click();
        await look('label');
        await page.keyboard.press('Escape');
        await page.getByRole('button', { name: 'New disk…' }).click();
        await look('new');
        await page.keyboard.press('Escape');
        await faces(page).first().focus();
        await page.keyboard.press('Delete');
        await page.getByRole('button', { name: 'Undo' }).waitFor();
        await page.getByRole('button', { name: 'More' }).click();
        await page.getByRole('menuitem', { name: 'The bin…' }).click();
        await page.getByRole('button', { name: /^Restore: / }).waitFor();
        await look('bin');
      });
    });
});
