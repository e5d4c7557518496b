/**
 * Keyboard, speaker and the counting filter as processes of the whole system: loaded when they are
 * wanted, given up on, killed, loaded again.
 */
import { assert } from 'chai';
import { driverRegistry } from '../../drivers/registry.ts';
import {
  NtCancelIoFile,
  NtDelayExecution,
  NtDeviceIoControlFile,
  NtReadFile,
  NtWaitForSingleObject,
} from '../../personality/ntdll/native.ts';
import {
  BEEP_DEVICE,
  BEEP_WITHOUT_END,
  encodeBeep,
  IOCTL_BEEP_SET,
} from '../../personality/rtl/beep.ts';
import {
  decodeDiskPerformance,
  DISKPERF_DEVICE,
  IOCTL_DISK_PERFORMANCE,
} from '../../personality/rtl/diskperf.ts';
import * as kbd from '../../personality/rtl/keyboard.ts';
import { FILE_READ_DATA } from '../../personality/rtl/nt.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../personality/rtl/status.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import { driverImage, HalMakeBeep } from '../../personality/wdm/index.ts';
import type { KeyboardState } from '../../web/machine/types.ts';
import { act } from '../ntos/pnp-rig.ts';
import { bootClientRig, type Client, type ClientRig, pattern } from '../ntos/io-client.ts';
import { makeImage } from '../support/mtools.ts';

const CLASS = kbd.KEYBOARD_CLASS_DEVICE;
const LENGTH = 10 * kbd.KEYBOARD_INPUT_DATA_LENGTH;

/** What HalMakeBeep said to drivers of the test's own, the one without the speaker's port. */
const said: string[] = [];
const asks = driverImage(async (driver) => {
  for (const hertz of [0, 18, 1_000_000, 0xffff_ffff])
    said.push(await HalMakeBeep(driver, hertz).then(String, String));
  return Status.STATUS_SUCCESS;
});
const nothing = { ports: [], interrupts: [], dma: [] } as const;
const drivers = {
  ...driverRegistry,
  thief: { image: 'thief.sys', counterName: 'thief', ...nothing },
  loud: { image: 'loud.sys', counterName: 'loud', ...nothing, ports: [[0x61, 1]] as const },
};

