/**
 * Attacks on what the cache promises where transfers fail, memory is short, or everybody comes at
 * once: nothing dirty is dropped, who reads is not failed by another's disk, and past the cache and
 * through it one file is seen.
 */
import { assert } from 'chai';
import fc from 'fast-check';
import { Waitable } from '../../personality/rtl/coroutines.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../personality/rtl/status.ts';
import { CcCopyRead } from '../../personality/ntos/cc/copyread.ts';
import { Cursor } from '../../personality/ntos/cc/cursor.ts';
import { lazyWriter } from '../../personality/ntos/cc/lazywriter.ts';
import { writeUncached } from '../../personality/ntos/cc/uncached.ts';
import { VolumeCache } from '../../personality/ntos/cc/volumecache.ts';
import { flushFile, flushVolume } from '../../personality/ntos/cc/writeback.ts';
import { bufferOf, FakeDisk, FakeFile, scatteredClusters, World } from './cc-fakes.ts';

const BAD = Status.STATUS_DEVICE_DATA_ERROR;

/** Writes to the disk fail while `fails` says so; nothing of them is on it then. */
function failWrites(disk: FakeDisk, fails: (offset: number, length: number) => boolean): void {
  const start = disk.start.bind(disk);
  disk.start = (write, offset, length, pieces) => {
    const transfer = start(write, offset, length, pieces);
    const { pending } = disk;
    const last = pending.at(-1)!;
    if (write && fails(offset, length))
      pending[pending.length - 1] = { ...last, finish: () => last.finish(BAD) };
    return transfer;
  };
}

interface Step {
  readonly kind: 'past' | 'write' | 'read' | 'truncate' | 'fail' | 'heal' | 'flush' | 'wait';
  readonly offset: number;
  readonly length: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(
    'past' as const,
    'write' as const,
    'write' as const,
    'write' as const,
    'read' as const,
    'read' as const,
    'truncate' as const,
    'fail' as const,
    'heal' as const,
    'flush' as const,
    'wait' as const,
  ),
  offset: fc.nat(60_000),
  length: fc.oneof(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 1, max: 40_000 })),
});

