/** A session of the site as a file, and that file played again: in a worker, by what is built. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { exec, readText, withSite, writeText } from './site.mjs';

/** In the page: the session so far, kept there as `recorded`. */
const record = (page) =>
  page.evaluate(async () => {
    globalThis.recorded = await document.querySelector('neptune-os').recording();
    return globalThis.recorded.size;
  });

const replay = (page, options) =>
  page.evaluate(
    (given) => document.querySelector('neptune-os').replay(globalThis.recorded, given),
    options,
  );

const screen = (page) => page.evaluate(() => document.querySelector('neptune-os').screenText());

/** Why it rejects; empty: it does not. */
const reason = (page, what) =>
  page
    .evaluate(async (text) => {
      const element = document.querySelector('neptune-os');
      const blob = text === undefined ? await element.recording() : new Blob([text]);
      return text === undefined ? blob : element.replay(blob);
    }, what)
    .then(
      () => '',
      (error) => error.message,
    );

suite('e2e/replay', () => {
  test('a session is replayed to the same memory and screen; the system works after it', async () => {
    await withSite(
      async ({ open }) => {
        const page = await open('?topology=single');
        await writeText(page, 'A:\\NOTE.TXT', 'noted');
        await page.evaluate(() => document.querySelector('neptune-os').type('type NOTE.TXT\r'));
        await page.waitForFunction(() =>
          /noted\s+A:\\>$/.test(document.querySelector('neptune-os').screenText().trimEnd()),
        );
        const before = await screen(page);
        assert.ok((await record(page)) > 1000);
        const first = await replay(page);
        assert.equal(first.why, undefined);
        assert.ok(first.entries > 1_000);
        assert.equal(await screen(page), before);
        assert.deepEqual(await replay(page), first);

        const half = await replay(page, { until: Math.floor(first.entries / 2) });
        assert.ok(half.entries >= first.entries / 2 && half.entries < first.entries);

        assert.equal((await exec(page, 'ver')).status, 0);
        assert.equal(await readText(page, 'A:\\NOTE.TXT'), 'noted');
        assert.match(await reason(page, 'hello'), /This is no recording of a session\./);
        assert.equal((await exec(page, 'ver')).status, 0);
        assert.equal(page.workers().length, 1);

        const stopped = await page.evaluate(async () => {
          const element = document.querySelector('neptune-os');
          const playing = element.replay(globalThis.recorded).then(
            () => '',
            (error) => error.message,
          );
          const output = (then) => element.addEventListener('neptune-output', then, { once: true });
          await new Promise(output);
          await element.boot();
          return playing;
        });
        assert.match(stopped, /The replay was ended: something else begins/);
        assert.equal((await exec(page, 'ver')).status, 0);
        assert.deepEqual(page.said, []);
      },
      { isolated: true },
    );
  });

  test('without isolation headers, too, where the clock is coarse', async () => {
    await withSite(async ({ open }) => {
      const page = await open();
      assert.equal((await exec(page, 'dir')).status, 0);
      await record(page);
      assert.equal((await replay(page)).why, undefined);
    });
  });

  test('isolated has no recording, and says why', async () => {
    await withSite(
      async ({ open }) => {
        const page = await open();
        assert.match(await reason(page), /Sessions are recorded in topology "single"/);
      },
      { isolated: true },
    );
  });
});
