/** The floppy driver and broken hardware: what callers see, that nothing hangs, how it recovers. */
import { assert } from 'chai';
import { SL_OVERRIDE_VERIFY_VOLUME } from '../../personality/rtl/irp.ts';
import * as nt from '../../personality/rtl/nt.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import { CYLINDER, disk, IRQ, reads, start, writes } from './fdc-disk.ts';
import { assertSame, type FloppyRig, patterned, startFloppy } from './fdc-rig.ts';

const DEADLINE = 20_000_000;

suite('floppy driver, medium faults', () => {
  test('a sector that fails once is read on retry', async () => {
    const rig = await start();
    rig.machine.fault.badSector(0, 20, 1);
    assert.equal(await reads(rig, 0, CYLINDER), CYLINDER);
  });

  test('a bad sector: CRC error, and only what lies before it counts', async () => {
    const rig = await start();
    rig.machine.fault.badSector(0, 20, Infinity);
    assert.equal(await reads(rig, 0, CYLINDER, 'STATUS_CRC_ERROR'), 20 * 512);
    assert.equal(await reads(rig, 20 * 512, 512, 'STATUS_CRC_ERROR'), 0);
    assert.equal(await reads(rig, 21 * 512, 15 * 512), 15 * 512);
    rig.machine.fault.clear();
    assert.equal(await reads(rig, 0, CYLINDER), CYLINDER);
  });

  test('several bad sectors that each fail twice', async () => {
    const rig = await start();
    for (const lba of [3, 4, 17, 18, 35, 36]) rig.machine.fault.badSector(0, lba, 2);
    assert.equal(await reads(rig, 0, 2 * CYLINDER), 2 * CYLINDER);
  });

  test('write protected: no write, no retry, and IS_WRITABLE says so', async () => {
    const rig = await start({}, true);
    await reads(rig, 0, 512);
    const before = disk.image.slice();
    const commands = () => rig.machine.counters()['machine.fdc.command']!;
    const begun = commands();
    assert.equal(await writes(rig, 0, patterned(CYLINDER, 2), 'STATUS_MEDIA_WRITE_PROTECTED'), 0);
    assert.isAtMost(commands() - begun, 3);
    assertSame(disk.image, before);
    const { status } = await rig.control(0, nt.IOCTL_DISK_IS_WRITABLE);
    assert.equal(statusName(status), 'STATUS_MEDIA_WRITE_PROTECTED');
  });

  test('DISK_VERIFY finds the bad sector and moves nothing', async () => {
    const rig = await start();
    const input = new Uint8Array(12);
    new DataView(input.buffer).setUint32(8, 4 * CYLINDER, true);
    const verify = () => rig.control(0, nt.IOCTL_DISK_VERIFY, 0, 0, input);
    assert.equal(statusName((await verify()).status), 'STATUS_SUCCESS');
    rig.machine.fault.badSector(0, 100, Infinity);
    assert.equal(statusName((await verify()).status), 'STATUS_CRC_ERROR');
  });
});

/** Formats the track under the head, behind the driver's back: `sectors` of them, at a rate. */
async function formatTrack(rig: FloppyRig, cylinder: number, rate: number, sectors: number) {
  const { machine } = rig;
  const ids = Array.from({ length: sectors }, (_, i) => [cylinder, 0, i + 1, 2]).flat();
  machine.ram.set(ids, 0x1000);
  machine.out8(0x0a, 4 | 2);
  machine.out8(0x0c, 0);
  machine.out8(0x0b, 0x4a);
  for (const byte of [0x00, 0x10]) machine.out8(0x04, byte);
  machine.out8(0x81, 0);
  for (const byte of [ids.length - 1, 0]) machine.out8(0x05, byte);
  machine.out8(0x0a, 2);
  machine.out8(0x3f7, rate);
  for (const byte of [0x4d, 0x00, 2, sectors, 0x54, 0xe5]) machine.out8(0x3f5, byte);
  await rig.executive.advance(1000);
  machine.out8(0x3f7, 0);
}