suite('ntos/cc attack', function () {
  this.timeout(60_000);

  test('a disk that fails its writes now and then: nothing that was acknowledged is dropped', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 40 }),
        fc.array(fc.nat(1000), { minLength: 1, maxLength: 40 }),
        fc.constantFrom(24, 40, 64),
        async (steps, order, pages) => {
          const world = new World(pages);
          let turn = 0;
          world.choose = (count) => order[turn++ % order.length]! % count;
          let bad: number[] = [];
          failWrites(world.disk, (offset, length) =>
            bad.some((sector) => sector * 512 >= offset && sector * 512 < offset + length),
          );
          const news: string[] = [];
          world.cc.report = (_volume, what) => void news.push(what);
          const file = new FakeFile(world, 512, scatteredClusters(512), 0);
          let bytes: Uint8Array = new Uint8Array();
          const resize = (size: number): void => {
            const grown = new Uint8Array(size);
            grown.set(bytes.subarray(0, size));
            bytes = grown;
          };
          void world.coroutines.spawn(() => lazyWriter(world.cc, () => undefined));
          const clusters = file.clusters;
          await world.run(async () => {
            const pause = new Waitable(world.coroutines);
            for (const { kind, offset, length } of steps) {
              if (kind === 'write') {
                const data = new Uint8Array(length).map((_, i) => (offset + i * 3 + length) & 0xff);
                const status = await world.write(file.cache, offset, data);
                // What was refused may have made the file longer.
                resize(Math.max(bytes.length, file.cache.endOfFile));
                if (NT_SUCCESS(status)) bytes.set(data, offset);
                else assert.equal(status, BAD);
              } else if (kind === 'read') {
                const count = Math.max(0, Math.min(length, bytes.length - offset));
                const got = await world.read(file.cache, offset, count);
                assert.deepEqual(got, bytes.slice(offset, offset + count));
              } else if (kind === 'past') {
                const at = offset & ~511;
                const data = new Uint8Array((length + 511) & ~511).fill(length);
                world.ram.write(bufferOf(1), data);
                const status = await writeUncached(
                  file.cache,
                  at,
                  data.length,
                  world.buffer(data.length, 1),
                );
                resize(Math.max(bytes.length, file.cache.endOfFile));
                if (NT_SUCCESS(status)) bytes.set(data, at);
                // Whatever became of it: what is seen from now on is what is there in the end.
                else bytes = await world.read(file.cache, 0, bytes.length);
              } else if (kind === 'truncate') {
                const size = Math.min(offset, bytes.length);
                await file.truncate(size);
                resize(size);
              } else if (kind === 'fail') {
                bad = clusters.filter((_, i) => (i + length) % 9 === 0);
              } else if (kind === 'heal') bad = [];
              else if (kind === 'wait') await pause.wait(length * 200);
              else {
                const status = await flushFile(file.cache);
                if (NT_SUCCESS(status)) assert.deepEqual(file.onDisk(), bytes);
              }
              if (world.volume.dirty) assert.notEqual(news.at(-1), 'clean', 'it is not');
            }
            bad = [];
            assert.equal(await flushVolume(world.volume), Status.STATUS_SUCCESS);
            await pause.wait(70_000_000);
          });
          assert.deepEqual(file.onDisk(), bytes);
          assert.equal(world.cc.pool.dirtyCount, 0);
          if (news.length > 0) assert.equal(news.at(-1), 'clean');
        },
      ),
      { numRuns: 150 },
    );
  });

  test('who needs room is not failed by one sector of another disk', async () => {
    const world = new World(16);
    const other = new FakeDisk(world);
    const { start } = other;
    other.start = (...request) => {
      const transfer = start.apply(other, request);
      other.pending.pop()!.finish();
      return transfer;
    };
    const volume = new VolumeCache(world.cc, other);
    failWrites(world.disk, (offset) => offset === 0);
    const [got] = await world.run(() => {
      // As views do, which nobody holds up: all of the cache becomes dirty, and some more.
      for (let index = 0; index < 90; index += 2) {
        const page = world.volume.obtain(index, true);
        if (page) world.volume.setDirty(page, 0xff);
      }
      assert.isAtLeast(world.cc.pool.dirtyCount, world.cc.pool.limit);
      return world.read(volume, 0, 65_536);
    });
    assert.deepEqual(got, other.bytes.slice(0, 65_536));
    assert.equal(world.cc.pool.dirtyCount, 1, 'what cannot be written waits');
  });

  test('more readers at once than the cache has pages for: all are served', async () => {
    const world = new World(8);
    const file = new FakeFile(world, 512, scatteredClusters(512), 300_000);
    const reads = Array.from({ length: 24 }, (_, i) => async () => {
      const cursor = new Cursor(world.ram, world.buffer(45_000, i % 2));
      return CcCopyRead(file.cache, (i % 6) * 45_000 + i, 45_000, cursor);
    });
    const statuses = await world.run(...reads);
    assert.deepEqual(
      statuses,
      reads.map(() => Status.STATUS_SUCCESS),
    );
  });

  test('an uncached write that fails in its second half: who reads sees what the disk has', async () => {
    for (const which of [0, 1]) {
      const world = new World(64);
      const file = new FakeFile(world, 512, scatteredClusters(512), 16_384);
      const before = file.onDisk();
      const data = new Uint8Array(8192).map((_, i) => (i * 13 + 5) & 0xff);
      let writes = 0;
      await world.run(async () => {
        await world.read(file.cache, 0, 16_384);
        failWrites(world.disk, () => writes++ % 2 === which);
        world.ram.write(bufferOf(1), data);
        const status = await writeUncached(file.cache, 2048, 8192, world.buffer(8192, 1));
        assert.equal(status, BAD);
        assert.isAbove(writes, 1, 'it was more than one request');
        const seen = await world.read(file.cache, 0, 16_384);
        assert.deepEqual(seen, file.onDisk(), 'through the cache');
        assert.notDeepEqual(seen, before);
      });
    }
  });
});
