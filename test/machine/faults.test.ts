/** What can be made to fail: each of the drive, the chip, DMA and the keeper; and by a seed. */
import { assert } from 'chai';
import type { ChancePlan, FaultKind, KeepResult } from '../../web/machine/index.ts';
import { KEEPER_PORT } from '../../web/machine/keeper.ts';
import { BUSY, DOR, FloppyDriver, MSR, patterned, RQM, size144 } from './floppy-driver.ts';

const at = 0x10000;
const read = (driver: FloppyDriver, bytes = 512, r = 1) =>
  driver.read([0, 0, r, 2], bytes).slice(0, 3);

function withDisk(image = patterned(size144)): FloppyDriver {
  const driver = new FloppyDriver().start();
  driver.machine.insert(0, image);
  return driver;
}

suite('machine/faults of the drive', () => {
  test('write protection slid while the disk is in', () => {
    const driver = withDisk();
    assert.equal(driver.write([0, 0, 1, 2], 512)[0], 0);
    driver.machine.fault.protect(0, true);
    assert.deepEqual(driver.write([0, 0, 1, 2], 512).slice(0, 3), [0x40, 2, 0]);
    driver.machine.fault.protect(0, false);
    assert.equal(driver.write([0, 0, 1, 2], 512)[0], 0);
  });

  test('a dead sensor of track 0: EC, once or for ever', () => {
    const driver = withDisk();
    driver.machine.fault.drive(0, 'trackZero');
    assert.deepEqual(
      [driver.recalibrate(), driver.recalibrate()],
      [
        [0x70, 0],
        [0x20, 0],
      ],
    );
    driver.machine.fault.drive(0, 'trackZero', Infinity);
    for (let i = 0; i < 3; i++) assert.deepEqual(driver.recalibrate(), [0x70, 0]);
    driver.machine.fault.clear();
    assert.deepEqual(driver.recalibrate(), [0x20, 0]);
  });

  test('a misstep: the chip is wrong about the cylinder until it recalibrates', () => {
    const driver = withDisk();
    driver.machine.fault.drive(0, 'misstep');
    assert.deepEqual(driver.seek(0, 5), [0x20, 5]);
    assert.deepEqual(driver.read([5, 0, 1, 2], 512).slice(0, 3), [0x40, 4, 0x10]);
    driver.recalibrate();
    driver.seek(0, 5);
    assert.equal(driver.read([5, 0, 1, 2], 512)[0], 0);
  });

  test('an implied seek can misstep, too', () => {
    const driver = withDisk();
    driver.send(0x13, 0, 0x40, 0);
    driver.machine.fault.drive(0, 'misstep');
    assert.deepEqual(driver.read([5, 0, 1, 2], 512).slice(0, 3), [0x60, 4, 0x10]);
  });

  test('no index pulse: the command hangs until a reset, the next one does not', () => {
    const driver = withDisk();
    driver.machine.fault.drive(0, 'index');
    driver.programDma(0x46, at, 512);
    driver.beginData([0, 0, 1, 2]);
    driver.machine.advance(10_000_000);
    assert.equal(driver.machine.in8(MSR), BUSY);
    driver.reset();
    driver.machine.out8(DOR, 0x1c);
    assert.deepEqual(read(driver), [0, 0, 0]);
  });
});

suite('machine/faults of the chip and its lines', () => {
  test('RQM never rises, until so many resets', () => {
    const driver = withDisk();
    driver.machine.fault.stickRqm(2);
    assert.equal(driver.machine.in8(MSR), 0);
    driver.machine.out8(0x3f4, 0x80);
    driver.machine.advance(0);
    assert.equal(driver.machine.in8(MSR), 0);
    driver.machine.out8(0x3f4, 0x80);
    driver.machine.advance(0);
    assert.equal(driver.machine.in8(MSR), RQM);
  });

  test('a spurious interrupt: a pulse, and nothing to tell', () => {
    const driver = withDisk();
    const seen: boolean[] = [];
    driver.machine.onIrq = (line, level) => void (line === 6 && seen.push(level));
    driver.machine.fault.spuriousIrq(6);
    assert.deepEqual(seen, [true, false]);
    assert.deepEqual(driver.senseInterrupt(), [0x80]);
    assert.throws(() => driver.machine.fault.spuriousIrq(16), /no interrupt line 16/);
  });
});

