/**
 * The 8237's own requests, memory to memory, priorities, senses and high pages; and both
 * controllers against a plain model of them.
 */
import { assert } from 'chai';
import fc from 'fast-check';
import { Bus } from '../../web/machine/bus.ts';
import { Counters } from '../../web/machine/counters.ts';
import { createMachine } from '../../web/machine/index.ts';
import { IsaDma } from '../../web/machine/isa-dma.ts';
import { FloppyDriver, patterned, size144 } from './floppy-driver.ts';

const BLOCK_TO_MEMORY = 0x84;
const pagePort = [0x87, 0x83, 0x81, 0x82, 0x8f, 0x8b, 0x89, 0x8a];

function rig(ramBytes = 1 << 18, highPages = false) {
  const bus = new Bus();
  const ram = new Uint8Array(ramBytes);
  const dma = new IsaDma(bus, ram, new Counters(), highPages);
  bus.out8(0xd6, 0xc0);
  bus.out8(0xd4, 0x00);
  return { bus, ram, dma };
}

/** Mode, address and count less one; the mask stays as it is. */
function setUp(bus: Bus, channel: number, mode: number, where: number, count: number): void {
  const wide = channel >= 4;
  const port = (register: number) => (wide ? 0xc0 + register * 2 : register);
  const low = channel & 3;
  const address = wide ? where >> 1 : where;
  bus.out8(port(12), 0);
  bus.out8(port(11), mode | low);
  for (const value of [address, address >> 8]) bus.out8(port(low * 2), value);
  bus.out8(pagePort[channel]!, where >> 16);
  for (const value of [count, count >> 8]) bus.out8(port(low * 2 + 1), value);
}

suite('machine/dma software requests', () => {
  test('a block runs at once, masked or not, and ends with TC', () => {
    const { bus, ram } = rig();
    setUp(bus, 3, BLOCK_TO_MEMORY, 0x1000, 9);
    assert.equal(bus.in8(0x0f), 0x0f);
    bus.out8(0x09, 0x07);
    assert.isTrue(ram.subarray(0x1000, 0x100a).every((byte) => byte === 0xff));
    assert.equal(ram[0x100a], 0);
    assert.equal(bus.in8(0x08), 0x08, 'TC, and no request any more');
  });

  test('other modes only show it', () => {
    for (const mode of [0x04, 0x44, 0xc4]) {
      const { bus, ram } = rig();
      setUp(bus, 1, mode, 0, 9);
      bus.out8(0x09, 0x05);
      assert.equal(bus.in8(0x08), 0x20);
      assert.equal(ram[0], 0);
      bus.out8(0x09, 0x01);
      assert.equal(bus.in8(0x08), 0);
    }
  });

  test('waits for the controller, and for the cascade', () => {
    const { bus, ram } = rig();
    bus.out8(0x08, 4);
    setUp(bus, 0, BLOCK_TO_MEMORY, 0x10, 3);
    bus.out8(0x09, 0x04);
    assert.equal(ram[0x10], 0);
    bus.out8(0xd0, 4);
    bus.out8(0x08, 0);
    assert.equal(ram[0x10], 0);
    bus.out8(0xd0, 0);
    assert.equal(ram[0x10], 0xff);
  });

  test('words on the second controller', () => {
    const { bus, ram } = rig();
    setUp(bus, 6, BLOCK_TO_MEMORY, 0x20000, 3);
    bus.out8(0xd2, 0x06);
    assert.isTrue(ram.subarray(0x20000, 0x20008).every((byte) => byte === 0xff));
    assert.equal(ram[0x20008], 0);
  });

  test('memory to memory: by channels 0 and 1, and by holding the source', () => {
    for (const hold of [false, true]) {
      const { bus, ram } = rig();
      ram.set(patterned(64), 0x8000);
      bus.out8(0x08, hold ? 3 : 1);
      setUp(bus, 0, 0x88, 0x8000, 0);
      setUp(bus, 1, 0x85, 0x12345, 63);
      bus.out8(0x09, 0x04);
      const want = hold ? new Uint8Array(64).fill(ram[0x8000]!) : patterned(64);
      assert.deepEqual(ram.slice(0x12345, 0x12385), want);
      assert.equal(ram[0x12385], 0);
      assert.equal(bus.in8(0x0d), want[63], 'the last byte, in the temporary register');
      assert.equal(bus.in8(0x08), 0x02);
    }
  });

  test('priority is fixed, channel 0 first, or rotates past the one served last', () => {
    // Channel 0 copies what lies at 100 to 200; channel 3 overwrites it. Who was first?
    const copied = (rotating: number) => {
      const { bus, ram } = rig();
      ram[0x100] = 7;
      bus.out8(0x08, 1 | rotating);
      setUp(bus, 2, BLOCK_TO_MEMORY, 0x300, 0);
      bus.out8(0x09, 0x06);
      bus.out8(0x08, 5 | rotating);
      setUp(bus, 0, 0x88, 0x100, 0);
      setUp(bus, 1, 0x84, 0x200, 0);
      setUp(bus, 3, BLOCK_TO_MEMORY, 0x100, 0);
      bus.out8(0x09, 0x04);
      bus.out8(0x09, 0x07);
      bus.out8(0x08, 1 | rotating);
      return ram[0x200];
    };
    assert.equal(copied(0), 7, 'channel 0 goes before 3');
    assert.equal(copied(0x10), 0xff, 'after 2 comes 3');
  });

  test('with DREQ or DACK of the other sense no device is served', () => {
    for (const sense of [0x40, 0x80]) {
      const { bus, dma } = rig();
      setUp(bus, 2, 0x44, 0, 9);
      bus.out8(0x0a, 2);
      bus.out8(0x08, sense);
      assert.equal(dma.transfer(2, patterned(10), 'toMemory').moved, 0);
      if (sense === 0x40) assert.equal(bus.in8(0x08), 0xf0);
      bus.out8(0x08, 0);
      assert.equal(dma.transfer(2, patterned(10), 'toMemory').moved, 10);
    }
  });

  test('a request that is not granted shows in the status until it is an overrun', () => {
    const driver = new FloppyDriver({ timing: 'real' }).start();
    const { machine } = driver;
    machine.insert(0, patterned(size144));
    driver.programDma(0x46, 0x10000, 512);
    machine.out8(0x0a, 0x06);
    driver.beginData([0, 0, 1, 2]);
    let shown = 0;
    while (!machine.irq(6)) {
      machine.advance(machine.nextEvent()!);
      if (machine.in8(0x08) & 0x40) shown++;
    }
    assert.equal(shown, 1);
    assert.deepEqual(driver.results().slice(0, 3), [0x40, 0x10, 0]);
    assert.equal(machine.in8(0x08) & 0x40, 0);
  });

  test('a channel that is unmasked in time is no overrun', () => {
    const driver = new FloppyDriver({ timing: 'real' }).start();
    const { machine } = driver;
    machine.insert(0, patterned(size144));
    driver.programDma(0x46, 0x10000, 512);
    machine.out8(0x0a, 0x06);
    driver.beginData([0, 0, 1, 2]);
    while (!(machine.in8(0x08) & 0x40)) machine.advance(machine.nextEvent()!);
    machine.out8(0x0a, 0x02);
    driver.waitIrq();
    assert.deepEqual(driver.results().slice(0, 3), [0, 0, 0]);
  });

  test('high pages reach above 16 MiB, where there are any; a low page clears them', () => {
    const ram = new Uint8Array(18 << 20);
    const driver = new FloppyDriver({ ram, highPages: true }).start();
    driver.machine.insert(0, patterned(size144));
    driver.programDma(0x46, 0x10000, 512);
    driver.machine.out8(0x481, 1);
    assert.equal(driver.machine.in8(0x481), 1);
    assert.equal(driver.data([0, 0, 1, 2])[0], 0);
    assert.deepEqual(ram.slice(0x1010000, 0x1010200), patterned(512));
    driver.read([0, 0, 1, 2], 512);
    assert.deepEqual(ram.slice(0x10000, 0x10200), patterned(512));
    assert.equal(createMachine({ ram: new Uint8Array(0) }).in8(0x481), 0xff);
  });
});

