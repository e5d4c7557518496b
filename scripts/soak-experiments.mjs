/**
 * npm run soak:experiments: every experiment of the guide, done to the end in its page, in each
 * browser and each topology that it applies to, several at a time so that none has the processor
 * for itself.
 *
 *   npm run soak:experiments -- [--browser chrome|firefox|both] [--topology single|isolated|both]
 *                               [--only NAME,...] [--runs N] [--at-once N]
 *
 * dist/ has to be built. By itself both browsers and both topologies, one run, two at once. What
 * failed is said as it fails; a table at the end has, for each, how many of its runs happened and
 * how long the median run took. The status is 0 only if each happened when it was done, and not
 * before.
 */
import { parseArgs } from 'node:util';
import { doExperiment, EXPERIMENTS } from '../test/e2e/experiments.mjs';
import { launchChrome, launchFirefox, serveDist } from '../test/support/browsers.mjs';

const { values } = parseArgs({
  options: {
    browser: { type: 'string', default: 'both' },
    topology: { type: 'string', default: 'both' },
    only: { type: 'string' },
    runs: { type: 'string', default: '1' },
    'at-once': { type: 'string', default: '2' },
  },
});

const LAUNCH = { chrome: launchChrome, firefox: launchFirefox };
const TOPOLOGIES = ['single', 'isolated'];
/** Whoever hangs is a failure, and the others are done. The slowest waits for a watchdog: 20 s. */
const LIMIT_MS = 180_000;

const chosen = (value, all) => (value === 'both' ? all : [value]);
const only = values.only?.split(',');
const named = EXPERIMENTS.filter(({ name }) => !only || only.includes(name));

function inTime(work) {
  let timer;
  const late = new Promise((_, failed) => {
    timer = setTimeout(() => failed(new Error('it is not over in three minutes')), LIMIT_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Resolves to how long it took; rejects in words. */
async function once(browser, url, topology) {
  // Puppeteer's name and playwright's.
  const context = await (browser.createBrowserContext ?? browser.newContext).call(browser);
  const start = performance.now();
  try {
    const page = await context.newPage();
    const { topology: used, before, said } = await inTime(doExperiment(page, url));
    const last = said.at(-1);
    if (used !== topology) throw new Error(`it ran in "${used}"`);
    if (before.happened) throw new Error(`it had happened before it was done: ${before.words}`);
    if (!last.happened) throw new Error(`${last.words} ${JSON.stringify(last.seen)}`);
    return performance.now() - start;
  } finally {
    await context.close();
  }
}

/** A column of the table: of each experiment the times of its runs, and how many failed. */
async function column(kind, topology) {
  const server = await serveDist({ isolated: topology === 'isolated' });
  const fitting = named.filter(({ topologies }) => topologies.includes(topology));
  const cells = new Map(fitting.map(({ name }) => [name, { took: [], failed: 0 }]));
  const left = Array.from({ length: Number(values.runs) }, () => [...cells.keys()]).flat();
  // A browser each: of two pages in one, one is behind the other, and what nobody sees is no view.
  const one = async (browser) => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      const url = `${server.url}guide/experiments/${name}.html`;
      try {
        cells.get(name).took.push(await once(browser, url, topology));
      } catch (error) {
        cells.get(name).failed++;
        console.log(`${kind} ${topology} ${name}: FAILED: ${error.message}`);
      }
    }
  };
  const launches = Array.from({ length: Number(values['at-once']) }, () => LAUNCH[kind]());
  const browsers = await Promise.all(launches);
  try {
    await Promise.all(browsers.map(one));
  } finally {
    await Promise.all(browsers.map((browser) => browser.close()));
    await server.close();
  }
  return { title: `${kind}, ${topology}`, cells };
}

function cellText(cell) {
  if (!cell) return '-';
  const { took, failed } = cell;
  const median = took.sort((one, other) => one - other)[took.length >> 1] ?? 0;
  return `${took.length} of ${took.length + failed}, ${(median / 1000).toFixed(1)} s`;
}

function printTable(columns) {
  const rows = [
    ['experiment', ...columns.map(({ title }) => title)],
    ...named.map(({ name }) => [name, ...columns.map(({ cells }) => cellText(cells.get(name)))]),
  ];
  const widths = rows[0].map((_, at) => Math.max(...rows.map((row) => row[at].length)));
  for (const row of rows)
    console.log(`| ${row.map((text, at) => text.padEnd(widths[at])).join(' | ')} |`);
}

const columns = [];
for (const kind of chosen(values.browser, Object.keys(LAUNCH)))
  for (const topology of chosen(values.topology, TOPOLOGIES))
    columns.push(await column(kind, topology));
printTable(columns);
const failed = columns
  .flatMap(({ cells }) => [...cells.values()])
  .reduce((sum, cell) => sum + cell.failed, 0);
console.log(failed === 0 ? 'all of them happened' : `${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
