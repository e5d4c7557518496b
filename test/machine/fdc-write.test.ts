/** WRITE DATA, deleted marks, SK, VERIFY. */
import { assert } from 'chai';
import { FloppyDriver, patterned, size144, WRITE } from './floppy-driver.ts';

const at = 0x10000;

function withDisk(image = patterned(size144), writeProtected = false): FloppyDriver {
  const driver = new FloppyDriver().start();
  driver.machine.insert(0, image, { writeProtected });
  driver.machine.ram.set(patterned(0x8000, 99), at);
  return driver;
}

suite('machine/fdc WRITE DATA', () => {
  test('writes across heads, tells of every sector, touches nothing else', () => {
    const before = patterned(size144);
    const image = before.slice();
    const driver = withDisk(image);
    const told: number[][] = [];
    driver.machine.onMediumWrite = (...args) => told.push(args);
    driver.seek(0, 3);
    const status = driver.write([3, 0, 17, 2], 2048, { opcode: WRITE });
    assert.deepEqual(status, [4, 0, 0, 3, 1, 3, 2]);
    const offset = (3 * 36 + 16) * 512;
    const data = driver.machine.ram.slice(at, at + 2048);
    before.set(data, offset);
    assert.deepEqual(image, before);
    assert.deepEqual(
      told,
      [0, 1, 2, 3].map((i) => [0, offset + i * 512, 512]),
    );
    assert.strictEqual(driver.machine.medium(0), image);
  });

  test('TC inside a sector fills its rest with zeros', () => {
    const image = patterned(size144);
    const driver = withDisk(image);
    assert.deepEqual(driver.write([0, 0, 2, 2], 600), [0, 0, 0, 0, 0, 4, 2]);
    assert.deepEqual(image.subarray(512, 1112), driver.machine.ram.subarray(at, at + 600));
    assert.deepEqual(image.subarray(1112, 1536), new Uint8Array(424));
    assert.deepEqual(image.subarray(1536, 2048), patterned(size144).subarray(1536, 2048));
  });

  test('EOT without TC: EN, and all before it is on the disk', () => {
    const image = patterned(size144);
    const driver = withDisk(image);
    assert.deepEqual(driver.write([0, 0, 18, 2], 1024), [0x40, 0x80, 0, 1, 0, 1, 2]);
    const sector = image.subarray(17 * 512, 18 * 512);
    assert.deepEqual(sector, driver.machine.ram.subarray(at, at + 512));
  });

  test('a protected disk: NW, nothing written, no seek end', () => {
    const image = patterned(size144);
    const driver = withDisk(image, true);
    assert.deepEqual(driver.write([0, 0, 1, 2], 512), [0x40, 2, 0, 0, 0, 1, 2]);
    assert.deepEqual(image, patterned(size144));
    assert.equal(driver.dmaCount(), 511);
  });

  test('no DMA: overrun, and the sector is as it was', () => {
    const image = patterned(size144);
    const driver = withDisk(image);
    driver.programDma(0x4a, at, 512);
    driver.machine.out8(0x0a, 0x06);
    assert.deepEqual(driver.data([0, 0, 1, 2], { opcode: 0x45 })[1], 0x10);
    assert.deepEqual(image, patterned(size144));
  });

  test('a verify transfer reads the disk without writing memory', () => {
    const driver = withDisk();
    const before = driver.machine.ram.slice();
    driver.programDma(0x42, at, 512);
    assert.deepEqual(driver.data([0, 0, 1, 2]), [0, 0, 0, 0, 0, 2, 2]);
    assert.deepEqual(driver.machine.ram, before);
    assert.equal(driver.dmaCount(), 0xffff);
  });
});

suite('machine/fdc data marks', () => {
  function withDeleted(): FloppyDriver {
    const driver = withDisk();
    assert.deepEqual(driver.write([0, 0, 2, 2], 512, { opcode: 0x49 })[0], 0);
    return driver;
  }

  test('READ DATA stops at a deleted sector with CM, R not moved', () => {
    const driver = withDeleted();
    const status = driver.read([0, 0, 1, 2], 3 * 512, { opcode: 0x46 });
    assert.deepEqual(status, [0, 0, 0x40, 0, 0, 2, 2]);
    assert.equal(driver.dmaCount(), 511, 'the deleted sector came too');
  });

  test('with SK it is skipped', () => {
    const image = patterned(size144);
    const driver = withDeleted();
    const status = driver.read([0, 0, 1, 2], 2 * 512, { opcode: 0x66 });
    assert.deepEqual(status, [0, 0, 0x40, 0, 0, 4, 2]);
    const got = driver.machine.ram.subarray(at + 512, at + 1024);
    assert.deepEqual(got, image.subarray(1024, 1536));
  });

  test('READ DELETED DATA is the mirror of it', () => {
    const driver = withDeleted();
    assert.deepEqual(driver.read([0, 0, 2, 2], 512, { opcode: 0x4c }), [0, 0, 0, 0, 0, 3, 2]);
    const status = driver.read([0, 0, 1, 2], 1024, { opcode: 0x4c });
    assert.deepEqual(status, [0, 0, 0x40, 0, 0, 1, 2]);
  });

  test('WRITE DATA makes it an ordinary sector again', () => {
    const driver = withDeleted();
    driver.write([0, 0, 2, 2], 512);
    assert.deepEqual(driver.read([0, 0, 1, 2], 1024), [0, 0, 0, 0, 0, 3, 2]);
  });
});

suite('machine/fdc VERIFY', () => {
  test('to EOT, or SC sectors, without a host', () => {
    const driver = withDisk();
    const before = driver.machine.ram.slice();
    const verify = (opcode: number, hd: number, eot: number, sc: number) => {
      driver.send(opcode, hd, 0, (hd >> 2) & 1, 1, 2, eot, 0x1b, sc);
      driver.waitIrq();
      return driver.results();
    };
    assert.deepEqual(verify(0x56, 0, 18, 0xff), [0, 0, 0, 1, 0, 1, 2]);
    assert.deepEqual(verify(0xd6, 0, 18, 0xff), [4, 0, 0, 1, 0, 1, 2]);
    assert.deepEqual(verify(0x56, 0x80, 18, 5), [0, 0, 0, 0, 0, 6, 2]);
    assert.deepEqual(verify(0xd6, 0x80, 18, 20), [4, 0, 0, 0, 1, 3, 2]);
    assert.deepEqual(verify(0x56, 0x80, 18, 19), [0x40, 0x80, 0, 1, 0, 1, 2]);
    assert.deepEqual(verify(0x56, 0, 19, 0xff), [0x40, 4, 0, 0, 0, 19, 2]);
    driver.machine.fault.badSector(0, 4);
    assert.deepEqual(verify(0x56, 0, 18, 0xff), [0x40, 0x20, 0x20, 0, 0, 5, 2]);
    assert.deepEqual(driver.machine.ram, before);
  });
});
