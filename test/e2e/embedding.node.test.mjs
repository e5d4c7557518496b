/** The examples of the guide's chapter on embedding and of the README, as they stand there. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { ROOT } from '../../scripts/process.mjs';
import { listen, READY_MS, ready, withSite } from './site.mjs';

const chapter = readFileSync(join(ROOT, 'docs/embedding.md'), 'utf8');
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
const examples = [...chapter.matchAll(/### (\d+)\. ([^\n]+)\n\n```html\n([\s\S]*?)```/g)];

/** What must be there in the end, by the example's number. */
const outcomes = {
  1: (page) => page.getByText('not kept').waitFor(),
  2: (page) => page.waitForFunction(() => /TRY>dir[\s\S]*A:\\TRY>$/.test(globalThis.screen_())),
  3: (page) => page.getByText(/^0 Hello!\s+6 entries\s+messages: [1-9]/).waitFor(),
  4: (page) => page.getByText('1474560 bytes').waitFor(),
  async 5(page) {
    await page.getByText(/^output .*personality/).waitFor();
    await page.getByText('command {"line":"ver","status":0,"typed":true}').waitFor();
  },
  async 7(page) {
    const machine = page.locator('neptune-os');
    const refused = await machine.evaluate((os) =>
      os.ejectDisk('A:').catch((error) => error.message),
    );
    assert.match(refused, /does not let the disk out of A:/);
    await machine.evaluate((os) => os.typeLines('md ELSE'));
    await page.getByText('Not yet').waitFor();
    await page.getByRole('button', { name: 'Show me' }).click();
    await page.getByText('Well done: md NOTES').waitFor();
    assert.equal(await machine.evaluate(async (os) => (await os.ejectDisk('A:')).size), 1_474_560);
  },
  async 8(page) {
    const style = (part, name) =>
      page.evaluate(
        ([selector, property]) => {
          const { shadowRoot } = document.querySelector('neptune-os');
          return getComputedStyle(shadowRoot.querySelector(selector))[property];
        },
        [part, name],
      );
    assert.equal(await style('.xterm-rows', 'color'), 'rgb(43, 36, 32)');
    assert.match(await style('.xterm-rows', 'fontFamily'), /^"Courier New"/);
    assert.equal(await style('#drives', 'outlineStyle'), 'none');
    await page.locator('neptune-os').evaluate((os) => os.writeFile('A:\\NEW.TXT', 'new'));
    await page.locator('neptune-os:state(unkept)').waitFor();
    assert.equal(await style('#drives', 'outlineStyle'), 'solid');
    assert.ok(await page.getByRole('button', { name: 'What is this?' }).isVisible());
  },
};

/** What is to be done before there is a prompt. */
const before = {
  async 8(page) {
    assert.ok(await page.getByText('A floppy disk from 1994').isVisible());
    await page.getByRole('button', { name: 'Start' }).click();
  },
};

suite('e2e/embedding', () => {
  test('the chapter has its examples', () => {
    assert.deepEqual(
      examples.map(([, number]) => Number(number)),
      [1, 2, 3, 4, 5, 6, 7, 8],
    );
  });

  test('the tag of the README: its disk is there, and its link leads to the site', async () => {
    await withSite(async ({ url, browser }) => {
      const [, source] = /```html\n([\s\S]*?)```/.exec(readme);
      const page = await browser.newPage();
      page.setDefaultTimeout(READY_MS);
      const address = `${url}readme.html`;
      await page.route(address, (route) =>
        route.fulfill({ contentType: 'text/html', body: source }),
      );
      await page.goto(address);
      await ready(page);
      const machine = page.locator('neptune-os');
      const { output } = await machine.evaluate((element) => element.exec('dir A:'));
      assert.match(output, /README\.TXT/);
      const link = await machine.evaluate((element) => element.share());
      assert.ok(link.startsWith(`${url}#a=`), link.slice(0, 80));
    });
  });

  test('no source file is served', () => {
    const files = readdirSync(join(ROOT, 'dist'), { recursive: true });
    assert.deepEqual(
      files.filter((name) => name.endsWith('.ts')),
      [],
    );
  });

  for (const [, number, title, source] of examples) {
    test(`${number}. ${title}`, async () => {
      await withSite(async ({ url, browser }) => {
        const page = await browser.newPage();
        page.setDefaultTimeout(READY_MS);
        listen(page);
        await page.addInitScript(() => {
          globalThis.screen_ = () => document.querySelector('neptune-os').screenText();
        });
        const address = `${url}example.html`;
        await page.route(address, (route) =>
          route.fulfill({ contentType: 'text/html', body: source }),
        );
        await page.goto(address);
        if (number === '6') {
          const frame = page.frameLocator('iframe');
          await frame.getByRole('button', { name: 'Run', exact: true }).click();
          await frame.getByText('bytes free').waitFor();
        } else {
          await before[number]?.(page);
          await ready(page);
          await outcomes[number](page);
        }
        // A page without an icon is asked for one.
        assert.deepEqual(
          page.said.filter((line) => !/404/.test(line)),
          [],
        );
      });
    });
  }
});
