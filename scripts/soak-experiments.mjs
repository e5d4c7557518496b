/**
 * npm run soak:experiments: every experiment of the guide, in one browser, in each topology that it
 * applies to.
 *
 *   npm run soak:experiments -- [--browser firefox] [--only NAME] [--runs N]
 *
 * dist/ has to be built. A line each; the status is 0 only if each happened when it was done, and
 * not before.
 */
import { parseArgs } from 'node:util';
import { doExperiment, EXPERIMENTS } from '../test/e2e/experiments.mjs';
import { launchChrome, launchFirefox, serveDist } from '../test/support/browsers.mjs';

const { values } = parseArgs({
  options: {
    browser: { type: 'string', default: 'chrome' },
    only: { type: 'string' },
    runs: { type: 'string', default: '1' },
  },
});
const isFirefox = values.browser === 'firefox';
const launch = isFirefox ? launchFirefox : launchChrome;
let failed = 0;

async function once(browser, url, topology, name) {
  // Puppeteer's name and playwright's.
  const context = await (browser.createBrowserContext ?? browser.newContext).call(browser);
  const page = await context.newPage();
  const start = performance.now();
  try {
    const { topology: used, before, said } = await doExperiment(page, url);
    const last = said.at(-1);
    if (used !== topology) throw new Error(`it ran in "${used}"`);
    if (before.happened) throw new Error(`it had happened before it was done: ${before.words}`);
    if (!last.happened) throw new Error(`${last.words} ${JSON.stringify(last.seen)}`);
    console.log(`${topology} ${name}: ${Math.round(performance.now() - start)} ms`);
  } catch (error) {
    failed++;
    console.log(`${topology} ${name}: FAILED: ${error.message}`);
  } finally {
    await context.close();
  }
}

for (const topology of ['single', 'isolated']) {
  const server = await serveDist({ isolated: topology === 'isolated' });
  const browser = await launch();
  try {
    for (let run = 0; run < Number(values.runs); run++)
      for (const { name, topologies } of EXPERIMENTS) {
        if (!topologies.includes(topology) || (values.only && values.only !== name)) continue;
        await once(browser, `${server.url}guide/experiments/${name}.html`, topology, name);
      }
  } finally {
    await browser.close();
    await server.close();
  }
}
console.log(failed === 0 ? 'all of them happened' : `${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
