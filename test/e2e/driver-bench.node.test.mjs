/** The bench for drivers: written, built and run in the page; broken, and everybody else lives. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { violations } from './axe.mjs';
import { shoot } from './shots.mjs';
import { exec, readText, withSite } from './site.mjs';

const HELLO = `
  if (irp.parameters.length < 5) return IoCompleteRequest(irp, Status.STATUS_BUFFER_TOO_SMALL);
  const data = new TextEncoder().encode('HELLO');
  return IoCompleteRequest(irp, Status.STATUS_SUCCESS, data.length, { data });`;

async function bench(page) {
  await page.getByRole('button', { name: 'Drivers', exact: true }).click();
  await page.locator('neptune-bench .cm-content').waitFor();
  return page.locator('neptune-bench');
}

const put = (page, text) =>
  page.locator('neptune-bench').evaluate((element, source) => (element.source = source), text);
const sourceOf = (page) => page.locator('neptune-bench').evaluate((element) => element.source);
const press = (view, name) => view.getByRole('button', { name, exact: true }).click();
const said = (view, words) => view.locator('.said', { hasText: words }).waitFor();

/** Each load is another process. */
async function load(view) {
  const before = await view.locator('.said').textContent();
  await press(view, 'Build and load');
  await view
    .locator('.said', { hasText: /is loaded as process/ })
    .filter({ hasNotText: before === '' ? 'no such words' : before })
    .waitFor();
}

suite('e2e/driver-bench', () => {
  for (const isolated of [false, true])
    test(`${isolated ? 'isolated' : 'single'}: null is changed, loaded, read, killed and loaded again`, () =>
      withSite(
        async ({ open }) => {
          const page = await open();
          const view = await bench(page);
          await view.getByText('no hardware: it makes devices').waitFor();
          await load(view);
          assert.match((await exec(page, 'lsdrv')).output, /mine +mine\.sys +\\Device\\Mine/);
          await press(view, 'Send');
          await said(view, 'STATUS_END_OF_FILE');
          const source = await sourceOf(page);
          const from = 'return IoCompleteRequest(irp, Status.STATUS_END_OF_FILE);';
          assert.ok(source.includes(from));
          await put(page, source.replace(from, HELLO));
          await load(view);
          await press(view, 'Send');
          await said(view, 'HELLO');
          assert.match((await exec(page, 'devio read \\Device\\Mine 16')).output, /HELLO/);
          await press(view, 'Kill');
          await view.getByText('mine is not loaded.').waitFor();
          assert.notEqual((await exec(page, 'devio read \\Device\\Mine 16')).status, 0);
          await load(view);
          await press(view, 'Send');
          await said(view, 'HELLO');
        },
        { isolated },
      ));

  // All of them, by table: test/workbench/faults.test.ts.
  test('faults of the list are tried by a press, and the system lives', () =>
    withSite(async ({ open }) => {
      const page = await open();
      const view = await bench(page);
      await load(view);
      const list = view.getByLabel('Fault', { exact: true });
      for (const name of ['control', 'memory', 'once', 'killed']) {
        await list.selectOption(name);
        const title = await list.locator('option:checked').textContent();
        await press(view, 'Try');
        await said(view, `${title}: `);
        await said(view, 'Everybody else lives.');
        assert.equal((await exec(page, 'ver')).status, 0, name);
      }
      await view.getByText('mine is not loaded.').waitFor();
    }));

  test('what is wrong is said by its line, and nothing is loaded', () =>
    withSite(async ({ open }) => {
      const page = await open();
      const view = await bench(page);
      await put(page, 'const a = 1;\nconst b = ;\n');
      await view.getByRole('button', { name: 'Line 2, column 11' }).waitFor();
      assert.ok(await view.getByRole('button', { name: 'Build and load' }).isDisabled());
      await put(page, 'import { a } from "./other.ts";\na();\n');
      await view.getByText('There is no module "./other.ts"').waitFor();
    }));

  test('a source is saved on the disk; a link shows it, and runs nothing', () =>
    withSite(async ({ open }) => {
      const page = await open();
      const view = await bench(page);
      await put(page, `// mine\n${await sourceOf(page)}`);
      await press(view, 'Save');
      await said(view, 'is saved');
      assert.match(await readText(page, 'A:\\MINE.TS'), /^\/\/ mine/);
      await press(view, 'Link');
      await said(view, 'bench=');
      const link = /http\S+/.exec(await view.locator('.said').textContent())[0];
      const other = await open(new URL(link).hash);
      await other.locator('neptune-bench .said', { hasText: 'and does not run' }).waitFor();
      assert.match(await sourceOf(other), /^\/\/ mine/);
      assert.doesNotMatch((await exec(other, 'lsdrv')).output, /mine/);
      const none = await open('#bench=C%3A%5CMINE.TS');
      await none.getByText(/of this link is not shown: it is to be a file on A: or B:/).waitFor();
    }));

  test('Tab indents in the editor, and after Escape it leaves', () =>
    withSite(async ({ open }) => {
      const page = await open();
      await bench(page);
      await page.locator('neptune-bench .cm-content').click();
      const focused = () =>
        page.locator('neptune-bench').evaluate((b) => b.shadowRoot.activeElement?.className ?? '');
      const before = await sourceOf(page);
      await page.keyboard.press('Tab');
      assert.notEqual(await sourceOf(page), before);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Tab');
      assert.doesNotMatch(await focused(), /cm-content/);
    }));

  for (const [width, colorScheme] of [
    [1280, 'light'],
    [390, 'dark'],
  ])
    test(`${width} pixels wide, ${colorScheme}: axe is content`, () =>
      withSite(async ({ open }) => {
        const page = await open('', { viewport: { width, height: 844 }, colorScheme });
        const view = await bench(page);
        await load(view);
        assert.equal(
          await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
          true,
        );
        assert.deepEqual(await violations(page), []);
        await shoot(page, `bench-${width}`);
      }));
});
