/**
 * The built site in Firefox, for the end-to-end tests.
 *
 *   withFirefoxSite(work, { isolated })   as withSite of site.mjs: `work({ url, newPage, open })`
 *
 * One browser for all tests of a file: its start takes four seconds of a core. What a test opens
 * has cookies and stores of its own, and is closed after it.
 */
import { after } from 'node:test';
import { launchFirefox, serveDist } from '../support/browsers.mjs';
import { openSite } from './site.mjs';

let browsers;

after(async () => (await browsers)?.close());

async function firefox() {
  if (!(await browsers)?.connected) browsers = launchFirefox();
  return browsers;
}

export async function withFirefoxSite(work, { isolated = false } = {}) {
  const server = await serveDist({ isolated });
  const context = await (await firefox()).createBrowserContext();
  const newPage = () => context.newPage();
  const open = async (path = '') => {
    const page = await newPage();
    await openSite(page, server.url + path);
    return page;
  };
  try {
    return await work({ url: server.url, newPage, open });
  } finally {
    await context.close();
    await server.close();
  }
}
