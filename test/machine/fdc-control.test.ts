/** Resets, registers, control commands, seeks and the disk-change line. */
import { assert } from 'chai';
import {
  BUSY,
  DIO,
  DIR,
  DOR,
  FIFO,
  FloppyDriver,
  MSR,
  patterned,
  RQM,
  size144,
} from './floppy-driver.ts';

function answer(driver: FloppyDriver, ...command: number[]): number[] {
  driver.send(...command);
  return driver.results();
}

suite('machine/fdc reset', () => {
  test('power-on leaves the chip in reset', () => {
    const { machine } = new FloppyDriver();
    assert.equal(machine.in8(DOR), 0);
    assert.equal(machine.in8(MSR), 0);
    machine.out8(FIFO, 0x10);
    assert.equal(machine.in8(MSR), 0);
    assert.equal(machine.nextEvent(), undefined);
  });

  for (const how of ['DOR', 'DSR'] as const) {
    test(`${how} reset: one interrupt, four things to tell, then 80`, () => {
      const driver = new FloppyDriver().start();
      const { machine } = driver;
      const before = machine.counters()['machine.irq.6']!;
      if (how === 'DOR') {
        machine.out8(DOR, 0x08);
        machine.out8(DOR, 0x0c);
      } else {
        machine.out8(0x3f4, 0x80);
      }
      assert.equal(machine.in8(MSR), RQM);
      assert.isFalse(machine.irq(6));
      driver.waitIrq();
      assert.deepEqual(driver.senseInterrupt(), [0xc0, 0]);
      assert.isFalse(machine.irq(6), 'the first telling drops it');
      for (const drive of [1, 2, 3]) assert.deepEqual(driver.senseInterrupt(), [0xc0 | drive, 0]);
      assert.deepEqual(driver.senseInterrupt(), [0x80]);
      assert.equal(machine.counters()['machine.irq.6'], before + 1);
    });
  }

  test('a reset in the middle of a command forgets it, and of a result too', () => {
    const driver = new FloppyDriver().start();
    driver.send(0x46, 0, 0);
    driver.reset();
    assert.equal(driver.machine.in8(MSR), RQM);
    driver.send(0x0e);
    driver.machine.in8(FIFO);
    driver.reset();
    assert.equal(driver.machine.in8(MSR), RQM);
  });

  test('the heads stay where they are, though PCN is forgotten', () => {
    const driver = new FloppyDriver().start();
    driver.machine.insert(0, patterned(size144));
    driver.seek(0, 20);
    driver.reset();
    assert.deepEqual(answer(driver, 0x0e).slice(0, 4), [0, 0, 0, 0]);
    driver.machine.out8(DOR, 0x1c);
    assert.deepEqual(answer(driver, 0x4a, 0).length, 0);
    driver.waitIrq();
    assert.equal(driver.results()[3], 20);
  });

  test('the data rate after power-on is 250K', () => {
    const driver = new FloppyDriver();
    driver.machine.insert(0, patterned(737280));
    driver.reset();
    driver.machine.out8(DOR, 0x1c);
    driver.send(0x4a, 0);
    driver.waitIrq();
    assert.equal(driver.results()[0], 0);
  });

  test('DOR bit 3 disconnects INT', () => {
    const driver = new FloppyDriver().start();
    driver.machine.out8(DOR, 0x14);
    driver.send(0x07, 0);
    driver.machine.advance(0);
    assert.isFalse(driver.machine.irq(6));
    driver.machine.out8(DOR, 0x1c);
    assert.isTrue(driver.machine.irq(6));
    assert.deepEqual(driver.senseInterrupt(), [0x20, 0]);
  });
});

