/** What stands beside the machine on the site: files, the box of disks, the map. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { violations } from './axe.mjs';
import { besideJourney } from './beside-journey.mjs';
import { settled } from './layout.mjs';
import { exec, withSite } from './site.mjs';

const VIEWS = [
  ['Files', 'neptune-files', 'README.TXT'],
  ['Box', 'neptune-box', 'The box is empty'],
  ['Map', 'neptune-disk-map', 'all of them good'],
  ['Inside', 'neptune-view', 'Executive'],
];

suite('e2e/beside', () => {
  test('of two that are asked for, the later is shown, whichever is here first', async () => {
    await withSite(async ({ open }) => {
      const page = await open();
      let release;
      const held = new Promise((go) => (release = go));
      const script = /\/assets\/files-[^/]*\.js$/;
      await page.route(script, async (route) => {
        await held;
        await route.continue();
      });
      await page.getByRole('button', { name: 'Files', exact: true }).click();
      await page.waitForTimeout(300);
      await page.getByRole('button', { name: 'Box', exact: true }).click();
      await page.locator('#beside[aria-label="Box"] neptune-box').waitFor();
      release();
      await page.locator('neptune-files').waitFor({ state: 'attached' });
      await page.waitForFunction(() => document.querySelector('neptune-files').path !== undefined);
      assert.equal(await page.locator('#beside').getAttribute('aria-label'), 'Box');
      assert.ok(await page.locator('neptune-box').isVisible());
      assert.ok(!(await page.locator('neptune-files').isVisible()));
      assert.deepEqual(page.said, []);
    });
  });

  test('each is shown by its button, one at a time, and goes by it', async () => {
    await withSite(async ({ open }) => {
      const page = await open();
      for (const [name, tag, words] of VIEWS) {
        const button = page.getByRole('button', { name, exact: true });
        await button.click();
        await page.locator(tag).getByText(words).first().waitFor();
        assert.equal(await button.getAttribute('aria-expanded'), 'true');
        assert.equal(await page.locator('#beside > :not([hidden])').count(), 1, name);
        await page.getByRole('complementary', { name }).waitFor();
      }
      await page.getByRole('button', { name: 'Inside', exact: true }).click();
      assert.equal(await page.locator('#beside').isHidden(), true);
      assert.equal((await exec(page, 'dir')).status, 0);
      assert.deepEqual(page.said, []);
    });
  });

  for (const isolated of [false, true])
    test(`${isolated ? 'isolated' : 'single'}: files, box and map do what they are for`, () =>
      withSite(
        async ({ open }) => {
          const page = await open();
          await besideJourney(page);
          assert.deepEqual(page.said, []);
        },
        { isolated },
      ));

  for (const [width, height] of [
    [1280, 800],
    [800, 600],
    [390, 844],
  ])
    test(`${width} pixels wide: nothing is cut off, and axe is content`, async () => {
      await withSite(async ({ open }) => {
        const page = await open('', { viewport: { width, height } });
        for (const [name, tag, words] of VIEWS) {
          await page.getByRole('button', { name, exact: true }).click();
          await page.locator(tag).getByText(words).first().waitFor();
          const machine = page.locator('neptune-os .xterm').first();
          assert.equal(await machine.isVisible(), width >= 1024, 'the machine beside it');
          assert.equal(
            await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
            true,
            name,
          );
          for (const colorScheme of ['light', 'dark']) {
            await page.emulateMedia({ colorScheme });
            assert.deepEqual(await violations(page, colorScheme), [], `${name}, ${colorScheme}`);
          }
        }
        await page.getByRole('button', { name: 'Inside', exact: true }).click();
        assert.deepEqual(await settled(page), []);
      });
    });
});
