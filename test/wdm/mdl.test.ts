/** MDLs of a driver's own on the real system: locked, split, sent to a device below; and wrong. */
import { assert } from 'chai';
import { NtUnloadDriver } from '../../personality/ntdll/native.ts';
import { HEAP_BASE, PAGE_SIZE } from '../../personality/rtl/layout.ts';
import { type NtException } from '../../personality/rtl/status.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import {
  IoAllocateMdl,
  IoBuildPartialMdl,
  IoFreeMdl,
  IoModifyAccess,
  IoReadAccess,
  IoWriteAccess,
  type Irp,
  type Mdl,
  MmAllocatePagesForMdl,
  MmBuildMdlForNonPagedPool,
  MmFreePagesFromMdl,
  MmGetMdlByteCount,
  MmGetMdlByteOffset,
  MmGetMdlVirtualAddress,
  MmMapLockedPages,
  MmProbeAndLockPages,
  MmUnlockPages,
  MmUnmapLockedPages,
  type Window,
} from '../../personality/wdm/index.ts';
import { bootMaker, type MakerRig, pass, STORE } from './mdl-rig.ts';

const OFFSET = 0x100;

/** The name of the status, or the sentence. */
async function refusal(body: () => unknown): Promise<string> {
  try {
    await body();
  } catch (error) {
    const { status } = error as NtException;
    return status === undefined ? String(error) : statusName(status);
  }
  return 'nothing was refused';
}

