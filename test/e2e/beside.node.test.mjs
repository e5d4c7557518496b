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
            assert.deepEqual(await violations(page), [], `${name}, ${colorScheme}`);
          }
        }
        await page.getByRole('button', { name: 'Inside', exact: true }).click();
        assert.deepEqual(await settled(page), []);
      });
    });
});
