/** What is seen and heard of the drives: lights, motors, steps. */
import { assert } from 'chai';
import { DriveLine } from '../../web/host/drive-line.ts';
import type { DriveSigns } from '../../web/machine/types.ts';
import { DOR, FloppyDriver, patterned, size144 } from './floppy-driver.ts';

const quiet = { selected: false, turns: false, steps: 0, reads: 0, writes: 0 };

suite('machine/signs', () => {
  test('the light is motor and select, and a motor turns only what is in', () => {
    const { machine } = new FloppyDriver();
    let told = 0;
    machine.onDrives = () => told++;
    assert.deepEqual(machine.signs(0), quiet);
    machine.out8(DOR, 0x1c);
    assert.deepInclude(machine.signs(0), { selected: true, turns: false });
    machine.out8(DOR, 0x3d);
    assert.isFalse(machine.signs(0).selected, 'the other one is selected');
    assert.isTrue(machine.signs(1).selected);
    machine.insert(0, patterned(size144));
    assert.isTrue(machine.signs(0).turns);
    machine.eject(0);
    assert.isFalse(machine.signs(0).turns);
    machine.out8(DOR, 0x0c);
    assert.isFalse(machine.signs(1).selected);
    assert.isAtLeast(told, 5);
    assert.deepEqual(machine.signs(7), quiet);
  });

  test('steps, reads and writes are counted for the drive that they are of', () => {
    const driver = new FloppyDriver();
    const { machine } = driver;
    machine.insert(1, patterned(size144));
    driver.start();
    driver.recalibrate(1);
    driver.seek(1, 3);
    const before = machine.signs(1);
    assert.equal(before.steps, 3);
    driver.read([3, 0, 1, 2], 1024, { drive: 1, eot: 2 });
    assert.equal(machine.signs(1).reads - before.reads, 2);
    driver.write([3, 0, 5, 2], 512, { drive: 1 });
    assert.equal(machine.signs(1).writes, 1);
    const { steps, reads, writes } = machine.signs(0);
    assert.deepEqual([steps, reads, writes], [0, 0, 0]);
  });
});

suite('host/drive line', () => {
  test('what comes close together is one piece, and each count is since the last one', () => {
    const tasks: (() => void)[] = [];
    const door = { later: (task: () => void) => (tasks.push(task), () => undefined) };
    let now: DriveSigns = { ...quiet, steps: 2 };
    const sent: (readonly DriveSigns[])[] = [];
    const machine = { signs: (drive: number) => (drive === 0 ? now : quiet) };
    const line = new DriveLine(machine, door as never, (signs) => sent.push(signs));
    line.changed();
    line.changed();
    now = { ...quiet, selected: true, steps: 5, reads: 1 };
    assert.lengthOf(tasks, 1);
    tasks.pop()!();
    now = { ...now, reads: 4 };
    line.changed();
    tasks.pop()!();
    assert.isEmpty(tasks, 'nothing is sent while nothing happens');
    assert.deepEqual(sent, [
      [{ ...quiet, selected: true, steps: 5, reads: 1 }, quiet],
      [{ ...quiet, selected: true, reads: 3 }, quiet],
    ]);
  });
});
