/** The 8237s: registers by the table, and what a device can move through them. */
import { assert } from 'chai';
import { Bus } from '../../web/machine/bus.ts';
import { Counters } from '../../web/machine/counters.ts';
import { IsaDma } from '../../web/machine/isa-dma.ts';
import { createMachine } from '../../web/machine/index.ts';
import { patterned } from './floppy-driver.ts';

function setup(ramBytes = 1 << 20) {
  const bus = new Bus();
  const ram = new Uint8Array(ramBytes);
  const dma = new IsaDma(bus, ram, new Counters());
  return { bus, ram, dma };
}

function openCascade(bus: Bus): void {
  bus.out8(0xd6, 0xc0);
  bus.out8(0xd4, 0x00);
}

interface Program {
  channel?: number;
  mode: number;
  address: number;
  page: number;
  count: number;
}

const pagePort = [0x87, 0x83, 0x81, 0x82, 0x8f, 0x8b, 0x89, 0x8a];

/** Unmasks the channel as its last act; `mode` without the channel bits, `count` less one. */
function program(bus: Bus, { channel = 2, mode, address, page, count }: Program): void {
  const wide = channel >= 4;
  const at = (register: number) => (wide ? 0xc0 + register * 2 : register);
  const low = channel & 3;
  bus.out8(at(10), 4 | low);
  bus.out8(at(12), 0);
  bus.out8(at(11), mode | low);
  for (const value of [address, address >> 8]) bus.out8(at(low * 2), value);
  bus.out8(pagePort[channel]!, page);
  for (const value of [count, count >> 8]) bus.out8(at(low * 2 + 1), value);
  bus.out8(at(10), low);
}

function word(bus: Bus, port: number, clear = 0x0c): number {
  bus.out8(clear, 0);
  return bus.in8(port) | (bus.in8(port) << 8);
}

suite('machine/dma registers', () => {
  test('after power-on all eight channels are masked', () => {
    const machine = createMachine({ ram: new Uint8Array(0) });
    assert.equal(machine.in8(0x0f), 0x0f);
    assert.equal(machine.in8(0xde), 0x0f);
  });

  test('one flip-flop a controller, shared by its channels', () => {
    const { bus } = setup();
    bus.out8(0x0c, 0);
    bus.out8(0x00, 0x34);
    bus.out8(0x02, 0x12);
    bus.out8(0x00, 0x78);
    bus.out8(0x02, 0x56);
    assert.equal(word(bus, 0x00), 0x0078);
    assert.equal(word(bus, 0x02), 0x5600);
    bus.out8(0xd8, 0);
    bus.out8(0xc4, 0xcd);
    bus.out8(0x0c, 0);
    bus.out8(0xc4, 0xab);
    assert.equal(word(bus, 0xc4, 0xd8), 0xabcd, 'clearing the other one does nothing here');
  });

  test('masks: single, all, clear, master clear', () => {
    const { bus } = setup();
    bus.out8(0x0e, 0);
    assert.equal(bus.in8(0x0f), 0);
    bus.out8(0x0a, 6);
    assert.equal(bus.in8(0x0f), 4);
    bus.out8(0x0f, 0x0b);
    assert.equal(bus.in8(0x0f), 0x0b);
    bus.out8(0x0a, 1);
    assert.equal(bus.in8(0x0f), 0x09);
    bus.out8(0x0d, 0);
    assert.equal(bus.in8(0x0f), 0x0f);
  });

  test('a software request shows in the status, until master clear', () => {
    const { bus } = setup();
    bus.out8(0x09, 0x05);
    assert.equal(bus.in8(0x08), 0x20);
    assert.equal(bus.in8(0x08), 0x20);
    bus.out8(0x0d, 0);
    assert.equal(bus.in8(0x08), 0);
  });

  test('page ports 80-8F keep what is written', () => {
    const { bus } = setup();
    for (let port = 0x80; port <= 0x8f; port++) bus.out8(port, port ^ 0xff);
    for (let port = 0x80; port <= 0x8f; port++) assert.equal(bus.in8(port), port ^ 0xff);
  });
});

