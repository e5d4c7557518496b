/**
 * chkdsk: what it finds of each kind of damage, and that fsck.fat calls clean what it has repaired.
 *
 * Damages are bytes of images that mkfs.fat and mtools have made; then come random ones.
 * NEPTUNE_SOAK=1000 makes that many.
 */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { check, diskOf, fill, fsck, logic, mkfs, random, repair, text } from './logic.mjs';
import { readTree } from './reader.mjs';

const FILES = {
  'A.TXT': text(3000, 1),
  'B.TXT': text(2500, 2),
  'A long name of a file.text': text(1700, 3),
  'SUB/C.TXT': text(4000, 4),
  'SUB/INNER/D.TXT': text(900, 5),
};
const sound = {
  12: fill(mkfs(1440, '-n', 'SOUND'), FILES),
  16: fill(mkfs(2300, '-F', '16', '-s', '1', '-n', 'SOUND'), FILES),
  32: fill(mkfs(33_800, '-F', '32', '-s', '1', '-n', 'SOUND'), FILES),
};

/** An image with the means to damage it. */
async function open(type) {
  const image = sound[type].slice();
  const { table, geometry } = await logic.openVolume(diskOf(image));
  const find = (name) => {
    for (let at = 0; at + 32 <= image.length; at += 32)
      if (Buffer.from(image.subarray(at, at + 11)).toString('latin1') === name.padEnd(11))
        if (image[at + 11] !== 0x0f) return at;
    throw new Error(`${name} is not there`);
  };
  const view = new DataView(image.buffer);
  return {
    image,
    table,
    geometry,
    view,
    find,
    start: (name) => view.getUint16(find(name) + 26, true),
    /** In all FATs. */
    link(cluster, next) {
      table.set(cluster, next);
      for (let copy = 0; copy < geometry.fats; copy++)
        image.set(table.bytes, geometry.fatStart + copy * geometry.fatSize);
    },
    at: (cluster) => logic.clusterOffset(geometry, cluster),
  };
}

const END = 0x0fff_ffff;
const BAD = 0x0fff_fff7;

/** [name, what it says, damage] */
const damages = [
  ['a lost chain', /2 lost clusters in 1 chains/, ({ link }) => (link(200, 201), link(201, END))],
  ['a lost circle', /lost clusters/, ({ link }) => (link(200, 201), link(201, 200))],
  [
    'two files that meet',
    /cross-linked/,
    ({ link, start }) => link(start('A       TXT'), start('B       TXT')),
  ],
  [
    'a circle',
    /runs in a circle/,
    ({ link, start }) => link(start('A       TXT') + 1, start('A       TXT')),
  ],
  [
    'a link to a free cluster',
    /free cluster/,
    ({ link, start }) => link(start('A       TXT'), 300),
  ],
  [
    'a link to a bad cluster',
    /bad cluster/,
    ({ link, start }) => (link(300, BAD), link(start('A       TXT'), 300)),
  ],
  [
    'a link beyond the end',
    /no cluster/,
    ({ link, start, table }) => link(start('A       TXT'), table.last + 1),
  ],
  ['a link to cluster 1', /no cluster/, ({ link, start }) => link(start('A       TXT'), 1)],
  [
    'a size too large',
    /longer than its chain/,
    ({ view, find }) => view.setUint32(find('A       TXT') + 28, 90_000, true),
  ],
  [
    'a size too small',
    /longer than the file/,
    ({ view, find }) => view.setUint32(find('A       TXT') + 28, 10, true),
  ],
  [
    'a size without clusters',
    /a size but no clusters/,
    ({ view, find }) => view.setUint16(find('A       TXT') + 26, 0, true),
  ],
  [
    'clusters without a size',
    /clusters but no size/,
    ({ view, find }) => view.setUint32(find('A       TXT') + 28, 0, true),
  ],
  [
    'a first cluster that is free',
    /not in use/,
    ({ view, find }) => view.setUint16(find('A       TXT') + 26, 400, true),
  ],
  [
    'a directory with a size',
    /has a size/,
    ({ view, find }) => view.setUint32(find('SUB') + 28, 512, true),
  ],
  ['a bad short name', /is no name/, ({ image, find }) => (image[find('B       TXT') + 3] = 0x2a)],
  [
    'a name that is there twice',
    /is there twice/,
    ({ image, find }) => (image[find('B       TXT')] = 0x41),
  ],
  [
    'attributes that cannot be',
    /attributes/,
    ({ image, find }) => (image[find('B       TXT') + 11] |= 0xc0),
  ],
  [
    'a file that says it is a label',
    /attributes/,
    ({ image, find }) => (image[find('B       TXT') + 11] |= 8),
  ],
  ["no '.'", /'\.' or '\.\.'/, ({ image, at, start }) => (image[at(start('SUB'))] = 0xe5)],
  ["no '..'", /'\.' or '\.\.'/, ({ image, at, start }) => (image[at(start('SUB')) + 32] = 0xe5)],
  [
    "a '..' that leads elsewhere",
    /\.\. is not what/,
    ({ view, at, start }) => view.setUint16(at(start('SUB')) + 58, 77, true),
  ],
  [
    'slots of long names alone',
    /belong to no file/,
    ({ image, find }) => (image[find('ALONGN~1TEX') + 3] ^= 1),
  ],
  [
    'an end mark in the middle',
    /behind the end/,
    ({ image, find }) => (image[find('B       TXT') - 32] = 0),
  ],
  [
    'a second label',
    /label cannot be here/,
    ({ image, find, at, start }) =>
      image.copyWithin(at(start('SUB')) + 128, find('SOUND'), find('SOUND') + 32),
  ],
];

