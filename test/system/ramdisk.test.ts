/** The disk in RAM: images in and out of C:, files through FAT, the data by MDLs alone. */
import { assert } from 'chai';
import { Status } from '../../personality/rtl/status.ts';
import { fsck, makeImage, readFile } from '../support/mtools.ts';
import { bootRig, type Rig } from '../support/rig.ts';

function pattern(length: number, seed = 1): Uint8Array {
  return new Uint8Array(length).map((_, i) => (i * seed + (i >>> 8)) & 0xff);
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

  test('what does not fit, or is in use, is refused and nothing is lost', async () => {
    const insert = (image: Uint8Array, writeProtected = false) =>
      rig.ask({ op: 'insertImage', drive: 'C:', image, writeProtected });
    const status = (work: Promise<unknown>) =>
      work.then(
        () => 0,
        (error: { status: number }) => error.status,
      );
    assert.equal(await status(insert(new Uint8Array(700))), Status.STATUS_INVALID_PARAMETER);
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
