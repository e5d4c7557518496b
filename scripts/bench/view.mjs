/**
 * npm run bench -- view: how many frames the window into the system draws while a copy runs.
 *
 *   npm run bench -- view                  builds; build/bench/view.json, and a table
 *   npm run bench -- view --seconds 10     each scene so long
 *   npm run bench -- view --only map       one view
 *   npm run bench -- view --no-build       what is there
 *
 * Scenes: the window closed, then each view, in *single* and in *isolated*; a file of 200 KB is
 * copied over and over meanwhile. Counted in the page: frames, tasks of more than 50 ms, and the
 * longest time between two frames; of the system: copies, and records of the trace that were lost.
 *
 * The browser draws by its processor alone, on whatever else the machine does. A page in which
 * nothing moves has every frame and draws none; so what there is to be had is told by two scenes
 * more, in which one dot moves on a canvas of the map's size: on an empty page, and beside the copy
 * with the window closed.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { CHROME_FLAGS, findChrome } from '../find-browser.mjs';
import { ROOT } from '../process.mjs';
import { startServer } from '../serve.mjs';

const VIEWS = ['map', 'follow', 'processes', 'memory', 'cache', 'disk', 'controller', 'events'];
const CLOSED = '(closed)';
const DOT = '(closed, a dot)';
const EMPTY = '(empty page, a dot)';
/** Where the page is 1280 pixels wide. */
const MAP = { width: 624, height: 260 };
const SETTLE_MS = 1500;
const LIMIT_MS = 30_000;
const FILE_BYTES = 200_000;

// What runs in the page.

/** One dot moves, and the whole canvas is drawn for it. */
function moveDot({ width, height }) {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  canvas.style.cssText = 'position: fixed; inset: auto 0 0 auto; z-index: 1';
  document.body.append(canvas);
  const pen = canvas.getContext('2d');
  const draw = (now) => {
    pen.clearRect(0, 0, width, height);
    pen.beginPath();
    pen.arc((now / 4) % width, height / 2, 4, 0, 2 * Math.PI);
    pen.fill();
    requestAnimationFrame(draw);
  };
  requestAnimationFrame(draw);
}

/** Counts frames while the copies run; where there is no machine, while nothing does. */
async function watchFrames({ seconds, bytes }) {
  const machine = document.querySelector('neptune-os');
  const copy = async () => {
    if (!machine) return new Promise((later) => setTimeout(later, 100));
    const { status, output } = await machine.exec('copy A:\\BIG.BIN A:\\COPY.BIN');
    if (status !== 0) throw new Error(output);
  };
  await machine?.writeFile('A:\\BIG.BIN', new Uint8Array(bytes).fill(7));
  const times = [];
  const long = [];
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) long.push(duration);
  });
  observer.observe({ type: 'longtask' });
  let running = true;
  const tick = (now) => {
    times.push(now);
    if (running) requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
  const begin = performance.now();
  let copies = 0;
  while (performance.now() - begin < seconds * 1000) {
    await copy();
    copies++;
  }
  running = false;
  observer.disconnect();
  const gaps = times.slice(1).map((time, i) => time - times[i]);
  const view = document.querySelector('neptune-view');
  const words = view?.shadowRoot?.textContent ?? '';
  const lost = /([\d,]+)(?= records were lost| lost)/.exec(words);
  return {
    frames: (gaps.length * 1000) / (times.at(-1) - times[0]),
    longest: Math.max(...gaps),
    'long tasks': long.length,
    'in long tasks': long.reduce((sum, one) => sum + one, 0),
    copies: machine ? (copies * 1000) / (performance.now() - begin) : 0,
    lost: lost ? Number(lost[1].replaceAll(',', '')) : 0,
  };
}

// What runs here.

async function scene(browser, url, view, seconds) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  try {
    const page = await context.newPage();
    const watch = () => page.evaluate(watchFrames, { seconds, bytes: FILE_BYTES });
    if (view === EMPTY) {
      await page.evaluate(moveDot, MAP);
      return await watch();
    }
    await page.addInitScript(() => localStorage.setItem('neptune visited', 'true'));
    await page.goto(url);
    await page.waitForFunction(() => customElements.get('neptune-os'));
    await page.evaluate(() => document.querySelector('neptune-os').ready);
    if (view === DOT) await page.evaluate(moveDot, MAP);
    else if (view !== CLOSED) {
      await page.getByRole('button', { name: 'Inside', exact: true }).click();
      await page.locator('neptune-view [role=tab]').first().waitFor({ timeout: LIMIT_MS });
      await page.evaluate((name) => (document.querySelector('neptune-view').view = name), view);
      if (view === 'map') await page.locator('neptune-view .map .place').first().waitFor();
    }
    await page.waitForTimeout(SETTLE_MS);
    return await watch();
  } finally {
    await context.close();
  }
}

const HEADS = [
  'topology',
  'view',
  'frames/s',
  'longest ms',
  'long tasks',
  'ms in them',
  'copies/s',
  'lost',
];

function tableOf(rows) {
  const lines = rows.map(({ topology, view, ...seen }) => [
    ...[topology, view],
    ...Object.values(seen).map((value) => value.toFixed(1)),
  ]);
  const widths = HEADS.map((head, i) =>
    Math.max(head.length, ...lines.map((row) => row[i].length)),
  );
  return [HEADS, ...lines]
    .map((row) => row.map((cell, i) => cell.padEnd(widths[i])).join('  '))
    .join('\n');
}

export async function benchView({ seconds, only }) {
  const views = VIEWS.filter((view) => only === undefined || view === only);
  const scenes = [EMPTY, CLOSED, DOT, ...views];
  const browser = await chromium.launch({ executablePath: findChrome(), args: CHROME_FLAGS });
  const rows = [];
  try {
    for (const topology of ['single', 'isolated']) {
      const server = await startServer({
        ...{ root: join(ROOT, 'dist'), port: 0 },
        isolated: topology === 'isolated',
      });
      try {
        for (const view of scenes) {
          rows.push({ topology, view, ...(await scene(browser, server.url, view, seconds)) });
          console.log(`${topology} ${view}: ${rows.at(-1).frames.toFixed(1)} frames a second`);
        }
      } finally {
        await server.close();
      }
    }
  } finally {
    await browser.close();
  }
  mkdirSync(join(ROOT, 'build/bench'), { recursive: true });
  const cpu = `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores`;
  const result = { when: new Date().toISOString(), cpu, load: loadavg()[0], seconds, rows };
  writeFileSync(join(ROOT, 'build/bench/view.json'), `${JSON.stringify(result, null, 1)}\n`);
  console.log(tableOf(rows));
}
