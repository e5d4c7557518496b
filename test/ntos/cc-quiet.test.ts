/**
 * The lazy writer and a medium that may be gone any moment: what is dirty goes when the system is
 * quiet, in as few requests as before; and of each stretch of writing one notice says that it
 * began, and one that all is on the disk.
 */
import { assert } from 'chai';
import type { DirtyNews } from '../../personality/ntos/cc/context.ts';
import { lazyWriter } from '../../personality/ntos/cc/lazywriter.ts';
import { VolumeCache } from '../../personality/ntos/cc/volumecache.ts';
import { flushFile } from '../../personality/ntos/cc/writeback.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { FakeDisk, FakeFile, World } from './cc-fakes.ts';

const straight = (): number[] => Array.from({ length: 600 }, (_, i) => i + 33);
const MS = 1000;

/** A removable disk under a running lazy writer, with what was reported of it. */
function removable() {
  const world = new World();
  world.disk.removable = true;
  const news: DirtyNews[] = [];
  world.cc.report = (_volume, what) => news.push(what);
  void world.coroutines.spawn(() => lazyWriter(world.cc, () => undefined));
  const file = new FakeFile(world, 512, straight(), 32_768);
  const write = (at: number, length = 4096) =>
    world.run(() => world.write(file.cache, at, new Uint8Array(length).fill(3)));
  const writes = () => world.disk.log.filter(({ write: is }) => is).length;
  return { world, file, news, write, writes };
}

/** Time goes on; what is asked of the disk is done at once. */
async function pass(world: World, microseconds: number): Promise<void> {
  const end = world.time + microseconds;
  for (;;) {
    await world.coroutines.drain();
    const next = world.disk.pending.shift();
    if (next) next.finish();
    else if (world.coroutines.nextDue > end) break;
    else world.advance();
  }
  await world.coroutines.drain();
  world.time = Math.max(world.time, end);
}

