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
});
