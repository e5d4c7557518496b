/**
 * npm run bench -- drivers: how long it takes to kill a driver at the bench and to load it again.
 *
 *   npm run bench -- drivers               builds; a table
 *   npm run bench -- drivers --rounds 20   so often; default 10
 *   npm run bench -- drivers --no-build    what is there
 *
 * Presses, as a person makes them: *Kill*, until the bench says that it was killed; *Build and
 * load*, until it says that it is loaded. In *single* and in *isolated*, of each starter the median
 * and the longest, in milliseconds of the page.
 */
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { CHROME_FLAGS, findChrome } from '../find-browser.mjs';
import { ROOT } from '../process.mjs';
import { startServer } from '../serve.mjs';

const STARTERS = ['null', 'beep', 'ramdisk'];
const LIMIT_MS = 60_000;

// What runs in the page.

/** Answers pairs: until it was killed, until it was loaded again. */
async function killAndLoad({ starter, rounds }) {
  const root = document.querySelector('neptune-bench').shadowRoot;
  const select = root.querySelector('select');
  select.value = starter;
  select.dispatchEvent(new Event('change'));
  function press(name, says) {
    const button = [...root.querySelectorAll('button')].find(
      ({ textContent }) => textContent.trim() === name,
    );
    const said = root.querySelector('.said');
    const begun = performance.now();
    return new Promise((done, fail) => {
      const look = () => {
        const words = said.textContent;
        if (says.test(words)) done(performance.now() - begun);
        else if (words !== '…' && words !== before) fail(new Error(words));
        else return;
        observer.disconnect();
      };
      const before = said.textContent;
      const observer = new MutationObserver(look);
      observer.observe(said, { childList: true, characterData: true, subtree: true });
      button.click();
    });
  }
  /** Until the bench can be pressed again. */
  const rest = () => new Promise((done) => setTimeout(done, 300));
  await press('Build and load', /is loaded/);
  const pairs = [];
  for (let round = 0; round < rounds; round++) {
    await rest();
    const killed = await press('Kill', /was killed/);
    pairs.push([killed, await press('Build and load', /is loaded/)]);
  }
  await rest();
  await press('Kill', /was killed/);
  return pairs;
}

// What runs here.

async function measure(browser, isolated, rounds) {
  const server = await startServer({ root: join(ROOT, 'dist'), isolated });
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(LIMIT_MS);
    await page.addInitScript(() => localStorage.setItem('neptune visited', 'true'));
    await page.goto(server.url);
    await page.waitForFunction(() => customElements.get('neptune-os'));
    await page.evaluate(() => document.querySelector('neptune-os').ready);
    // The speaker's own driver has its port.
    await page.evaluate(() => document.querySelector('neptune-os').exec('unloaddrv beep'));
    await page.getByRole('button', { name: 'Drivers', exact: true }).click();
    await page.locator('neptune-bench .cm-content').waitFor();
    const found = {};
    for (const starter of STARTERS)
      found[starter] = await page.evaluate(killAndLoad, { starter, rounds });
    return found;
  } finally {
    await context.close();
    await server.close();
  }
}

function row(topology, starter, pairs) {
  const [killed, loaded, both] = [([a]) => a, ([, b]) => b, ([a, b]) => a + b].map((of) => {
    const sorted = pairs.map(of).sort((a, b) => a - b);
    return `${Math.round(sorted[sorted.length >> 1])} (${Math.round(sorted.at(-1))})`;
  });
  return `| ${topology} | ${starter} | ${killed} | ${loaded} | ${both} |`;
}

export async function benchDrivers({ rounds }) {
  const browser = await chromium.launch({ executablePath: findChrome(), args: CHROME_FLAGS });
  try {
    console.log('| topology | driver | killed | loaded | both |\n|---|---|---|---|---|');
    for (const topology of ['single', 'isolated']) {
      const found = await measure(browser, topology === 'isolated', rounds);
      for (const starter of STARTERS) console.log(row(topology, starter, found[starter]));
    }
    console.log(`load ${loadavg()[0].toFixed(1)}`);
  } finally {
    await browser.close();
  }
}
