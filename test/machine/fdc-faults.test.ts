/** What goes wrong: nothing turns, a disk is pulled, sectors rot, interrupts vanish or stick. */
import { assert } from 'chai';
import { letGo } from '../../web/store/let-go.ts';
import {
  BUSY,
  DIR,
  DOR,
  FloppyDriver,
  MSR,
  patterned,
  RQM,
  size144,
  WRITE_ONE_SIDE,
} from './floppy-driver.ts';

const at = 0x10000;
const dataError = [0x40, 0x20, 0x20];

function withDisk(image = patterned(size144)): FloppyDriver {
  const driver = new FloppyDriver().start();
  driver.machine.insert(0, image);
  return driver;
}

suite('machine/fdc with nothing turning', () => {
  const commands: [string, number[]][] = [
    ['READ DATA', [0x46, 0, 0, 0, 1, 2, 18, 0x1b, 0xff]],
    ['WRITE DATA', [0x45, 0, 0, 0, 1, 2, 18, 0x1b, 0xff]],
    ['VERIFY', [0x56, 0, 0, 0, 1, 2, 18, 0x1b, 0xff]],
    ['READ TRACK', [0x42, 0, 0, 0, 1, 2, 18, 0x1b, 0xff]],
    ['READ ID', [0x4a, 0]],
    ['FORMAT TRACK', [0x4d, 0, 2, 18, 0x6c, 0xf6]],
  ];
  for (const why of ['no disk', 'motor off', 'no drive'] as const) {
    for (const [name, bytes] of commands) {
      test(`${name}, ${why}: never ends until a reset`, () => {
        const driver = why === 'no disk' ? new FloppyDriver().start() : withDisk();
        const { machine } = driver;
        if (why === 'motor off') machine.out8(DOR, 0x0c);
        const drive = why === 'no drive' ? 3 : 0;
        if (drive) machine.out8(DOR, 0x8f);
        driver.programDma(name.startsWith('WR') || name.startsWith('FO') ? 0x4a : 0x46, at, 512);
        driver.send(bytes[0]!, bytes[1]! | drive, ...bytes.slice(2));
        machine.advance(60_000_000);
        assert.equal(machine.nextEvent(), undefined);
        assert.equal(machine.in8(MSR), BUSY);
        assert.isFalse(machine.irq(6));
        machine.out8(0x3f5, 0x10);
        assert.equal(machine.in8(MSR), BUSY);
        driver.reset();
        assert.equal(machine.in8(MSR), RQM);
        driver.send(0x10);
        assert.deepEqual(driver.results(), [0x90]);
      });
    }
  }

  test('a disk that begins to turn lets the command go on', () => {
    const driver = new FloppyDriver().start();
    driver.programDma(0x46, at, 512);
    driver.beginData([0, 0, 1, 2]);
    driver.machine.advance(1000);
    driver.machine.insert(0, patterned(size144));
    driver.waitIrq();
    assert.equal(driver.results()[0], 0);
  });
});

suite('machine/fdc reset in a sector', () => {
  /** Two sectors of 7s; what the first two sectors and the third are then. */
  function torn(driver: FloppyDriver, image: Uint8Array): void {
    const kept = patterned(size144).subarray(768, 1536);
    assert.deepEqual(image.subarray(0, 768), new Uint8Array(768).fill(7));
    assert.deepEqual(image.subarray(768, 1536), kept);
    assert.deepEqual(driver.read([0, 0, 1, 2], 512).slice(0, 3), [0, 0, 0]);
    assert.deepEqual(driver.read([0, 0, 2, 2], 512).slice(0, 3), dataError);
  }

  test('a write is cut off: half of the sector is new, its checksum wrong', () => {
    const image = patterned(size144);
    const driver = new FloppyDriver({ timing: 'real' }).start();
    driver.machine.insert(0, image);
    const written: number[] = [];
    driver.machine.onMediumWrite = (_drive, offset) => void written.push(offset);
    driver.machine.ram.fill(7, at, at + 1024);
    driver.programDma(0x4a, at, 1024);
    driver.beginData([0, 0, 1, 2], { opcode: WRITE_ONE_SIDE });
    while (written.length === 0) driver.machine.advance(100);
    driver.machine.advance(5000);
    driver.reset();
    assert.deepEqual(written, [0, 512], 'the store hears of it');
    torn(driver, image);
  });

  test('the controller hangs in a sector until it is reset', () => {
    const image = patterned(size144);
    const driver = withDisk(image);
    driver.machine.fault.tearSector(0, 1, 'hang');
    driver.machine.ram.fill(7, at, at + 1024);
    driver.programDma(0x4a, at, 1024);
    driver.beginData([0, 0, 1, 2], { opcode: WRITE_ONE_SIDE });
    driver.machine.advance(60_000_000);
    assert.equal(driver.machine.in8(MSR), BUSY);
    driver.reset();
    torn(driver, image);
    driver.machine.ram.fill(7, at, at + 1024);
    assert.equal(driver.write([0, 0, 1, 2], 1024)[0], 0, 'once');
  });
});

