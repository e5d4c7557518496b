/** Directories: made, grown, full, and listed. */
import { assert } from 'chai';
import { dosExpression } from '../../../personality/rtl/names.ts';
import { decodeDirectory } from '../../../personality/rtl/directoryinformation.ts';
import * as nt from '../../../personality/rtl/nt.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { makeImage, makeMtoolsImage } from '../../support/mtools.ts';
import { check } from './judge.ts';
import { type FatRig, mountImage, patterned } from './rig.ts';

suite('fatfs: directories', () => {
  let rig: FatRig;

  setup(async () => {
    rig = await mountImage(await makeMtoolsImage({ kib: 360 }));
  });

  async function make(name: string): Promise<void> {
    await rig.close((await rig.make(name)).file);
  }

  test('one in another, with `.` and `..`', async () => {
    await rig.makeDirectory('ONE');
    await rig.makeDirectory('ONE\\Two is longer');
    await rig.writeFile('ONE\\Two is longer\\F', patterned(2000));
    await check(
      rig,
      new Map([
        ['ONE/', undefined],
        ['ONE/Two is longer/', undefined],
        ['ONE/Two is longer/F', patterned(2000)],
      ]),
    );
    const { file, result } = await rig.open('ONE');
    assert.deepInclude(result, { attributes: 0x10, endOfFile: 0, allocation: 1024 });
    const listed = decodeDirectory((await rig.directory(file)).result.data!);
    assert.deepEqual(
      listed.map(({ name, attributes }) => [name, attributes]),
      [
        ['.', 0x10],
        ['..', 0x10],
        ['Two is longer', 0x10],
      ],
    );
  });

  test('grows cluster by cluster, and keeps all names', async () => {
    await rig.makeDirectory('D');
    const names = Array.from({ length: 120 }, (_, i) => `Name number ${i} of many.txt`);
    for (const name of names) await make(`D\\${name}`);
    const listed = (await rig.list('D')).map(({ name }) => name);
    assert.deepEqual(listed, names);
    await rig.remount();
    assert.deepEqual(
      (await rig.list('D')).map(({ name }) => name),
      names,
    );
    await check(rig);
  });

  test('a name that needs two clusters gets both or none', async () => {
    rig = await mountImage(await makeImage({ kib: 360, sectorsPerCluster: 1 }));
    await rig.makeDirectory('D');
    for (let i = 0; i < 14; i++) await make(`D\\F${i}`);
    const { file } = await rig.make('REST');
    await rig.writeAt(file, 0, patterned(((await rig.freeUnits()) - 1) * 512));
    const long = `D\\${'long '.repeat(51)}`.trimEnd();
    const refused = await rig.create(long, { disposition: nt.FILE_CREATE });
    assert.equal(refused.status, Status.STATUS_DISK_FULL);
    assert.equal(await rig.freeUnits(), 1);
    await rig.close(file);
    await check(rig);
    await rig.remove('REST');
    await make(long);
    assert.equal((await rig.list('D')).length, 15);
    await check(rig);
  });

  test('slots of deleted names are used again', async () => {
    const free = await rig.freeUnits();
    await rig.makeDirectory('D');
    for (let round = 0; round < 20; round++) {
      for (let i = 0; i < 8; i++) await make(`D\\round ${round} name ${i}`);
      for (let i = 0; i < 8; i++) assert.equal(await rig.remove(`D\\round ${round} name ${i}`), 0);
    }
    assert.equal(await rig.freeUnits(), free - 1);
    await check(rig);
  });

  test('what lies behind the end is not taken for entries', async () => {
    await make('FIRST');
    await rig.flush();
    const view = new DataView(rig.image.buffer);
    const root = (1 + 2 * view.getUint16(22, true)) * 512;
    // Rubbish two slots behind the end: it is beyond what was ever used.
    for (let at = root + 64; at < root + 64 + 640; at++) rig.image[at] = 0x41;
    rig.executive.cache.add(7, rig.image);
    await rig.remount();
    await make('SECOND');
    await make('Third with a long name');
    const names = (await rig.list('')).map(({ name }) => name);
    assert.deepEqual(names, ['FIRST', 'SECOND', 'Third with a long name']);
  });

  test('a root directory that is full', async () => {
    rig = await mountImage(await makeImage({ kib: 360, rootEntries: 16 }));
    await rig.makeDirectory('D');
    for (let i = 0; i < 13; i++) await make(`F${i}`);
    const full = Status.STATUS_CANNOT_MAKE;
    const disposition = nt.FILE_CREATE;
    const free = await rig.freeUnits();
    assert.equal((await rig.create('needs two', { disposition })).status, 0);
    assert.equal((await rig.create('X', { disposition })).status, full);
    const options = nt.FILE_DIRECTORY_FILE;
    assert.equal((await rig.create('X', { disposition, options })).status, full);
    assert.equal((await rig.create('X', { disposition, allocation: 5000 })).status, full);
    assert.equal(await rig.freeUnits(), free, 'nothing is left behind');
    await make('D\\here is room');
    assert.equal(await rig.rename('D\\here is room', 'X'), full);
    assert.equal((await rig.create('D\\here is room')).status, 0);
    await check(rig);
  });

  suite('listing', () => {
    const names = ['A.TXT', 'B.TXT', 'C.DAT', 'Long one.text', 'README', 'READ.ME'];

    setup(async () => {
      await rig.makeDirectory('D');
      for (const name of names) await make(`D\\${name}`);
    });

    const patterns: [string, string[]][] = [
      ['*', names],
      ['*.*', names],
      ['', names],
      ['*.txt', ['A.TXT', 'B.TXT']],
      ['?.*', ['A.TXT', 'B.TXT', 'C.DAT']],
      ['READ*', ['README', 'READ.ME']],
      ['README.*', ['README']],
      ['*.', ['README']],
      ['longon~1.tex', ['Long one.text']],
      ['*e*', ['Long one.text', 'README', 'READ.ME']],
      ['nothing', []],
    ];
    for (const [pattern, expected] of patterns)
      test(`pattern ${pattern || '(none)'}`, async () => {
        assert.deepEqual(
          (await rig.list('D', dosExpression(pattern))).map(({ name }) => name),
          expected,
        );
      });

    test('one by one, in pieces, and again from the start', async () => {
      const { file } = await rig.open('D');
      const seen: string[] = [];
      for (;;) {
        const { status, result } = await rig.directory(file, { single: true, pattern: '*.t*' });
        if (status !== 0) {
          assert.equal(status, Status.STATUS_NO_MORE_FILES);
          break;
        }
        seen.push(...decodeDirectory(result.data!).map(({ name }) => name));
      }
      assert.deepEqual(seen, ['A.TXT', 'B.TXT', 'Long one.text']);
      const again = await rig.directory(file, { restart: true, single: true });
      assert.equal(decodeDirectory(again.result.data!)[0]!.name, '.');
      const rest = await rig.directory(file, { pattern: 'ignored', length: 220 });
      assert.deepEqual(
        decodeDirectory(rest.result.data!).map(({ name }) => name),
        ['..', 'A.TXT'],
      );
    });

    test('no match, and a buffer too small for one name', async () => {
      const { file } = await rig.open('D');
      const none = await rig.directory(file, { pattern: 'NONE' });
      assert.equal(none.status, Status.STATUS_NO_SUCH_FILE);
      const small = await rig.directory(file, { length: 90 });
      assert.equal(small.status, Status.STATUS_BUFFER_OVERFLOW);
      const whole = await rig.directory(file);
      assert.equal(decodeDirectory(whole.result.data!).length, names.length + 2);
      const unknown = await rig.directory(file, { class: 77 });
      assert.equal(unknown.status, Status.STATUS_INVALID_INFO_CLASS);
    });

    test('names that come and go between two calls disturb no others', async () => {
      const { file } = await rig.open('D');
      await rig.directory(file, { length: 320 });
      await rig.remove('D\\A.TXT');
      await make('D\\NEW');
      const rest = decodeDirectory((await rig.directory(file)).result.data!);
      assert.deepEqual(
        rest.map(({ name }) => name),
        ['B.TXT', 'C.DAT', 'Long one.text', 'README', 'READ.ME'],
      );
    });

    test('sizes are those of files that are being written', async () => {
      const { file } = await rig.open('D\\A.TXT');
      await rig.write(file, 0, 1500);
      const [listed] = await rig.list('D', 'A.TXT');
      assert.deepInclude(listed, { endOfFile: 1500, allocation: 2048 });
    });
  });

  test('a file is no directory', async () => {
    const { file } = await rig.make('F');
    assert.equal((await rig.directory(file)).status, Status.STATUS_INVALID_PARAMETER);
  });

  test('hundreds of names', async function (this: Mocha.Context) {
    this.timeout(60_000);
    rig = await mountImage(await makeImage({ kib: 1440 }));
    await rig.makeDirectory('D');
    for (let i = 0; i < 500; i++) await make(`D\\many names here ${i}`);
    assert.equal((await rig.list('D')).length, 500);
    assert.equal((await rig.create('D\\many names here 499')).status, 0);
    await check(rig);
  });
});
