/**
 * The floppy driver and broken hardware: what callers see, that nothing hangs, that it recovers.
 */
import { assert } from 'chai';
import { SL_OVERRIDE_VERIFY_VOLUME } from '../../personality/rtl/irp.ts';
import * as nt from '../../personality/rtl/nt.ts';
import { statusName } from '../../personality/rtl/status.ts';
import type { MachineOptions } from '../../web/machine/index.ts';
import {
  assertSame,
  type FloppyRig,
  patterned,
  SIZE_144M,
  SIZE_720K,
  startFloppy,
} from './fdc-rig.ts';

const IRQ = 6;
const TRACK = 18 * 512;
const CYLINDER = 2 * TRACK;
/** Virtual microseconds that the Executive would let an IRP take. */
const DEADLINE = 20_000_000;

let image: Uint8Array;

async function start(options: MachineOptions = {}, writeProtected = false): Promise<FloppyRig> {
  image = patterned(SIZE_144M, 11);
  const rig = await startFloppy(options, (machine) => machine.insert(0, image, { writeProtected }));
  const { status } = await rig.control(0, nt.IOCTL_DISK_CHECK_VERIFY);
  assert.equal(statusName(status), 'STATUS_SUCCESS');
  return rig;
}

async function reads(rig: FloppyRig, offset: number, length: number, expected = 'STATUS_SUCCESS') {
  const begun = rig.executive.time;
  const outcome = await rig.read(0, offset, length);
  assert.equal(statusName(outcome.status), expected);
  assert.isBelow(rig.executive.time - begun, DEADLINE, 'it took too long');
  const { information, data } = outcome;
  assertSame(data.slice(0, information), image.slice(offset, offset + information));
  return information;
}

async function writes(rig: FloppyRig, offset: number, bytes: Uint8Array, expected: string) {
  const begun = rig.executive.time;
  const { status, information } = await rig.write(0, offset, bytes);
  assert.equal(statusName(status), expected);
  assert.isBelow(rig.executive.time - begun, DEADLINE, 'it took too long');
  return information;
}

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
    const before = image.slice();
    const commands = () => rig.machine.counters()['machine.fdc.command']!;
    const begun = commands();
    assert.equal(await writes(rig, 0, patterned(CYLINDER, 2), 'STATUS_MEDIA_WRITE_PROTECTED'), 0);
    assert.isAtMost(commands() - begun, 3);
    assertSame(image, before);
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
    const before = image.slice();
    before.set(bytes, 12 * CYLINDER);
    assert.equal(await writes(rig, 12 * CYLINDER, bytes, 'STATUS_SUCCESS'), CYLINDER);
    assertSame(image, before);
  });
});

