/** The first visit: empty drives, the tour, three things to try, and the site's keys. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { violations } from './axe.mjs';
import { exec, image, kept, ready, withSite } from './site.mjs';

const steps = (page) => page.locator('#first-steps');
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

/** As who has never been here. */
async function firstVisit({ url, browser }, options) {
  const page = await (await browser.newContext(options)).newPage();
  await page.goto(url);
  await ready(page);
  return page;
}

const shown = (page, text) =>
  page.waitForFunction(
    (wanted) => document.querySelector('neptune-os').screenText().includes(wanted),
    text,
  );

suite('e2e/first steps', () => {
  test('drives are empty, and the tour goes in with one click', async () => {
    await withSite(async (site) => {
      const page = await firstVisit(site);
      await kept(page, 'A:', 'empty');
      await steps(page).getByText('its drives are empty').waitFor();
      assert.ok(await page.evaluate(() => document.activeElement.id === 'machine'), 'the focus');
      assert.deepEqual(await violations(page), []);
      await press(page, 'Insert the tour disk');
      await kept(page, 'A:', 'kept');
      await press(page, 'Read its first page');
      await shown(page, 'the tour disk');
      // Used: they are gone after a reload, the tour is where it was; and they can be had back.
      await page.reload();
      await ready(page);
      assert.match((await exec(page, 'dir')).output, /README\.TXT/);
      assert.equal(await steps(page).count(), 0);
      await press(page, 'Help');
      await press(page, 'First steps');
      await steps(page).getByText('The tour disk is in A:').waitFor();
      await press(page, 'Close the first steps');
      assert.equal(await steps(page).count(), 0);
      assert.ok(await page.evaluate(() => document.activeElement.id === 'machine'), 'the focus');
    });
  });

  test('the three things do what they say, and then the steps go', async () => {
    await withSite(async (site) => {
      const page = await firstVisit(site);
      await press(page, 'Type it for me');
      // The second count is the first one: the cache had it.
      await page.waitForFunction(() => {
        const text = document.querySelector('neptune-os').screenText();
        return [...text.matchAll(/io\.irp\.fatfs\.read +(\d+)/g)].length === 2;
      });
      const text = await page.evaluate(() => document.querySelector('neptune-os').screenText());
      const [first, second] = [...text.matchAll(/io\.irp\.fatfs\.read +(\d+)/g)];
      assert.equal(first[1], second[1]);

      const chosen = page.waitForEvent('filechooser');
      await press(page, 'Choose a file');
      const buffer = image({ 'OWN.TXT': 'mine' });
      await (await chosen).setFiles({ name: 'own.img', mimeType: '', buffer });
      await page.locator('.drive', { hasText: 'own.img' }).waitFor();
      await steps(page).locator('.done').nth(1).waitFor();

      await press(page, 'Make the link');
      const link = page.locator('dialog[open] textarea');
      await link.waitFor();
      assert.match(await link.inputValue(), /#a=/);
      await page.keyboard.press('Escape');
      await steps(page).waitFor({ state: 'detached' });
    });
  });

  test('on a phone nothing is wider than the page, in either scheme', async () => {
    await withSite(async (site) => {
      for (const colorScheme of ['light', 'dark']) {
        const viewport = { width: 360, height: 740 };
        const page = await firstVisit(site, { colorScheme, viewport, hasTouch: true });
        await steps(page).waitFor();
        assert.deepEqual(await violations(page, colorScheme), [], colorScheme);
        const wide = await steps(page).evaluate((one) => one.scrollWidth - one.clientWidth);
        assert.equal(wide, 0);
      }
    });
  });

  test('an address that asks for something is no first visit', async () => {
    await withSite(async ({ url, browser }) => {
      const page = await browser.newPage();
      await page.goto(`${url}?topology=single`);
      await ready(page);
      assert.match((await exec(page, 'dir')).output, /README\.TXT/);
      assert.equal(await steps(page).count(), 0);
    });
  });

  test('keys: letters outside of the terminal, until they are switched off', async () => {
    await withSite(async ({ open, browser }) => {
      const context = await browser.newContext();
      const page = await open('', { context });
      await page.locator('#shortcuts dt').first().waitFor({ state: 'attached' });
      const files = page.locator('[data-view="files"]');
      await page.keyboard.type('f');
      await shown(page, 'A:\\>f');
      assert.equal(await files.getAttribute('aria-expanded'), 'false', "the terminal's");
      await page.keyboard.press('Escape');
      await page.keyboard.press('Tab');
      await page.keyboard.press('f');
      await page.locator('[data-view="files"][aria-expanded="true"]').waitFor();
      await files.focus();
      await page.keyboard.press('?');
      const dialog = page.getByRole('dialog', { name: 'Help' });
      await dialog.getByText('the box of disks').waitFor();
      assert.deepEqual(await violations(page), []);
      await dialog.getByRole('checkbox', { name: /Keys of one letter/ }).uncheck();
      await page.keyboard.press('Escape');
      await files.focus();
      await page.keyboard.press('b');
      await page.keyboard.press('?');
      assert.ok(!(await dialog.isVisible()));
      await page.reload();
      await page.locator('#shortcuts + label input:not(:checked)').waitFor({ state: 'attached' });
    });
  });

  test('All disks… of the Insert dialog opens the box', async () => {
    await withSite(async ({ open }) => {
      const page = await open();
      await page.evaluate((base64) => {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        return document.querySelector('neptune-os').kept.add(bytes, { label: 'on the shelf' });
      }, image().toString('base64'));
      await press(page, 'Insert: drive B:');
      await press(page, 'All disks…');
      await page.locator('neptune-box').getByText('on the shelf').first().waitFor();
    });
  });
});
