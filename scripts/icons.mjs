/**
 * The app's icons as PNG, for systems that take no SVG: run when web/site/icon.svg has changed.
 *
 *   node scripts/icons.mjs    web/site/public/icons/*.png, by an installed Chromium
 *
 * A maskable icon is cut to whatever shape a system likes: its ground goes to the edges, and the
 * picture keeps to the middle (W3C Manifest: a circle of 80% is never cut).
 */
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { CHROME_FLAGS, findChrome } from './find-browser.mjs';
import { ROOT } from './process.mjs';

const SOURCE = join(ROOT, 'web/site/icon.svg');
const ICONS = join(ROOT, 'web/site/public/icons');

const svg = readFileSync(SOURCE, 'utf8');
const rounded = svg.replace('<svg ', '<svg style="display:block;inline-size:100vw" ');
const maskable = rounded
  .replace(/rx="\d+"/, '')
  .replace('viewBox="0 0 32 32"', 'viewBox="-5 -5 42 42"')
  .replace('<rect width="32" height="32"', '<rect x="-5" y="-5" width="42" height="42"');

const browser = await chromium.launch({ executablePath: findChrome(), args: CHROME_FLAGS });
try {
  for (const [name, size, picture] of [
    ['icon-192.png', 192, rounded],
    ['icon-512.png', 512, rounded],
    ['maskable-512.png', 512, maskable],
  ]) {
    const page = await browser.newPage({ viewport: { width: size, height: size } });
    await page.setContent(`<!doctype html><body style="margin:0">${picture}`);
    await page.screenshot({ path: join(ICONS, name), omitBackground: true });
  }
  copyFileSync(SOURCE, join(ICONS, 'icon.svg'));
} finally {
  await browser.close();
}
