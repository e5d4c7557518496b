/** format: volumes of every kind, judged by fsck.fat, minfo and mdir; and what cannot be made. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { check, diskOf, fill, fsck, logic, mtools, text } from './logic.mjs';
import { readTree } from './reader.mjs';

const MB = 1 << 20;

async function format(bytes, wishes = {}, { sectorSize = 512, bad = [] } = {}) {
  const image = new Uint8Array(bytes).fill(0xf6);
  const shape = { sectorSize, sectors: bytes / sectorSize, sectorsPerTrack: 18, heads: 2 };
  const plan = logic.planVolume({ ...shape, removable: bytes < 4 * MB }, wishes);
  const label = logic.labelBytes('My disk');
  const options = { serial: 0x1234_abcd, label, now: 0x5b7c_6000, bad };
  const written = await logic.writeVolume(diskOf(image, sectorSize), plan, options);
  return { image, plan, written };
}

/** [bytes, what is asked for, FAT, sectors per cluster] */
const kinds = [
  [163_840, {}, 12, 1],
  [184_320, {}, 12, 1],
  [327_680, {}, 12, 2],
  [368_640, {}, 12, 2],
  [655_360, {}, 12, 2],
  [737_280, {}, 12, 2],
  [1_228_800, {}, 12, 1],
  [1_474_560, {}, 12, 1],
  [1_720_320, {}, 12, 1],
  [1_763_328, {}, 12, 1],
  [2_949_120, {}, 12, 2],
  [8 * MB, {}, 12, 8],
  [16 * MB, {}, 16, 4],
  [16 * MB, { fileSystem: 'fat', cluster: 8192 }, 12, 16],
  [34 * MB, { fileSystem: 'fat32' }, 32, 1],
  [1_474_560, { fileSystem: 'fat12' }, 12, 1],
  [2_949_120, { fileSystem: 'fat16' }, 16, 1],
  [16 * MB, { fileSystem: 'fat12' }, 12, 16],
  // The last that FAT12 can have, one more, and the first of FAT16.
  [4123 * 512, { cluster: 512 }, 12, 1],
  [4124 * 512, { cluster: 512 }, 12, 1],
  [4131 * 512, { cluster: 512 }, 12, 1],
  [4132 * 512, { cluster: 512 }, 16, 1],
];

suite('format', () => {
  for (const [bytes, wishes, type, perCluster] of kinds)
    test(`${bytes} bytes ${JSON.stringify(wishes)}`, async () => {
      const { image, plan } = await format(bytes, wishes);
      assert.deepEqual([plan.type, plan.perCluster], [type, perCluster]);
      assert.equal(fsck(image), undefined);
      assert.deepEqual((await check(image)).text, []);
      assert.match(String(mtools(image, 'mdir', ['::'])), /MY DISK[^]*1234-ABCD/);
      assert.match(String(mtools(image, 'minfo', ['::'])), /serial number: 1234ABCD/);
      fill(image, { 'DIR/FILE.TXT': text(5000, 1) });
      assert.equal(readTree(image).get('DIR        /FILE    TXT').length, 5000);
      assert.equal(fsck(image), undefined);
    });

  test('sectors of 1024 bytes', async () => {
    const { image, plan } = await format(1_261_568, {}, { sectorSize: 1024 });
    assert.deepEqual([plan.type, plan.sectors, plan.media], [12, 1232, 0xfe]);
    assert.equal(fsck(image), undefined);
  });

  test('128 MB as FAT32', async () => {
    const wishes = { fileSystem: 'fat32', cluster: 1024 };
    const { image, plan } = await format(128 * MB, wishes);
    assert.equal(plan.type, 32);
    assert.equal(fsck(image), undefined);
  });

  test('bad places are marked; those where FATs and root must be cannot be', async () => {
    const { image, written } = await format(1_474_560, {}, { bad: [[92_160, 101_376]] });
    assert.equal(written.bad, 18);
    assert.equal((await check(image)).result.totals.bad, 18);
    assert.equal(fsck(image), undefined);
    await assert.rejects(format(1_474_560, {}, { bad: [[0, 9216]] }), /cannot be used/);
  });

  test('what cannot be made is said', async () => {
    const wrong = [
      [1_474_560, { fileSystem: 'fat32' }, /too small for FAT32/],
      [1_474_560, { fileSystem: 'fat16' }, /cannot have FAT16/],
      [128 * MB, { fileSystem: 'fat', cluster: 512 }, /too many clusters/],
      [1_474_560, { cluster: 100 }, /cannot be made/],
      [1_474_560, { cluster: 131_072 }, /cannot be made/],
      [2048, {}, /too small/],
    ];
    for (const [bytes, wishes, expected] of wrong)
      await assert.rejects(format(bytes, wishes), expected);
  });

  test('labels', () => {
    assert.equal(String.fromCharCode(...logic.labelBytes('two words')), 'TWO WORDS  ');
    for (const wrong of ['', 'a*b', 'twelve chars', 'dot.dot', '\u4e2d'])
      assert.equal(logic.labelBytes(wrong), undefined, wrong);
  });

  test('the boot sector is a program with a message', async () => {
    const { image } = await format(1_474_560);
    const boot = Buffer.from(image.subarray(0, 512)).toString('latin1');
    assert.match(boot, /This disk has no system to start\.\r\n/);
    const message = 0x7c00 + boot.indexOf('This disk');
    const at = boot.indexOf('\xfc\xbe');
    assert.equal(image[at + 2] | (image[at + 3] << 8), message);
    assert.deepEqual([image[0], image[1], image[510], image[511]], [0xeb, 0x3c, 0x55, 0xaa]);
  });
});
