/** bench.html: each row once, of the contestants that one page boots, so that none rots. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { launchChrome, serveDist } from '../support/browsers.mjs';

const LIMIT_MS = 120_000;

suite('e2e/bench', () => {
  test('every row of single, linked and the libraries, on the same disk', async () => {
    const server = await serveDist();
    const browser = await launchChrome();
    try {
      const page = await browser.newPage();
      page.setDefaultTimeout(LIMIT_MS);
      const said = [];
      page.on('pageerror', (error) => said.push(error.message));
      await page.goto(`${server.url}bench.html?counts`);
      await page.waitForFunction('typeof globalThis.runBenches === "function"');
      const { counts } = await page.evaluate(() =>
        globalThis.runBenches({ who: ['single', 'linked'], only: '4 KiB' }),
      );
      const read = counts['warm random read of 4 KiB'];
      assert.equal(read.single['copied bytes'], 4096, 'one copy');
      assert.equal(read.linked['copied bytes'], 4096, 'one copy');
      assert.equal(read.linked['kernel.ipc'], undefined, 'no kernel');
      await page.goto(`${server.url}bench.html`);
      await page.waitForFunction('typeof globalThis.runBenches === "function"');
      const { samples } = await page.evaluate(() =>
        globalThis.runBenches({
          rounds: 1,
          roundMs: 1,
          who: ['linked', 'single', 'libraries'],
        }),
      );
      assert.ok(Object.keys(samples).length >= 17);
      for (const [row, of] of Object.entries(samples)) {
        const uncached = row.includes('cache off');
        const who = ['linked', 'single', ...(uncached ? [] : ['js-fatfs', 'fatfs-wasm'])];
        assert.deepEqual(Object.keys(of), who, row);
        for (const rounds of Object.values(of)) assert.ok(rounds.every((micros) => micros >= 0));
      }
      assert.deepEqual(said, []);
    } finally {
      await browser.close();
      await server.close();
    }
  });
});
