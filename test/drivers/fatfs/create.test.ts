/** CREATE: what each disposition does with what is there and what is not. */
import { assert } from 'chai';
import * as nt from '../../../personality/rtl/nt.ts';
import { Status } from '../../../personality/rtl/status.ts';
import { makeMtoolsImage } from '../../support/mtools.ts';
import { check } from './judge.ts';
import { type CreateOptions, type FatRig, mountImage, patterned } from './rig.ts';

const { FILE_DIRECTORY_FILE, FILE_NON_DIRECTORY_FILE, FILE_DELETE_ON_CLOSE } = nt;

suite('fatfs: create', () => {
  let rig: FatRig;

  setup(async () => {
    rig = await mountImage(await makeMtoolsImage({ kib: 360 }));
    await rig.writeFile('FILE.TXT', patterned(3000));
    await rig.makeDirectory('DIR');
  });

  async function outcome(path: string, given: CreateOptions): Promise<[number, number]> {
    const { status, information, file } = await rig.create(path, given);
    if (status === 0) await rig.close(file);
    return [status, information];
  }

  test('dispositions', async () => {
    const there: [number, number, number][] = [
      [nt.FILE_OPEN, 0, nt.FILE_OPENED],
      [nt.FILE_OPEN_IF, 0, nt.FILE_OPENED],
      [nt.FILE_CREATE, Status.STATUS_OBJECT_NAME_COLLISION, 0],
      [nt.FILE_OVERWRITE, 0, nt.FILE_OVERWRITTEN],
      [nt.FILE_OVERWRITE_IF, 0, nt.FILE_OVERWRITTEN],
      [nt.FILE_SUPERSEDE, 0, nt.FILE_SUPERSEDED],
      [6, Status.STATUS_INVALID_PARAMETER, 0],
    ];
    for (const [disposition, ...expected] of there)
      assert.deepEqual(await outcome('FILE.TXT', { disposition }), expected, `${disposition}`);
    const missing: [number, number, number][] = [
      [nt.FILE_OPEN, Status.STATUS_OBJECT_NAME_NOT_FOUND, 0],
      [nt.FILE_OVERWRITE, Status.STATUS_OBJECT_NAME_NOT_FOUND, 0],
      [nt.FILE_OPEN_IF, 0, nt.FILE_CREATED],
      [nt.FILE_CREATE, 0, nt.FILE_CREATED],
      [nt.FILE_OVERWRITE_IF, 0, nt.FILE_CREATED],
      [nt.FILE_SUPERSEDE, 0, nt.FILE_CREATED],
    ];
    for (const [disposition, ...expected] of missing)
      assert.deepEqual(await outcome(`N${disposition}`, { disposition }), expected);
    await check(rig);
  });

  test('overwriting empties the file and gives back its clusters', async () => {
    const free = await rig.freeUnits();
    const attributes = nt.FILE_ATTRIBUTE_HIDDEN;
    const given = { disposition: nt.FILE_OVERWRITE, attributes };
    const { result, file } = await rig.open('FILE.TXT', given);
    assert.deepInclude(result, { endOfFile: 0, allocation: 0, attributes: 0x22 });
    assert.equal(await rig.freeUnits(), free + 3);
    await rig.close(file);
    await check(rig);
  });

  test('files are no directories, and the other way round', async () => {
    const cases: [string, CreateOptions, number][] = [
      ['FILE.TXT', { options: FILE_DIRECTORY_FILE }, Status.STATUS_NOT_A_DIRECTORY],
      ['DIR', { options: FILE_NON_DIRECTORY_FILE }, Status.STATUS_FILE_IS_A_DIRECTORY],
      ['DIR', { disposition: nt.FILE_OVERWRITE }, Status.STATUS_FILE_IS_A_DIRECTORY],
      ['', { options: FILE_NON_DIRECTORY_FILE }, Status.STATUS_FILE_IS_A_DIRECTORY],
      ['', { disposition: nt.FILE_CREATE }, Status.STATUS_OBJECT_NAME_COLLISION],
      ['\\', { options: FILE_DIRECTORY_FILE }, 0],
      [
        'X',
        { options: FILE_DIRECTORY_FILE | FILE_NON_DIRECTORY_FILE },
        Status.STATUS_INVALID_PARAMETER,
      ],
      [
        'X',
        { options: FILE_DIRECTORY_FILE, disposition: nt.FILE_SUPERSEDE },
        Status.STATUS_INVALID_PARAMETER,
      ],
    ];
    for (const [path, given, status] of cases)
      assert.equal((await outcome(path, given))[0], status, path);
  });

  test('read-only files are opened for reading alone', async () => {
    const attributes = nt.FILE_ATTRIBUTE_READONLY;
    // Who makes it may write it.
    const { file } = await rig.make('RO.TXT', { attributes, access: nt.FILE_WRITE_DATA });
    assert.equal((await rig.write(file, 0, 10)).status, 0);
    await rig.close(file);
    const denied = Status.STATUS_ACCESS_DENIED;
    assert.equal((await outcome('RO.TXT', {}))[0], 0);
    assert.equal((await outcome('RO.TXT', { access: nt.FILE_WRITE_DATA }))[0], denied);
    assert.equal((await outcome('RO.TXT', { disposition: nt.FILE_OVERWRITE_IF }))[0], denied);
    const options = FILE_DELETE_ON_CLOSE;
    assert.equal((await outcome('RO.TXT', { options }))[0], Status.STATUS_CANNOT_DELETE);
    const fresh = { options, attributes, disposition: nt.FILE_CREATE };
    assert.equal((await outcome('RO2.TXT', fresh))[0], Status.STATUS_CANNOT_DELETE);
    assert.equal((await outcome('RO2.TXT', {}))[0], Status.STATUS_OBJECT_NAME_NOT_FOUND);
    assert.equal(await rig.remove('RO.TXT'), Status.STATUS_CANNOT_DELETE);
  });

  test('requests without a file, or to the control device, are refused', async () => {
    assert.equal((await rig.read(99, 0, 1)).status, Status.STATUS_INVALID_PARAMETER);
    rig.volume = rig.executive.device('\\FileSystem\\Fat');
    assert.equal((await rig.create('FILE.TXT')).status, Status.STATUS_VOLUME_DISMOUNTED);
  });

  test('an open in a directory of 200 names asks for each page once', async () => {
    for (let i = 0; i < 200; i++)
      await rig.close((await rig.make(`DIR\\A rather long name ${i}.txt`)).file);
    await rig.remount();
    const before = rig.executive.counts.WdmCcMapData ?? 0;
    for (let i = 0; i < 200; i += 10) await rig.open(`DIR\\A rather long name ${i}.txt`);
    const pages = Math.ceil((200 * 4 * 32) / 4096) * 2 + 2;
    assert.isAtMost((rig.executive.counts.WdmCcMapData ?? 0) - before, pages);
    await check(rig);
  });
});
