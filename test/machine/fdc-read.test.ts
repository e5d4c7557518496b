/** READ DATA by DMA: whole disks, multi-track, termination, and the status of every way to fail. */
import { assert } from 'chai';
import { formatBytes, mediaFormats } from '../../web/machine/index.ts';
import { FloppyDriver, patterned, READ, size144 } from './floppy-driver.ts';

const at = 0x10000;

function withDisk(image = patterned(size144)): FloppyDriver {
  const driver = new FloppyDriver().start();
  driver.machine.insert(0, image);
  return driver;
}

suite('machine/fdc READ DATA', () => {
  for (const media of mediaFormats) {
    test(`reads every byte of a ${media.name} disk`, () => {
      const image = patterned(formatBytes(media), 7);
      const driver = new FloppyDriver().start(media.rate);
      if (media.rate === 3) driver.send(0x12, 0x84);
      driver.machine.insert(0, image);
      const { cylinders, heads, sectors, sizeCode } = media;
      const bytes = heads * sectors * (128 << sizeCode);
      driver.recalibrate();
      for (let c = 0; c < cylinders; c++) {
        assert.deepEqual(driver.seek(0, c), [0x20, c]);
        const options = { opcode: heads === 2 ? READ : 0x66, eot: sectors };
        const status = driver.read([c, 0, 1, sizeCode], bytes, options, at);
        const head = heads === 2 ? 4 : 0;
        assert.deepEqual(status, [head, 0, 0, c + 1, 0, 1, sizeCode]);
        const want = image.subarray(c * bytes, (c + 1) * bytes);
        assert.deepEqual(driver.machine.ram.subarray(at, at + bytes), want);
      }
    });
  }

  // The result table: where C, H, R stand after the host ended the transfer (EOT = 18).
  const ends: [string, number, [number, number, number], number, [number, number, number]][] = [
    ['below EOT', 0x46, [0, 0, 4], 2, [0, 0, 6]],
    ['at EOT, one side', 0x46, [0, 0, 17], 2, [1, 0, 1]],
    ['at EOT, one side, head 1', 0x46, [0, 1, 17], 2, [1, 1, 1]],
    ['MT below EOT, head 0', 0xc6, [0, 0, 17], 1, [0, 0, 18]],
    ['MT at EOT, head 0', 0xc6, [0, 0, 17], 2, [0, 1, 1]],
    ['MT across heads', 0xc6, [0, 0, 17], 4, [0, 1, 3]],
    ['MT at EOT, head 1', 0xc6, [0, 1, 17], 2, [1, 0, 1]],
  ];
  for (const [name, opcode, [c, h, r], sectors, [c1, h1, r1]] of ends) {
    test(`TC ${name}`, () => {
      const driver = withDisk();
      const status = driver.read([c, h, r, 2], sectors * 512, { opcode });
      const lastHead = h === 1 || name === 'MT across heads' ? 4 : 0;
      assert.deepEqual(status, [lastHead, 0, 0, c1, h1, r1, 2]);
      assert.equal(driver.dmaCount(), 0xffff);
      assert.equal(driver.machine.in8(8) & 0x04, 0x04, 'terminal count of channel 2');
    });
  }

  test('TC inside a sector ends well, and nothing more arrives', () => {
    const image = patterned(size144);
    const driver = withDisk(image);
    assert.deepEqual(driver.read([0, 0, 1, 2], 700), [0, 0, 0, 0, 0, 3, 2]);
    const { ram } = driver.machine;
    assert.deepEqual(ram.subarray(at, at + 700), image.subarray(0, 700));
    assert.deepEqual(ram.subarray(at + 700, at + 1024), new Uint8Array(324));
  });

  test('EOT passed without TC is EN, with all the data there', () => {
    const image = patterned(size144);
    const driver = withDisk(image);
    assert.deepEqual(driver.read([0, 0, 17, 2], 4096), [0x40, 0x80, 0, 1, 0, 1, 2]);
    assert.equal(driver.dmaCount(), 4096 - 1024 - 1);
    assert.deepEqual(
      driver.machine.ram.subarray(at, at + 1024),
      image.subarray(16 * 512, 18 * 512),
    );
  });

  test('EOT beyond the last sector runs into ND', () => {
    const driver = withDisk();
    const status = driver.read([0, 0, 18, 2], 1024, { eot: 20 });
    assert.deepEqual(status, [0x40, 0x04, 0, 0, 0, 19, 2]);
    assert.equal(driver.dmaCount(), 511);
  });

  const failures: [string, [number, number, number, number], object, number[]][] = [
    ['no such sector: ND', [0, 0, 19, 2], { eot: 19 }, [0x40, 4, 0, 0, 0, 19, 2]],
    ['other cylinder: ND and WC', [5, 0, 1, 2], {}, [0x40, 4, 0x10, 5, 0, 1, 2]],
    ['HDS and H disagree: ND', [0, 0, 1, 2], { head: 1 }, [0x44, 4, 0, 0, 0, 1, 2]],
    ['other sector size: ND', [0, 0, 1, 3], {}, [0x40, 4, 0, 0, 0, 1, 3]],
    ['FM on an MFM disk: MA', [0, 0, 1, 2], { opcode: 0x06 }, [0x40, 1, 0, 0, 0, 1, 2]],
  ];
  for (const [name, id, options, want] of failures) {
    test(name, () => {
      const driver = withDisk();
      assert.deepEqual(driver.read(id, 512, options), want);
      assert.deepEqual(driver.machine.ram.subarray(at, at + 512), new Uint8Array(512));
    });
  }

  for (const rate of [1, 2, 3]) {
    test(`wrong rate ${rate}: MA`, () => {
      const driver = withDisk();
      driver.machine.out8(0x3f7, rate);
      assert.deepEqual(driver.read([0, 0, 1, 2], 512), [0x40, 1, 0, 0, 0, 1, 2]);
    });
  }

  test('a 2.88M disk reads only in perpendicular mode, a 1.44M disk not under its gaps', () => {
    const driver = new FloppyDriver().start(3);
    driver.machine.insert(0, patterned(2949120));
    assert.equal(driver.read([0, 0, 1, 2], 512, { eot: 36 })[1], 1);
    driver.send(0x12, 0x03);
    assert.equal(driver.read([0, 0, 1, 2], 512, { eot: 36 })[0], 0);
    driver.send(0x12, 0x00);
    driver.send(0x12, 0x84);
    assert.equal(driver.read([0, 0, 1, 2], 512, { eot: 36 })[0], 0);
    driver.send(0x12, 0x03);
    driver.machine.insert(0, patterned(size144));
    driver.machine.out8(0x3f7, 0);
    assert.equal(driver.read([0, 0, 1, 2], 512)[1], 1);
  });

  test('a masked channel makes an overrun and touches no memory', () => {
    const driver = withDisk();
    driver.programDma(0x46, at, 512);
    driver.machine.out8(0x0a, 0x06);
    assert.deepEqual(driver.data([0, 0, 1, 2]), [0x40, 0x10, 0, 0, 0, 1, 2]);
    assert.deepEqual(driver.machine.ram.subarray(at, at + 512), new Uint8Array(512));
  });

  test('one interrupt, dropped by the first result byte; CB by the last', () => {
    const driver = withDisk();
    const { machine } = driver;
    const before = machine.counters()['machine.irq.6']!;
    driver.programDma(0x46, at, 512);
    driver.beginData([0, 0, 1, 2]);
    assert.isFalse(machine.irq(6), 'nothing happens inside the port write');
    assert.equal(machine.in8(0x3f4), 0x10);
    assert.equal(machine.nextEvent(), 0);
    driver.waitIrq();
    assert.equal(machine.in8(0x3f4), 0xd0);
    machine.in8(0x3f5);
    assert.isFalse(machine.irq(6));
    for (let i = 0; i < 5; i++) machine.in8(0x3f5);
    assert.equal(machine.in8(0x3f4), 0xd0);
    machine.in8(0x3f5);
    assert.equal(machine.in8(0x3f4), 0x80);
    assert.equal(machine.counters()['machine.irq.6'], before + 1);
  });

  test('implied seek only when EIS says so, and then SE is set', () => {
    const image = patterned(size144);
    const driver = withDisk(image);
    driver.recalibrate();
    driver.send(0x13, 0, 0x40, 0);
    assert.deepEqual(driver.read([7, 1, 3, 2], 512), [0x24, 0, 0, 7, 1, 4, 2]);
    const offset = ((7 * 2 + 1) * 18 + 2) * 512;
    assert.deepEqual(
      driver.machine.ram.subarray(at, at + 512),
      image.subarray(offset, offset + 512),
    );
    driver.send(0x13, 0, 0x00, 0);
    assert.deepEqual(driver.read([8, 0, 1, 2], 512), [0x40, 4, 0x10, 8, 0, 1, 2]);
  });
});
