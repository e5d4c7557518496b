/**
 * The site with its service worker, for the end-to-end tests: a server that can be ended and
 * started again at its address, of a copy of dist/ that can become another version.
 *
 *   withVersions(work)        `work(site)`; its profiles, server and copy are ended. The browser is
 *                             one for all tests of a file
 *     site.url, site.folder, site.asked   the paths that the server was asked for
 *     site.serve({ headers, isolated }), site.end()
 *     site.context()          a profile of its own, with service workers; as in a private window,
 *                             frames of other sites have no storage
 *     site.open(context, path, base)
 *                             a page of it at its first prompt
 *     site.change(name, change)
 *                             changes a file of the copy, and makes it a version of its own
 *   installed(page)           waits until the service worker is there; the version's name
 *   versions(page)            those whose caches are here, by name
 *   boots(page)               how often the page was loaded: `page.loads` counts from then on
 */
import { cpSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildOffline } from '../../scripts/offline.mjs';
import { ROOT } from '../../scripts/process.mjs';
import { startServer } from '../../scripts/serve.mjs';
import { launchChrome } from '../support/browsers.mjs';
import { makeFolder, openSite, READY_MS } from './site.mjs';

let browsers;

after(async () => (await browsers)?.close());

async function chrome() {
  if (!(await browsers)?.isConnected()) browsers = launchChrome();
  return browsers;
}

export async function withVersions(work) {
  const { folder, remove } = makeFolder();
  const filter = (name) => !name.endsWith('.map');
  cpSync(join(ROOT, 'dist'), folder, { recursive: true, filter });
  const browser = await chrome();
  const site = new Site(folder, browser);
  await site.serve();
  try {
    return await work(site);
  } finally {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await site.end();
    remove();
  }
}

class Site {
  asked = [];
  #server;

  constructor(folder, browser) {
    this.folder = folder;
    this.browser = browser;
  }

  get url() {
    return this.#server.url;
  }

  async serve(how = {}) {
    await this.end();
    const heard = ({ url }) => this.asked.push(url);
    const port = this.#server?.port ?? 0;
    this.#server = await startServer({ root: this.folder, port, heard, ...how });
  }

  async end() {
    await this.#server?.close().catch(() => undefined);
  }

  context(options) {
    return this.browser.newContext(options);
  }

  async open(context, path = '') {
    const page = await context.newPage();
    await openSite(page, this.url + path);
    return page;
  }

  async change(name, change) {
    const file = join(this.folder, name);
    writeFileSync(file, change(readFileSync(file)));
    return buildOffline({ dist: this.folder });
  }

  rename(from, to) {
    renameSync(join(this.folder, from), join(this.folder, to));
  }
}

/** Asks the page until the answer is yes, also over a reload. */
export async function until(page, question, argument) {
  const end = Date.now() + READY_MS;
  for (;;) {
    if (await page.evaluate(question, argument).catch(() => false)) return;
    if (Date.now() > end) throw new Error(`never came: ${question}`);
    await sleep(100);
  }
}

export async function installed(page) {
  await until(page, async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    return (
      registration?.active?.state === 'activated' && navigator.serviceWorker.controller !== null
    );
  });
}

export const versions = (page) =>
  page.evaluate(async () => {
    const names = (await caches.keys()).map((name) => name.split('|')[2]);
    return names.filter((name) => name !== 'clients' && name !== 'shared');
  });

export const pageVersion = (page) =>
  page.evaluate(() => document.querySelector('meta[name="version"]').content);

export const topologyOf = (page) =>
  page.evaluate(() => document.querySelector('neptune-os').topology);