suite('chkdsk', () => {
  for (const type of [12, 16, 32])
    test(`FAT${type}: nothing is wrong with a sound disk`, async () => {
      const { problems, text: said, result } = await check(sound[type]);
      assert.deepEqual([problems, said], [0, []]);
      assert.deepEqual([result.totals.files, result.totals.directories], [5, 2]);
      assert.equal(fsck(sound[type]), undefined);
    });

  for (const [name, expected, damage] of damages)
    test(name, async () => {
      for (const type of [12, 16]) {
        const disk = await open(type);
        damage(disk);
        const before = disk.image.slice();
        const looked = await check(disk.image);
        assert.match(looked.text.join('\n'), expected, `FAT${type}`);
        assert.deepEqual(disk.image, before, 'a check writes nothing');
        await repair(disk.image);
        assert.equal(fsck(disk.image), undefined, `FAT${type}`);
        assert.deepEqual((await check(disk.image)).text, [], `FAT${type}: the second time`);
        notWorse(before, disk.image, type);
      }
    });

  test('FATs that differ: the better one counts, stretch by stretch', async () => {
    for (const copy of [0, 1]) {
      const { image, geometry } = await open(16);
      image.fill(
        0,
        geometry.fatStart + copy * geometry.fatSize + 8,
        geometry.fatStart + copy * geometry.fatSize + 40,
      );
      const { text: said } = await repair(image);
      assert.match(said.join(), /The FATs differ/);
      assert.deepEqual(readTree(image), readTree(sound[16]));
      assert.equal(fsck(image), undefined);
    }
  });

  test('FATs of FAT32 that differ in bits which mean nothing are made alike', async () => {
    const { image, geometry } = await open(32);
    image[geometry.fatStart + 3 * 4 + 3] ^= 0x10;
    const { text: said } = await repair(image);
    assert.deepEqual(said, ['The FATs differ.']);
    assert.equal(fsck(image), undefined);
  });

  test('a directory that lost its name comes back with all that is in it', async () => {
    const { image, find } = await open(12);
    image[find('SUB')] = 0xe5;
    const { text: said } = await repair(image);
    assert.match(said.join(), /lost clusters/);
    assert.deepEqual(
      [...readTree(image).keys()].filter((path) => path.startsWith('DIR')),
      ['DIR0000 CHK/C       TXT', 'DIR0000 CHK/INNER      /D       TXT'],
    );
    assert.equal(fsck(image), undefined);
  });

  test('lost chains are files; where the root is full they are one', async () => {
    const { image, link } = await open(12);
    for (const start of [500, 600, 700]) link(start, END);
    const full = image.slice();
    await repair(image);
    const names = [...readTree(image).keys()].filter((name) => name.startsWith('FILE'));
    assert.deepEqual(names, ['FILE0000CHK', 'FILE0001CHK', 'FILE0002CHK']);
    const root = 19 * 512;
    for (let at = root; at < root + 224 * 32 - 32; at += 32)
      if (full[at] === 0) {
        const name = `F${at}`.padEnd(8).slice(0, 8);
        full.set(Buffer.from(`${name}TXT`), at);
        full[at + 11] = 0x20;
      }
    await repair(full);
    assert.equal(readTree(full).get('FILE0000CHK')?.length, 3 * 512);
    assert.equal(fsck(full), undefined);
  });

  test('the dirty bit, FSInfo, the copy of the boot sector', async () => {
    for (const type of [16, 32]) {
      const { image, table, geometry } = await open(type);
      table.raw(1, type === 16 ? 0x7fff : 0x07ff_ffff);
      image.set(table.bytes, geometry.fatStart);
      image.set(table.bytes, geometry.fatStart + geometry.fatSize);
      if (type === 32) {
        image[512 + 488] ^= 0x55;
        image[6 * 512 + 20] ^= 0x55;
      }
      const { text: said } = await repair(image);
      assert.match(said.join('\n'), /marked as dirty/);
      if (type === 32) assert.match(said.join('\n'), /copy of the boot sector[^]*FSInfo counts/);
      assert.equal(fsck(image), undefined);
    }
  });

  test('sectors that cannot be read: of one FAT, of a directory', async () => {
    const { geometry, at, start } = await open(12);
    const fat = new Set([geometry.fatStart / 512 + 1]);
    assert.match((await check(sound[12], fat)).text.join(), /1 of 2 FATs cannot be read/);
    const directory = await check(sound[12], new Set([at(start('SUB')) / 512]));
    assert.match(directory.text.join(), /sectors of the directory cannot be read/);
    assert.ok(directory.result.unrepairable > 0);
  });

  test('names that one code page or JavaScript takes for one are two', async () => {
    const image = mkfs(360);
    const { geometry } = await logic.openVolume(diskOf(image));
    let at = geometry.rootStart;
    const put = (bytes) => {
      image.set(bytes, at);
      at += bytes.length;
    };
    const short = (first, rest) =>
      Uint8Array.from([first, ...Buffer.from(rest.padEnd(10)), 0x20, ...Array(20).fill(0)]);
    // Code page 437: φ and Φ, 850: Ý and Þ; ß and SS.
    for (const first of [0xed, 0xe8, 0xe1]) put(short(first, '       TXT'));
    put(short(0x53, 'S      TXT'));
    for (const [index, name] of ['Straße.txt', 'Strasse.txt'].entries()) {
      const entry = short(0x41 + index, '       TXT');
      put(logic.longSlots(name, logic.checksumOf(entry.subarray(0, 11))));
      put(entry);
    }
    assert.equal(fsck(image), undefined);
    assert.deepEqual((await check(image)).text, []);
  });

  test('a sector of the FAT that no copy has: nothing is repaired, and files elsewhere are no worse', async () => {
    const { geometry, image } = await open(12);
    const bad = new Set([1, 2].map((at) => geometry.fatStart / 512 + (at - 1) * 9 + 1));
    const { text: said, result } = await check(image, bad);
    assert.ok(result.unrepairable > 0);
    assert.deepEqual(said, [
      '2 of 2 FATs cannot be read.',
      '1 sectors of the FAT cannot be read in any of them.',
    ]);
  });

  test('different sectors of both FATs that cannot be read: each has what the other lacks', async () => {
    const { geometry, image } = await open(12);
    const first = geometry.fatStart / 512;
    const { text: said, result } = await check(image, new Set([first, first + 9 + 1]));
    assert.deepEqual(said, ['2 of 2 FATs cannot be read.']);
    assert.equal(result.unrepairable, 0);
    assert.equal(result.totals.files, 5);
  });

  test('FAT32: a boot sector that is gone is written again from its copy', async () => {
    const { image } = await open(32);
    image.fill(0xf6, 0, 512);
    const { text: said } = await repair(image);
    assert.deepEqual(said, ['The boot sector is gone. Its copy counts.']);
    assert.equal(fsck(image), undefined);
    assert.deepEqual(readTree(image), readTree(sound[32]));
  });

  test('random damage: fsck.fat calls the repaired disk clean, and no whole file is worse', async () => {
    const many = Number(process.env.NEPTUNE_SOAK ?? 24);
    const first = Number(process.env.NEPTUNE_SEED ?? 1);
    for (let seed = first; seed < first + many; seed++) {
      const type = seed % 16 === 15 ? 32 : seed % 2 ? 12 : 16;
      const image = mutated(type, seed);
      const before = image.slice();
      await repair(image);
      assert.equal(verdictOf(image), undefined, `seed ${seed}`);
      assert.deepEqual((await check(image)).text, [], `seed ${seed}: the second time`);
      notWorse(before, image, type, `seed ${seed}`);
    }
  });
});