suite('floppy driver, change of disk', () => {
  test('no disk: NO_MEDIA_IN_DEVICE, quickly, as often as asked', async () => {
    const rig = await startFloppy();
    for (let i = 0; i < 3; i++) {
      const { status } = await rig.read(0, 0, 512);
      assert.equal(statusName(status), 'STATUS_NO_MEDIA_IN_DEVICE');
    }
    const { status } = await rig.control(0, nt.IOCTL_DISK_CHECK_VERIFY);
    assert.equal(statusName(status), 'STATUS_NO_MEDIA_IN_DEVICE');
  });

  test('a disk put into an empty drive is read', async () => {
    const rig = await startFloppy();
    await rig.read(0, 0, 512);
    image = patterned(SIZE_720K, 4);
    rig.machine.insert(0, image);
    assert.equal(await reads(rig, 0, 9216), 9216);
  });

  test('swapped while idle: every request waits for verification', async () => {
    const rig = await start();
    await reads(rig, 0, 512);
    rig.machine.eject(0);
    image = patterned(SIZE_720K, 21);
    rig.machine.insert(0, image);
    const before = image.slice();
    for (let i = 0; i < 2; i++) await reads(rig, 0, 512, 'STATUS_VERIFY_REQUIRED');
    await writes(rig, 0, new Uint8Array(512), 'STATUS_VERIFY_REQUIRED');
    const forced = await rig.write(0, 0, new Uint8Array(512), SL_OVERRIDE_VERIFY_VOLUME);
    assert.equal(statusName(forced.status), 'STATUS_VERIFY_REQUIRED', 'writes never override');
    assertSame(image, before);
    const peek = await rig.read(0, 0, 512, SL_OVERRIDE_VERIFY_VOLUME);
    assert.equal(statusName(peek.status), 'STATUS_SUCCESS');
    assertSame(peek.data, image.slice(0, 512));
    await reads(rig, 0, 512, 'STATUS_VERIFY_REQUIRED');
    const plain = await rig.control(0, nt.IOCTL_DISK_CHECK_VERIFY);
    assert.equal(statusName(plain.status), 'STATUS_VERIFY_REQUIRED');
    const flags = SL_OVERRIDE_VERIFY_VOLUME;
    const check = await rig.control(0, nt.IOCTL_DISK_CHECK_VERIFY, 4, flags);
    assert.equal(statusName(check.status), 'STATUS_SUCCESS');
    assert.deepEqual([...check.output], [2, 0, 0, 0]);
    assert.equal(await reads(rig, 79 * 9216, 9216), 9216);
  });

  test('taken out while idle', async () => {
    const rig = await start();
    rig.machine.eject(0);
    await reads(rig, 0, 512, 'STATUS_NO_MEDIA_IN_DEVICE');
    rig.machine.insert(0, image);
    await reads(rig, 0, 512, 'STATUS_VERIFY_REQUIRED');
  });

  for (const toDevice of [false, true])
    test(`pulled in the middle of a ${toDevice ? 'write' : 'read'}`, async () => {
      const rig = await start();
      rig.machine.fault.pullDisk(0, 7);
      if (toDevice) await writes(rig, 0, patterned(CYLINDER, 3), 'STATUS_NO_MEDIA_IN_DEVICE');
      else assert.equal(await reads(rig, 0, CYLINDER, 'STATUS_NO_MEDIA_IN_DEVICE'), 0);
      rig.machine.insert(0, image);
      await reads(rig, 40 * CYLINDER, 512, 'STATUS_VERIFY_REQUIRED');
      const flags = SL_OVERRIDE_VERIFY_VOLUME;
      await rig.control(0, nt.IOCTL_DISK_CHECK_VERIFY, 0, flags);
      assert.equal(await reads(rig, 40 * CYLINDER, CYLINDER), CYLINDER);
      assert.isUndefined(rig.executive.crash);
    });
});

suite('floppy driver, motor and keeper', () => {
  test('the motor stops two seconds after the last use', async () => {
    const rig = await start();
    const motors = () => rig.machine.in8(0x3f2) >> 4;
    await reads(rig, 0, 512);
    assert.equal(motors(), 1);
    await rig.executive.advance(1_900_000);
    assert.equal(motors(), 1);
    await rig.executive.advance(200_000);
    assert.equal(motors(), 0);
    assert.equal(await reads(rig, 0, 512), 512);
    assert.equal(motors(), 1);
  });

  test('a flush waits for the keeper, and says what came of it', async () => {
    const rig = await start();
    const asked: number[] = [];
    const answers = ['kept', 'failed', 'full'] as const;
    rig.machine.onKeep = (drive) => {
      asked.push(drive);
      rig.machine.keepDone(drive, answers[asked.length - 1]!);
    };
    const flush = async () => statusName((await rig.flush(0)).status);
    assert.equal(await flush(), 'STATUS_SUCCESS');
    assert.equal(await flush(), 'STATUS_IO_DEVICE_ERROR');
    assert.equal(await flush(), 'STATUS_DISK_FULL');
    assert.deepEqual(asked, [0, 0, 0]);
    rig.machine.onKeep = () => undefined;
    assert.equal(await flush(), 'STATUS_IO_TIMEOUT');
    assert.equal(await flush(), 'STATUS_IO_TIMEOUT', 'still busy with the request before');
    rig.machine.keepDone(0, 'failed');
    rig.machine.onKeep = (drive) => rig.machine.keepDone(drive, 'kept');
    assert.equal(await flush(), 'STATUS_SUCCESS');
  });

  test('with real timing', async () => {
    const rig = await start({ timing: 'real' });
    const begun = rig.executive.time;
    assert.equal(await reads(rig, 0, 4 * CYLINDER), 4 * CYLINDER);
    const bytes = patterned(2 * CYLINDER, 8);
    assert.equal(await writes(rig, 60 * CYLINDER, bytes, 'STATUS_SUCCESS'), 2 * CYLINDER);
    assertSame(image.slice(60 * CYLINDER, 62 * CYLINDER), bytes);
    assert.isAbove(rig.executive.time - begun, 1_000_000);
  });
});
