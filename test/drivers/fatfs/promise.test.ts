/** What the driver promises with a file that it made holds, whatever is deleted meanwhile. */
import { assert } from 'chai';
import * as mj from '../../../personality/rtl/irp.ts';
import * as nt from '../../../personality/rtl/nt.ts';
import { makeImage } from '../../support/mtools.ts';
import { type FatRig, mountImage } from './rig.ts';

const CLUSTER = 512;

/** As the Executive tells of a file that was born. */
async function tell(rig: FatRig, path: string, length: number): Promise<number> {
  const parameters = {
    path,
    related: 0,
    access: nt.FILE_WRITE_DATA,
    attributes: 0,
    share: nt.FILE_SHARE_ALL,
    disposition: nt.FILE_CREATE,
    options: 0,
    allocation: length,
  };
  const options = { file: 1000, flags: mj.SL_MAKE_WITH_LENGTH };
  const create = mj.IRP_MJ_CREATE;
  return (await rig.executive.request<'create'>(rig.volume, create, parameters, options)).status;
}

suite('fatfs: a promise', function () {
  this.timeout(30_000);

  test('of names, of a directory that has given back a cluster since', async () => {
    const files = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`D/F${i}`, '']));
    const rig = await mountImage(await makeImage({ kib: 1440, sectorsPerCluster: 1, files }));
    const made = await rig.make('D\\LAST');
    await rig.close(made.file);
    // Two clusters of 16 slots each: `.`, `..`, 21 files, nine more.
    const [bytes, names] = made.result.promise!;
    assert.equal(names, 9);
    // The names in the second cluster go, and the first is full.
    for (const name of [
      'LAST',
      ...Object.keys(files)
        .slice(14)
        .map((path) => path.slice(2)),
    ])
      assert.equal(await rig.remove(`D\\${name}`), 0);
    assert.equal(await rig.freeUnits(), bytes! / CLUSTER + 1);
    assert.equal(await tell(rig, 'D\\FIRST', 0), 0);
    assert.equal(await tell(rig, 'D\\SECOND', bytes!), 0);
    assert.equal(await rig.freeUnits(), 0);
  });
});
