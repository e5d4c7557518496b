/** The site and embed.html for who has no mouse, or colours of their own. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { violations } from './axe.mjs';
import { LOOKS } from './layout.mjs';
import { driveState, kept, ready, withSite } from './site.mjs';

/** What has the focus, in whatever shadow. */
const focused = (page) =>
  page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return (element.getAttribute('aria-label') ?? element.textContent).trim();
  });

/** Goes on with Tab until it is there. */
async function tabTo(page, name) {
  for (let turn = 0; turn < 60; turn++) {
    if ((await focused(page)).startsWith('Terminal')) await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    if ((await focused(page)) === name) return;
  }
  assert.fail(`Tab does not reach "${name}"`);
}

/** Whether what has the focus can be pressed: a drive that is busy keeps it, and does nothing. */
function isReady() {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element.ariaDisabled !== 'true';
}

async function press(page, name) {
  await tabTo(page, name);
  await page.waitForFunction(isReady);
  await page.keyboard.press('Enter');
}

suite('e2e/everybody', () => {
  for (const path of ['', 'embed.html'])
    test(`${path || 'the site'}: axe is content in light, dark and forced colours`, async () => {
      await withSite(async ({ open }) => {
        const page = await open(path);
        await page.evaluate(() => document.querySelector('neptune-os').say('A line.'));
        for (const [look, media] of Object.entries(LOOKS)) {
          await page.emulateMedia(media);
          assert.deepEqual(await violations(page, look), [], look);
          await page.getByRole('button', { name: 'Insert: drive A:' }).click();
          assert.deepEqual(await violations(page, look), [], `${look}, Insert`);
          await page.keyboard.press('Escape');
        }
      });
    });

  test('a keyboard is enough: drives, shelf, link, letters', async () => {
    await withSite(async ({ open }) => {
      const page = await open();
      assert.match(await focused(page), /^Terminal/);
      await page.keyboard.type('ver');
      await press(page, 'Insert: drive B:');
      await press(page, 'Insert a blank disk');
      await kept(page, 'B:', 'kept');
      await press(page, 'Eject: drive B:');
      await kept(page, 'B:', 'empty');
      await press(page, 'Insert: drive B:');
      await page.locator('.kept li').waitFor();
      await press(page, 'Insert blank disk');
      await kept(page, 'B:', 'kept');
      await press(page, 'Share: drive A:');
      await page.getByText(/The disk itself is in the link/).waitFor();
      await tabTo(page, 'Copy link');
      await page.keyboard.press('Escape');
      await press(page, 'A+, larger text');
      await page.evaluate(() => document.querySelector('neptune-os').say('A line.'));
      await press(page, 'Dismiss');
      await press(page, 'Help');
      await page.keyboard.press('Escape');
      assert.equal(await driveState(page, 'B:'), 'kept');
      const shown = await page.evaluate(() => document.querySelector('neptune-os').screenText());
      assert.match(shown, /A:\\>ver$/, 'no key of the way was typed');
    });
  });

  test('what a reader has set is still set after a reload', async () => {
    await withSite(async ({ open }) => {
      const page = await open();
      await page.getByRole('button', { name: 'Help' }).click();
      const repeat = page.getByLabel('Repeat the screen for a screen reader');
      await repeat.check();
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'A+, larger text' }).click();
      await page.reload();
      await ready(page);
      const set = await page.evaluate(() => {
        const { screenReader, textSize } = document.querySelector('neptune-os');
        return { screenReader, textSize };
      });
      assert.deepEqual(set, { screenReader: true, textSize: 1.2 });
      await page.getByRole('button', { name: 'Help' }).click();
      assert.equal(await repeat.isChecked(), true);
    });
  });

  test('Ctrl+V pastes lines as they are typed, Ctrl+C copies, in a real browser', async () => {
    await withSite(async ({ open, browser, url }) => {
      const context = await browser.newContext({ reducedMotion: 'reduce' });
      await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: url });
      const page = await open('', { context });
      await page.evaluate(() => navigator.clipboard.writeText('echo one\r\necho t\x1b\x03wo\n'));
      await page.keyboard.press('Control+V');
      await page.waitForFunction(() =>
        /\none\n[\s\S]*\ntwo\n[\s\S]*A:\\>$/.test(
          document.querySelector('neptune-os').screenText(),
        ),
      );
      await page.locator('.xterm-screen').dblclick({ position: { x: 20, y: 8 } });
      await page.keyboard.press('Control+C');
      await page.waitForFunction(async () => !/echo/.test(await navigator.clipboard.readText()));
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      assert.match(copied, /^\S+$/, 'a word');
      await page.keyboard.type('echo ');
      await page.keyboard.press('Control+Shift+V');
      await page.keyboard.press('Enter');
      await page.waitForFunction(
        (word) => document.querySelector('neptune-os').screenText().includes(`\n${word}\n`),
        copied,
      );
    });
  });
});
