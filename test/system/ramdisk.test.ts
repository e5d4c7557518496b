/** The disk in RAM: images in and out of C:, files through FAT, the data by MDLs alone. */
import { assert } from 'chai';
import { insert as insertMedium, type RamDisk } from '../../drivers/storage/ramdisk/medium.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { RAMDISK_LIMIT } from '../../personality/rtl/ramdisk.ts';
import { fsck, makeImage, readFile } from '../support/mtools.ts';
import { bootRig, type Rig } from '../support/rig.ts';

function pattern(length: number, seed = 1): Uint8Array {
  return new Uint8Array(length).map((_, i) => (i * seed + (i >>> 8)) & 0xff);
}

/** As mkfs.fat makes it, with clusters of one sector; too large to be sent to and fro. */
function emptyFat32(bytes: number): Uint8Array {
  const image = new Uint8Array(bytes);
  const view = new DataView(image.buffer);
  const sectors = bytes / 512;
  const fatSectors = Math.ceil(((sectors - 32) * 4) / (512 + 8));
  image.set([0xeb, 0x58, 0x90]);
  view.setUint16(11, 512, true);
  image[13] = 1;
  view.setUint16(14, 32, true);
  image[16] = 2;
  image[21] = 0xf8;
  view.setUint32(32, sectors, true);
  view.setUint32(36, fatSectors, true);
  view.setUint32(44, 2, true);
  view.setUint16(48, 1, true);
  view.setUint16(50, 6, true);
  image[66] = 0x29;
  view.setUint16(510, 0xaa55, true);
  const clusters = sectors - 32 - 2 * fatSectors;
  view.setUint32(512, 0x4161_5252, true);
  view.setUint32(512 + 484, 0x6141_7272, true);
  view.setUint32(512 + 488, clusters - 1, true);
  view.setUint32(512 + 492, 3, true);
  view.setUint32(512 + 508, 0xaa55_0000, true);
  for (const fat of [32, 32 + fatSectors])
    for (const [entry, value] of [0x0fff_fff8, 0x0fff_ffff, 0x0fff_fff8].entries())
      view.setUint32(fat * 512 + entry * 4, value, true);
  return image;
}

suite('the RAM disk', function () {
  this.timeout(60_000);
  let rig: Rig;

  suiteSetup(async () => {
    rig = await bootRig();
    await rig.prompt();
  });
  suiteTeardown(() => rig.end());

  test('an empty drive says so; an image comes in, files are read and written, it goes out', async () => {
    const files = { 'FILE.BIN': pattern(20_000), 'DIR/OTHER.BIN': pattern(9000, 3) };
    const image = await makeImage({ kib: 2880, files });
    await rig.ask({ op: 'insertImage', drive: 'C:', image, writeProtected: false });
    assert.deepEqual(await rig.ask({ op: 'readFile', path: 'C:\\FILE.BIN' }), pattern(20_000));
    await rig.ask({ op: 'writeFile', path: 'C:\\NEW.BIN', data: pattern(50_001, 5) });
    await rig.run('copy C:\\DIR\\OTHER.BIN C:\\COPY.BIN');
    const back = await rig.ask({ op: 'ejectImage', drive: 'C:' });
    assert.equal((await fsck(back)).status, 0);
    assert.deepEqual(await readFile(back, 'NEW.BIN'), pattern(50_001, 5));
    assert.deepEqual(await readFile(back, 'COPY.BIN'), pattern(9000, 3));
    const { status } = await rig.exec('dir C:');
    assert.equal(status, Status.STATUS_NO_MEDIA_IN_DEVICE);
    const counters = await rig.counters();
    assert.isAbove(counters['io.irp.ramdisk.read']!, 0);
    assert.deepEqual(rig.faults, []);
  });

  test('a FAT32 disk of 128 MiB is read and written, and takes no more than what is on it', async () => {
    const image = emptyFat32(128 << 20);
    await rig.ask({ op: 'insertImage', drive: 'C:', image, writeProtected: false });
    const data = pattern(3_000_000, 7);
    await rig.run('md C:\\DIR');
    await rig.ask({ op: 'writeFile', path: 'C:\\DIR\\A long name.bin', data });
    const listed = await rig.run('dir C:\\DIR');
    assert.include(listed, 'A long name.bin');
    const back = await rig.ask({ op: 'ejectImage', drive: 'C:' });
    assert.lengthOf(back, 128 << 20);
    const view = new DataView(back.buffer, back.byteOffset);
    const used = Math.ceil(data.length / 512) + 1;
    const free = new DataView(image.buffer).getUint32(512 + 488, true);
    assert.equal(view.getUint32(512 + 488, true), free - used, 'FSInfo');
    assert.notEqual(view.getUint32(32 * 512 + 4, true) & 0x0800_0000, 0, 'let go in order');
    await rig.ask({ op: 'insertImage', drive: 'C:', image: back, writeProtected: false });
    const path = 'C:\\DIR\\A long name.bin';
    assert.deepEqual(await rig.ask({ op: 'readFile', path }), data);
    await rig.ask({ op: 'ejectImage', drive: 'C:' });
    assert.deepEqual(rig.faults, []);
  });

  test('what does not fit, or is in use, is refused and nothing is lost', async () => {
    const insert = (image: Uint8Array, writeProtected = false) =>
      rig.ask({ op: 'insertImage', drive: 'C:', image, writeProtected });
    const status = (work: Promise<unknown>) =>
      work.then(
        () => 0,
        (error: { status: number }) => error.status,
      );
    assert.equal(await status(insert(new Uint8Array(700))), Status.STATUS_INVALID_PARAMETER);
    const empty = { medium: undefined, verifyRequired: false, changeCount: 0 } as RamDisk;
    assert.equal(insertMedium(empty, RAMDISK_LIMIT + 512), Status.STATUS_QUOTA_EXCEEDED);
    const image = await makeImage({ kib: 1440, files: { 'A.TXT': 'text' } });
    await insert(image, true);
    assert.equal((await rig.exec('del C:\\A.TXT')).status, Status.STATUS_MEDIA_WRITE_PROTECTED);
    assert.deepEqual(await rig.ask({ op: 'readImage', drive: 'C:' }), image);
    await insert(image);
    await rig.ask({ op: 'ejectImage', drive: 'C:' });
    const left = await rig.asExecutive(({ ps }) =>
      ps.processes().map(({ quota }) => quota.usage.disk + 0),
    );
    assert.deepEqual([...new Set(left)], [0]);
  });
});
