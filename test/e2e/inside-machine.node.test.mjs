/** The window into the system on the site: the pages of the machine, and the list of records. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { violations } from './axe.mjs';
import { LOOKS } from './layout.mjs';
import { exec, withSite } from './site.mjs';

const VIEWS = [
  ['Disk', /sectors, all of them good/],
  ['Controller', /waits for a command|is executed/],
  ['Events', /of [\d,]+ records/],
  ['Counters', /newest look, at/],
];

async function opened(page) {
  await page.getByRole('button', { name: 'Inside', exact: true }).click();
  await page.getByRole('tab', { name: 'Map', exact: true }).waitFor();
}

async function show(page, name, words) {
  await page.getByRole('tab', { name, exact: true }).click();
  await page.locator('neptune-view').getByText(words).first().waitFor();
}

suite('e2e/inside-machine', () => {
  for (const [width, height] of [
    [1280, 800],
    [390, 844],
  ])
    test(`${width} pixels wide: axe is content, in light, dark and forced colours`, async () => {
      await withSite(async ({ open }) => {
        const page = await open('', { viewport: { width, height } });
        await opened(page);
        for (const [name, words] of VIEWS) {
          await show(page, name, words);
          assert.equal((await exec(page, 'dir A:')).status, 0);
          for (const [look, media] of Object.entries(LOOKS)) {
            await page.emulateMedia(media);
            assert.deepEqual(await violations(page, look), [], `${name}, ${look}`);
          }
          const isInSight = await page.getByRole('tab', { name, exact: true }).evaluate((tab) => {
            const [own, row] = [tab, tab.parentElement].map((one) => one.getBoundingClientRect());
            return own.left >= row.left - 1 && own.right <= row.right + 1;
          });
          assert.ok(isInSight, `the tab of ${name}`);
          const fits = () => document.documentElement.scrollWidth <= innerWidth;
          assert.equal(await page.evaluate(fits), true, name);
        }
        assert.deepEqual(page.said, []);
      });
    });

  test('a sector is found and chosen by keys alone; its bytes are there', async () => {
    await withSite(async ({ open }) => {
      const page = await open();
      await opened(page);
      await show(page, 'Disk', /sectors, all of them good/);
      const canvas = page.locator('neptune-drawn-disk canvas');
      await canvas.focus();
      const tells = page.locator('neptune-drawn-disk #tells');
      await tells.getByText(/Cylinder 0, side 0, sector 1:/).waitFor();
      await page.keyboard.press('ArrowDown');
      await tells.getByText(/Cylinder 1, side 0, sector 1:/).waitFor();
      await page.keyboard.press('Home');
      await page.keyboard.press('Enter');
      // The last two bytes of a boot sector.
      await page
        .getByLabel('Bytes of the sector')
        .getByText(/01f0 .*55 aa/)
        .waitFor();
      await page.getByRole('button', { name: 'Rows', exact: true }).click();
      await page.getByRole('button', { name: 'Rows', exact: true, pressed: true }).waitFor();
      assert.deepEqual(page.said, []);
    });
  });

  test('counters: one is put into the plot by keys; nothing of it is fetched before', async () => {
    await withSite(async ({ open }) => {
      const page = await open();
      const plots = [];
      page.on('request', (request) => {
        if (/plots-/.test(request.url())) plots.push(request.url());
      });
      await opened(page);
      assert.deepEqual(plots, []);
      await show(page, 'Counters', /newest look, at/);
      const plot = page.locator('neptune-plot');
      await plot.locator('canvas').waitFor();
      assert.equal(plots.length, 1);
      const curves = plot.locator('.curves li');
      const before = await curves.count();
      await page.getByRole('searchbox', { name: 'Filter' }).fill('kernel.entry');
      const row = page.locator('neptune-view [role=grid] tbody tr').first();
      await row.focus();
      await page.keyboard.press('Enter');
      await curves.filter({ hasText: 'kernel.entry' }).waitFor();
      assert.equal(await curves.count(), before + 1);
      await page.keyboard.press(' ');
      await curves.filter({ hasText: 'kernel.entry' }).waitFor({ state: 'detached' });
      await page.getByRole('combobox', { name: 'Drawn' }).selectOption('total');
      await plot.getByText(/newest look, at .*: counted/).waitFor();
      assert.deepEqual(page.said, []);
    });
  });

  test('of thousands of records a window is drawn; keys lead to the oldest', async () => {
    await withSite(async ({ open }) => {
      const page = await open();
      await opened(page);
      await show(page, 'Events', /of [\d,]+ records/);
      for (let turn = 0; turn < 20; turn++) await exec(page, 'dir A:');
      await page
        .locator('neptune-view')
        .getByText(/of [4-9],\d{3} |of \d\d,\d{3} /)
        .waitFor();
      await page.getByRole('button', { name: 'Hold the list', exact: true }).click();
      const list = page.locator('neptune-long-table');
      const rows = list.locator('tr[aria-rowindex]');
      const count = Number(await list.locator('[role=grid]').getAttribute('aria-rowcount')) - 1;
      assert.ok(count > 4000, `${count} records`);
      assert.ok((await rows.count()) < 100, 'few of them are drawn');
      await rows.first().focus();
      await page.keyboard.press('End');
      await list.locator(`tr[aria-rowindex="${count + 1}"]`).waitFor();
      await page.keyboard.press('Home');
      await list.locator('tr[aria-rowindex="2"]').waitFor();
      await page.getByRole('button', { name: /^switch / }).click();
      await list
        .locator('td', { hasText: /^switch$/ })
        .first()
        .waitFor();
      assert.equal(await list.locator('td', { hasText: /^send$/ }).count(), 0);
      assert.deepEqual(page.said, []);
    });
  });
});