suite('ntos/cc, when the system is quiet', () => {
  test('what was written is on the disk a tenth of a second later; two notices', async () => {
    const { world, file, news, write } = removable();
    await pass(world, 10);
    await write(0);
    await write(8192);
    assert.deepEqual(news, ['dirty']);
    await pass(world, 110 * MS);
    assert.deepEqual(news, ['dirty', 'clean']);
    assert.equal(world.cc.pool.dirtyCount, 0);
    assert.isTrue(
      file
        .onDisk()
        .subarray(8192, 12_288)
        .every((byte) => byte === 3),
    );
    await pass(world, 5000 * MS);
    assert.deepEqual(news, ['dirty', 'clean'], 'and nothing more is said');
  });

  test('who goes on writing is left alone, for a second at most', async () => {
    const { world, news, write, writes } = removable();
    await pass(world, 10);
    for (let turn = 0; turn < 30; turn++) {
      await write((turn % 8) * 4096, 512);
      await pass(world, 30 * MS);
    }
    assert.equal(writes(), 0, 'it is never quiet');
    for (let turn = 0; turn < 10; turn++) {
      await write((turn % 8) * 4096, 512);
      await pass(world, 30 * MS);
    }
    assert.isAbove(writes(), 0, 'the oldest is a second old');
    assert.deepEqual(news, ['dirty']);
    await pass(world, 200 * MS);
    assert.deepEqual(news, ['dirty', 'clean']);
  });

  test('while a transfer is under way it is not quiet, however long that takes', async () => {
    const { world, write, writes } = removable();
    await pass(world, 10);
    await write(0);
    const before = world.disk.log.length;
    const reading = world.coroutines.spawn(() => world.read(world.volume, 0, 512, 1));
    await world.coroutines.drain();
    assert.equal(world.disk.log.length, before + 1);
    for (const end = world.time + 600 * MS; world.time < end;) {
      world.advance();
      await world.coroutines.drain();
    }
    assert.equal(writes(), 0);
    await pass(world, 200 * MS);
    await reading;
    assert.equal(writes(), 1);
  });

  test('a flush reports at once, and the lazy writer has nothing to add', async () => {
    const { world, file, news, write } = removable();
    await pass(world, 10);
    await write(0);
    await world.run(async () => {
      await flushFile(file.cache);
      world.volume.settle();
    });
    assert.deepEqual(news, ['dirty', 'clean']);
    await pass(world, 1000 * MS);
    assert.deepEqual(news, ['dirty', 'clean']);
  });

  test('what is on its way is not clean yet, whoever asks', async () => {
    const { world, file, news, write } = removable();
    await pass(world, 10);
    await write(0);
    const flushing = world.coroutines.spawn(() => flushFile(file.cache));
    await world.coroutines.drain();
    assert.lengthOf(world.disk.pending, 1);
    assert.isFalse(world.volume.dirty, 'the bits fall when a write starts');
    world.volume.settle();
    assert.deepEqual(news, ['dirty']);
    world.disk.pending.shift()!.finish(Status.STATUS_DEVICE_NOT_READY);
    assert.equal(await flushing, Status.STATUS_DEVICE_NOT_READY);
    world.volume.settle();
    assert.deepEqual(news, ['dirty']);
  });

  test('what cannot be written is said once, and once more when it can', async () => {
    const { world, news, write } = removable();
    await pass(world, 10);
    world.disk.bad.set(33, Status.STATUS_MEDIA_WRITE_PROTECTED);
    await write(0);
    await pass(world, 20_000 * MS);
    assert.deepEqual(news, ['dirty', 'stuck']);
    world.disk.bad.clear();
    await pass(world, 60_000 * MS);
    assert.deepEqual(news, ['dirty', 'stuck', 'clean']);
  });

  test('written by a flush after many failures: what comes next is as soon as ever, and said anew', async () => {
    const { world, file, news, write, writes } = removable();
    await pass(world, 10);
    const fails = (): void => void world.disk.bad.set(33, Status.STATUS_DEVICE_NOT_READY);
    fails();
    await write(0);
    // The pauses are a minute by now.
    await pass(world, 200_000 * MS);
    world.disk.bad.clear();
    await world.run(async () => {
      await flushFile(file.cache);
      world.volume.settle();
    });
    assert.deepEqual(news.splice(0), ['dirty', 'stuck', 'clean']);
    const before = writes();
    await write(4096);
    await pass(world, 110 * MS);
    assert.equal(writes(), before + 1, 'nothing is wrong with the disk any more');
    assert.deepEqual(news.splice(0), ['dirty', 'clean']);
    fails();
    await write(0);
    await pass(world, 5000 * MS);
    assert.deepEqual(news, ['dirty', 'stuck'], 'another stretch');
  });

  test('a second volume does not wait for one that cannot be written', async () => {
    const { world, news, write } = removable();
    await pass(world, 10);
    world.disk.bad.set(33, Status.STATUS_MEDIA_WRITE_PROTECTED);
    await write(0);
    await pass(world, 40_000 * MS);
    const second = new VolumeCache(world.cc, world.disk);
    await world.run(() => world.write(second, 300 * 512, new Uint8Array(512)));
    await pass(world, 200 * MS);
    assert.deepEqual(news, ['dirty', 'stuck', 'dirty', 'clean']);
  });

  test('nor for one whose drive takes its time', async () => {
    const { world, file, news, write } = removable();
    await pass(world, 10);
    await write(0);
    // It is asked to write, and does not answer.
    await world.coroutines.drain();
    while (world.disk.pending.length === 0) {
      world.advance();
      await world.coroutines.drain();
    }
    const asked = world.disk.pending.splice(0);
    const other = new FakeDisk(world);
    const second = new VolumeCache(world.cc, other);
    await world.run(() => world.write(second, 300 * 512, new Uint8Array(512)));
    const until = world.time + 4000 * MS;
    while (other.pending.length === 0 && world.coroutines.nextDue <= until) {
      world.advance();
      await world.coroutines.drain();
    }
    assert.lengthOf(other.pending, 1, 'what is dirty for three seconds is written');
    other.pending[0]!.finish();
    await world.coroutines.drain();
    assert.isFalse(second.dirty);
    assert.isTrue(file.cache.volume.writing > 0, 'the first is at it still');
    for (const { finish } of asked) finish();
    await pass(world, 200 * MS);
    assert.deepEqual(news, ['dirty', 'dirty', 'clean', 'clean']);
  });

  test('a medium that is gone with what was to be written is lost; one without is clean', async () => {
    for (const [written, end] of [
      [true, 'lost'],
      [false, 'clean'],
    ] as const) {
      const { world, file, news, write } = removable();
      await pass(world, 10);
      await write(0);
      if (!written) await world.run(() => flushFile(file.cache));
      world.volume.abandon();
      assert.deepEqual(news, ['dirty', end]);
    }
  });
});
