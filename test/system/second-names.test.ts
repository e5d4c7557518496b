/**
 * A disk of some clusters whose directories have two names each, in each directory on the way down:
 * it has more paths than anybody can walk. And one whose directory is in itself. What goes through
 * a tree says where the disk is damaged, and has seen each directory once.
 */
import { assert } from 'chai';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { makeImage } from '../support/mtools.ts';
import { bootRig, type Rig } from '../support/rig.ts';

const LEVELS = 10;
const ENTRY = 32;

/** Every directory A of `path` is B, too; the last one is its own child, if `circle`. */
async function manyPaths(circle: boolean): Promise<Uint8Array> {
  const path = Array.from({ length: LEVELS }, () => 'A').join('/');
  const image = await makeImage({ kib: 720, files: { [`${path}/FILE.TXT`]: 'once' } });
  const view = new DataView(image.buffer, image.byteOffset);
  const word = (at: number) => view.getUint16(at, true);
  const root = (word(14) + image[16]! * word(22)) * 512;
  const data = root + word(17) * ENTRY;
  const find = (from: number): number => {
    let at = from;
    while (image[at] !== 0x41 || image[at + 1] !== 0x20) at += ENTRY;
    return at;
  };
  for (let level = 0, from = root; level < LEVELS; level++) {
    const at = find(from);
    const second = image.slice(at, at + ENTRY);
    second[0] = 0x42;
    const inside = data + (word(at + 26) - 2) * image[13]! * 512;
    if (!circle) image.set(second, at + ENTRY);
    else if (level === LEVELS - 1) image.set(second, inside + 3 * ENTRY);
    from = inside;
  }
  return image;
}

suite('system/second names', function () {
  this.timeout(60_000);
  let rig: Rig | undefined;

  teardown(() => rig?.end());

  for (const circle of [false, true])
    test(circle ? 'a directory in itself' : 'two names of each directory', async () => {
      const image = await manyPaths(circle);
      rig = await bootRig({ disks: [image, await makeImage({ kib: 720 })] });
      await rig.prompt();
      const corrupt = Status.STATUS_FILE_CORRUPT_ERROR;
      for (const line of [
        'dir A:\\ /s /b',
        'tree A:\\ /f',
        'attrib A:\\* /s',
        'xcopy A:\\A B:\\A /s /i',
      ]) {
        const { status, output } = await rig.exec(line);
        assert.equal(status, corrupt, `${line}: ${output.slice(0, 300)}`);
        const last = output.trimEnd().split('\n').at(-1)!;
        assert.match(last, /A:(\\A)+\\B/, `${line} names it`);
        assert.isBelow(output.split('\n').length, 3 * LEVELS, line);
      }
      const whole = `A:${'\\A'.repeat(LEVELS)}`;
      assert.equal((await rig.exec(`type ${whole}\\FILE.TXT`)).output, 'once\n');
      const other = circle ? `${whole}\\B` : `A:${'\\A'.repeat(LEVELS - 1)}\\B`;
      for (const line of [`type ${other}\\FILE.TXT`, `dir ${other}`, `rd /s /q ${other}`])
        assert.equal((await rig.exec(line)).status, corrupt, line);
      assert.equal((await rig.exec(`del /q ${whole}\\FILE.TXT`)).status, 0);
    });

  test('a directory may move, go, and come again in its place', async () => {
    rig = await bootRig({ disks: [await makeImage({ kib: 720, directories: ['A/A', 'C'] })] });
    await rig.prompt();
    for (const line of [
      'dir A:\\ /s',
      'move A:\\A\\A A:\\C\\D',
      'md A:\\C\\D\\E',
      'ren A:\\C F',
      'rd A:\\F\\D\\E',
      'rd A:\\F\\D',
      'md A:\\A\\G',
      'md A:\\F\\D',
      'rd /s /q A:\\F',
      'md A:\\F\\H',
      'dir A:\\ /s',
    ])
      await rig.run(line);
  });
});