suite('floppy driver, tracks that are not as they should be', () => {
  test('a sector that is not there: NONEXISTENT_SECTOR, what lies before it counts', async () => {
    const rig = await start();
    await reads(rig, 5 * CYLINDER, 512);
    await formatTrack(rig, 5, 0, 17);
    const { status, information, data } = await rig.read(0, 5 * CYLINDER, CYLINDER);
    assert.equal(statusName(status), 'STATUS_NONEXISTENT_SECTOR');
    assert.equal(information, 17 * 512);
    assert.isTrue(data.subarray(0, information).every((byte) => byte === 0xe5));
    assert.equal(await reads(rig, 6 * CYLINDER, CYLINDER), CYLINDER);
  });

  test('a track of another density: FLOPPY_ID_MARK_NOT_FOUND', async () => {
    const rig = await start();
    await reads(rig, 5 * CYLINDER, 512);
    await formatTrack(rig, 5, 2, 9);
    await reads(rig, 5 * CYLINDER, 512, 'STATUS_FLOPPY_ID_MARK_NOT_FOUND');
    assert.equal(await reads(rig, 6 * CYLINDER, CYLINDER), CYLINDER);
  });

  test('a disk without any track: UNRECOGNIZED_MEDIA', async () => {
    const rig = await start();
    await reads(rig, 0, 512);
    // Nothing can be read at any rate: IDs are asked for and no mark is found.
    const { in8, out8 } = rig.machine;
    let reading = false;
    rig.machine.out8 = (port, value) => {
      if (port === 0x3f5) reading = (value & 0x1f) === 0x0a || (reading && value < 8);
      out8.call(rig.machine, port, value);
    };
    let index = 0;
    rig.machine.in8 = (port) => {
      const value = in8.call(rig.machine, port);
      if (port !== 0x3f5 || !reading) return value;
      return [0x40, 0x01, 0, 0, 0, 0, 0][index++ % 7]!;
    };
    rig.machine.eject(0);
    rig.machine.insert(0, disk.image);
    const { status } = await rig.read(0, 0, 512, SL_OVERRIDE_VERIFY_VOLUME);
    assert.equal(statusName(status), 'STATUS_UNRECOGNIZED_MEDIA');
  });

  test('a dead track 0 sensor: IO_DEVICE_ERROR', async () => {
    const rig = await start();
    const { in8, out8 } = rig.machine;
    let last = 0;
    let recalibrated = false;
    rig.machine.out8 = (port, value) => {
      if (port === 0x3f5 && value === 0x07) recalibrated = true;
      if (port === 0x3f5) last = value;
      out8.call(rig.machine, port, value);
    };
    rig.machine.in8 = (port) => {
      const value = in8.call(rig.machine, port);
      if (port !== 0x3f5 || last !== 0x08 || !recalibrated || value !== 0x20) return value;
      recalibrated = false;
      return 0x70;
    };
    rig.machine.eject(0);
    rig.machine.insert(0, disk.image);
    await reads(rig, 0, 512, 'STATUS_IO_DEVICE_ERROR');
    rig.machine.in8 = in8;
    await reads(rig, 0, 512, 'STATUS_VERIFY_REQUIRED');
  });
});

