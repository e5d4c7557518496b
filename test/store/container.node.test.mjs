/**
 * Containers of disk images: those that others' programs make give byte for byte the raw image, and
 * what they say beside it goes to the machine as its own tracks.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, suite, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { pack } from './container/lzhuf.mjs';
import { loadStore, refused } from './container/module.mjs';
import { packLzw } from './container/lzw.mjs';
import { d88, edsk, hfe, imd, td0, tracksOf, vfd } from './container/writers.mjs';

const FOLDER = new URL('./container/fixtures/', import.meta.url);
const fixture = (name) => new Uint8Array(gunzipSync(readFileSync(new URL(`${name}.gz`, FOLDER))));

const DD = { cylinders: 80, heads: 2, sectors: 9, sectorSize: 512 };
const SECTOR = 512;
const raw = fixture('plain.img');
let store;

const open = (bytes, options) => store.importImage(new Uint8Array(bytes), options);

function same(actual, expected, what) {
  assert.equal(actual.length, expected.length, what);
  assert.equal(Buffer.compare(Buffer.from(actual), Buffer.from(expected)), 0, what);
}

/** Bytes that no container can pack. */
function noise(length, seed = 1) {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 24;
  });
}

before(async () => (store = await loadStore()));

suite('store/container: as others make them', () => {
  const made = {
    'plain.imd': 'imd',
    'plain.td0': 'td0',
    'plain.cqm': 'copyqm',
    'plain.dsk': 'dsk',
    'plain.edsk': 'dsk',
    'plain.msa': 'msa',
    'plain.zip': 'zip',
    'plain.img.gz': 'gzip',
  };
  for (const [name, id] of Object.entries(made))
    test(`${name} is the raw image, and nothing is odd`, async () => {
      const bytes = name.endsWith('.gz') ? readFileSync(new URL(name, FOLDER)) : fixture(name);
      const found = await open(bytes);
      same(found.image, raw, name);
      const { filled, damaged, tracks, format, origin } = found;
      assert.deepEqual({ filled, damaged, tracks }, { filled: 0, damaged: [], tracks: undefined });
      assert.equal(format.name, '720K');
      assert.deepEqual(origin.formats, [id]);
    });

  test('what somebody wrote into it is remembered', async () => {
    assert.match((await open(fixture('plain.imd'))).origin.comment, /^IMD LibDsk 1\.5\.9/);
    assert.equal((await open(td0(store, tracksOf(raw, DD)))).origin.comment, 'made for a test');
  });

  test('a raw image of a known size is never taken for a container', async () => {
    const bytes = noise(737_280);
    bytes.set(fixture('plain.td0').subarray(0, 64));
    const { image, origin } = await open(bytes);
    same(image, bytes);
    assert.equal(origin, undefined);
  });
});

suite('store/container: as described', () => {
  const writers = {
    imd: (tracks) => imd(tracks),
    edsk: (tracks) => edsk(tracks),
    d88: (tracks) => d88(tracks),
    vfd: (tracks) => vfd(tracks),
    td0: (tracks) => td0(store, tracks),
    'td0, advanced': (tracks) => td0(store, tracks, true),
    'td0, TeleDisk 1': (tracks) => td0(store, tracks, 'lzw'),
    hfe: (tracks) => hfe(store, tracks),
  };
  for (const [name, write] of Object.entries(writers))
    test(`${name}: what can be packed and what cannot`, async () => {
      const image = raw.slice();
      image.set(noise(100_000), 300_000);
      const found = await open(write(tracksOf(image, DD)));
      same(found.image, image, name);
      const { damaged, tracks } = found;
      assert.deepEqual({ damaged, tracks }, { damaged: [], tracks: undefined });
    });

  test('the distances and lengths of advanced compression reach their ends', async () => {
    const far = noise(4036);
    const image = raw.slice();
    image.set([...far, ...far, ...new Uint8Array(300).fill(0x20)], 200_000);
    same((await open(td0(store, tracksOf(image, DD), true))).image, image);
    assert.ok(pack(store, new Uint8Array(60_000)).length < 3000);
  });

  test('LZW of TeleDisk 1: strings that begin before they end, blocks of any length', () => {
    const same5000 = Buffer.alloc(5000, 0x41);
    const all = Buffer.concat([same5000, noise(30_000), same5000, Buffer.of(1)]);
    for (const codes of [1, 2, 3, 255, 256, 257, 3841, 4096])
      same(store.expandLzw(packLzw(all, codes), all.length), all, `${codes} codes a block`);
    assert.equal(store.expandLzw(packLzw(all), all.length - 1), undefined);
    assert.equal(store.expandLzw(Buffer.of(), 10).length, 0);
    assert.ok(packLzw(same5000).length < 200);
  });

  test('1.44M and 1.2M come in every one that says the rate', async () => {
    for (const [bytes, sectors] of [
      [1_474_560, 18],
      [1_228_800, 15],
    ]) {
      const image = new Uint8Array(bytes);
      image.set(noise(50_000), 40_000);
      const geometry = { ...DD, sectors };
      const tracks = tracksOf(image, geometry).map((track) => ({ ...track, rate: 0 }));
      for (const made of [imd(tracks), d88(tracks, 0x20), hfe(store, tracks)]) {
        const found = await open(made);
        same(found.image, image);
        assert.equal(found.tracks, undefined);
      }
    }
  });
});

