/** The site and the component work on pages of every kind. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { ROOT } from '../../scripts/process.mjs';
import { startServer } from '../../scripts/serve.mjs';
import { launchChrome } from '../support/browsers.mjs';
import { diskPrograms } from './disk-programs.mjs';
import {
  exec,
  listen,
  makeFolder,
  openSite,
  ready,
  readText,
  withSite,
  writeText,
} from './site.mjs';

const topology = (page) => page.evaluate(() => document.querySelector('neptune-os').topology);

async function works(page) {
  const { status, output } = await exec(page, 'dir');
  assert.equal(status, 0, output);
  assert.match(output, /README\.TXT/);
  await writeText(page, 'A:\\NOTE.TXT', 'noted');
  assert.equal(await readText(page, 'A:\\note.txt'), 'noted');
  assert.deepEqual(page.said, []);
}

const locksOf = (page) =>
  page.evaluate(async () => (await navigator.locks.query()).held.map(({ name }) => name).join());

async function holdsNothing(page) {
  const look = async () => `${page.workers().length} workers, locks: ${await locksOf(page)}`;
  const end = Date.now() + 10_000;
  while ((await look()) !== '0 workers, locks: ' && Date.now() < end) await page.waitForTimeout(50);
  assert.equal(await look(), '0 workers, locks: ');
}

suite('e2e/topologies', () => {
  test('without isolation headers it is one worker', async () => {
    await withSite(async ({ open }) => {
      const page = await open();
      assert.equal(await page.evaluate(() => crossOriginIsolated), false);
      assert.equal(await topology(page), 'single');
      await works(page);
    });
  });

  test('with them it is isolated, and ?topology=single is obeyed', async () => {
    await withSite(
      async ({ open }) => {
        const page = await open();
        assert.equal(await topology(page), 'isolated');
        assert.ok(page.workers().length > 5, 'each process has a worker');
        await works(page);
        await diskPrograms(page);
        await page.close();

        const single = await open('?topology=single');
        assert.equal(await topology(single), 'single');
        assert.equal(single.workers().length, 1);
        await works(single);
      },
      { isolated: true },
    );
  });

  test('a topology that cannot be had is refused in words, and Start is offered', async () => {
    await withSite(async ({ url, browser }) => {
      const page = await browser.newPage();
      listen(page);
      await page.goto(`${url}?topology=isolated`);
      await page.getByText(/needs a cross-origin isolated page/).waitFor();
      await page.getByRole('button', { name: 'Start' }).waitFor();
    });
  });

  test('what is typed reaches the shell through the serial line', async () => {
    await withSite(async ({ open }) => {
      const page = await open();
      const before = await page.evaluate(() => document.querySelector('neptune-os').counters());
      await page.keyboard.type('ver\n');
      await page.waitForFunction(
        () => /NT personality/.test(document.querySelector('neptune-os').screenText()),
        undefined,
        { timeout: 10_000 },
      );
      const after = await page.evaluate(() => document.querySelector('neptune-os').counters());
      assert.ok(after['kernel.irq'] > before['kernel.irq'], 'the keys came by interrupts');
    });
  });

  test('Escape and then Tab leaves the terminal; Tab alone does not', async () => {
    await withSite(async ({ open }) => {
      const page = await open();
      const inTerminal = () =>
        page.evaluate(() => {
          const { activeElement } = document.querySelector('neptune-os').shadowRoot;
          return activeElement?.classList.contains('xterm-helper-textarea') ?? false;
        });
      assert.equal(await inTerminal(), true, 'it has the focus at the first prompt');
      await page.keyboard.press('Tab');
      assert.equal(await inTerminal(), true);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Tab');
      assert.equal(await inTerminal(), false);
    });
  });

  test('a page of another origin, with a strict policy, loads the component', async () => {
    const { folder, remove } = makeFolder();
    try {
      await withSite(async ({ url, browser }) => {
        const origin = new URL(url).origin;
        const policy =
          `default-src 'none'; script-src ${origin} 'wasm-unsafe-eval'; style-src 'none'; ` +
          `worker-src blob: ${origin}; connect-src ${origin}`;
        writeFileSync(
          join(folder, 'index.html'),
          `<!doctype html><meta http-equiv="Content-Security-Policy" content="${policy}">
          <title>Host</title><script type="module" src="${url}neptune-os.js"></script>
          <neptune-os disk-a="${url}disks/tour.img" run="ver"></neptune-os>`,
        );
        const host = await startServer({ root: folder });
        try {
          const page = await browser.newPage();
          listen(page);
          await page.goto(host.url.replace('localhost', '127.0.0.1'));
          await ready(page);
          const { output } = await exec(page, 'dir');
          assert.match(output, /README\.TXT/);
          await page.waitForFunction(() =>
            /A:\\>ver/.test(document.querySelector('neptune-os').screenText()),
          );
          // Cells as wide as letters: the terminal's own sheet is in force without inline styles.
          const widths = await page.evaluate(() => {
            const root = document.querySelector('neptune-os').shadowRoot;
            const rows = root.querySelector('.xterm-rows');
            return [rows.getBoundingClientRect().width, getComputedStyle(rows).fontFamily];
          });
          assert.ok(widths[0] > 300, `rows are ${widths[0]} wide`);
          assert.match(widths[1], /mono/i);
        } finally {
          await host.close();
        }
      });
    } finally {
      remove();
    }
  });

  test('embed.html works in a frame of another site', async () => {
    const { folder, remove } = makeFolder();
    try {
      await withSite(async ({ url, browser }) => {
        writeFileSync(join(folder, 'index.html'), `<iframe src="${url}embed.html"></iframe>`);
        const host = await startServer({ root: folder });
        try {
          const page = await browser.newPage();
          await page.goto(host.url.replace('localhost', '127.0.0.1'));
          const frame = page.frames()[1];
          frame.said = [];
          await ready(frame);
          await works(frame);
        } finally {
          await host.close();
        }
      });
    } finally {
      remove();
    }
  });

  test('it works from a folder of a site', async () => {
    const server = await startServer({ root: ROOT });
    const browser = await launchChrome();
    try {
      const page = await browser.newPage();
      await openSite(page, `${server.url}dist/index.html`);
      await works(page);
    } finally {
      await browser.close();
      await server.close();
    }
  });

  test('in a sandboxed frame, where nothing can be kept, it works and says so', async () => {
    await withSite(async ({ url, browser }) => {
      const page = await browser.newPage();
      const body = '<iframe sandbox="allow-scripts" src="embed.html"></iframe>';
      await page.route(`${url}host.html`, (route) =>
        route.fulfill({ contentType: 'text/html', body }),
      );
      await page.goto(`${url}host.html`);
      const frame = page.frames()[1];
      frame.said = [];
      await ready(frame);
      await works(frame);
      // The frame is so low that it is folded away.
      await frame.getByText('Changes are not kept: this browser').waitFor({ state: 'attached' });
    });
  });

  for (const isolated of [false, true])
    test(`an element that is moved goes on; one that is removed holds nothing${isolated ? ', isolated' : ''}`, async () => {
      await withSite(
        async ({ open }) => {
          const page = await open();
          await writeText(page, 'A:\\MOVED.TXT', 'still here');
          const before = page.workers().length;
          await page.evaluate(() => document.body.append(document.querySelector('neptune-os')));
          assert.equal(await readText(page, 'A:\\MOVED.TXT'), 'still here');
          assert.equal(page.workers().length, before);
          assert.ok(isolated ? before > 5 : before === 1, `${before} workers`);
          assert.notEqual(await locksOf(page), '');
          await page.evaluate(() => {
            globalThis.gone = document.querySelector('neptune-os');
            globalThis.gone.remove();
          });
          await holdsNothing(page);
          // Who comes late with it does not bring it back.
          for (const call of ['boot', 'reset'])
            assert.match(
              await page.evaluate((name) => globalThis.gone[name]().catch(String), call),
              /The element was removed/,
            );
          await holdsNothing(page);
          // And one that is removed while it boots: the workers that it has made by then end.
          const made = page.waitForEvent('worker');
          await page.evaluate(() => {
            document.body.append(globalThis.gone);
            globalThis.gone.boot().catch(() => undefined);
          });
          await made;
          await page.evaluate(() => globalThis.gone.remove());
          await holdsNothing(page);
        },
        { isolated },
      );
    });
});
