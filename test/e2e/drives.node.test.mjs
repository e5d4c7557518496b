/** The drives as one sees and hears them: lights, the disks' tabs, and sound. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { violations } from './axe.mjs';
import { exec, image, insertDisk, kept, waitForMessage, withSite } from './site.mjs';

const light = (drive) => `.drive[data-drive="${drive}"] .light`;
const tab = (page, drive) => page.getByRole('switch', { name: `Write protection: drive ${drive}` });

/** Every state that a drive's light has from now on. */
const watchLight = (page, drive) =>
  page.evaluate((selector) => {
    const found = document.querySelector('neptune-os').shadowRoot.querySelector(selector);
    globalThis.seen = new Set();
    new MutationObserver(() => globalThis.seen.add(found.dataset.light)).observe(found, {
      attributes: true,
    });
  }, light(drive));

const seen = (page) => page.evaluate(() => [...globalThis.seen]);
const goesOff = (page, drive) => page.locator(`${light(drive)}[data-light="off"]`).waitFor();

suite('e2e/drives', () => {
  for (const isolated of [false, true])
    test(`a light follows the controller (${isolated ? 'isolated' : 'single'})`, async () => {
      await withSite(
        async ({ open }) => {
          const page = await open();
          await goesOff(page, 'A:');
          await insertDisk(page, 'B:', image({ 'A.TXT': 'text' }), { persist: false });
          await watchLight(page, 'B:');
          await exec(page, 'type B:\\A.TXT');
          await page.locator(`${light('B:')}[data-light="on"]`).waitFor();
          await goesOff(page, 'B:');
          assert.ok((await seen(page)).includes('reading'), `${await seen(page)}`);
          assert.ok(!(await seen(page)).includes('writing'), `${await seen(page)}`);
          // From the cache: the controller is not asked, and the light stays off.
          await watchLight(page, 'B:');
          await exec(page, 'type B:\\A.TXT');
          await exec(page, 'sync');
          assert.deepEqual(await seen(page), []);
          await exec(page, 'echo more > B:\\B.TXT');
          await exec(page, 'sync');
          await page.waitForFunction(() => globalThis.seen.has('writing'));
          assert.equal(await page.locator(light('B:')).getAttribute('role'), 'img');
          await page.evaluate(() => document.querySelector('neptune-os').shutdown());
          await goesOff(page, 'B:');
        },
        { isolated },
      );
    });

  test('the tab is slid in the drive, by mouse and keyboard, and stays with the disk', async () => {
    await withSite(async ({ open, browser }) => {
      const context = await browser.newContext();
      const page = await open('', { context });
      await insertDisk(page, 'B:', image({ 'A.TXT': 'text' }), { label: 'mine.img' });
      await kept(page, 'B:', 'kept');
      await exec(page, 'echo held in the cache > B:\\B.TXT');
      await tab(page, 'B:').click();
      await kept(page, 'B:', 'protected');
      assert.match((await exec(page, 'echo no > B:\\C.TXT')).output, /WRITE_PROTECTED/);
      assert.match((await exec(page, 'type B:\\B.TXT')).output, /held in the cache/);
      assert.deepEqual(await violations(page), []);

      const again = await open('?again', { context: await keptOf(page, context) });
      await kept(again, 'B:', 'protected');
      assert.equal(await tab(again, 'B:').getAttribute('aria-checked'), 'true');
      await tab(again, 'B:').focus();
      await again.keyboard.press('Space');
      await kept(again, 'B:', 'kept');
      assert.ok(await tab(again, 'B:').evaluate((one) => one.matches(':focus')), 'focus stays');
      assert.equal((await exec(again, 'echo yes > B:\\C.TXT')).status, 0);
    });
  });

  test('the tab of a disk that is kept when changed is a change', async () => {
    await withSite(async ({ open, browser }) => {
      const context = await browser.newContext();
      const page = await open('', { context });
      await tab(page, 'A:').click();
      await kept(page, 'A:', 'protected');
      await page.waitForFunction(() => !document.querySelector('neptune-os').unsaved);
      const again = await open('?again', { context: await keptOf(page, context) });
      await kept(again, 'A:', 'protected');
    });
  });

  test('while another tab has the disk its tab is not slid, and it is said why', async () => {
    await withSite(async ({ open, browser }) => {
      const context = await browser.newContext();
      const page = await open('', { context });
      await insertDisk(page, 'B:', image(), { label: 'mine.img' });
      await kept(page, 'B:', 'kept');
      const other = await open('?other', { context });
      await other.locator('.drive[data-drive="B:"]', { hasText: 'another tab' }).waitFor();
      await tab(other, 'B:').click();
      await waitForMessage(other, /cannot be slid: another tab is using the disk/);
      assert.equal(await tab(other, 'B:').getAttribute('aria-checked'), 'false');
    });
  });

  test('motors are heard once somebody wants it, until the disk is out', async () => {
    await withSite(async ({ open, browser }) => {
      const context = await browser.newContext();
      await context.addInitScript(listenIn);
      const page = await open('', { context });
      const loud = () => page.evaluate(() => globalThis.loudest());
      await insertDisk(page, 'B:', image({ 'A.TXT': 'text' }), { persist: false });
      assert.equal(await loud(), undefined, 'no sound is made before');
      const button = page.getByRole('button', { name: 'Drive sound' });
      assert.equal(await button.getAttribute('aria-pressed'), 'false');
      await button.click();
      await exec(page, 'type B:\\A.TXT');
      await page.waitForFunction(() => globalThis.loudest() > 0.002);
      await page.evaluate(() => document.querySelector('neptune-os').ejectDisk('B:'));
      await page.waitForFunction(() => globalThis.loudest() < 0.0005);
      const again = await open('?again', { context });
      await again.getByRole('button', { name: 'Drive sound', pressed: true }).waitFor();
    });
  });
});

/** The page is closed, so that its disks are free. */
async function keptOf(page, context) {
  await page.close();
  return context;
}

/** What goes to the loudspeaker now, as an amplitude. */
function listenIn() {
  let ear;
  const { connect } = AudioNode.prototype;
  AudioNode.prototype.connect = function (to, ...more) {
    if (to instanceof AudioDestinationNode) {
      ear ??= new AnalyserNode(this.context);
      connect.call(this, ear);
    }
    return connect.call(this, to, ...more);
  };
  globalThis.loudest = () => {
    if (!ear) return undefined;
    const samples = new Float32Array(ear.fftSize);
    ear.getFloatTimeDomainData(samples);
    return Math.max(...samples.map(Math.abs));
  };
}
