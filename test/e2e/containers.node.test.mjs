/**
 * Disk images in containers, on the site: what was bad on the disk is bad in the system, by way of
 * the controller, and all else can be read, written and exported.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, suite, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { loadStore } from '../store/container/module.mjs';
import { d88, edsk, hfe, imd, td0, tracksOf, vfd } from '../store/container/writers.mjs';
import {
  exec,
  exportDisk,
  insertDisk,
  kept,
  messages,
  readText,
  ready,
  waitForMessage,
  withSite,
  writeText,
} from './site.mjs';

const fixture = (name) =>
  gunzipSync(readFileSync(new URL(`../store/container/fixtures/${name}.gz`, import.meta.url)));
const raw = fixture('plain.img');
const DD = { cylinders: 80, heads: 2, sectors: 9, sectorSize: 512 };
const LINES = Array.from({ length: 2000 }, (_, i) => `line ${i % 97}\r\n`).join('');
/** SUB\LINES.TXT lies in one piece: its sector 10 is this one. */
const BAD = raw.indexOf(LINES.slice(0, 512)) / 512 + 10;
let store;

const tracks = () => tracksOf(raw, DD);
const sectorOf = (all, lba) => all[Math.floor(lba / 9)].sectors[lba % 9];

suite('e2e/containers', () => {
  before(async () => (store = await loadStore()));

  test('each gives the files of the raw image, is written, exported and ejected', async () => {
    const made = ['imd', 'td0', 'cqm', 'dsk', 'edsk', 'msa', 'zip'].map((kind) => [
      kind,
      fixture(`plain.${kind}`),
    ]);
    const written = {
      'td0, advanced': td0(store, tracks(), true),
      d88: d88(tracks()),
      vfd: vfd(tracks()),
      hfe: hfe(store, tracks()),
    };
    await withSite(async ({ open }) => {
      const page = await open();
      for (const [name, bytes] of [...made, ...Object.entries(written)]) {
        await insertDisk(page, 'A:', bytes, { persist: false });
        assert.equal(await readText(page, 'A:\\README.TXT'), 'in a container\r\n', name);
        assert.equal(await readText(page, 'A:\\SUB\\LINES.TXT'), LINES, name);
        await writeText(page, 'A:\\NEW.TXT', name);
        const { status, output } = await exec(page, 'sync');
        assert.equal(status, 0, `${name}: ${output}`);
        const exported = await exportDisk(page, 'A:');
        assert.equal(exported.length, raw.length, name);
        assert.ok(Buffer.from(exported).includes(name), name);
      }
      const said = (await messages(page)).join('\n');
      assert.doesNotMatch(said, /damaged|could not be read|added at its end/);
    });
  });

  test('a bad sector is an error of the system until it is written', async () => {
    const all = tracks();
    sectorOf(all, BAD).badCrc = true;
    sectorOf(all, 1000).deleted = true;
    for (const bytes of [imd(all), td0(store, all), edsk(all), d88(all)])
      await withSite(async ({ open }) => {
        const page = await open();
        await insertDisk(page, 'A:', bytes, { persist: false });
        await waitForMessage(
          page,
          /512 bytes could not be read when its image was made.*SUB\\LINES\.TXT/,
        );
        await assert.rejects(readText(page, 'A:\\SUB\\LINES.TXT'), /STATUS_CRC_ERROR/);
        assert.equal(await readText(page, 'A:\\README.TXT'), 'in a container\r\n');
        await writeText(page, 'A:\\SUB\\LINES.TXT', LINES);
        assert.equal((await exec(page, 'sync')).status, 0);
        assert.equal(await readText(page, 'A:\\SUB\\LINES.TXT'), LINES);
      });
  });

  test('disks of other file systems are named, kept, and download as they are', async () => {
    const amiga = Buffer.alloc(901_120, 0x11);
    amiga.write('DOS\x01', 'latin1');
    const mac = Buffer.alloc(819_200, 0x22);
    mac.writeUInt16BE(0x4244, 1024);
    const apple = Buffer.alloc(143_360, 0x33);
    apple.set([0, 17], 17 * 16 * 256);
    apple[17 * 16 * 256 + 0x27] = 122;
    apple[17 * 16 * 256 + 0x34] = 35;
    const cpm = Buffer.alloc(184_320, 0xe5);
    cpm.write('\0PIP     COM', 9 * 512, 'latin1');
    const disks = { Amiga: amiga, 'Macintosh (HFS)': mac, 'Apple DOS 3.3': apple, 'CP/M': cpm };
    await withSite(async ({ open }) => {
      const page = await open();
      for (const [name, bytes] of Object.entries(disks)) {
        // As a person does: dropped, and kept by the site.
        await page.evaluate(
          ([all, label]) =>
            document
              .querySelector('neptune-os')
              .takeFiles([new File([new Uint8Array(all)], label)]),
          [[...bytes], `${name.slice(0, 4)}.img`],
        );
        const named = (text) => text.includes(`file system ${name}, which is not read here`);
        assert.equal((await messages(page)).filter(named).length, 1, name);
        const { output } = await exec(page, 'dir A:');
        assert.match(output, /^[^\n]+\(STATUS_UNRECOGNIZED_VOLUME\)\.?\n$/, name);
        assert.ok(bytes.equals(await exportDisk(page, 'A:')), name);
      }
      await kept(page, 'A:', 'kept');
      await page.reload();
      await ready(page);
      await waitForMessage(page, /file system CP\/M, which is not read here/);
      assert.ok(cpm.equals(await exportDisk(page, 'A:')));
    });
  });

  test('a page loads none of it before such a file is met', async () => {
    await withSite(async ({ open }) => {
      const page = await open();
      const asked = [];
      page.on('request', (request) => asked.push(new URL(request.url()).pathname));
      const loaded = () =>
        page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
      assert.ok(!(await loaded()).some((name) => /\/open-[^/]*\.js$/.test(name)));
      await insertDisk(page, 'A:', fixture('plain.imd'), { persist: false });
      assert.equal(asked.filter((path) => /\/open-[^/]*\.js$/.test(path)).length, 1);
    });
  });
});
