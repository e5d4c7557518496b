/** Renaming: same directory, another one, another case, over something, and what cannot be. */
import { assert } from 'chai';
import * as nt from '../../../personality/rtl/nt.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { makeImage, makeMtoolsImage } from '../../support/mtools.ts';
import { check, type Tree } from './judge.ts';
import { type FatRig, mountImage, patterned } from './rig.ts';

const bytes = patterned(3000, 1);
const other = patterned(5000, 2);

suite('fatfs: renaming', () => {
  let rig: FatRig;

  setup(async () => {
    rig = await mountImage(await makeMtoolsImage({ kib: 360 }));
    await rig.writeFile('A.BIN', bytes);
  });

  async function expectTree(...entries: [string, Uint8Array?][]): Promise<void> {
    await check(rig, new Map(entries.map(([path, content]) => [path, content])) as Tree);
  }

  test('in its directory, to a long name and back', async () => {
    assert.equal(await rig.rename('A.BIN', 'A much longer name.bin'), 0);
    await expectTree(['A much longer name.bin', bytes]);
    assert.equal(await rig.rename('AMUCHL~1.BIN', 'B'), 0);
    await expectTree(['B', bytes]);
  });

  test('in case alone', async () => {
    for (const name of ['a.bin', 'A.Bin', 'a.BIN', 'A.BIN']) {
      assert.equal(await rig.rename('A.BIN', name), 0);
      await expectTree([name, bytes]);
    }
  });

  test('to its own short name', async () => {
    await rig.rename('A.BIN', 'A longer name');
    assert.equal(await rig.rename('A longer name', 'ALONGE~1'), 0);
    await expectTree(['ALONGE~1', bytes]);
  });

  test('into another directory; an open goes on with it', async () => {
    await rig.makeDirectory('DIR');
    const { file } = await rig.open('A.BIN', { access: nt.FILE_WRITE_DATA });
    const target = { target: '\\DIR\\Moved' };
    const done = await rig.set(file, nt.FileRenameInformation, new Uint8Array(), target);
    assert.equal(done.status, 0);
    await rig.writeAt(file, 3000, other);
    await rig.close(file);
    const both = new Uint8Array([...bytes, ...other]);
    await expectTree(['DIR/'], ['DIR/Moved', both]);
    assert.equal((await rig.create('A.BIN')).status, Status.STATUS_OBJECT_NAME_NOT_FOUND);
  });

  test('over an existing file only if asked for, and if nobody has that open', async () => {
    const free = await rig.freeUnits();
    await rig.writeFile('a long target.bin', other);
    assert.equal(
      await rig.rename('A.BIN', 'A LONG TARGET.BIN'),
      Status.STATUS_OBJECT_NAME_COLLISION,
    );
    const { file } = await rig.open('a long target.bin');
    assert.equal(await rig.rename('A.BIN', 'a long target.bin', true), Status.STATUS_ACCESS_DENIED);
    await rig.close(file);
    await expectTree(['A.BIN', bytes], ['a long target.bin', other]);
    assert.equal(await rig.rename('A.BIN', 'A Long Target.bin', true), 0);
    await expectTree(['A Long Target.bin', bytes]);
    assert.equal(await rig.freeUnits(), free);
  });

  test('never over a directory or a read-only file', async () => {
    await rig.makeDirectory('DIR');
    const attributes = nt.FILE_ATTRIBUTE_READONLY;
    await rig.close((await rig.make('RO', { attributes })).file);
    for (const target of ['DIR', 'RO'])
      assert.equal(await rig.rename('A.BIN', target, true), Status.STATUS_ACCESS_DENIED);
    await expectTree(['A.BIN', bytes], ['DIR/'], ['RO', new Uint8Array(0)]);
  });

  test('a directory: its `..` follows', async () => {
    await rig.makeDirectory('ONE');
    await rig.makeDirectory('ONE\\SUB');
    await rig.writeFile('ONE\\SUB\\F', bytes);
    await rig.makeDirectory('TWO');
    assert.equal(await rig.rename('ONE\\SUB', 'TWO\\MOVED'), 0);
    await expectTree(['A.BIN', bytes], ['ONE/'], ['TWO/'], ['TWO/MOVED/'], ['TWO/MOVED/F', bytes]);
    assert.equal(await rig.rename('TWO\\MOVED', 'TOP'), 0);
    await expectTree(['A.BIN', bytes], ['ONE/'], ['TOP/'], ['TOP/F', bytes], ['TWO/']);
  });

  test('never a directory into itself, nor the root', async () => {
    await rig.makeDirectory('ONE');
    await rig.makeDirectory('ONE\\SUB');
    for (const target of ['ONE\\X', 'one\\sub\\X'])
      assert.equal(await rig.rename('ONE', target), Status.STATUS_INVALID_PARAMETER);
    assert.equal(await rig.rename('', 'X'), Status.STATUS_INVALID_PARAMETER);
    assert.equal(await rig.rename('A.BIN', ''), Status.STATUS_INVALID_PARAMETER);
    assert.equal(await rig.rename('A.BIN', 'NO\\X'), Status.STATUS_OBJECT_PATH_NOT_FOUND);
    for (const target of ['x?', 'NUL', 'ONE\\con.txt'])
      assert.equal(await rig.rename('A.BIN', target), Status.STATUS_OBJECT_NAME_INVALID);
    await check(rig);
  });

  test('in a full root: a name that fits; one that does not leaves all as it was', async () => {
    rig = await mountImage(await makeImage({ kib: 360, rootEntries: 16 }));
    await rig.writeFile('A.BIN', bytes);
    await rig.writeFile('TARGET', other);
    for (let i = 0; i < 14; i++) await rig.close((await rig.make(`F${i}`)).file);
    assert.equal((await rig.create('X', { disposition: nt.FILE_CREATE })).status, 0xc00002ea);
    assert.equal(await rig.rename('A.BIN', 'B.BIN'), 0);
    const before = (await rig.list('')).map(({ name, endOfFile }) => [name, endOfFile]);
    const long = 'a name that needs more than two slots';
    assert.equal(await rig.rename('B.BIN', long), Status.STATUS_CANNOT_MAKE);
    // The long name of the target's own would need three slots: two are there.
    const replaced = await rig.rename('B.BIN', 'Target', true);
    assert.equal(replaced, 0);
    assert.equal(await rig.rename('Target', long), Status.STATUS_CANNOT_MAKE);
    const after = (await rig.list('')).map(({ name }) => name).sort();
    const names = before.map(([name]) => name as string).filter((name) => name !== 'B.BIN');
    assert.deepEqual(after, names.map((name) => (name === 'TARGET' ? 'Target' : name)).sort());
    await check(rig);
  });
});
