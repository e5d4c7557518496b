/** Time in the window into the system: held, by steps, back, and what is asked of the past. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { violations } from './axe.mjs';
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
      // The first one may be over by now; a step waits where nothing is to come.
      const next = exec(page, 'vol').then(({ status: is }) => is);
      assert.equal((await view(page, 'step', 'command')).paused, true);
      await button(page, 'Resume').click();
      assert.deepEqual([await done, await next], [0, 0]);
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

  test('the time line has marks, and keys lead to them', async () => {
    await withSite(async ({ open }) => {
      const page = await open('', { viewport: { width: 390, height: 844 } });
      await inside(page);
      assert.equal((await exec(page, 'ver')).status, 0);
      await button(page, 'Pause').press('Enter');
      const line = page.locator('neptune-time-line');
      const slider = line.getByRole('slider');
      await line.getByRole('button', { name: /^Commands [1-9]/ }).waitFor();
      await line.getByRole('button', { name: /^Breakpoints 1$/ }).waitFor();
      const fits = () => document.documentElement.scrollWidth <= innerWidth;
      assert.equal(await page.evaluate(fits), true);
      await slider.focus();
      await page.keyboard.press('Home');
      const words = () => slider.getAttribute('aria-valuetext');
      for (let turn = 0; turn < 200 && !/a command ended/.test(await words()); turn++)
        await page.keyboard.press('ArrowRight');
      const [, entry] = /^Entry ([\d,]+) of [\d,]+: a command ended/.exec(await words());
      await page.keyboard.press('Enter');
      await status(page)
        .filter({ hasText: /^Shows entry/ })
        .waitFor();
      const shown = Number(await slider.getAttribute('aria-valuenow'));
      assert.ok(shown >= Number(entry.replaceAll(',', '')), `${shown}, ${entry}`);
      for (const look of [
        { colorScheme: 'light', forcedColors: 'none' },
        { colorScheme: 'dark', forcedColors: 'none' },
        { colorScheme: 'dark', forcedColors: 'active' },
      ]) {
        await page.emulateMedia(look);
        assert.deepEqual(await violations(page), []);
      }
      await view(page, 'resume');
      await line.waitFor({ state: 'detached' });
      assert.deepEqual(page.said, []);
    });
  });

  test('who wrote a sector: exact, and it can be gone to', async () => {
    await withSite(async ({ open }) => {
      const page = await open();
      await inside(page);
      await writeText(page, 'A:\\NOTE.TXT', 'noted');
      assert.equal((await exec(page, 'sync')).status, 0);
      await view(page, 'pause');
      // The first sector of the root directory of a 1.44M disk.
      const [written, read, none] = await view(
        page,
        'ask',
        { written: 'A:', sector: 19 },
        { counter: 'machine.fdc.command' },
        { written: 'B:', sector: 19 },
      );
      assert.ok(written.count > 0 && read.count > written.count);
      assert.equal(none.count, 0);
      const { entry, by } = written.last.at(-1);
      assert.equal(by, 'device');
      assert.ok(read.last.some(({ process }) => process === 'fdc.sys'));
      const there = await view(page, 'visit', entry);
      assert.ok(there.entry >= entry);
      await page.locator('neptune-view .past summary').click();
      await page.locator('neptune-view .past select').selectOption('a');
      await page.locator('neptune-view .past input[name=about]').fill('19');
      await page.locator('neptune-view .past form button').click();
      await page.locator('neptune-view .past ol li').first().waitFor();
      const wrong = await view(page, 'ask', { service: 'NtNothing' }).catch((e) => e.message);
      assert.match(String(wrong), /There is no service "NtNothing"/);
      await view(page, 'resume');
      assert.equal(await readText(page, 'A:\\NOTE.TXT'), 'noted');
    });
  });

  test('a recording in a link is offered, and played when it is wanted', async () => {
    await withSite(async ({ open }) => {
      const page = await open();
      await page.evaluate(() => document.querySelector('neptune-os').type('echo recorded\r'));
      const echoed = () =>
        /recorded\s+A:\\>$/.test(document.querySelector('neptune-os').screenText().trimEnd());
      await page.waitForFunction(echoed);
      const text = await page.evaluate(async () => {
        const file = await document.querySelector('neptune-os').recording();
        const bytes = new Uint8Array(await file.arrayBuffer());
        const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
        return base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
      });
      const other = await open(`#r=${text}`);
      const offer = other.locator('#offer');
      await offer.getByText(/This link brings the recording of a session/).waitFor();
      await offer.getByText('A disk for A:, 1,474,560 bytes').waitFor();
      assert.equal(await other.evaluate(echoed), false);
      await offer.getByRole('button', { name: 'Play' }).click();
      await other.waitForFunction(echoed);
      assert.equal(await other.evaluate(() => location.hash), '');
      assert.equal((await exec(other, 'ver')).status, 0);
      const hostile = await open('#r=AAAA');
      const words = hostile.locator('neptune-os .message').getByText(/recording in this link was/);
      await words.waitFor();
    });
  });

  test('isolated: held at an entry, by steps of one; nothing of it passes meanwhile', async () => {
    await withSite(
      async ({ open }) => {
        const page = await open();
        await inside(page);
        const { entry } = await view(page, 'pause');
        await status(page)
          .filter({ hasText: /^Paused at entry [\d,]+$/ })
          .waitFor();
        const again = () =>
          page.evaluate(async () => (await document.querySelector('neptune-os').time({})).entry);
        // Longer than a driver may be silent: nothing counts it.
        await page.waitForTimeout(3000);
        assert.equal(await again(), entry);
        // The picture is of that very entry.
        await page
          .locator('neptune-view .when')
          .getByText(`As of entry ${entry.toLocaleString('en-US')} `)
          .waitFor();
        const done = exec(page, 'ver').then(({ status: is }) => is);
        let at = entry;
        for (let turn = 0; turn < 5; turn++) {
          const stepped = await view(page, 'step', 'entry');
          assert.equal(stepped.entry, at + 1, 'one entry is one entry');
          at = stepped.entry;
        }
        assert.ok((await view(page, 'step', 'message')).entry > at);
        for (const [method, ...given] of [
          ['back', 'entry'],
          ['visit', 1],
          ['step', 'command'],
          ['slow', 10],
        ]) {
          const words = await view(page, method, ...given).catch((error) => error.message);
          assert.match(String(words), /"single"|"isolated"/, method);
        }
        await button(page, 'Resume').click();
        assert.equal(await done, 0);
        await writeText(page, 'A:\\NOTE.TXT', 'noted');
        assert.equal((await exec(page, 'sync')).status, 0);
        assert.equal(await readText(page, 'A:\\NOTE.TXT'), 'noted');
        assert.deepEqual(page.said, []);
      },
      { isolated: true },
    );
  });
});
