/**
 * npm run bench -- memory: what the built component holds of memory, and where. On Linux.
 *
 *   npm run bench -- memory                 build/bench/memory.json, and a table
 *   npm run bench -- memory --rounds 3      each scene so often; the median counts
 *   npm run bench -- memory --disks 20      so many disks are put in and out
 *
 * Each scene has a browser of its own. Nothing is attached to the workers while their process is
 * measured, since an inspector costs each of them memory; their heaps are asked for in a scene
 * apart, where a worker that sleeps in the kernel may not answer.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import puppeteer from 'puppeteer-core';
import { CHROME_FLAGS, findChrome } from '../find-browser.mjs';
import { ROOT } from '../process.mjs';
import { startServer } from '../serve.mjs';
import { memoryOf, touchedOf, workersOf } from './process-memory.mjs';

/** What the browser gives back by itself is given back by then. */
const SETTLE_MS = 5_000;
const ANSWER_MS = 5_000;
/** A browser collects what an idle worker has left after half a minute or so. */
const REST_MS = 45_000;
const KERNEL_BYTES = 16 << 20;
const RAM_BYTES = 32 << 20;
const FOLDER = 'build/bench/memory';

const PAGE = `<!doctype html>
<meta charset="utf-8" />
<link rel="icon" href="data:," />
<body></body>
`;

// What runs in the page.

async function bootIn(topology) {
  await import('/dist/neptune-os.js');
  await customElements.whenDefined('neptune-os');
  const machine = document.createElement('neptune-os');
  machine.setAttribute('topology', topology);
  document.body.append(machine);
  await machine.boot();
}

/** One after the other: in, its directory read, out. */
async function disksIn(count) {
  const machine = document.querySelector('neptune-os');
  const image = new Uint8Array(await (await fetch('/dist/disks/tour.img')).arrayBuffer());
  for (let i = 0; i < count; i++) {
    image[0x27] = i; // its serial number
    await machine.insertDisk('A:', image, { label: `disk ${i}` });
    const { status, output } = await machine.exec('dir a:');
    if (status !== 0) throw new Error(output);
    await machine.ejectDisk('A:');
  }
}

async function workersIn(count) {
  const script = URL.createObjectURL(new Blob(['postMessage(1)'], { type: 'text/javascript' }));
  const start = () =>
    new Promise((started) => {
      const worker = new Worker(script, { type: 'module' });
      worker.onmessage = started;
      (globalThis.kept ??= []).push(worker);
    });
  await Promise.all(Array.from({ length: count }, start));
}

// What looks at it.

const within = (promise) => Promise.race([promise, sleep(ANSWER_MS, undefined, { ref: false })]);

async function inBrowser(url, attach, work) {
  const browser = await puppeteer.launch({
    executablePath: findChrome() || undefined,
    headless: true,
    args: [...CHROME_FLAGS, '--enable-blink-features=ForceEagerMeasureMemory'],
    ...(attach ? {} : { targetFilter: (target) => target.type() !== 'worker' }),
  });
  try {
    const page = await browser.newPage();
    page.on('pageerror', (error) => console.error(`page: ${error.message}`));
    await page.goto(url);
    const inspector = await browser.target().createCDPSession();
    return await work(page, () => measure(inspector));
  } finally {
    await browser.close();
  }
}

/** The page's process is the largest: beside it there is at most one that waits for a page. */
async function measure(inspector) {
  await sleep(SETTLE_MS);
  const { processInfo } = await inspector.send('SystemInfo.getProcessInfo');
  const renderers = processInfo.filter(({ type }) => type === 'renderer');
  const found = renderers.map(({ id }) => ({ pid: id, ...memoryOf(id) }));
  const { pid, ...memory } = found.sort((a, b) => b.private - a.private)[0];
  return {
    ...memory,
    ram: touchedOf(pid, RAM_BYTES),
    kernel: touchedOf(pid, KERNEL_BYTES),
    workers: workersOf(pid),
  };
}

function system(topology, disks) {
  return async (page, look) => {
    await page.evaluate(bootIn, topology);
    const booted = await look();
    await page.evaluate(disksIn, disks);
    const used = await look();
    await sleep(REST_MS);
    return {
      [`${topology}, booted`]: booted,
      [`${topology}, after ${disks} disks`]: used,
      [`${topology}, at rest then`]: await look(),
    };
  };
}

const scenes = (disks) => [
  async (page, look) => ({ 'empty page': await look() }),
  async (page, look) => {
    await page.evaluate(workersIn, 9);
    return { '9 empty workers': await look() };
  },
  system('single', disks),
  system('isolated', disks),
];

const heapOf = async (client) => {
  const heap = await within(client.send('Runtime.getHeapUsage').catch(() => undefined));
  return heap && { used: heap.usedSize / 2 ** 20, held: heap.totalSize / 2 ** 20 };
};

/** The heaps of the page and of each worker, before and after a collection. */
async function heaps(page) {
  await page.evaluate(bootIn, 'isolated');
  await sleep(SETTLE_MS);
  const parts = [await page.createCDPSession(), ...page.workers().map(({ client }) => client)];
  const before = await Promise.all(parts.map(heapOf));
  await Promise.all(parts.map((part) => within(part.send('HeapProfiler.collectGarbage'))));
  const after = await Promise.all(parts.map(heapOf));
  return before.map((heap, i) => ({
    part: i === 0 ? 'page' : `worker ${i}`,
    heap,
    after: after[i],
  }));
}

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

function medians(all) {
  const keys = Object.keys(all[0]);
  return Object.fromEntries(keys.map((key) => [key, median(all.map((one) => one[key]))]));
}

const mib = (value) => (value === undefined ? '-' : value.toFixed(1));

function print(measured, heapRows) {
  const base = measured['empty page'].private;
  const rows = Object.entries(measured).map(([scene, memory]) => ({
    scene,
    private: mib(memory.private),
    'above the empty page': mib(memory.private - base),
    rss: mib(memory.rss),
    'RAM touched': mib(memory.ram),
    'kernel memory touched': mib(memory.kernel),
    workers: memory.workers,
  }));
  console.table(rows);
  console.table(
    heapRows.map(({ part, heap, after }) => ({
      heap: part,
      used: mib(heap?.used),
      held: mib(heap?.held),
      'used after a collection': mib(after?.used),
      'held after a collection': mib(after?.held),
    })),
  );
}

export async function benchMemory({ rounds, disks }) {
  mkdirSync(join(ROOT, FOLDER), { recursive: true });
  writeFileSync(join(ROOT, FOLDER, 'index.html'), PAGE);
  const server = await startServer({ root: ROOT, isolated: true });
  const url = `${server.url}${FOLDER}/index.html`;
  try {
    const samples = {};
    for (let round = 0; round < rounds; round++)
      for (const scene of scenes(disks))
        for (const [name, memory] of Object.entries(await inBrowser(url, false, scene)))
          (samples[name] ??= []).push(memory);
    const measured = Object.fromEntries(
      Object.entries(samples).map(([name, all]) => [name, medians(all)]),
    );
    const heapRows = await inBrowser(url, true, heaps);
    print(measured, heapRows);
    const result = { when: new Date().toISOString(), rounds, disks, measured, heaps: heapRows };
    writeFileSync(join(ROOT, 'build/bench/memory.json'), `${JSON.stringify(result, null, 1)}\n`);
  } finally {
    await server.close();
  }
}
