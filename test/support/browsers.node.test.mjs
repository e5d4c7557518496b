/** Both browsers start, see a page of our server, and are isolated exactly when it says so. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { startServer } from '../../scripts/serve.mjs';
import { launchChrome, launchFirefox, noFirefox } from './browsers.mjs';

suite('support/browsers', () => {
  let root = '';
  const servers = [];

  before(async () => {
    root = mkdtempSync(join(tmpdir(), 'neptune-browsers-'));
    writeFileSync(join(root, 'index.html'), '<!doctype html><title>Trial</title>');
    servers.push(await startServer({ root }), await startServer({ root, isolated: true }));
  });
  after(async () => {
    for (const server of servers) await server.close();
    rmSync(root, { recursive: true, force: true });
  });

  async function look(browser) {
    const seen = [];
    try {
      for (const { url } of servers) {
        const page = await browser.newPage();
        await page.goto(url);
        seen.push([await page.title(), await page.evaluate(() => globalThis.crossOriginIsolated)]);
        await page.close();
      }
    } finally {
      await browser.close();
    }
    return seen;
  }
  const expected = [
    ['Trial', false],
    ['Trial', true],
  ];

  test('Chromium', async () => assert.deepEqual(await look(await launchChrome()), expected));

  test('Firefox', { skip: noFirefox }, async () => {
    assert.deepEqual(await look(await launchFirefox()), expected);
  });
});
