/** Nothing lies on anything, whatever the window; and what a page that embeds it relies on. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { settled, VIEWPORTS } from './layout.mjs';
import { shoot } from './shots.mjs';
import { exec, image, insertDisk, listen, messages, openSite, withSite } from './site.mjs';

const LABEL = 'A label that somebody wrote without thinking of how much room there is for it';

/** What a window has in it on a full day. */
async function fill(page) {
  await insertDisk(page, 'B:', image({ 'A.TXT': 'a' }, 720), { label: LABEL, persist: false });
  await page.evaluate(() => {
    const machine = document.querySelector('neptune-os');
    machine.say('A line for people, about something that they should know, and a little longer.');
    machine.say('Another one.');
  });
}

suite('e2e/layout', () => {
  for (const path of ['', 'embed.html'])
    test(`${path || 'the site'}: nothing overlaps, is cut off, or makes the page wide`, async () => {
      await withSite(async ({ open }) => {
        const page = await open(path);
        for (const filled of [false, true]) {
          if (filled) await fill(page);
          for (const colorScheme of ['light', 'dark']) {
            await page.emulateMedia({ colorScheme });
            for (const [name, [width, height]] of Object.entries(VIEWPORTS)) {
              await page.setViewportSize({ width, height });
              const wrong = await settled(page);
              const shot = `${path || 'site'}-${width}x${height}-${colorScheme}${filled ? '-full' : ''}`;
              await shoot(page, shot);
              assert.deepEqual(wrong, [], `${name}, ${colorScheme}`);
            }
          }
        }
        await page.setViewportSize({ width: 667, height: 150 });
        await page.getByRole('button', { name: 'Disks' }).click();
        await page.getByRole('button', { name: 'Insert: drive B:' }).click();
        await shoot(page, `${path || 'site'}-folded`);
        assert.deepEqual(await settled(page), [], 'in a dialog');
        await page.keyboard.press('Escape');
      });
    });

  test('a full row is one line at a desk; a phone folds the drives; forced colours part buttons', async () => {
    await withSite(async ({ open }) => {
      const page = await open();
      await page.setViewportSize({ width: 1280, height: 800 });
      await insertDisk(page, 'A:', image({ 'A.TXT': 'a' }), { label: 'notes.img', persist: false });
      await exec(page, 'md A:\\X');
      const badge = page.locator('[data-drive="A:"] .badge');
      await badge.filter({ hasText: 'changed, not kept' }).waitFor();
      const boxOf = (selector) => page.locator(selector).boundingBox();
      const row = await boxOf('.drive[data-drive="A:"]');
      const one = await boxOf('.drive[data-drive="A:"] [data-action=insert]');
      assert.ok(row.height < 2 * one.height, `a row of ${row.height} px`);
      await page.emulateMedia({ forcedColors: 'active' });
      const eject = await boxOf('.drive[data-drive="A:"] [data-action=eject]');
      const insert = await boxOf('.drive[data-drive="A:"] [data-action=insert]');
      assert.ok(eject.x - (insert.x + insert.width) >= 3, 'apart');
      for (const width of [320, 360]) {
        await page.setViewportSize({ width, height: 740 });
        await page.locator('#bars').waitFor({ state: 'hidden' });
        await page.getByRole('button', { name: 'Disks' }).click();
        await page.locator('#bars').waitFor({ state: 'visible' });
        await shoot(page, `drives-${width}`);
        await page.getByRole('button', { name: 'Disks' }).click();
      }
    });
  });

  test('letters twice as large', async () => {
    await withSite(async ({ open }) => {
      const page = await open();
      await fill(page);
      await page.evaluate(() => (document.documentElement.style.fontSize = '32px'));
      for (const [width, height] of [
        [320, 568],
        [800, 500],
        [1280, 800],
      ]) {
        await page.setViewportSize({ width, height });
        assert.deepEqual(await settled(page), [], `${width} wide`);
      }
    });
  });

  test('embed.html takes no focus; the site does, unless the reader is elsewhere', async () => {
    await withSite(async ({ open }) => {
      const active = (page) => page.evaluate(() => document.activeElement?.localName);
      assert.equal(await active(await open('embed.html')), 'body');
      assert.equal(await active(await open()), 'neptune-os');
    });
  });

  test('without storage embed.html raises no alarm, and says quietly that nothing is kept', async () => {
    await withSite(async ({ url, browser }) => {
      const page = await browser.newPage();
      listen(page);
      await page.addInitScript(() => {
        IDBFactory.prototype.open = () => {
          throw new DOMException('The operation is insecure.', 'SecurityError');
        };
      });
      await openSite(page, `${url}embed.html`);
      await page
        .getByText('Changes are not kept: this browser gives the page no storage.')
        .waitFor();
      await insertDisk(page, 'B:', image({ 'A.TXT': 'a' }, 720));
      assert.deepEqual(await messages(page), []);
      // Once: neither in the drives' rows, nor by a button that could not do it.
      const bar = await page.locator('#bars').innerText();
      assert.equal(bar.match(/no storage|does not/g).length, 1, bar);
      assert.equal(await page.getByRole('button', { name: /Keep/ }).count(), 0);
      assert.deepEqual(page.said, []);
    });
  });

  test('no style that a strict policy refuses, whatever is printed', async () => {
    await withSite(async ({ url, browser }) => {
      const page = await browser.newPage();
      listen(page);
      await page.addInitScript(() => {
        globalThis.refused = [];
        document.addEventListener('securitypolicyviolation', (event) =>
          globalThis.refused.push(`${event.effectiveDirective} ${event.sourceFile}`),
        );
      });
      await openSite(page, url);
      // Cells with a colour of their own are where xterm writes style attributes: an element whose
      // system prints such, since the shell's commands print no escape.
      const background = await page.evaluate(async () => {
        let print;
        const done = async () => undefined;
        const system = {
          topology: 'single',
          terminate: done,
          insert: done,
          eject: done,
          ask: done,
        };
        class Printing extends customElements.get('neptune-os') {
          static bootSystem = async ({ onOutput }) => {
            print = (text) => onOutput(new TextEncoder().encode(text));
            return system;
          };
        }
        customElements.define('neptune-printing', Printing);
        const element = document.createElement('neptune-printing');
        document.body.append(element);
        const booted = element.boot();
        while (!print) await new Promise((later) => setTimeout(later, 10));
        print('\x1b[48;2;10;20;30;38;2;250;240;230mpink\x1b[m\r\nA:\\>\x1b]133;B\x07');
        await booted;
        const cell = () =>
          [...element.shadowRoot.querySelectorAll('.xterm-rows span')].find(({ textContent }) =>
            textContent.includes('pink'),
          );
        while (!cell()) await new Promise((later) => setTimeout(later, 10));
        return getComputedStyle(cell()).backgroundColor;
      });
      assert.equal(background, 'rgb(10, 20, 30)');
      assert.deepEqual(await page.evaluate(() => globalThis.refused), []);
      assert.deepEqual(page.said, []);
    });
  });

  test('forced colours: the caret and what is selected can be seen', async () => {
    await withSite(async ({ open }) => {
      const page = await open('', { forcedColors: 'active' });
      const caret = await page.evaluate(() => {
        const root = document.querySelector('neptune-os').shadowRoot;
        const style = (selector) => getComputedStyle(root.querySelector(selector));
        return {
          caret: style('.xterm-cursor').backgroundColor,
          page: style('.xterm-scrollable-element').backgroundColor,
        };
      });
      assert.notEqual(caret.caret, caret.page);
      assert.doesNotMatch(caret.caret, /, 0\)$/, 'not transparent');
    });
  });
});
