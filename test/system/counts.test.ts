/**
 * Exact counts: messages of the kernel, requests to drivers, and copies of data, whoever makes
 * them. A copy is seen where all of them must go: in the windows through which the Executive and
 * drivers see memory. Their library keeps the language's functions for itself as they are when it
 * is loaded; so it is loaded here with functions that count.
 */
import { assert } from 'chai';
import type { Client, ClientRig } from '../ntos/io-client.ts';
import type { Irp } from '../../personality/wdm/index.ts';

/** Shorter ones are words of messages and structures. */
const DATA = 512;
let copied = 0;

type Method = (this: unknown, ...input: never[]) => unknown;
const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as Record<string, Method>;
const { set, copyWithin } = typedArray as { set: Method; copyWithin: Method };

function counting(method: Method, lengthOf: (input: readonly unknown[]) => number): Method {
  return function (this: unknown, ...input) {
    const length = lengthOf(input);
    if (length >= DATA) copied += length;
    return method.apply(this, input);
  };
}

typedArray.set = counting(set, ([source]) => (source as Uint8Array).length);
typedArray.copyWithin = counting(copyWithin, ([, start, end]) => Number(end) - Number(start));
const { bootClientRig, pattern } = await import('../ntos/io-client.ts');
Object.assign(typedArray, { set, copyWithin });

const { driverRegistry } = await import('../../drivers/registry.ts');
const { NtDeleteFile, NtReadFile, NtSetInformationFile } =
  await import('../../personality/ntdll/native.ts');
const { encodeLarge, encodeRename } = await import('../../personality/rtl/information.ts');
const mj = await import('../../personality/rtl/irp.ts');
const { PAGE_SIZE } = await import('../../personality/rtl/layout.ts');
const nt = await import('../../personality/rtl/nt.ts');
const Status = await import('../../personality/rtl/ntstatus.ts');
const { statusName } = await import('../../personality/rtl/statustext.ts');
const { driverImage, IoCompleteRequest, IoCreateDevice, MmGetSystemAddressForMdlSafe } =
  await import('../../personality/wdm/index.ts');
const { makeImage } = await import('../support/mtools.ts');

const PIO = '\\Device\\Pio';
/** A call and its answer. */
const ROUND_TRIP = 2;
/** As a driver of an ATA disk reads: from the device's register, word by word, into the pages. */
const pioImage = driverImage(async (driver) => {
  const device = {
    name: PIO,
    type: nt.FILE_DEVICE_NULL,
    flags: nt.DO_DIRECT_IO,
    extension: undefined,
  };
  await IoCreateDevice(driver, device);
  const { majorFunction: table } = driver;
  for (const major of [mj.IRP_MJ_CREATE, mj.IRP_MJ_CLEANUP, mj.IRP_MJ_CLOSE] as const)
    table[major] = (_device, irp) => IoCompleteRequest(irp as Irp, Status.STATUS_SUCCESS);
  table[mj.IRP_MJ_READ] = async (_device, irp) => {
    const window = await MmGetSystemAddressForMdlSafe((irp as Irp).MdlAddress!);
    window.write(0, pattern(PAGE_SIZE));
    return IoCompleteRequest(irp as Irp, Status.STATUS_SUCCESS, PAGE_SIZE);
  };
  return Status.STATUS_SUCCESS;
});

type Counts = Record<string, number>;

