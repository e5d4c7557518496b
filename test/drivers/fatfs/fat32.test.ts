/**
 * FAT32 and what else the format has beyond a floppy's: FSInfo, the marks of a volume in use, one
 * copy of the FAT that counts, the boot sector's copy, one to four FATs, large sectors.
 *
 * `mkfs.fat -F 32` makes small volumes too, which are FAT32 by how their parameters are laid out;
 * only mtools does not take them for it.
 */
import { assert } from 'chai';
import { decodeFsAttribute } from '../../../personality/rtl/information.ts';
import * as mj from '../../../personality/rtl/irp.ts';
import * as nt from '../../../personality/rtl/nt.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { fsck, makeImage, readFile } from '../../support/mtools.ts';
import { assertBytes } from './judge.ts';
import { FatRig, mount, mountImage, patterned, startFat, statusOf } from './rig.ts';

const STORAGE = 7;

const small = (extra: readonly string[] = []) =>
  makeImage({ kib: 4096, fat: 32, sectorsPerCluster: 1, volumeId: '1234ABCD', extra });

const word = (image: Uint8Array, at: number) => new DataView(image.buffer).getUint32(at, true);
const fatAt = (image: Uint8Array) =>
  new DataView(image.buffer).getUint16(14, true) * new DataView(image.buffer).getUint16(11, true);

async function clean(rig: FatRig): Promise<void> {
  await rig.flush();
  const verdict = await fsck(rig.image);
  assert.isTrue(verdict.clean, verdict.output);
}

suite('fatfs: FAT32', function () {
  this.timeout(60_000);

  test('files, directories, a root that grows; fsck.fat and mtools agree', async function (this: Mocha.Context) {
    this.timeout(60_000);
    // mtools goes by the number of clusters alone.
    const rig = await mountImage(await makeImage({ kib: 34_000, fat: 32, sectorsPerCluster: 1 }));
    const { result } = await rig.queryVolume(nt.FileFsAttributeInformation);
    assert.equal(decodeFsAttribute(result.data!).name, 'FAT32');
    const free = await rig.freeUnits();
    await rig.writeFile('A.BIN', patterned(200_000));
    await rig.makeDirectory('DIR');
    await rig.writeFile('DIR\\A long name.bin', patterned(50_000, 2));
    for (let i = 0; i < 60; i++) await rig.close((await rig.make(`A name of the root ${i}`)).file);
    await clean(rig);
    assertBytes(await readFile(rig.image, 'DIR/A long name.bin'), patterned(50_000, 2), 'a file');
    assert.equal(await rig.rename('DIR', 'Other'), 0);
    assert.equal(await rig.remove('Other\\A long name.bin'), 0);
    for (let i = 0; i < 60; i++) assert.equal(await rig.remove(`A name of the root ${i}`), 0);
    assert.equal(await rig.remove('A.BIN'), 0);
    assert.equal(await rig.remove('Other'), 0);
    await rig.flush();
    assert.equal(await rig.freeUnits(), free, 'the root has given back what it grew by');
  });

  test('the upper four bits of an entry stay', async () => {
    const image = await small();
    const at = fatAt(image) + 3 * 4;
    new DataView(image.buffer).setUint32(at, 0xa000_0000, true);
    const rig = await mountImage(image);
    await rig.writeFile('A.BIN', patterned(1500));
    await rig.flush();
    assert.equal(word(rig.image, at) >>> 28, 0xa);
    assert.notEqual(word(rig.image, at) & 0x0fff_ffff, 0);
  });

  test('FSInfo follows; where it is wrong it is not believed, and put right', async () => {
    const image = await small();
    const right = word(image, 512 + 488);
    new DataView(image.buffer).setUint32(512 + 488, 17, true);
    const rig = await mountImage(image);
    assert.equal(await rig.freeUnits(), right);
    await rig.writeFile('A.BIN', patterned(5120));
    await clean(rig);
    assert.equal(word(rig.image, 512 + 488), right - 10);
    assert.isAbove(word(rig.image, 512 + 492), 2);
  });

  test('with mirroring off one copy alone counts', async () => {
    const image = await small();
    new DataView(image.buffer).setUint16(40, 0x81, true);
    const start = fatAt(image);
    const length = word(image, 36) * 512;
    const before = image.slice(start, start + length);
    // What the first copy says then is nobody's business.
    const rig = await mountImage(image);
    await rig.writeFile('A.BIN', patterned(3000));
    await rig.flush();
    assertBytes(rig.image.slice(start, start + length), before, 'the copy that does not count');
    await rig.remount();
    assertBytes(await rig.readFile('A.BIN'), patterned(3000), 'the file');
    assert.notEqual(word(rig.image, start + length + 3 * 4), 0);
  });

  test('a boot sector that is gone is read from its copy; a label goes into both', async () => {
    const rig = await mountImage(await small());
    await rig.writeFile('A.TXT', patterned(100));
    assert.equal(await rig.setLabel('TWICE'), 0);
    await clean(rig);
    const text = (at: number) => String.fromCharCode(...rig.image.slice(at, at + 11));
    assert.equal(text(71), 'TWICE      ');
    assert.equal(text(6 * 512 + 71), 'TWICE      ');
    const image = rig.image.slice();
    image.fill(0, 0, 512);
    const again = await mountImage(image);
    assertBytes(await again.readFile('A.TXT'), patterned(100), 'A.TXT');
    assert.equal(await again.setLabel('COPY'), 0);
    await again.flush();
    assert.isTrue(again.image.subarray(0, 512).every((byte) => byte === 0));
  });

  test('so it is where the first sector is not found', async () => {
    const rig = await mountImage(await small());
    await rig.writeFile('A.TXT', patterned(100));
    await rig.flush();
    const executive = await startFat();
    const disk = executive.cache.add(STORAGE, rig.image.slice());
    disk.bad.set(0, Status.STATUS_FLOPPY_ID_MARK_NOT_FOUND);
    const { status, volume } = await mount(executive);
    assert.equal(status, 0);
    const again = new FatRig(executive, volume);
    assertBytes(await again.readFile('A.TXT'), patterned(100), 'A.TXT');
    assert.equal(await again.setLabel('COPY'), 0);
    assert.equal(await again.control(mj.IRP_MN_VERIFY_VOLUME), 0);
  });
});

