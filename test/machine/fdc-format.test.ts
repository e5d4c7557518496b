/** FORMAT TRACK, READ ID, READ TRACK, and IDs that no ordinary disk has. */
import { assert } from 'chai';
import { FloppyDriver, patterned, size144 } from './floppy-driver.ts';

const at = 0x10000;
type Ids = [number, number, number, number][];

function withDisk(image = patterned(size144), writeProtected = false): FloppyDriver {
  const driver = new FloppyDriver().start();
  driver.machine.insert(0, image, { writeProtected });
  return driver;
}

function format(driver: FloppyDriver, head: number, ids: Ids, n = 2, gap = 0x6c): number[] {
  driver.machine.ram.set(ids.flat(), at);
  driver.programDma(0x4a, at, ids.length * 4);
  driver.send(0x4d, head << 2, n, ids.length, gap, 0xf6);
  driver.waitIrq();
  return driver.results();
}

function readId(driver: FloppyDriver, hd = 0, opcode = 0x4a): number[] {
  driver.send(opcode, hd);
  driver.waitIrq();
  return driver.results();
}

const plain = (c: number, h: number, numbers: number[]): Ids => numbers.map((r) => [c, h, r, 2]);
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

suite('machine/fdc READ ID', () => {
  test('IDs come round in their order', () => {
    const driver = withDisk();
    driver.seek(0, 2);
    const seen = upTo(20).map(() => readId(driver, 4));
    assert.deepEqual(seen[0], [4, 0, 0, 2, 1, 1, 2]);
    const numbers = seen.map((status) => status[5]);
    assert.deepEqual(numbers, [...upTo(18), 1, 2]);
  });

  test('MA where nothing is recorded, at another rate, in FM', () => {
    const driver = withDisk();
    assert.deepEqual(readId(driver, 0, 0x0a).slice(0, 3), [0x40, 1, 0]);
    driver.seek(0, 81);
    assert.deepEqual(readId(driver, 4).slice(0, 3), [0x44, 1, 0]);
    driver.seek(0, 0);
    driver.machine.out8(0x3f7, 2);
    assert.deepEqual(readId(driver).slice(0, 3), [0x40, 1, 0]);
  });
});