suite('store/container: what is odd', () => {
  const SECOND = 1 * 9 * SECTOR;
  const odd = (change) => {
    const tracks = tracksOf(raw, DD);
    change(tracks[1].sectors, tracks);
    return tracks;
  };
  const writers = {
    imd: (tracks) => imd(tracks),
    edsk: (tracks) => edsk(tracks),
    d88: (tracks) => d88(tracks),
    td0: (tracks) => td0(store, tracks),
    hfe: (tracks) => hfe(store, tracks),
  };
  const track = ({ tracks }, at = 0) => store.decodeTracks(tracks).tracks[at];

  for (const [name, write] of Object.entries(writers)) {
    test(`${name}: a bad sector, a deleted one, one without data`, async () => {
      const found = await open(
        write(
          odd((sectors) => {
            sectors[2].badCrc = true;
            sectors[4].deleted = true;
            sectors[6].data = undefined;
          }),
        ),
      );
      const places = [2, 6].map((at) => ({ offset: SECOND + at * SECTOR, length: SECTOR }));
      assert.deepEqual(found.damaged, places);
      const expected = raw.slice();
      expected.fill(0, places[1].offset, places[1].offset + SECTOR);
      same(found.image, expected, 'what was read with an error is there');
      const { cylinder, head, sectors } = track(found);
      assert.deepEqual([cylinder, head, sectors.length], [0, 1, 9]);
      const marked = (mark) => sectors.filter((sector) => sector[mark]).map(({ r }) => r);
      assert.deepEqual([marked('badCrc'), marked('deleted'), marked('noData')], [[3], [5], [7]]);
      assert.ok(
        sectors.every(({ data }) => data === undefined),
        'all of it lies in the image',
      );
    });

    test(`${name}: other numbers, other sizes, one too many`, async () => {
      const own = noise(1024, 7);
      const found = await open(
        write(
          odd((sectors) => {
            sectors[8].r = 77;
            sectors.push({ c: 9, h: 1, r: 3, n: 1, data: own.subarray(0, 256) });
          }),
        ),
      );
      const { sectors } = track(found);
      const ids = sectors.map(({ c, h, r, n }) => [c, h, r, n]);
      assert.deepEqual(ids.slice(8), [
        [0, 1, 77, 2],
        [9, 1, 3, 1],
      ]);
      same(sectors[8].data, raw.subarray(SECOND + 8 * SECTOR, SECOND + 9 * SECTOR));
      same(sectors[9].data, own.subarray(0, 256));
      assert.deepEqual(found.damaged, [{ offset: SECOND + 8 * SECTOR, length: SECTOR }]);
    });
  }

  const dense = {
    imd: (tracks) => imd(tracks),
    td0: (tracks) => td0(store, tracks),
    d88: (tracks) => d88(tracks),
    vfd: (tracks) => vfd(tracks),
  };
  for (const [name, write] of Object.entries(dense))
    test(`${name}: a track that was never recorded, and one of single density`, async () => {
      const tracks = odd((_, all) => {
        all.splice(1, 1);
        all[3].mfm = false;
      });
      const found = await open(write(tracks));
      assert.deepEqual(found.damaged, [{ offset: SECOND, length: 9 * SECTOR }]);
      const { tracks: told } = store.decodeTracks(found.tracks);
      const facts = told.map(({ cylinder, head, mfm, sectors }) => [
        cylinder,
        head,
        mfm,
        sectors.length,
      ]);
      assert.deepEqual(facts.sort(), [
        [0, 1, true, 0],
        [2, 0, false, 9],
      ]);
    });

  test('a field of cells may go over the index', async () => {
    // In the marks before the first ID, in that, in the marks before its data, in these.
    for (const turn of [186, 194, 270, 700]) {
      const found = await open(hfe(store, tracksOf(raw, DD).slice(0, 4), turn));
      same(found.image, raw.subarray(0, found.image.length), `${turn}`);
      assert.equal(found.tracks, undefined);
    }
  });

  test('a sector that came out otherwise each time is a weak one', async () => {
    const tracks = odd((sectors) => (sectors[0].copies = [noise(SECTOR), noise(SECTOR, 2)]));
    const found = await open(edsk(tracks));
    assert.ok(track(found).sectors[0].weak);
    assert.deepEqual(found.damaged, []);
    same(found.image, raw);
  });

  test('an interleave alone is nothing odd', async () => {
    const tracks = odd((sectors) => sectors.reverse());
    const found = await open(imd(tracks));
    same(found.image, raw);
    assert.equal(found.tracks, undefined);
  });

  test('sectors that DOS had not given away have zeros, and are no damage', async () => {
    const tracks = odd((_, all) =>
      Object.assign(all[159].sectors[8], { data: undefined, skipped: true }),
    );
    const found = await open(td0(store, tracks));
    same(found.image.subarray(-SECTOR), new Uint8Array(SECTOR));
    assert.deepEqual(found.damaged, []);
  });

  test('a disk of one side keeps what is odd in its place', async () => {
    const image = raw.subarray(0, 368_640);
    const tracks = tracksOf(image, { ...DD, heads: 1 });
    tracks[5].sectors[3].badCrc = true;
    const found = await open(imd(tracks));
    same(found.image, image);
    assert.deepEqual(found.damaged, [{ offset: (5 * 9 + 3) * SECTOR, length: SECTOR }]);
    const { cylinder, head, sectors } = track(found);
    assert.deepEqual([cylinder, head, sectors[3].badCrc], [2, 1, true]);
    assert.deepEqual([sectors[3].c, sectors[3].h], [2, 1]);
  });
});

