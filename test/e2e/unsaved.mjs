/**
 * What a page of the site promises about what was typed a moment ago, whichever browser it is.
 *
 *   typedAndReloaded(open)      `open()` resolves to a page of the site at its first prompt
 *   closedWhileUnsaved(open)    of playwright alone
 */
import assert from 'node:assert/strict';
import { readText, ready, READY_MS } from './site.mjs';

/**
 * Types a line that writes to A:, and waits until the element says that something is unsaved, and
 * that nothing is any more; what it and the drive bar said at each, and how long it took.
 */
const typeAndWait = (page, line) =>
  page.evaluate(
    async ([text, limit]) => {
      const machine = document.querySelector('neptune-os');
      const badge = () => machine.shadowRoot.querySelector('[data-drive="A:"] .badge').textContent;
      const late = new Promise((_, fail) => setTimeout(fail, limit, new Error('it took too long')));
      const seen = [];
      const heard = new Promise((done) => {
        const hear = async ({ detail }) => {
          const property = machine.unsaved;
          await machine.updateComplete;
          seen.push({ ...detail, property, badge: badge() });
          if (!detail.unsaved) done();
        };
        document.addEventListener('neptune-unsaved', hear);
      });
      const before = badge();
      machine.type(`${text}\r`);
      await Promise.race([heard, late]);
      return { before, seen };
    },
    [line, READY_MS],
  );

export async function typedAndReloaded(open) {
  const page = await open();
  const { before, seen } = await typeAndWait(page, 'echo x > A:\\F.TXT');
  await page.reload();
  await ready(page);
  assert.match(await readText(page, 'A:\\F.TXT'), /^x/);
  assert.equal(before, 'kept when changed');
  assert.deepEqual(seen, [
    { drive: 'A:', unsaved: true, property: true, badge: 'saving' },
    { drive: 'A:', unsaved: false, property: false, badge: 'kept' },
  ]);
}

export async function closedWhileUnsaved(open) {
  const page = await open();
  // The browser asks only who has used the page.
  await page.locator('neptune-os').click();
  await holdStore(page, true);
  await page.keyboard.type('echo x > A:\\F.TXT\n');
  await page.waitForFunction(() => document.querySelector('neptune-os').unsaved, null, {
    timeout: READY_MS,
  });
  const asked = page.waitForEvent('dialog', { timeout: READY_MS });
  await page.close({ runBeforeUnload: true });
  const dialog = await asked;
  assert.equal(dialog.type(), 'beforeunload');
  await dialog.dismiss();
  await holdStore(page, false);
  await page.waitForFunction(() => !document.querySelector('neptune-os').unsaved, null, {
    timeout: READY_MS,
  });
  const closed = page.waitForEvent('close', { timeout: READY_MS });
  await page.close({ runBeforeUnload: true });
  await closed;
}

/** The store refuses everything until it is let go. */
const holdStore = (page, held) =>
  page.evaluate((isHeld) => {
    globalThis.realTransaction ??= IDBDatabase.prototype.transaction;
    IDBDatabase.prototype.transaction = isHeld
      ? () => {
          throw new DOMException('held', 'UnknownError');
        }
      : globalThis.realTransaction;
  }, held);
