/** What is shared is what the disk shows; judged by mtools and fsck.fat. */
import { assert } from 'chai';
import fc from 'fast-check';
import { encodeDisk } from '../../web/store/share/codec.ts';
import { parseFatGeometry } from '../../web/store/share/fat-geometry.ts';
import { scrubImage } from '../../web/store/share/scrub.ts';
import {
  fsck,
  listFiles,
  makeImage,
  makeMtoolsImage,
  readFile,
  runMtools,
} from '../support/mtools.ts';
import { noise, sameBytes } from './backends.ts';

const SECRET = 'the secret of the deleted file ';

async function edit(image: Uint8Array, tool: string, ...paths: string[]): Promise<Uint8Array> {
  const targets = paths.map((path) => `::/${path}`);
  const result = await runMtools(tool, ['-i', 'IMAGE', ...targets], image);
  assert.equal(result.status, 0, result.stderr);
  return result.image;
}

function holds(image: Uint8Array, text: string): boolean {
  return new TextDecoder('latin1').decode(image).includes(text);
}

const FILES = {
  'HELLO.TXT': 'hello',
  'A long name, with more than one part.txt': noise(3000),
  'DIR/INNER/DEEP.BIN': noise(20_000, 2),
  'DIR/EMPTY.TXT': '',
};