suite('store/container: other file systems', () => {
  test('a disk of sectors of 256 bytes has its bytes in order, and its tracks as they are', async () => {
    const geometry = { cylinders: 40, heads: 2, sectors: 16, sectorSize: 256 };
    const image = noise(40 * 2 * 16 * 256);
    const found = await open(imd(tracksOf(image, geometry)));
    same(found.image, image);
    const { tracks } = store.decodeTracks(found.tracks);
    assert.equal(tracks.length, 80);
    assert.ok(tracks.every(({ sectors }) => sectors.length === 16 && sectors[0].n === 1));
  });

  test('CP/M in single density: 77 tracks of 26 sectors', async () => {
    const geometry = { cylinders: 77, heads: 1, sectors: 26, sectorSize: 128 };
    const image = new Uint8Array(256_256).fill(0xe5);
    image.set([0, ...Buffer.from('PIP     COM'), 0, 0, 0, 58, 2], 2 * 26 * 128);
    const tracks = tracksOf(image, geometry).map((track) => ({ ...track, mfm: false, rate: 0 }));
    const found = await open(imd(tracks));
    same(found.image.subarray(0, image.length), image);
    assert.match(found.remark, /^is a disk of the file system CP\/M, which is not read here/);
  });

  test('Amiga, Macintosh and Apple disks are named', async () => {
    const disk = (bytes, at, mark) => {
      const image = new Uint8Array(bytes);
      image.set(mark, at);
      return image;
    };
    const apple = disk(143_360, 17 * 4096, [0, 17]);
    apple.set([122], 17 * 4096 + 0x27);
    apple.set([35], 17 * 4096 + 0x34);
    const disks = {
      Amiga: disk(901_120, 0, [0x44, 0x4f, 0x53, 1]),
      'Macintosh (HFS)': disk(1_474_560, 1024, [0x42, 0x44]),
      'Macintosh (MFS)': disk(409_600, 1024, [0xd2, 0xd7]),
      'Apple DOS 3.3': apple,
    };
    for (const [name, image] of Object.entries(disks)) {
      const found = await open(image);
      assert.ok(found.remark.startsWith(`is a disk of the file system ${name}, which`), name);
      same(found.image, image, name);
    }
    assert.equal((await open(raw)).remark, undefined);
    assert.equal((await open(new Uint8Array(737_280).fill(0xf6))).remark, undefined);
  });

  test('numbers of the boot sector that are wrong are said', async () => {
    const changed = (at, ...bytes) => {
      const image = raw.slice();
      image.set(bytes, at);
      return image;
    };
    const { remark } = await open(changed(0x13, 0xb8, 0x0b));
    assert.match(
      remark,
      /^says that it has 3,000 sectors, and it ends after 1,440: what is behind/,
    );
    assert.match(
      (await open(changed(0x16, 1, 0))).remark,
      /^is damaged: by its boot sector a file table has room for 339 of \d+ clusters, and the next/,
    );
    const agreeing = changed(0x16, 1, 0);
    agreeing.copyWithin(2 * SECTOR, SECTOR, 2 * SECTOR);
    assert.equal((await open(agreeing)).remark, undefined, 'a table may be a small one');
    assert.equal((await open(changed(0x1c, 0, 0, 0xd0, 0xed))).remark, undefined);
  });
});

suite('store/container: archives and headers', () => {
  test('containers in containers', async () => {
    const found = await open(gzipSync(fixture('plain.imd')));
    same(found.image, raw);
    assert.deepEqual(found.origin.formats, ['gzip', 'imd']);
    let deep = raw;
    for (let i = 0; i < 6; i++) deep = gzipSync(deep);
    assert.match((await refused(open(deep))).message, /too many layers/);
  });

  test('headers of 1 and of 4,608 bytes', async () => {
    for (const [length, id] of [
      [1, 'one-byte'],
      [4608, 'diskdupe'],
    ]) {
      const found = await open(Buffer.concat([Buffer.alloc(length, 7), raw]));
      same(found.image, raw);
      assert.deepEqual(found.origin.formats, [id]);
    }
    const blank = new Uint8Array(737_280).fill(0xf6);
    same((await open(Buffer.concat([Buffer.alloc(4608), blank]))).image, blank);
  });
});