/** fsck.fat takes no letters of a code page in labels; DOS does. */
function verdictOf(image) {
  const said = fsck(image)?.replace(
    /Volume label '[^']*' stored in root directory is not valid\.;\s+Auto-removing label\.;\s*/,
    '',
  );
  return said?.replace(/^1: (Leaving filesystem unchanged\. ?)?$/, '') || undefined;
}

/** What could be read as it was written still can. */
function notWorse(before, after, type, message = '') {
  const [whole, then, now] = [sound[type], before, after].map((image) => readTree(image));
  for (const [path, contents] of then)
    if (whole.get(path)?.equals(contents))
      assert.ok(now.get(path)?.equals(contents), `${message}: ${path} is worse`);
}

function mutated(type, seed) {
  const next = random(seed);
  next(2);
  const image = sound[type].slice();
  const regions = places[type];
  for (let count = 1 + next(6); count > 0; count--) {
    const [at, length] = regions[next(regions.length)];
    const place = at + next(length);
    const kind = next(4);
    if (kind === 0) image[place] = next(256);
    else if (kind === 1) image[place] ^= 1 << next(8);
    else if (kind === 2) image[place] = 0;
    else image[place] = image[at + next(length)];
  }
  return image;
}

/** The FATs as far as they are used, and all directories. */
const places = Object.fromEntries(
  await Promise.all(
    [12, 16, 32].map(async (type) => {
      const { geometry, at, start } = await open(type);
      const used = 64;
      const fats = [0, 1].map((copy) => [geometry.fatStart + copy * geometry.fatSize, used]);
      const root = type === 32 ? [at(geometry.rootCluster), 512] : [geometry.rootStart, 512];
      const below = ['SUB', 'INNER'].map((name) => [at(start(name)), 512]);
      return [type, [...fats, root, ...below]];
    }),
  ),
);