suite('machine/dma transfers', () => {
  const data = patterned(64);

  test('to memory, with address and count running, TC and auto-mask', () => {
    const { bus, ram, dma } = setup();
    openCascade(bus);
    program(bus, { mode: 0x44, address: 0x2345, page: 3, count: 63 });
    assert.deepEqual(dma.transfer(2, data.subarray(0, 40), 'toMemory'), { moved: 40, tc: false });
    assert.equal(word(bus, 0x04), 0x2345 + 40);
    assert.equal(word(bus, 0x05), 23);
    assert.equal(bus.in8(0x08), 0);
    assert.deepEqual(dma.transfer(2, data.subarray(40), 'toMemory'), { moved: 24, tc: true });
    assert.deepEqual(ram.slice(0x32345, 0x32385), data);
    assert.equal(word(bus, 0x05), 0xffff);
    assert.equal(bus.in8(0x0f), 0x0f, 'masked by terminal count');
    assert.equal(bus.in8(0x08), 0x04);
    assert.equal(bus.in8(0x08), 0, 'cleared by the read');
    assert.deepEqual(dma.transfer(2, data, 'toMemory'), { moved: 0, tc: false });
  });

  test('TC ends a burst early', () => {
    const { bus, ram, dma } = setup();
    openCascade(bus);
    program(bus, { mode: 0x44, address: 0, page: 1, count: 9 });
    assert.deepEqual(dma.transfer(2, data, 'toMemory'), { moved: 10, tc: true });
    assert.deepEqual(ram.slice(0x10000, 0x1000a), data.slice(0, 10));
    assert.equal(ram[0x1000a], 0);
  });

  test('from memory', () => {
    const { bus, ram, dma } = setup();
    openCascade(bus);
    ram.set(data, 0x8000);
    program(bus, { mode: 0x48, address: 0x8000, page: 0, count: 63 });
    const buffer = new Uint8Array(64);
    assert.deepEqual(dma.transfer(2, buffer, 'fromMemory'), { moved: 64, tc: true });
    assert.deepEqual(buffer, data);
  });

  test('auto-init reloads and does not mask', () => {
    const { bus, ram, dma } = setup();
    openCascade(bus);
    program(bus, { mode: 0x54, address: 0x100, page: 0, count: 15 });
    for (let i = 0; i < 3; i++) {
      const part = data.subarray(i * 16, i * 16 + 16);
      assert.deepEqual(dma.transfer(2, part, 'toMemory'), { moved: 16, tc: true });
      assert.deepEqual(ram.slice(0x100, 0x110), part.slice());
    }
    assert.equal(bus.in8(0x0f) & 4, 0);
    assert.equal(word(bus, 0x04), 0x100);
    assert.equal(word(bus, 0x05), 15);
  });

  test('decrement runs down', () => {
    const { bus, ram, dma } = setup();
    openCascade(bus);
    program(bus, { mode: 0x64, address: 0x103, page: 0, count: 3 });
    dma.transfer(2, data.subarray(0, 4), 'toMemory');
    assert.deepEqual(ram.slice(0x100, 0x104), data.slice(0, 4).reverse());
  });

  test('wraps inside 64 KiB and never carries into the page', () => {
    const { bus, ram, dma } = setup();
    openCascade(bus);
    program(bus, { mode: 0x44, address: 0xfff0, page: 2, count: 31 });
    dma.transfer(2, data.subarray(0, 32), 'toMemory');
    assert.deepEqual(ram.slice(0x2fff0, 0x30000), data.slice(0, 16));
    assert.deepEqual(ram.slice(0x20000, 0x20010), data.slice(16, 32));
    assert.deepEqual(ram.slice(0x30000, 0x30010), new Uint8Array(16));
  });

  test('16-bit channels count words, ignore page bit 0, wrap inside 128 KiB', () => {
    const { bus, ram, dma } = setup();
    openCascade(bus);
    program(bus, { channel: 5, mode: 0x44, address: 0xfffc, page: 3, count: 7 });
    assert.deepEqual(dma.transfer(5, data.subarray(0, 16), 'toMemory'), { moved: 16, tc: true });
    assert.deepEqual(ram.slice(0x3fff8, 0x40000), data.slice(0, 8));
    assert.deepEqual(ram.slice(0x20000, 0x20008), data.slice(8, 16));
  });

  test('verify runs addresses and TC, and leaves memory alone', () => {
    for (const mode of [0x40, 0x4c]) {
      const { bus, ram, dma } = setup();
      openCascade(bus);
      program(bus, { mode, address: 0, page: 0, count: 63 });
      assert.deepEqual(dma.transfer(2, data, 'toMemory'), { moved: 64, tc: true });
      assert.isTrue(ram.every((byte) => byte === 0));
      assert.equal(word(bus, 0x04), 64);
    }
  });

  test('a verify transfer feeds a device with the floating bus, as far as it goes', () => {
    const { bus, dma } = setup();
    openCascade(bus);
    program(bus, { mode: 0x40, address: 0, page: 0, count: 3 });
    const buffer = new Uint8Array(6);
    assert.deepEqual(dma.transfer(2, buffer, 'fromMemory'), { moved: 4, tc: true });
    assert.deepEqual([...buffer], [0xff, 0xff, 0xff, 0xff, 0, 0]);
  });

  const dead: [string, (bus: Bus) => void][] = [
    ['the channel is masked', (bus) => bus.out8(0x0a, 6)],
    ['its controller is off', (bus) => bus.out8(0x08, 4)],
    ['the other controller is off', (bus) => bus.out8(0xd0, 4)],
    ['channel 4 is masked', (bus) => bus.out8(0xd4, 4)],
    ['channel 4 is not in cascade mode', (bus) => bus.out8(0xd6, 0x40)],
    ['it is programmed the other way', (bus) => bus.out8(0x0b, 0x4a)],
    ['it is in cascade mode itself', (bus) => bus.out8(0x0b, 0xc6)],
  ];
  for (const [why, spoil] of dead) {
    test(`nothing moves when ${why}`, () => {
      const { bus, ram, dma } = setup();
      openCascade(bus);
      program(bus, { mode: 0x44, address: 0, page: 0, count: 63 });
      spoil(bus);
      assert.deepEqual(dma.transfer(2, data, 'toMemory'), { moved: 0, tc: false });
      assert.isTrue(ram.every((byte) => byte === 0));
      assert.equal(word(bus, 0x05), 63);
    });
  }

  test('beyond the end of memory: writes drop, reads float', () => {
    const { bus, dma } = setup(0x10010);
    openCascade(bus);
    program(bus, { mode: 0x44, address: 0, page: 1, count: 63 });
    assert.equal(dma.transfer(2, data, 'toMemory').moved, 64);
    program(bus, { mode: 0x48, address: 0, page: 1, count: 63 });
    const buffer = new Uint8Array(64);
    dma.transfer(2, buffer, 'fromMemory');
    assert.deepEqual(buffer.slice(0, 16), data.slice(0, 16));
    assert.isTrue(buffer.subarray(16).every((byte) => byte === 0xff));
  });
});
