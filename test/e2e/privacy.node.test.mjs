/** What docs/privacy.md says of the site: whom it asks for what, and what it keeps where. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { until, installed, withVersions } from './offline.mjs';
import { exec, image, insertDisk, openSite } from './site.mjs';

/** All that a page of this origin keeps, by where it is. */
const keptIn = (page) =>
  page.evaluate(async () => ({
    databases: (await indexedDB.databases()).map(({ name }) => name),
    local: Object.keys(localStorage).sort(),
    session: Object.keys(sessionStorage),
    caches: [...new Set((await caches.keys()).map((name) => name.split('|')[0]))],
    cookies: document.cookie,
  }));

suite('e2e/privacy', () => {
  test('the site asks its own server for its own files, and keeps what the page says', async () => {
    await withVersions(async (site) => {
      const context = await site.context();
      const asked = [];
      context.on('request', (request) => asked.push(request));
      const page = await context.newPage();
      await openSite(page, site.url);
      await insertDisk(page, 'A:', image({ 'SECRET.TXT': 'mine' }));
      await exec(page, 'copy A:\\SECRET.TXT A:\\COPY.TXT');
      await page.locator('neptune-os').evaluate(async (machine) => {
        machine.textSize = 1.2;
        await machine.share();
      });
      await exec(page, 'sync');
      for (const view of ['Files', 'Box', 'Map']) {
        await page.getByRole('button', { name: view, exact: true }).click();
        await page.locator(`#beside[aria-label="${view}"]`).waitFor();
      }
      await installed(page);
      await until(page, () => localStorage.length > 0);

      const { origin } = new URL(site.url);
      const elsewhere = asked.filter((request) => {
        const { protocol, origin: of } = new URL(request.url());
        return of !== origin && protocol.startsWith('http');
      });
      assert.deepEqual(elsewhere, []);
      assert.deepEqual(new Set(asked.map((request) => request.method())), new Set(['GET']));
      assert.ok(asked.every((request) => request.postData() === null));
      assert.deepEqual(await keptIn(page), {
        databases: ['neptune-disks'],
        local: ['neptune asked to spare', 'neptune text-size', 'neptune visited'],
        session: [],
        caches: ['neptune'],
        cookies: '',
      });
      assert.deepEqual(page.said, []);
    });
  });
});
