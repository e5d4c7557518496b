/** The serial driver on the emulated 16550. */
import { assert } from 'chai';
import { serialDriverEntry } from '../../drivers/base/serial/index.ts';
import {
  IRP_MJ_CLEANUP,
  IRP_MJ_CREATE,
  IRP_MJ_DEVICE_CONTROL,
  IRP_MJ_READ,
  IRP_MJ_WRITE,
} from '../../personality/rtl/irp.ts';
import { IOCTL_SERIAL_GET_COMMSTATUS } from '../../personality/rtl/nt.ts';
import { PowerDeviceD0, PowerDeviceD3 } from '../../personality/rtl/pnp.ts';
import { decodeCommStatus } from '../../personality/rtl/serial.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import { createMachine, type Machine } from '../../web/machine/index.ts';
import { FakeExecutive } from '../support/fake-executive.ts';

const SERIAL = '\\Device\\Serial0';
const IRQ = 4;
const MODEM_CONTROL = 0x3fc;
const bytesOf = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array | number[]) => new TextDecoder().decode(Uint8Array.from(bytes));

suite('serial driver', () => {
  let machine: Machine;
  let executive: FakeExecutive;
  let sent: number[];

  async function start(timing: 'fast' | 'real' = 'fast'): Promise<void> {
    machine = createMachine({ ram: new Uint8Array(1 << 20), timing });
    sent = [];
    machine.onSerialOutput = (byte) => sent.push(byte);
    const options = { machine, image: 'serial.sys', interrupts: [4] };
    executive = new FakeExecutive({ ...options, ports: [[0x3f8, 8]] });
    assert.equal(await executive.start(serialDriverEntry), 0);
  }

  const request: FakeExecutive['request'] = (...asked) => executive.request(...asked);
  const read = (length: number, file = 0) =>
    executive.request<'read'>(SERIAL, IRP_MJ_READ, { offset: 0, length }, { file });
  const write = (data: Uint8Array) =>
    executive.request<'write'>(SERIAL, IRP_MJ_WRITE, { offset: 0, length: data.length, data });

  async function type(text: string): Promise<void> {
    machine.serialInput(bytesOf(text));
    await executive.advance(10_000);
  }

  setup(() => start());

  for (const timing of ['fast', 'real'] as const)
    test(`writes everything in order, ${timing}`, async () => {
      await start(timing);
      let expected = '';
      for (const length of [1, 15, 16, 17, 100, 3000]) {
        const text = Array.from({ length }, (_, i) => String.fromCharCode(97 + (i % 26))).join('');
        expected += text;
        const { status, information } = await write(bytesOf(text));
        assert.deepEqual([statusName(status), information], ['STATUS_SUCCESS', length]);
      }
      await executive.advance(10_000);
      assert.equal(textOf(sent), expected);
    });

  test('writes at once do not mix', async () => {
    const texts = ['a', 'b', 'c'].map((letter) => letter.repeat(50));
    await Promise.all(texts.map((text) => write(bytesOf(text))));
    await executive.advance(1000);
    assert.equal(textOf(sent), texts.join(''));
  });

  test('a read takes what is there', async () => {
    await type('hello');
    const first = await read(3);
    assert.equal(textOf(first.result.data!), 'hel');
    const second = await read(100);
    assert.equal(textOf(second.result.data!), 'lo');
    assert.equal(second.information, 2);
  });

  test('a read that finds nothing waits for one byte', async () => {
    const pending = read(100);
    await executive.advance(1_000_000);
    assert.equal(executive.pending, 1);
    await type('x');
    const { status, result } = await pending;
    assert.equal(statusName(status), 'STATUS_SUCCESS');
    assert.equal(textOf(result.data!), 'x');
  });

  test('waiting reads are served in order', async () => {
    const pending = [read(2), read(2), read(2)];
    await type('abcde');
    const done = await Promise.all(pending);
    assert.deepEqual(
      done.map(({ result }) => textOf(result.data!)),
      ['ab', 'cd', 'e'],
    );
  });

  test('no time passes for a read without length', async () => {
    const { status, information } = await read(0);
    assert.deepEqual([status, information], [0, 0]);
  });

  test('more than the ring holds is not lost', async () => {
    const text = Array.from({ length: 10_000 }, (_, i) => String.fromCharCode(33 + (i % 90)));
    await type(text.join(''));
    let got = '';
    while (got.length < text.length) {
      const { result } = await read(1000);
      got += textOf(result.data!);
      await executive.advance(1000);
    }
    assert.equal(got, text.join(''));
  });

  test('its requestor and the last close (IoCancelFileIrps) cancel a waiting read', async () => {
    const create = { path: '', access: 3, attributes: 0, share: 7, disposition: 1, options: 0 };
    const parameters = { ...create, related: 0, allocation: 0 };
    await executive.request<'create'>(SERIAL, IRP_MJ_CREATE, parameters, { file: 5 });
    const others = read(10, 6);
    const ends = [
      () => executive.cancelLast(),
      () => executive.request<'cleanup'>(SERIAL, IRP_MJ_CLEANUP, {}, { file: 5 }),
    ];
    for (const end of ends) {
      const pending = read(10, 5);
      await executive.advance(1000);
      await end();
      assert.equal(statusName((await pending).status), 'STATUS_CANCELLED');
    }
    assert.equal(executive.pending, 1, 'another file keeps its read');
    await type('z');
    assert.equal(textOf((await others).result.data!), 'z');
  });

  test('how much was received can be asked without waiting', async () => {
    const ask = (outputLength: number, code = IOCTL_SERIAL_GET_COMMSTATUS) =>
      executive.request<'device_control'>(SERIAL, IRP_MJ_DEVICE_CONTROL, {
        code,
        input: new Uint8Array(),
        outputLength,
      });
    const waiting = async () => decodeCommStatus((await ask(20)).result.output!).inQueue;
    assert.equal(await waiting(), 0);
    machine.fault.loseIrq(IRQ, 1);
    await type('hello');
    assert.equal(await waiting(), 5, 'also where an interrupt was lost');
    await read(3);
    assert.equal(await waiting(), 2);
    assert.equal(statusName((await ask(19)).status), 'STATUS_BUFFER_TOO_SMALL');
    assert.equal(statusName((await ask(20, 1)).status), 'STATUS_INVALID_DEVICE_REQUEST');
  });

  test('a port that sleeps wakes for a write, and sleeps again', async () => {
    assert.equal(await executive.stack.power(request, PowerDeviceD3), 0);
    const before = executive.time;
    assert.equal((await write(bytesOf('z'.repeat(64)))).status, 0);
    assert.equal(executive.time, before, 'nothing was waited for');
    await executive.advance(1000);
    assert.equal(textOf(sent), 'z'.repeat(64));
    assert.equal(machine.in8(MODEM_CONTROL), 0);
    assert.equal(await executive.stack.power(request, PowerDeviceD0), 0);
    assert.notEqual(machine.in8(MODEM_CONTROL), 0);
  });

  test('a lost transmit interrupt delays a write, and no more', async () => {
    machine.fault.loseIrq(IRQ, 1);
    const { status } = await write(bytesOf('y'.repeat(64)));
    assert.equal(statusName(status), 'STATUS_SUCCESS');
    await executive.advance(1000);
    assert.equal(textOf(sent), 'y'.repeat(64));
  });

  test('a lost receive interrupt is made good by the next request', async () => {
    machine.fault.loseIrq(IRQ, 1);
    await type('lost');
    const first = read(10);
    assert.equal(textOf((await first).result.data!), 'lost');
    const pending = read(10);
    await executive.advance(1000);
    machine.fault.loseIrq(IRQ, 100);
    await type('again');
    machine.fault.clear();
    assert.equal(executive.pending, 1);
    await write(bytesOf('.'));
    assert.equal(textOf((await pending).result.data!), 'again');
  });

  test('a dead transmitter fails the write in bounded time', async () => {
    const { in8 } = machine;
    machine.in8 = (port) => in8.call(machine, port) & (port === 0x3fd ? 0x9f : 0xff);
    const { status, information } = await write(bytesOf('y'.repeat(64)));
    assert.equal(statusName(status), 'STATUS_IO_TIMEOUT');
    assert.equal(information, 0);
    assert.isBelow(executive.time, 20_000_000);
    machine.in8 = in8;
    assert.equal((await write(bytesOf('again'))).status, 0);
  });

  test('no chip, no driver', async () => {
    const absent = createMachine({ ram: new Uint8Array(1 << 20) });
    absent.in8 = () => 0xff;
    const options = { machine: absent, interrupts: [4] };
    const none = new FakeExecutive({ ...options, ports: [[0x3f8, 8]] });
    assert.equal(statusName(await none.start(serialDriverEntry)), 'STATUS_NO_SUCH_DEVICE');
  });

  test('without hardware of its own it does not start', async () => {
    const other = new FakeExecutive({ machine: createMachine({ ram: new Uint8Array(1 << 20) }) });
    assert.equal(
      statusName(await other.start(serialDriverEntry)),
      'STATUS_DEVICE_CONFIGURATION_ERROR',
    );
  });
});
