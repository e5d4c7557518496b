/** The starter that is a disk: formatted, written, read, killed, loaded again. */
import { assert } from 'chai';
import { makeImage } from '../support/mtools.ts';
import { type Bench, bootBench } from '../support/bench-rig.ts';

suite('workbench/ramdisk', function () {
  this.timeout(60_000);
  let bench: Bench;
  const run = (line: string): Promise<string> => bench.rig.run(line);

  suiteSetup(async () => {
    const files = { 'README.TXT': 'from the floppy', 'LONG.BIN': new Uint8Array(100_000).fill(7) };
    bench = await bootBench({ disks: [await makeImage({ kib: 1440, files })] });
  });
  suiteTeardown(() => bench.rig.end());

  test('a letter, a file system, a file on it; killed, it is another disk', async () => {
    await bench.load('mine', await bench.starter('ramdisk'));
    assert.equal(await run('mount m: \\Device\\MyDisk'), 'M: is \\Device\\MyDisk.\n');
    assert.equal(await run('mount m: \\Device\\MyDisk'), 'M: is \\Device\\MyDisk.\n');
    assert.include(await run('format m: /y'), 'formatted with FAT12');
    await run('copy a:\\*.* m:');
    assert.equal(await run('type m:\\readme.txt'), 'from the floppy\n');
    await run('umount m:');
    assert.include(await run('fc /b a:\\long.bin m:\\long.bin'), 'FC: no differences encountered');
    assert.include(await run('dir m:'), 'LONG.BIN');
    await run('chkdsk m:');
    await bench.hands.kill('mine');
    assert.notEqual((await bench.rig.exec('dir m:')).status, 0);
    await bench.load('mine', await bench.starter('ramdisk'));
    assert.include((await bench.rig.exec('dir m:')).output, 'STATUS_UNRECOGNIZED_VOLUME');
    await run('format m: /q /y');
    assert.include(await run('dir m:'), 'bytes free');
    assert.equal(await run('type a:\\readme.txt'), 'from the floppy\n');
  });

  test('a letter that is another disk’s stays so; a device that is not there has none', async () => {
    const other = await bench.rig.exec('mount a: \\Device\\MyDisk');
    assert.match(other.output, /A:.*STATUS_OBJECT_NAME_COLLISION/);
    const none = await bench.rig.exec('mount n: \\Device\\NoDisk');
    assert.match(none.output, /NoDisk.*STATUS_OBJECT_NAME_NOT_FOUND/);
    assert.notInclude(await run('mount'), 'N:');
  });

  test('umount /d gives the letter back, of a disk that is mounted and of one that is gone', async () => {
    await bench.load('mine', await bench.starter('ramdisk'));
    await run('mount m: \\Device\\MyDisk');
    await run('format m: /q /y');
    await run('echo x> m:\\x.txt');
    assert.equal(await run('umount /d m:'), 'M: is no drive any more.\n');
    assert.notInclude(await run('mount'), 'M:');
    assert.match((await bench.rig.exec('umount m: /d')).output, /M:.*STATUS_OBJECT_NAME_NOT_FOUND/);
    assert.equal(await run('mount n: \\Device\\MyDisk'), 'N: is \\Device\\MyDisk.\n');
    assert.include(await run('dir n: /b'), 'x.txt');
    await bench.hands.kill('mine');
    assert.equal(await run('umount n: /d'), 'N: is no drive any more.\n');
  });
});
