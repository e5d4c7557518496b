/**
 * The README's pictures of the site, light and dark: run when it looks otherwise.
 *
 *   node scripts/pictures.mjs    docs/pictures/site-*.png, of dist/ in an installed Chromium
 */
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { CHROME_FLAGS, findChrome } from './find-browser.mjs';
import { ROOT } from './process.mjs';
import { startServer } from './serve.mjs';

const FOLDER = join(ROOT, 'docs/pictures');
const VIEW = { width: 1200, height: 680 };
const MOST_BYTES = 120_000;
/** What is in the box: label and kilobytes. */
const DISKS = [
  ['Letters 1994', 1440],
  ['Pictures', 1440],
  ['Taxes', 720],
  ['Games', 1200],
  ['School', 360],
  ['Recipes', 720],
];

const server = await startServer({ root: join(ROOT, 'dist'), isolated: true });
const browser = await chromium.launch({ executablePath: findChrome(), args: CHROME_FLAGS });
mkdirSync(FOLDER, { recursive: true });
try {
  for (const colorScheme of ['light', 'dark']) {
    const page = await browser.newPage({ viewport: VIEW, colorScheme, serviceWorkers: 'block' });
    // Not for the first time, when the drives are empty: the tour is in A:.
    await page.addInitScript(() => localStorage.setItem('neptune visited', 'true'));
    await page.goto(server.url);
    const machine = page.locator('neptune-os');
    await machine.evaluate(async (os, disks) => {
      await customElements.whenDefined('neptune-os');
      await os.ready;
      for (const [label, kilobytes] of disks)
        await os.kept.add(new Uint8Array(kilobytes * 1024), { label });
      const [letters] = await os.kept.list();
      await os.kept.insert(letters.name, 'B:');
      os.typeLines('dir');
    }, DISKS);
    await page.getByRole('button', { name: 'Box', exact: true }).click();
    await page.getByText('Letters 1994').first().waitFor();
    await page.waitForFunction(() =>
      /bytes free\s+A:\\>$/.test(document.querySelector('neptune-os').screenText()),
    );
    // The mark of the focus says nothing to who only looks.
    await page.evaluate(() => document.querySelector('neptune-os').focus());
    const path = join(FOLDER, `site-${colorScheme}.png`);
    await page.screenshot({ path, animations: 'disabled' });
    const { size } = statSync(path);
    console.log(`${path}: ${size} bytes`);
    if (size > MOST_BYTES) throw new Error(`pictures: more than ${MOST_BYTES} bytes`);
    await page.close();
  }
} finally {
  await browser.close();
  await server.close();
}