suite('machine/fdc control commands', () => {
  test('VERSION is 90 and raises no interrupt', () => {
    const driver = new FloppyDriver().start();
    driver.send(0x10);
    assert.equal(driver.machine.in8(MSR), RQM | DIO | BUSY);
    assert.deepEqual(driver.results(), [0x90]);
    assert.equal(driver.machine.in8(MSR), RQM);
    assert.isFalse(driver.machine.irq(6));
  });

  test('every first byte that is no command answers 80', () => {
    const known = new Set([3, 4, 7, 8, 0x0e, 0x0f, 0x10, 0x12, 0x13, 0x14, 0x94, 0x8f, 0xcf]);
    const data: [number, number][] = [
      [0x06, 0x1f],
      [0x0c, 0x1f],
      [0x16, 0x1f],
      [0x05, 0x3f],
      [0x09, 0x3f],
      [0x02, 0xbf],
      [0x0a, 0xbf],
      [0x0d, 0xbf],
    ];
    const driver = new FloppyDriver().start();
    const before = driver.machine.counters()['machine.fdc.command'];
    let invalid = 0;
    for (let first = 0; first < 256; first++) {
      if (known.has(first) || data.some(([code, mask]) => (first & mask) === code)) continue;
      assert.deepEqual(answer(driver, first), [0x80], first.toString(16));
      assert.isFalse(driver.machine.irq(6));
      invalid++;
    }
    assert.isAbove(invalid, 190);
    assert.equal(driver.machine.counters()['machine.fdc.command'], before, 'none was executed');
  });

  test('SPECIFY, CONFIGURE, PERPENDICULAR and LOCK show in DUMPREG', () => {
    const driver = new FloppyDriver().start();
    assert.deepEqual(answer(driver, 0x0e), [0, 0, 0, 0, 0xdf, 0x02, 0, 0, 0x20, 0]);
    driver.send(0x03, 0xa5, 0x21);
    driver.send(0x13, 0, 0x57, 0x0c);
    driver.send(0x12, 0x80 | (5 << 2) | 2);
    driver.send(0x12, 0x01);
    assert.deepEqual(answer(driver, 0x94), [0x10]);
    driver.seek(1, 9);
    assert.deepEqual(answer(driver, 0x0e), [
      ...[0, 9, 0, 0, 0xa5, 0x21, 0],
      ...[0x80 | (5 << 2) | 1, 0x57, 0x0c],
    ]);
  });

  test('LOCK keeps FIFO and PRETRK over a software reset; EIS and GAP, WGATE go', () => {
    const driver = new FloppyDriver().start();
    driver.send(0x13, 0, 0x47, 0x0c);
    driver.send(0x12, 0x80 | (3 << 2) | 3);
    answer(driver, 0x94);
    driver.reset();
    assert.deepEqual(answer(driver, 0x0e).slice(7), [0x80 | (3 << 2), 0x07, 0x0c]);
    assert.deepEqual(answer(driver, 0x14), [0]);
    driver.reset();
    assert.deepEqual(answer(driver, 0x0e).slice(7), [3 << 2, 0x20, 0]);
  });

  test('SENSE DRIVE STATUS: protection, track 0, head and drive', () => {
    const driver = new FloppyDriver().start();
    assert.deepEqual(answer(driver, 0x04, 0x05), [0x28 | 0x10 | 5]);
    driver.machine.insert(1, patterned(size144), { writeProtected: true });
    driver.seek(1, 3);
    assert.deepEqual(answer(driver, 0x04, 0x01), [0x28 | 0x40 | 1]);
    assert.deepEqual(answer(driver, 0x04, 0x03), [0x2b], 'no drive there: no track 0');
  });

  test('TDR keeps two bits, SRA and SRB are undriven in AT mode', () => {
    const { machine } = new FloppyDriver().start();
    machine.out8(0x3f3, 0xfe);
    assert.equal(machine.in8(0x3f3) & 3, 2);
    assert.deepEqual([machine.in8(0x3f0), machine.in8(0x3f1)], [0xff, 0xff]);
  });
});

