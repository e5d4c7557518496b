/** Time in the window into the system: held, by steps, back, and what is asked of the past. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { exec, readText, withSite, writeText } from './site.mjs';

/** The view, opened as people open it. */
async function inside(page) {
  await page.locator('[data-view="inside"]').first().click();
  await page.locator('neptune-view [role=tab]').first().waitFor();
}

const view = (page, method, ...args) =>
  page.evaluate(
    ([name, given]) => document.querySelector('neptune-view')[name](...given),
    [method, args],
  );

const status = (page) => page.locator('neptune-view .time [role=status]');
const button = (page, name) => page.locator('neptune-view .time').getByRole('button', { name });

suite('e2e/time', () => {
  test('held and let go by its buttons; what is asked meanwhile waits', async () => {
    await withSite(async ({ open }) => {
      const page = await open();
      await inside(page);
      await button(page, 'Pause').press('Enter');
      await status(page)
        .filter({ hasText: /^Paused at entry [\d,]+$/ })
        .waitFor();
      const line = page.locator('neptune-os .message').filter({ hasText: /^\s*Paused at entry/ });
      await line.waitFor();
      const done = exec(page, 'ver').then(({ status: is }) => is);
      const { entry } = await view(page, 'pause');
      const first = await view(page, 'step', 'entry');
      assert.ok(first.entry > entry, 'one step');
      const second = await view(page, 'step', 'message');
      assert.ok(second.entry > first.entry);
      assert.equal((await view(page, 'step', 'command')).paused, true);
      await button(page, 'Resume').click();
      assert.equal(await done, 0);
      await line.waitFor({ state: 'detached' });
      assert.equal((await exec(page, 'ver')).status, 0);
      assert.deepEqual(page.said, []);
    });
  });

  test('back to a place is a replay, and now is where it was', async () => {
    await withSite(async ({ open }) => {
      const page = await open();
      await inside(page);
      await writeText(page, 'A:\\NOTE.TXT', 'noted');
      const { entry } = await view(page, 'pause');
      const back = await view(page, 'back', 'message');
      assert.ok(back.entry < entry);
      const before = await view(page, 'back', 'command').catch((error) => error.message);
      assert.match(String(before), /Nothing of this kind has happened before/);
      const there = await view(page, 'visit', Math.floor(entry / 2));
      await status(page)
        .filter({ hasText: /^Shows entry [\d,]+; paused at/ })
        .waitFor();
      assert.ok(there.entry >= entry / 2 && there.entry < entry);
      await button(page, 'Back to now').click();
      await status(page)
        .filter({ hasText: /^Paused at entry/ })
        .waitFor();
      await view(page, 'resume');
      assert.equal(await readText(page, 'A:\\NOTE.TXT'), 'noted');
    });
  });

  test('isolated says that it needs single', async () => {
    await withSite(
      async ({ open }) => {
        const page = await open();
        await inside(page);
        const words = await view(page, 'pause').catch((error) => error.message);
        assert.match(String(words), /Time can be held in topology "single"/);
        assert.equal((await exec(page, 'ver')).status, 0);
      },
      { isolated: true },
    );
  });
});
