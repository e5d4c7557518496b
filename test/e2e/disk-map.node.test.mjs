/**
 * `<neptune-disk-map>`: a damaged disk, seen, felt with the arrow keys and read as a table.
 * Pictures: shots.mjs.
 */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { imd } from '../store/container/writers.mjs';
import { violations } from './axe.mjs';
import { inAllLooks } from './layout.mjs';
import { damagedTracks, FILE, FIRST } from './damaged-disk.mjs';
import { shoot } from './shots.mjs';
import { exec, insertDisk, READY_MS, withSite } from './site.mjs';

const PAGE = `<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <meta name="viewport" content="width=device-width" />
  <meta name="color-scheme" content="light dark" />
  <title>A map</title>
  <script type="module" src="neptune-os.js"></script>
  <script type="module" src="neptune-files.js"></script>
  <main>
    <h1>A disk</h1>
    <neptune-disk-map for="machine" drive="A:"></neptune-disk-map>
    <neptune-os id="machine" style="block-size: 12rem"></neptune-os>
  </main>
</html>`;

const VIEWS = {
  1280: { viewport: { width: 1280, height: 1000 } },
  800: { viewport: { width: 800, height: 1000 } },
  390: { viewport: { width: 390, height: 1400 }, hasTouch: true, isMobile: true },
};

/** A page with a map of the disk beside its machine. */
async function withMap(options, work) {
  await withSite(async ({ url, browser }) => {
    const page = await (await browser.newContext(options)).newPage();
    await page.route('**/map.html', (route) =>
      route.fulfill({ contentType: 'text/html', body: PAGE }),
    );
    await page.goto(`${url}map.html`);
    await page.evaluate(() => customElements.whenDefined('neptune-os'));
    await page.evaluate(() => document.querySelector('neptune-os').boot());
    await insertDisk(page, 'A:', imd(damagedTracks()), { persist: false });
    await page
      .getByText(/: 2 bad, 1 missing, 1 with a deleted mark/)
      .waitFor({ timeout: READY_MS });
    await work(page, page.locator('neptune-disk-map'));
  });
}

const tells = (map) => map.locator('#tells').innerText();

suite('e2e/disk-map', () => {
  for (const [width, size] of Object.entries(VIEWS))
    test(`${width} wide, in all looks: nothing is cut off, and axe is content`, async () => {
      await withMap(size, async (page, map) => {
        const look = (name) =>
          inAllLooks(page, async (as) => {
            await shoot(page, `map-${name}-${width}-${as}`, { fullPage: true });
            if (as !== 'large') assert.deepEqual(await violations(page, as), [], `${name}, ${as}`);
            const over = await page.evaluate(
              () => document.documentElement.scrollWidth - window.innerWidth,
            );
            assert.ok(over <= 0, `${name}, ${as}: wider than its window`);
          });
        await map.getByRole('button', { name: 'Next problem' }).click();
        await look('drawing');
        for (const summary of await map.locator('summary').all()) await summary.click();
        await look('tables');
      });
    });

  test('forced colours are the drawing’s too, where the colours were dark before', async () => {
    await withMap({ ...VIEWS[1280], colorScheme: 'dark' }, async (page) => {
      const hasTeal = (is) =>
        page.waitForFunction((wanted) => {
          const canvas = document
            .querySelector('neptune-disk-map')
            .shadowRoot.querySelector('#map');
          const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          return new Uint32Array(data.buffer).includes(0xffc4c47f) === wanted;
        }, is);
      await hasTeal(true);
      await page.emulateMedia({ forcedColors: 'active' });
      await hasTeal(false);
    });
  });

  test('a finger on a sector: what it is stays in sight on a phone', async () => {
    await withMap({ ...VIEWS[390], viewport: { width: 390, height: 600 } }, async (page, map) => {
      const box = await map.locator('#map').boundingBox();
      await page.touchscreen.tap(box.x + 40, box.y + 26);
      assert.match(await tells(map), /^Cylinder 0, side 0, sector 1:/);
      const words = await map.locator('#tells').boundingBox();
      assert.ok(words.y + words.height <= 601, `its words end at ${words.y + words.height}`);
    });
  });

  test('keys, a pointer and buttons tell what a sector is; tables have all of it', async () => {
    await withMap(VIEWS[1280], async (page, map) => {
      await map.locator('#map').focus();
      assert.match(
        await tells(map),
        /^Cylinder 0, side 0, sector 1: good; system area\. 512 bytes/,
      );
      await page.keyboard.press('ArrowRight');
      assert.match(await tells(map), /^Cylinder 0, side 0, sector 2:/);
      await page.keyboard.press('PageDown');
      assert.match(await tells(map), /^Cylinder 10, side 0, sector 2:/);
      for (let i = 0; i < 8; i++) await page.keyboard.press('ArrowRight');
      assert.match(await tells(map), /^Cylinder 10, side 1, sector 1:/);
      await page.keyboard.press('End');
      assert.match(await tells(map), /^Cylinder 79, side 1, sector 9:/);
      await page.keyboard.press('Home');
      await map.getByRole('button', { name: 'Next problem' }).click();
      const lba = FIRST + 10;
      const [cylinder, side, id] = [Math.floor(lba / 18), Math.floor(lba / 9) % 2, (lba % 9) + 1];
      const place = `Cylinder ${cylinder}, side ${side}, sector ${id}: bad, cannot be read; ${FILE}.`;
      assert.ok((await tells(map)).startsWith(place), await tells(map));
      await map.getByRole('button', { name: 'Previous problem' }).click();
      assert.match(await tells(map), /^Cylinder 75, side 0, sector 5: missing/);

      const box = await map.locator('#map').boundingBox();
      await page.mouse.move(box.x + 40, box.y + 26);
      assert.match(await tells(map), /^Cylinder 0, side 0, sector 1:/);

      await map.getByText('4 sectors are not good').click();
      const trouble = map.getByRole('group', { name: 'Sectors that are not good' });
      assert.equal(await trouble.getByRole('row').count(), 5);
      await map.getByText(/files and directories/).click();
      const file = map.getByRole('button', { name: FILE });
      await file.click();
      assert.equal(await file.getAttribute('aria-pressed'), 'true');
      await map.getByText('The whole map as a table').click();
      const tracks = map.getByRole('group', { name: 'Tracks and their sectors' });
      assert.equal(await tracks.getByRole('row').count(), 162);
      await tracks
        .getByRole('cell', { name: '193 (C1h) not of the file system', exact: false })
        .waitFor();
    });
  });

  test('it follows the disk, and says why there is none', async () => {
    await withMap({ ...VIEWS[800], forcedColors: 'active' }, async (page, map) => {
      await shoot(page, 'map-800-forced');
      assert.equal((await exec(page, 'format A: /y')).status, 0);
      await map.getByText(/sectors, all of them good/).waitFor({ timeout: READY_MS });
      await page.evaluate(() => document.querySelector('neptune-os').ejectDisk('A:'));
      await map.getByText('A: has no disk.').waitFor();
      await page.evaluate(() =>
        document.querySelector('neptune-disk-map').setAttribute('drive', 'Z:'),
      );
      await map.getByText(/"Z:" is not a drive of this machine/).waitFor();
      await page.evaluate(() =>
        document.querySelector('neptune-disk-map').setAttribute('for', 'no'),
      );
      await map.getByText('There is no machine to look at.').waitFor();
    });
  });
});
