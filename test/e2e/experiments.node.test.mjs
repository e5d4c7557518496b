/**
 * Experiments of the guide: the check says "not yet" before anything is done, and that it happened
 * after the steps. All of them in topology *single*, and some in *isolated*; the rest, and Firefox,
 * are `npm run soak:experiments` (some are in firefox.node.test.mjs, too).
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { ROOT } from '../../scripts/process.mjs';
import { startServer } from '../../scripts/serve.mjs';
import { violations } from './axe.mjs';
import { doExperiment, EXPERIMENTS } from './experiments.mjs';
import { listen, makeFolder, READY_MS, withSite } from './site.mjs';

/** Some wait for a drive or a watchdog, so that others have the processor meanwhile. */
const AT_ONCE = 4;
/** The longest first, so that nothing waits for them at the end. */
const SLOW = ['a-driver-that-hangs', 'pull-the-disk-while-it-writes', 'the-lazy-writer'];
/** Those in which several processors could make a difference, and that are quick. */
const IN_ISOLATED = [
  'follow-a-read',
  'revoke-a-capability',
  'what-a-hostile-program-may-do',
  'a-deadlock',
];

async function inPages(jobs, work) {
  const left = [...jobs];
  const one = async () => {
    for (let job = left.shift(); job !== undefined; job = left.shift()) await work(job);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}

async function doOnce(browser, url, { name, topology }) {
  const page = await (await browser.newContext()).newPage();
  listen(page);
  const start = performance.now();
  const done = await doExperiment(page, `${url}guide/experiments/${name}.html`);
  if (process.env.NEPTUNE_TOLD)
    console.log(topology, name, Math.round(performance.now() - start), JSON.stringify(done));
  const what = `${topology} ${name}: ${JSON.stringify(done.said)}`;
  assert.equal(done.topology, topology, what);
  assert.match(done.before.words, /^Not yet: /, what);
  assert.equal(done.before.happened, false, what);
  assert.ok(done.said.at(-1).happened, what);
  assert.deepEqual(page.said, [], what);
  await page.context().close();
}

/** Somebody else's server. */
const { folder, remove } = makeFolder();
let host;

suite('e2e/experiments', () => {
  before(async () => (host = await startServer({ root: folder })));
  after(async () => {
    await host?.close();
    remove();
  });

  test('each happens when it is done, and not before', async () => {
    const names = EXPERIMENTS.map(({ name }) => name);
    const inSingle = [...SLOW, ...names.filter((name) => !SLOW.includes(name))];
    const jobs = [
      ...inSingle.map((name) => ({ name, topology: 'single' })),
      ...IN_ISOLATED.map((name) => ({ name, topology: 'isolated' })),
    ];
    await withSite(async ({ url: single, browser }) => {
      await withSite(
        ({ url: isolated }) => {
          const urls = { single, isolated };
          return inPages(jobs, (job) => doOnce(browser, urls[job.topology], job));
        },
        { isolated: true },
      );
    });
  });

  test('by keys alone, from a link; readable by everybody, wide and narrow, light and dark', async () => {
    await withSite(async ({ url, browser }) => {
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      listen(page);
      await page.goto(`${url}?experiment=the-cost-of-a-name`);
      await page.waitForURL(/guide\/experiments\/the-cost-of-a-name\.html$/);
      const element = page.locator('neptune-experiment');
      const press = async (name) => {
        await element.getByRole('button', { name, exact: true }).focus();
        await page.keyboard.press('Enter');
      };
      const says = (words) => element.getByRole('status').filter({ hasText: words }).waitFor();
      await press('Check');
      await says('Not yet: nobody has asked');
      await press('Do it');
      await element.getByText('Done.').first().waitFor();
      await press('Do it again');
      await element.getByText('Done.').nth(1).waitFor();
      await press('Check');
      await says('It happened:');
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme });
        for (const width of [1280, 390]) {
          await page.setViewportSize({ width, height: 900 });
          const [wide, seen] = await page.evaluate(() => {
            const { scrollWidth, clientWidth } = document.documentElement;
            return [scrollWidth, clientWidth];
          });
          assert.equal(wide, seen, `at ${width}`);
          assert.deepEqual(await violations(page), [], `at ${width}, ${colorScheme}`);
        }
      }
      await page.emulateMedia({ media: 'print' });
      const printed = await page.evaluate(() => {
        const { shadowRoot } = document.querySelector('neptune-experiment');
        const parts = [...shadowRoot.querySelectorAll('li, button, [role=status]')];
        const shown = parts
          .filter((part) => part.checkVisibility())
          .map(({ localName }) => localName);
        return { shown, rig: document.querySelector('.rig').checkVisibility() };
      });
      assert.deepEqual(printed, { shown: ['li', 'li', 'p'], rig: false });
      await page.emulateMedia({ media: 'screen' });
      await press('Begin anew');
      await element.getByText('Done.').first().waitFor({ state: 'detached' });
      assert.deepEqual(page.said, []);
    });
  });

  test("in a page of another's, from another server; its recording is a link to the site", async () => {
    await withSite(async ({ url, browser }) => {
      const chapter = readFileSync(join(ROOT, 'docs/experiments.md'), 'utf8');
      const [source] = /<!doctype html>[\s\S]*?<\/html>/.exec(chapter);
      const home = new URL(url).origin;
      const permissions = ['clipboard-read', 'clipboard-write'];
      const page = await (await browser.newContext({ permissions })).newPage();
      page.setDefaultTimeout(READY_MS);
      listen(page);
      const lesson = source
        .replaceAll(/(src|disk-a|share-base)="/g, `$1="${home}/`)
        .replace('follow-a-read', 'the-cost-of-a-name');
      writeFileSync(join(folder, 'index.html'), lesson);
      const { said } = await doExperiment(page, host.url.replace('localhost', '127.0.0.1'));
      assert.ok(said.at(-1).happened, JSON.stringify(said));
      const told = await page.evaluate(async () => {
        const how = { once: true };
        const fired = new Promise((resolve) =>
          addEventListener('neptune-experiment', ({ detail }) => resolve(detail), how),
        );
        await document.querySelector('neptune-experiment').check();
        return fired;
      });
      assert.deepEqual(told, { name: 'the-cost-of-a-name', happened: true });
      await page.getByText('Recording and questions').click();
      await page.getByRole('button', { name: 'Copy it as a link' }).click();
      const copied = () => page.evaluate(() => navigator.clipboard.readText());
      let link = '';
      for (const end = Date.now() + READY_MS; link === '' && Date.now() < end;)
        link = await copied();
      assert.ok(link.startsWith(`${home}/#r=`), link.slice(0, 80));
      const reader = await (await browser.newContext()).newPage();
      reader.setDefaultTimeout(READY_MS);
      listen(reader);
      await reader.goto(link);
      await reader.getByRole('button', { name: 'Play', exact: true }).click();
      await reader.waitForFunction(() =>
        document.querySelector('neptune-os').screenText().includes('It is there.'),
      );
      // A page without an icon is asked for one.
      assert.deepEqual(
        page.said.filter((line) => !/404/.test(line)),
        [],
      );
      assert.deepEqual(reader.said, []);
    });
  });
});
