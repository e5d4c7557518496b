/** A table that is too long to be counted, and an FSInfo sector that lies about it. */
import { assert } from 'chai';
import { FatTable } from '../../../drivers/filesystems/fatfs/fat.ts';
import type { FatWindow, FatWindows } from '../../../drivers/filesystems/fatfs/fatwindows.ts';
import type { Geometry } from '../../../drivers/filesystems/fatfs/geometry.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { NtException } from '../../../personality/rtl/status.ts';

const CLUSTERS = 600_000;

/** Of FAT32, with so many free entries in its middle; what is written to it goes nowhere. */
function tableWith(free: number): FatTable {
  const first = 300_000;
  const getUint32 = (at: number) => {
    const cluster = at / 4;
    return cluster >= first && cluster < first + free ? 0 : 0x0fff_ffff;
  };
  const copies = Object.assign([{ window: { getUint32 } }], { *[Symbol.iterator]() {} });
  const window = { start: 0, copies, lost: new Set(), failure: 0, lastUse: 0 };
  const here = window as unknown as FatWindow;
  const windows = { at: () => here, load: () => Promise.resolve(here) };
  const geometry = { fatType: 32, clusterCount: CLUSTERS } as Geometry;
  const nothing = () => Promise.resolve();
  const hooks = { flush: nothing, begin: nothing };
  return new FatTable(geometry, windows as unknown as FatWindows, hooks);
}

async function statusOf(work: Promise<unknown>): Promise<number> {
  try {
    await work;
    return 0;
  } catch (error) {
    if (error instanceof NtException) return error.status;
    throw error;
  }
}

suite('fatfs: FSInfo of a long table', () => {
  test('that says more than there is: no more is promised than was seen', async () => {
    const fat = tableWith(20);
    fat.trust({ free: 500_000, next: 299_990 });
    assert.equal(await fat.sureCount(), 20);
    assert.equal(await statusOf(fat.allocate(5)), 0);
    assert.equal(await statusOf(fat.allocate(21)), Status.STATUS_DISK_FULL);
    assert.equal(await fat.freeCount(), 20, 'counted by now');
  });

  test('that says less: a disk is full when the table says so', async () => {
    const fat = tableWith(20_000);
    fat.trust({ free: 2, next: 299_990 });
    assert.isAtLeast(await fat.sureCount(), 2000);
    assert.equal(await statusOf(fat.allocate(10_000)), 0);
    assert.equal(await fat.freeCount(), 10_000);
  });

  test('that is right: not all of it is looked at', async () => {
    const fat = tableWith(20_000);
    fat.trust({ free: 20_000, next: 300_000 });
    const before = await fat.sureCount();
    assert.isBelow(before, 20_000);
    assert.equal(await statusOf(fat.allocate(1000)), 0);
    assert.equal(await fat.sureCount(), before - 1000);
    assert.equal(await fat.freeCount(), 19_000);
  });
});
