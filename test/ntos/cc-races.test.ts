/**
 * Two who use one file or volume at once, with what each of them waits for in the worst order: what
 * was looked up before a wait may be otherwise behind it.
 */
import { assert } from 'chai';
import { holdForView, letGo } from '../../personality/ntos/cc/mapping.ts';
import { readUncached, writeUncached } from '../../personality/ntos/cc/uncached.ts';
import {
  ALL,
  flushFile,
  flushSet,
  flushVolume,
  writesEnded,
} from '../../personality/ntos/cc/writeback.ts';
import { Waitable } from '../../personality/rtl/coroutines.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';

import { FakeFile, World } from './cc-fakes.ts';
import { pattern } from './io-client.ts';

const clusters = Array.from({ length: 100 }, (_, i) => 64 + i);

function fileOf(world: World, size: number): FakeFile {
  return new FakeFile(world, 512, [...clusters], size);
}

/** What the disk is asked to write, by its first sector. */
function written({ disk }: World): number[] {
  return disk.log.flatMap(({ write, offset }) => (write ? [offset / 512] : []));
}

suite('ntos/cc two at once', () => {
  test('an uncached write that waited while the file was being deleted does not happen', async () => {
    const world = new World();
    const { cache } = fileOf(world, 4096);
    const pieces = world.buffer(1024, 0);
    await world.volume.lock.acquire(true);
    const writing = world.coroutines.spawn(() => writeUncached(cache, 0, 1024, pieces));
    await world.coroutines.drain();
    // The places that it needs are asked for.
    world.advance();
    await world.coroutines.drain();
    const goOn = cache.holdBack(0);
    world.volume.lock.release(true);
    await world.coroutines.drain();
    assert.deepEqual(written(world), []);
    assert.equal(await writing, Status.STATUS_DELETE_PENDING);
    goOn();
  });

  for (const [size, status] of [
    [0, Status.STATUS_END_OF_FILE],
    [1000, Status.STATUS_SUCCESS],
  ] as const)
    test(`an uncached read of a file that was cut to ${size} bytes meanwhile`, async () => {
      const world = new World();
      const { cache } = fileOf(world, 4096);
      const reading = world.coroutines.spawn(() =>
        readUncached(cache, 0, 4096, world.buffer(4096, 0)),
      );
      await world.coroutines.drain();
      // It asks for places, and then has to wait for the disk.
      await world.volume.lock.acquire(true);
      world.advance();
      await world.coroutines.drain();
      cache.setSizes(size, Math.ceil(size / 512) * 512);
      world.volume.lock.release(true);
      for (let turn = 0; turn < 2; turn++) {
        await world.coroutines.drain();
        world.disk.pending.shift()?.finish();
      }
      assert.equal(await reading, status);
    });

  test('what goes last does so for whoever flushes', async () => {
    const world = new World();
    const { volume, disk } = world;
    await world.run(() => world.read(volume, 0, 0x8000));
    // A name goes from sector 10, and comes to sector 30.
    for (const [sector, late] of [
      [30, false],
      [10, true],
    ] as const)
      assert.equal(volume.markDirty(sector * 512, 512, late), Status.STATUS_SUCCESS);
    disk.bad.set(30, Status.STATUS_IO_DEVICE_ERROR);
    const statuses = await world.run(
      () => flushSet(volume),
      () => flushSet(volume),
      () => flushVolume(volume, world.time),
    );
    assert.deepEqual(statuses, new Array(3).fill(Status.STATUS_IO_DEVICE_ERROR));
    assert.notInclude(written(world), 10, 'the name would be in neither place');
    disk.bad.clear();
    await world.run(() => flushSet(volume));
    assert.deepEqual(written(world).slice(-2), [30, 10]);
    assert.deepEqual([volume.late.size, volume.dirtyCount], [0, 0]);
  });

  test('a flush waits for who cuts the file, and fails to', async () => {
    const world = new World();
    const file = fileOf(world, 4096);
    const { cache } = file;
    const bytes = pattern(4096, 3);
    await world.run(() => world.write(cache, 0, bytes));
    const asked = new Waitable(world.coroutines);
    const [, flushed] = await world.run<number | void>(
      () =>
        cache.resource.run(async () => {
          const goOn = cache.holdBack(0);
          await writesEnded(world.volume);
          await asked.wait(1_000_000);
          goOn();
        }),
      () => flushFile(cache),
    );
    assert.equal(flushed, Status.STATUS_SUCCESS);
    assert.deepEqual(file.onDisk(), bytes);
  });

  suite('a file that grows under a view for writing', () => {
    /** What the view's owner writes at 2000 is on the disk, whoever flushes it. */
    async function check(world: World, file: FakeFile, address: number): Promise<void> {
      const { cache } = file;
      await world.run(() => world.read(cache, 0, 3000));
      world.ram.write(address + 2000, Uint8Array.of(7, 8, 9));
      letGo(cache, [...cache.writable.keys()], true);
      const [lazy] = await world.run(() => flushVolume(world.volume, world.time));
      assert.equal(lazy, Status.STATUS_SUCCESS);
      const [status] = await world.run(() => flushFile(cache, ALL));
      assert.equal(status, Status.STATUS_SUCCESS);
      assert.deepEqual([...file.onDisk().subarray(1998, 2004)], [0, 0, 7, 8, 9, 0]);
      assert.deepEqual([cache.validData, world.cc.pool.dirtyCount], [3000, 0]);
    }

    function grow(file: FakeFile): void {
      file.grow(3000);
      file.cache.setSizes(3000, file.allocation);
    }

    test('when that is there', async () => {
      const world = new World();
      const file = fileOf(world, 100);
      const [held] = await world.run(() => holdForView(file.cache, 0, 1, true));
      grow(file);
      await check(world, file, held!.pages[0]!.address);
    });

    test('while it is made', async () => {
      const world = new World();
      const file = fileOf(world, 100);
      const [held] = await world.run<unknown>(
        () => holdForView(file.cache, 0, 1, true),
        () => file.cache.resource.run(() => Promise.resolve(grow(file))),
      );
      const { pages } = held as Awaited<ReturnType<typeof holdForView>>;
      await check(world, file, pages[0]!.address);
    });
  });
});
