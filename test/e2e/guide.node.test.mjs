/**
 * The published guide: its links lead somewhere, its pages are readable by everybody, and each of
 * its examples runs by its own button: a session prints what the guide says, a page comes to its
 * prompt. What does not run says why.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { suite, test } from 'node:test';
import { examples } from '../../scripts/guide/markdown.mjs';
import { ROOT } from '../../scripts/process.mjs';
import { violations } from './axe.mjs';
import { until } from './offline.mjs';
import { listen, withSite } from './site.mjs';

const DIST = join(ROOT, 'dist');
const PAGES = readdirSync(join(DIST, 'guide'), { recursive: true })
  .map((name) => `guide/${name.replaceAll('\\', '/')}`)
  .filter((name) => name.endsWith('.html') && !name.startsWith('guide/examples/'));

const read = (name) => readFileSync(join(DIST, name), 'utf8');
const idsOf = (name) => [...read(name).matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
const withExamples = PAGES.filter((name) => read(name).includes('data-lines='));
const withPages = PAGES.filter((name) => read(name).includes('data-page='));

function isBroken(page, target) {
  if (/^[a-z]+:/.test(target)) return false;
  const [file, anchor] = target.split('#');
  const name = file ? join(dirname(page), file) : page;
  if (!existsSync(join(DIST, name))) return true;
  return Boolean(anchor) && !idsOf(name).includes(decodeURI(anchor));
}

/** A line of the guide as it may be on the screen: `...` is anything, alone any lines. */
function patternOf(lines) {
  const quoted = lines.map((line) => {
    if (line.trim() === '...') return '(?:[^\n]*\n)*?';
    const parts = line.trimEnd().split('...');
    return `${parts.map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('[^\n]*')}\n`;
  });
  return new RegExp(`^${quoted.join('')}$`);
}

const withoutBlanks = (text) =>
  text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .concat('')
    .join('\n');

const PROMPT = 'A:\\>';

/** Waits until the screen has so many prompts with a command, and then one without. */
const prompted = (page, commands) =>
  until(
    page,
    ([prompt, count]) => {
      const screen = document.querySelector('neptune-os').screenText().trimEnd();
      const prompts = screen.split('\n').filter((line) => line.startsWith(prompt));
      return prompts.length === count + 1 && screen.endsWith(`\n${prompt}`.slice(count ? 0 : 1));
    },
    [PROMPT, commands],
  );

/** Runs one on a clean screen, large enough for all of it, and says what it shows then. */
async function run(page, at, commands) {
  if (at > 0) {
    await page.evaluate(() => document.querySelector('neptune-os').typeLines('cls'));
    await prompted(page, 0);
  }
  await page.evaluate(async (index) => {
    document.querySelectorAll('button[data-lines]')[index].click();
    await customElements.whenDefined('neptune-os');
    const { style } = document.querySelector('.machine');
    style.setProperty('position', 'fixed');
    style.setProperty('inset', '0');
    style.setProperty('block-size', '100vh');
  }, at);
  await prompted(page, commands);
  return page.evaluate(() => document.querySelector('neptune-os').screenText());
}

suite('e2e/guide', () => {
  test('no page has a broken link, a script or a style of its own', () => {
    assert.ok(PAGES.includes('guide/decisions/index.html'));
    for (const page of PAGES) {
      const html = read(page);
      const targets = [...html.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, target]) => target);
      assert.deepEqual(
        targets.filter((target) => isBroken(page, target)),
        [],
        page,
      );
      assert.doesNotMatch(html, /<script(?![^>]*\ssrc=)|<style| style="|\{\{\w/, page);
    }
  });

  test('every chapter names every other', () => {
    const contents = (page) => read(page).split('<nav')[1];
    const chapters = PAGES.filter((page) => !/^guide\/(decisions|experiments)\//.test(page));
    for (const page of chapters)
      assert.ok(contents('guide/index.html').includes(`"${page.slice('guide/'.length)}"`), page);
  });

  for (const path of withExamples) {
    test(`${path}: what its examples print is what it says`, async () => {
      await withSite(async ({ url, browser }) => {
        const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
        listen(page);
        await page.goto(url + path);
        const blocks = await page.locator('.example code').allTextContents();
        for (const [at, code] of blocks.entries()) {
          const session = examples(code);
          const screen = await run(page, at, session.length);
          const told = withoutBlanks(`${code}\n${PROMPT}`);
          const shown = withoutBlanks(screen.slice(screen.indexOf(PROMPT)));
          const pattern = patternOf(told.trimEnd().split('\n'));
          assert.match(shown, pattern, `${path}, example ${at + 1}: ${JSON.stringify(shown)}`);
        }
        assert.equal(await page.locator('neptune-os').count(), 1, 'one machine a page');
        assert.deepEqual(page.said, []);
      });
    });
  }

  for (const path of withPages) {
    test(`${path}: its examples that are pages run below their text`, async () => {
      await withSite(async ({ url, browser }) => {
        const page = await browser.newPage();
        listen(page);
        await page.goto(url + path);
        const buttons = page.locator('button[data-page]');
        for (let at = 0; at < (await buttons.count()); at++) {
          await buttons.nth(at).click();
          const frame = page.frameLocator('.example + iframe').nth(at);
          const nested = read(`guide/${await buttons.nth(at).getAttribute('data-page')}`);
          const within = nested.includes('<iframe') ? frame.frameLocator('iframe') : frame;
          await within.locator('neptune-os').evaluate(async (machine) => {
            await customElements.whenDefined('neptune-os');
            void machine.boot();
            await machine.ready;
          });
        }
        assert.deepEqual(page.said, []);
      });
    });
  }

  test('every block of code runs, says why not, or is a drawing', () => {
    const fences = readdirSync(join(ROOT, 'docs'), { recursive: true })
      .filter((name) => name.endsWith('.md'))
      .flatMap((name) => {
        const text = readFileSync(join(ROOT, 'docs', name), 'utf8');
        return [...text.matchAll(/^```(\w+)$/gm)];
      });
    const html = PAGES.map(read).join('\n');
    const told = html.match(/data-lines=|data-page=|class="why"/g);
    assert.equal(told.length, fences.length);
  });

  test('nothing is fetched for a machine before one is wanted', async () => {
    await withSite(async ({ url, browser }) => {
      const page = await browser.newPage();
      const asked = [];
      page.on('request', (request) => asked.push(new URL(request.url()).pathname));
      await page.goto(`${url}guide/shell.html`);
      await page.getByRole('button', { name: 'Run it' }).first().waitFor();
      assert.deepEqual(
        asked.filter((name) => /neptune-os|worker|\.wasm|disks/.test(name)),
        [],
      );
    });
  });

  test('readable by everybody, wide and narrow, light and dark', async () => {
    await withSite(async ({ url, browser }) => {
      for (const colorScheme of ['light', 'dark']) {
        const page = await browser.newPage({ colorScheme });
        for (const width of [1280, 390]) {
          await page.setViewportSize({ width, height: 800 });
          for (const path of ['guide/index.html', 'guide/shell.html', 'guide/api.html']) {
            await page.goto(url + path);
            const [wide, seen] = await page.evaluate(() => {
              const { scrollWidth, clientWidth } = document.documentElement;
              return [scrollWidth, clientWidth];
            });
            assert.equal(wide, seen, `${path} at ${width}`);
            assert.deepEqual(
              await violations(page, colorScheme),
              [],
              `${path} at ${width}, ${colorScheme}`,
            );
          }
        }
      }
    });
  });
});
