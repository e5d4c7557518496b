/** defrag: files whole and in a row, the same contents, and what is left of it after any write. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { diskOf, fill, fsck, logic, mkfs, mtools, random, text } from './logic.mjs';
import { readTree } from './reader.mjs';

/** Files in pieces: what is free at the end is taken, so that large files fill holes. */
async function scattered(seed, kib, ...args) {
  const next = random(seed);
  const image = mkfs(kib, ...args);
  const files = { 'SUB/INNER/X.TXT': text(900, seed) };
  for (let index = 0; index < 24; index++)
    files[`${index % 3 ? '' : 'SUB/'}F${index}.TXT`] = text(200 + next(1800), seed + index);
  fill(image, files);
  const { table, geometry } = await logic.openVolume(diskOf(image));
  const tail = fill(image, { 'TAIL.BIN': text(table.free() * geometry.clusterSize, 1) });
  const gone = Object.keys(files).filter((_, index) => index % 2);
  mtools(
    tail,
    'mdel',
    gone.map((name) => `::${name}`),
  );
  fill(tail, { 'BIG.BIN': text(6000, seed), 'SUB/BIG TWO.BIN': text(3000, seed + 1) });
  mtools(tail, 'mdel', ['::TAIL.BIN']);
  return tail;
}

async function run(image, stopAfter = Infinity) {
  const disk = diskOf(image);
  const write = disk.write.bind(disk);
  let count = 0;
  disk.write = (sector, bytes) => {
    if (count++ >= stopAfter) throw new Error('stopped');
    return write(sector, bytes);
  };
  const volume = await logic.openVolume(disk);
  const map = await logic.readMap(volume);
  const before = logic.analyse(volume, map);
  const options = { flush: () => Promise.resolve(), step: () => Promise.resolve() };
  try {
    const done = await logic.defragment(volume, map, options);
    return { before, after: logic.analyse(volume, map), done, count };
  } catch (error) {
    assert.equal(error.message, 'stopped');
    return { before, done: false, count };
  }
}

const kinds = [
  [360, []],
  [1440, ['-s', '1']],
  [2300, ['-F', '16', '-s', '1']],
];

suite('defrag', () => {
  for (const [kib, args] of kinds)
    test(`${kib} KiB: files whole, free space in one piece, contents the same`, async () => {
      const image = await scattered(kib, kib, ...args);
      const tree = readTree(image);
      const { before, after, done } = await run(image);
      assert.ok(before.fragmented > 0 && before.gaps > 1, 'it was scattered');
      assert.equal(done, true);
      assert.equal(after.fragmented, 0);
      assert.ok(after.gaps <= 2, `${after.gaps} pieces of free space`);
      assert.equal(fsck(image), undefined);
      assert.deepEqual(readTree(image), tree);
    });

  test('FAT32: the root and its directories', async () => {
    const image = await scattered(7, 33_800, '-F', '32', '-s', '1');
    const tree = readTree(image);
    const { after } = await run(image);
    assert.equal(after.fragmented, 0);
    assert.equal(fsck(image), undefined);
    assert.deepEqual(readTree(image), tree);
  });

  test('a disk with one free cluster is done, one with none is left alone', async () => {
    const image = await scattered(3, 360);
    const volume = await logic.openVolume(diskOf(image));
    const { clusterSize } = volume.geometry;
    const free = volume.table.free();
    fill(image, { 'REST.BIN': text((free - 1) * clusterSize, 5) });
    const tree = readTree(image);
    const { after } = await run(image);
    assert.equal(after.fragmented, 0);
    assert.deepEqual(readTree(image), tree);
    fill(image, { 'LAST.BIN': text(1, 6) });
    const same = image.slice();
    assert.equal((await run(image)).done, false);
    assert.deepEqual(image, same);
  });

  test('whichever write was the last: files are whole, and lost clusters are all that is wrong', async () => {
    const image = await scattered(11, 360);
    const tree = readTree(image);
    const { count } = await run(image.slice());
    const next = random(5);
    for (let turn = 0; turn < 60; turn++) {
      const half = image.slice();
      const stop = next(count);
      await run(half, stop);
      assert.deepEqual(readTree(half), tree, `after ${stop} writes`);
      const volume = await logic.openVolume(diskOf(half));
      const said = [];
      await logic.checkVolume(volume, { say: (line) => said.push(line), now: 0 });
      const others = said.filter((line) => !/lost clusters|FATs differ/.test(line));
      assert.deepEqual(others, [], `after ${stop} writes`);
    }
  });

  test('a directory and a file in it that make way at once: its name leads there after every step', async () => {
    const image = fill(mkfs(1440, '-s', '1'), {
      'A.TXT': text(500, 1),
      'SUB/F.TXT': text(500, 2),
      'LAST.TXT': text(1000, 3),
    });
    const { table, geometry } = await logic.openVolume(diskOf(image));
    const slot = (name) => {
      const at = Buffer.from(image).indexOf(name.padEnd(11), geometry.rootStart);
      return new logic.Slot(image.subarray(at, at + 32), 0);
    };
    // The file lies before its directory.
    const [sub, file] = [slot('SUB'), slot('F       TXT')];
    const [first, second] = [sub.start(false), file.start(false)];
    file.setStart(first, false);
    sub.setStart(second, false);
    const [one, two] = [first, second].map((cluster) => {
      const at = logic.clusterOffset(geometry, cluster);
      return image.subarray(at, at + geometry.clusterSize);
    });
    const directory = one.slice();
    one.set(two);
    two.set(directory);
    new logic.Slot(two, 0).setStart(second, false);
    // A goes on behind all others, so that what follows its begin is in the way.
    const a = slot('A       TXT');
    const rest = [40, 41, 42, 43];
    [a.start(false), ...rest].forEach((cluster, index) =>
      table.set(cluster, rest[index] ?? 0x0fff_ffff),
    );
    a.size = 5 * geometry.clusterSize;
    for (const copy of [0, 1]) image.set(table.bytes, geometry.fatStart + copy * geometry.fatSize);
    assert.equal(fsck(image), undefined);
    const tree = readTree(image);
    const volume = await logic.openVolume(diskOf(image));
    const flush = async () => assert.deepEqual(readTree(image), tree);
    const step = () => Promise.resolve();
    assert.ok(await logic.defragment(volume, await logic.readMap(volume), { flush, step }));
    assert.equal(fsck(image), undefined);
  });
});