suite('system: exact counts', function () {
  this.timeout(60_000);
  let rig: ClientRig;
  let counters: { snapshot(): Record<string, number> };

  suiteSetup(async () => {
    const none = { ports: [], interrupts: [], dma: [] };
    const pio = { image: 'pio.sys', counterName: 'pio', ...none };
    const files = { 'FILE.BIN': pattern(65_536) };
    const image = await makeImage({ kib: 1440, files });
    const drivers = { ...driverRegistry, pio };
    rig = await bootClientRig([image], { drivers }, { 'pio.sys': pioImage });
    assert.equal(await rig.asExecutive(({ ldr }) => ldr.loadDriver('pio')), 0);
    counters = await rig.asExecutive((executive) => executive.counters);
    await rig.ask({ op: 'insertImage', drive: 'C:', image, writeProtected: false });
  });
  suiteTeardown(() => rig.end());

  /** Bytes that were copied while `body` ran, and what the counters said. */
  async function counted(body: () => Promise<unknown>): Promise<Counts & { copied: number }> {
    const first = counters.snapshot();
    copied = 0;
    await body();
    const last = counters.snapshot();
    const changed = Object.entries(last).map(([name, value]) => [name, value - (first[name] ?? 0)]);
    return { ...(Object.fromEntries(changed) as Counts), copied };
  }

  const requests = (counts: Counts): number =>
    Object.entries(counts)
      .filter(([name]) => name.startsWith('io.irp.'))
      .reduce((sum, [, count]) => sum + count, 0);

  /** A page into the client's memory, at which nobody looks. */
  async function readPage(client: Client, handle: number, offset: number) {
    const { address } = client.process.heap.allocate(PAGE_SIZE);
    const input = { handle, address, length: PAGE_SIZE, offset };
    const { status } = await NtReadFile(client.process, input);
    assert.equal(statusName(status), 'STATUS_SUCCESS');
  }

  test('a cached read is one round trip and one copy', () =>
    rig.client(async (client) => {
      const handle = await client.opened('A:\\FILE.BIN');
      await readPage(client, handle, 8192);
      const counts = await counted(() => readPage(client, handle, 8192));
      assert.equal(counts['kernel.ipc'], ROUND_TRIP);
      assert.equal(counts.copied, PAGE_SIZE);
      assert.equal(requests(counts), 0);
    }));

  test('a cold read of 512 KiB: ten requests, a call for each cylinder and one more for each', async () => {
    const files = { 'FIRST.BIN': pattern(512), 'LONG.BIN': pattern(0x8_0000) };
    const image = await makeImage({ kib: 1440, files });
    const cold = await bootClientRig([image]);
    const own = await cold.asExecutive((executive) => executive.counters);
    await cold.client(async (client) => {
      const handle = await client.opened('A:\\LONG.BIN');
      const first = own.snapshot();
      for (let offset = 0; offset < 0x8_0000; offset += 0x1_0000) {
        const { status, data } = await client.read(handle, offset, 0x1_0000);
        assert.equal(status, 'STATUS_SUCCESS');
        assert.deepEqual(data.subarray(0, 16), pattern(offset + 16).subarray(offset));
      }
      const last = own.snapshot();
      const of = (name: string) => (last[name] ?? 0) - (first[name] ?? 0);
      assert.equal(of('io.irp.floppy.read'), 10);
      assert.equal(of('io.irp.fatfs.create') + of('io.irp.fatfs.read'), 2, 'its place, once');
      // Reads; packets; cylinders and requests. The driver's timer may have to be set meanwhile.
      const calls = 8 + 15 + (29 + 10);
      assert.include([calls, calls + 1, calls + 2], of('kernel.ipc') / ROUND_TRIP);
    });
    await cold.end();
  });

  test('opening a file that is open, or was, asks no driver', () =>
    rig.client(async (client) => {
      const first = await client.opened('A:\\FILE.BIN');
      for (const open of [true, false]) {
        const counts = await counted(async () => {
          await client.close(await client.opened('a:\\file.bin'));
        });
        assert.equal(requests(counts), 0, `open: ${open}`);
        assert.equal(counts['kernel.ipc'], 2 * ROUND_TRIP, 'open and close');
        if (open) await client.close(first);
      }
    }));

  test('making, renaming and deleting a small file: an exchange each, and one to make it grow', () =>
    rig.client(async (client) => {
      const { process } = client;
      const create = { disposition: nt.FILE_CREATE };
      const make = async (name: string) => {
        const handle = await client.opened(name, create);
        assert.equal(await client.write(handle, 0, pattern(8192, 5)), 'STATUS_SUCCESS');
        await client.close(handle);
      };
      const rename = async (from: string, to: string) => {
        const handle = await client.opened(from, { access: nt.DELETE });
        const data = encodeRename({ replace: false, root: 0, name: `\\??\\${to}` });
        const input = { handle, class: nt.FileRenameInformation, data };
        assert.equal((await NtSetInformationFile(process, input)).status, 0);
        await client.close(handle);
      };
      const remove = async (name: string) => {
        const { status } = await NtDeleteFile(process, { name: `\\??\\${name}`, root: 0 });
        assert.equal(statusName(status), 'STATUS_SUCCESS');
      };
      // What its file system must see of the disk it sees from here on.
      await make('A:\\ONE.BIN');
      await rename('A:\\ONE.BIN', 'A:\\TWO.BIN');
      await remove('A:\\TWO.BIN');
      const cost = async (body: () => Promise<void>) => {
        const counts = await counted(body);
        return [counts['kernel.ipc']! / ROUND_TRIP, requests(counts)];
      };
      // Round trips, those of the client among them, and IRPs.
      assert.deepEqual(await cost(() => make('A:\\ONE.BIN')), [3 + 2, 2]);
      // With a promise of the file system: the three of the client, and nobody is asked.
      for (const name of ['BORN.BIN', 'readme.txt', 'lower.BIN'])
        assert.deepEqual(await cost(() => make(`A:\\${name}`)), [3, 0], name);
      // The CREATEs of what was born go before it, in the same batch.
      assert.deepEqual(await cost(() => rename('A:\\ONE.BIN', 'A:\\TWO.BIN')), [3 + 1, 1 + 3]);
      // That it is to go, CLEANUP and CLOSE in one.
      assert.deepEqual(await cost(() => remove('A:\\TWO.BIN')), [1 + 1, 3]);
    }));

  test('a DMA driver moves a page without a copy, a PIO driver with one', () =>
    rig.client(async (client) => {
      // The cache's own copy to the reader comes on top: `least` 1.
      for (const [disk, copies] of [
        ['A:', 0],
        ['C:', 1],
      ] as const) {
        const handle = await client.opened(`${disk}\\FILE.BIN`);
        // Its place on the disk is known from here on; no read goes on where another one ended.
        await readPage(client, handle, 0);
        const counts = await counted(() => readPage(client, handle, 40_960));
        assert.equal(requests(counts), 1, disk);
        assert.equal(counts.copied, (copies + 1) * PAGE_SIZE, disk);
        assert.equal(counts['dma.bounce'] ?? 0, 0);
        await client.close(handle);
      }
      const handle = await client.opened(PIO);
      const counts = await counted(() => readPage(client, handle, 0));
      assert.equal(counts.copied, PAGE_SIZE, 'straight into the memory of the reader');
      await client.close(handle);
    }));

  test('allocating 1,440 clusters is a handful of messages', () =>
    rig.client(async (client) => {
      const { process } = client;
      const handle = await client.opened('A:\\BIG.BIN', { disposition: nt.FILE_CREATE });
      const data = encodeLarge(1440 * 512);
      const counts = await counted(async () => {
        const input = { handle, class: nt.FileAllocationInformation, data };
        assert.equal((await NtSetInformationFile(process, input)).status, 0);
      });
      // The one that makes the file goes before it, in the same batch.
      assert.isAtMost(requests(counts), 2);
      assert.isAtMost(counts['kernel.ipc']!, 12, 'messages, answers too');
      await client.close(handle);
    }));
});
