/** The floppy driver when disks come and go, its motor, and keeping what was written. */
import { assert } from 'chai';
import { SL_OVERRIDE_VERIFY_VOLUME } from '../../personality/rtl/irp.ts';
import * as nt from '../../personality/rtl/nt.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import { CYLINDER, disk, reads, start, writes } from './fdc-disk.ts';
import { assertSame, patterned, SIZE_720K, startFloppy } from './fdc-rig.ts';

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
    disk.image = patterned(SIZE_720K, 4);
    rig.machine.insert(0, disk.image);
    assert.equal(await reads(rig, 0, 9216), 9216);
  });

  test('swapped while idle: every request waits for verification', async () => {
    const rig = await start();
    await reads(rig, 0, 512);
    rig.machine.eject(0);
    disk.image = patterned(SIZE_720K, 21);
    rig.machine.insert(0, disk.image);
    const before = disk.image.slice();
    for (let i = 0; i < 2; i++) await reads(rig, 0, 512, 'STATUS_VERIFY_REQUIRED');
    await writes(rig, 0, new Uint8Array(512), 'STATUS_VERIFY_REQUIRED');
    const forced = await rig.write(0, 0, new Uint8Array(512), SL_OVERRIDE_VERIFY_VOLUME);
    assert.equal(statusName(forced.status), 'STATUS_VERIFY_REQUIRED', 'writes never override');
    assertSame(disk.image, before);
    const peek = await rig.read(0, 0, 512, SL_OVERRIDE_VERIFY_VOLUME);
    assert.equal(statusName(peek.status), 'STATUS_SUCCESS');
    assertSame(peek.data, disk.image.slice(0, 512));
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
    rig.machine.insert(0, disk.image);
    await reads(rig, 0, 512, 'STATUS_VERIFY_REQUIRED');
  });

  for (const toDevice of [false, true])
    test(`pulled in the middle of a ${toDevice ? 'write' : 'read'}`, async () => {
      const rig = await start();
      rig.machine.fault.pullDisk(0, 7);
      if (toDevice) await writes(rig, 0, patterned(CYLINDER, 3), 'STATUS_NO_MEDIA_IN_DEVICE');
      else assert.equal(await reads(rig, 0, CYLINDER, 'STATUS_NO_MEDIA_IN_DEVICE'), 0);
      rig.machine.insert(0, disk.image);
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
    const answers = ['kept', 'failed', 'full', 'silent'] as const;
    rig.machine.onKeep = (drive) => {
      asked.push(drive);
      rig.machine.keepDone(drive, answers[asked.length - 1]!);
    };
    const flush = async () => statusName((await rig.flush(0)).status);
    assert.equal(await flush(), 'STATUS_SUCCESS');
    assert.equal(await flush(), 'STATUS_TRANSACTION_ABORTED');
    assert.equal(await flush(), 'STATUS_DISK_QUOTA_EXCEEDED');
    assert.equal(await flush(), 'STATUS_TRANSACTION_TIMED_OUT');
    assert.deepEqual(asked, [0, 0, 0, 0]);
    rig.machine.onKeep = () => undefined;
    assert.equal(await flush(), 'STATUS_TRANSACTION_TIMED_OUT');
    assert.equal(
      await flush(),
      'STATUS_TRANSACTION_TIMED_OUT',
      'still busy with the request before',
    );
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
    assertSame(disk.image.slice(60 * CYLINDER, 62 * CYLINDER), bytes);
    assert.isAbove(rig.executive.time - begun, 1_000_000);
  });
});
