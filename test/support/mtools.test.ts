/** The tools that check our disks must themselves be seen to work, and to find damage. */
import { assert } from 'chai';
import { fsck, listFiles, makeImage, makeMtoolsImage, readFile, runMtools } from './mtools.ts';

const BOOT_SIGNATURE = 510;

suite('support/mtools', () => {
  test('makes a disk with files and reads them back', async () => {
    const data = Uint8Array.from({ length: 3000 }, (_, index) => index % 251);
    const image = await makeImage({
      kib: 1440,
      sectorsPerCluster: 2,
      label: 'TRIAL',
      files: { 'HELLO.TXT': 'hello', 'DOCS/deep/A long name.bin': data },
      directories: ['EMPTY'],
    });
    assert.equal(image.length, 1440 * 1024);
    assert.deepEqual([image[BOOT_SIGNATURE], image[BOOT_SIGNATURE + 1]], [0x55, 0xaa]);
    assert.equal(image[13], 2);
    assert.deepEqual(await readFile(image, 'DOCS/deep/A long name.bin'), data);
    assert.equal(new TextDecoder().decode(await readFile(image, 'HELLO.TXT')), 'hello');
    const names = await listFiles(image);
    assert.includeMembers(names, ['HELLO.TXT', 'DOCS/deep/A long name.bin', 'EMPTY/']);
    assert.isTrue((await fsck(image)).clean);
  });

  test('fsck finds a FAT that disagrees with its copy', async () => {
    const image = await makeMtoolsImage({ kib: 1440, files: { 'A.TXT': 'text' } });
    assert.isTrue((await fsck(image)).clean);
    image[512 + 3] = image[512 + 3]! ^ 0xff;
    const verdict = await fsck(image);
    assert.isFalse(verdict.clean);
    assert.include(verdict.output, 'FATs differ');
  });

  test('a FAT16 disk is one', async () => {
    const image = await makeImage({ kib: 16 * 1024, fat: 16 });
    assert.equal(new TextDecoder().decode(image.subarray(54, 62)), 'FAT16   ');
  });

  test('runs no other program, and no name that leaves its folder', async () => {
    assert.isTrue(await fails(runMtools('sh', ['-c', 'true'])));
    assert.isTrue(await fails(runMtools('mcopy', ['-i', 'IMAGE', '::/A', '/A'])));
    assert.isTrue(await fails(runMtools('mdir', [], undefined, { '../x': new Uint8Array(1) })));
    assert.isTrue(await fails(readFile(await makeImage({ kib: 360 }), 'MISSING.TXT')));
  });
});

describe('support/mocha-names', () => {
  let made = 0;
  beforeEach(() => void made++);
  it('takes both sets of names', () => assert.equal(made, 1));
  it('is a page that can share memory', () => assert.isTrue(crossOriginIsolated));
});

async function fails(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => false,
    () => true,
  );
}
