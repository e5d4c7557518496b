/** The 8254: counting on virtual time, latches, and counter 0's interrupts. */
import { assert } from 'chai';
import { createMachine, type Machine } from '../../web/machine/index.ts';

const tick = 1 / 1.193182;

function setup(): { machine: Machine; edges: () => number } {
  const machine = createMachine({ ram: new Uint8Array(0) });
  return { machine, edges: () => machine.counters()['machine.irq.0']! };
}

function load(machine: Machine, counter: number, mode: number, count: number): void {
  machine.out8(0x43, (counter << 6) | 0x30 | (mode << 1));
  machine.out8(0x40 + counter, count);
  machine.out8(0x40 + counter, count >> 8);
}

function latched(machine: Machine, counter: number): number {
  machine.out8(0x43, counter << 6);
  return machine.in8(0x40 + counter) | (machine.in8(0x40 + counter) << 8);
}

suite('machine/pit', () => {
  test('nothing happens before a count is written', () => {
    const { machine } = setup();
    assert.isUndefined(machine.nextEvent());
    machine.out8(0x43, 0x30);
    machine.out8(0x40, 1);
    assert.isUndefined(machine.nextEvent(), 'half a count is none');
  });

  test('mode 0: one edge, count + 1 ticks after the load', () => {
    const { machine, edges } = setup();
    load(machine, 0, 0, 1000);
    assert.isFalse(machine.irq(0));
    machine.advance(1000 * tick);
    assert.isFalse(machine.irq(0));
    machine.advance(2 * tick);
    assert.isTrue(machine.irq(0));
    machine.advance(1_000_000);
    assert.equal(edges(), 1);
    load(machine, 0, 0, 10);
    assert.isFalse(machine.irq(0), 'a new control word takes OUT low');
    machine.advance(100);
    assert.equal(edges(), 2);
  });

  for (const mode of [2, 3, 6, 7]) {
    test(`mode ${mode}: an edge a period, for good`, () => {
      const { machine, edges } = setup();
      load(machine, 0, mode, 11932);
      const before = edges();
      machine.advance(1_000_100);
      assert.equal(edges() - before, 100);
      machine.out8(0x43, 0x30);
      machine.advance(100_000);
      assert.equal(edges() - before, 100, 'a control word stops it');
    });
  }

  test('mode 3 with an odd count is high one tick longer than low', () => {
    const { machine } = setup();
    load(machine, 0, 3, 5);
    const levels = [];
    for (let i = 0; i < 10; i++) {
      levels.push(machine.irq(0) ? 1 : 0);
      machine.advance(tick);
    }
    assert.deepEqual(levels, [1, 1, 1, 0, 0, 1, 1, 1, 0, 0]);
  });

  test('count 0 stands for 65536', () => {
    const { machine, edges } = setup();
    load(machine, 0, 2, 0);
    const before = edges();
    machine.advance(55_000 * 18);
    assert.equal(edges() - before, 18);
  });

  test('the latch holds still while the counter runs', () => {
    const { machine } = setup();
    load(machine, 0, 2, 10000);
    machine.advance(1000 * tick);
    machine.out8(0x43, 0x00);
    machine.advance(1000 * tick);
    const held = machine.in8(0x40) | (machine.in8(0x40) << 8);
    assert.closeTo(held, 9000, 1);
    assert.closeTo(latched(machine, 0), 8000, 1);
  });

  test('read-back gives status, then count', () => {
    const { machine } = setup();
    machine.out8(0x43, 0xb0);
    machine.out8(0x43, 0xe8);
    assert.equal(machine.in8(0x42) & 0x7f, 0x70, 'no count yet: null count set');
    load(machine, 2, 2, 500);
    machine.out8(0x43, 0xc8);
    assert.equal(machine.in8(0x42), 0x80 | 0x30 | 4);
    assert.equal(machine.in8(0x42) | (machine.in8(0x42) << 8), 500);
  });

  /** Counter 2's gate is bit 0 of port 61. */
  const gate = (machine: Machine, level: number) => machine.out8(0x61, level);
  const out2 = (machine: Machine) => (machine.in8(0x61) & 0x20) !== 0;

  /** 8254, "Gate Pin Operations Summary": low disables counting, high enables it. */
  test('modes 0 and 4: a low gate holds the count', () => {
    for (const mode of [0, 4]) {
      const { machine } = setup();
      gate(machine, 1);
      load(machine, 2, mode, 1000);
      machine.advance(400 * tick);
      gate(machine, 0);
      machine.advance(5000 * tick);
      assert.closeTo(latched(machine, 2), 600, 1);
      gate(machine, 1);
      machine.advance(400 * tick);
      assert.closeTo(latched(machine, 2), 200, 1);
      assert.equal(out2(machine), mode === 4);
      machine.advance(202 * tick);
      assert.isTrue(out2(machine), 'terminal count');
    }
  });

  /** 8254, the same table: low sets OUT high at once, a rising edge initiates counting. */
  test('modes 2 and 3: a low gate stops the wave with OUT high, a rising one begins it anew', () => {
    for (const mode of [2, 3]) {
      const { machine } = setup();
      gate(machine, 1);
      load(machine, 2, mode, 100);
      machine.advance((mode === 3 ? 60 : 99) * tick);
      assert.isFalse(out2(machine));
      gate(machine, 0);
      assert.isTrue(out2(machine));
      machine.advance(60 * tick);
      assert.isTrue(out2(machine));
      gate(machine, 1);
      machine.advance(tick);
      assert.closeTo(latched(machine, 2), mode === 3 ? 98 : 99, 1);
      machine.advance(59 * tick);
      assert.equal(out2(machine), mode === 2);
    }
  });

  /** 8254, "Mode 1": OUT goes low with the trigger, high when the count is over; retriggerable. */
  test('mode 1: a rising gate makes one low pulse, another one makes it longer', () => {
    const { machine } = setup();
    load(machine, 2, 1, 100);
    machine.advance(500 * tick);
    assert.isTrue(out2(machine), 'armed');
    gate(machine, 1);
    machine.advance(60 * tick);
    assert.isFalse(out2(machine));
    gate(machine, 0);
    gate(machine, 1);
    machine.advance(60 * tick);
    assert.isFalse(out2(machine), 'triggered again');
    machine.advance(45 * tick);
    assert.isTrue(out2(machine));
  });

  test('single-byte access', () => {
    const { machine } = setup();
    machine.out8(0x43, 0x94);
    machine.out8(0x42, 0x55);
    machine.out8(0x43, 0x80);
    assert.equal(machine.in8(0x42), 0x55);
    assert.equal(machine.in8(0x42), 0x55);
  });

  test('port 61: four bits read back, the refresh bit toggles, bit 5 is OUT2', () => {
    const { machine } = setup();
    machine.out8(0x61, 0xff);
    assert.equal(machine.in8(0x61) & 0x0f, 0x0f);
    const refresh = machine.in8(0x61) & 0x10;
    machine.advance(15);
    assert.notEqual(machine.in8(0x61) & 0x10, refresh);
    load(machine, 2, 0, 100);
    assert.equal(machine.in8(0x61) & 0x20, 0);
    machine.advance(102 * tick);
    assert.equal(machine.in8(0x61) & 0x20, 0x20);
  });
});
