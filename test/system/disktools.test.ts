/** chkdsk, format, label, undelete, defrag: from the command line down to the medium. */
import { assert } from 'chai';
import { Status, statusName } from '../../personality/rtl/status.ts';
import { fsck, makeImage, readFile } from '../support/mtools.ts';
import { bootRig, type Rig } from '../support/rig.ts';

const FAT = 512;
const FAT_SIZE = 9 * 512;

/** FAT12: cluster -> next, in both FATs. */
function link(image: Uint8Array, cluster: number, next: number): void {
  for (const fat of [FAT, FAT + FAT_SIZE]) {
    const at = fat + cluster + (cluster >> 1);
    const word = image[at]! | (image[at + 1]! << 8);
    const put = cluster & 1 ? (word & 0xf) | (next << 4) : (word & 0xf000) | next;
    image[at] = put & 0xff;
    image[at + 1] = put >> 8;
  }
}

function pattern(length: number, seed = 1): Uint8Array {
  return new Uint8Array(length).map((_, i) => (i * seed + (i >>> 8)) & 0xff);
}

suite('programs for disks', function () {
  this.timeout(60_000);
  let rig: Rig;

  suiteSetup(async () => {
    const files = { 'A.TXT': pattern(3000), 'Long name of a file.txt': pattern(700, 3) };
    const sound = await makeImage({ kib: 1440, label: 'SOUND', files });
    const damaged = await makeImage({ kib: 1440, label: 'DAMAGED', files });
    for (const cluster of [100, 101]) link(damaged, cluster, cluster + 1);
    link(damaged, 102, 0xfff);
    rig = await bootRig({ disks: [sound, damaged] });
    await rig.prompt();
  });
  suiteTeardown(() => rig.end());

  const named = async (line: string) => {
    const { status, output } = await rig.exec(line);
    return { status: statusName(status), output };
  };
  const image = (drive: 0 | 1) => rig.image(drive);

  test('chkdsk: a sound disk, one with lost clusters, and /f', async () => {
    const sound = await named('chkdsk A: /v');
    assert.include(sound.output, 'FAT12');
    assert.match(sound.output, /SOUND.*[0-9A-F]{4}-[0-9A-F]{4}/);
    assert.include(sound.output, 'No problems were found.');
    assert.match(sound.output, /1,457,664 bytes total disk space/);
    assert.include(sound.output, '\\Long name of a file.txt');
    assert.equal(sound.status, 'STATUS_SUCCESS');
    const damaged = await rig.exec('chkdsk B:');
    assert.include(damaged.output, '3 lost clusters in 1 chains.');
    assert.equal(damaged.status, 3);
    assert.notEqual((await fsck(image(1))).status, 0, 'nothing was written');
    const repaired = await named('chkdsk B: /f');
    assert.include(repaired.output, '1 problem put right');
    assert.equal(repaired.status, 'STATUS_SUCCESS');
    assert.include(await rig.run('dir B:'), 'FILE0000.CHK');
    await rig.run('umount B:');
    assert.equal((await fsck(image(1))).status, 0);
    assert.deepEqual(await readFile(image(1), 'A.TXT'), pattern(3000));
  });
});
void Status;
