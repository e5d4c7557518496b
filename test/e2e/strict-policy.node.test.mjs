/** Pages whose Content Security Policy refuses what the system needs: it is had in a frame. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { ROOT } from '../../scripts/process.mjs';
import { startServer } from '../../scripts/serve.mjs';
import { launchChrome, serveDist } from '../support/browsers.mjs';
import { exec, exportDisk, image, insertDisk, listen, makeFolder, ready } from './site.mjs';
import { readText, READY_MS, writeText } from './site.mjs';

const framePages = (page) => page.frames().filter((frame) => /\/frame\.html/.test(frame.url()));

suite('e2e/strict-policy', () => {
  const { folder, remove } = makeFolder();
  let site;
  let origin;
  let browser;

  /** A page of another origin, with that policy in its header; `work(page)`. */
  async function withHost(policy, body, work) {
    writeFileSync(
      join(folder, 'index.html'),
      `<!doctype html><title>Host</title>
      <script type="module" src="${site.url}neptune-os.js"></script>${body}`,
    );
    const headers = { 'Content-Security-Policy': policy };
    const host = await startServer({ root: folder, headers });
    const context = await browser.newContext();
    try {
      const page = await context.newPage();
      page.setDefaultTimeout(READY_MS);
      listen(page);
      await page.goto(host.url.replace('localhost', '127.0.0.1'));
      await page.waitForFunction(() => customElements.get('neptune-os'));
      await work(page);
    } finally {
      await context.close();
      await host.close();
    }
  }

  before(async () => {
    site = await serveDist();
    origin = new URL(site.url).origin;
    browser = await launchChrome();
    writeFileSync(join(folder, 'own.img'), image({ 'OWN.TXT': 'my own' }));
  });
  after(async () => {
    await browser?.close();
    await site?.close();
    remove();
  });

  test('default-src ’self’: workers come by a frame, and all the rest works as ever', async () => {
    const policy = `default-src 'self'; script-src 'self' ${origin}; frame-src ${origin}`;
    const body = '<neptune-os disk-a="own.img" run="ver" persist="strict" controls></neptune-os>';
    await withHost(policy, body, async (page) => {
      await ready(page);
      assert.equal(framePages(page).length, 1);
      assert.equal(await readText(page, 'A:\\OWN.TXT'), 'my own');
      await page.waitForFunction(() =>
        /A:\\>ver[\s\S]+>$/.test(document.querySelector('neptune-os').screenText()),
      );

      // Kept by the page, in the page's own storage.
      await writeText(page, 'A:\\NEW.TXT', 'new');
      await exec(page, 'sync');
      await page.waitForFunction(() => !document.querySelector('neptune-os').unsaved);
      await page.reload();
      await page.waitForFunction(() => customElements.get('neptune-os'));
      await ready(page);
      assert.equal(await readText(page, 'A:\\NEW.TXT'), 'new');

      const bytes = image({ 'B.TXT': 'b' });
      await insertDisk(page, 'B:', bytes, { persist: false });
      assert.deepEqual(await exportDisk(page, 'B:'), bytes);
      const refused = await page.evaluate(() =>
        document
          .querySelector('neptune-os')
          .readFile('B:\\NONE.TXT')
          .catch(({ name, status }) => [name, status >>> 0]),
      );
      assert.deepEqual(refused, ['SystemError', 0xc0000034]);
      const counted = await page.evaluate(() => document.querySelector('neptune-os').counters());
      assert.ok(counted['kernel.ipc'] > 0 && counted['machine.fdc.command'] > 0);
      const change = await page.evaluate(async () => {
        const os = document.querySelector('neptune-os');
        const heard = new Promise((done) =>
          os.addEventListener('neptune-disk', ({ detail }) => done(detail), { once: true }),
        );
        await os.ejectDisk('B:');
        return heard;
      });
      assert.deepEqual(change, { drive: 'B:', change: 'ejected' });

      await page.evaluate(() => document.querySelector('neptune-os').remove());
      await page.waitForFunction(() => !document.querySelector('iframe[src*="frame.html"]'));
    });
  });

  test('where the frame is refused as well, the element says both in words', async () => {
    const policy = `default-src 'self'; script-src 'self' ${origin}`;
    const body = '<neptune-os>Nothing runs here.</neptune-os>';
    await withHost(policy, body, async (page) => {
      const why = await page.evaluate(() =>
        document.querySelector('neptune-os').ready.then(
          () => '',
          ({ message }) => message,
        ),
      );
      assert.match(why, /could not boot: this page's policy refuses what it needs/);
      assert.match(why, /a frame of http\S+ is refused as well \(frame-src\)/);
      assert.ok(await page.getByText('Nothing runs here.').isVisible());
      await page.getByText(why).waitFor();
    });
  });

  test('workers refused and nothing else: a frame too', async () => {
    const policy =
      `default-src 'none'; script-src ${origin} blob: 'wasm-unsafe-eval'; connect-src ${origin}; ` +
      `worker-src 'none'; frame-src ${origin}`;
    await withHost(policy, '<neptune-os></neptune-os>', async (page) => {
      await ready(page);
      assert.equal(framePages(page).length, 1);
      assert.equal((await exec(page, 'ver')).status, 0);
    });
  });

  test('a policy that leaves it what it needs is no reason for a frame', async () => {
    const policy =
      `default-src 'none'; script-src ${origin} 'wasm-unsafe-eval'; worker-src blob: ${origin}; ` +
      `connect-src ${origin}; frame-src ${origin}`;
    await withHost(policy, '<neptune-os></neptune-os>', async (page) => {
      // Refused for another reason than ours.
      await page.evaluate(() => fetch('https://elsewhere.example/').catch(() => undefined));
      await ready(page);
      assert.equal(framePages(page).length, 0);
    });
  });

  test('Trusted Types: addresses of workers are such; where that is not let, a frame', async () => {
    for (const [names, frames] of [
      ['', 0],
      ['; trusted-types lit-html neptune-web', 0],
      ['; trusted-types lit-html', 1],
    ]) {
      const policy = `require-trusted-types-for 'script'${names}`;
      await withHost(policy, '<neptune-os controls></neptune-os>', async (page) => {
        await ready(page);
        assert.equal(framePages(page).length, frames, names);
        assert.equal((await exec(page, 'ver')).status, 0);
      });
    }
  });

  test('the frame has nothing of the site, and speaks to one origin alone', async () => {
    const script = readFileSync(join(ROOT, 'dist/frame.js'), 'utf8');
    assert.doesNotMatch(script, /indexedDB|localStorage|document\.cookie/);

    await withHost(`default-src * 'unsafe-inline'`, '', async (page) => {
      const heard = await page.evaluate(async (address) => {
        const said = [];
        addEventListener('message', ({ origin, data }) => said.push([origin, data]));
        const load = async (host) => {
          const frame = document.createElement('iframe');
          frame.src = `${address}frame.html?host=${encodeURIComponent(host)}`;
          const loaded = new Promise((done) => (frame.onload = done));
          document.body.append(frame);
          await loaded;
          return frame;
        };
        /** Asks a frame to start, and whether it ever answered. */
        const start = (frame, target) => {
          const { port1, port2 } = new MessageChannel();
          const notes = new MessageChannel();
          const init = { topology: 'auto', speed: 'fast' };
          const answer = new Promise((done) => (port1.onmessage = () => done('answered')));
          const message = { init, control: port2, notes: notes.port2 };
          frame.contentWindow.postMessage(message, target, [port2, notes.port2]);
          port1.postMessage({ id: '1', type: 'APPLY', path: ['counters'], argumentList: [] });
          return answer;
        };
        // Not for us: the first says nothing to this origin, and takes nothing from it.
        const others = await Promise.all(
          ['https://bank.example', '*', 'null', ''].map((host) => load(host)),
        );
        const wrong = others.map((frame) => start(frame, '*'));
        const right = start(await load(origin), new URL(address).origin);
        // Whoever answers first: the right one comes last, and takes a boot.
        return [await Promise.race([...wrong.map((one) => one.then(() => 'wrong')), right]), said];
      }, site.url);
      assert.deepEqual(heard, ['answered', [[origin, 'neptune-frame']]]);
    });
  });

  test('whoever frames it can call what it has, and reach nothing else in it', async () => {
    await withHost(`default-src * 'unsafe-inline'`, '', async (page) => {
      const answered = await page.evaluate(async (address) => {
        const frame = document.createElement('iframe');
        frame.src = `${address}frame.html?host=${encodeURIComponent(origin)}`;
        const loaded = new Promise((done) => (frame.onload = done));
        document.body.append(frame);
        await loaded;
        const control = new MessageChannel();
        const notes = new MessageChannel();
        const ids = [];
        const last = new Promise((done) => {
          control.port1.onmessage = ({ data }) => {
            ids.push(data.id);
            if (data.id === 'last') done();
          };
        });
        const init = { topology: 'auto', speed: 'fast' };
        const message = { init, control: control.port2, notes: notes.port2 };
        const ports = [control.port2, notes.port2];
        frame.contentWindow.postMessage(message, new URL(address).origin, ports);
        const images = { 'smss.exe': { href: `${address}private` } };
        const raw = (value) => ({ type: 'RAW', value });
        const ask = (id, type, path, more) =>
          control.port1.postMessage({ id, type, path, argumentList: [], ...more });
        ask('set', 'SET', ['constructor', 'prototype', 'images'], { value: raw(images) });
        ask('own', 'SET', ['start'], { value: raw(1) });
        ask('get', 'GET', ['constructor']);
        ask('deep', 'APPLY', ['start', 'constructor'], { argumentList: [raw('1')] });
        ask('inherited', 'APPLY', ['hasOwnProperty'], { argumentList: [raw('x')] });
        ask('make', 'CONSTRUCT', ['constructor']);
        ask('last', 'APPLY', ['counters']);
        await last;
        return ids;
      }, site.url);
      assert.deepEqual(answered, ['last']);
    });
  });
});
