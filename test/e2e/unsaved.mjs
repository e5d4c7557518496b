/**
 * What a page of the site promises about what was typed a moment ago, whichever browser it is.
 *
 *   typedAndReloaded(open)      `open()` resolves to a page of the site at its first prompt
 *   closedWhileUnsaved, changedAndNotKept, deletedAndRestored, killedDrivers (open)
 *                               of playwright alone, but for the last
 */
import assert from 'node:assert/strict';
import {
  exec,
  image,
  insertDisk,
  kept,
  readText,
  ready,
  READY_MS,
  waitForMessage,
} from './site.mjs';

/**
 * Types a line that writes to A:, and waits until the element says that something is unsaved, and
 * that nothing is any more; what it said at each, and what the drive bar said all the time.
 */
const typeAndWait = (page, line) =>
  page.evaluate(
    async ([text, limit]) => {
      const machine = document.querySelector('neptune-os');
      const badge = machine.shadowRoot.querySelector('[data-drive="A:"] .badge');
      const badges = [badge.textContent];
      const look = new MutationObserver(() => badges.push(badge.textContent));
      look.observe(badge, { characterData: true, childList: true, subtree: true });
      const late = new Promise((_, fail) => setTimeout(fail, limit, new Error('it took too long')));
      const seen = [];
      const heard = new Promise((done) => {
        const hear = async ({ detail }) => {
          const property = machine.unsaved;
          await machine.updateComplete;
          seen.push({ ...detail, property });
          if (!detail.unsaved) done();
        };
        document.addEventListener('neptune-unsaved', hear);
      });
      machine.type(`${text}\r`);
      await Promise.race([heard, late]);
      await new Promise((later) => setTimeout(later));
      return { badges, seen };
    },
    [line, READY_MS],
  );

export async function typedAndReloaded(open) {
  const page = await open();
  const { badges, seen } = await typeAndWait(page, 'echo x > A:\\F.TXT');
  await page.reload();
  await ready(page);
  assert.match(await readText(page, 'A:\\F.TXT'), /^x/);
  assert.deepEqual(badges, ['kept when changed', 'saving', 'kept']);
  assert.deepEqual(seen, [
    { drive: 'A:', unsaved: true, property: true },
    { drive: 'A:', unsaved: false, property: false },
  ]);
}

export async function closedWhileUnsaved(open) {
  const page = await open();
  // The browser asks only who has used the page.
  await page.locator('neptune-os').click();
  await holdStore(page, true);
  await page.keyboard.type('echo x > A:\\F.TXT\n');
  const unsaved = page.waitForFunction(() => document.querySelector('neptune-os').unsaved, null, {
    timeout: READY_MS,
  });
  await unsaved.catch(async (cause) => {
    const screen = await page.evaluate(() => document.querySelector('neptune-os').screenText());
    throw new Error(`nothing is unsaved. The screen says: ${screen}`, { cause });
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

/** A link's disk that was changed and is not kept: leaving asks, in its drive and out of it. */
export async function changedAndNotKept(open) {
  const page = await open();
  await page.locator('neptune-os').click();
  const bytes = image({ 'OLD.TXT': 'old' });
  await insertDisk(page, 'B:', bytes, { label: 'from a link', persist: false });
  await exec(page, 'echo new> B:\\NEW.TXT');
  await asksBeforeItIsClosed(page);
  await page.getByRole('button', { name: 'Eject: drive B:' }).click();
  await waitForMessage(page, /from a link was changed and is not kept/);
  await asksBeforeItIsClosed(page);
  await page.getByRole('button', { name: 'Insert: drive B:' }).click();
  await page.locator('.loose li').getByRole('button', { name: 'Insert' }).click();
  await kept(page, 'B:', 'unkept');
  assert.match(await readText(page, 'B:\\NEW.TXT'), /^new/);
  await page.getByRole('button', { name: 'Keep: drive B:' }).click();
  await kept(page, 'B:', 'kept');
  await page.reload();
  await ready(page);
  assert.match(await readText(page, 'B:\\NEW.TXT'), /^new/);
}

async function asksBeforeItIsClosed(page) {
  const asked = page.waitForEvent('dialog', { timeout: READY_MS });
  await page.close({ runBeforeUnload: true });
  const dialog = await asked;
  assert.equal(dialog.type(), 'beforeunload');
  await dialog.dismiss();
}

/** A deleted disk is in the bin after a reload, and all of it comes back. */
export async function deletedAndRestored(open) {
  const page = await open();
  await insertDisk(page, 'B:', image({ 'B.TXT': 'b' }), { label: 'second' });
  await kept(page, 'B:', 'kept');
  await page.getByRole('button', { name: 'Eject: drive B:' }).click();
  await kept(page, 'B:', 'empty');
  await page.evaluate(async () => {
    const { kept: box } = document.querySelector('neptune-os');
    const disk = (await box.list()).find(({ label }) => label === 'second');
    await box.delete(disk.name);
  });
  await page.reload();
  await ready(page);
  await page.evaluate(async () => {
    const { kept: box } = document.querySelector('neptune-os');
    const [disk] = await box.deleted();
    await box.restore(disk.name);
  });
  await page.getByRole('button', { name: 'Insert: drive B:' }).click();
  const row = page.locator('.kept li', { hasText: 'second' });
  await row.getByRole('button', { name: 'Insert' }).click();
  await kept(page, 'B:', 'kept');
  assert.equal(await readText(page, 'B:\\B.TXT'), 'b');
}

/** Drivers killed from the prompt: the page hears of each, by the element's event. */
export async function killedDrivers(open) {
  const page = await open();
  await exec(page, 'dir');
  for (const process of ['fatfs.sys', 'fdc.sys', 'serial.sys']) {
    const { output } = await exec(page, 'ps');
    const id = output
      .split('\n')
      .find((line) => line.includes(process))
      .trim()
      .split(/\s+/)[0];
    const detail = await page.evaluate(
      async ([line, name, limit]) => {
        const machine = document.querySelector('neptune-os');
        const fault = new Promise((found, fail) => {
          setTimeout(fail, limit, new Error(`no fault of ${name}`));
          document.addEventListener('neptune-fault', (event) => {
            if (event.detail.process === name) found({ ...event.detail });
          });
        });
        await machine.type(`${line}\r`);
        return fault;
      },
      [`kill ${id}`, process, READY_MS],
    );
    assert.deepEqual(detail, { process, status: 0xc000013a, restarted: true });
    assert.match(await readText(page, 'A:\\README.TXT'), /./);
  }
}
