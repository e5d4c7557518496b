/** A second engine: Firefox as it is installed. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { launchFirefox, noFirefox, serveDist } from '../support/browsers.mjs';
import { besideJourney } from './beside-journey.mjs';
import { diskPrograms } from './disk-programs.mjs';
import { doExperiment } from './experiments.mjs';
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

suite('e2e/firefox', () => {
  for (const isolated of [false, true]) {
    const topology = isolated ? 'isolated' : 'single';
    test(
      `${topology}: boots, lists a directory, keeps a file, looks after disks; files, box and map`,
      { skip: noFirefox },
      async () => {
        const server = await serveDist({ isolated });
        const browser = await launchFirefox();
        try {
          const page = await browser.newPage();
          page.said = [];
          page.on('pageerror', (error) => page.said.push(error.message));
          await page.goto(`${server.url}?again`);
          await ready(page);
          const inForce = await page.evaluate(() => document.querySelector('neptune-os').topology);
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
        } finally {
          await browser.close();
          await server.close();
        }
      },
    );
  }

  test('embed.html: nothing overlaps, no style is refused', { skip: noFirefox }, async () => {
    const server = await serveDist();
    const browser = await launchFirefox();
    try {
      const page = await browser.newPage();
      await page.evaluateOnNewDocument(() => {
        globalThis.refused = [];
        document.addEventListener('securitypolicyviolation', (event) =>
          globalThis.refused.push(`${event.effectiveDirective} ${event.sourceFile}`),
        );
      });
      await openSite(page, `${server.url}embed.html`);
      for (const [width, height] of [
        [320, 568],
        [667, 150],
        [800, 500],
      ]) {
        await page.setViewport({ width, height });
        assert.deepEqual(await settled(page), [], `${width}x${height}`);
      }
      assert.deepEqual(await page.evaluate(() => globalThis.refused), []);
    } finally {
      await browser.close();
      await server.close();
    }
  });

  test('what a link may not do, and a killed agent', { skip: noFirefox }, async () => {
    for (const isolated of [false, true]) {
      const server = await serveDist({ isolated });
      const browser = await launchFirefox();
      const open = async (path = '') => {
        const page = await browser.newPage();
        await openSite(page, server.url + path);
        return page;
      };
      try {
        await killedAgent(open);
        if (isolated) continue;
        for (const keep of [silentAddress, missingDisk, hiddenCharacters])
          await keep(open, server.url);
      } finally {
        await browser.close();
        await server.close();
      }
    }
  });

  test('experiments: what is done happens, and not before', { skip: noFirefox }, async () => {
    // `npm run soak:experiments -- --browser firefox` does all of them.
    const servers = { single: await serveDist(), isolated: await serveDist({ isolated: true }) };
    const browser = await launchFirefox();
    try {
      for (const [name, topology] of [
        ['a-race-made-to-happen-and-replayed', 'single'],
        ['a-bad-sector', 'single'],
        ['revoke-a-capability', 'isolated'],
      ]) {
        const page = await browser.newPage();
        const url = `${servers[topology].url}guide/experiments/${name}.html`;
        const done = await doExperiment(page, url);
        assert.equal(done.topology, topology, name);
        assert.equal(done.before.happened, false, name);
        assert.ok(done.said.at(-1).happened, `${name}: ${JSON.stringify(done.said)}`);
        await page.close();
      }
    } finally {
      await browser.close();
      for (const server of Object.values(servers)) await server.close();
    }
  });
});
