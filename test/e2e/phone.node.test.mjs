/** A phone: its keyboard over half of the page, letters composed, what fingers press. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { violations } from './axe.mjs';
import { image, insertDisk, openSite, READY_MS, withSite } from './site.mjs';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** As browsers do that move the page under their keyboard: only `visualViewport` knows of it. */
function keyboardOver() {
  const seen = new EventTarget();
  let height = 844;
  Object.defineProperties(seen, {
    height: { get: () => height },
    width: { get: () => 390 },
    scale: { get: () => 1 },
    offsetTop: { get: () => 0 },
  });
  Object.defineProperty(globalThis, 'visualViewport', { get: () => seen });
  globalThis.openKeyboard = (high) => {
    height = 844 - high;
    seen.dispatchEvent(new Event('resize'));
  };
}

/** How far down the prompt reaches. */
const promptEnds = (page) =>
  page.evaluate(() => {
    const rows = document.querySelector('neptune-os').shadowRoot.querySelector('.xterm-rows');
    const prompt = [...rows.children].findLast((row) => row.textContent.trim() !== '');
    return prompt.getBoundingClientRect().bottom;
  });

const screen = (page) => page.evaluate(() => document.querySelector('neptune-os').screenText());

/** What a finger presses and would miss: in the page, its views and the machine's bar. */
function tooSmall() {
  const deep = (root) =>
    [...root.querySelectorAll('*')].flatMap((one) =>
      one.shadowRoot ? [one, ...deep(one.shadowRoot)] : [one],
    );
  return deep(document)
    .filter((one) => one.matches('button, select, summary, nav a') && one.checkVisibility())
    .map((one) => [one.getAttribute('aria-label') ?? one.textContent.trim(), one])
    .map(([name, one]) => [name, one.getBoundingClientRect()])
    .filter(([, { width, height }]) => width > 0 && (width < 24 || height < 43.5))
    .map(([name, { width, height }]) => `${name}: ${width} x ${height}`);
}

suite('e2e/phone', () => {
  test('a keyboard over the page leaves the prompt in sight; composed letters come once', async () => {
    await withSite(async ({ browser, url }) => {
      const context = await browser.newContext(phone);
      const page = await context.newPage();
      await page.addInitScript(keyboardOver);
      page.setDefaultTimeout(READY_MS);
      await openSite(page, `${url}?again`);
      await page.evaluate(() => document.querySelector('neptune-os').type('dir\r'.repeat(5)));
      await page.waitForFunction(() =>
        /(bytes free[^]*){2}A:\\>$/.test(document.querySelector('neptune-os').screenText()),
      );
      await page.locator('.xterm-screen').tap();
      assert.ok((await promptEnds(page)) > 500, 'the screen is full');
      await page.evaluate(() => globalThis.openKeyboard(344));
      await page.waitForFunction(() => {
        const rows = document.querySelector('neptune-os').shadowRoot.querySelector('.xterm-rows');
        const prompt = [...rows.children].findLast((row) => row.textContent.trim() !== '');
        return prompt.getBoundingClientRect().bottom <= 500;
      });
      const keys = await page.getByRole('button', { name: 'Enter' }).boundingBox();
      assert.ok(keys.y + keys.height <= 500, 'the row of keys is over the keyboard');

      const devtools = await context.newCDPSession(page);
      await page.keyboard.type('echo ');
      await page.waitForFunction(() =>
        document.querySelector('neptune-os').screenText().endsWith('A:\\>echo'),
      );
      for (const text of ['u', 'ue', 'ü'])
        await devtools.send('Input.imeSetComposition', {
          text,
          selectionStart: text.length,
          selectionEnd: text.length,
        });
      assert.match(await screen(page), /A:\\>echo$/, 'nothing is sent before it is done');
      await devtools.send('Input.insertText', { text: 'ü' });
      await page.getByRole('button', { name: 'Enter' }).tap();
      await page.waitForFunction(() =>
        /echo ü\nü\n/.test(document.querySelector('neptune-os').screenText()),
      );
    });
  });

  test('what a finger presses is large enough, and axe is content', async () => {
    await withSite(async ({ open }) => {
      const page = await open('', phone);
      await page.getByRole('button', { name: 'Files' }).tap();
      const row = page.getByRole('rowheader', { name: 'README.TXT' });
      await row.waitFor();
      assert.deepEqual(await page.evaluate(tooSmall), []);
      assert.deepEqual(await violations(page), []);
    });
  });

  test('where the drives are folded away, their lights are on the key that shows them', async () => {
    await withSite(async ({ open }) => {
      const page = await open('', phone);
      const lights = page.locator('#fold .light');
      assert.equal(await lights.count(), 2);
      assert.ok(await lights.first().isVisible());
      assert.ok(!(await page.locator('#bars').isVisible()));
      await insertDisk(page, 'B:', image({ 'A.TXT': 'text' }), { persist: false });
      await page.locator('#fold .light[data-light="off"]').nth(1).waitFor();
      await page.evaluate(() => document.querySelector('neptune-os').exec('type B:\\A.TXT'));
      await page.locator('#fold .light:nth-child(2)[data-light="on"]').waitFor();
      const key = page.getByRole('button', { name: 'Disks', exact: true });
      assert.equal(await key.count(), 1, 'its name is the same');
    });
  });

  test('a finger that rests on a file has its menu when it goes', async () => {
    await withSite(async ({ open }) => {
      const page = await open('', phone);
      await page.getByRole('button', { name: 'Files' }).tap();
      const row = page.getByRole('rowheader', { name: 'README.TXT' });
      await row.waitFor();
      const { x, y, height } = await row.boundingBox();
      const devtools = await page.context().newCDPSession(page);
      const touchPoints = [{ x: x + 40, y: y + height / 2 }];
      await devtools.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints });
      await page.locator('.row[aria-selected="true"]', { hasText: 'README.TXT' }).waitFor();
      await devtools.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
      await page.getByRole('menu', { name: 'Actions for README.TXT' }).waitFor();
      assert.deepEqual(await violations(page), []);
      await page.getByRole('menuitem', { name: 'Open' }).tap();
      await page.getByRole('heading', { name: 'README.TXT' }).waitFor();
    });
  });
});