suite('machine/faults of DMA', () => {
  test('starved: an overrun, and nothing moved', () => {
    const driver = withDisk();
    driver.machine.fault.dma('starve');
    assert.deepEqual(read(driver), [0x40, 0x10, 0]);
    assert.equal(driver.dmaCount(), 511);
    assert.deepEqual(read(driver), [0, 0, 0]);
    driver.machine.fault.dma('starve');
    assert.deepEqual(driver.write([0, 0, 1, 2], 512).slice(0, 3), [0x40, 0x10, 0]);
  });

  test('an early TC: a normal end, and a count that tells', () => {
    const driver = withDisk();
    driver.machine.fault.dma('earlyTc');
    assert.deepEqual(read(driver, 1024), [0, 0, 0]);
    assert.equal(driver.dmaCount(), 1024 - 256 - 1);
  });

  test('a TC that does not arrive: the chip goes on, to an overrun', () => {
    const driver = withDisk();
    driver.machine.fault.dma('lateTc');
    assert.deepEqual(driver.read([0, 0, 1, 2], 512), [0x40, 0x10, 0, 0, 0, 2, 2]);
    assert.equal(driver.dmaCount(), 0xffff);
  });
});

suite('machine/faults of the keeper', () => {
  const codes: [KeepResult, number][] = [
    ['failed', 0x80],
    ['full', 0xc0],
    ['silent', 0xa0],
    ['kept', 0],
  ];
  for (const [result, code] of codes) {
    test(`${result}: nobody is asked`, () => {
      const { machine } = withDisk();
      let asked = 0;
      machine.onKeep = () => void asked++;
      machine.fault.keep(result);
      machine.out8(KEEPER_PORT, 0);
      assert.equal(machine.in8(KEEPER_PORT) & 1, 1);
      machine.advance(0);
      assert.equal(machine.in8(KEEPER_PORT), code);
      assert.equal(asked, 0);
      machine.out8(KEEPER_PORT, 0);
      assert.equal(asked, 1);
    });
  }
});

suite('machine/faults by chance', () => {
  const kinds: FaultKind[] = [
    ...(['crc', 'weak', 'noData', 'deleted', 'badId', 'noId', 'wrongCylinder'] as const),
    ...(['trackZero', 'misstep', 'index', 'starve', 'earlyTc', 'lateTc'] as const),
    ...(['hang', 'loseIrq'] as const),
  ];

  /** Reads and writes under faults; what the chip said of each. */
  function work(seed: number, plan: ChancePlan) {
    const driver = withDisk();
    const { machine } = driver;
    machine.fault.chance(seed, plan);
    const said: string[] = [];
    for (let i = 0; i < 120; i++) {
      const cylinder = i % 5 === 0 ? 0 : i % 3;
      const steps = [
        () => (i % 5 === 0 ? driver.send(0x07, 0) : driver.send(0x0f, 0, cylinder)),
        () => {
          driver.programDma(i % 2 ? 0x4a : 0x46, at, 1024);
          driver.beginData([cylinder, 0, (i % 17) + 1, 2], { opcode: i % 2 ? 0x45 : 0x46 });
        },
      ];
      for (const begin of steps) {
        begin();
        const came = driver.runUntilIrq(1_000_000);
        if (machine.in8(MSR) & 0x40) said.push(driver.results().join());
        else if (came) said.push(driver.senseInterrupt().join());
        else {
          said.push('nothing');
          machine.fault.loseIrq(6, 0);
          machine.out8(DOR, 0x18);
          machine.out8(DOR, 0x1c);
          machine.advance(1000);
          for (let drive = 0; drive < 4; drive++) driver.senseInterrupt();
        }
      }
    }
    return { said, struck: machine.fault.struck() };
  }

  test('the same seed brings the same, each kind comes, none without a plan', () => {
    const plan = { kinds, every: 15 };
    const first = work(1, plan);
    assert.deepEqual(work(1, plan), first);
    assert.notDeepEqual(work(2, plan).said, first.said);
    for (const kind of kinds) {
      let seen = 0;
      for (let seed = 1; seed < 4; seed++)
        seen += work(seed, { kinds: [kind], every: 8 }).struck[kind] ?? 0;
      assert.isAbove(seen, 0, kind);
    }
    const none = work(1, { kinds: [], every: 1 });
    assert.deepEqual(none.struck, {});
    assert.isTrue(none.said.every((one) => one.startsWith('0,') || one.startsWith('32,')));
    assert.throws(() => withDisk().machine.fault.chance(1, { kinds, every: 0 }), RangeError);
  });

  test('a door that opens by chance leaves an empty drive', () => {
    const driver = withDisk();
    driver.machine.fault.chance(5, { kinds: ['door'], every: 4 });
    driver.programDma(0x46, at, 18 * 512);
    driver.beginData([0, 0, 1, 2]);
    driver.machine.advance(1_000_000);
    assert.isUndefined(driver.machine.medium(0));
    assert.deepEqual(driver.machine.fault.struck(), { door: 1 });
  });
});