suite('fatfs: `..` of a directory in the root of FAT32', function () {
  this.timeout(60_000);

  test("may be written as the root's own cluster", async () => {
    const first = await mountImage(await small());
    for (const name of ['HERE', 'HERE\\BELOW', 'THERE']) await first.makeDirectory(name);
    await first.flush();
    const image = first.image.slice();
    const root = word(image, 44);
    // Each directory's second entry.
    let changed = 0;
    for (let at = fatAt(image); at < image.length; at += 512)
      if (String.fromCharCode(...image.subarray(at + 32, at + 43)) === '..         ')
        if (image[at + 32 + 26] === 0) changed += image[at + 32 + 26] = root;
    assert.equal(changed, 2 * root);
    const rig = await mountImage(image);
    assert.equal(await rig.rename('THERE', 'HERE\\BELOW\\THERE'), 0);
    assert.equal(await rig.rename('HERE', 'HERE\\BELOW\\LOOP'), Status.STATUS_INVALID_PARAMETER);
    assert.isTrue((await rig.open('HERE\\BELOW\\THERE')).file > 0);
  });
});

suite('fatfs: bytes 20 and 21 of an entry', function () {
  this.timeout(60_000);

  test('are no part of a cluster where the FAT has 12 or 16 bits, and stay', async () => {
    for (const fat of [12, 16] as const) {
      const files = { 'A.TXT': patterned(3000), 'DIR/B.TXT': patterned(700) };
      const image = await makeImage({
        kib: 4096,
        fat,
        sectorsPerCluster: fat === 12 ? 4 : 1,
        files,
      });
      const root = indexOf(
        image,
        [...'A       TXT'].map((letter) => letter.charCodeAt(0)),
      );
      const sub = indexOf(
        image,
        [...'DIR        '].map((letter) => letter.charCodeAt(0)),
      );
      // As OS/2 has its extended attributes there.
      for (const at of [root, sub]) image.set([0x34, 0x12], at + 20);
      const rig = await mountImage(image);
      assertBytes(await rig.readFile('DIR\\B.TXT'), files['DIR/B.TXT'], 'below a directory');
      const { file } = await rig.open('A.TXT', { access: nt.FILE_WRITE_DATA });
      await rig.writeAt(file, 3000, patterned(3000));
      await rig.close(file);
      await clean(rig);
      assertBytes(
        await rig.readFile('A.TXT'),
        Uint8Array.from([...patterned(3000), ...patterned(3000)]),
        'a file',
      );
      assert.deepEqual([...rig.image.slice(root + 20, root + 22)], [0x34, 0x12]);
    }
  });
});

suite('fatfs: a volume in use says so', () => {
  const kinds = { FAT16: { fat: 16, bit: 0x8000 }, FAT32: { fat: 32, bit: 0x0800_0000 } } as const;
  for (const [name, { fat, bit }] of Object.entries(kinds)) {
    const make = () => makeImage({ kib: fat === 16 ? 3000 : 4096, fat, sectorsPerCluster: 1 });
    const entryOf = (image: Uint8Array) =>
      fat === 16
        ? new DataView(image.buffer).getUint16(fatAt(image) + 2, true)
        : word(image, fatAt(image) + 4);

    test(`${name}: from the first change to the flush of all, or the dismount`, async () => {
      const rig = await mountImage(await make());
      assert.notEqual(entryOf(rig.image) & bit, 0);
      await rig.writeFile('A.BIN', patterned(3000));
      rig.executive.cache.flush(7);
      assert.equal(entryOf(rig.image) & bit, 0, 'in use');
      await rig.flush();
      assert.notEqual(entryOf(rig.image) & bit, 0, 'flushed');
      await rig.writeFile('B.BIN', patterned(3000));
      await rig.remount();
      assert.notEqual(entryOf(rig.image) & bit, 0, 'dismounted');
    });

    test(`${name}: found in use, it says so and stays so`, async () => {
      const rig = await mountImage(await make());
      assert.equal(await isDirty(rig), 0);
      await rig.writeFile('A.BIN', patterned(3000));
      rig.executive.cache.flush(7);
      const again = await mountImage(rig.image.slice());
      assert.equal(await isDirty(again), 1);
      await again.writeFile('B.BIN', patterned(3000));
      await again.remount();
      assert.equal(entryOf(again.image) & bit, 0);
    });
  }
});