suite('floppy driver, interrupt faults', () => {
  test('lost interrupts: the chip is asked, the request succeeds', async () => {
    const rig = await start();
    for (const count of [1, 2, 3]) {
      rig.machine.fault.loseIrq(IRQ, count);
      assert.equal(await reads(rig, count * 5 * CYLINDER, CYLINDER), CYLINDER);
    }
  });

  test('a stuck line is masked; the device fails, the driver lives', async () => {
    const rig = await start();
    rig.machine.fault.stickIrq(IRQ, true);
    await reads(rig, 10 * CYLINDER, CYLINDER, 'STATUS_IO_DEVICE_ERROR');
    await reads(rig, 0, 512, 'STATUS_IO_DEVICE_ERROR');
    assert.isUndefined(rig.executive.crash);
    assert.isTrue(rig.executive.logged.some((line) => line.includes('masked')));
  });

  test('spurious interrupts do no harm', async () => {
    const rig = await start();
    for (let i = 0; i < 5; i++) {
      rig.machine.fault.stickIrq(IRQ, true);
      rig.machine.fault.stickIrq(IRQ, false);
      await rig.executive.advance(1000);
      assert.equal(await reads(rig, i * CYLINDER, 512), 512);
    }
  });

  test('the controller never answers: STATUS_NO_SUCH_DEVICE in bounded time', async () => {
    const rig = await startFloppy({}, (machine) => {
      machine.in8 = (port) => (port === 0x3f4 ? 0x10 : 0);
    });
    assert.equal(statusName(rig.status), 'STATUS_NO_SUCH_DEVICE');
    assert.isBelow(rig.executive.time, DEADLINE);
  });

  test('RQM that stops rising: IO_DEVICE_ERROR, and recovery afterwards', async () => {
    const rig = await start();
    const { in8 } = rig.machine;
    rig.machine.in8 = (port) => (port === 0x3f4 ? 0x10 : in8.call(rig.machine, port));
    await reads(rig, 0, 512, 'STATUS_IO_DEVICE_ERROR');
    rig.machine.in8 = in8;
    assert.equal(await reads(rig, CYLINDER, CYLINDER), CYLINDER);
  });
});

suite('floppy driver, DMA faults', () => {
  test('a channel that stays masked: an error in bounded time, and recovery', async () => {
    const rig = await start();
    const { dma } = rig.executive;
    dma!.sabotage = (channel) => rig.machine.out8(0x0a, 4 | channel);
    const { status, information } = await rig.read(0, 0, CYLINDER);
    assert.include(['STATUS_DATA_OVERRUN', 'STATUS_IO_TIMEOUT'], statusName(status));
    assert.equal(information, 0);
    dma!.sabotage = undefined;
    assert.equal(await reads(rig, 0, CYLINDER), CYLINDER);
  });

  test('masked once: the retry succeeds', async () => {
    const rig = await start();
    const { dma } = rig.executive;
    dma!.sabotage = (channel) => {
      rig.machine.out8(0x0a, 4 | channel);
      dma!.sabotage = undefined;
    };
    assert.equal(await reads(rig, 0, CYLINDER), CYLINDER);
  });

  test('terminal count that comes early: never more is reported than moved', async () => {
    const rig = await start();
    const { dma } = rig.executive;
    let times = 0;
    dma!.sabotage = (channel) => {
      if (times++ > 0) return;
      // 5 sectors and a half instead of what was asked for.
      const count = 5 * 512 + 256 - 1;
      dma!.programmed = count + 1;
      rig.machine.out8(0x0c, 0);
      rig.machine.out8(channel * 2 + 1, count & 0xff);
      rig.machine.out8(channel * 2 + 1, count >> 8);
    };
    assert.equal(await reads(rig, 0, CYLINDER), CYLINDER);
    assert.isAbove(times, 1);
  });

  test('a channel that another keeps: its status, and nothing is lost', async () => {
    const rig = await start();
    rig.executive.dma!.allocated = true;
    await reads(rig, 0, 512, 'STATUS_IO_TIMEOUT');
    rig.executive.dma!.allocated = false;
    assert.equal(await reads(rig, 0, 512), 512);
  });
});

suite('floppy driver, the head', () => {
  test('a head that is elsewhere than the driver believes is put right', async () => {
    const rig = await start();
    await reads(rig, 12 * CYLINDER, 512);
    // RELATIVE SEEK, one step outward, behind the driver's back.
    for (const byte of [0x8f, 0x00, 1]) rig.machine.out8(0x3f5, byte);
    await rig.executive.advance(1000);
    assert.equal(await reads(rig, 12 * CYLINDER, CYLINDER), CYLINDER);
    for (const byte of [0xcf, 0x00, 3]) rig.machine.out8(0x3f5, byte);
    await rig.executive.advance(1000);
    const bytes = patterned(CYLINDER, 30);
    const before = disk.image.slice();
    before.set(bytes, 12 * CYLINDER);
    assert.equal(await writes(rig, 12 * CYLINDER, bytes, 'STATUS_SUCCESS'), CYLINDER);
    assertSame(disk.image, before);
  });
});