suite('machine/fdc seeks', () => {
  test('SEEK: CB clears at once, the drive bit stays until SENSE INT', () => {
    const driver = new FloppyDriver().start();
    const { machine } = driver;
    driver.send(0x0f, 0x05, 12);
    assert.equal(machine.in8(MSR), RQM | 2);
    assert.isFalse(machine.irq(6));
    driver.waitIrq();
    assert.equal(machine.in8(MSR), RQM | 2);
    assert.deepEqual(driver.senseInterrupt(), [0x21, 12], 'H is 0 here');
    assert.equal(machine.in8(MSR), RQM);
    assert.isFalse(machine.irq(6));
  });

  test('two drives may seek at once', () => {
    const driver = new FloppyDriver().start();
    driver.send(0x0f, 0, 30);
    driver.send(0x0f, 1, 40);
    assert.equal(driver.machine.in8(MSR), RQM | 3);
    driver.machine.advance(0);
    assert.deepEqual(driver.senseInterrupt(), [0x20, 30]);
    assert.isTrue(driver.machine.irq(6), 'the other has not been told');
    assert.deepEqual(driver.senseInterrupt(), [0x21, 40]);
    assert.isFalse(driver.machine.irq(6));
    assert.deepEqual(driver.senseInterrupt(), [0x80]);
  });

  test('RECALIBRATE gives up after 79 pulses with EC; a second one gets there', () => {
    const driver = new FloppyDriver().start();
    driver.seek(0, 82);
    assert.deepEqual(driver.recalibrate(), [0x70, 0]);
    assert.deepEqual(driver.recalibrate(), [0x20, 0]);
    assert.equal(answer(driver, 0x04, 0)[0]! & 0x10, 0x10);
  });

  test('RECALIBRATE of a drive that is not there: EC', () => {
    assert.deepEqual(new FloppyDriver().start().recalibrate(3), [0x73, 0]);
  });

  test('RELATIVE SEEK moves both ways, and fails out past track 0', () => {
    const driver = new FloppyDriver().start();
    driver.send(0xcf, 0, 10);
    driver.waitIrq();
    assert.deepEqual(driver.senseInterrupt(), [0x20, 10]);
    driver.send(0x8f, 0, 4);
    driver.waitIrq();
    assert.deepEqual(driver.senseInterrupt(), [0x20, 6]);
    driver.send(0x8f, 0, 7);
    driver.waitIrq();
    assert.deepEqual(driver.senseInterrupt(), [0x70, 0]);
  });
});

suite('machine/fdc disk change', () => {
  const changed = (driver: FloppyDriver) => (driver.machine.in8(DIR) & 0x80) !== 0;

  test('set at power-on and by the door, cleared by a step alone', () => {
    const driver = new FloppyDriver().start();
    driver.machine.insert(0, patterned(size144));
    assert.isTrue(changed(driver));
    assert.isTrue(changed(driver), 'reading does not clear it');
    driver.recalibrate();
    assert.isTrue(changed(driver), 'already at track 0: no pulse');
    driver.seek(0, 0);
    assert.isTrue(changed(driver), 'a seek to the same cylinder gives no pulse');
    driver.seek(0, 1);
    assert.isFalse(changed(driver));
    driver.machine.eject(0);
    driver.machine.insert(0, patterned(size144));
    assert.isTrue(changed(driver));
  });

  test('nobody changes a disk between a look at the line and the command that follows', () => {
    const driver = new FloppyDriver().start();
    const { machine } = driver;
    machine.insert(0, patterned(size144));
    driver.seek(0, 1);
    const other = patterned(size144, 9);
    const swap = () => {
      machine.eject(0);
      machine.insert(0, other);
    };
    assert.isFalse(changed(driver));
    swap();
    driver.seek(0, 0);
    assert.isTrue(changed(driver), 'the seek was meant for the disk that was there');
    driver.seek(0, 1);
    assert.isFalse(changed(driver));
    const before = other.slice();
    driver.programDma(0x4a, 0x10000, 512);
    driver.beginData([1, 0, 1, 2], { opcode: 0x45 });
    swap();
    driver.waitIrq();
    assert.equal(driver.results()[0]! & 0xc0, 0x40);
    assert.deepEqual(other, before, 'and so was the write');
    driver.seek(0, 0);
    assert.isFalse(changed(driver));
    machine.advance(200_000);
    swap();
    driver.seek(0, 1);
    assert.isFalse(changed(driver), 'in a while one can');
  });

  test('stays without a disk', () => {
    const driver = new FloppyDriver().start();
    driver.seek(0, 1);
    driver.seek(0, 0);
    assert.isTrue(changed(driver));
  });

  test('shows only the selected drive, and only with its motor on', () => {
    const driver = new FloppyDriver().start();
    driver.machine.insert(0, patterned(size144));
    driver.seek(0, 1);
    assert.isFalse(changed(driver));
    driver.machine.out8(DOR, 0x2d);
    assert.isTrue(changed(driver), 'drive 1 is empty');
    driver.machine.out8(DOR, 0x0d);
    assert.isFalse(changed(driver), 'its motor is off');
  });
});