/** One channel in the plainest words. */
class Model {
  readonly ram: number[];
  masked = true;
  tc = false;
  at: number;
  left: number;
  private readonly set: { mode: number; page: number; base: number; count: number };

  constructor(bytes: number, set: Model['set']) {
    this.ram = new Array<number>(bytes).fill(0);
    this.set = set;
    this.at = set.base;
    this.left = set.count;
  }

  toMemory(data: Uint8Array): { moved: number; tc: boolean } {
    const { mode, page, base, count } = this.set;
    let moved = 0;
    for (const byte of data) {
      if (this.masked) break;
      if ((mode & 0x0c) === 4) this.ram[page * 0x10000 + this.at] = byte;
      moved++;
      this.at = (this.at + (mode & 0x20 ? 0xffff : 1)) % 0x10000;
      this.left--;
      if (this.left >= 0) continue;
      this.tc = true;
      if (mode & 0x10) [this.at, this.left] = [base, count];
      else [this.masked, this.left] = [true, 0xffff];
      return { moved, tc: true };
    }
    return { moved, tc: false };
  }
}

suite('machine/dma beside a model', () => {
  test('bursts of any length into any channel set-up', () => {
    const setup = fc.record({
      mode: fc.constantFrom(0x44, 0x54, 0x64, 0x74, 0x04, 0x84, 0x40, 0x50, 0x4c),
      page: fc.integer({ min: 0, max: 1 }),
      base: fc.constantFrom(0, 1, 0xfff0, 0xffff, 0x1234),
      count: fc.integer({ min: 0, max: 40 }),
    });
    type Step = { burst: number } | { mask: boolean };
    const step: fc.Arbitrary<Step> = fc.oneof(
      fc.integer({ min: 0, max: 30 }).map((burst): Step => ({ burst })),
      fc.boolean().map((mask): Step => ({ mask })),
    );
    fc.assert(
      fc.property(setup, fc.array(step, { maxLength: 15 }), (set, steps) => {
        const { mode, page, base, count } = set;
        const { bus, ram, dma } = rig(0x20000);
        setUp(bus, 2, mode, page * 0x10000 + base, count);
        const model = new Model(0x20000, set);
        let next = 1;
        for (const one of steps) {
          if ('mask' in one) {
            bus.out8(0x0a, one.mask ? 6 : 2);
            model.masked = one.mask;
            continue;
          }
          const data = Uint8Array.from({ length: one.burst }, () => next++ & 0xff);
          assert.deepEqual(dma.transfer(2, data, 'toMemory'), model.toMemory(data));
        }
        bus.out8(0x0c, 0);
        assert.equal(bus.in8(0x04) | (bus.in8(0x04) << 8), model.at);
        assert.equal(bus.in8(0x05) | (bus.in8(0x05) << 8), model.left & 0xffff);
        assert.equal((bus.in8(0x0f) & 4) !== 0, model.masked);
        assert.equal((bus.in8(0x08) & 4) !== 0, model.tc);
        for (let i = 0; i < ram.length; i++) if (ram[i] !== model.ram[i]) assert.fail(`byte ${i}`);
      }),
      { numRuns: 60, seed: 8237 },
    );
  });
});
