/** The window's pages of the kernel's objects, as people use them: by mouse and by keys. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { violations } from './axe.mjs';
import { exec, withSite } from './site.mjs';

const show = async (page, name) => {
  await page.locator('neptune-view').getByRole('tab', { name, exact: true }).click();
};

/** The window, with its map drawn. */
async function inside(page) {
  await page.getByRole('button', { name: 'Inside', exact: true }).click();
  await page.locator('neptune-view svg.map .place').first().waitFor();
  return page.locator('neptune-view');
}

/** The row of a table that has the words, chosen. */
async function choose(view, table, words) {
  const row = view.getByRole('grid', { name: table }).locator('tbody tr', { hasText: words });
  await row.first().click();
}

suite('e2e/inside', () => {
  for (const isolated of [false, true])
    test(`${isolated ? 'isolated' : 'single'}: a capability is looked at whole and revoked`, () =>
      withSite(
        async ({ open }) => {
          const page = await open();
          assert.equal((await exec(page, 'loaddrv null')).status, 0);
          const view = await inside(page);
          const place = view.getByRole('button', { name: 'null, driver' });
          await place.focus();
          await page.keyboard.press('Enter');
          await choose(view, 'Capabilities', 'service calls of thread 0');
          const whole = view.getByRole('region', { name: 'The chosen capability' });
          await whole.getByText("the Executive's endpoint").first().waitFor();
          await whole.getByRole('button', { name: 'Revoke…' }).click();
          const dialog = view.getByRole('dialog');
          await dialog.getByText('it faults, and the Executive ends it').waitFor();
          await page.keyboard.press('Escape');
          await dialog.waitFor({ state: 'hidden' });
          await whole.getByRole('button', { name: 'Revoke…' }).click();
          await dialog.getByRole('button', { name: 'Revoke' }).click();
          await view.getByText(/^Done: Revoke slot/).waitFor();
          await view.getByText(/processes live|others live/).waitFor();
          await view.getByText('That capability is gone.').waitFor();
          assert.equal((await exec(page, 'ver')).status, 0);
        },
        { isolated },
      ));

  for (const isolated of [false, true])
    test(`${isolated ? 'isolated' : 'single'}: in a window of its own, until that is closed`, () =>
      withSite(
        async ({ open }) => {
          const page = await open();
          const view = await inside(page);
          await show(page, 'Processes');
          const opening = page.waitForEvent('popup');
          await view.getByRole('button', { name: 'Own window' }).click();
          const other = await opening;
          const inIt = other.locator('neptune-view');
          await inIt.getByRole('row', { name: /ntcmd\.exe/ }).waitFor();
          await page.locator('neptune-os .xterm').waitFor();
          await view.waitFor({ state: 'hidden' });
          await page.getByRole('button', { name: 'Inside', exact: true }).click();
          await view.getByText('in a window of its own').waitFor();
          assert.equal(await view.getByRole('tab').count(), 0);
          assert.match(await other.title(), /^Inside: /);
          assert.equal(await inIt.getByRole('button', { name: 'Own window' }).count(), 0);
          assert.deepEqual(await violations(other), []);

          await inIt.getByRole('tab', { name: 'Events' }).click();
          await inIt
            .getByText(/NtQuery/)
            .first()
            .waitFor();
          assert.equal((await exec(page, 'loaddrv null')).status, 0);
          await inIt.getByRole('tab', { name: 'Processes' }).click();
          await inIt.getByRole('row', { name: /null\.sys/ }).waitFor();
          await inIt.getByRole('tab', { name: 'Map' }).click();
          await inIt.locator('svg.map .place').first().waitFor();

          await other.close();
          await view.locator('svg.map .place').first().waitFor();

          // The machine goes with its page, and so does what shows it.
          const again = page.waitForEvent('popup');
          await view.getByRole('button', { name: 'Own window' }).click();
          const second = await again;
          await second.locator('svg.map .place').first().waitFor();
          const gone = second.waitForEvent('close');
          await page.reload();
          await gone;
        },
        { isolated },
      ));

  test('a machine that is held is held in the window, too', async () => {
    await withSite(async ({ open }) => {
      const page = await open();
      const view = await inside(page);
      await view.getByRole('button', { name: 'Pause' }).click();
      await view.getByText(/Paused at entry/).waitFor();
      const opening = page.waitForEvent('popup');
      await view.getByRole('button', { name: 'Own window' }).click();
      const inIt = (await opening).locator('neptune-view');
      await inIt.getByText(/Paused at entry/).waitFor();
      await inIt.locator('svg.map .place').first().waitFor();
      await inIt.getByRole('button', { name: 'Resume' }).click();
      await inIt.getByRole('button', { name: 'Pause' }).waitFor();
      assert.equal((await exec(page, 'ver')).status, 0);
    });
  });

  test('where no window may be opened it says so', async () => {
    await withSite(async ({ open }) => {
      const page = await open();
      const view = await inside(page);
      await page.evaluate(() => (globalThis.open = () => null));
      await view.getByRole('button', { name: 'Own window' }).click();
      await view.getByText('has not let this page open a window').waitFor();
    });
  });

  test('a thread is suspended and resumed from its process', async () => {
    await withSite(async ({ open }) => {
      const page = await open();
      assert.equal((await exec(page, 'loaddrv null')).status, 0);
      const view = await inside(page);
      await show(page, 'Processes');
      await choose(view, 'Processes', 'null.sys');
      await view.getByRole('button', { name: 'Suspend…' }).first().click();
      await view.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click();
      await view
        .getByText(/suspended/)
        .first()
        .waitFor();
      await view.locator('.news').getByRole('button', { name: 'Resume' }).click();
      await view.getByText(/^Done: Resume thread/).waitFor();
      await view.getByRole('button', { name: 'Suspend…' }).first().waitFor();
    });
  });

  for (const [width, height] of [
    [1280, 800],
    [390, 844],
  ])
    test(`${width} pixels wide: axe is content with map, processes and memory`, async () => {
      await withSite(async ({ open }) => {
        const page = await open('', { viewport: { width, height } });
        const view = await inside(page);
        const steps = [
          ['Map', 'Capabilities', 'service calls'],
          ['Processes', 'Processes', 'ntcmd.exe'],
          ['Memory', 'RAM by owner', 'free'],
        ];
        for (const [name, table, words] of steps) {
          await show(page, name);
          await choose(view, table, words);
          assert.equal(
            await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
            true,
            name,
          );
          for (const colorScheme of ['light', 'dark']) {
            await page.emulateMedia({ colorScheme });
            assert.deepEqual(await violations(page, colorScheme), [], `${name}, ${colorScheme}`);
          }
          await page.emulateMedia({ forcedColors: 'active' });
          assert.deepEqual(await violations(page, 'forced'), [], `${name}, forced colours`);
          await page.emulateMedia({ forcedColors: 'none' });
        }
        assert.deepEqual(page.said, []);
      });
    });

  test('who wants no motion gets none, and the list says what moves', async () => {
    await withSite(async ({ open }) => {
      const page = await open('', { reducedMotion: 'reduce' });
      const view = await inside(page);
      await view.locator('.traffic li', { hasText: 'Executive' }).first().waitFor();
      assert.equal(await view.locator('canvas.moving[data-moving]').count(), 0);
      await page.emulateMedia({ reducedMotion: 'no-preference' });
      await view.locator('canvas.moving[data-moving]').first().waitFor({ state: 'attached' });
    });
  });
});
