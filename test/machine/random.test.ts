/** Any port traffic at all: nothing throws, nothing hangs, and memory stays within DMA's leave. */
import { assert } from 'chai';
import fc from 'fast-check';
import {
  createMachine,
  type FaultKind,
  type Machine,
  type MachineOptions,
} from '../../web/machine/index.ts';
import { patterned, size144 } from './floppy-driver.ts';

const floppyPorts = [0x3f2, 0x3f3, 0x3f4, 0x3f5, 0x3f7];
const dmaPorts = [...Array(16).keys(), 0x80, 0x81, 0x82, 0x83, 0x87, 0xd0, 0xd4, 0xd6, 0xda, 0xde];
const otherPorts = [0x20, 0x21, 0xa0, 0xa1, 0x4d0, 0x4d1, 0x40, 0x41, 0x42, 0x43, 0x61];
const optionalPorts = [0x3f0, 0x3f1, 0x481, 0x487];
const serialPorts = [...Array(8).keys()].map((i) => 0x3f8 + i);

const allPorts = [...floppyPorts, ...dmaPorts, ...otherPorts, ...serialPorts, ...optionalPorts];
const byte = fc.integer({ min: 0, max: 255 });

type Action = { port: number; value: number } | { read: number } | { wait: number };

const write = (ports: number[]): fc.Arbitrary<Action> =>
  fc.record({ port: fc.constantFrom(...ports), value: byte });
const read: fc.Arbitrary<Action> = fc.record({ read: fc.constantFrom(...allPorts) });
const wait: fc.Arbitrary<Action> = fc.record({ wait: fc.integer({ min: 0, max: 300 }) });
/** A whole command, so that executions are reached and not only parameter bytes. */
const readCommand = fc.tuple(byte, byte, byte).map(([opcode, hd, r]): Action[] =>
  [(opcode & 0xc0) | 0x06, hd & 5, 0, (hd >> 2) & 1, r % 20, 2, 18, 0x1b, 0xff].map((value) => {
    return { port: 0x3f5, value };
  }),
);

function run(machine: Machine, actions: readonly Action[]): void {
  for (const action of actions) {
    if ('port' in action) machine.out8(action.port, action.value);
    else if ('read' in action) machine.in8(action.read);
    else machine.advance(action.wait);
  }
}

/** Any of the data commands, with parameters that often fit a disk. */
const anyCommand = fc
  .tuple(
    fc.constantFrom(0x06, 0x0c, 0x16, 0x05, 0x09, 0x02, 0x0d, 0x0a),
    byte,
    fc.array(byte, { minLength: 2, maxLength: 2 }),
  )
  .map(([code, options, bytes]): Action[] => {
    const shape = [code | (options & 0xe0), bytes[0]! & 0x85, 0, 0, bytes[1]! % 20, 2, 18, 0x1b, 3];
    return shape.map((value) => ({ port: 0x3f5, value: value & 0xff }));
  });
const kinds: FaultKind[] = [
  ...(['crc', 'weak', 'noData', 'deleted', 'badId', 'noId', 'wrongCylinder', 'door'] as const),
  ...(['trackZero', 'misstep', 'index', 'starve', 'earlyTc', 'lateTc', 'hang', 'loseIrq'] as const),
];

function ready(ram: Uint8Array, options: MachineOptions = {}): Machine {
  const machine = createMachine({ ram, ...options });
  machine.insert(0, patterned(size144));
  for (const value of [0x00, 0x1c]) machine.out8(0x3f2, value);
  machine.out8(0x3f7, 0);
  machine.advance(0);
  return machine;
}

suite('machine under random traffic', () => {
  test('never throws', () => {
    const single = fc.oneof(write(allPorts), write(floppyPorts), read, wait);
    const step = fc.oneof(
      single.map((one) => [one]),
      readCommand,
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        run(ready(new Uint8Array(0x10000)), steps.flat());
      }),
      { numRuns: 150, seed: 82077 },
    );
  });

  test('never throws and always comes to rest, in any mode, time and weather', () => {
    const single = fc.oneof(write(allPorts), write(floppyPorts), read, wait);
    const step = fc.oneof(
      single.map((one) => [one]),
      anyCommand,
      readCommand,
    );
    const options = fc.record({
      registers: fc.constantFrom('AT' as const, 'PS/2' as const, 'Model 30' as const),
      timing: fc.constantFrom('fast' as const, 'real' as const, 0.01),
      highPages: fc.boolean(),
    });
    const weather = fc.record({ seed: fc.integer(), every: fc.integer({ min: 2, max: 50 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), options, weather, (steps, how, plan) => {
        const machine = ready(new Uint8Array(0x10000), how);
        machine.fault.chance(plan.seed, { kinds, every: plan.every });
        run(machine, steps.flat());
        machine.out8(0x43, 0x30);
        machine.out8(0x3f2, 0);
        for (let events = 0; ; events++) {
          const next = machine.nextEvent();
          if (next === undefined || next > 10_000_000) break;
          assert.isBelow(events, 100_000, 'no rest');
          machine.advance(next);
        }
        assert.equal(machine.in8(0x3f4), 0);
      }),
      { numRuns: 80, seed: 104 },
    );
  });

  test('writes no memory while channel 2 is masked', () => {
    const quiet = fc.oneof(write(floppyPorts), write(serialPorts), read, wait);
    const step = fc.oneof(
      quiet.map((one) => [one]),
      readCommand,
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const ram = new Uint8Array(0x40000);
        const machine = ready(ram);
        machine.out8(0xd6, 0xc0);
        machine.out8(0xd4, 0);
        machine.out8(0x0b, 0x46);
        run(machine, steps.flat());
        assert.isTrue(ram.every((one) => one === 0));
      }),
      { numRuns: 100, seed: 8237 },
    );
  });

  test('writes only where an unmasked channel points', () => {
    let wrote = 0;
    const area = fc.record({
      page: fc.integer({ min: 0, max: 3 }),
      address: fc.integer({ min: 0, max: 0xffff }),
      count: fc.integer({ min: 0, max: 0x3fff }),
      decrement: fc.boolean(),
    });
    fc.assert(
      fc.property(area, fc.integer({ min: 1, max: 18 }), (at, r) => {
        const ram = new Uint8Array(0x40000);
        const machine = ready(ram);
        machine.out8(0xd6, 0xc0);
        machine.out8(0xd4, 0);
        machine.out8(0x0c, 0);
        machine.out8(0x0b, 0x46 | (at.decrement ? 0x20 : 0));
        for (const value of [at.address, at.address >> 8]) machine.out8(4, value);
        for (const value of [at.count, at.count >> 8]) machine.out8(5, value);
        machine.out8(0x81, at.page);
        machine.out8(0x0a, 2);
        for (const value of [0x46, 0, 0, 0, r, 2, 18, 0x1b, 0xff]) machine.out8(0x3f5, value);
        machine.advance(0);
        const allowed = new Uint8Array(0x40000);
        for (let i = 0; i <= at.count; i++) {
          const low = (at.address + (at.decrement ? -i : i)) & 0xffff;
          allowed[(at.page << 16) | low] = 1;
        }
        for (let i = 0; i < ram.length; i++) {
          if (ram[i] && !allowed[i]) assert.fail(`byte ${i.toString(16)} was written`);
          if (ram[i]) wrote++;
        }
      }),
      { numRuns: 60, seed: 46 },
    );
    assert.isAbove(wrote, 1000, 'the property saw transfers');
  });
});
