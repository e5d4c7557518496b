/** Deleting files and directories: when it happens, and what it leaves behind. */
import { assert } from 'chai';
import { decodeStandard, encodeDisposition } from '../../../personality/rtl/information.ts';
import * as nt from '../../../personality/rtl/nt.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { makeMtoolsImage } from '../../support/mtools.ts';
import { check } from './judge.ts';
import { type FatRig, mountImage, patterned } from './rig.ts';

const CLASS = nt.FileDispositionInformation;

suite('fatfs: deleting', () => {
  let rig: FatRig;

  setup(async () => {
    rig = await mountImage(await makeMtoolsImage({ kib: 360 }));
  });

  test('entries and clusters go', async () => {
    const free = await rig.freeUnits();
    for (const name of ['SHORT.BIN', 'a long name for a file.bin', 'EMPTY'])
      await rig.writeFile(name, patterned(name === 'EMPTY' ? 0 : 5000));
    for (const name of ['a long name for a file.bin', 'EMPTY', 'SHORT.BIN'])
      assert.equal(await rig.remove(name), 0);
    assert.equal(await rig.freeUnits(), free);
    await check(rig, new Map());
  });

  test('not before the last open is cleaned up', async () => {
    await rig.writeFile('F', patterned(10));
    const one = await rig.open('F');
    const other = await rig.open('F');
    await rig.set(one.file, CLASS, encodeDisposition(true));
    assert.isTrue(
      decodeStandard(await rig.query(other.file, nt.FileStandardInformation)).deletePending,
    );
    await rig.close(one.file);
    assert.equal((await rig.read(other.file, 0, 10)).result.extents!.length, 3);
    await rig.close(other.file);
    assert.equal((await rig.create('F')).status, Status.STATUS_OBJECT_NAME_NOT_FOUND);
    await check(rig, new Map());
  });

  test('a disposition can be taken back', async () => {
    const { file } = await rig.make('F');
    await rig.set(file, CLASS, encodeDisposition(true));
    await rig.set(file, CLASS, encodeDisposition(false));
    await rig.close(file);
    await check(rig, new Map([['F', new Uint8Array(0)]]));
  });

  test('what is written meanwhile goes too', async () => {
    const { file } = await rig.make('TEMP');
    await rig.set(file, CLASS, encodeDisposition(true));
    await rig.writeAt(file, 0, patterned(2000));
    await rig.close(file);
    await check(rig, new Map());
  });

  test('after its deletion a file takes nothing more', async () => {
    const { file } = await rig.make('F');
    await rig.set(file, CLASS, encodeDisposition(true));
    await rig.request<'cleanup'>(0x12, {}, file);
    await rig.close((await rig.make('G')).file);
    assert.equal((await rig.write(file, 0, 5000)).status, Status.STATUS_FILE_DELETED);
    await check(rig, new Map([['G', new Uint8Array(0)]]));
  });

  test('a directory must be empty, whichever way it is to go', async () => {
    await rig.makeDirectory('D');
    await rig.writeFile('D\\F', patterned(600));
    assert.equal(await rig.remove('D'), Status.STATUS_DIRECTORY_NOT_EMPTY);
    const tree = new Map([
      ['D/', undefined],
      ['D/F', patterned(600)],
    ]);
    await check(rig, tree);
    assert.equal(await rig.remove('D\\F'), 0);
    const doomed = await rig.open('D');
    assert.equal((await rig.set(doomed.file, CLASS, encodeDisposition(true))).status, 0);
    await rig.close((await rig.make('D\\LATE')).file);
    await rig.close(doomed.file);
    await check(
      rig,
      new Map([
        ['D/', undefined],
        ['D/LATE', new Uint8Array(0)],
      ]),
    );
    await rig.remove('D\\LATE');
    assert.equal(await rig.remove('D'), 0);
    await check(rig, new Map());
  });

  test('a directory that has grown gives back all its clusters', async () => {
    const free = await rig.freeUnits();
    await rig.makeDirectory('D');
    const { file } = await rig.open('D');
    for (let i = 0; i < 80; i++) await rig.close((await rig.make(`D\\FILE${i}`)).file);
    await rig.close(file);
    // 82 slots, 32 in a cluster; it grows by four at least.
    assert.equal(await rig.freeUnits(), free - 5);
    for (let i = 0; i < 80; i++) assert.equal(await rig.remove(`D\\FILE${i}`), 0);
    assert.equal(await rig.remove('D'), 0);
    assert.equal(await rig.freeUnits(), free);
    await check(rig, new Map());
  });

  test('the root stays', async () => {
    assert.equal(await rig.remove(''), Status.STATUS_CANNOT_DELETE);
  });
});
