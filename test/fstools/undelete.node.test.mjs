/** undelete: names and contents of files that mtools has deleted, and how sure that is. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { diskOf, fill, logic, mkfs, mtools, text } from './logic.mjs';

async function deleted(image) {
  const volume = await logic.openVolume(diskOf(image));
  const found = await logic.findDeleted(volume);
  const contents = (name) => {
    const file = found.find((one) => one.directory + one.name === name);
    return logic.readDeleted(volume, file).then((bytes) => Buffer.from(bytes));
  };
  const chances = Object.fromEntries(found.map((one) => [one.directory + one.name, one.chance]));
  return { chances, contents };
}

suite('undelete', () => {
  test('contents come back; long names whole, of short ones the first letter is lost', async () => {
    const image = fill(mkfs(1440), {
      'A.TXT': text(3000, 1),
      'A long name of a file.text': text(1700, 2),
      'SUB/B.TXT': text(600, 3),
      'KEPT.TXT': text(600, 4),
      'EMPTY.TXT': '',
    });
    const before = image.slice();
    for (const name of ['A.TXT', 'A long name of a file.text', 'SUB/B.TXT', 'EMPTY.TXT'])
      mtools(image, 'mdel', [`::${name}`]);
    const { chances, contents } = await deleted(image);
    assert.deepEqual(chances, {
      '\\?.TXT': 'good',
      '\\A long name of a file.text': 'good',
      '\\?MPTY.TXT': 'good',
      '\\SUB\\?.TXT': 'good',
    });
    assert.deepEqual(await contents('\\?.TXT'), Buffer.from(text(3000, 1)));
    assert.deepEqual(await contents('\\A long name of a file.text'), Buffer.from(text(1700, 2)));
    assert.deepEqual(await contents('\\SUB\\?.TXT'), Buffer.from(text(600, 3)));
    assert.deepEqual((await deleted(before)).chances, {});
  });

  test('what was written over, or claimed twice, is said', async () => {
    const image = fill(mkfs(360), { 'ONE.TXT': text(5000, 1), 'STOP.TXT': text(10, 2) });
    mtools(image, 'mdel', ['::ONE.TXT']);
    assert.equal((await deleted(image)).chances['\\?NE.TXT'], 'good');
    // The first cluster is in use again: mtools begins to look behind the last it took.
    const volume = await logic.openVolume(diskOf(image));
    const start = 2;
    volume.table.set(start + 1, 0x0fff_ffff);
    image.set(volume.table.bytes, volume.geometry.fatStart);
    assert.equal((await deleted(image)).chances['\\?NE.TXT'], 'poor');
    volume.table.set(start, 0x0fff_ffff);
    image.set(volume.table.bytes, volume.geometry.fatStart);
    assert.equal((await deleted(image)).chances['\\?NE.TXT'], 'none');
  });

  /** Of a 360K disk with FILES: its clusters and slots to be set by hand. */
  async function byHand(files) {
    const image = fill(mkfs(360), files);
    const { table, geometry } = await logic.openVolume(diskOf(image));
    const slot = (name) => {
      const at = Buffer.from(image).indexOf(name.padEnd(11), geometry.rootStart, 'latin1');
      return new logic.Slot(image.subarray(at, at + 32), 0);
    };
    const write = () => {
      for (const copy of [0, 1])
        image.set(table.bytes, geometry.fatStart + copy * geometry.fatSize);
    };
    return { image, table, slot, write };
  }

  test('where files are often in pieces, one of several clusters has a fair chance', async () => {
    const files = { 'A.TXT': text(3000, 1), 'B.TXT': text(10, 2), 'C.TXT': text(3000, 3) };
    const { image, table, slot, write } = await byHand(files);
    for (const name of ['A       TXT', 'B       TXT']) mtools(image, 'mdel', [`::${name[0]}.TXT`]);
    assert.deepEqual((await deleted(image)).chances, { '\\?.TXT': 'good' });
    const again = (await logic.openVolume(diskOf(image))).table;
    const first = slot('C       TXT').start(false);
    // The last of C's clusters lies elsewhere.
    const before = first + Math.ceil(3000 / 1024) - 2;
    again.set(before, 300);
    again.set(before + 1, 0);
    again.set(300, 0x0fff_ffff);
    table.bytes.set(again.bytes);
    write();
    const found = await logic.findDeleted(await logic.openVolume(diskOf(image)));
    assert.deepEqual(
      found.map(({ size, chance }) => [size, chance]),
      [
        [3000, 'fair'],
        [10, 'good'],
      ],
    );
  });

  test('a deleted directory claims its cluster as a file does', async () => {
    const { image } = await byHand({ 'A.TXT': text(1500, 1), 'SUB/B.TXT': text(10, 2) });
    mtools(image, 'mdeltree', ['::SUB']);
    mtools(image, 'mdel', ['::A.TXT']);
    assert.equal((await deleted(image)).chances['\\?.TXT'], 'good');
    // It was longer, and the directory was made in what it left.
    const { geometry } = await logic.openVolume(diskOf(image));
    for (let place = geometry.rootStart; image[place] !== 0; place += 32) {
      const entry = new logic.Slot(image.subarray(place, place + 32), 0);
      if (!entry.isDirectory && entry.size === 1500) entry.size = 2100;
    }
    assert.equal((await deleted(image)).chances['\\?.TXT'], 'fair');
  });

  test('a long name that begins with a letter of the code page', async () => {
    const { image, slot } = await byHand({ 'XCOLE.TXT': text(100, 1), 'Y.TXT': text(1, 1) });
    const short = slot('XCOLE   TXT');
    const name = short.name.slice();
    name[0] = 0x90; // É
    const long = logic.longSlots('école.txt', logic.checksumOf(name));
    const { geometry } = await logic.openVolume(diskOf(image));
    image.copyWithin(geometry.rootStart + 32, geometry.rootStart, geometry.rootStart + 64);
    image.set(long, geometry.rootStart);
    image[geometry.rootStart] = image[geometry.rootStart + 32] = 0xe5;
    assert.ok('\\école.txt' in (await deleted(image)).chances);
  });
});
