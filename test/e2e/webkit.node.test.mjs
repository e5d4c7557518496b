/** A third engine: WebKit, as Debian's WebKitGTK has it. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { serveDist } from '../support/browsers.mjs';
import { launchWebKit, noWebKit } from '../support/webkit.mjs';
import { besideJourney } from './beside-journey.mjs';
import { diskPrograms } from './disk-programs.mjs';
import { settled } from './layout.mjs';
import { exec, openSite, ready, readText, writeText } from './site.mjs';

const topologyOf = (page) => page.evaluate(() => document.querySelector('neptune-os').topology);

async function withPage({ isolated, sharing }, work) {
  const server = await serveDist({ isolated });
  const browser = await launchWebKit({ sharing });
  try {
    const page = await browser.newPage();
    await openSite(page, `${server.url}?again`);
    await work(page);
  } finally {
    await browser.close();
    await server.close();
  }
}

suite('e2e/webkit', () => {
  test('boots, lists, keeps, looks after disks; files, box and map', { skip: noWebKit }, () =>
    withPage({}, async (page) => {
      assert.equal(await topologyOf(page), 'single');
      const { status, output } = await exec(page, 'dir');
      assert.equal(status, 0, output);
      assert.match(output, /README\.TXT/);
      await writeText(page, 'A:\\SAFARI.TXT', 'kit');
      await exec(page, 'sync');
      await page.reload();
      await ready(page);
      assert.equal(await readText(page, 'A:\\SAFARI.TXT'), 'kit');
      await diskPrograms(page);
      await besideJourney(page);
      for (const [width, height] of [
        [400, 700],
        [1024, 600],
      ]) {
        await page.setViewport({ width, height });
        assert.deepEqual(await settled(page), [], `${width}x${height}`);
      }
    }),
  );

  for (const sharing of [false, true])
    test(
      `a page that is isolated is *single*, ${sharing ? 'though' : 'as'} it may ${sharing ? '' : 'not '}share memory`,
      { skip: noWebKit },
      () =>
        withPage({ isolated: true, sharing }, async (page) => {
          assert.equal(await topologyOf(page), 'single');
        }),
    );
});