suite('machine/fdc FORMAT TRACK', () => {
  test('fills the track, and leaves its neighbours alone', () => {
    const image = patterned(size144);
    const driver = withDisk(image);
    const told: number[] = [];
    driver.machine.onMediumWrite = (_drive, offset) => told.push(offset);
    driver.seek(0, 5);
    assert.deepEqual(format(driver, 1, plain(5, 1, upTo(18))).slice(0, 3), [4, 0, 0]);
    const want = patterned(size144);
    want.fill(0xf6, 11 * 18 * 512, 12 * 18 * 512);
    assert.deepEqual(image, want);
    assert.equal(told.length, 18);
    assert.equal(told[0], 11 * 18 * 512);
  });

  test('keeps the interleave', () => {
    const driver = withDisk();
    const order = [1, 10, 2, 11, 3, 12, 4, 13, 5, 14, 6, 15, 7, 16, 8, 17, 9, 18];
    format(driver, 0, plain(0, 0, order));
    assert.deepEqual(
      order.map(() => readId(driver)[5]),
      order,
    );
    assert.deepEqual(driver.read([0, 0, 1, 2], 18 * 512), [0, 0, 0, 1, 0, 1, 2]);
    assert.isTrue(driver.machine.ram.subarray(at, at + 18 * 512).every((byte) => byte === 0xf6));
  });

  test('a missing sector is ND; one that returns is read again', () => {
    const driver = withDisk();
    format(driver, 0, plain(0, 0, [1, 2, 4]));
    assert.deepEqual(driver.read([0, 0, 2, 2], 1024), [0x40, 4, 0, 0, 0, 3, 2]);
    format(driver, 0, plain(0, 0, upTo(18)));
    assert.equal(driver.read([0, 0, 3, 2], 512)[0], 0);
  });

  test('C = FF in the IDs is WC and BC', () => {
    const driver = withDisk();
    format(driver, 0, plain(0xff, 0, upTo(9)));
    assert.deepEqual(driver.read([0, 0, 1, 2], 512), [0x40, 4, 0x12, 0, 0, 1, 2]);
    assert.equal(driver.read([0xff, 0, 1, 2], 512)[0], 0);
  });

  test('128-byte sectors: DTL bytes pass, the rest is zero', () => {
    const driver = withDisk();
    format(driver, 0, [[0, 0, 1, 0]], 0);
    driver.machine.ram.set(patterned(128, 5), at);
    driver.programDma(0x4a, at, 100);
    assert.equal(driver.data([0, 0, 1, 0], { opcode: 0x45, dtl: 100, eot: 1 })[0], 0);
    driver.machine.ram.fill(0xaa, at, at + 128);
    driver.programDma(0x46, at, 128);
    assert.equal(driver.data([0, 0, 1, 0], { dtl: 128, eot: 1 })[0], 0);
    const got = driver.machine.ram.subarray(at, at + 128);
    assert.deepEqual(got.subarray(0, 100), patterned(128, 5).subarray(0, 100));
    assert.deepEqual(got.subarray(100), new Uint8Array(28));
  });

  test('what does not fit into a turn is lost', () => {
    const driver = withDisk();
    format(driver, 0, plain(0, 0, upTo(30)));
    assert.equal(driver.read([0, 0, 18, 2], 512)[0], 0);
    assert.deepEqual(driver.read([0, 0, 30, 2], 512, { eot: 30 })[1], 4);
  });

  test('records at the rate that is set', () => {
    const driver = withDisk();
    driver.machine.out8(0x3f7, 2);
    format(driver, 0, plain(0, 0, upTo(9)), 2, 0x50);
    assert.equal(driver.read([0, 0, 9, 2], 512, { eot: 9 })[0], 0);
    driver.machine.out8(0x3f7, 0);
    assert.equal(driver.read([0, 0, 9, 2], 512, { eot: 9 })[1], 1);
  });

  test('a protected disk: NW; a masked channel: OR; neither changes a byte', () => {
    const image = patterned(size144);
    const driver = withDisk(image, true);
    assert.deepEqual(format(driver, 0, plain(0, 0, upTo(18))).slice(0, 3), [0x40, 2, 0]);
    driver.machine.insert(0, image);
    driver.machine.out8(0x0a, 0x06);
    driver.send(0x4d, 0, 2, 18, 0x6c, 0xf6);
    driver.waitIrq();
    assert.deepEqual(driver.results().slice(0, 3), [0x40, 0x10, 0]);
    assert.deepEqual(image, patterned(size144));
    assert.equal(driver.read([0, 0, 18, 2], 512)[0], 0, 'the track is still there');
  });

  test('odd tracks are there again when the same disk comes back', () => {
    const image = patterned(size144);
    const driver = withDisk(image);
    format(driver, 0, plain(0, 0, [1, 2]));
    assert.strictEqual(driver.machine.eject(0), image);
    driver.machine.insert(0, image);
    assert.equal(driver.read([0, 0, 3, 2], 512)[1], 4);
  });
});

suite('machine/fdc READ TRACK', () => {
  const readTrack = (driver: FloppyDriver, sectors: number, r = 1) =>
    driver.read([0, 0, r, 2], sectors * 512, { opcode: 0x42, eot: sectors });

  test('takes sectors in physical order from the index hole, whatever R', () => {
    const image = patterned(size144);
    const driver = withDisk(image);
    assert.deepEqual(readTrack(driver, 18, 7).slice(0, 3), [0, 0, 0]);
    assert.deepEqual(driver.machine.ram.subarray(at, at + 9216), image.subarray(0, 9216));
  });

  test('goes on over bad CRCs and unexpected IDs, and says so', () => {
    const driver = withDisk();
    driver.machine.fault.badSector(0, 2);
    assert.deepEqual(readTrack(driver, 4).slice(0, 3), [0x40, 0x20, 0x20]);
    assert.equal(driver.dmaCount(), 0xffff);
    format(driver, 0, plain(0, 0, [2, 1, 3]));
    assert.deepEqual(readTrack(driver, 3).slice(0, 3), [0x40, 4, 0]);
  });
});
