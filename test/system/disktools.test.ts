/** chkdsk, format, label, undelete, defrag: from the command line down to the medium. */
import { assert } from 'chai';
import { statusName } from '../../personality/rtl/statustext.ts';
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
    assert.notEqual((await fsck(rig.image(1))).status, 0, 'nothing was written');
    const repaired = await named('chkdsk B: /f');
    assert.include(repaired.output, '1 problem put right');
    assert.equal(repaired.status, 'STATUS_SUCCESS');
    assert.include(await rig.run('dir B:'), 'FILE0000.CHK');
    await rig.run('umount B:');
    assert.equal((await fsck(rig.image(1))).status, 0);
    assert.deepEqual(await readFile(rig.image(1), 'A.TXT'), pattern(3000));
  });

  test('label and vol; undelete to another disk; defrag', async () => {
    await rig.run('label A: New name');
    assert.include(await rig.run('vol A:'), 'NEW NAME');
    assert.equal((await named('label A: a*b')).status, 'STATUS_OBJECT_NAME_INVALID');
    assert.equal((await named('label A:')).status, 'STATUS_INVALID_PARAMETER');
    await rig.run('copy A:\\A.TXT A:\\GONE.TXT');
    await rig.run('sync A:');
    await rig.run('del A:\\GONE.TXT');
    await rig.run('sync A:');
    assert.match(await rig.run('undelete A:\\'), /good +3000 .*\\\?ONE\.TXT/);
    const same = await named('undelete A:\\ /to:A:\\');
    assert.equal(same.status, 'STATUS_INVALID_PARAMETER');
    assert.include(await rig.run('undelete A:\\ /to:B:\\'), '1 deleted file brought back.');
    assert.equal(await rig.run('fc /b A:\\A.TXT B:\\_ONE.TXT | find /c "no differences"'), '1\n');
    assert.match(await rig.run('defrag A: /a'), /2 files and directories, 0 of them in pieces/);
    assert.match(await rig.run('defrag A:'), /in 1 piece/);
    assert.equal((await fsck(rig.image(0))).status, 0);
    assert.deepEqual(await readFile(rig.image(0), 'A.TXT'), pattern(3000));
    await rig.run('label A: ""');
    assert.include(await rig.run('vol A:'), 'has no label');
  });

  test('format: refusals in words, quick, and a disk in RAM of several kinds', async () => {
    const cases = [
      ['format A: /fs:ntfs', 'STATUS_INVALID_PARAMETER'],
      ['format A: /v:a*b', 'STATUS_INVALID_PARAMETER'],
      ['format A: /q /fs:fat32', 'STATUS_INVALID_PARAMETER'],
      ['format A: /q /a:100', 'STATUS_INVALID_PARAMETER'],
      ['format', 'STATUS_INVALID_PARAMETER'],
      ['format C: /q', 'STATUS_NO_MEDIA_IN_DEVICE'],
      ['chkdsk C:', 'STATUS_NO_MEDIA_IN_DEVICE'],
      ['chkdsk X:', 'STATUS_OBJECT_NAME_NOT_FOUND'],
    ] as const;
    for (const [line, expected] of cases) {
      const { status, output } = await named(line);
      assert.equal(status, expected, line);
      assert.match(output, /^[^\n]+\(STATUS_\w+\)\.\n$/, line);
      assert.notInclude(output, '::', line);
    }
    await rig.run('format A: /v:"FRESH ONE"');
    assert.equal((await fsck(rig.image(0))).status, 0);
    assert.include(await rig.run('vol A:'), 'FRESH ONE');
    await rig.run('copy B:\\A.TXT A:\\');
    assert.include(await rig.run('chkdsk A:'), 'No problems were found.');
    const disk = new Uint8Array(3 << 20);
    await rig.ask({ op: 'insertImage', drive: 'C:', image: disk, writeProtected: false });
    await rig.run('format C: /q /v:ram /a:512');
    await rig.run('copy B:\\A.TXT C:\\');
    await rig.run('sync C:');
    const back = await rig.ask({ op: 'readImage', drive: 'C:' });
    assert.equal((await fsck(back)).status, 0);
    assert.deepEqual(await readFile(back, 'A.TXT'), pattern(3000));
    assert.deepEqual(rig.faults, []);
  });

  test('a disk in use is refused; /x dismounts it', async () => {
    rig.type('hexdump B:\\A.TXT\r');
    for (let turn = 0; !rig.screen().includes('-- More --'); turn++) {
      assert.isBelow(turn, 1000, 'it waits with the file open');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    for (const line of ['chkdsk B: /f', 'format B: /q', 'defrag B:']) {
      const { status, output } = await named(line);
      assert.equal(status, 'STATUS_ACCESS_DENIED', line);
      assert.match(output, /B: is in use.*\(STATUS_ACCESS_DENIED\)/, line);
    }
    assert.include(await rig.run('chkdsk B: /x'), 'No problems were found.');
    rig.type('q');
    await rig.prompt();
    assert.include(await rig.run('dir B:'), 'A.TXT');
  });

  test('a disk that is write-protected', async () => {
    await rig.eject(1);
    rig.insert(1, await makeImage({ kib: 720 }), true);
    for (const line of ['format B: /q', 'chkdsk B: /f', 'defrag B:']) {
      const { status, output } = await named(line);
      assert.equal(status, 'STATUS_MEDIA_WRITE_PROTECTED', line);
      assert.match(output, /\(STATUS_\w+\)/, line);
    }
    assert.include(await rig.run('chkdsk B:'), 'No problems were found.');
  });
});

suite('undelete', function () {
  this.timeout(60_000);
  let rig: Rig;
  teardown(() => rig.end());

  test('a file with a sector that cannot be read does not keep the others', async () => {
    const files = { 'ONE.TXT': pattern(3000), 'TWO.TXT': pattern(700, 3) };
    const image = await makeImage({ kib: 1440, sectorsPerCluster: 1, files });
    const blank = await makeImage({ kib: 1440 });
    const [root, data] = [19, 33];
    for (const index of [0, 1]) image[root * 512 + index * 32] = 0xe5;
    for (let cluster = 2; cluster < 10; cluster++) link(image, cluster, 0);
    rig = await bootRig({ disks: [image, blank] });
    await rig.prompt();
    rig.machine.fault.badSector(0, data + 1, Infinity);
    const said = await rig.run('undelete A:\\ /to:B:\\');
    assert.match(said, /\?NE\.TXT {2}cannot be read/);
    assert.match(said, /\?WO\.TXT {2}as B:\\_WO\.TXT/);
    assert.include(said, '2 deleted files, 1 of them gone.');
    await rig.run('sync B:');
    assert.deepEqual(await readFile(rig.image(1), '_WO.TXT'), pattern(700, 3));
  });
});
