/** SRA, SRB and DIR as the straps have them; the data rate and DSR; time that is scaled. */
import { assert } from 'chai';
import { createMachine, type RegisterSet } from '../../web/machine/index.ts';
import { DIR, DOR, FloppyDriver, patterned, size144 } from './floppy-driver.ts';

const SRA = 0x3f0;
const SRB = 0x3f1;
const at = 0x10000;

function strapped(registers: RegisterSet, drives?: ['1.44M']): FloppyDriver {
  const driver = new FloppyDriver({ registers, ...(drives && { drives }) }).start();
  driver.machine.out8(DOR, 0x1c);
  driver.machine.insert(0, patterned(size144));
  return driver;
}

suite('machine/fdc in PS/2 mode', () => {
  test('SRA: interrupt, second drive, track 0, head, protection, direction', () => {
    const driver = strapped('PS/2');
    const { machine } = driver;
    // Neither index pulse: half a turn away from it.
    machine.advance(100_000 - ((driver.machine.nextEvent() ?? 0) % 1));
    const idle = machine.in8(SRA) & ~4;
    assert.equal(idle, 0x02, 'at track 0, not protected, head 0');
    driver.send(0x0f, 0, 3);
    driver.waitIrq();
    assert.equal(machine.in8(SRA) & ~4, 0x80 | 0x10 | 0x02 | 0x01);
    driver.senseInterrupt();
    machine.fault.protect(0, true);
    assert.equal(machine.in8(SRA) & ~4, 0x10 | 0x01);
    driver.send(0x4a, 4);
    driver.waitIrq();
    driver.results();
    assert.equal(machine.in8(SRA) & 0x08, 0x08, 'head 1');
    assert.equal(strapped('PS/2', ['1.44M']).machine.in8(SRA) & 0x40, 0x40, 'no second drive');
  });

  test('SRA: the index pulse once a turn, while the disk turns', () => {
    const { machine } = strapped('PS/2');
    let pulses = 0;
    let before = false;
    for (let time = 0; time < 1_000_000; time += 1000) {
      const now = (machine.in8(SRA) & 4) === 0;
      if (now && !before) pulses++;
      before = now;
      machine.advance(1000);
    }
    assert.equal(pulses, 5);
    machine.out8(DOR, 0x0c);
    for (let time = 0; time < 200_000; time += 1000) {
      assert.equal(machine.in8(SRA) & 4, 4);
      machine.advance(1000);
    }
  });

  test('SRB: motors, selection, and toggles with each read and write', () => {
    const driver = strapped('PS/2');
    const { machine } = driver;
    machine.out8(DOR, 0x3d);
    assert.equal(machine.in8(SRB), 0xc0 | 0x20 | 3);
    machine.out8(DOR, 0x1c);
    const before = machine.in8(SRB);
    driver.read([0, 0, 1, 2], 512);
    assert.equal(machine.in8(SRB) ^ before, 0x08);
    driver.write([0, 0, 1, 2], 512);
    assert.equal((machine.in8(SRB) ^ before) & 0x10, 0x10);
  });

  test('DIR: change, rate and density; DOR bit 3 gates nothing', () => {
    const driver = strapped('PS/2');
    const { machine } = driver;
    assert.equal(machine.in8(DIR), 0xf8);
    machine.out8(DIR, 2);
    assert.equal(machine.in8(DIR), 0x80 | 0x78 | 4 | 1);
    machine.out8(DIR, 0);
    driver.seek(0, 1);
    assert.equal(machine.in8(DIR), 0x78);
    driver.seek(0, 0);
    machine.out8(DOR, 0x14);
    assert.equal(driver.read([0, 0, 1, 2], 512)[0], 0, 'INT and DRQ are connected');
  });
});

suite('machine/fdc in Model 30 mode', () => {
  test('SRA and SRB: latches that reading DIR drops', () => {
    const driver = strapped('Model 30');
    const { machine } = driver;
    machine.in8(DIR);
    assert.equal(machine.in8(SRA) & 0x30, 0x10, 'track 0, no step');
    driver.seek(0, 2);
    assert.equal(machine.in8(SRA) & 0x31, 0x20, 'a step, inward');
    assert.equal(machine.in8(SRB), 0x40 | 0x03, 'drive 0 is selected');
    driver.seek(0, 0);
    driver.read([0, 0, 1, 2], 512);
    assert.equal(machine.in8(SRB) & 0x1c, 0x08);
    driver.write([0, 0, 1, 2], 512);
    assert.equal(machine.in8(SRB) & 0x1c, 0x1c);
    assert.equal(machine.in8(DIR) & 0x80, 0x80, 'no change: the bit is inverted');
    assert.equal(machine.in8(SRA) & 0x20, 0);
    assert.equal(machine.in8(SRB) & 0x1c, 0);
  });

  test('DIR: DMA gate, NOPREC, rate', () => {
    const { machine } = strapped('Model 30');
    assert.equal(machine.in8(DIR), 0x08);
    machine.out8(DIR, 0x06);
    assert.equal(machine.in8(DIR), 0x08 | 4 | 2);
    machine.out8(DOR, 0x14);
    assert.equal(machine.in8(DIR), 4 | 2);
  });
});

