/** The examples of the guide's chapter on embedding and of the README, as they stand there. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { ROOT } from '../../scripts/process.mjs';
import { startServer } from '../../scripts/serve.mjs';
import { driveState, listen, makeFolder, readText, READY_MS, ready, withSite } from './site.mjs';

const chapter = readFileSync(join(ROOT, 'docs/embedding.md'), 'utf8');
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
/** Where the guide says that another server has the component. */
const ELSEWHERE = 'https://neptune.example';
const examples = [...chapter.matchAll(/### (\d+)\. ([^\n]+)\n\n```html\n([\s\S]*?)```/g)];

/** What must be there in the end, by the example's number. */
const outcomes = {
  1: (page) => page.getByText('not kept').waitFor(),
  2: (page) => page.waitForFunction(() => /TRY>dir[\s\S]*A:\\TRY>$/.test(globalThis.screen_())),
  3: (page) => page.getByText(/^0 Hello!\s+6 entries\s+messages: [1-9]/).waitFor(),
  4: (page) => page.getByText('1474560 bytes').waitFor(),
  async 5(page) {
    await page.getByText(/^output .*personality/).waitFor();
    await page.getByText('command {"line":"ver","status":0,"typed":true}').waitFor();
  },
  async 7(page) {
    const machine = page.locator('neptune-os');
    const refused = await machine.evaluate((os) =>
      os.ejectDisk('A:').catch((error) => error.message),
    );
    assert.match(refused, /does not let the disk out of A:/);
    await machine.evaluate((os) => os.typeLines('md ELSE'));
    await page.getByText('Not yet').waitFor();
    await page.getByRole('button', { name: 'Show me' }).click();
    await page.getByText('Well done: md NOTES').waitFor();
    assert.equal(await machine.evaluate(async (os) => (await os.ejectDisk('A:')).size), 1_474_560);
  },
  async 8(page) {
    const style = (part, name) =>
      page.evaluate(
        ([selector, property]) => {
          const { shadowRoot } = document.querySelector('neptune-os');
          return getComputedStyle(shadowRoot.querySelector(selector))[property];
        },
        [part, name],
      );
    assert.equal(await style('.xterm-rows', 'color'), 'rgb(43, 36, 32)');
    assert.match(await style('.xterm-rows', 'fontFamily'), /^"Courier New"/);
    assert.equal(await style('#drives', 'outlineStyle'), 'none');
    await page.locator('neptune-os').evaluate((os) => os.writeFile('A:\\NEW.TXT', 'new'));
    await page.locator('neptune-os:state(unkept)').waitFor();
    assert.equal(await style('#drives', 'outlineStyle'), 'solid');
    assert.ok(await page.getByRole('button', { name: 'What is this?' }).isVisible());
  },
  async 9(page) {
    await hasVersion(page);
    assert.equal(workerFrames(page).length, 0);
  },
  async 10(page) {
    await hasVersion(page);
    assert.equal(workerFrames(page).length, 0);
  },
  async 11(page) {
    await hasVersion(page);
    assert.equal(workerFrames(page).length, 1);
  },
};

/** Puts the example beside the module, or on a server of its own where it says so. */
async function show(page, url, source) {
  if (source.includes(ELSEWHERE)) {
    writeFileSync(join(folder, 'index.html'), source.replaceAll(ELSEWHERE, new URL(url).origin));
    return page.goto(host.url.replace('localhost', '127.0.0.1'));
  }
  const address = `${url}example.html`;
  await page.route(address, (route) => route.fulfill({ contentType: 'text/html', body: source }));
  return page.goto(address);
}

/** How many frames of ours make workers for the page. */
const workerFrames = (page) => page.frames().filter((one) => one.url().includes('/frame.html'));

async function hasVersion(page) {
  await page.waitForFunction(() => /ver\s[\s\S]*Neptune Web[\s\S]*>$/.test(globalThis.screen_()));
  const { output } = await page.locator('neptune-os').evaluate((os) => os.exec('dir A:'));
  assert.match(output, /README\.TXT/);
}

/** What is to be done before there is a prompt. */
const beforeReady = {
  async 8(page) {
    assert.ok(await page.getByText('A floppy disk from 1994').isVisible());
    await page.getByRole('button', { name: 'Start' }).click();
  },
};

/** A policy that refuses workers says so. */
const refused = (number, line) => number === '11' && /Content Security Policy/.test(line);

const { folder, remove } = makeFolder();
let host;

suite('e2e/embedding', () => {
  before(async () => (host = await startServer({ root: folder })));
  after(async () => {
    await host?.close();
    remove();
  });

  test('the chapter has its examples', () => {
    assert.deepEqual(
      examples.map(([, number]) => Number(number)),
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    );
  });

  test('the tag of the README: its disk is there, and its link leads to the site', async () => {
    await withSite(async ({ url, browser }) => {
      const [, source] = /```html\n([\s\S]*?)```/.exec(readme);
      const page = await browser.newPage();
      page.setDefaultTimeout(READY_MS);
      const address = `${url}readme.html`;
      await page.route(address, (route) =>
        route.fulfill({ contentType: 'text/html', body: source }),
      );
      await page.goto(address);
      await ready(page);
      const machine = page.locator('neptune-os');
      const { output } = await machine.evaluate((element) => element.exec('dir A:'));
      assert.match(output, /README\.TXT/);
      const link = await machine.evaluate((element) => element.share());
      assert.ok(link.startsWith(`${url}#a=`), link.slice(0, 80));
    });
  });

  test('the link of the README: its disk comes, and its letter is shown', async () => {
    await withSite(async ({ url, open }) => {
      const [, rest] = /\(http:\/\/localhost:8080\/([^)]+)\)/.exec(readme);
      const page = await open(rest);
      assert.ok(page.url().startsWith(url));
      await page.locator('neptune-files').getByText('travelled inside the link').waitFor();
      assert.match(await readText(page, 'A:\\HELLO.TXT'), /No server has it/);
      assert.equal(await driveState(page, 'A:'), 'unkept');
      assert.deepEqual(page.said, []);
    });
  });

  test('the pictures of the README are there, and small', () => {
    const pictures = [...readme.matchAll(/(?:src|srcset)="(docs\/[^"]+)"/g)].map(
      ([, name]) => name,
    );
    assert.equal(pictures.length, 2);
    for (const name of pictures) assert.ok(statSync(join(ROOT, name)).size < 120_000, name);
  });

  test('no source file is served', () => {
    const files = readdirSync(join(ROOT, 'dist'), { recursive: true });
    assert.deepEqual(
      files.filter((name) => name.endsWith('.ts')),
      [],
    );
  });

  for (const [, number, title, source] of examples) {
    test(`${number}. ${title}`, async () => {
      await withSite(async ({ url, browser }) => {
        const page = await browser.newPage();
        page.setDefaultTimeout(READY_MS);
        listen(page);
        await page.addInitScript(() => {
          globalThis.screen_ = () => document.querySelector('neptune-os').screenText();
        });
        await show(page, url, source);
        if (number === '6') {
          const frame = page.frameLocator('iframe');
          await frame.getByRole('button', { name: 'Run', exact: true }).click();
          await frame.getByText('bytes free').waitFor();
        } else {
          await beforeReady[number]?.(page);
          await ready(page);
          await outcomes[number](page);
        }
        // A page without an icon is asked for one.
        assert.deepEqual(
          page.said.filter((line) => !/404/.test(line) && !refused(number, line)),
          [],
        );
      });
    });
  }
});
