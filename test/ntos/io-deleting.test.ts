/** A file that is being deleted while the volume is flushed. */
import { assert } from 'chai';
import { writesEnded } from '../../personality/ntos/cc/writeback.ts';
import { deleteFile } from '../../personality/ntos/io/file/closefcb.ts';
import type { Fcb } from '../../personality/ntos/io/file/fcb.ts';
import { settleTimes } from '../../personality/ntos/io/file/flush.ts';
import { fsck, listFiles, makeImage } from '../support/mtools.ts';
import { bootClientRig, pattern } from './io-client.ts';

/** Until the file system has been told of the deletion, or more. */
const TURNS = 100;

suite('ntos/io a file that is being deleted', function () {
  this.timeout(60_000);

  test('has no time left to be told: the flush does not fail', async () => {
    const files = { 'GOES.TXT': 'it goes', 'STAYS.BIN': pattern(100) };
    const rig = await bootClientRig([await makeImage({ kib: 360, files })]);
    await rig.run('type A:\\GOES.TXT');
    const fcb = await rig.asExecutive(({ cc }) => {
      const caches = [...cc.manager.volumes].flatMap((volume) => [...volume.files]);
      return caches.find(({ label }) => label.endsWith('GOES.TXT'))!.backing as Fcb;
    });
    await rig.asExecutive(() => fcb.openWithFileSystem());
    fcb.touch();
    fcb.deletePending = true;
    const deletion = rig.asExecutive(() => deleteFile(fcb.io, fcb));
    const settled = rig.asExecutive(async () => {
      for (let turn = 0; turn < TURNS && fcb.file !== 0; turn++)
        await writesEnded(fcb.volume.cache);
      assert.deepEqual([fcb.file, fcb.gone], [0, false], 'the answer is on its way');
      return settleTimes(fcb);
    });
    assert.deepEqual(await Promise.all([deletion, settled]), [0, 0]);
    await rig.run('umount A:');
    assert.deepEqual(await listFiles(rig.image()), ['STAYS.BIN']);
    assert.isTrue((await fsck(rig.image())).clean);
    rig.end();
  });
});
