/**
 * What the model test does not see: how often the disk is asked, who waits, what survives errors.
 */
import { assert } from 'chai';
import fc from 'fast-check';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { Extents, UNMAPPED } from '../../personality/ntos/cc/extents.ts';
import { lazyWriter } from '../../personality/ntos/cc/lazywriter.ts';
import { load } from '../../personality/ntos/cc/load.ts';
import { flushFile, flushSet, flushVolume } from '../../personality/ntos/cc/writeback.ts';
import { FakeFile, scatteredClusters, StatusError, World } from './cc-fakes.ts';

/** One piece of disk: clusters one after the other. */
function straight(from = 33): number[] {
  return Array.from({ length: 600 }, (_, i) => from + i);
}

async function statusOf(action: Promise<unknown>): Promise<number> {
  try {
    await action;
    return Status.STATUS_SUCCESS;
  } catch (error) {
    if (error instanceof StatusError) return error.status;
    throw error;
  }
}

suite('ntos/cc extents', () => {
  const limit = 720 * 512;

  test('hostile answers are refused as a whole', () => {
    const hostile = [
      [0, -512, 512],
      [0, limit, 512],
      [0, limit - 512, 1024],
      [0, 512, 100],
      [100, 512, 512],
      [0, 512, 0],
      [0, 512, 512, 0, 2048, 512],
      [0, 512],
      [0, Number.MAX_SAFE_INTEGER - 511, 512],
      [NaN, 0, 512],
    ];
    for (const triples of hostile) {
      const extents = new Extents();
      assert.equal(extents.add(triples, limit), Status.STATUS_FILE_CORRUPT_ERROR);
      assert.equal(extents.count, 0);
    }
  });

  test('an answer that contradicts what is known changes nothing', () => {
    const extents = new Extents();
    assert.equal(extents.add([0, 1024, 2048], limit), 0);
    assert.equal(extents.add([512, 1536, 2048], limit), 0);
    assert.equal(extents.count, 1);
    assert.equal(extents.add([0, 4096, 512], limit), Status.STATUS_FILE_CORRUPT_ERROR);
    assert.equal(extents.diskOffset(2048 + 511), 1024 + 2048 + 511);
    assert.equal(extents.diskOffset(2560), UNMAPPED);
    extents.truncate(600);
    assert.equal(extents.diskOffset(1023), 2047);
    assert.equal(extents.diskOffset(1024), UNMAPPED);
  });

  test('a map learned in any pieces is the map', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 9 }))), (parts) => {
        const clusters = scatteredClusters(512);
        const extents = new Extents();
        const known = new Set<number>();
        for (const [first, count] of parts) {
          const triples: number[] = [];
          for (let i = first; i < first + count; i++) {
            triples.push(i * 512, clusters[i]! * 512, 512);
            known.add(i);
          }
          assert.equal(extents.add(triples, limit), 0);
        }
        for (let i = 0; i < 70; i++) {
          const expected = known.has(i) ? clusters[i]! * 512 + 7 : UNMAPPED;
          assert.equal(extents.diskOffset(i * 512 + 7), expected);
        }
      }),
    );
  });
});

