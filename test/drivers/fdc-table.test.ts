/**
 * The rows of the table of faults (docs/floppy.md) that are no matter of a moment: what the driver
 * does, and what its caller sees.
 */
import { assert } from 'chai';
import { SL_OVERRIDE_VERIFY_VOLUME } from '../../personality/rtl/irp.ts';
import * as nt from '../../personality/rtl/nt.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import { CYLINDER, disk, reads, start, writes } from './fdc-disk.ts';
import { assertSame, patterned, SIZE_144M, startFloppy } from './fdc-rig.ts';

const OK = 'STATUS_SUCCESS';
const DOR = 0x3f2;
const commands = (rig: Awaited<ReturnType<typeof start>>) =>
  rig.machine.counters()['machine.fdc.command']!;

suite('floppy driver, sectors that fail so often', () => {
  /** [fault, what it is told as] */
  const rows = [
    ['crc', 'STATUS_CRC_ERROR'],
    ['badId', 'STATUS_CRC_ERROR'],
    ['noData', 'STATUS_DEVICE_DATA_ERROR'],
    ['deleted', 'STATUS_DEVICE_DATA_ERROR'],
    ['noId', 'STATUS_NONEXISTENT_SECTOR'],
    ['wrongCylinder', 'STATUS_NONEXISTENT_SECTOR'],
  ] as const;
  for (const [what, status] of rows)
    test(`${what}: three times and it is read, for ever and it is ${status}`, async () => {
      const rig = await start();
      rig.machine.fault.sector(0, 50, what, 3);
      assert.equal(await reads(rig, CYLINDER, CYLINDER), CYLINDER);
      rig.machine.fault.sector(0, 50, what, Infinity);
      assert.equal(await reads(rig, CYLINDER, CYLINDER, status), 14 * 512, 'what lies before it');
    });

  test('overruns: eight of them, and no recalibration', async () => {
    const rig = await start();
    await reads(rig, 0, 512);
    const before = commands(rig);
    rig.machine.fault.dma('starve', 8);
    assert.equal(await reads(rig, 0, CYLINDER), CYLINDER);
    // Each is the command and no seek.
    assert.equal(commands(rig) - before, 9);
    rig.machine.fault.dma('starve', Infinity);
    assert.equal(await reads(rig, 0, CYLINDER, 'STATUS_DATA_OVERRUN'), 0);
  });

  for (const what of ['earlyTc', 'lateTc'] as const)
    test(`${what}: never more is told than moved, and nothing else is written`, async () => {
      const rig = await start();
      rig.machine.fault.dma(what, 2);
      assert.equal(await reads(rig, CYLINDER, 2 * CYLINDER), 2 * CYLINDER);
      const bytes = patterned(700 * 512, 9);
      const before = disk.image.slice();
      before.set(bytes, 5 * 512);
      rig.machine.fault.dma(what, 2);
      assert.equal(await writes(rig, 5 * 512, bytes, OK), bytes.length);
      assertSame(disk.image, before);
    });
});

