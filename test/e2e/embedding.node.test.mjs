/** The examples of the guide's chapter on embedding, as they stand there. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { ROOT } from '../../scripts/process.mjs';
import { listen, READY_MS, ready, withSite } from './site.mjs';

const chapter = readFileSync(join(ROOT, 'docs/embedding.md'), 'utf8');
const examples = [...chapter.matchAll(/### (\d+)\. ([^\n]+)\n\n```html\n([\s\S]*?)```/g)];

/** What must be there in the end, by the example's number. */
const outcomes = {
  1: (page) => page.getByText('not kept').waitFor(),
  2: (page) => page.waitForFunction(() => /TRY>dir[\s\S]*A:\\TRY>$/.test(globalThis.screen_())),
  3: (page) => page.getByText(/^0 Hello!\s+6 entries\s+messages: [1-9]/).waitFor(),
  4: (page) => page.getByText('1474560 bytes').waitFor(),
  5: (page) => page.getByText(/^output .*personality/).waitFor(),
};

suite('e2e/embedding', () => {
  test('the chapter has its examples', () => {
    assert.deepEqual(
      examples.map(([, number]) => Number(number)),
      [1, 2, 3, 4, 5, 6],
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
