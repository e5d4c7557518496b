/**
 * The page of the benchmarks of input and output: the whole system on one processor, and a client
 * that reads a file in the cache, and asks drivers in processes of their own.
 */
import { check, listDirectory } from '../../../personality/ntdll/files.ts';
import * as native from '../../../personality/ntdll/native.ts';
import { driverRegistry } from '../../../drivers/registry.ts';
import type { DriverConfiguration } from '../../../personality/rtl/driverconfiguration.ts';
import {
  FILE_DIRECTORY_FILE,
  FILE_OPEN_IF,
  FILE_OVERWRITE_IF,
} from '../../../personality/rtl/nt.ts';
import { TIMEOUT_INFINITE } from '../../../personality/rtl/services.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../../personality/rtl/status.ts';
import { statusName } from '../../../personality/rtl/statustext.ts';
import type { Image } from '../../../personality/sel4/types.ts';
import { bootClientRig, type Client, pattern } from '../../ntos/io-client.ts';
import {
  bench,
  type Bench,
  type MeasureOptions,
  Recorder,
  type Samples,
} from '../kernel/measure.ts';
import { throughPort } from '../port.ts';
import { benchDevice, bottom, hearing, skipping } from './drivers.ts';

const FILE = 'A:\\BENCH.BIN';
const PAGE = 4096;
const FILTERS: Record<string, Image> = {
  skip1: skipping(benchDevice(1)),
  skip2: skipping(benchDevice(1)),
  hear1: hearing(benchDevice(2)),
  hear2: hearing(benchDevice(2)),
};

async function reads({ process }: Client, handle: number): Promise<Bench[]> {
  const buffer = process.heap.allocate(PAGE);
  const read = (length: number) => async (count: number) => {
    const request = { handle, address: buffer.address, length, offset: 0 };
    for (let i = 0; i < count; i++) check(await native.NtReadFile(process, request));
  };
  return [
    bench('NtReadFile of 4 KiB in the cache', read(PAGE)),
    bench('NtReadFile of 16 bytes in the cache', read(16)),
  ];
}

/** What is known of names asks no driver. */
function opens(client: Client): Bench[] {
  const { process } = client;
  const EIGHT = 8192;
  const buffer = process.heap.allocate(EIGHT);
  const read = async (handle: number) =>
    check(
      await native.NtReadFile(process, {
        handle,
        address: buffer.address,
        length: EIGHT,
        offset: 0,
      }),
    );
  const look = async (name: string) =>
    native.NtQueryAttributesFile(process, { name: `\\??\\${name}`, root: 0 });
  let made = 0;
  return [
    bench('names: open and close', async (count) => {
      for (let i = 0; i < count; i++) await client.close(await client.opened(FILE));
    }),
    bench('names: open, read 8 KB, close', async (count) => {
      for (let i = 0; i < count; i++) {
        const handle = await client.opened(FILE);
        await read(handle);
        await client.close(handle);
      }
    }),
    bench('names: attributes by path', async (count) => {
      for (let i = 0; i < count; i++) check(await look(FILE));
    }),
    bench('names: open what is not there', async (count) => {
      for (let i = 0; i < count; i++) await client.open('A:\\MISSING.TXT');
    }),
    bench('names: attributes of what is not there', async (count) => {
      for (let i = 0; i < count; i++) await look('A:\\MISSING.TXT');
    }),
    bench('names: list 100 names', async (count) => {
      for (let i = 0; i < count; i++) await listDirectory(process, '\\??\\A:\\HUNDRED');
    }),
    {
      ...bench('names: create, write 8 KB, close, delete', async (count) => {
        const request = { address: buffer.address, length: EIGHT, offset: 0 };
        for (let i = 0; i < count; i++) {
          const name = `A:\\NEW${made++ % 100}.BIN`;
          const handle = await client.opened(name, { disposition: FILE_OVERWRITE_IF });
          check(await native.NtWriteFile(process, { handle, ...request }));
          await client.close(handle);
          check(await native.NtDeleteFile(process, { name: `\\??\\${name}`, root: 0 }));
        }
      }),
      exactly: 50,
    },
  ];
}

async function fill(client: Client): Promise<void> {
  const directory = { disposition: FILE_OPEN_IF, options: FILE_DIRECTORY_FILE };
  await client.close(await client.opened('A:\\HUNDRED', directory));
  for (let i = 0; i < 100; i++) {
    const name = `A:\\HUNDRED\\File number ${i}.txt`;
    await client.close(await client.opened(name, { disposition: FILE_OPEN_IF }));
  }
}

async function requests(client: Client): Promise<Bench[]> {
  const { process } = client;
  const NAMES = [
    'a request to a driver',
    'a request to a driver through two that pass it on, four processes',
    'the same, and both hear of its end',
  ];
  const all: Bench[] = [];
  for (const [index, name] of NAMES.entries()) {
    const handle = await client.opened(benchDevice(index));
    const request = { handle, code: 0x222000, input: new Uint8Array(), outputLength: 0 };
    all.push(
      bench(name, async (count) => {
        for (let i = 0; i < count; i++)
          check(await native.NtDeviceIoControlFile(process, request as never));
      }),
    );
  }
  return all;
}

async function pending(client: Client): Promise<Bench> {
  const { process } = client;
  const handle = await client.opened(benchDevice(0), { asynchronous: true });
  const buffer = process.heap.allocate(16);
  const request = { handle, address: buffer.address, length: 16, offset: 0 };
  const wait = { handle, alertable: false, timeout: TIMEOUT_INFINITE };
  return bench('NtReadFile that is pending, and a wait for its file', async (count) => {
    for (let i = 0; i < count; i++) {
      const { status } = await native.NtReadFile(process, request);
      if (status !== Status.STATUS_PENDING) throw new Error(statusName(status));
      check(await native.NtWaitForSingleObject(process, wait));
    }
  });
}

async function runBenches(options: MeasureOptions): Promise<Samples> {
  const disk = new Uint8Array(await (await fetch('/disks/blank.img')).arrayBuffer());
  const none = { ports: [], interrupts: [], dma: [] };
  const drivers: Record<string, DriverConfiguration> = { ...driverRegistry };
  const filters = [0, 1, 2].map(benchDevice);
  for (const name of ['bottom', ...Object.keys(FILTERS)])
    drivers[name] = { image: `${name}.sys`, counterName: name, ...none, filters };
  const images = Object.fromEntries(
    Object.entries({ bottom, ...FILTERS }).map(([name, image]) => [`${name}.sys`, image]),
  );
  const rig = await bootClientRig([disk], { drivers }, images);
  try {
    for (const name of ['bottom', ...Object.keys(FILTERS)]) {
      const status = await rig.asExecutive(({ ldr }) => ldr.loadDriver(name));
      if (!NT_SUCCESS(status)) throw new Error(`${name}: ${statusName(status)}`);
    }
    const recorder = new Recorder(options);
    await rig.client(async (client) => {
      const handle = await client.opened(FILE, { disposition: FILE_OPEN_IF });
      await client.write(handle, 0, pattern(2 * PAGE));
      await fill(client);
      await recorder.add([
        ...(await reads(client, handle)),
        ...opens(client),
        ...(await requests(client)),
        await pending(client),
        bench('a request and its reply through an LPC port', (count) =>
          throughPort(client.process, count),
        ),
      ]);
    });
    return recorder.samples;
  } finally {
    await rig.end();
  }
}

Object.assign(globalThis, { runBenches });