suite('ntos/cc reading', () => {
  test('what lies together on the disk is one request', async () => {
    const world = new World();
    const file = new FakeFile(world, 512, straight(), 60_000);
    await world.run(() => world.read(file.cache, 0, 60_000));
    assert.equal(world.disk.log.length, 1);
    assert.equal(file.questions, 1);
  });

  test('reading on reads ahead, further each time', async () => {
    const world = new World(128);
    const file = new FakeFile(world, 512, straight(), 200_000);
    for (let at = 0; at < 200_000; at += 1000)
      await world.run(() => world.read(file.cache, at, 1000));
    assert.isBelow(world.disk.log.length, 10);
    assert.isAbove(world.count('cc.readahead'), 30);
    const random = new World(128);
    const other = new FakeFile(random, 512, straight(), 200_000);
    for (const at of [150_000, 30_000, 90_000])
      await random.run(() => random.read(other.cache, at, 1000));
    assert.equal(random.count('cc.readahead'), 0);
  });

  test('two who read one file one after the other: as few requests as each alone', async () => {
    const requests = async (starts: number[]): Promise<number> => {
      const world = new World(128);
      const straight = Array.from({ length: 600 }, (_, i) => 33 + i);
      const file = new FakeFile(world, 512, straight, 300_000);
      await world.run(async () => {
        for (let at = 0; at < 131_072; at += 4096)
          for (const start of starts) await world.read(file.cache, start + at, 4096);
      });
      return world.disk.log.length;
    };
    const [first, second] = [await requests([0]), await requests([147_456])];
    assert.isAtMost(first, 8);
    assert.isAtMost(await requests([0, 147_456]), first + second + 1);
  });

  test('readers of the same page wait for one transfer', async () => {
    const world = new World();
    const file = new FakeFile(world, 512, straight(), 8192);
    const read = () => world.read(file.cache, 0, 4096);
    const [one, two] = await world.run(read, read, read);
    assert.deepEqual(one, two);
    assert.equal(world.disk.log.length, 1);
  });

  test('two readers of a file in the smallest pieces: the second waits for the first', async () => {
    const world = new World(64);
    const pieces = Array.from({ length: 128 }, (_, i) => 700 - 2 * i);
    const file = new FakeFile(world, 512, pieces, 65_536);
    const expected = file.onDisk();
    const got = await world.run(
      () => world.read(file.cache, 0, 65_536, 0),
      () => world.read(file.cache, 0, 65_536, 1),
    );
    assert.deepEqual(got, [expected, expected]);
    assert.lengthOf(world.disk.log, 128, 'each piece is read once');
  });

  test('a bad sector that is only read ahead does not matter', async () => {
    const world = new World();
    const file = new FakeFile(world, 512, straight(), 20_000);
    world.disk.bad.set(33 + 12, Status.STATUS_CRC_ERROR);
    const good = await world.run(() => world.read(file.cache, 0, 4096));
    assert.deepEqual(good[0], file.onDisk().slice(0, 4096));
    const [status] = await world.run(() => statusOf(world.read(file.cache, 4096, 4096)));
    assert.equal(status, Status.STATUS_CRC_ERROR);
    world.disk.bad.clear();
    const again = await world.run(() => world.read(file.cache, 4096, 4096));
    assert.deepEqual(again[0], file.onDisk().slice(4096, 8192));
  });

  test('a page is dropped while it is loaded: no reader sees it', async () => {
    const world = new World();
    const file = new FakeFile(world, 512, straight(), 40_000);
    const [status] = await world.run(
      () => statusOf(world.read(file.cache, 0, 40_000)),
      async () => {
        await file.truncate(100);
        return Status.STATUS_SUCCESS;
      },
    );
    assert.oneOf(status, [Status.STATUS_SUCCESS, Status.STATUS_FILE_CORRUPT_ERROR]);
    world.volume.abandon();
    assert.equal(world.cc.pool.count, 0);
    assert.equal(world.free.length, 448);
  });
});

suite('ntos/cc volumes', () => {
  const sector = 40;

  async function map(world: World): Promise<void> {
    const first = Math.floor(sector / 8) * 8;
    await world.run(() => load(world.volume, first, first + 8, first + 8));
  }

  function poke(world: World, value: number): void {
    const page = world.volume.page(Math.floor(sector / 8))!;
    world.ram.fill(page.address + (sector % 8) * 512, 512, value);
    assert.equal(world.volume.markDirty(sector * 512, 512), Status.STATUS_SUCCESS);
  }

  test('only dirty sectors are written', async () => {
    const world = new World();
    await map(world);
    poke(world, 0x5a);
    world.disk.bytes.fill(0x11);
    await world.run(() => flushSet(world.volume));
    assert.deepEqual(world.disk.log.at(-1), { write: true, offset: sector * 512, length: 512 });
    const written = world.disk.bytes.filter((byte) => byte === 0x5a).length;
    assert.equal(written, 512);
    assert.equal(world.volume.markDirty(719 * 512, 1024), Status.STATUS_INVALID_PARAMETER);
    assert.equal(world.volume.markDirty(0, 512), Status.STATUS_INVALID_PARAMETER);
  });

  test('of a file too, though all of the page is here', async () => {
    const world = new World();
    const file = new FakeFile(world, 512, straight(100), 4096);
    await world.run(() => world.read(file.cache, 0, 4096));
    await world.run(() => world.write(file.cache, 1100, new Uint8Array(600).fill(7)));
    await world.run(() => flushFile(file.cache));
    const disk = file.clusters[2]! * 512;
    assert.deepEqual(world.disk.log.at(-1), { write: true, offset: disk, length: 1024 });
  });

  test('a file that gets a sector of metadata has the last word', async () => {
    const world = new World();
    await map(world);
    poke(world, 0x5a);
    const file = new FakeFile(world, 512, [sector, ...straight(100)], 512);
    file.cache.validData = 0;
    const [status] = await world.run(() =>
      world.write(file.cache, 0, new Uint8Array(512).fill(0x77)),
    );
    assert.equal(status, Status.STATUS_SUCCESS);
    await world.run(() => flushFile(file.cache));
    await world.run(() => flushVolume(world.volume));
    const at = sector * 512;
    assert.isTrue(world.disk.bytes.subarray(at, at + 512).every((byte) => byte === 0x77));
    const page = world.volume.page(Math.floor(sector / 8))!;
    assert.equal(world.ram.getUint8(page.address + (sector % 8) * 512), 0x77);
  });

  test('a file reads what its volume holds and the disk does not yet', async () => {
    const world = new World();
    await map(world);
    poke(world, 0x5a);
    const file = new FakeFile(world, 512, [sector], 512);
    const [bytes] = await world.run(() => world.read(file.cache, 0, 512));
    assert.isTrue(bytes!.every((byte) => byte === 0x5a));
  });

  test('data goes before metadata', async () => {
    const world = new World();
    await map(world);
    const file = new FakeFile(world, 512, straight(300), 2000);
    await world.run(() => world.write(file.cache, 0, new Uint8Array(2000).fill(1)));
    poke(world, 2);
    await world.run(() => flushVolume(world.volume));
    const writes = world.disk.log.filter((entry) => entry.write).map((entry) => entry.offset);
    assert.deepEqual(writes, [300 * 512, sector * 512]);
  });
});

