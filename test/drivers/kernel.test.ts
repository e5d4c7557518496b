/**
 * The drivers as processes on the real kernel, under the real Executive: what the made-up one
 * cannot prove (capabilities, interrupt threads, the doorbell, DMA by the Executive).
 */
import { assert } from 'chai';
import { image as nullImage } from '../../drivers/base/null/index.ts';
import { image as serialImage } from '../../drivers/base/serial/index.ts';
import { image as fdcImage } from '../../drivers/storage/fdc/index.ts';
import { openFile, readAt, writeAt } from '../../personality/ntdll/files.ts';
import * as native from '../../personality/ntdll/native.ts';
import { nativeImage, type NtProcess } from '../../personality/ntdll/process.ts';
import { idleDrivers } from '../support/idle-drivers.ts';
import { createExecutive, type ExecutiveOptions } from '../../personality/ntos/index.ts';
import { decodeGeometry } from '../../personality/rtl/information.ts';
import {
  FILE_READ_DATA,
  FILE_WRITE_DATA,
  IOCTL_DISK_GET_DRIVE_GEOMETRY,
} from '../../personality/rtl/nt.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import { createMemories, createProcessor, type Image } from '../../personality/sel4/index.ts';
import { driverImage } from '../../personality/wdm/index.ts';
import { createMachine, type Machine } from '../../web/machine/index.ts';
import { assertSame, patterned, SIZE_144M } from './fdc-rig.ts';

const MIB = 1 << 20;
const ACCESS = FILE_READ_DATA | FILE_WRITE_DATA;
const PATIENCE = 15_000;

type Client = (process: NtProcess, machine: Machine) => Promise<void>;

let kernel: Promise<WebAssembly.Module> | undefined;

/** Boots a system whose only program is `client`; settles with it. */
async function runOnKernel(
  client: Client,
  options: Partial<ExecutiveOptions> = {},
  more: Record<string, Image> = {},
): Promise<void> {
  kernel ??= WebAssembly.compileStreaming(fetch('/build/kernel.wasm'));
  const memories = createMemories(16 * MIB, 32 * MIB);
  const machine = createMachine({ ram: new Uint8Array(memories.ram.buffer) });
  const stop = { time: () => {} };
  let end!: (error?: unknown) => void;
  const ended = new Promise<unknown>((resolve) => (end = resolve));
  const log: unknown[] = [];
  const images: Record<string, Image> = {
    'fdc.sys': fdcImage,
    'serial.sys': serialImage,
    'null.sys': nullImage,
    'smss.exe': nativeImage(async (process) => {
      await client(process, machine).then(end, (error: unknown) => end(error ?? 'failed'));
      return 0;
    }),
    ...more,
  };
  const processor = createProcessor({
    module: await kernel,
    ...memories,
    index: 0,
    topology: 'single',
    policy: 'local',
    bus: {
      read: (port) => machine.in8(port),
      write: (port, _width, value) => machine.out8(port, value),
    },
    loader: (name) => Promise.resolve(images[name]!),
    onUncaught: (error) => void log.push(error),
  });
  machine.onIrq = (line, level) => {
    if (level) processor.interrupt(line);
  };
  stop.time = keepTime(machine);
  const root = createExecutive({
    drivers: idleDrivers,
    onPanic: (reason) => end(new Error(reason)),
    ...options,
  });
  processor.runRoot(root);
  const timer = setTimeout(() => end(new Error(`hangs; ${log.map(String).join('; ')}`)), PATIENCE);
  const error = await ended;
  clearTimeout(timer);
  stop.time();
  if (error !== undefined) throw error;
}

/** The machine's time follows the clock on the wall. */
function keepTime(machine: Machine): () => void {
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    machine.advance((now - last) * 1000);
    last = now;
  }, 1);
  return () => clearInterval(timer);
}

async function load(process: NtProcess, name: string): Promise<string> {
  return statusName((await native.NtLoadDriver(process, { name })).status);
}

suite('drivers on the kernel', () => {
  test('null: loads, reads nothing, swallows everything', () =>
    runOnKernel(async (process) => {
      assert.equal(await load(process, 'null'), 'STATUS_SUCCESS');
      const handle = await openFile(process, '\\Device\\Null', { access: ACCESS });
      assert.lengthOf(await readAt(process, handle, 0, 100), 0);
      await writeAt(process, handle, 0, new Uint8Array(20_000));
    }));

  test('serial: a line comes in, a line goes out', () =>
    runOnKernel(async (process, machine) => {
      const sent: number[] = [];
      machine.onSerialOutput = (byte) => sent.push(byte);
      assert.equal(await load(process, 'serial'), 'STATUS_SUCCESS');
      const handle = await openFile(process, '\\Device\\Serial0', { access: ACCESS });
      setTimeout(() => machine.serialInput(new TextEncoder().encode('dir\r')), 20);
      let got = '';
      while (!got.endsWith('\r'))
        got += String.fromCharCode(...(await readAt(process, handle, 0, 80)));
      assert.equal(got, 'dir\r');
      const text = 'x'.repeat(200) + '\n';
      await writeAt(process, handle, 0, new TextEncoder().encode(text));
      await native.NtDelayExecution(process, { alertable: false, interval: -50_0000 });
      assert.equal(String.fromCharCode(...sent), text);
    }));

  test('floppy: the whole disk, read and written through the device', () =>
    runOnKernel(async (process, machine) => {
      const image = patterned(SIZE_144M, 3);
      const expected = image.slice();
      machine.insert(0, image);
      assert.equal(await load(process, 'fdc'), 'STATUS_SUCCESS');
      const handle = await openFile(process, '\\Device\\Floppy0', { access: ACCESS });
      const code = IOCTL_DISK_GET_DRIVE_GEOMETRY;
      const request = { handle, code, input: new Uint8Array(), outputLength: 24 };
      const geometry = await native.NtDeviceIoControlFile(process, request);
      assert.equal(decodeGeometry(geometry.output).sectorsPerTrack, 18);
      for (let at = 0; at < SIZE_144M; at += 0x8000) {
        const data = await readAt(process, handle, at, 0x8000);
        assertSame(data, expected.slice(at, at + 0x8000), `read at ${at}`);
      }
      const bytes = patterned(36_864, 9);
      await writeAt(process, handle, 512 * 100, bytes);
      const flushed = await native.NtFlushBuffersFile(process, { handle });
      assert.equal(statusName(flushed.status), 'STATUS_SUCCESS');
      expected.set(bytes, 512 * 100);
      assertSame(image, expected, 'the medium');
    }));

  test('a driver that throws dies alone, and can be loaded again', () => {
    let lives = 0;
    const hostile = driverImage((driver) => {
      if (lives++ > 0) return Status.STATUS_SUCCESS;
      throw new Error(`${driver.name} has a bug`);
    });
    return runOnKernel(
      async (process) => {
        assert.notEqual(await load(process, 'null'), 'STATUS_SUCCESS');
        assert.equal(await load(process, 'serial'), 'STATUS_SUCCESS');
        assert.equal(await load(process, 'null'), 'STATUS_SUCCESS');
      },
      {},
      { 'null.sys': hostile },
    );
  });
});
