/** The element's calls on files: names, folders, attributes, copies, volumes. */
import { assert } from 'chai';
import * as Status from '../../personality/rtl/ntstatus.ts';
import type { NeptuneOs } from '../../web/element/index.ts';
import { runMtools } from '../support/mtools.ts';
import { endMachine, freshDisk, imageOf, pattern, rejection, startMachine } from './machine.ts';

suite('files/calls', function () {
  this.timeout(60_000);
  let machine: NeptuneOs;
  suiteSetup(async () => {
    machine = await startMachine();
  });
  suiteTeardown(endMachine);
  setup(() => freshDisk({ 'A.TXT': 'a', 'B.TXT': 'bb', 'BOX/IN.TXT': 'in' }));

  const names = async (path = 'A:\\'): Promise<string[]> =>
    (await machine.list(path)).map(({ name }) => name).sort();
  const statusOf = async (work: Promise<unknown>) => (await rejection(work)).status;

  test('rename: another name, another folder, over another file only if told to', async () => {
    await machine.rename('A:\\A.TXT', 'A:\\A new name.text');
    await machine.rename('A:\\A new name.text', 'A:\\BOX\\C.TXT');
    assert.deepEqual(await names('A:\\BOX'), ['C.TXT', 'IN.TXT']);
    const over = ['A:\\BOX\\C.TXT', 'A:\\B.TXT'] as const;
    assert.equal(await statusOf(machine.rename(...over)), Status.STATUS_OBJECT_NAME_COLLISION);
    await machine.rename(...over, { replace: true });
    assert.equal((await machine.readFile('A:\\B.TXT')).length, 1);
  });

  test('createFolder and deleteFile: an empty folder, a file, a full one only if told to', async () => {
    await machine.createFolder('A:\\NEW');
    const again = Status.STATUS_OBJECT_NAME_COLLISION;
    assert.equal(await statusOf(machine.createFolder('A:\\new')), again);
    await machine.deleteFile('A:\\NEW');
    await machine.deleteFile('A:\\A.TXT');
    assert.equal(await statusOf(machine.deleteFile('A:\\BOX')), Status.STATUS_DIRECTORY_NOT_EMPTY);
    await machine.deleteFile('A:\\BOX', { recursive: true });
    assert.deepEqual(await names(), ['B.TXT']);
    const root = machine.deleteFile('A:\\', { recursive: true });
    assert.equal(await statusOf(root), Status.STATUS_INVALID_PARAMETER);
  });

  test('setAttributes changes what is named, and a read-only file is not deleted', async () => {
    const bits = async (): Promise<number> =>
      (await machine.list('A:\\')).find(({ name }) => name === 'A.TXT')!.attributes;
    await machine.setAttributes('A:\\A.TXT', { readOnly: true, hidden: true });
    assert.equal(await bits(), 0x23);
    await machine.setAttributes('A:\\A.TXT', { hidden: false, archive: false });
    assert.equal(await bits(), 0x01);
    assert.equal(await statusOf(machine.deleteFile('A:\\A.TXT')), Status.STATUS_CANNOT_DELETE);
    await machine.setAttributes('A:\\A.TXT', { readOnly: false });
    const modified = new Date(1999, 11, 31, 23, 59, 58);
    await machine.setAttributes('A:\\A.TXT', { modified });
    const entry = (await machine.list('A:\\')).find(({ name }) => name === 'A.TXT');
    assert.deepEqual([entry!.modified, entry!.attributes & 0x27], [modified, 0]);
    const { stdout } = await runMtools('mdir', ['-i', 'IMAGE', '::A.TXT'], await imageOf());
    assert.match(new TextDecoder().decode(stdout), /1999-12-31 +23:59/);
    const error = await rejection(machine.setAttributes('A:\\A.TXT', { modified: 7 as never }));
    assert.instanceOf(error, TypeError);
  });

  test('copyFile: to another drive, with its time, over another file only if told to', async () => {
    await freshDisk({}, 'B:');
    const data = pattern(100_000, 3);
    await machine.writeFile('A:\\BIG.BIN', data);
    const modified = new Date(1990, 0, 2, 3, 4, 6);
    await machine.setAttributes('A:\\BIG.BIN', { modified });
    await machine.copyFile('A:\\BIG.BIN', 'B:\\COPY.BIN');
    assert.deepEqual(await machine.readFile('B:\\COPY.BIN'), data);
    assert.deepEqual((await machine.list('B:\\'))[0]!.modified, modified);
    const over = machine.copyFile('A:\\A.TXT', 'B:\\copy.bin');
    assert.equal(await statusOf(over), Status.STATUS_OBJECT_NAME_COLLISION);
    await machine.copyFile('A:\\A.TXT', 'B:\\copy.bin', { replace: true });
    assert.equal((await machine.readFile('B:\\COPY.BIN')).length, 1);
  });

  test('volume and volumes say what is in them', async () => {
    const volume = await machine.volume('a');
    assert.deepInclude(volume, { drive: 'A:', label: 'TEST', cluster: 1024 });
    assert.isBelow(volume.free, volume.total);
    await machine.ejectDisk('A:');
    assert.equal(await statusOf(machine.volume('A:')), Status.STATUS_NO_MEDIA_IN_DEVICE);
    const drives = (await machine.volumes()).map(({ drive }) => drive);
    assert.includeMembers(drives, ['A:', 'B:']);
    assert.instanceOf(await rejection(machine.volume('nowhere')), TypeError);
  });
});
