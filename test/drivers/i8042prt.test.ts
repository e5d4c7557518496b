/** The keyboard's port driver on the emulated 8042. */
import { assert } from 'chai';
import { i8042DriverEntry } from '../../drivers/input/i8042prt/index.ts';
import { typematicCode } from '../../drivers/input/i8042prt/ioctl.ts';
import { IRP_MJ_DEVICE_CONTROL, IRP_MJ_READ } from '../../personality/rtl/irp.ts';
import * as kbd from '../../personality/rtl/keyboard.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import { createMachine, type KeyboardState, type Machine } from '../../web/machine/index.ts';
import { FakeExecutive } from '../support/fake-executive.ts';

const IRQ = 1;
const PATIENCE = 10_000_000;

suite('i8042prt driver', () => {
  let machine: Machine;
  let executive: FakeExecutive;
  let state: KeyboardState;

  async function start(prepare: (machine: Machine) => void = () => undefined): Promise<string> {
    machine = createMachine({ ram: new Uint8Array(0) });
    state = { listening: false, leds: 0 };
    machine.onKeyboard = (news) => (state = news);
    prepare(machine);
    const ports: [number, number][] = [
      [0x60, 1],
      [0x64, 1],
    ];
    executive = new FakeExecutive({ machine, image: 'i8042prt.sys', ports, interrupts: [IRQ] });
    return statusName(await executive.start(i8042DriverEntry));
  }

  async function control(code: number, input: Uint8Array = new Uint8Array(), outputLength = 0) {
    const parameters = { code, input, outputLength };
    const { status, result } = await executive.request<'device_control'>(
      kbd.KEYBOARD_PORT_DEVICE,
      IRP_MJ_DEVICE_CONTROL,
      parameters,
    );
    return { status: statusName(status), output: result.output ?? new Uint8Array() };
  }

  const enable = async () =>
    assert.equal((await control(kbd.IOCTL_INTERNAL_KEYBOARD_ENABLE)).status, 'STATUS_SUCCESS');

  async function read(length = 120): Promise<string> {
    const parameters = { offset: 0, length };
    const done = await executive.request<'read'>(kbd.KEYBOARD_PORT_DEVICE, IRP_MJ_READ, parameters);
    if (done.status !== 0) return statusName(done.status);
    const records = kbd.decodeKeys(done.result.data!);
    return records.map(({ makeCode, flags }) => `${makeCode.toString(16)}:${flags}`).join(' ');
  }

  async function tap(...codes: string[]): Promise<void> {
    for (const code of codes)
      for (const down of [true, false]) {
        machine.key(code, down);
        await executive.advance(100);
      }
  }

  setup(async () => {
    assert.equal(await start(), 'STATUS_SUCCESS');
  });

  test('the keyboard is silent until it is wanted, and again when it is not', async () => {
    assert.isFalse(state.listening);
    await tap('KeyA');
    await enable();
    assert.isTrue(state.listening);
    await tap('KeyB');
    assert.equal(await read(), '30:0 30:1');
    await tap('KeyC');
    await control(kbd.IOCTL_INTERNAL_KEYBOARD_DISABLE);
    assert.isFalse(state.listening);
    await enable();
    await tap('KeyD');
    assert.equal(await read(), '20:0 20:1', 'what was pressed before is forgotten');
  });

  test('prefixed codes, and Pause, which has a prefix of its own', async () => {
    await enable();
    await tap('ArrowUp', 'Pause', 'ControlRight');
    assert.equal(await read(), '48:2 48:3 1d:4 45:0 1d:5 45:1 1d:2 1d:3');
  });

  test('a read waits for a key, takes whole records, and leaves the others', async () => {
    await enable();
    const pending = read(24);
    await executive.advance(30_000_000);
    assert.equal(executive.pending, 1);
    machine.key('KeyA', true);
    await executive.advance(100);
    assert.equal(await pending, '1e:0');
    await tap('KeyB', 'KeyC');
    assert.equal(await read(30), '30:0 30:1');
    assert.equal(await read(12), '2e:0');
    assert.equal(await read(11), 'STATUS_BUFFER_TOO_SMALL');
  });

  test('a waiting read can be given up', async () => {
    await enable();
    const pending = read();
    await executive.advance(1000);
    executive.cancelLast();
    assert.equal(await pending, 'STATUS_CANCELLED');
    await tap('KeyA');
    assert.equal(await read(), '1e:0 1e:1');
  });

  test('LEDs', async () => {
    const set = (leds: number) =>
      control(kbd.IOCTL_KEYBOARD_SET_INDICATORS, kbd.encodeIndicators(leds));
    assert.equal((await set(kbd.KEYBOARD_CAPS_LOCK_ON)).status, 'STATUS_SUCCESS');
    assert.equal(state.leds, 4);
    const { output } = await control(kbd.IOCTL_KEYBOARD_QUERY_INDICATORS, undefined, 4);
    assert.equal(kbd.decodeIndicators(output), 4);
    assert.equal((await set(8)).status, 'STATUS_INVALID_PARAMETER');
    assert.equal(state.leds, 4);
  });

  test('repetition', async () => {
    const asked = { rate: 30, delay: 250 };
    const set = (typematic: kbd.Typematic) =>
      control(kbd.IOCTL_KEYBOARD_SET_TYPEMATIC, kbd.encodeTypematic(typematic));
    assert.equal((await set(asked)).status, 'STATUS_SUCCESS');
    const { output } = await control(kbd.IOCTL_KEYBOARD_QUERY_TYPEMATIC, undefined, 6);
    assert.deepEqual(kbd.decodeTypematic(output), asked);
    await enable();
    machine.key('KeyA', true);
    await executive.advance(1_250_000);
    machine.key('KeyA', false);
    assert.closeTo((await read(1200)).split(' ').length, 32, 2);
    for (const bad of [
      { rate: 1, delay: 500 },
      { rate: 31, delay: 500 },
      { rate: 10, delay: 100 },
      { rate: 10, delay: 2000 },
    ])
      assert.equal((await set(bad)).status, 'STATUS_INVALID_PARAMETER');
    assert.equal(typematicCode({ rate: 11, delay: 500 }), 0x2b, 'as the keyboard is by itself');
  });

  test('what keyboard it is; and what it refuses', async () => {
    const { output } = await control(kbd.IOCTL_KEYBOARD_QUERY_ATTRIBUTES, undefined, 28);
    assert.equal(new DataView(output.slice().buffer).getUint16(8, true), 101);
    for (const [code, length] of [
      [kbd.IOCTL_KEYBOARD_QUERY_ATTRIBUTES, 27],
      [kbd.IOCTL_KEYBOARD_QUERY_INDICATORS, 3],
      [kbd.IOCTL_KEYBOARD_QUERY_TYPEMATIC, 5],
    ] as const)
      assert.equal((await control(code, undefined, length)).status, 'STATUS_BUFFER_TOO_SMALL');
    for (const code of [kbd.IOCTL_KEYBOARD_SET_INDICATORS, kbd.IOCTL_KEYBOARD_SET_TYPEMATIC])
      assert.equal((await control(code, new Uint8Array(3))).status, 'STATUS_INVALID_PARAMETER');
    assert.equal((await control(7)).status, 'STATUS_INVALID_DEVICE_REQUEST');
  });

  test('a lost interrupt is made good by the next read, or the next key', async () => {
    await enable();
    machine.fault.loseIrq(IRQ, 1);
    await tap('KeyA');
    assert.match(await read(), /^1e:0/);
    machine.fault.loseIrq(IRQ, 1);
    const { status } = await control(kbd.IOCTL_KEYBOARD_SET_INDICATORS, kbd.encodeIndicators(1));
    assert.equal(status, 'STATUS_SUCCESS', 'an acknowledgement whose interrupt was lost');
  });

  test('more keys than it has room for: an overrun is among them, and it goes on', async () => {
    await enable();
    for (let i = 0; i < 60; i++) await tap('KeyA');
    const all = (await read(1200)).split(' ');
    assert.lengthOf(all, 100);
    assert.equal(all.at(-1), 'ff:0');
    await tap('KeyB');
    assert.equal(await read(), '30:0 30:1');
  });

  test('a keyboard that never answers: no driver; one that ceases to: time-outs', async () => {
    const mute = await start((silent) => silent.fault.muteKeyboard(true));
    assert.equal(mute, 'STATUS_NO_SUCH_DEVICE');
    assert.isBelow(executive.time, PATIENCE);
    assert.equal(await start(), 'STATUS_SUCCESS');
    machine.fault.muteKeyboard(true);
    const begun = executive.time;
    const leds = kbd.encodeIndicators(1);
    const set = () => control(kbd.IOCTL_KEYBOARD_SET_INDICATORS, leds);
    assert.equal((await set()).status, 'STATUS_IO_TIMEOUT');
    assert.isBelow(executive.time - begun, PATIENCE);
    machine.fault.clear();
    assert.equal((await set()).status, 'STATUS_SUCCESS');
    assert.isUndefined(executive.crash);
  });

  test('no controller, one that takes nothing, one whose test fails', async () => {
    const broken =
      (status: number, data = 0) =>
      (own: Machine) => {
        own.in8 = (port) => (port === 0x64 ? status : data);
      };
    assert.equal(await start(broken(0xff)), 'STATUS_NO_SUCH_DEVICE');
    assert.equal(await start(broken(0x12)), 'STATUS_IO_TIMEOUT');
    assert.equal(await start(broken(0x11, 0xfc)), 'STATUS_IO_DEVICE_ERROR');
    assert.equal(await start(broken(0x10)), 'STATUS_IO_DEVICE_ERROR');
    assert.isBelow(executive.time, PATIENCE);
  });
});
