/** CREATE: what each disposition does with what is there and what is not. */
import { assert } from 'chai';
import * as nt from '../../../personality/rtl/nt.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { makeMtoolsImage } from '../../support/mtools.ts';
import { check } from './judge.ts';
import { type CreateOptions, type FatRig, mountImage, patterned } from './rig.ts';

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
    ];
    for (const [disposition, ...expected] of there)
      assert.deepEqual(await outcome('FILE.TXT', { disposition }), expected, `${disposition}`);
    const missing: [number, number, number][] = [
      [nt.FILE_OPEN, Status.STATUS_OBJECT_NAME_NOT_FOUND, 0],
      [nt.FILE_OPEN_IF, 0, nt.FILE_CREATED],
      [nt.FILE_CREATE, 0, nt.FILE_CREATED],
    ];
    for (const [disposition, ...expected] of missing)
      assert.deepEqual(await outcome(`N${disposition}`, { disposition }), expected);
    await check(rig);
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