suite('floppy driver, a drive that fails', () => {
  test('the sensor of track 0: once is nothing, then the drive is no good', async () => {
    const rig = await start();
    const change = () => {
      rig.machine.eject(0);
      rig.machine.insert(0, disk.image);
    };
    change();
    rig.machine.fault.drive(0, 'trackZero');
    await reads(rig, 0, 512, 'STATUS_VERIFY_REQUIRED');
    change();
    rig.machine.fault.drive(0, 'trackZero', Infinity);
    await reads(rig, 0, 512, 'STATUS_IO_DEVICE_ERROR');
    rig.machine.fault.clear();
    await reads(rig, 0, 512, 'STATUS_VERIFY_REQUIRED');
  });

  test('a head that slips is sent home; one that always does is no disk of fewer tracks', async () => {
    const rig = await start();
    rig.machine.fault.drive(0, 'misstep', 2);
    assert.equal(await reads(rig, 12 * CYLINDER, CYLINDER), CYLINDER);
    rig.machine.fault.drive(0, 'misstep', Infinity);
    await reads(rig, 30 * CYLINDER, 512, 'STATUS_NONEXISTENT_SECTOR');
    const bytes = patterned(CYLINDER, 3);
    const before = disk.image.slice();
    await writes(rig, 40 * CYLINDER, bytes, 'STATUS_FLOPPY_WRONG_CYLINDER');
    assertSame(disk.image, before);
    rig.machine.eject(0);
    rig.machine.insert(0, disk.image);
    const flags = SL_OVERRIDE_VERIFY_VOLUME;
    const { status } = await rig.control(0, nt.IOCTL_DISK_GET_LENGTH_INFO, 8, flags);
    assert.equal(statusName(status), 'STATUS_FLOPPY_WRONG_CYLINDER');
  });

  test('no index pulses: the chip hangs, is reset, and in the end IO_TIMEOUT', async () => {
    const rig = await start();
    rig.machine.fault.drive(0, 'index');
    assert.equal(await reads(rig, 3 * CYLINDER, CYLINDER), CYLINDER);
    rig.machine.fault.drive(0, 'index', Infinity);
    await reads(rig, 5 * CYLINDER, CYLINDER, 'STATUS_IO_TIMEOUT');
    rig.machine.fault.clear();
    assert.equal(await reads(rig, 5 * CYLINDER, CYLINDER), CYLINDER);
  });

  test('protection that is slid while the disk is in: no retry, nothing written', async () => {
    const rig = await start();
    const bytes = patterned(CYLINDER, 5);
    assert.equal(await writes(rig, 0, bytes, OK), CYLINDER);
    rig.machine.fault.protect(0, true);
    const before = commands(rig);
    await writes(rig, 0, patterned(CYLINDER, 6), 'STATUS_MEDIA_WRITE_PROTECTED');
    assert.isAtMost(commands(rig) - before, 1);
    assertSame(disk.image.slice(0, CYLINDER), bytes);
    rig.machine.fault.protect(0, false);
    assert.equal(await writes(rig, 0, patterned(CYLINDER, 6), OK), CYLINDER);
  });

  test('a reset by another in the middle: time-out, and done again', async () => {
    const rig = await start();
    await reads(rig, 0, 512);
    const { out8 } = rig.machine;
    let bytes = 0;
    rig.machine.out8 = (port, value) => {
      out8.call(rig.machine, port, value);
      // After the ninth byte of the first READ DATA.
      bytes = port === 0x3f5 ? (value === 0xc6 || bytes > 0 ? bytes + 1 : 0) : bytes;
      if (bytes !== 9) return;
      rig.machine.out8 = out8;
      out8.call(rig.machine, DOR, 0x18);
      out8.call(rig.machine, DOR, 0x1c);
    };
    assert.equal(await reads(rig, 0, CYLINDER), CYLINDER);
  });

  test('bytes that make no sense: FLOPPY_BAD_REGISTERS, and recovery', async () => {
    const rig = await start();
    await reads(rig, 0, 512);
    const { in8, out8 } = rig.machine;
    let reading = false;
    rig.machine.out8 = (port, value) => {
      if (port === 0x3f5 && (value === 0xc6 || value === 0x08)) reading = value === 0xc6;
      out8.call(rig.machine, port, value);
    };
    rig.machine.in8 = (port) =>
      in8.call(rig.machine, port) ^ (port === 0x3f5 && reading ? 0x80 : 0);
    await reads(rig, 0, 512, 'STATUS_FLOPPY_BAD_REGISTERS');
    rig.machine.in8 = in8;
    assert.equal(await reads(rig, CYLINDER, CYLINDER), CYLINDER);
  });

  test('RQM that rises only after some resets', async () => {
    const rig = await start();
    rig.machine.fault.stickRqm(2);
    assert.equal(await reads(rig, CYLINDER, CYLINDER), CYLINDER);
  });

  test('map registers for less than a sector: INSUFFICIENT_RESOURCES, and nothing is kept', async () => {
    const rig = await start();
    rig.executive.dma!.mapLimit = 511;
    assert.equal(await reads(rig, 0, 1024, 'STATUS_INSUFFICIENT_RESOURCES'), 0);
    rig.executive.dma!.mapLimit = 0xfe00;
    assert.equal(await reads(rig, 0, 1024), 1024);
  });
});

suite('floppy driver, how it works', () => {
  for (const before of [0x00, 0x0c, 0x3d])
    test(`the DOR at ${before.toString(16)} at the start, a command half given`, async () => {
      const image = patterned(SIZE_144M, 2);
      const rig = await startFloppy({}, (machine) => {
        machine.insert(0, image);
        machine.out8(DOR, before);
        machine.out8(0x3f5, 0x46);
        machine.out8(0x3f5, 0x00);
      });
      assert.equal(statusName(rig.status), OK);
      const { data } = await rig.read(0, 0, 4096);
      assertSame(data, image.slice(0, 4096));
    });

  test('a cylinder is one command, from wherever the request begins', async () => {
    const rig = await start();
    await reads(rig, 0, 512);
    const { out8 } = rig.machine;
    let transfers = 0;
    rig.machine.out8 = (port, value) => {
      if (port === 0x3f5 && value === 0xc6) transfers++;
      out8.call(rig.machine, port, value);
    };
    await reads(rig, 10 * CYLINDER, 4 * CYLINDER - 512);
    assert.equal(transfers, 4);
    await reads(rig, 10 * CYLINDER + 5 * 512, CYLINDER);
    assert.equal(transfers, 6);
  });

  test('requests that wait are served in a sweep', async () => {
    const rig = await start();
    await reads(rig, 40 * CYLINDER, 512);
    const served: number[] = [];
    const places = [41, 10, 70, 20, 60, 30];
    await Promise.all(
      places.map(async (cylinder) => {
        await reads(rig, cylinder * CYLINDER, 512);
        served.push(cylinder);
      }),
    );
    // The first has the drive before the others come.
    assert.deepEqual(served, [41, 60, 70, 30, 20, 10]);
  });

  test('a sector that is missing from the first track makes no disk of fewer sectors', async () => {
    for (const lba of [17, 16, 35]) {
      const rig = await startFloppy({}, (machine) => {
        machine.insert(0, patterned(SIZE_144M, 5));
        machine.fault.sector(0, lba, 'noId', Infinity);
      });
      const { output } = await rig.control(0, nt.IOCTL_DISK_GET_LENGTH_INFO, 8);
      assert.equal(new DataView(output.buffer).getUint32(0, true), SIZE_144M);
    }
  });
});