suite('ntos/cc writing back', () => {
  test('after a failure everything is still dirty, and goes later', async () => {
    const world = new World();
    const file = new FakeFile(world, 512, straight(), 20_000);
    const data = new Uint8Array(20_000).fill(9);
    await world.run(() => world.write(file.cache, 0, data));
    world.disk.bad.set(50, Status.STATUS_MEDIA_WRITE_PROTECTED);
    const [status] = await world.run(() => flushFile(file.cache));
    assert.equal(status, Status.STATUS_MEDIA_WRITE_PROTECTED);
    assert.isAbove(file.cache.dirtyPages.size, 0);
    const [read] = await world.run(() => world.read(file.cache, 0, 20_000));
    assert.deepEqual(read, data);
    world.disk.bad.clear();
    const [again] = await world.run(() => flushFile(file.cache));
    assert.equal(again, Status.STATUS_SUCCESS);
    assert.deepEqual(file.onDisk(), data);
  });

  test('the lazy writer comes after three seconds, reports a failure once, and tries again', async () => {
    const world = new World();
    const file = new FakeFile(world, 512, straight(), 4096);
    const reports: number[] = [];
    void world.coroutines.spawn(() =>
      lazyWriter(world.cc, (_volume, status) => reports.push(status)),
    );
    const settle = async (until: number) => {
      while (world.time < until) {
        await world.coroutines.drain();
        const next = world.disk.pending.shift();
        if (next) next.finish();
        else if (world.coroutines.nextDue > until) break;
        else world.advance();
      }
      await world.coroutines.drain();
      world.time = Math.max(world.time, until);
    };
    await settle(10);
    await world.run(() => world.write(file.cache, 0, new Uint8Array(4096).fill(3)));
    const start = world.time;
    await settle(start + 2_900_000);
    assert.equal(world.disk.log.filter((entry) => entry.write).length, 0);
    world.disk.bad.set(33, Status.STATUS_MEDIA_WRITE_PROTECTED);
    await settle(start + 10_000_000);
    assert.deepEqual(reports, [Status.STATUS_MEDIA_WRITE_PROTECTED]);
    const tries = world.disk.log.filter((entry) => entry.write).length;
    assert.isAtLeast(tries, 2);
    assert.isAtMost(tries, 4);
    world.disk.bad.clear();
    await settle(start + 80_000_000);
    assert.equal(world.cc.pool.dirtyCount, 0);
    assert.isTrue(file.onDisk().every((byte) => byte === 3));
  });

  test('writers wait for the disk when much is dirty; memory stays within its limit', async () => {
    const world = new World(64);
    const file = new FakeFile(world, 512, straight(), 0);
    const data = new Uint8Array(100_000).fill(5);
    await world.run(async () => {
      assert.equal(await world.write(file.cache, 0, data), Status.STATUS_SUCCESS);
      assert.equal(await world.write(file.cache, 100_000, data), Status.STATUS_SUCCESS);
    });
    assert.isAtMost(world.cc.pool.count, 64 + 64);
    assert.isAbove(world.disk.log.filter((entry) => entry.write).length, 0);
    await world.run(() => flushFile(file.cache));
    assert.isTrue(file.onDisk().every((byte) => byte === 5));
  });
});
