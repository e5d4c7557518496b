/** Reading disks that mtools and mkfs.fat made: every format, and files wherever they lie. */
import { assert } from 'chai';
import { decodeFsSize } from '../../../personality/rtl/information.ts';
import { FileFsSizeInformation } from '../../../personality/rtl/nt.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import {
  makeImage,
  type MakeImageOptions,
  makeMtoolsImage,
  runMtools,
} from '../../support/mtools.ts';
import { assertBytes } from './judge.ts';
import { type FatRig, mountImage, patterned } from './rig.ts';

const files: Record<string, Uint8Array> = {
  'EMPTY.BIN': new Uint8Array(0),
  'CLUSTER.BIN': patterned(1024, 3),
  'Long name of a file.bin': patterned(5001, 5),
  'DIR/Deeper directory/x.bin': patterned(40_000, 7),
};

const formats: Record<string, () => Promise<Uint8Array>> = {};
for (const kib of [360, 720, 1200, 1440, 2880])
  formats[`mformat ${kib}`] = () => makeMtoolsImage({ kib, files });
const made: [string, MakeImageOptions][] = [
  ['one-sector clusters', { kib: 360, sectorsPerCluster: 1 }],
  ['large clusters', { kib: 720, sectorsPerCluster: 8 }],
  ['FAT16', { kib: 2880, fat: 16, sectorsPerCluster: 1 }],
  ['one FAT', { kib: 720, extra: ['-f', '1'] }],
  ['many reserved sectors', { kib: 720, extra: ['-R', '7'] }],
];
for (const [name, options] of made) formats[name] = () => makeImage({ ...options, files });

suite('fatfs: reading', () => {
  for (const [name, make] of Object.entries(formats))
    test(`finds files and their bytes: ${name}`, async () => {
      const rig = await mountImage(await make());
      for (const [path, bytes] of Object.entries(files))
        assertBytes(await rig.readFile(path.replaceAll('/', '\\')), bytes, path);
      assert.deepEqual(await namesIn(rig, ''), [
        'CLUSTER.BIN',
        'DIR',
        'EMPTY.BIN',
        'Long name of a file.bin',
      ]);
      assert.deepEqual(await namesIn(rig, 'DIR\\Deeper directory'), ['x.bin']);
      assert.equal(rig.disk.dirty.size, 0, 'reading changes nothing');
    });

  test('free space is what the FAT says', async () => {
    const rig = await mountImage(await makeMtoolsImage({ kib: 1440, files }));
    const { result } = await rig.queryVolume(FileFsSizeInformation);
    const clusters = 2 + 10 + (1 + 1 + 79);
    assert.deepEqual(decodeFsSize(result.data!), {
      totalUnits: 2847,
      freeUnits: 2847 - clusters,
      sectorsPerUnit: 1,
      bytesPerSector: 512,
    });
  });

  test('a fragmented file: each piece where it lies', async () => {
    let image = await makeImage({ kib: 360, sectorsPerCluster: 1 });
    const small = patterned(512, 8);
    for (let i = 0; i < 40; i++)
      image = (await runMtools('mcopy', ['-i', 'IMAGE', 'FILE:x', `::/F${i}`], image, { x: small }))
        .image;
    const odd = Array.from({ length: 20 }, (_, i) => `::/F${2 * i + 1}`);
    image = (await runMtools('mdel', ['-i', 'IMAGE', ...odd], image)).image;
    const big = patterned(40 * 512 + 100, 9);
    image = (await runMtools('mcopy', ['-i', 'IMAGE', 'FILE:x', '::/BIG'], image, { x: big }))
      .image;
    const rig = await mountImage(image);
    assertBytes(await rig.readFile('BIG'), big, 'BIG');
    const { file } = await rig.open('BIG');
    const { result } = await rig.read(file, 512 * 3 + 17, 100);
    assert.isAbove(result.extents!.length / 3, 1);
    assert.equal(result.extents![0], 512 * 3);
  });

  test('names are found in any case, by long and by short name, and only whole', async () => {
    const rig = await mountImage(await makeMtoolsImage({ kib: 720, files }));
    for (const path of ['LONG NAME OF A FILE.BIN', 'longna~1.bin', '\\Long name of a file.bin'])
      assertBytes(await rig.readFile(path), files['Long name of a file.bin']!, path);
    const numbers = new Set<number | undefined>();
    for (const path of ['long name of a file.bin', 'LONGNA~1.BIN'])
      numbers.add((await rig.open(path)).result.fcb);
    assert.equal(numbers.size, 1, 'one file, one number');
    const statuses: Record<string, number> = {
      'Long name': Status.STATUS_OBJECT_NAME_NOT_FOUND,
      'NONE\\X': Status.STATUS_OBJECT_PATH_NOT_FOUND,
      'CLUSTER.BIN\\X': Status.STATUS_OBJECT_PATH_NOT_FOUND,
      'DIR\\..\\CLUSTER.BIN': Status.STATUS_OBJECT_NAME_INVALID,
      'DIR\\.': Status.STATUS_OBJECT_NAME_INVALID,
      '*.BIN': Status.STATUS_OBJECT_NAME_INVALID,
    };
    for (const [path, status] of Object.entries(statuses))
      assert.equal((await rig.create(path)).status, status, path);
  });

  test('reading at and past the end, and of directories', async () => {
    const rig = await mountImage(await makeMtoolsImage({ kib: 720, files }));
    const { file } = await rig.open('CLUSTER.BIN');
    assert.deepEqual((await rig.read(file, 1 << 20, 10)).result.extents, []);
    assert.equal((await rig.read(file, -1, 10)).status, Status.STATUS_INVALID_PARAMETER);
    const empty = await rig.open('EMPTY.BIN');
    assert.deepEqual((await rig.read(empty.file, 0, 10)).result.extents, []);
    const directory = await rig.open('DIR');
    assert.equal((await rig.read(directory.file, 0, 10)).status, Status.STATUS_FILE_IS_A_DIRECTORY);
  });
});

async function namesIn(rig: FatRig, path: string): Promise<string[]> {
  return (await rig.list(path)).map(({ name }) => name).sort();
}
