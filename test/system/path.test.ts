/** The path is real: what counts, and what breaks when a part of it is taken away. */
import { assert } from 'chai';
import type { ProcessBody } from '../../personality/ntos/ps/process.ts';
import { CSPACE_BITS, SLOT_SERVICE } from '../../personality/rtl/layout.ts';
import { seL4_CNode_Delete } from '../../personality/sel4/index.ts';
import { bootRig, type Rig } from '../support/rig.ts';
import { makeImage } from '../support/mtools.ts';
import { pattern } from './commands.suite.ts';

async function difference(
  rig: Rig,
  action: () => Promise<unknown>,
): Promise<(name: string) => number> {
  const before = await rig.counters();
  await action();
  const after = await rig.counters();
  return (name) =>
    Object.entries(after)
      .filter(([key]) => key === name || (name.endsWith('*') && key.startsWith(name.slice(0, -1))))
      .reduce((sum, [key, value]) => sum + value - (before[key] ?? 0), 0);
}

suite('system/path', function () {
  this.timeout(60_000);
  let rig: Rig;

  setup(async () => {
    const files = { 'FILE.BIN': pattern(20_000), 'OTHER.BIN': pattern(9000, 2) };
    rig = await bootRig({ disks: [await makeImage({ kib: 1440, files })] });
  });

  teardown(() => rig.end());

  test('a first read reaches controller and file system, a second one neither', async () => {
    await rig.run('dir');
    const read = () => rig.ask({ op: 'readFile', path: 'A:\\FILE.BIN' });
    const first = await difference(rig, read);
    assert.isAbove(first('machine.fdc.command'), 0);
    assert.isAbove(first('kernel.irq'), 0);
    assert.isAbove(first('io.irp.floppy.read'), 0);
    assert.equal(first('io.irp.fatfs.create'), 1);
    assert.isAtLeast(first('io.irp.fatfs.read'), 1);
    const second = await difference(rig, read);
    assert.equal(second('machine.fdc.command'), 0);
    assert.equal(second('io.irp.fatfs.*'), 0);
    assert.equal(second('io.irp.floppy.*'), 0);
    assert.isAbove(second('kernel.ipc'), 0);
    assert.isAbove(second('cc.hit'), 0);
    assert.equal(second('cc.miss'), 0);
  });

  test('the terminal goes through the serial driver', async () => {
    await rig.prompt();
    const typed = await difference(rig, async () => {
      rig.type('ver\r');
      await new Promise((done) => setTimeout(done, 500));
    });
    assert.include(rig.screen(), 'Neptune Web');
    assert.isAbove(typed('io.irp.serial.read'), 0);
    assert.isAbove(typed('io.irp.serial.write'), 0);
  });

  test('a driver that dies in the middle of a read: an error, a new driver, the file', async () => {
    await rig.run('dir');
    rig.machine.fault.loseIrq(6, 1);
    const reading = rig.exec('type FILE.BIN');
    await new Promise((done) => setTimeout(done, 50));
    const killed = await rig.asExecutive((executive) => {
      const driver = executive.ldr.driverProcess('fdc');
      if (driver) executive.ps.terminate(driver, 0xc0000001);
      return driver !== undefined;
    });
    assert.isTrue(killed);
    const { status, output } = await reading;
    assert.notEqual(status, 0);
    assert.match(output, /\(STATUS_[A-Z_]+\)/);
    // It is started again by itself; who asks meanwhile waits for it.
    assert.deepEqual(await rig.ask({ op: 'readFile', path: 'A:\\FILE.BIN' }), pattern(20_000));
  });

  test('without its endpoint capability a driver is cut off, and the rest lives', async () => {
    await rig.run('dir');
    const error = await rig.asExecutive((executive) => {
      const driver = executive.ldr.driverProcess('fdc') as ProcessBody;
      return seL4_CNode_Delete(executive.thread, driver.cnode, SLOT_SERVICE, CSPACE_BITS);
    });
    assert.equal(error, 0);
    const { status, output } = await rig.exec('type FILE.BIN');
    assert.notEqual(status, 0, output);
    assert.match(output, /\(STATUS_[A-Z_]+\)/);
    assert.include(await rig.run('ps'), 'ntcmd.exe');
    assert.deepEqual(await rig.ask({ op: 'readFile', path: 'A:\\FILE.BIN' }), pattern(20_000));
  });
});
