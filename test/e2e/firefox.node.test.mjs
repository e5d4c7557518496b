/** A second engine: Firefox as it is installed. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { noFirefox } from '../support/browsers.mjs';
import { besideJourney } from './beside-journey.mjs';
import { diskPrograms } from './disk-programs.mjs';
import { doExperiment } from './experiments.mjs';
import { withFirefoxSite } from './firefox-site.mjs';
import { settled } from './layout.mjs';
import { hiddenCharacters, killedAgent, missingDisk, silentAddress } from './promises.mjs';
import { exec, openSite, READY_MS, ready, readText, writeText } from './site.mjs';

/** The button asks for the menu when it goes down, and goes up then. */
async function menuStays(page) {
  await page.evaluate(() => document.querySelector('[data-view="files"]').click());
  const place = (what) =>
    page.waitForSelector(`neptune-files >>> ${what}`, { visible: true, timeout: READY_MS });
  await (await place('.row .name')).click({ button: 'right' });
  await place('.menu:popover-open');
}

const inFirefox = (name, work) => test(name, { skip: noFirefox }, work);

suite('e2e/firefox', () => {
  for (const isolated of [false, true]) {
    const topology = isolated ? 'isolated' : 'single';
    inFirefox(
      `${topology}: boots, lists a directory, keeps a file, looks after disks; files, box and map`,
      () =>
        withFirefoxSite(
          async ({ url, newPage }) => {
            const page = await newPage();
            page.said = [];
            page.on('pageerror', (error) => page.said.push(error.message));
            await page.goto(`${url}?again`);
            await ready(page);
            const inForce = await page.evaluate(
              () => document.querySelector('neptune-os').topology,
            );
            assert.equal(inForce, topology);
            const { status, output } = await exec(page, 'dir');
            assert.equal(status, 0, output);
            assert.match(output, /README\.TXT/);
            await writeText(page, 'A:\\FOX.TXT', 'fox');
            await exec(page, 'sync');
            await page.reload();
            await ready(page);
            assert.equal(await readText(page, 'A:\\FOX.TXT'), 'fox');
            await diskPrograms(page);
            await besideJourney(page);
            await menuStays(page);
            assert.deepEqual(page.said, []);
          },
          { isolated },
        ),
    );
  }

  inFirefox('embed.html: nothing overlaps, no style is refused', () =>
    withFirefoxSite(async ({ url, newPage }) => {
      const page = await newPage();
      await page.evaluateOnNewDocument(() => {
        globalThis.refused = [];
        document.addEventListener('securitypolicyviolation', (event) =>
          globalThis.refused.push(`${event.effectiveDirective} ${event.sourceFile}`),
        );
      });
      await openSite(page, `${url}embed.html`);
      for (const [width, height] of [
        [320, 568],
        [667, 150],
        [800, 500],
      ]) {
        await page.setViewport({ width, height });
        assert.deepEqual(await settled(page), [], `${width}x${height}`);
      }
      assert.deepEqual(await page.evaluate(() => globalThis.refused), []);
    }),
  );

  inFirefox('what a link may not do, and a killed agent', async () => {
    await withFirefoxSite(({ open }) => killedAgent(open), { isolated: true });
    await withFirefoxSite(async ({ open, url }) => {
      await killedAgent(open);
      await silentAddress(open);
      // The page's own code tells the others apart: links.node.test.mjs.
      await missingDisk(open, url, ['damaged', 'not fetched']);
      await hiddenCharacters(open);
    });
  });

  inFirefox('experiments: what is done happens, and not before', () =>
    // `npm run soak:experiments -- --browser firefox` does all of them.
    withFirefoxSite((single) =>
      withFirefoxSite(
        async (isolated) => {
          const sites = { single, isolated };
          for (const [name, topology] of [
            ['a-race-made-to-happen-and-replayed', 'single'],
            ['a-bad-sector', 'single'],
            ['revoke-a-capability', 'isolated'],
          ]) {
            const { newPage, url } = sites[topology];
            const page = await newPage();
            const done = await doExperiment(page, `${url}guide/experiments/${name}.html`);
            assert.equal(done.topology, topology, name);
            assert.equal(done.before.happened, false, name);
            assert.ok(done.said.at(-1).happened, `${name}: ${JSON.stringify(done.said)}`);
            await page.close();
          }
        },
        { isolated: true },
      ),
    ),
  );
});
