/**
 * `<neptune-box>` beside a machine on a page of its own, for its tests.
 *
 *   openBox(site, options)   the page, at its first prompt; `context`, `init` (a script), `persist`
 *                            (the machine's attribute), and what a new context takes
 *   drop(page, files), noticed(page, words), faces(page), contents(page)
 *   floppy(seed), base64(bytes), sha(bytes)
 */
import { createHash } from 'node:crypto';
import { listen, READY_MS, ready } from './site.mjs';

const PAGE = (persist) => `<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <meta name="viewport" content="width=device-width" />
  <title>A machine and its box</title>
  <style>:root { color-scheme: light dark } body { margin: 0; background: Canvas }</style>
  <script type="module" src="neptune-os.js"></script>
  <script type="module" src="neptune-box.js"></script>
  <main>
    <neptune-os id="machine" topology="single" ${persist}></neptune-os>
    <neptune-box for="machine"></neptune-box>
  </main>
</html>`;

/** A page with a machine and its box, in a browser profile of its own or in `context`. */
export async function openBox({ url, browser }, { context, init, persist, ...options } = {}) {
  const page = await (context ?? (await browser.newContext(options))).newPage();
  listen(page);
  const body = PAGE(persist ?? 'persist="box"');
  await page.route('**/box-page.html', (route) =>
    route.fulfill({ contentType: 'text/html', body }),
  );
  if (init) await page.addInitScript(init);
  await page.goto(`${url}box-page.html`);
  await ready(page);
  await page.evaluate(() => customElements.whenDefined('neptune-box'));
  return page;
}

export const faces = (page) => page.locator('neptune-box .face');

export async function noticed(page, words) {
  await page
    .locator('neptune-box .notice span')
    .filter({ hasText: words })
    .first()
    .waitFor({ timeout: READY_MS });
}

/** Drops files as a person does: `[name, bytes]`. Undefined bytes: a file of five letters. */
export async function drop(page, files) {
  await page.evaluate((given) => {
    const transfer = new DataTransfer();
    for (const [name, base64] of given) {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      transfer.items.add(new File([bytes], name));
    }
    const options = { dataTransfer: transfer, bubbles: true, composed: true, cancelable: true };
    document.querySelector('neptune-box').dispatchEvent(new DragEvent('drop', options));
  }, files);
}

export const floppy = (seed) => Buffer.alloc(368_640, `disk ${seed} `);
export const base64 = (bytes) => Buffer.from(bytes).toString('base64');
export const sha = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** Label and hash of each disk's image, as `machine.kept` gives it. */
export const contents = (page) =>
  page.evaluate(async () => {
    const { kept } = document.querySelector('neptune-os');
    const found = {};
    for (const { name, label } of await kept.list()) {
      const bytes = await (await kept.image(name)).arrayBuffer();
      const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
      found[label] = Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
    }
    return found;
  });