suite('wdm: MDLs', function () {
  this.timeout(60_000);
  let rig: MakerRig;
  suiteSetup(async () => {
    rig = await bootMaker();
    // The first mapping makes a page table, which stays.
    await rig.inMaker(async ({ driver }) => {
      const mdl = await MmAllocatePagesForMdl(driver, 1);
      await MmMapLockedPages(mdl);
      await MmFreePagesFromMdl(mdl);
    });
  });
  suiteTeardown(() => rig.end());

  /** The same, and nothing is left of it. */
  async function inMaker(body: Parameters<MakerRig['inMaker']>[0]): Promise<void> {
    const before = await rig.held();
    await rig.inMaker(body);
    assert.deepEqual(await rig.held(), before, 'something is left');
    assert.deepEqual(rig.faults, []);
  }

  test('a device that is no disk is read and written in any length, at any place', async () => {
    const [at, length] = [5, 3];
    const before = rig.disk.slice();
    const found = await rig.client(async (client) => {
      const handle = await client.opened(STORE);
      const read = await client.read(handle, at, length);
      const written = await client.write(handle, at + 1, Uint8Array.of(1, 2));
      return { ...read, written, closed: await client.close(handle) };
    });
    const [data, ok] = [before.slice(at, at + length), 'STATUS_SUCCESS'];
    assert.deepEqual(found, { status: ok, data, written: ok, closed: ok });
    assert.deepEqual(
      [...rig.disk.subarray(at, at + length + 1)],
      [before[at], 1, 2, before[at + 3]],
    );
    rig.disk.set(before);
  });

  test('a driver that somebody has open is busy, and is not unloaded', async () => {
    const answer = await rig.client(async (client) => {
      const handle = await client.opened(STORE);
      const unloaded = await NtUnloadDriver(client.process, { name: 'store' });
      await client.close(handle);
      return unloaded;
    });
    assert.equal(statusName(answer.status), 'STATUS_DEVICE_BUSY');
  });

  test('memory of its own, in parts, is the buffer of its reads and writes', async () => {
    await inMaker(async ({ driver, memory, read, write }) => {
      const own = memory(OFFSET, 2 * PAGE_SIZE);
      own.fill(0, own.length, 0xee);
      const mdl = IoAllocateMdl(driver, own);
      assert.equal(MmGetMdlByteOffset(mdl), OFFSET);
      assert.equal(MmGetMdlByteCount(mdl), 2 * PAGE_SIZE);
      const start = MmGetMdlVirtualAddress(mdl);
      assert.equal(start, HEAP_BASE + OFFSET);
      await MmProbeAndLockPages(mdl, IoModifyAccess);
      // Over the border of a page, and one inside that.
      const part = IoBuildPartialMdl(mdl, start + PAGE_SIZE - 50, 1000);
      const inner = IoBuildPartialMdl(part, MmGetMdlVirtualAddress(part) + 300, 100);
      assert.equal(MmGetMdlByteOffset(inner), (OFFSET - 50 + 300) % PAGE_SIZE);
      assert.equal(await read(part, 1000, 0), 'STATUS_SUCCESS');
      assert.equal(await read(inner, 100, 5000), 'STATUS_SUCCESS');
      const expected = new Uint8Array(2 * PAGE_SIZE).fill(0xee);
      expected.set(rig.disk.subarray(0, 1000), PAGE_SIZE - 50);
      expected.set(rig.disk.subarray(5000, 5100), PAGE_SIZE - 50 + 300);
      assert.deepEqual(own.read(0, own.length), expected);
      const window = await MmMapLockedPages(inner);
      assert.equal(window.address, start + PAGE_SIZE + 250, 'it stays where it is');
      window.fill(0, 100, 0x55);
      assert.equal(await write(inner, 100, 6000), 'STATUS_SUCCESS');
      assert.deepEqual(rig.disk.slice(6000, 6100), new Uint8Array(100).fill(0x55));
      assert.notEqual(rig.disk[6100], 0x55);
      await MmUnmapLockedPages(mdl);
      assert.equal((await MmMapLockedPages(inner)).getUint8(99), 0x55);
      await MmUnlockPages(mdl);
      IoFreeMdl(mdl);
      assert.equal(await read(part, 1000, 0), 'STATUS_INVALID_PARAMETER');
    });
  });

  test('MmBuildMdlForNonPagedPool: it can be used here, but not sent', async () => {
    await inMaker(async ({ driver, memory, read }) => {
      const own = memory(0, 600);
      own.fill(0, 600, 9);
      const mdl = IoAllocateMdl(driver, own);
      MmBuildMdlForNonPagedPool(mdl);
      assert.equal((await MmMapLockedPages(mdl)).getUint8(599), 9);
      const part = IoBuildPartialMdl(mdl, HEAP_BASE + 500, 100);
      assert.equal((await MmMapLockedPages(part)).address, HEAP_BASE + 500);
      assert.equal(await refusal(() => read(mdl, 600, 0)), 'STATUS_INVALID_PARAMETER');
      assert.equal(driver.runtime.inFlight.size, 1, 'the request that runs this alone');
      IoFreeMdl(mdl);
    });
  });

  test('pages of an MDL: a part follows its source when that is mapped anew', async () => {
    await inMaker(async ({ driver, read }) => {
      const whole = await MmAllocatePagesForMdl(driver, 3 * PAGE_SIZE);
      const at = MmGetMdlVirtualAddress(whole) + PAGE_SIZE + 16;
      const part = IoBuildPartialMdl(whole, at, PAGE_SIZE);
      assert.equal(await read(part, PAGE_SIZE, 100), 'STATUS_SUCCESS');
      const bytes = rig.disk.slice(100, 100 + PAGE_SIZE);
      const first = await MmMapLockedPages(part);
      assert.deepEqual(first.read(0, PAGE_SIZE), bytes);
      const all = await MmMapLockedPages(whole);
      assert.deepEqual(all.read(PAGE_SIZE + 16, PAGE_SIZE), bytes);
      assert.equal(all.getUint8(PAGE_SIZE + 15), 0, 'new pages are empty');
      await MmUnmapLockedPages(whole);
      assert.throws(() => first.getUint8(0));
      // Others take its addresses.
      const other = await MmAllocatePagesForMdl(driver, 3 * PAGE_SIZE);
      await MmMapLockedPages(other);
      const again = await MmMapLockedPages(part);
      assert.deepEqual(again.read(0, PAGE_SIZE), bytes);
      await MmUnmapLockedPages(part);
      await MmFreePagesFromMdl(other);
      await MmMapLockedPages(part);
      await MmFreePagesFromMdl(whole);
      assert.equal(await refusal(() => MmMapLockedPages(part)), 'STATUS_INVALID_PARAMETER');
      assert.equal(await read(part, 1, 0), 'STATUS_INVALID_PARAMETER');
      assert.match(await refusal(() => MmMapLockedPages(whole)), /describes nothing/);
    });
  });

  test('what it was locked for is what it can be used for', async () => {
    await inMaker(async ({ driver, memory, read, write }) => {
      const use: [number, string, string][] = [
        [IoReadAccess, 'STATUS_INVALID_PARAMETER', 'STATUS_SUCCESS'],
        [IoWriteAccess, 'STATUS_SUCCESS', 'STATUS_SUCCESS'],
      ];
      for (const [access, reads, writes] of use) {
        const mdl = IoAllocateMdl(driver, memory(0, 512));
        await MmProbeAndLockPages(mdl, access);
        assert.deepEqual([await read(mdl, 512, 0), await write(mdl, 512, 0)], [reads, writes]);
        await MmUnlockPages(mdl);
      }
    });
  });

  test('wrong arguments are refused, and nothing happens', async () => {
    await inMaker(async ({ driver, memory, read }) => {
      const own = memory(0, 1000);
      own.fill(0, 1000, 0xee);
      const lock = (window: Window) => MmProbeAndLockPages(IoAllocateMdl(driver, window), 1);
      const mdl = IoAllocateMdl(driver, own);
      const unlocked = IoBuildPartialMdl(mdl, HEAP_BASE + 10, 10);
      const before = [
        () => MmMapLockedPages(mdl),
        () => MmUnlockPages(mdl),
        () => MmProbeAndLockPages(unlocked, IoReadAccess),
      ];
      assert.match(await refusal(before[0]!), /describes nothing/);
      assert.match(await refusal(before[1]!), /not locked/);
      assert.match(await refusal(before[2]!), /cannot be locked/);
      assert.equal(await refusal(() => lock(own.slice(0, 0))), 'STATUS_INVALID_PARAMETER');
      const nowhere = driver.runtime.transport.window(0x3000_0000, 16, true);
      assert.equal(await refusal(() => lock(nowhere)), 'STATUS_ACCESS_VIOLATION');
      await MmProbeAndLockPages(mdl, IoWriteAccess);
      const part = IoBuildPartialMdl(mdl, HEAP_BASE + 100, 100);
      const again = [mdl, part].map((each) => () => MmProbeAndLockPages(each, IoReadAccess));
      for (const use of again) assert.match(await refusal(use), /cannot be locked/);
      const cuts = [
        [-1, 10],
        [0, 1001],
        [1000, 1],
        [0, -1],
        [NaN, 1],
      ] as const;
      for (const [skip, length] of cuts)
        assert.throws(() => IoBuildPartialMdl(mdl, HEAP_BASE + skip, length), /inside its source/);
      assert.equal(await refusal(() => read(part, 101, 0)), 'STATUS_INVALID_PARAMETER');
      assert.isTrue(own.read(0, 1000).every((byte) => byte === 0xee));
      assert.throws(() => IoFreeMdl(mdl), /still locked/);
      await MmUnlockPages(mdl);
      assert.match(await refusal(() => MmUnlockPages(mdl)), /not locked/);
    });
  });

  test('the buffer of a request cannot be kept, nor be that of another request', async () => {
    const seen: string[] = [];
    rig.onRead = async (device, irp) => {
      const mdl = irp.MdlAddress as Mdl;
      const { driverObject: driver } = device;
      const window = await MmMapLockedPages(mdl);
      const kept = IoAllocateMdl(driver, window);
      for (const access of [IoReadAccess, IoWriteAccess])
        seen.push(await refusal(() => MmProbeAndLockPages(kept, access)));
      await MmUnmapLockedPages(mdl);
      seen.push(await refusal(() => window.getUint8(0)));
      // It can be mapped again, and passed down.
      await MmMapLockedPages(mdl);
      return pass(device, irp as Irp);
    };
    const { status, data } = await rig.client(async (client) => {
      const handle = await client.opened(STORE);
      const answer = await client.read(handle, 0, PAGE_SIZE);
      await client.close(handle);
      return answer;
    });
    rig.onRead = pass;
    assert.equal(status, 'STATUS_SUCCESS');
    assert.deepEqual(data, rig.disk.slice(0, PAGE_SIZE));
    assert.deepEqual(seen.slice(0, 2), ['STATUS_ACCESS_VIOLATION', 'STATUS_ACCESS_VIOLATION']);
    assert.notEqual(seen[2], 'nothing was refused');
    assert.deepEqual(rig.faults, []);
  });
});