suite('machine/fdc pulled disk', () => {
  test('in a read: half a sector arrives, then nothing; the change line tells', () => {
    const image = patterned(size144);
    const driver = withDisk(image);
    driver.seek(0, 1);
    driver.seek(0, 0);
    assert.equal(driver.machine.in8(DIR) & 0x80, 0);
    driver.machine.fault.pullDisk(0, 2);
    driver.programDma(0x46, at, 4096);
    driver.beginData([0, 0, 1, 2]);
    driver.machine.advance(10_000_000);
    assert.equal(driver.machine.in8(MSR), BUSY);
    assert.isUndefined(driver.machine.medium(0));
    assert.equal(driver.dmaCount(), 4096 - 1280 - 1);
    const got = driver.machine.ram.subarray(at, at + 1280);
    assert.deepEqual(got, image.subarray(0, 1280));
    assert.equal(driver.machine.in8(DIR) & 0x80, 0x80);
    driver.reset();
  });

  test('in a write: the sector is torn, and reads as a bad CRC when the disk is back', () => {
    const image = patterned(size144);
    const driver = withDisk(image);
    driver.machine.ram.fill(0x11, at, at + 4096);
    driver.machine.fault.pullDisk(0, 1);
    driver.programDma(0x4a, at, 4096);
    driver.beginData([0, 0, 1, 2], { opcode: 0x45 });
    driver.machine.advance(10_000_000);
    assert.equal(driver.machine.in8(MSR), BUSY);
    driver.reset();
    const want = patterned(size144);
    want.fill(0x11, 0, 768);
    assert.deepEqual(image, want);
    driver.machine.insert(0, image);
    driver.machine.out8(DOR, 0x1c);
    assert.deepEqual(driver.read([0, 0, 2, 2], 512).slice(0, 3), dataError);
    assert.equal(driver.read([0, 0, 3, 2], 512)[0], 0);
    driver.write([0, 0, 2, 2], 512);
    assert.equal(driver.read([0, 0, 2, 2], 512)[0], 0);
  });

  test('a disk put in with damage: bad CRCs there, until written', () => {
    const image = patterned(size144);
    const driver = new FloppyDriver().start();
    const damaged = [
      { offset: 600, length: 1 },
      { offset: 512 * 17, length: 1024 },
    ];
    driver.machine.insert(0, image, { damaged });
    const read = (h: number, r: number) => driver.read([0, h, r, 2], 512).slice(0, 3);
    assert.equal(read(0, 1)[0], 0);
    assert.deepEqual(read(0, 2), dataError);
    assert.equal(read(0, 3)[0], 0);
    assert.deepEqual(read(0, 18), dataError);
    assert.deepEqual(read(1, 1), [0x44, ...dataError.slice(1)]);
    driver.write([0, 0, 2, 2], 512);
    assert.equal(read(0, 2)[0], 0);
  });

  test('in VERIFY and FORMAT: they hang, and what was formatted stays', () => {
    const driver = withDisk();
    driver.machine.fault.pullDisk(0, 3);
    driver.send(0x56, 0, 0, 0, 1, 2, 18, 0x1b, 0xff);
    driver.machine.advance(1000);
    assert.equal(driver.machine.in8(MSR), BUSY);
    driver.reset();

    const image = patterned(size144);
    driver.machine.insert(0, image);
    driver.machine.out8(DOR, 0x1c);
    driver.machine.ram.set([0, 0, 1, 2, 0, 0, 2, 2, 0, 0, 3, 2], at);
    driver.machine.fault.pullDisk(0, 2);
    driver.programDma(0x4a, at, 12);
    driver.send(0x4d, 0, 2, 3, 0x6c, 0xe5);
    driver.machine.advance(1000);
    assert.equal(driver.machine.in8(MSR), BUSY);
    assert.isTrue(image.subarray(0, 1024).every((byte) => byte === 0xe5));
    assert.deepEqual(image.subarray(1024), patterned(size144).subarray(1024));
  });

  test('whose memory is given away while the controller hangs in it: what is written is lost', () => {
    const image = patterned(size144);
    const driver = withDisk(image);
    driver.machine.fault.tearSector(0, 0, 'hang');
    driver.programDma(0x4a, at, 512);
    driver.beginData([0, 0, 1, 2], { opcode: WRITE_ONE_SIDE });
    driver.machine.advance(10_000);
    letGo(driver.machine.eject(0));
    assert.equal(image.length, 0);
    driver.reset();
    driver.machine.insert(0, patterned(size144));
    driver.machine.out8(DOR, 0x1c);
    assert.equal(driver.read([0, 0, 1, 2], 512)[0], 0);
  });

  test('ejecting between commands gives the array back', () => {
    const image = patterned(size144);
    const driver = withDisk(image);
    assert.strictEqual(driver.machine.eject(0), image);
    assert.isUndefined(driver.machine.eject(0));
    assert.isUndefined(driver.machine.eject(9));
  });
});

