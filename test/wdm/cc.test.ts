/** A file system's view of its volume: mapping, caching of mappings, dirty marks, flushing. */
import { assert } from 'chai';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { NtException } from '../../personality/rtl/status.ts';
import {
  CcFlushCache,
  CcInitializeCacheMap,
  CcCopyRead,
  CcCopyWrite,
  CcMapData,
  CcPinMappedData,
  CcPinRead,
  CcPurgeCacheSection,
  CcSetFileSizes,
  CcZeroData,
  CcSetDirtyPinnedData,
  CcUninitializeCacheMap,
  CcUnpinData,
  type CacheMap,
  type DriverObject,
  IoCompleteRequest,
} from '../../personality/wdm/index.ts';
import { patterned } from '../drivers/fdc-rig.ts';
import { type Rig, startDriver } from './rig.ts';

const DISK = 7;
const LENGTH = 368_640;

suite('wdm: cached volume data', () => {
  let rig: Rig;
  let map: CacheMap;
  let body: (driver: DriverObject) => Promise<void>;

  setup(async () => {
    rig = await startDriver({
      setUp: (driver) => void (map = CcInitializeCacheMap(driver, DISK)),
      control: async (device, irp) => {
        await body(device.driverObject);
        return IoCompleteRequest(irp, Status.STATUS_SUCCESS);
      },
    });
    rig.executive.cache.add(DISK, patterned(LENGTH));
  });

  async function run(routine: (driver: DriverObject) => Promise<void>): Promise<void> {
    body = routine;
    const { status } = await rig.control(0);
    if (rig.executive.crash !== undefined) throw rig.executive.crash;
    assert.equal(status, 0);
  }

  const maps = () => rig.executive.counts.WdmCcMapData ?? 0;

  test('gives the bytes asked for, also across pages', () =>
    run(async () => {
      const image = patterned(LENGTH);
      for (const [offset, length] of [
        [0, 512],
        [4000, 200],
        [512, 4608],
        [LENGTH - 512, 512],
      ] as const) {
        const bcb = await CcMapData(map, offset, length);
        assert.deepEqual(bcb.window.read(0, length), image.slice(offset, offset + length));
        assert.throws(() => bcb.window.getUint8(length));
        CcUnpinData(bcb);
      }
    }));

  test('the same place again costs no message and no promise', () =>
    run(async () => {
      CcUnpinData(await CcMapData(map, 0, 8192));
      const before = maps();
      for (const offset of [0, 512, 4096, 8191]) {
        const bcb = CcMapData(map, offset, 1);
        assert.notInstanceOf(bcb, Promise);
        CcUnpinData(await bcb);
      }
      assert.equal(maps(), before);
      assert.instanceOf(CcMapData(map, 8000, 500), Promise);
    }));

  test('two pins of one place are the same bytes', () =>
    run(async () => {
      const one = await CcMapData(map, 1024, 512);
      const other = await CcMapData(map, 1000, 5000);
      one.window.setUint8(0, 0xa5);
      assert.equal(other.window.getUint8(24), 0xa5);
    }));

  test('what is marked reaches the disk at a flush, and nothing else does', async () => {
    const { image } = rig.executive.cache.disk(DISK);
    const before = image.slice();
    await run(async () => {
      const bcb = await CcPinRead(map, 512, 1024);
      bcb.window.fill(0, 1024, 1);
      CcSetDirtyPinnedData(bcb, 512, 512);
      CcUnpinData(bcb);
      assert.equal(await CcFlushCache(map), Status.STATUS_SUCCESS);
    });
    before.fill(1, 1024, 1536);
    assert.deepEqual([...image.slice(0, 2048)], [...before.slice(0, 2048)]);
  });

  test('marks are told before the request is answered, neighbours in one message', async () => {
    await run(async () => {
      const bcb = await CcPinRead(map, 0, 4096);
      for (let at = 0; at < 4096; at += 64) CcSetDirtyPinnedData(bcb, at, 64);
      assert.throws(() => CcSetDirtyPinnedData(bcb, 4090, 10), RangeError);
    });
    assert.equal(rig.executive.marks, 1);
    assert.equal(rig.executive.cache.disk(DISK).dirty.size, 8);
  });

  test('a page that cannot be read: an NtException that can be caught', () =>
    run(async () => {
      rig.executive.cache.failures.set(4096, Status.STATUS_CRC_ERROR);
      let caught: unknown;
      try {
        await CcMapData(map, 4096, 512);
      } catch (error) {
        caught = error;
      }
      assert.instanceOf(caught, NtException);
      assert.equal((caught as NtException).status, Status.STATUS_CRC_ERROR);
      rig.executive.cache.failures.clear();
      CcUnpinData(await CcMapData(map, 4096, 512));
    }));

  test('a flush that fails says so', () =>
    run(async () => {
      rig.executive.cache.disk(DISK).flushStatus = Status.STATUS_MEDIA_WRITE_PROTECTED;
      assert.equal(await CcFlushCache(map), Status.STATUS_MEDIA_WRITE_PROTECTED);
    }));

  test('mappings are limited; pinned ones stay', async () => {
    const big = new Uint8Array(2_949_120);
    rig.executive.cache.add(DISK, big);
    await run(async () => {
      const first = await CcMapData(map, 0, 512);
      for (let page = 1; page < 700; page++) CcUnpinData(await CcMapData(map, page * 4096, 512));
      assert.isAtMost(rig.executive.cache.views.size, 512);
      first.window.setUint8(0, 1);
      assert.equal((await CcMapData(map, 0, 1)).window.getUint8(0), 1);
    });
  });

  test('where the quota is used up, what is idle makes room, in other volumes too', async () => {
    const { cache } = rig.executive;
    cache.add(DISK + 1, patterned(LENGTH));
    cache.viewLimit = 20;
    await run(async (driver) => {
      const pinned = await CcMapData(map, 0, 512);
      for (let page = 1; page < 30; page++) CcUnpinData(await CcMapData(map, page * 4096, 512));
      const second = CcInitializeCacheMap(driver, DISK + 1);
      CcUnpinData(await CcMapData(second, 0, 512));
      assert.isAtMost(cache.views.size, 20);
      assert.equal(pinned.window.getUint8(0), patterned(LENGTH)[0]);
      cache.viewLimit = 0;
      let status = 0;
      try {
        await CcMapData(second, 8192, 512);
      } catch (error) {
        status = (error as NtException).status;
      }
      assert.equal(status, Status.STATUS_QUOTA_EXCEEDED);
    });
  });

  test('uninitializing unmaps everything: the memory faults from then on', () =>
    run(async () => {
      const bcb = await CcMapData(map, 0, 512);
      await CcUninitializeCacheMap(map);
      assert.equal(rig.executive.cache.views.size, 0);
      assert.throws(() => bcb.window.getUint8(0), /read of 1 bytes/);
      CcUnpinData(await CcMapData(map, 0, 512));
    }));

  test('what was mapped to be looked at is not said to have changed', () =>
    run(async () => {
      const bcb = await CcMapData(map, 512, 512);
      assert.throws(() => CcSetDirtyPinnedData(bcb), RangeError, /only mapped/);
      CcPinMappedData(bcb);
      CcSetDirtyPinnedData(bcb);
      CcUnpinData(bcb);
      assert.equal(maps(), 1);
      CcUnpinData(await CcPinRead(map, 512, 512));
      assert.equal(maps(), 1, 'the same view');
    }));

  test('copies out of and into the pages, and zeros, whatever their borders', async () => {
    const { image } = rig.executive.cache.disk(DISK);
    const expected = image.slice();
    const bytes = patterned(150_000).map((byte) => byte ^ 0xff);
    expected.set(bytes, 1000);
    expected.fill(0, 70_000, 200_100);
    await run(async () => {
      assert.deepEqual(await CcCopyRead(map, 100, 140_000), patterned(LENGTH).slice(100, 140_100));
      await CcCopyWrite(map, 1000, bytes);
      await CcZeroData(map, 70_000, 200_100);
      assert.deepEqual(await CcCopyRead(map, 0, LENGTH), expected.slice(0, LENGTH));
      assert.equal(await CcFlushCache(map), Status.STATUS_SUCCESS);
    });
    assert.deepEqual(image.slice(0, LENGTH), expected.slice(0, LENGTH));
  });

  test('sizes that the file system changed by itself are told', async () => {
    const sizes = { endOfFile: 1000, allocation: 1024 };
    await run(async () => {
      assert.equal(await CcSetFileSizes(map, 42, sizes), Status.STATUS_SUCCESS);
    });
    assert.deepEqual(rig.executive.cache.sizes, [{ device: DISK, file: 42, ...sizes }]);
  });

  test('a purge names the file and the size', async () => {
    await run(async () => {
      assert.equal(await CcPurgeCacheSection(map, 42, 1000), Status.STATUS_SUCCESS);
    });
    assert.deepEqual(rig.executive.cache.purges, [{ device: DISK, file: 42, size: 1000 }]);
  });
});
