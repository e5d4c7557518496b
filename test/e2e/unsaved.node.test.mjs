/** What was just typed is kept without being asked for, and until it is, everybody can see that. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { noFirefox } from '../support/browsers.mjs';
import {
  changedAndNotKept,
  closedWhileUnsaved,
  deletedAndRestored,
  killedDrivers,
  typedAndReloaded,
} from './unsaved.mjs';
import { withFirefoxSite } from './firefox-site.mjs';
import { withSite } from './site.mjs';

suite('e2e/unsaved', () => {
  for (const topology of ['single', 'isolated']) {
    const isolated = topology === 'isolated';
    test(`${topology}: typed, Enter, saved by itself, there after a reload`, async () => {
      await withSite(async ({ open }) => typedAndReloaded(open), { isolated });
    });

    test(`${topology}: drivers that are killed at the prompt are told of`, async () => {
      await withSite(async ({ open }) => killedDrivers(open), { isolated });
    });

    test(
      `${topology}, Firefox: typed, Enter, saved by itself, there after a reload`,
      { skip: noFirefox },
      () => withFirefoxSite(({ open }) => typedAndReloaded(() => open()), { isolated }),
    );
  }

  test('a page that is closed while something is unsaved asks; once it is saved, it does not', async () => {
    await withSite(async ({ open }) => closedWhileUnsaved(open));
  });

  test('a changed disk that nobody keeps is not lost without a word', async () => {
    await withSite(async ({ open }) => changedAndNotKept(open));
  });

  test('a deleted disk is in the bin, also after a reload', async () => {
    await withSite(async ({ open }) => deletedAndRestored(open));
  });

  test('a page that is hidden brings to the store what the system has still in its cache', async () => {
    await withSite(async ({ open }) => {
      const page = await open();
      const asked = await page.evaluate(async () => {
        const machine = document.querySelector('neptune-os');
        const badge = machine.shadowRoot.querySelector('[data-drive="A:"] .badge');
        const dirty = new Promise((found) => {
          const look = new MutationObserver(() => badge.textContent === 'saving' && found());
          look.observe(badge, { characterData: true, childList: true, subtree: true });
        });
        const safe = new Promise((heard) =>
          machine.addEventListener('neptune-unsaved', ({ detail }) => detail.unsaved || heard()),
        );
        await machine.type('echo x > A:\\HIDDEN.TXT\r');
        await dirty;
        dispatchEvent(new PageTransitionEvent('pagehide'));
        await safe;
        const counters = await machine.counters();
        return { flushes: counters['io.irp.floppy.flush'], unsaved: machine.unsaved };
      });
      assert.deepEqual(asked, { flushes: 1, unsaved: false });
    });
  });
});
