/**
 * npm run bench -- boot: from navigation to the first prompt of the built site, in parts.
 *
 *   npm run bench -- boot                   builds; build/bench/boot.json, and a table
 *   npm run bench -- boot --rounds 9        each scene so often; median and least are printed
 *   npm run bench -- boot --no-build        what is there
 *   npm run bench -- boot --dist OTHER      that built site beside it, in turn with this one
 *
 * Scenes: *isolated* and *single*, cold (a profile that has never seen the site) and warm (its
 * fourth visit: names that are hashes are not asked for again; a browser without a window keeps no
 * compiled code, with a window it does from then on); and a page that has a terminal and
 * nothing else. The server is near: what travels costs no time here (docs/decisions/0013).
 *
 * What the page can tell, a script in it notes; when workers compile and run code, only the
 * browser's own trace tells. So rounds with the trace, which costs time itself, give the parts,
 * and rounds without it the time until the prompt.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join, relative } from 'node:path';
import { build as bundle } from 'esbuild';
import { chromium } from 'playwright-core';
import { CHROME_FLAGS, findChrome } from '../find-browser.mjs';
import { ROOT } from '../process.mjs';
import { startServer } from '../serve.mjs';

const FOLDER = 'build/bench/boot';
const VISITS_BEFORE_WARM = 3;
const LIMIT_MS = 60_000;
const TRACED = ['v8', 'devtools.timeline', 'blink.user_timing'];
/** Images that come by themselves are no part of it: they are fetched behind the prompt. */
const SYSTEM = /\/(kernel-|single-|isolated-|boot-|\w+\.worker-)[^/]*$/;
const PAGE_CODE = /\/assets\/(start|shared|xterm)-[^/]*\.js$/;

const EMPTY = `<!doctype html>
<meta charset="utf-8" />
<link rel="icon" href="data:," />
<link rel="stylesheet" href="main.css" />
<div id="at" style="height: 400px"></div>
<script type="module" src="main.js"></script>
`;
const EMPTY_CODE = `
import '@xterm/xterm/css/xterm.css';
import { Terminal } from '@xterm/xterm';
const terminal = new Terminal();
terminal.open(document.querySelector('#at'));
terminal.onRender(() => dispatchEvent(new Event('neptune-ready')));
terminal.write('A:\\\\>');
`;

/** Runs in the page before anything else, and in its frames. */
function watchBoot() {
  const page = globalThis.top;
  const at = () => performance.timeOrigin + performance.now() - page.performance.timeOrigin;
  page.noted ??= {};
  const Own = globalThis.Worker;
  globalThis.Worker = class extends Own {
    constructor(...given) {
      super(...given);
      page.noted.worker ??= at();
    }
  };
  if (page !== globalThis) return;
  const ready = () => {
    globalThis.promptAt ??= performance.now();
    console.debug('neptune-ready');
  };
  addEventListener('neptune-ready', ready, true);
}

/**
 * The page's own word: what looks into a page from outside, again and again, puts code of its own
 * into it, and costs the boot 20 ms and more.
 */
const saysReady = (page) =>
  page.waitForEvent('console', {
    predicate: (message) => message.text() === 'neptune-ready',
    timeout: LIMIT_MS,
  });

/** In milliseconds since the navigation. */
async function seen(page) {
  return page.evaluate(() => {
    const [navigation] = performance.getEntriesByType('navigation');
    return {
      prompt: globalThis.promptAt,
      worker: globalThis.noted?.worker,
      response: navigation.responseStart,
      files: performance.getEntriesByType('resource').map((entry) => ({
        name: entry.name,
        end: entry.responseEnd,
        bytes: entry.transferSize,
      })),
    };
  });
}

/**
 * When the last of these files was here that came before the prompt; workers are made before most
 * of them. NaN, which is printed as `-`: none came by itself.
 */
function last({ files, prompt }, pattern) {
  const ends = files.filter(({ name, end }) => pattern.test(name) && end < prompt);
  return ends.length === 0 ? NaN : Math.max(...ends.map(({ end }) => end));
}

export const arrivals = (told) => ({
  'its own code here': last(told, PAGE_CODE),
  'the system’s code here': last(told, SYSTEM),
});

/** What workers compiled and ran, by the trace: `[begin, end]` in ms since the navigation. */
function ofWorkers(events, url) {
  const start = events.findLast(
    ({ name, args }) => name === 'navigationStart' && args.data.documentLoaderURL === url,
  ).ts;
  const spans = (wanted) =>
    events
      .filter(({ name, ts }) => name === wanted && ts > start)
      .map(({ ts, dur = 0, tid, args }) => ({
        tid,
        url: args.fileName ?? '',
        begin: (ts - start) / 1000,
        end: (ts + dur - start) / 1000,
      }));
  const compiled = spans('v8.compileModule').filter((one) => one.url.startsWith('blob:'));
  const images = compiled.filter((one) => one.url.includes('#'));
  // The page compiles one blob, to see whether it may (web/host/code.ts).
  const threads = new Set(images.map(({ tid }) => tid));
  const scripts = compiled.filter(({ url, tid }) => !url.includes('#') && threads.has(tid));
  const ran = spans('v8.evaluateModule').filter(({ tid }) => threads.has(tid));
  const sum = (all) => all.reduce((total, { begin, end }) => total + end - begin, 0);
  return {
    'first script compiled': Math.min(...scripts.map(({ end }) => end)),
    'first image asked for': Math.min(...images.map(({ begin }) => begin)),
    'drivers compiled': images.map(({ end }) => end).sort((a, b) => a - b)[2],
    'last image compiled': Math.max(...images.map(({ end }) => end)),
    'compiling in all workers (sum)': sum([...scripts, ...images]),
    'modules’ own code in all workers (sum)': sum(ran),
  };
}

