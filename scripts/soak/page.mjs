/**
 * The page of the soaks of files, as they hold on to it: an element over kept disks, in a browser
 * process of the soak's own.
 *
 *   startLane(folder)          a browser over a profile in `folder`; serves dist/
 *   lane.open()                a page with a booted system; `said` has what went wrong in it
 *   lane.kill(page, way)       ends it as `way` says, and the browser with it, or not
 *   lane.close()
 *   found(page)                the image of A: as it was kept
 *   exported(page, drive)      an image, in a drive
 *   messages(page)             the lines that the page said
 *   insert(page, name, drive)  an image in the soak's folder
 *   perform(page, operation)   one of load.mjs
 *   read(page, drive)          path -> bytes, through the system
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killBrowser, startBrowser } from '../../test/support/browsers.mjs';
import { ROOT } from '../process.mjs';
import { startServer } from '../serve.mjs';
import { contentsOf } from './load.mjs';

/** In the checkout: what the page has, and the disks of failures. */
export const FOLDER = 'build/soak';
/** Memory, where there is such a folder: what is killed are processes, not the power. */
export const SCRATCH = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const LIMIT_MS = 60_000;

const PAGE = `<!doctype html>
<meta charset="utf-8" />
<link rel="icon" href="data:," />
<script type="module" src="../../dist/neptune-os.js"></script>
<script type="module">
  globalThis.said = [];
  addEventListener('neptune-error', (event) => said.push(event.detail.message));
  globalThis.contentsOf = ${contentsOf};
  globalThis.toText = async (blob) => {
    const reader = new FileReader();
    await new Promise((done) => {
      reader.onload = done;
      reader.readAsDataURL(blob);
    });
    return reader.result.slice(reader.result.indexOf(',') + 1);
  };
  globalThis.machine = document.createElement('neptune-os');
  for (const [name, value] of [['persist', 'soak'], ['topology', 'single'], ['controls', '']])
    machine.setAttribute(name, value);
  document.body.append(machine);
</script>
`;

export async function startLane(folder) {
  mkdirSync(join(ROOT, FOLDER), { recursive: true });
  writeFileSync(join(ROOT, FOLDER, 'index.html'), PAGE);
  const server = await startServer({ root: ROOT });
  return new Lane(server, folder, await startBrowser(folder));
}

class Lane {
  #server;
  #folder;
  #started;

  constructor(server, folder, started) {
    this.#server = server;
    this.#folder = folder;
    this.#started = started;
  }

  /** The renderer that a browser keeps for its next page may be one of those that were killed. */
  async open() {
    for (let left = 3; ; left--)
      try {
        return await this.#open();
      } catch (error) {
        if (left === 0 || !/Target crashed/.test(error.message)) throw error;
      }
  }

  async #open() {
    const page = await this.#started.context.newPage();
    page.said = [];
    page.on('pageerror', (error) => page.said.push(`error: ${error.message}`));
    await this.#goto(page);
    return page;
  }

  async #goto(page) {
    await page.goto(`${this.#server.url}${FOLDER}/index.html`);
    await this.#ready(page);
  }

  async #ready(page) {
    await page.waitForFunction(() => globalThis.machine?.boot, undefined, {
      timeout: LIMIT_MS,
      polling: 50,
    });
    await page.evaluate((limit) => {
      const late = new Promise((_, no) => setTimeout(() => no(new Error('no prompt')), limit));
      return Promise.race([machine.boot(), late]);
    }, LIMIT_MS);
  }

  /** Resolves to a page in its place. */
  async kill(page, way) {
    if (way === 'reload') {
      await page.reload();
      await this.#ready(page);
      return page;
    }
    if (way === 'browser') {
      await killBrowser(this.#started);
      this.#started = await startBrowser(this.#folder);
      return this.open();
    }
    if (way === 'crash' || way === 'process') {
      const crashed = page.waitForEvent('crash', { timeout: LIMIT_MS });
      await (way === 'crash' ? this.#crash(page) : this.#killRenderers());
      await crashed;
    }
    await page.close();
    return this.open();
  }

  async #crash(page) {
    const session = await page.context().newCDPSession(page);
    session.send('Page.crash').catch(() => undefined);
  }

  /** All of this browser: the soak has one page. */
  async #killRenderers() {
    const session = await this.#started.browser.newBrowserCDPSession();
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    for (const { type, id } of processInfo) if (type === 'renderer') process.kill(id, 'SIGKILL');
    await session.detach();
  }

  async close() {
    await killBrowser(this.#started);
    await this.#server.close();
  }
}

/** What the last page left. A lock whose page is gone may be free a moment later. */
export async function found(page) {
  await page.waitForFunction(
    () => {
      const row = machine.shadowRoot.querySelector('.drive[data-drive="A:"]');
      return row && !['protected', 'loading'].includes(row.dataset.state);
    },
    undefined,
    { timeout: LIMIT_MS, polling: 50 },
  );
  return exported(page, 'A:');
}

/** What is not zero of it crosses over. */
export async function exported(page, drive) {
  const { size, parts } = await page.evaluate(async (name) => {
    const image = await machine.exportDisk(name);
    const bytes = new Uint8Array(await image.arrayBuffer());
    const found = [];
    for (let at = 0; at < bytes.length; at += 4096) {
      const part = bytes.subarray(at, at + 4096);
      if (part.some((byte) => byte !== 0)) found.push([at, await toText(new Blob([part]))]);
    }
    return { size: bytes.length, parts: found };
  }, drive);
  const image = Buffer.alloc(size);
  for (const [at, text] of parts) Buffer.from(text, 'base64').copy(image, at);
  return image;
}

/** A disk that is to be kept, but for C:. */
export async function insert(page, name, drive = 'A:') {
  const insertDisk = ([where, url]) => machine.insertDisk(where, new URL(url, location.href));
  await page.evaluate(insertDisk, [drive, name]);
}

/** Resolves to whether all is safe; rejects where the page was killed, or the system refused. */
export async function perform(page, { line, write, id, size, flush, look }) {
  if (look) return page.evaluate(() => !machine.unsaved);
  if (write) {
    const work = [write, id, size];
    await page.evaluate(([path, ...which]) => machine.writeFile(path, contentsOf(...which)), work);
    return false;
  }
  const command = flush ? 'sync' : line;
  const answer = await page.evaluate((text) => machine.exec(text), command);
  if (answer.status !== 0) throw new Refused(`${command}: ${answer.output}`);
  return Boolean(flush);
}

export class Refused extends Error {}

/** Every file of the disk. */
export async function read(page, drive = 'A:') {
  const files = await page.evaluate(async (root) => {
    const found = [];
    const visit = async (folder) => {
      for (const { name, directory } of await machine.list(`${root}\\${folder}`)) {
        if (name === '.' || name === '..') continue;
        const path = folder + name;
        if (directory) await visit(`${path}\\`);
        else
          found.push([path, await toText(new Blob([await machine.readFile(`${root}\\${path}`)]))]);
      }
    };
    await visit('');
    return found;
  }, drive);
  return new Map(files.map(([path, text]) => [path, Buffer.from(text, 'base64')]));
}

export const messages = async (page) => [...page.said, ...(await page.evaluate(() => said))];