suite('machine/fdc DSR', () => {
  test('power-down changes nothing that can be seen: any access wakes it', () => {
    const driver = strapped('AT');
    driver.machine.out8(0x3f4, 0x40);
    assert.equal(driver.machine.in8(0x3f4), 0x80);
    assert.equal(driver.read([0, 0, 1, 2], 512)[0], 0);
  });

  test('a reset of its own, with the rate that it sets', () => {
    const driver = strapped('AT');
    driver.machine.out8(0x3f4, 0x80 | 2);
    driver.waitIrq();
    for (let drive = 0; drive < 4; drive++) driver.senseInterrupt();
    assert.equal(driver.read([0, 0, 1, 2], 512)[1], 1, 'at 250K there are no marks');
  });
});

suite('machine/fdc time', () => {
  /** Virtual microseconds until the interrupt. */
  function elapsed(driver: FloppyDriver): number {
    let spent = 0;
    while (!driver.machine.irq(6)) {
      const next = driver.machine.nextEvent() ?? assert.fail('nothing will happen');
      driver.machine.advance(next);
      spent += next;
    }
    return spent;
  }

  function sought(timing: 'fast' | 'real' | number): number {
    const driver = new FloppyDriver({ timing }).start();
    driver.machine.insert(0, patterned(size144));
    driver.send(0x0f, 0, 20);
    return elapsed(driver);
  }

  test('scaled: the same, so many times as long', () => {
    assert.equal(sought('fast'), 0);
    assert.closeTo(sought('real'), 60_000, 100);
    assert.closeTo(sought(0.1), 6000, 10);
    assert.closeTo(sought(3), 180_000, 300);
    for (const timing of [0, -1, NaN, Infinity]) {
      assert.throws(() => createMachine({ timing }), /timing is 'fast', 'real' or a positive/);
    }
  });

  /** Formats track 0 with this order of numbers; how long it takes to read all of them. */
  function inOrder(order: number[]): number {
    const driver = new FloppyDriver({ timing: 'real' }).start();
    const { machine } = driver;
    machine.insert(0, patterned(size144));
    machine.ram.set(
      order.flatMap((r) => [0, 0, r, 2]),
      at,
    );
    driver.programDma(0x4a, at, order.length * 4);
    driver.send(0x4d, 0, 2, order.length, 0x6c, 0xe5);
    driver.waitIrq();
    driver.results();
    driver.programDma(0x46, at, order.length * 512);
    driver.beginData([0, 0, 1, 2]);
    const spent = elapsed(driver);
    assert.equal(driver.results()[0], 0);
    return spent / 200_000;
  }

  test('interleave costs turns, as the sectors lie', () => {
    const plain = Array.from({ length: 18 }, (_, i) => i + 1);
    const two = plain.map((_, i) => (i % 2 === 0 ? i / 2 + 1 : (i - 1) / 2 + 10));
    const backwards = [...plain].reverse();
    assert.closeTo(inOrder(plain), 1.5, 0.6);
    assert.closeTo(inOrder(two), 2.5, 0.6);
    assert.closeTo(inOrder(backwards), 17, 1.1);
  });

  test('skew: the last sector of one side and the first of the next lie as they were formatted', () => {
    const driver = new FloppyDriver({ timing: 'real' }).start();
    driver.machine.insert(0, patterned(size144));
    driver.programDma(0x46, at, 512);
    driver.beginData([0, 0, 18, 2]);
    driver.waitIrq();
    driver.results();
    driver.programDma(0x46, at, 512);
    driver.beginData([0, 1, 1, 2]);
    const straight = elapsed(driver);
    driver.results();
    // Sector 1 of head 0 passed at the same time: a turn until it has passed again.
    driver.programDma(0x46, at, 512);
    driver.beginData([0, 0, 1, 2]);
    assert.closeTo(elapsed(driver), 200_000, 10);
    assert.isBelow(straight, 30_000);
  });

  test('a head stays loaded for HUT, and is loaded anew after that', () => {
    const driver = new FloppyDriver({ timing: 'real' }).start();
    driver.machine.insert(0, patterned(size144));
    // HUT 16 ms, HLT 200 ms: a turn more than the read of the next sector else takes.
    driver.send(0x03, 0xd1, 100 << 1);
    const next = (r: number): number => {
      driver.programDma(0x46, at, 512);
      driver.beginData([0, 0, r, 2]);
      const spent = elapsed(driver);
      driver.results();
      return spent;
    };
    next(1);
    assert.isBelow(next(2), 30_000);
    driver.machine.advance(20_000);
    assert.isAbove(next(4), 200_000);
  });
});
