/** Files as clients see them: sharing, access, dispositions, sizes, deletion, renaming, locks. */
import { assert } from 'chai';
import {
  NtDeleteFile,
  NtFlushBuffersFile,
  NtFsControlFile,
  NtQueryAttributesFile,
  NtQueryInformationFile,
  NtReadFile,
  NtSetInformationFile,
} from '../../personality/ntdll/native.ts';
import {
  decodeBasic,
  decodeStandard,
  encodeDisposition,
  encodeLarge,
  encodeRename,
} from '../../personality/rtl/information.ts';
import * as nt from '../../personality/rtl/nt.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import { fsck, makeImage } from '../support/mtools.ts';
import { bootClientRig, type Client, type ClientRig, pattern, RW } from './io-client.ts';

async function set(client: Client, handle: number, infoClass: number, data: Uint8Array) {
  const request = { handle, class: infoClass, data };
  return statusName((await NtSetInformationFile(client.process, request)).status);
}

async function sizeOf(client: Client, handle: number) {
  const request = { handle, class: nt.FileStandardInformation, length: 24 };
  return decodeStandard((await NtQueryInformationFile(client.process, request)).data);
}

async function control(client: Client, handle: number, code: number) {
  const request = { handle, code, input: new Uint8Array(), outputLength: 0 };
  return statusName((await NtFsControlFile(client.process, request)).status);
}

const OK = 'STATUS_SUCCESS';

