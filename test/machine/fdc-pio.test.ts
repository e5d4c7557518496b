/** Non-DMA execution: the host moves every byte through the data port. */
import { assert } from 'chai';
import {
  BUSY,
  DIO,
  FIFO,
  FloppyDriver,
  MSR,
  NDM,
  patterned,
  RQM,
  size144,
} from './floppy-driver.ts';

function withDisk(image: Uint8Array, config = 0x20): FloppyDriver {
  const driver = new FloppyDriver().start();
  driver.send(0x03, 0xdf, 0x03);
  driver.send(0x13, 0, config, 0);
  driver.machine.insert(0, image);
  return driver;
}

/** Serves a read's data requests until the result phase: the bytes, and how many requests came. */
function serve(driver: FloppyDriver) {
  const { machine } = driver;
  const bytes: number[] = [];
  let requests = 0;
  for (let turn = 0; turn < 100_000; turn++) {
    const status = machine.in8(MSR);
    if (status === (RQM | DIO | BUSY)) return { bytes, requests };
    if (status === (BUSY | NDM) || status === BUSY) {
      assert.isFalse(machine.irq(6));
      machine.advance(machine.nextEvent() ?? assert.fail('the chip is stuck'));
      continue;
    }
    requests++;
    assert.isTrue(machine.irq(6));
    assert.equal(status, RQM | DIO | NDM | BUSY);
    while ((machine.in8(MSR) & (RQM | NDM)) === (RQM | NDM)) bytes.push(machine.in8(FIFO));
  }
  assert.fail('no end');
}

suite('machine/fdc non-DMA mode', () => {
  test('reads byte by byte, an interrupt each, and ends with EN for want of a TC', () => {
    const image = patterned(size144);
    const driver = withDisk(image);
    driver.beginData([0, 0, 17, 2]);
    assert.equal(driver.machine.in8(MSR), BUSY | NDM);
    const { bytes, requests } = serve(driver);
    assert.deepEqual(Uint8Array.from(bytes), image.slice(16 * 512, 18 * 512));
    assert.equal(requests, 1024);
    assert.isTrue(driver.machine.irq(6));
    assert.deepEqual(driver.results(), [0x40, 0x80, 0, 1, 0, 1, 2]);
  });

  test('with the FIFO on, a request is worth 16 - T bytes', () => {
    const driver = withDisk(patterned(size144), 0x07);
    driver.beginData([0, 0, 18, 2]);
    assert.equal(serve(driver).requests, 512 / 8);
  });

  test('writes', () => {
    const image = patterned(size144);
    const driver = withDisk(image, 0x07);
    driver.beginData([0, 0, 18, 2], { opcode: 0x45 });
    const { machine } = driver;
    let given = 0;
    for (let turn = 0; turn < 10_000 && machine.in8(MSR) !== (RQM | DIO | BUSY); turn++) {
      const ready = (machine.in8(MSR) & (RQM | NDM | DIO)) === (RQM | NDM);
      if (ready) machine.out8(FIFO, given++ * 3);
      else machine.advance(machine.nextEvent() ?? assert.fail('the chip is stuck'));
    }
    assert.equal(given, 512);
    assert.deepEqual(driver.results(), [0x40, 0x80, 0, 1, 0, 1, 2]);
    const want = Uint8Array.from({ length: 512 }, (_, i) => i * 3);
    assert.deepEqual(image.slice(17 * 512, 18 * 512), want);
  });

  test('a disk that comes instead of the one being written stays whole', () => {
    const [first, second] = [patterned(size144), patterned(size144, 5)];
    const driver = withDisk(first, 0x07);
    driver.beginData([0, 0, 1, 2], { opcode: 0x45 });
    const { machine } = driver;
    machine.advance(0);
    for (let i = 0; i < 8; i++) machine.out8(FIFO, 0xee);
    machine.insert(0, second);
    for (let turn = 0; turn < 10_000 && machine.in8(MSR) !== (RQM | DIO | BUSY); turn++) {
      if (machine.in8(MSR) & RQM) machine.out8(FIFO, 0xee);
      else machine.advance(0);
    }
    assert.deepEqual(driver.results().slice(0, 3), [0x40, 0x20, 0x20]);
    assert.deepEqual(first, patterned(size144));
    assert.deepEqual(second, patterned(size144, 5));
  });

  test('in real time a host that does not come is an overrun', () => {
    const driver = new FloppyDriver({ timing: 'real' }).start();
    driver.send(0x03, 0xdf, 0x03);
    driver.machine.insert(0, patterned(size144));
    driver.beginData([0, 0, 1, 2]);
    const { machine } = driver;
    machine.advance(3_000_000);
    assert.equal(machine.in8(MSR), RQM | DIO | BUSY);
    assert.deepEqual(driver.results().slice(0, 3), [0x40, 0x10, 0]);
  });
});