suite('store/share/scrub', () => {
  for (const [what, make] of [
    ['1.44M of mkfs.fat', () => makeImage({ kib: 1440, files: FILES, label: 'LABEL' })],
    ['2.88M of mformat', () => makeMtoolsImage({ kib: 2880, files: FILES, label: 'LABEL' })],
    ['360K of mformat', () => makeMtoolsImage({ kib: 360, files: FILES })],
    ['FAT16', () => makeImage({ kib: 2400, fat: 16, sectorsPerCluster: 1, files: FILES })],
  ] as const) {
    test(`a disk without residue comes back byte for byte: ${what}`, async () => {
      const image = await make();
      const { image: scrubbed, scrubbed: walked } = scrubImage(image);
      assert.isTrue(walked);
      sameBytes(scrubbed, image);
      assert.notStrictEqual(scrubbed.buffer, image.buffer);
    });
  }

  for (const [what, options] of [
    ['FAT12', { kib: 1440 }],
    ['FAT16', { kib: 2400, fat: 16, sectorsPerCluster: 1 }],
  ] as const) {
    test(`deleted files leave nothing, and kept ones stay: ${what}`, async () => {
      const files = {
        ...FILES,
        'SECRET.TXT': SECRET.repeat(500),
        'DIR/Very private letter to somebody.txt': SECRET.repeat(90),
        'GONE/SECRET.TXT': SECRET.repeat(9),
      };
      let image = await makeImage({ ...options, files });
      image = await edit(image, 'mdel', 'SECRET.TXT', 'DIR/Very private letter to somebody.txt');
      image = await edit(image, 'mdeltree', 'GONE');
      assert.isTrue(holds(image, SECRET), 'there is something to find');
      assert.isTrue(holds(image, 'ECRET  TXT'));

      const { image: scrubbed } = scrubImage(image);
      assert.isFalse(holds(scrubbed, SECRET));
      assert.isFalse(holds(scrubbed, 'ECRET  TXT'));
      assert.isFalse(holds(scrubbed, 'p\0r\0i\0v\0a\0'));
      const verdict = await fsck(scrubbed);
      assert.isTrue(verdict.clean, verdict.output);
      assert.deepEqual(await listFiles(scrubbed), await listFiles(image));
      for (const path of Object.keys(FILES)) {
        assert.deepEqual(await readFile(scrubbed, path), await readFile(image, path), path);
      }
      sameBytes(scrubImage(scrubbed).image, scrubbed, 'a second time changes nothing');
    });
  }

  test('a megabyte that was deleted does not make the link longer', async () => {
    const small = { 'A.TXT': 'text' };
    const empty = await makeImage({ kib: 1440, files: small, volumeId: '12345678' });
    const files = { ...small, 'BIG.BIN': noise(1_000_000) };
    const full = await makeImage({ kib: 1440, files, volumeId: '12345678' });
    const deleted = await edit(full, 'mdel', 'BIG.BIN');
    assert.isAbove((await encodeDisk(deleted)).length, 1_000_000);
    const shared = (await encodeDisk(scrubImage(deleted).image)).length;
    assert.isBelow(shared, (await encodeDisk(empty)).length + 100);
  });

  test('slack behind the ends of files and directories goes', async () => {
    const image = await makeMtoolsImage({ kib: 1440, files: { 'A.TXT': 'abc', 'D/B.TXT': 'def' } });
    const dirty = new Uint8Array(image);
    const places = ['abc', 'def'].map((text) =>
      new TextDecoder('latin1').decode(image).indexOf(text),
    );
    for (const place of places) dirty.set(new TextEncoder().encode(SECRET), place + 3);
    const fat = parseFatGeometry(image)!;
    dirty.set(new TextEncoder().encode(SECRET), fat.rootStart + 10 * 32);
    const directory = fat.dataStart; // D was made first
    assert.equal(image[directory], 0x2e);
    dirty.set(new TextEncoder().encode(SECRET), directory + 8 * 32);
    sameBytes(scrubImage(dirty).image, image);
  });

  test('a root that ends inside of a sector has no slack, either', async () => {
    const image = await makeMtoolsImage({ kib: 1440, files: { 'A.TXT': 'abc' } });
    new DataView(image.buffer, image.byteOffset).setUint16(17, 220, true);
    const { rootStart, rootBytes, dataStart } = parseFatGeometry(image)!;
    assert.isBelow(rootStart + rootBytes, dataStart);
    const dirty = new Uint8Array(image);
    dirty.set(new TextEncoder().encode(SECRET), rootStart + rootBytes);
    sameBytes(scrubImage(dirty).image, image);
  });

  test('lost clusters, which are not free, stay', async () => {
    const image = await makeImage({ kib: 1440, files: { 'A.TXT': SECRET } });
    const fat = parseFatGeometry(image)!;
    image[fat.rootStart] = 0xe5; // deleted without freeing its chain
    assert.isTrue(holds(scrubImage(image).image, SECRET));
  });

  test('what is free in one table and in use in the other stays', async () => {
    const image = await makeImage({ kib: 1440, files: { 'A.TXT': SECRET } });
    const fat = parseFatGeometry(image)!;
    image[fat.rootStart] = 0xe5;
    image.fill(0, fat.fatStart + 3, fat.fatStart + 6);
    assert.isTrue(holds(scrubImage(image).image, SECRET));
    image.fill(0, fat.fatStart + fat.fatBytes + 3, fat.fatStart + fat.fatBytes + 6);
    assert.isFalse(holds(scrubImage(image).image, SECRET));
  });

  test('where two files claim one cluster, what either shows stays', async () => {
    const files = { 'A.TXT': SECRET.repeat(30), 'B.TXT': 'b' };
    const image = await makeImage({ kib: 1440, files });
    const fat = parseFatGeometry(image)!;
    const [a, b] = [fat.rootStart, fat.rootStart + 32];
    image.copyWithin(b + 26, a + 26, a + 28); // B now begins where A does
    const { image: scrubbed } = scrubImage(image);
    assert.deepEqual(await readFile(scrubbed, 'A.TXT'), await readFile(image, 'A.TXT'));
  });

  test('behind the end mark of a directory nothing stays, over all its clusters', async () => {
    const names = Array.from({ length: 40 }, (_, i) => [`D/FILE${i}.TXT`, 'x'] as const);
    const image = await makeMtoolsImage({ kib: 1440, files: Object.fromEntries(names) });
    const fat = parseFatGeometry(image)!;
    image[fat.dataStart + 3 * 32] = 0; // "." ".." and one file are left
    const { image: scrubbed } = scrubImage(image);
    assert.isTrue(holds(image, 'FILE39  TXT'));
    assert.isTrue(holds(scrubbed, 'FILE0   TXT'));
    assert.isFalse(holds(scrubbed, 'FILE1   TXT'));
    assert.isFalse(holds(scrubbed, 'FILE39  TXT'), 'it lies in a later cluster');
  });

  test('a long name with one foreign piece is none: all its pieces go at once', async () => {
    const image = await makeImage({
      kib: 360,
      files: { 'A long name of three parts or more.txt': 'a' },
    });
    const fat = parseFatGeometry(image)!;
    image[fat.rootStart + 32 + 13]! ^= 0x55; // the checksum in the second piece
    const { image: scrubbed } = scrubImage(image);
    assert.deepEqual(
      [...scrubbed.slice(fat.rootStart, fat.rootStart + 96)].filter(Boolean),
      [0xe5, 0xe5, 0xe5],
    );
    sameBytes(scrubImage(scrubbed).image, scrubbed);
  });

  test("what looks like a deleted entry stays where a file's content lies there too", async () => {
    let image = await makeMtoolsImage({ kib: 1440, files: { 'D/GONE.TXT': '', 'A.TXT': 'a' } });
    image = await edit(image, 'mdel', 'D/GONE.TXT');
    assert.isFalse(holds(scrubImage(image).image, 'ONE    TXT'));
    const fat = parseFatGeometry(image)!;
    const a = new TextDecoder('latin1').decode(image).indexOf('A       TXT');
    image.set([2, 0, 0, 2, 0, 0], a + 26); // A.TXT: 512 bytes at D's cluster
    assert.equal(fat.clusterBytes, 512);
    sameBytes(scrubImage(image).image, image, 'crossed');
  });

  test('what is no FAT disk is shared as it is', () => {
    for (const image of [new Uint8Array(1_474_560), noise(1_474_560), new Uint8Array(100)]) {
      const result = scrubImage(image);
      assert.isFalse(result.scrubbed);
      sameBytes(result.image, image);
    }
  });

  test('a broken disk never hangs, throws, or loses what its sound part shows', async () => {
    const sound = await makeImage({ kib: 360, files: FILES });
    const fat = parseFatGeometry(sound)!;
    const tables = { min: 0, max: fat.dataStart + 8 * fat.clusterBytes };
    const edits = fc.array(fc.tuple(fc.integer(tables), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(edits, (changes) => {
        const image = new Uint8Array(sound);
        for (const [at, byte] of changes) image[at] = byte;
        const start = performance.now();
        const { image: scrubbed } = scrubImage(image);
        assert.isBelow(performance.now() - start, 1000);
        assert.equal(scrubbed.length, image.length);
        sameBytes(scrubImage(scrubbed).image, scrubbed);
      }),
      { numRuns: 150 },
    );
  });

  test('directories and chains that bite their tails end', async () => {
    const image = await makeImage({ kib: 1440, files: { 'D/A.TXT': 'a', 'B.BIN': noise(5000) } });
    const fat = parseFatGeometry(image)!;
    // Every cluster points to the next, the last to the first.
    for (let n = 2; n <= fat.lastCluster; n++) {
      const next = n === fat.lastCluster ? 2 : n + 1;
      const at = fat.fatStart + Math.floor((n * 3) / 2);
      image[at] = n & 1 ? (image[at]! & 0x0f) | ((next & 0x0f) << 4) : next & 0xff;
      image[at + 1] = n & 1 ? next >> 4 : (image[at + 1]! & 0xf0) | (next >> 8);
    }
    const start = performance.now();
    assert.equal(scrubImage(image).image.length, image.length);
    assert.isBelow(performance.now() - start, 1000);
  });

  test('a disk full of entries that all claim the longest chain is given up, not walked', async () => {
    const image = await makeImage({ kib: 1440, sectorsPerCluster: 1 });
    const fat = parseFatGeometry(image)!;
    for (let n = 2; n < fat.lastCluster; n++) {
      const at = fat.fatStart + Math.floor((n * 3) / 2);
      const next = n + 1;
      image[at] = n & 1 ? (image[at]! & 0x0f) | ((next & 0x0f) << 4) : next & 0xff;
      image[at + 1] = n & 1 ? next >> 4 : (image[at + 1]! & 0xf0) | (next >> 8);
    }
    for (let at = fat.rootStart; at < fat.rootStart + fat.rootBytes; at += 32) {
      image.set(new TextEncoder().encode('A       BIN'), at);
      image.set([2, 0, 0xff, 0xff, 0xff, 0x7f], at + 26);
    }
    const result = scrubImage(image);
    assert.isFalse(result.scrubbed);
    sameBytes(result.image, image);
  });
});
