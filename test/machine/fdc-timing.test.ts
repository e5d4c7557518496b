/** Real timing: the same order of events, with a drive's times between them. */
import { assert } from 'chai';
import { DOR, FloppyDriver, patterned, READ, size144 } from './floppy-driver.ts';

const at = 0x10000;

function real(image = patterned(size144)): FloppyDriver {
  const driver = new FloppyDriver({ timing: 'real' }).start();
  driver.machine.insert(0, image);
  return driver;
}

/** Virtual microseconds until the interrupt. */
function elapsed(driver: FloppyDriver): number {
  const { machine } = driver;
  let spent = 0;
  while (!machine.irq(6)) {
    const next = machine.nextEvent() ?? assert.fail('nothing will happen');
    machine.advance(next);
    spent += next;
    assert.isBelow(spent, 10_000_000);
  }
  return spent;
}

suite('machine/fdc in real time', () => {
  test('seeks take SRT a step: 3 ms at DF and 500K', () => {
    const driver = real();
    driver.send(0x0f, 0, 20);
    assert.closeTo(elapsed(driver), 60_000, 100);
    assert.deepEqual(driver.senseInterrupt(), [0x20, 20]);
  });

  test('a reset stops a seek where it is', () => {
    const driver = real();
    driver.send(0x0f, 0, 20);
    driver.machine.advance(31_000);
    driver.reset();
    driver.machine.out8(DOR, 0x1c);
    driver.send(0x4a, 0);
    driver.waitIrq();
    assert.equal(driver.results()[3], 11, 'pulses at 0, 3, .. 30 ms');
  });

  test('a track passes in one turn, not in eighteen', () => {
    const image = patterned(size144);
    const driver = real(image);
    driver.programDma(0x46, at, 9216);
    driver.beginData([0, 0, 1, 2]);
    const first = elapsed(driver);
    assert.isAbove(first, 180_000);
    assert.isBelow(first, 410_000, 'at most one turn of waiting, and one of reading');
    assert.equal(driver.results()[0], 0);
    assert.deepEqual(driver.machine.ram.subarray(at, at + 9216), image.subarray(0, 9216));
  });

  test('both heads in two turns', () => {
    const driver = real();
    driver.programDma(0x46, at, 18432);
    driver.beginData([0, 0, 1, 2], { opcode: READ });
    assert.isBelow(elapsed(driver), 610_000);
    assert.equal(driver.results()[0], 4);
  });

  test('a sector that is not there costs two turns', () => {
    const driver = real();
    driver.programDma(0x46, at, 512);
    driver.beginData([0, 0, 30, 2], { eot: 30 });
    const spent = elapsed(driver);
    assert.isAbove(spent, 200_000);
    assert.isBelow(spent, 410_000);
    assert.equal(driver.results()[1], 4);
  });

  test('the motor needs its time', () => {
    const driver = new FloppyDriver({ timing: 'real' }).start();
    driver.machine.insert(0, patterned(size144));
    driver.machine.out8(DOR, 0x0c);
    driver.machine.out8(DOR, 0x1c);
    driver.send(0x4a, 0);
    assert.isAbove(elapsed(driver), 400_000);
    assert.equal(driver.results()[0], 0);
  });

  test('READ ID follows the rotation', () => {
    const driver = real();
    const seen = [];
    for (let i = 0; i < 18; i++) {
      driver.send(0x4a, 0);
      driver.waitIrq();
      seen.push(driver.results()[5]!);
    }
    for (let i = 1; i < 18; i++) assert.equal(seen[i], (seen[i - 1]! % 18) + 1);
  });

  test('a disk taken out while its sector is awaited is not written', () => {
    const image = patterned(size144);
    const driver = real(image);
    driver.machine.ram.fill(0x22, at, at + 512);
    driver.recalibrate();
    driver.programDma(0x4a, at, 512);
    driver.beginData([0, 0, 18, 2], { opcode: 0x45 });
    driver.machine.advance(10_000);
    driver.machine.eject(0);
    driver.machine.advance(10_000_000);
    assert.deepEqual(image, patterned(size144));
    assert.equal(driver.machine.in8(0x3f4), 0x10);
  });

  test('a disk taken out between two sectors stops the command', () => {
    const driver = real();
    driver.programDma(0x46, at, 9216);
    driver.beginData([0, 0, 1, 2]);
    driver.machine.advance(250_000);
    driver.machine.eject(0);
    driver.machine.advance(10_000_000);
    assert.equal(driver.machine.in8(0x3f4), 0x10);
    assert.isBelow(driver.dmaCount(), 9215);
    driver.reset();
  });
});