suite('ntos/io files', function () {
  this.timeout(60_000);
  let rig: ClientRig;

  setup(async () => {
    const files = { 'FILE.BIN': pattern(20_000), 'DIR/OTHER.BIN': pattern(9000, 3) };
    rig = await bootClientRig([await makeImage({ kib: 1440, files })]);
  });

  teardown(async () => {
    await rig.run('umount A:');
    const verdict = await fsck(rig.image());
    assert.isTrue(verdict.clean, verdict.output);
    assert.deepEqual(rig.faults, []);
  });

  test('sharing is kept by opens of every kind, and freed by closing', () =>
    rig.client(async (client) => {
      const alone = await client.opened('A:\\FILE.BIN', { share: 0 });
      assert.equal((await client.open('A:\\file.bin')).status, 'STATUS_SHARING_VIOLATION');
      const other = { disposition: nt.FILE_OVERWRITE_IF };
      assert.equal((await client.open('A:\\FILE.BIN', other)).status, 'STATUS_SHARING_VIOLATION');
      const attributes = { access: nt.FILE_READ_ATTRIBUTES };
      const looking = await client.opened('A:\\FILE.BIN', attributes);
      assert.equal((await sizeOf(client, looking)).endOfFile, 20_000);
      await client.close(looking);
      await client.close(alone);
      const readers = { access: nt.FILE_READ_DATA, share: nt.FILE_SHARE_READ };
      const one = await client.opened('A:\\FILE.BIN', readers);
      const two = await client.opened('A:\\FILE.BIN', readers);
      assert.equal((await client.open('A:\\FILE.BIN')).status, 'STATUS_SHARING_VIOLATION');
      await client.close(one);
      await client.close(two);
      await client.close(await client.opened('A:\\FILE.BIN', { share: 0 }));
    }));

  test('a handle does what its access says and no more', () =>
    rig.client(async (client) => {
      const reader = await client.opened('A:\\FILE.BIN', { access: nt.FILE_READ_DATA });
      assert.equal(await client.write(reader, 0, pattern(10)), 'STATUS_ACCESS_DENIED');
      assert.equal(
        await set(client, reader, nt.FileEndOfFileInformation, encodeLarge(0)),
        'STATUS_ACCESS_DENIED',
      );
      assert.equal(
        await set(client, reader, nt.FileDispositionInformation, encodeDisposition(true)),
        'STATUS_ACCESS_DENIED',
      );
      const flushed = await NtFlushBuffersFile(client.process, { handle: reader });
      assert.equal(statusName(flushed.status), 'STATUS_ACCESS_DENIED');
      const writer = await client.opened('A:\\FILE.BIN', { access: nt.FILE_WRITE_DATA });
      assert.equal((await client.read(writer, 0, 10)).status, 'STATUS_ACCESS_DENIED');
      const appender = await client.opened('A:\\FILE.BIN', { access: nt.FILE_APPEND_DATA });
      assert.equal(await client.write(appender, 0, pattern(100, 9)), OK);
      assert.deepEqual((await client.read(reader, 20_000, 200)).data, pattern(100, 9));
      assert.deepEqual((await client.read(reader, 0, 100)).data, pattern(100));
    }));

  test('bad handles, addresses and offsets are errors, and nothing is read', () =>
    rig.client(async (client) => {
      const handle = await client.opened('A:\\FILE.BIN');
      const read = async (change: object) => {
        const request = { handle, address: 0x0100_0000, length: 64, offset: 0, ...change };
        return statusName((await NtReadFile(client.process, request)).status);
      };
      assert.equal(await read({}), OK);
      assert.equal(await read({ handle: 0x7770 }), 'STATUS_INVALID_HANDLE');
      assert.equal(await read({ handle: handle + 1 }), 'STATUS_INVALID_HANDLE');
      assert.equal(await read({ address: 0 }), 'STATUS_ACCESS_VIOLATION');
      assert.equal(await read({ address: 0xffff_fff0 }), 'STATUS_ACCESS_VIOLATION');
      assert.equal(await read({ address: 0x0104_0000 - 16 }), 'STATUS_ACCESS_VIOLATION');
      assert.equal(await read({ offset: -2 }), 'STATUS_INVALID_PARAMETER');
      assert.equal(await read({ offset: Number.MAX_SAFE_INTEGER }), 'STATUS_END_OF_FILE');
      assert.equal(await read({ offset: 20_000 }), 'STATUS_END_OF_FILE');
      const directory = await client.opened('A:\\DIR');
      assert.equal(await read({ handle: directory }), 'STATUS_FILE_IS_A_DIRECTORY');
    }));

  test('dispositions of files that are cached', () =>
    rig.client(async (client) => {
      const keep = await client.opened('A:\\FILE.BIN');
      await client.read(keep, 0, 5000);
      const create = { disposition: nt.FILE_CREATE };
      assert.equal(
        (await client.open('A:\\FILE.BIN', create)).status,
        'STATUS_OBJECT_NAME_COLLISION',
      );
      const openIf = await client.open('A:\\FILE.BIN', { disposition: nt.FILE_OPEN_IF });
      assert.deepEqual([openIf.status, openIf.information], [OK, nt.FILE_OPENED]);
      const over = await client.open('A:\\FILE.BIN', { disposition: nt.FILE_OVERWRITE });
      assert.deepEqual([over.status, over.information], [OK, nt.FILE_OVERWRITTEN]);
      assert.equal((await client.read(keep, 0, 10)).status, 'STATUS_END_OF_FILE');
      assert.equal((await sizeOf(client, keep)).endOfFile, 0);
      assert.equal(await client.write(over.handle, 0, pattern(3000, 7)), OK);
      assert.deepEqual((await client.read(keep, 0, 4000)).data, pattern(3000, 7));
      const missing = { disposition: nt.FILE_OVERWRITE };
      assert.equal((await client.open('A:\\NONE', missing)).status, 'STATUS_OBJECT_NAME_NOT_FOUND');
      const made = await client.open('A:\\NEW', { disposition: nt.FILE_SUPERSEDE });
      assert.deepEqual([made.status, made.information], [OK, nt.FILE_CREATED]);
      const wrong = { options: nt.FILE_DIRECTORY_FILE };
      assert.equal((await client.open('A:\\FILE.BIN', wrong)).status, 'STATUS_NOT_A_DIRECTORY');
      const file = { options: nt.FILE_NON_DIRECTORY_FILE };
      assert.equal((await client.open('A:\\DIR', file)).status, 'STATUS_FILE_IS_A_DIRECTORY');
    }));

  test('growing shows zeros, shrinking forgets', () =>
    rig.client(async (client) => {
      const handle = await client.opened('A:\\FILE.BIN');
      await client.read(handle, 0, 20_000);
      const end = (size: number) =>
        set(client, handle, nt.FileEndOfFileInformation, encodeLarge(size));
      assert.equal(await end(1000), OK);
      assert.equal(await end(9000), OK);
      const expected = new Uint8Array(9000);
      expected.set(pattern(1000));
      assert.deepEqual((await client.read(handle, 0, 10_000)).data, expected);
      assert.equal(await client.write(handle, 30_000, pattern(5, 4)), OK);
      const gap = (await client.read(handle, 1000, 29_000)).data;
      assert.isTrue(gap.every((byte) => byte === 0));
      assert.deepEqual((await client.read(handle, 30_000, 10)).data, pattern(5, 4));
      const flushed = await NtFlushBuffersFile(client.process, { handle });
      assert.equal(statusName(flushed.status), OK);
    }));

  test('a deleted file is pending while open, then gone; directories only when empty', () =>
    rig.client(async (client) => {
      const handle = await client.opened('A:\\FILE.BIN', { access: RW | nt.DELETE });
      assert.equal(
        await set(client, handle, nt.FileDispositionInformation, encodeDisposition(true)),
        OK,
      );
      assert.equal((await client.open('A:\\FILE.BIN')).status, 'STATUS_DELETE_PENDING');
      await client.close(handle);
      assert.equal((await client.open('A:\\FILE.BIN')).status, 'STATUS_OBJECT_NAME_NOT_FOUND');
      const remove = async (name: string) =>
        statusName((await NtDeleteFile(client.process, { name, root: 0 })).status);
      assert.equal(await remove('\\??\\A:\\DIR'), 'STATUS_DIRECTORY_NOT_EMPTY');
      const onClose = { access: nt.DELETE, options: nt.FILE_DELETE_ON_CLOSE };
      const last = await client.opened('A:\\DIR\\OTHER.BIN', onClose);
      const second = await client.opened('A:\\DIR\\OTHER.BIN');
      await client.close(last);
      assert.equal((await client.read(second, 0, 9000)).data.length, 9000);
      await client.close(second);
      assert.equal(
        (await client.open('A:\\DIR\\OTHER.BIN')).status,
        'STATUS_OBJECT_NAME_NOT_FOUND',
      );
      assert.equal(await remove('\\??\\A:\\DIR'), OK);
    }));

  test('a renamed directory takes what is known below it along', () =>
    rig.client(async (client) => {
      const inside = await client.opened('A:\\DIR\\OTHER.BIN');
      await client.read(inside, 0, 9000);
      const directory = await client.opened('A:\\DIR', { access: nt.DELETE });
      const info = encodeRename({ replace: false, root: 0, name: '\\??\\A:\\MOVED' });
      assert.equal(await set(client, directory, nt.FileRenameInformation, info), OK);
      assert.equal(
        (await client.open('A:\\DIR\\OTHER.BIN')).status,
        'STATUS_OBJECT_PATH_NOT_FOUND',
      );
      assert.deepEqual((await client.read(inside, 0, 9000)).data, pattern(9000, 3));
      const again = await client.opened('A:\\MOVED\\other.bin');
      assert.deepEqual((await client.read(again, 0, 9000)).data, pattern(9000, 3));
      const taken = encodeRename({ replace: false, root: 0, name: '\\??\\A:\\FILE.BIN' });
      assert.equal(
        await set(client, directory, nt.FileRenameInformation, taken),
        'STATUS_OBJECT_NAME_COLLISION',
      );
      const elsewhere = encodeRename({ replace: false, root: 0, name: '\\??\\B:\\X' });
      assert.equal(
        await set(client, directory, nt.FileRenameInformation, elsewhere),
        'STATUS_NOT_SAME_DEVICE',
      );
    }));

  test('attributes of a known file cost its file system nothing', async () => {
    const query = () =>
      rig.client(async (client) => {
        const request = { name: '\\??\\A:\\FILE.BIN', root: 0 };
        const answer = await NtQueryAttributesFile(client.process, request);
        assert.equal(statusName(answer.status), OK);
        return decodeBasic(answer.data).attributes;
      });
    assert.equal(await query(), nt.FILE_ATTRIBUTE_ARCHIVE);
    const before = await rig.counters();
    assert.equal(await query(), nt.FILE_ATTRIBUTE_ARCHIVE);
    const after = await rig.counters();
    assert.equal(after['io.irp.fatfs.create'], before['io.irp.fatfs.create']);
    assert.isAbove(after['cc.attr.hit']!, before['cc.attr.hit']!);
  });

  test('a locked volume belongs to one handle', () =>
    rig.client(async (client) => {
      const file = await client.opened('A:\\FILE.BIN');
      const volume = await client.opened('A:');
      assert.equal(await control(client, volume, nt.FSCTL_LOCK_VOLUME), 'STATUS_ACCESS_DENIED');
      assert.equal(await client.write(volume, 0, pattern(512)), 'STATUS_ACCESS_DENIED');
      await client.close(file);
      assert.equal(await control(client, volume, nt.FSCTL_LOCK_VOLUME), OK);
      assert.equal((await client.open('A:\\FILE.BIN')).status, 'STATUS_ACCESS_DENIED');
      const boot = (await client.read(volume, 0, 512)).data;
      assert.deepEqual([boot[510], boot[511]], [0x55, 0xaa]);
      assert.equal(await client.write(volume, 0, boot), OK);
      assert.equal(await control(client, volume, nt.FSCTL_UNLOCK_VOLUME), OK);
      const again = await client.opened('A:\\FILE.BIN');
      assert.deepEqual((await client.read(again, 0, 20_000)).data, pattern(20_000));
    }));
});
