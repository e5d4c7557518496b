/**
 * A damaged disk as a page sees it: the map of its sectors, what is left of a file, what was
 * deleted. The disk comes in a container that says what was bad on it.
 */
import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import { loadStore } from '../store/container/module.mjs';
import { imd, td0 } from '../store/container/writers.mjs';
import { damagedTracks, FILE, FIRST, LINES, raw } from './damaged-disk.mjs';
import { exec, insertDisk, withSite, writeText } from './site.mjs';

/** In the page, on the machine. */
const machine = (page, method, ...given) =>
  page.evaluate(
    async ([name, rest]) => {
      const answer = await document.querySelector('neptune-os')[name](...rest);
      return JSON.parse(
        JSON.stringify(answer, (_, value) =>
          value instanceof Uint8Array ? [...value] : (value ?? undefined),
        ),
      );
    },
    [method, given],
  );

const refusal = (page, method, ...given) =>
  page.evaluate(
    async ([name, rest]) => {
      try {
        await document.querySelector('neptune-os')[name](...rest);
        return 'not refused';
      } catch (error) {
        return `${error.name}: ${error.message}`;
      }
    },
    [method, given],
  );

const count = (all, test) => all.filter(test).length;

suite('e2e/medium', () => {
  let store;
  before(async () => (store = await loadStore()));

  test('the map has every sector as it is, and whose it is', async () => {
    await withSite(async ({ open }) => {
      const page = await open();
      await insertDisk(page, 'A:', imd(damagedTracks()), { persist: false });
      const map = await machine(page, 'sectors', 'A:');
      assert.equal(map.length, 80 * 2 * 9 + 3);
      const on = (cylinder, head) =>
        map.filter((one) => one.cylinder === cylinder && one.head === head);
      const place = (lba) => [Math.floor(lba / 18), Math.floor(lba / 9) % 2, (lba % 9) + 1];
      const bad = map.filter(({ state }) => state === 'bad');
      assert.deepEqual(
        bad.map(({ cylinder, head, id, file, area }) => [cylinder, head, id, file, area]),
        [10, 11].map((sector) => [...place(FIRST + sector), FILE, 'file']),
      );
      assert.equal(
        count(map, ({ file }) => file === FILE),
        Math.ceil(LINES.length / 1024) * 2,
      );
      assert.equal(
        count(map, ({ state }) => state === 'deleted'),
        1,
      );
      assert.deepEqual(
        on(75, 0).map(({ id, state }) => [id, state]),
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 0xc1, 3].map((id) => [id, id === 5 ? 'missing' : 'good']),
      );
      const [odd, elsewhere] = on(75, 0).slice(-2);
      assert.deepEqual([odd.area, elsewhere.area], [undefined, undefined]);
      assert.deepEqual(elsewhere.says, { cylinder: 99, head: 1 });
      assert.deepEqual([on(79, 0)[0].kilobits, on(79, 0)[0].recording], [500, 'FM']);
      assert.deepEqual([on(78, 0)[0].kilobits, on(78, 0)[0].recording], [250, 'MFM']);
      assert.deepEqual(
        on(80, 0).map(({ id }) => id),
        [7],
      );
      assert.deepEqual(
        on(0, 0).map(({ area }) => area),
        [...Array(7).fill('system'), 'directory', 'directory'],
      );
      assert.equal(on(0, 0)[8].file, 'A:\\');
      assert.ok(count(map, ({ area }) => area === 'free') > 1000);
    });
  });

  test('what is formatted is good again; other disks; what is no disk', async () => {
    await withSite(async ({ open }) => {
      const page = await open();
      const bad = async (drive) =>
        count(await machine(page, 'sectors', drive), ({ state }) => state === 'bad');
      await insertDisk(page, 'A:', td0(store, damagedTracks(), true), { persist: false });
      assert.equal(await bad('a:'), 2);
      await writeText(page, FILE, LINES.toString('latin1'));
      const left = (await machine(page, 'sectors', 'A:')).filter(({ state }) => state === 'bad');
      assert.deepEqual(
        left.map(({ area }) => area),
        ['free', 'free'],
        'the file lies elsewhere now',
      );
      assert.equal((await exec(page, 'format A: /y')).status, 0);
      const anew = await machine(page, 'sectors', 'A:');
      assert.equal(
        count(anew, ({ state }) => state !== 'good'),
        0,
      );
      assert.equal(await bad('A:'), 0);
      const amiga = Buffer.alloc(901_120, 0x11);
      amiga.write('DOS\x01', 'latin1');
      await insertDisk(page, 'A:', amiga, { persist: false });
      const foreign = await machine(page, 'sectors', 'A:');
      assert.equal(foreign.length, 1760);
      assert.ok(foreign.every(({ state, area }) => state === 'good' && area === undefined));
      await insertDisk(page, 'C:', Buffer.alloc(1 << 20));
      assert.equal((await exec(page, 'format C: /q /y')).status, 0);
      const ram = await machine(page, 'sectors', 'C:');
      assert.equal(ram.length, 2048);
      assert.deepEqual([ram[0].area, ram.at(-1).recording], ['system', undefined]);
      assert.equal(await refusal(page, 'sectors', 'B:'), 'Error: B: has no disk.');
      assert.match(await refusal(page, 'sectors', 'Q:'), /^TypeError: "Q:" is not a drive/);
      assert.match(await refusal(page, 'sectors'), /^TypeError: The drive must be a string/);
    });
  });

  test('what can be saved of a file is, and it is said which bytes are missing', async () => {
    await withSite(async ({ open }) => {
      const page = await open();
      await insertDisk(page, 'A:', imd(damagedTracks()), { persist: false });
      assert.match(await refusal(page, 'readFile', FILE), /STATUS_CRC_ERROR/);
      const { data, missing, tried } = await machine(page, 'salvageFile', FILE);
      assert.deepEqual(missing, [{ offset: 5120, length: 1024 }]);
      assert.equal(tried, LINES.length);
      const left = Buffer.from(LINES);
      left.fill(0, 5120, 6144);
      assert.ok(left.equals(Buffer.from(data)));

      const late = await machine(page, 'salvageFile', FILE, { limit: 0 });
      assert.ok(late.tried > 0 && late.tried <= LINES.length);
      assert.equal(late.data.length, LINES.length);
      const ended = await page.evaluate(async (path) => {
        const control = new AbortController();
        const told = [];
        const onProgress = (done, total) => {
          told.push([done, total]);
          control.abort(new Error('enough'));
        };
        const options = { signal: control.signal, onProgress };
        const work = document.querySelector('neptune-os').salvageFile(path, options);
        return [await work.catch((error) => error.message), told.length];
      }, FILE);
      assert.deepEqual(ended, ['enough', 1]);
      assert.match(await refusal(page, 'salvageFile', 'A:\\NO.TXT'), /NAME_NOT_FOUND/);
      assert.match(await refusal(page, 'salvageFile', FILE, 7), /^TypeError: The options must be/);
      const no = { signal: {} };
      assert.match(await refusal(page, 'salvageFile', FILE, no), /^TypeError.*an AbortSignal/);
    });
  });

  test('deleted files are listed where they were, and come back by their id', async () => {
    await withSite(async ({ open }) => {
      const page = await open();
      await insertDisk(page, 'A:', raw, { persist: false });
      await exec(page, 'del A:\\SUB\\LINES.TXT A:\\README.TXT');
      const [file, ...others] = await machine(page, 'deletedFiles', 'A:\\SUB');
      assert.deepEqual(others, []);
      const { id, modified, ...facts } = file;
      const expected = { name: '?INES.TXT', size: LINES.length, chance: 'good' };
      assert.deepEqual(facts, { ...expected, directory: 'A:\\SUB' });
      assert.match(modified, /^\d{4}-/);
      assert.equal((await machine(page, 'deletedFiles', 'A:\\', { below: true })).length, 2);
      const bytes = await machine(page, 'readDeleted', 'A:', id);
      assert.ok(LINES.equals(Buffer.from(bytes)));
      const wrong = await refusal(page, 'readDeleted', 'A:', 'nonsense');
      assert.match(wrong, /^SystemError: There is no such deleted file on A: any more/);
    });
  });
});
