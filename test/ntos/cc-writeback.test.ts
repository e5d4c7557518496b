/**
 * What the lazy writer and flushes send: neighbours together, whoever they belong to, and whole
 * tracks; and who waits when too much is dirty.
 */
import { assert } from 'chai';
import { lazyWriter } from '../../personality/ntos/cc/lazywriter.ts';
import { VolumeCache } from '../../personality/ntos/cc/volumecache.ts';
import { flushFile, flushVolume } from '../../personality/ntos/cc/writeback.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { FakeDisk, FakeFile, World } from './cc-fakes.ts';

const sectors = (first: number, count = 600) => Array.from({ length: count }, (_, i) => first + i);
const PROTECTED = Status.STATUS_MEDIA_WRITE_PROTECTED;

function writesOf({ disk }: World) {
  return disk.log.filter(({ write }) => write).map(({ offset, length }) => ({ offset, length }));
}

suite('ntos/cc write-back', () => {
  test('small files that lie beside each other are one transfer', async () => {
    const world = new World(256);
    // Made in any order: the disk decides.
    const starts = [40, 8, 24, 16, 32, 48, 56, 0];
    const files = starts.map((start) => new FakeFile(world, 512, sectors(64 + start, 8), 4096));
    for (const file of files)
      await world.run(() => world.write(file.cache, 0, new Uint8Array(4096).fill(7)));
    const [status] = await world.run(() => flushVolume(world.volume));
    assert.equal(status, Status.STATUS_SUCCESS);
    assert.deepEqual(writesOf(world), [{ offset: 64 * 512, length: 64 * 512 }]);
    for (const file of files) assert.isTrue(file.onDisk().every((byte) => byte === 7));
  });

  test('what does not fit into one transfer is cut where a track ends', async () => {
    const world = new World(256);
    const cylinder = 36 * 512;
    world.disk.unit = cylinder;
    const file = new FakeFile(world, 512, sectors(40), 280_000);
    for (let at = 0; at < 280_000; at += 56_000)
      await world.run(() => world.write(file.cache, at, new Uint8Array(56_000).fill(at & 0xff)));
    await world.run(() => flushFile(file.cache));
    const writes = writesOf(world);
    for (const { offset, length } of writes.slice(0, -1))
      assert.equal((offset + length) % cylinder, 0, `${offset} + ${length}`);
    assert.isAtMost(writes.length, Math.ceil(280_000 / (3 * cylinder)) + 1);
    assert.equal(
      writes.reduce((sum, { length }) => sum + length, 0),
      Math.ceil(280_000 / 512) * 512,
    );
    assert.equal(world.cc.pool.dirtyCount, 0);
  });

  test('a file whose place cannot be told keeps no other from the disk', async () => {
    const world = new World(256);
    const lost = new FakeFile(world, 512, sectors(64, 8), 4096);
    const sound = new FakeFile(world, 512, sectors(128, 8), 4096);
    for (const file of [lost, sound])
      await world.run(() => world.write(file.cache, 0, new Uint8Array(4096).fill(7)));
    lost.cache.extents.truncate(0);
    lost.resolve = () => Promise.resolve(Status.STATUS_CRC_ERROR);
    const [status] = await world.run(() => flushVolume(world.volume));
    assert.equal(status, Status.STATUS_CRC_ERROR);
    assert.isTrue(sound.onDisk().every((byte) => byte === 7));
    assert.equal(world.volume.dirtyCount, 1);
  });

  test('a flush waits for what another one is writing, and hears when that failed', async () => {
    const world = new World(64);
    const file = new FakeFile(world, 512, sectors(64, 8), 4096);
    await world.run(() => world.write(file.cache, 0, new Uint8Array(4096).fill(7)));
    const first = world.coroutines.spawn(() => flushFile(file.cache));
    await world.coroutines.drain();
    const second = world.coroutines.spawn(() => flushFile(file.cache));
    await world.coroutines.drain();
    assert.equal(world.disk.pending.length, 1);
    world.disk.pending.shift()!.finish(PROTECTED);
    await world.coroutines.drain();
    assert.equal(world.disk.pending.length, 1, 'what failed is tried again by the second');
    world.disk.pending.shift()!.finish();
    await world.coroutines.drain();
    assert.deepEqual([await first, await second], [PROTECTED, Status.STATUS_SUCCESS]);
  });

  test('a hundred thousand bytes dirty are written whatever their age', async () => {
    const world = new World(64);
    void world.coroutines.spawn(() => lazyWriter(world.cc, () => undefined));
    await world.coroutines.drain();
    const file = new FakeFile(world, 512, sectors(64, 200), 100_000);
    await world.run(() => world.write(file.cache, 0, new Uint8Array(60_000).fill(7)));
    await world.coroutines.drain();
    assert.equal(writesOf(world).length, 0, '15 pages are not much');
    await world.run(() => world.write(file.cache, 60_000, new Uint8Array(40_000).fill(7)));
    const before = world.time;
    while (world.volume.dirtyCount > 0 || world.disk.pending.length > 0) {
      await world.coroutines.drain();
      world.disk.pending.shift()?.finish();
      assert.equal(world.time, before);
    }
    await world.coroutines.drain();
  });

  test('a writer waits, and does not fail; a reader does not wait', async () => {
    const world = new World(64);
    const file = new FakeFile(world, 512, sectors(64, 500), 0);
    const other = new FakeFile(world, 512, sectors(0, 8), 4096);
    await world.run(() => world.read(other.cache, 0, 4096));
    const writer = world.coroutines.spawn(async () => {
      for (let at = 0; at < 250_000; at += 10_000)
        assert.equal(await world.write(file.cache, at, new Uint8Array(10_000).fill(7)), 0);
    });
    await world.coroutines.drain();
    // It waits for the disk, which does nothing.
    while (world.disk.pending.length === 0) {
      world.advance();
      await world.coroutines.drain();
    }
    assert.isBelow(file.size, 250_000);
    assert.isAtMost(world.cc.pool.dirtyCount, 64 * 0.75);
    const read = world.read(other.cache, 0, 4096, 1);
    let done = false;
    void read.then(() => (done = true));
    await world.coroutines.drain();
    await undefined;
    assert.isTrue(done, 'what is in the cache is read at once');
    let written = false;
    void writer.then(() => (written = true));
    while (!written) {
      await world.coroutines.drain();
      await undefined;
      const next = world.disk.pending.shift();
      if (next) next.finish();
      else if (!written && world.coroutines.nextDue < Infinity) world.advance();
    }
    await writer;
    await world.run(() => flushFile(file.cache));
    assert.isTrue(file.onDisk().every((byte) => byte === 7));
  });

  test('a disk that cannot be written fails its own writers, and nobody else', async () => {
    const world = new World(64);
    const file = new FakeFile(world, 512, sectors(64, 500), 200_000);
    for (let sector = 64; sector < 564; sector++) world.disk.bad.set(sector, PROTECTED);
    let status: number = Status.STATUS_SUCCESS;
    for (let at = 0; status === 0 && at < 200_000; at += 10_000)
      [status] = (await world.run(() => world.write(file.cache, at, new Uint8Array(10_000)))) as [
        number,
      ];
    assert.equal(status, PROTECTED);
    const second = new VolumeCache(world.cc, new FakeDisk(world));
    const [also] = await world.run(() => world.write(second, 0, new Uint8Array(4096)));
    assert.equal(also, Status.STATUS_SUCCESS);
  });
});