suite('machine/fdc bad sectors', () => {
  test('once, several times, for ever', () => {
    const driver = withDisk();
    const { fault } = driver.machine;
    const read = () => driver.read([0, 0, 4, 2], 512).slice(0, 3);
    fault.badSector(0, 3);
    assert.deepEqual([read(), read()], [dataError, [0, 0, 0]]);
    fault.badSector(0, 3, 2);
    assert.deepEqual([read(), read(), read()], [dataError, dataError, [0, 0, 0]]);
    fault.badSector(0, 3, Infinity);
    for (let i = 0; i < 5; i++) assert.deepEqual(read(), dataError);
    fault.clear();
    assert.deepEqual(read(), [0, 0, 0]);
  });

  test('CHRN names the bad sector, and nothing after it is read', () => {
    const driver = withDisk();
    driver.machine.fault.badSector(0, 3);
    assert.deepEqual(driver.read([0, 0, 1, 2], 4096), [...dataError, 0, 0, 4, 2]);
    assert.equal(driver.dmaCount(), 4096 - 4 * 512 - 1);
  });

  test('is a fault of one drive alone', () => {
    const driver = withDisk();
    driver.machine.insert(1, patterned(size144));
    driver.machine.fault.badSector(1, 0);
    assert.equal(driver.read([0, 0, 1, 2], 512)[0], 0);
    assert.equal(driver.read([0, 0, 1, 2], 512, { drive: 1 })[0], 0x41);
  });
});

suite('machine/interrupt faults', () => {
  test('a lost interrupt: the result is there, nobody says so', () => {
    const driver = withDisk();
    const { machine } = driver;
    machine.fault.loseIrq(6);
    driver.programDma(0x46, at, 512);
    driver.beginData([0, 0, 1, 2]);
    machine.advance(5_000_000);
    assert.isFalse(machine.irq(6));
    assert.equal(machine.in8(MSR), 0xd0);
    assert.equal(driver.results()[0], 0);
    assert.equal(driver.read([0, 0, 1, 2], 512)[0], 0, 'the next one is seen');
  });

  test('a stuck line is high until released, and nothing is pending', () => {
    const driver = withDisk();
    const seen: [number, boolean][] = [];
    driver.machine.onIrq = (line, level) => seen.push([line, level]);
    driver.machine.fault.stickIrq(6, true);
    assert.isTrue(driver.machine.irq(6));
    assert.deepEqual(driver.senseInterrupt(), [0x80]);
    assert.isTrue(driver.machine.irq(6));
    driver.machine.fault.clear();
    assert.isFalse(driver.machine.irq(6));
    assert.deepEqual(seen, [
      [6, true],
      [6, false],
    ]);
  });

  test('a line that is not there is refused in words', () => {
    assert.throws(() => withDisk().machine.fault.loseIrq(16), /no interrupt line 16/);
  });
});

suite('machine/insert', () => {
  test('refuses odd sizes and places without a drive', () => {
    const { machine } = new FloppyDriver();
    assert.throws(() => machine.insert(0, new Uint8Array(1000)), /not the size of a floppy/);
    assert.throws(() => machine.insert(2, patterned(size144)), /no drive 2/);
    assert.isUndefined(machine.medium(0));
  });

  test('a 720K drive cannot read a 1.44M disk', () => {
    const driver = new FloppyDriver({ drives: ['720K'] }).start(0);
    driver.machine.insert(0, patterned(size144));
    assert.equal(driver.read([0, 0, 1, 2], 512)[1], 1);
  });

  test('a 1.2M drive reads a 360K disk at 300K, on every second step', () => {
    const image = patterned(368640);
    const driver = new FloppyDriver({ drives: ['1.2M'] }).start(1);
    driver.machine.insert(0, image);
    driver.seek(0, 4);
    assert.equal(driver.read([2, 0, 1, 2], 512, { eot: 9 })[0], 0);
    const got = driver.machine.ram.subarray(at, at + 512);
    assert.deepEqual(got, image.subarray(36 * 512, 37 * 512));
    driver.seek(0, 5);
    assert.equal(driver.read([2, 0, 1, 2], 512, { eot: 9 })[1], 1);
  });
});
