/** The 8259A pair: initialization, latching, priorities, end of interrupt, polling. */
import { assert } from 'chai';
import { Bus } from '../../web/machine/bus.ts';
import { Counters } from '../../web/machine/counters.ts';
import { InterruptLines } from '../../web/machine/lines.ts';
import { PicPair } from '../../web/machine/pic.ts';

function setup(icw1 = 0x11, icw4 = 0x01) {
  const bus = new Bus();
  const lines = new InterruptLines(new Counters());
  const pics = new PicPair(bus, lines);
  for (const value of [0x20, 0x28]) {
    const port = value === 0x20 ? 0x20 : 0xa0;
    bus.out8(port, icw1);
    bus.out8(port + 1, value);
    bus.out8(port + 1, port === 0x20 ? 0x04 : 0x02);
    if (icw1 & 1) bus.out8(port + 1, icw4);
  }
  return { bus, lines, pics };
}

function request(bus: Bus, port: number): number {
  bus.out8(port, 0x0a);
  return bus.in8(port);
}

function inService(bus: Bus, port: number): number {
  bus.out8(port, 0x0b);
  return bus.in8(port);
}

suite('machine/pic', () => {
  test('the mask reads back, and holds requests back', () => {
    const { bus, lines, pics } = setup();
    bus.out8(0x21, 0x40);
    assert.equal(bus.in8(0x21), 0x40);
    lines.set(6, true);
    assert.equal(request(bus, 0x20), 0x40);
    assert.isFalse(pics.interrupt);
    bus.out8(0x21, 0);
    assert.isTrue(pics.interrupt);
    assert.equal(pics.acknowledge(), 0x26);
    assert.equal(inService(bus, 0x20), 0x40);
    assert.equal(request(bus, 0x20), 0);
  });

  test('an edge is taken once; EOI does not bring it back, a new edge does', () => {
    const { bus, lines, pics } = setup();
    lines.set(6, true);
    pics.acknowledge();
    bus.out8(0x20, 0x20);
    assert.equal(inService(bus, 0x20), 0);
    assert.isFalse(pics.interrupt);
    lines.set(6, false);
    lines.set(6, true);
    assert.isTrue(pics.interrupt);
  });

  test('a line that falls before it is served is spurious: 7, nothing in service', () => {
    const { bus, lines, pics } = setup();
    lines.set(6, true);
    lines.set(6, false);
    assert.isFalse(pics.interrupt);
    assert.equal(pics.acknowledge(), 0x27);
    assert.equal(inService(bus, 0x20), 0);
  });

  test('0 before 4 before 6; a lower one waits for the end of a higher one', () => {
    const { bus, lines, pics } = setup();
    for (const line of [6, 4, 0]) lines.set(line, true);
    assert.equal(pics.acknowledge(), 0x20);
    assert.isFalse(pics.interrupt);
    bus.out8(0x20, 0x20);
    assert.equal(pics.acknowledge(), 0x24);
    bus.out8(0x20, 0x60 + 4);
    assert.equal(pics.acknowledge(), 0x26);
  });

  test('the slave comes through input 2, with an edge for each of its requests', () => {
    const { bus, lines, pics } = setup();
    lines.set(14, true);
    lines.set(12, true);
    assert.equal(request(bus, 0x20), 0x04);
    assert.equal(pics.acknowledge(), 0x2c);
    assert.equal(inService(bus, 0x20), 0x04);
    assert.equal(inService(bus, 0xa0), 0x10);
    bus.out8(0xa0, 0x20);
    bus.out8(0x20, 0x20);
    assert.equal(pics.acknowledge(), 0x2e);
  });

  test('automatic EOI leaves nothing in service', () => {
    const { bus, lines, pics } = setup(0x11, 0x03);
    lines.set(3, true);
    assert.equal(pics.acknowledge(), 0x23);
    assert.equal(inService(bus, 0x20), 0);
  });

  test('poll acknowledges through the port', () => {
    const { bus, lines } = setup();
    bus.out8(0x20, 0x0c);
    assert.equal(bus.in8(0x20), 0);
    lines.set(5, true);
    bus.out8(0x20, 0x0c);
    assert.equal(bus.in8(0x20), 0x85);
    assert.equal(inService(bus, 0x20), 0x20);
  });

  test('rotation puts the served one last', () => {
    const { bus, lines, pics } = setup();
    lines.set(3, true);
    pics.acknowledge();
    bus.out8(0x20, 0xa0);
    for (const line of [3, 1, 5]) {
      lines.set(line, false);
      lines.set(line, true);
    }
    assert.equal(pics.acknowledge(), 0x25);
  });

  test('special mask lets lower ones in while the masked one is in service', () => {
    const { bus, lines, pics } = setup();
    lines.set(1, true);
    pics.acknowledge();
    lines.set(6, true);
    bus.out8(0x21, 0x02);
    assert.isFalse(pics.interrupt);
    bus.out8(0x20, 0x68);
    assert.equal(pics.acknowledge(), 0x26);
    bus.out8(0x20, 0x48);
  });

  test('a level-triggered input asks again while it is high', () => {
    const { bus, lines, pics } = setup();
    bus.out8(0x4d1, 0x08);
    assert.equal(bus.in8(0x4d1), 0x08);
    lines.set(11, true);
    assert.equal(pics.acknowledge(), 0x2b);
    bus.out8(0xa0, 0x20);
    bus.out8(0x20, 0x20);
    assert.equal(pics.acknowledge(), 0x2b);
    lines.set(11, false);
    bus.out8(0xa0, 0x20);
    bus.out8(0x20, 0x20);
    assert.isFalse(pics.interrupt);
  });
});
