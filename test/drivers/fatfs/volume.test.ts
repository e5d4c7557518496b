/** Volumes: mounting every kind of disk or refusing it, labels, verifying, dismounting. */
import { assert } from 'chai';
import {
  decodeFsAttribute,
  decodeFsSize,
  decodeFsVolume,
} from '../../../personality/rtl/information.ts';
import { IRP_MN_DISMOUNT_VOLUME, IRP_MN_VERIFY_VOLUME } from '../../../personality/rtl/irp.ts';
import * as nt from '../../../personality/rtl/nt.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { makeImage, makeMtoolsImage, runMtools } from '../../support/mtools.ts';
import { assertBytes, check } from './judge.ts';
import { mount, mountImage, patterned, startFat, statusOf } from './rig.ts';

suite('fatfs: volumes', () => {
  test('what is no FAT disk is left to others', async () => {
    const blank = new Uint8Array(360 * 1024);
    const noise = patterned(360 * 1024);
    for (const image of [blank, noise, new Uint8Array(100), new Uint8Array(0)])
      assert.equal(await statusOf(mountImage(image)), 'STATUS_UNRECOGNIZED_VOLUME');
  });

  test('an error of the device is the answer, and a later mount works', async () => {
    const executive = await startFat();
    executive.cache.add(7, await makeMtoolsImage({ kib: 360 }));
    executive.cache.failures.set(0, Status.STATUS_CRC_ERROR);
    assert.equal((await mount(executive)).status, Status.STATUS_CRC_ERROR);
    executive.cache.failures.clear();
    assert.equal((await mount(executive)).status, 0);
    assert.isUndefined(executive.crash);
  });

  test('an error in the middle of a change leaves it undone', async () => {
    const rig = await mountImage(await makeMtoolsImage({ kib: 360 }));
    await rig.makeDirectory('D');
    await rig.makeDirectory('FULL');
    for (let i = 0; i < 30; i++) await rig.close((await rig.make(`FULL\\F${i}`)).file);
    await rig.writeFile('D\\MOVED', patterned(9000));
    await rig.remount();
    await rig.list('D');
    await rig.list('FULL');
    const free = await rig.freeUnits();
    // The pages that are mapped stay; the directory's new cluster lies on none of them.
    for (let at = 0; at < rig.image.length; at += 4096)
      rig.executive.cache.failures.set(at, Status.STATUS_CRC_ERROR);
    const disposition = nt.FILE_CREATE;
    const crc = Status.STATUS_CRC_ERROR;
    assert.equal((await rig.create('FULL\\X', { disposition })).status, crc);
    assert.equal(await rig.rename('D\\MOVED', 'FULL\\X'), crc);
    rig.executive.cache.failures.clear();
    assert.equal(await rig.freeUnits(), free);
    assertBytes(await rig.readFile('D\\MOVED'), patterned(9000), 'MOVED');
    await check(rig);
  });

  test('sizes, file system, serial number', async () => {
    const image = await makeImage({ kib: 1440, label: 'A LABEL', volumeId: '1234ABCD' });
    const rig = await mountImage(image);
    const volume = (await rig.queryVolume(nt.FileFsVolumeInformation)).result.data!;
    assert.deepInclude(decodeFsVolume(volume), { serial: 0x1234abcd, label: 'A LABEL' });
    const attribute = (await rig.queryVolume(nt.FileFsAttributeInformation)).result.data!;
    assert.deepInclude(decodeFsAttribute(attribute), { name: 'FAT12', maximumComponent: 255 });
    assert.equal(
      (await rig.queryVolume(nt.FileFsVolumeInformation, 10)).status,
      Status.STATUS_BUFFER_OVERFLOW,
    );
    assert.equal((await rig.queryVolume(99)).status, Status.STATUS_INVALID_INFO_CLASS);
  });

  test('a label is set, changed and taken away; mtools and fsck.fat agree', async () => {
    const rig = await mountImage(await makeImage({ kib: 720 }));
    const shown = async (): Promise<string> => {
      const { stdout } = await runMtools('mlabel', ['-s', '-i', 'IMAGE', '::'], rig.image);
      return new TextDecoder().decode(stdout).trim();
    };
    for (const label of ['first', 'NEW LABEL', 'ELEVEN CHAR', '']) {
      assert.equal(await rig.setLabel(label), 0);
      const volume = (await rig.queryVolume(nt.FileFsVolumeInformation)).result.data!;
      assert.equal(decodeFsVolume(volume).label, label.toUpperCase());
      await check(rig);
      assert.equal(await shown(), label ? `Volume label is ${label.toUpperCase()}` : NONE);
      assert.equal(await rig.control(IRP_MN_VERIFY_VOLUME), 0);
      await rig.remount();
    }
    for (const label of ['TWELVE CHARS', 'A.B', 'Ж'])
      assert.equal(await rig.setLabel(label), Status.STATUS_OBJECT_NAME_INVALID);
    await rig.setLabel('LABEL');
    assert.deepEqual(await rig.list(''), [], 'a label is no file');
    assert.equal((await rig.create('LABEL')).status, Status.STATUS_OBJECT_NAME_NOT_FOUND);
  });

  test('verifying: the same disk, changed by us; another one', async () => {
    const rig = await mountImage(await makeMtoolsImage({ kib: 360 }));
    await rig.writeFile('F', patterned(5000));
    assert.equal(await rig.control(IRP_MN_VERIFY_VOLUME), 0);
    rig.disk.cache[0x27] = rig.disk.cache[0x27]! ^ 1;
    assert.equal(await rig.control(IRP_MN_VERIFY_VOLUME), Status.STATUS_WRONG_VOLUME);
  });

  test('after a dismount nothing of the volume answers, and the device goes', async () => {
    const rig = await mountImage(await makeMtoolsImage({ kib: 360 }));
    await rig.writeFile('F', patterned(100));
    const { file } = await rig.open('F');
    const late = [
      rig.control(IRP_MN_DISMOUNT_VOLUME),
      rig.read(file, 0, 10).then(({ status }) => status),
      rig.create('F').then(({ status }) => status),
      rig.flush().then(
        () => 0,
        () => -1,
      ),
    ];
    const gone = Status.STATUS_VOLUME_DISMOUNTED;
    const [first, ...rest] = await Promise.all(late);
    assert.equal(first, 0);
    for (const status of rest) assert.include([gone, Status.STATUS_NO_SUCH_DEVICE, -1], status);
    assert.equal(rig.executive.devices.length, 1);
    assert.equal(rig.executive.cache.views.size, 0, 'no page stays mapped');
    assert.isUndefined(rig.executive.crash);
  });

  test('requests that come together are done one after the other', async () => {
    const rig = await mountImage(await makeMtoolsImage({ kib: 360 }));
    const disposition = nt.FILE_OPEN_IF;
    const made = Array.from({ length: 30 }, (_, i) =>
      rig.create(`file of many ${i % 15}`, { disposition }),
    );
    const numbers = new Set((await Promise.all(made)).map(({ result }) => result.fcb));
    assert.equal(numbers.size, 15);
    await check(rig);
  });

  test('a disk that says it is longer than it is', async () => {
    const image = (await makeMtoolsImage({ kib: 1440, files: { F: patterned(3000) } })).slice(
      0,
      360 * 1024,
    );
    const rig = await mountImage(image);
    assertBytes(await rig.readFile('F'), patterned(3000), 'F');
    assert.isAtMost(maximumMapped(rig.executive.cache.views.values()), image.length);
  });

  test('a disk too short for its own tables', async () => {
    const image = (await makeMtoolsImage({ kib: 2880 })).slice(0, 4096);
    assert.equal(await statusOf(mountImage(image)), 'STATUS_UNRECOGNIZED_VOLUME');
  });

  test('a disk that says it is shorter than it is', async () => {
    const image = new Uint8Array(1440 * 1024);
    image.set(await makeMtoolsImage({ kib: 360 }));
    const rig = await mountImage(image);
    const { result } = await rig.queryVolume(nt.FileFsSizeInformation);
    assert.equal(decodeFsSize(result.data!).totalUnits, 354);
  });
});

const NONE = 'Volume has no label';

function maximumMapped(views: Iterable<{ offset: number; length: number }>): number {
  return Math.max(...[...views].map(({ offset, length }) => offset + length));
}
