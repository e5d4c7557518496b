/** Containers that were spoilt: 200 here, as many as one likes by `npm run soak:containers`. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, suite, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { pack } from './container/lzhuf.mjs';
import { loadStore, refused } from './container/module.mjs';
import { attack, basesOf } from './container/mutate.mjs';
import { blockOf } from './container/lzw.mjs';
import { imd, td0, tracksOf } from './container/writers.mjs';

const fixture = (name) =>
  new Uint8Array(
    gunzipSync(readFileSync(new URL(`./container/fixtures/${name}.gz`, import.meta.url))),
  );
const PLAIN = { cylinders: 80, heads: 2, sectors: 9, sectorSize: 512 };
const COUNT = 200;
let store;

suite('store/container: hostile', () => {
  before(async () => (store = await loadStore()));

  test(`${COUNT} cut and spoilt images are answered in words, or are disks`, async () => {
    const ended = await attack(store, basesOf(store, fixture), { first: 1, count: COUNT });
    assert.equal(ended.opened + ended.refused, COUNT);
    assert.ok(ended.opened > 20 && ended.refused > 20, JSON.stringify(ended));
  });

  test('a track cannot become more than a track, nor a disk more than a disk', async () => {
    const sector = (r, n) => ({ c: 0, h: 0, r, n, data: new Uint8Array(128 << n) });
    const track = (cylinder, count, n) => ({
      ...{ cylinder, head: 0, rate: 2, mfm: true },
      sectors: Array.from({ length: count }, (_, i) => ({ ...sector(i, n), c: cylinder })),
    });
    const cases = [
      // Cut short behind: the track is refused before it is unpacked.
      [Buffer.concat([imd([track(0, 200, 6)]), Buffer.of(5)]), /more than fits/],
      [td0(store, [track(0, 200, 6)]).subarray(0, -1), /more than fits/],
      [imd(Array.from({ length: 84 }, (_, i) => track(i, 8, 6))), /larger than a floppy/],
      [imd([track(0, 9, 2), track(0, 9, 2)]), /is in it twice/],
      [imd([track(90, 9, 2)]), /no drive reaches cylinder 90/],
      [Buffer.from('IMD 1.18\r\n\x1a', 'latin1'), /has no sectors/],
    ];
    for (const [bytes, words] of cases) {
      const error = await refused(store.importImage(new Uint8Array(bytes)));
      assert.match(error.message, words);
      assert.match(error.message, /IMD|TD0/, 'the format is named');
    }
  });

  test('HFE of another version is told apart, and what to do about it', async () => {
    for (const [head, version] of [
      ['HXCHFEV3\0', 3],
      ['HXCPICFE\u0001', 2],
    ]) {
      const bytes = new Uint8Array(4096);
      bytes.set(Buffer.from(head, 'latin1'));
      const { message } = await refused(store.importImage(bytes));
      assert.match(message, new RegExp(`HFE.*of version ${version}, and 1 is read here: HxC's`));
    }
  });

  test('advanced compression that unpacks without end is stopped', async () => {
    const header = td0(store, tracksOf(fixture('plain.img'), PLAIN), true).subarray(0, 12);
    const bomb = pack(store, new Uint8Array(store.LARGEST_SOURCE + 1));
    const error = await refused(store.importImage(new Uint8Array([...header, ...bomb])));
    assert.match(error.message, /TD0.*more than a floppy/);

    const steps = blockOf([0, ...Array.from({ length: 3840 }, (_, i) => 256 + i)]);
    const old = td0(store, tracksOf(fixture('plain.img'), PLAIN), 'lzw').subarray(0, 12);
    for (const packed of [
      // 7 MB from 6 KB: each code stands for one byte more than the one before.
      Buffer.concat([steps, steps]),
      // A code that stands for nothing yet, and a count that is none.
      Buffer.of(6, 0, 0x41, 0x10, 0x10),
      Buffer.of(4, 0, 0x41, 0x10, 0x10),
    ]) {
      const why = await refused(store.importImage(Buffer.concat([old, packed])));
      assert.match(why.message, /TD0.*damaged, or more than a floppy/);
    }
  });
});
