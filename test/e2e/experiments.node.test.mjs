/**
 * Every experiment of the guide: its check says "not yet" before anything is done, and that it
 * happened after its steps; in each topology that it applies to.
 */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { violations } from './axe.mjs';
import { doExperiment, EXPERIMENTS } from './experiments.mjs';
import { listen, withSite } from './site.mjs';

/** Some wait for a drive or a watchdog, so that others have the processor meanwhile. */
const AT_ONCE = 3;

async function inPages(names, work) {
  const left = [...names];
  const one = async () => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) await work(name);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}

suite('e2e/experiments', () => {
  for (const topology of ['single', 'isolated']) {
    test(`${topology}: each happens when it is done, and not before`, async () => {
      const names = EXPERIMENTS.filter(({ topologies }) => topologies.includes(topology));
      const isolated = topology === 'isolated';
      await withSite(
        async ({ url, browser }) => {
          await inPages(
            names.map(({ name }) => name),
            async (name) => {
              const page = await (await browser.newContext()).newPage();
              listen(page);
              const start = performance.now();
              const done = await doExperiment(page, `${url}guide/experiments/${name}.html`);
              if (process.env.NEPTUNE_TOLD)
                console.log(name, Math.round(performance.now() - start), JSON.stringify(done));
              assert.equal(done.topology, topology, name);
              assert.match(done.before.words, /^Not yet: /, name);
              assert.equal(done.before.happened, false, name);
              const last = done.said.at(-1);
              assert.ok(last.happened, `${name}: ${JSON.stringify(done.said)}`);
              assert.deepEqual(page.said, [], name);
              await page.context().close();
            },
          );
        },
        { isolated },
      );
    });
  }

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
      await press('Begin anew');
      await element.getByText('Done.').first().waitFor({ state: 'detached' });
      assert.deepEqual(page.said, []);
    });
  });
});