async function visit(context, browser, url, traced) {
  const page = await context.newPage();
  const path = join(ROOT, FOLDER, 'trace.json');
  try {
    await page.addInitScript(watchBoot);
    if (traced) await browser.startTracing(page, { path, categories: TRACED });
    const ready = saysReady(page);
    await page.goto(url, { waitUntil: 'commit' });
    await ready;
    const told = await seen(page);
    const { files } = told;
    if (!traced)
      return {
        'the prompt': told.prompt,
        'bytes over the line': files.reduce((total, { bytes }) => total + bytes, 0),
      };
    await browser.stopTracing();
    const { traceEvents } = JSON.parse(readFileSync(path, 'utf8'));
    return {
      'the page answers': told.response,
      ...arrivals(told),
      'first worker made': told.worker,
      ...ofWorkers(traceEvents, url),
      'prompt, while traced': told.prompt,
    };
  } finally {
    await page.close();
  }
}

async function scene(browser, url, { warm, traced }) {
  const context = await browser.newContext({ serviceWorkers: 'block' });
  try {
    for (let before = warm ? VISITS_BEFORE_WARM : 0; before > 0; before--)
      await visit(context, browser, url, false);
    return await visit(context, browser, url, traced);
  } finally {
    await context.close();
  }
}

function merge(all, one) {
  for (const [name, value] of Object.entries(one)) (all[name] ??= []).push(value);
}

const sorted = (values) => [...values].sort((a, b) => a - b);
const median = (values) => sorted(values)[values.length >> 1];

async function makeEmpty() {
  const outdir = join(ROOT, FOLDER);
  rmSync(outdir, { recursive: true, force: true });
  mkdirSync(outdir, { recursive: true });
  await bundle({
    stdin: { contents: EMPTY_CODE, resolveDir: ROOT },
    bundle: true,
    minify: true,
    format: 'esm',
    outfile: join(outdir, 'main.js'),
  });
  writeFileSync(join(outdir, 'index.html'), EMPTY);
}

/** Server compression is over before anything is measured. */
async function measure(browser, site, isolated, rounds, samples) {
  const server = await startServer({ root: ROOT, isolated });
  const sites = site.map((folder) => [relative(ROOT, join(ROOT, folder)), folder]);
  const topology = isolated ? 'isolated' : 'single';
  const scenes = [
    ...sites.map(([path, name]) => [`${topology}, ${name}`, `${path}/?topology=${topology}`]),
    ...(isolated ? [] : [['a terminal alone', `${FOLDER}/`]]),
  ];
  try {
    for (const [, path] of scenes) await scene(browser, server.url + path, {});
    for (let round = 1; round <= rounds; round++) {
      for (const [name, path] of scenes)
        for (const warm of [false, true]) {
          const all = (samples[`${name}, ${warm ? 'warm' : 'cold'}`] ??= {});
          merge(all, await scene(browser, server.url + path, { warm }));
          const parts = name !== 'a terminal alone' && round % 3 === 1;
          if (parts) merge(all, await scene(browser, server.url + path, { warm, traced: true }));
        }
      console.log(`${topology}: round ${round} of ${rounds}, load ${loadavg()[0].toFixed(1)}`);
    }
  } finally {
    await server.close();
  }
}

function print(samples) {
  for (const [name, parts] of Object.entries(samples)) {
    console.log(`\n${name}`);
    for (const [part, values] of Object.entries(parts)) {
      const [least] = sorted(values);
      const figures = [median(values), least].map((value = NaN) =>
        (Number.isNaN(value) ? '-' : value.toFixed(0)).padStart(8),
      );
      console.log(`  ${part.padEnd(40)}${figures.join('')}`);
    }
  }
}

export async function benchBoot({ rounds, dist }) {
  await makeEmpty();
  const browser = await chromium.launch({ executablePath: findChrome(), args: CHROME_FLAGS });
  const samples = {};
  try {
    for (const isolated of [false, true]) await measure(browser, dist, isolated, rounds, samples);
  } finally {
    await browser.close();
  }
  console.log('\nmilliseconds since the navigation: median, least');
  print(samples);
  const cpu = `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores`;
  const result = { when: new Date().toISOString(), cpu, rounds, samples };
  writeFileSync(join(ROOT, 'build/bench/boot.json'), `${JSON.stringify(result, null, 1)}\n`);
}
