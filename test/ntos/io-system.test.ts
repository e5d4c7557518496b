/** Files, volumes and caches on the whole system, checked by mtools and fsck. */
import { assert } from 'chai';
import { bootRig, type Rig } from '../support/rig.ts';
import { fsck, makeImage, readFile } from '../support/mtools.ts';

function pattern(length: number, seed = 1): Uint8Array {
  return new Uint8Array(length).map((_, i) => (i * seed + (i >>> 8)) & 0xff);
}

suite('ntos/io on the system', function () {
  this.timeout(60_000);
  let rig: Rig;

  setup(async () => {
    const files = { 'FILE.BIN': pattern(20_000), 'DIR/OTHER.BIN': pattern(9000, 3) };
    rig = await bootRig({ disks: [await makeImage({ kib: 1440, files })] });
    await rig.prompt();
  });

  test('write, flush: the disk is sound and holds the bytes', async () => {
    await rig.run('dir');
    await rig.ask({ op: 'writeFile', path: 'A:\\NEW.BIN', data: pattern(50_001, 5) });
    await rig.run('dir');
    await rig.run('copy FILE.BIN DIR\\COPY.BIN');
    await rig.run('del FILE.BIN');
    await rig.run('ren NEW.BIN OLD.BIN');
    await rig.run('dir');
    await rig.run('umount A:');
    const image = rig.image(0);
    const verdict = await fsck(image);
    assert.equal(verdict.status, 0, JSON.stringify(verdict));
    assert.deepEqual(await readFile(image, 'OLD.BIN'), pattern(50_001, 5));
    assert.deepEqual(await readFile(image, 'DIR/COPY.BIN'), pattern(20_000));
    await rig.run('dir');
  });
});
