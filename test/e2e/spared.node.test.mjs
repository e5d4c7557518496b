/** Whether the browser spares the kept disks: it is asked once, and its answer is shown. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { image, insertDisk, kept, READY_MS, withSite } from './site.mjs';

/** A browser that promises it from the `promises`-th time on; each asking is counted. */
const browserThat = (promises) => `{
  let asked = 0;
  Object.defineProperty(navigator, 'storage', { value: {
    persisted: async () => asked >= ${promises},
    persist: async () => {
      asked++;
      localStorage.setItem('asked', String(Number(localStorage.getItem('asked') ?? 0) + 1));
      return asked >= ${promises};
    },
  } });
}`;

const asked = (page) => page.evaluate(() => Number(localStorage.getItem('asked') ?? 0));
const words = (page) => page.locator('neptune-box .sparing');

async function says(page, text) {
  await words(page).filter({ hasText: text }).waitFor({ timeout: READY_MS });
}

async function visit({ browser, open }, promises) {
  const context = await browser.newContext();
  await context.addInitScript(browserThat(promises));
  return { context, open: () => open('', { context }) };
}

async function keepOne(page) {
  await insertDisk(page, 'B:', image({ 'A.TXT': 'a' }), { label: 'one' });
  await kept(page, 'B:', 'kept');
}

suite('e2e/spared', () => {
  test('the first kept disk asks, once; what is promised is said in the box', async () => {
    await withSite(async (site) => {
      const { open } = await visit(site, 1);
      const page = await open();
      await page.getByRole('button', { name: 'Box', exact: true }).click();
      await page.locator('neptune-box .empty').waitFor();
      assert.equal(await asked(page), 0);
      await keepOne(page);
      await says(page, 'keeps these disks until you delete them');
      assert.equal(await words(page).getByRole('button').count(), 0);
      assert.equal(await asked(page), 1);
      assert.deepEqual(page.said, []);
    });
  });

  test('what is refused is said, is not asked again by itself, and can be asked again', async () => {
    await withSite(async (site) => {
      const { open } = await visit(site, 2);
      const first = await open();
      await keepOne(first);
      await first.waitForFunction(() => localStorage.getItem('asked') === '1');
      await first.close();
      const page = await open();
      await insertDisk(page, 'A:', image({ 'B.TXT': 'b' }), { label: 'two' });
      await kept(page, 'A:', 'kept');
      await page.getByRole('button', { name: 'Box', exact: true }).click();
      await says(page, 'may delete these disks');
      assert.equal(await asked(page), 1);
      const ask = words(page).getByRole('button', { name: 'Ask it to keep them' });
      await ask.click();
      await says(page, 'does not promise');
      await ask.click();
      await says(page, 'keeps these disks until you delete them');
      assert.equal(await asked(page), 3);
    });
  });

  test('a frame does not ask, nor a browser that does not say', async () => {
    await withSite(async ({ browser, open, url }) => {
      const context = await browser.newContext();
      await context.addInitScript(browserThat(1));
      const page = await context.newPage();
      await page.route('**/framing.html', (route) =>
        route.fulfill({
          contentType: 'text/html',
          body: '<!doctype html><title>A page</title><iframe src="./" width="800" height="600"></iframe>',
        }),
      );
      await page.goto(`${url}framing.html`);
      const frame = page.frames()[1] ?? (await page.waitForEvent('framenavigated'));
      await frame.waitForFunction(
        () => document.querySelector('neptune-os')?.drives?.length === 2,
        undefined,
        { timeout: READY_MS },
      );
      await keepOne(frame);
      assert.equal(await asked(frame), 0);

      const plain = await browser.newContext();
      await plain.addInitScript(
        "Object.defineProperty(navigator, 'storage', { value: undefined })",
      );
      const old = await open('', { context: plain });
      await keepOne(old);
      await old.getByRole('button', { name: 'Box', exact: true }).click();
      await old.locator('neptune-box .card').waitFor();
      assert.equal(await words(old).count(), 0);
      assert.deepEqual(old.said, []);
    });
  });
});
