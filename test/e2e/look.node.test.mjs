/** How the site looks, and whether everybody can use it. Pictures: shots.mjs. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { violations } from './axe.mjs';
import { shoot } from './shots.mjs';
import { withSite } from './site.mjs';

const desk = { viewport: { width: 1280, height: 800 } };
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

const overflow = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);

suite('e2e/look', () => {
  for (const [name, size] of Object.entries({ 1280: desk, 390: phone })) {
    for (const colorScheme of ['light', 'dark']) {
      test(`${name} pixels wide, ${colorScheme}: nothing is cut off, and axe is content`, async () => {
        await withSite(async ({ open }) => {
          const page = await open('', { ...size, colorScheme });
          await page.keyboard.type('dir\n');
          await page.waitForFunction(() =>
            /bytes free\s+A:\\>$/.test(document.querySelector('neptune-os').screenText()),
          );
          await shoot(page, `${name}-${colorScheme}`);
          assert.ok((await overflow(page)) <= 0, 'the page is wider than its window');
          assert.deepEqual(await violations(page, colorScheme), []);

          await page.getByRole('button', { name: 'Help' }).click();
          await shoot(page, `${name}-${colorScheme}-help`);
          assert.deepEqual(await violations(page, colorScheme), [], 'with the help open');
          await page.keyboard.press('Escape');

          await page.getByRole('button', { name: 'Share', exact: true }).click();
          await page.getByText(/The disk itself is in the link/).waitFor();
          await shoot(page, `${name}-${colorScheme}-share`);
          assert.deepEqual(await violations(page, colorScheme), [], 'with the link shown');
        });
      });
    }
  }

  test('a phone has keys that its keyboard lacks', async () => {
    await withSite(async ({ open }) => {
      const page = await open('', phone);
      await page.locator('.xterm-screen').tap();
      await page.keyboard.type('dirr');
      await page.getByRole('button', { name: 'Ctrl' }).tap();
      await page.keyboard.type('u');
      await page.keyboard.type('ver');
      await page.getByRole('button', { name: 'Enter' }).tap();
      await page.waitForFunction(() =>
        /A:\\>ver\n.*personality/.test(document.querySelector('neptune-os').screenText()),
      );
      await page.getByRole('button', { name: 'Up', exact: true }).tap();
      await page.waitForFunction(() =>
        /A:\\>ver$/.test(document.querySelector('neptune-os').screenText()),
      );
    });
  });
});
