/**
 * A line traced in a browser: topology *isolated* needs workers, and the built site is one that has
 * them.
 *
 *   traceInBrowser({ line, disk, ports })   resolves to what web/headless/trace.ts's traceLine does
 *
 * Several processors write into one ring at once, and reading takes its time: what was lost is
 * counted.
 */
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { CHROME_FLAGS, findChrome } from '../find-browser.mjs';
import { ROOT } from '../process.mjs';
import { startServer } from '../serve.mjs';

const PAGE = `<!doctype html>
<html lang="en">
  <title>Trace</title>
  <script type="module" src="neptune-os.js"></script>
  <neptune-os topology="isolated"></neptune-os>
</html>`;
const LIMIT_MS = 600_000;

/** A terminal's report of its size: so many rows that nothing stops at the end of a screen. */
const SIZE = '\x1b[48;9999;132;0;0t';

/** In the page. */
async function traced({ line, image, ports, size }) {
  await customElements.whenDefined('neptune-os');
  const machine = document.querySelector('neptune-os');
  const bytes = Uint8Array.from(atob(image), (character) => character.charCodeAt(0));
  await Promise.all([machine.boot(), machine.ready]);
  await machine.insertDisk('A:', bytes);
  const [records, names, stop] = [[], [], new AbortController()];
  let [lost, begun] = [0, () => undefined];
  const first = new Promise((resolve) => (begun = resolve));
  const reading = (async () => {
    const options = {
      ...{ ports, signal: stop.signal, interval: 4 },
      onName: (...name) => names.push(name),
      onLost: (count) => (lost += count),
    };
    for await (const record of machine.trace(options)) {
      records.push(record);
      begun();
    }
  })();
  await Promise.race([first, reading]);
  const ended = new Promise((resolve) =>
    machine.addEventListener('neptune-command', ({ detail }) => detail.typed && resolve()),
  );
  await machine.type(`${size}${line}\r`);
  await ended;
  stop.abort();
  await reading;
  return { records, names, lost, topology: machine.topology };
}

export async function traceInBrowser({ line, disk, ports }) {
  const server = await startServer({ root: join(ROOT, 'dist'), isolated: true });
  const browser = await chromium.launch({
    executablePath: findChrome() || undefined,
    args: CHROME_FLAGS,
  });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(LIMIT_MS);
    const address = `${server.url}trace.html`;
    const headers = {
      'Content-Type': 'text/html',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
    };
    await page.route(address, (route) => route.fulfill({ headers, body: PAGE }));
    await page.goto(address);
    const image = Buffer.from(disk).toString('base64');
    return await page.evaluate(traced, { line, image, ports, size: SIZE });
  } finally {
    await browser.close();
    await server.close();
  }
}