suite('input drivers, on the whole system', function () {
  this.timeout(60_000);
  let rig: ClientRig;
  let keyboard: KeyboardState = { listening: false, leds: 0 };

  suiteSetup(async () => {
    const disk = await makeImage({ kib: 1440, files: { 'FILE.BIN': pattern(30_000) } });
    const images = { 'thief.sys': asks, 'loud.sys': asks };
    rig = await bootClientRig([disk], { drivers }, images);
    rig.machine.onKeyboard = (state) => (keyboard = state);
  });

  suiteTeardown(() => rig.end());

  async function until(what: string, holds: () => boolean): Promise<void> {
    for (const end = performance.now() + 15_000; !holds();) {
      if (performance.now() > end) throw new Error(`never: ${what}`);
      await new Promise((done) => setTimeout(done, 5));
    }
  }

  const kill = (name: string) =>
    rig.asExecutive(({ ps, ldr }) => {
      const process = ldr.driverProcess(name);
      assert.isDefined(process, name);
      ps.terminate(process!, Status.STATUS_CONTROL_C_EXIT);
    });

  const open = (client: Client) =>
    client.opened(CLASS, { access: FILE_READ_DATA, asynchronous: true });

  /** A read that is pending; `end` waits for it: the records, or the status's name. */
  async function readKeys({ process }: Client, handle: number) {
    const buffer = process.heap.allocate(LENGTH + 8);
    const request = { handle, address: buffer.address, length: LENGTH, offset: 0 };
    const { status } = await NtReadFile(process, { ...request, iosb: buffer.address + LENGTH });
    return {
      status: statusName(status),
      async end(): Promise<string> {
        const timeout = -100_000_000;
        const wait = await NtWaitForSingleObject(process, { handle, alertable: false, timeout });
        assert.equal(statusName(wait.status), 'STATUS_SUCCESS');
        const { memory } = buffer;
        const outcome = memory.getUint32(LENGTH);
        if (!NT_SUCCESS(outcome)) return statusName(outcome);
        const records = kbd.decodeKeys(memory.read(0, memory.getUint32(LENGTH + 4)));
        return records.map(({ makeCode, flags }) => `${makeCode.toString(16)}:${flags}`).join(' ');
      },
    };
  }

  async function oneKey(client: Client, handle: number): Promise<string> {
    const read = await readKeys(client, handle);
    rig.key('KeyA', true);
    const found = await read.end();
    rig.key('KeyA', false);
    return found;
  }

  test('the first open loads both drivers; keys come while it is open, and no longer', async () => {
    assert.notMatch(await rig.run('lsdrv'), /i8042prt|kbdclass/);
    await rig.client(async (client) => {
      const handle = await open(client);
      assert.isTrue(keyboard.listening);
      const read = await readKeys(client, handle);
      assert.equal(read.status, 'STATUS_PENDING');
      rig.key('ArrowLeft', true);
      assert.equal(await read.end(), '4b:2');
      rig.key('ArrowLeft', false);
      assert.equal(await (await readKeys(client, handle)).end(), '4b:3');
      await client.close(handle);
    });
    await until('silence', () => !keyboard.listening);
    assert.match(await rig.run('lsdrv'), /kbdclass[^]*i8042prt/, 'in the order of their loading');
  });

  test('a pending read is given up by its requestor, and by the last handle', () =>
    rig.client(async (client) => {
      const handle = await open(client);
      const read = await readKeys(client, handle);
      await NtCancelIoFile(client.process, { handle });
      assert.equal(await read.end(), 'STATUS_CANCELLED');
      await readKeys(client, handle);
      assert.equal(await client.close(handle), 'STATUS_SUCCESS');
    }));

  test('two may have it open; each key goes to one; a small buffer is refused', () =>
    rig.client(async (client) => {
      const [first, second] = [await open(client), await open(client)];
      const reads = [await readKeys(client, first), await readKeys(client, second)];
      rig.key('KeyA', true);
      assert.equal(await reads[0]!.end(), '1e:0');
      rig.key('KeyA', false);
      assert.equal(await reads[1]!.end(), '1e:1');
      await client.close(first);
      assert.isTrue(keyboard.listening, 'somebody still listens');
      await client.close(second);
      const handle = await client.opened(CLASS, { access: FILE_READ_DATA });
      assert.equal((await client.read(handle, 0, 11)).status, 'STATUS_BUFFER_TOO_SMALL');
      await client.close(handle);
    }));

  test('controls go down to the port', () =>
    rig.client(async (client) => {
      const handle = await client.opened(CLASS);
      const control = (code: number, input: Uint8Array, outputLength = 0) =>
        NtDeviceIoControlFile(client.process, { handle, code, input, outputLength });
      const leds = kbd.encodeIndicators(kbd.KEYBOARD_NUM_LOCK_ON);
      const set = await control(kbd.IOCTL_KEYBOARD_SET_INDICATORS, leds);
      assert.equal(statusName(set.status), 'STATUS_SUCCESS');
      assert.equal(keyboard.leds, 2);
      const { output } = await control(kbd.IOCTL_KEYBOARD_QUERY_INDICATORS, new Uint8Array(), 4);
      assert.equal(kbd.decodeIndicators(output), 2);
      const internal = await control(kbd.IOCTL_INTERNAL_KEYBOARD_DISABLE, new Uint8Array());
      assert.equal(statusName(internal.status), 'STATUS_INVALID_DEVICE_REQUEST');
      rig.machine.fault.muteKeyboard(true);
      const late = await control(kbd.IOCTL_KEYBOARD_SET_INDICATORS, leds);
      assert.equal(statusName(late.status), 'STATUS_IO_TIMEOUT');
      rig.machine.fault.clear();
      await client.close(handle);
    }));

  for (const victim of ['i8042prt', 'kbdclass'])
    test(`${victim} dies: who waits gets a status, and the next open finds a keyboard`, () =>
      rig.client(async (client) => {
        const handle = await open(client);
        const read = await readKeys(client, handle);
        void kill(victim);
        assert.equal(await read.end(), 'STATUS_DRIVER_PROCESS_TERMINATED');
        await client.close(handle);
        const again = await open(client);
        assert.equal(await oneKey(client, again), '1e:0');
        await client.close(again);
      }));

  test('keys shows them', async () => {
    const shown = rig.run('keys 1');
    await until('somebody listens', () => keyboard.listening);
    rig.key('KeyQ', true);
    rig.key('KeyQ', false);
    rig.key('Escape', true);
    assert.equal(await shown, 'make  10\nbreak 10\nmake  01\n');
    rig.key('Escape', false);
    assert.match((await rig.exec('keys 0')).output, /no number from 1/);
  });

  /** `body` runs while a program has the device open, after `begin`. */
  async function whileOpen(
    name: string,
    body: () => Promise<void>,
    begin: (client: Client, handle: number) => Promise<void> = () => Promise.resolve(),
  ): Promise<void> {
    let [opened, enough] = [false, false];
    const user = rig.client(async (client) => {
      const handle = await client.opened(name, { access: FILE_READ_DATA });
      await begin(client, handle);
      opened = true;
      while (!enough)
        await NtDelayExecution(client.process, { alertable: false, interval: -10_000 });
      await client.close(handle);
    });
    await until(`${name} is open`, () => opened);
    await body();
    enough = true;
    await user;
  }

  test('keyboard and class device stop, start, sleep and go like any device', async () => {
    const [port, own] = ['ROOT\\PNP0303\\0', 'ROOT\\KBDCLASS\\0'];
    const key = () =>
      rig.client(async (client) => {
        const handle = await open(client);
        assert.equal(await oneKey(client, handle), '1e:0');
        await client.close(handle);
      });
    await whileOpen(CLASS, async () => {
      assert.equal(await act(rig, port, 'stop'), 'STATUS_DEVICE_BUSY', 'somebody listens');
      assert.equal(await act(rig, port, 'remove'), 'STATUS_DEVICE_BUSY');
      for (const each of [own, port])
        assert.equal(await act(rig, each, 'powerOff'), 'STATUS_SUCCESS');
      assert.isFalse(keyboard.listening, 'it sleeps');
      for (const each of [port, own])
        assert.equal(await act(rig, each, 'powerOn'), 'STATUS_SUCCESS');
      assert.isTrue(keyboard.listening);
    });
    await until('silence', () => !keyboard.listening);
    assert.equal(await act(rig, port, 'stop'), 'STATUS_SUCCESS');
    const stopped = await rig.client((client) => client.open(CLASS, { access: FILE_READ_DATA }));
    assert.equal(stopped.status, 'STATUS_DEVICE_NOT_READY');
    assert.equal(await act(rig, port, 'start'), 'STATUS_SUCCESS');
    await key();
    assert.equal(await act(rig, port, 'remove'), 'STATUS_SUCCESS');
    assert.equal(await act(rig, port, 'start'), 'STATUS_SUCCESS');
    await key();
  });

  test('a speaker without power, or stopped, is silent', async () => {
    const beep = 'ROOT\\PNP0800\\0';
    const input = encodeBeep({ frequency: 900, duration: BEEP_WITHOUT_END });
    const sound = async ({ process }: Client, handle: number) => {
      const request = { handle, code: IOCTL_BEEP_SET, input, outputLength: 0 };
      return statusName((await NtDeviceIoControlFile(process, request)).status);
    };
    const hertz = () => Math.round(rig.tones.at(-1)?.hertz ?? 0);
    for (const [off, on] of [
      ['powerOff', 'powerOn'],
      ['stop', 'start'],
    ] as const) {
      const silence = async () => {
        await until('a tone', () => hertz() === 900);
        assert.equal(await act(rig, beep, off), 'STATUS_SUCCESS');
        await until('silence', () => hertz() === 0);
      };
      await whileOpen(BEEP_DEVICE, silence, async (client, handle) => {
        assert.equal(await sound(client, handle), 'STATUS_SUCCESS');
      });
      const again = await rig.client(async (client) => {
        const handle = await client.opened(BEEP_DEVICE);
        const status = await sound(client, handle);
        await client.close(handle);
        return status;
      });
      assert.equal(again, off === 'stop' ? 'STATUS_DEVICE_NOT_READY' : 'STATUS_SUCCESS');
      assert.equal(await act(rig, beep, on), 'STATUS_SUCCESS');
    }
  });

  test('a beep that dies is silent, and the next one is heard', async () => {
    const sounding = rig.exec('beep 600 1500');
    await until('a tone', () => rig.tones.at(-1)?.hertz === 1_193_182 / 1989);
    await kill('beep');
    await until('silence', () => rig.tones.at(-1)?.hertz === 0);
    await sounding;
    const before = rig.tones.length;
    await rig.run('beep 700 20');
    await until('silence again', () => rig.tones.slice(before).at(-1)?.hertz === 0);
    assert.equal(Math.round(rig.tones[before]!.hertz), 700);
  });

  test('the speaker is for who was given it, and makes no sound that it cannot', async () => {
    await rig.run('loaddrv thief');
    assert.lengthOf(said, 4);
    for (const each of said.splice(0)) assert.match(each, /STATUS_ACCESS_DENIED/);
    // The port is one driver's at a time.
    await rig.run('unloaddrv beep');
    await rig.run('loaddrv loud');
    assert.deepEqual(said, ['true', 'false', 'false', 'false']);
  });

  test('the filter counts what passes, dies, and counts again', async () => {
    const performance = () =>
      rig.client(async (client) => {
        const handle = await client.opened('\\Device\\Floppy0');
        const request = { handle, code: IOCTL_DISK_PERFORMANCE, input: new Uint8Array() };
        const ask = (outputLength: number) =>
          NtDeviceIoControlFile(client.process, { ...request, outputLength });
        const short = statusName((await ask(87)).status);
        const { status, output } = await ask(88);
        await client.close(handle);
        return { short, status: statusName(status), output };
      });
    assert.equal((await performance()).status, 'STATUS_INVALID_DEVICE_REQUEST', 'not loaded');
    await rig.run('loaddrv diskperf');
    await rig.run('copy A:\\FILE.BIN A:\\COPY.BIN');
    await rig.run('sync');
    const first = await performance();
    assert.equal(first.short, 'STATUS_BUFFER_TOO_SMALL');
    const counted = decodeDiskPerformance(first.output);
    // The first of it came with the cylinder that the mount read, before there was a filter.
    assert.isAtLeast(counted.bytesRead, 20_000);
    assert.isAtLeast(counted.bytesWritten, 30_000);
    assert.isAbove(counted.readCount, 0);
    assert.equal(counted.queueDepth, 0);
    assert.equal(counted.bytesRead % 512, 0);
    await kill('diskperf');
    assert.deepEqual(await rig.ask({ op: 'readFile', path: 'A:\\COPY.BIN' }), pattern(30_000));
    await rig.run('vol A:');
    const again = decodeDiskPerformance((await performance()).output);
    assert.isBelow(again.bytesWritten, counted.bytesWritten, 'it has begun anew');
    // The drive's driver dies, twice: whoever finds the drive again finds the filter above it.
    for (let times = 0; times < 2; times++) {
      await kill('fdc');
      assert.deepEqual(await rig.ask({ op: 'readFile', path: 'A:\\COPY.BIN' }), pattern(30_000));
      const { status, output } = await performance();
      assert.equal(status, 'STATUS_SUCCESS', `restart ${times}`);
      assert.isAbove(decodeDiskPerformance(output).readCount, 0);
    }
    await rig.run('unloaddrv diskperf');
    assert.equal((await performance()).status, 'STATUS_INVALID_DEVICE_REQUEST');
    // Its control device has it loaded, and does nothing else.
    await rig.client(async (client) => {
      const handle = await client.opened(DISKPERF_DEVICE);
      const request = { handle, code: IOCTL_DISK_PERFORMANCE, input: new Uint8Array() };
      const answer = await NtDeviceIoControlFile(client.process, { ...request, outputLength: 88 });
      assert.equal(statusName(answer.status), 'STATUS_INVALID_DEVICE_REQUEST');
      await client.close(handle);
    });
    assert.equal((await performance()).status, 'STATUS_SUCCESS');
  });
});