suite('fatfs: of any make', function () {
  this.timeout(60_000);

  for (const fats of [1, 2, 3, 4])
    test(`${fats} FATs`, async () => {
      const image = await makeImage({ kib: 1440, extra: ['-f', String(fats)] });
      const rig = await mountImage(image);
      await rig.writeFile('A.BIN', patterned(30_000));
      await rig.flush();
      const view = new DataView(rig.image.buffer);
      const length = view.getUint16(22, true) * 512;
      const copy = (number: number) =>
        rig.image.slice(512 + number * length, 512 + (number + 1) * length);
      for (let other = 1; other < fats; other++) assertBytes(copy(other), copy(0), `FAT ${other}`);
      assertBytes(await readFile(rig.image, 'A.BIN'), patterned(30_000), 'A.BIN');
    });

  for (const size of [1024, 2048, 4096])
    for (const fat of [12, 16, 32] as const)
      test(`FAT${fat} with sectors of ${size} bytes`, async () => {
        const kib = fat === 12 ? 2048 : fat === 16 ? 6000 * (size / 1024) : 4096 * (size / 1024);
        const extra = ['-S', String(size)];
        const rig = await mountImage(await makeImage({ kib, fat, sectorsPerCluster: 1, extra }));
        await rig.makeDirectory('DIR');
        await rig.writeFile('DIR\\A long name.bin', patterned(50_000));
        await clean(rig);
        const back =
          fat === 32
            ? rig.readFile('DIR\\A long name.bin')
            : readFile(rig.image, 'DIR/A long name.bin');
        assertBytes(await back, patterned(50_000), 'a file');
      });

  for (const size of [1024, 2048, 4096])
    test(`FAT32 with sectors of ${size} bytes, the first of which is gone`, async () => {
      const extra = ['-S', String(size)];
      const kib = (4096 * size) / 512;
      const rig = await mountImage(await makeImage({ kib, fat: 32, sectorsPerCluster: 1, extra }));
      await rig.writeFile('A.TXT', patterned(100));
      await rig.flush();
      const image = rig.image.slice();
      image.fill(0, 0, size);
      const again = await mountImage(image);
      assertBytes(await again.readFile('A.TXT'), patterned(100), 'A.TXT');
    });

  test('short names are in the code page that the registry says', async () => {
    const image = await makeImage({ kib: 360 });
    const rig = await mountImage(image, 850);
    await rig.close((await rig.make('ÁÃØ')).file);
    const { file } = await rig.open('ÁÃØ');
    const bytes = rig.disk.cache.subarray(0, 20_000);
    assert.isAbove(indexOf(bytes, [0xb5, 0xc7, 0x9d, 0x20]), 0);
    await rig.close(file);
    await rig.flush();
    const other = await mountImage(rig.image.slice());
    assert.deepEqual(
      (await other.list('')).map(({ name }) => name),
      ['╡╟¥'],
    );
  });

  test('a volume longer than its medium ends with it', async () => {
    const image = await makeImage({ kib: 1440 });
    new DataView(image.buffer).setUint16(19, 3000, true);
    const whole = await mountImage(await makeImage({ kib: 1440 }));
    const rig = await mountImage(image);
    assert.equal(await rig.freeUnits(), await whole.freeUnits());
  });

  test('a table too short, and so all behind it in the wrong place, is refused', async () => {
    const image = await makeImage({ kib: 1440, sectorsPerCluster: 1 });
    const view = new DataView(image.buffer);
    view.setUint16(22, view.getUint16(22, true) - 1, true);
    assert.equal(await statusOf(mountImage(image)), 'STATUS_DISK_CORRUPT_ERROR');
  });
});

function indexOf(bytes: Uint8Array, wanted: readonly number[]): number {
  return bytes.findIndex((_, at) => wanted.every((byte, i) => bytes[at + i] === byte));
}

async function isDirty(rig: FatRig): Promise<number> {
  const code = nt.FSCTL_IS_VOLUME_DIRTY;
  const parameters = { device: 7, code, input: new Uint8Array(), outputLength: 4 };
  const minor = mj.IRP_MN_USER_FS_REQUEST;
  const major = mj.IRP_MJ_FILE_SYSTEM_CONTROL;
  const { status, result } = await rig.request<'fs_control'>(major, parameters, 0, minor);
  assert.equal(status, 0);
  return result.output![0]!;
}
