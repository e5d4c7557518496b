/**
 * Services on keys and values through the real kernel and Executive: what each answers, for right
 * arguments and for wrong ones.
 */
import { withPrivilege } from '../../../personality/ntdll/security.ts';
import { SeBackupPrivilege } from '../../../personality/rtl/security/constants.ts';
import { assert } from 'chai';
import * as nt from '../../../personality/ntdll/native.ts';
import { DELETE, GENERIC_READ } from '../../../personality/rtl/nt.ts';
import * as reg from '../../../personality/rtl/registry.ts';
import { inClient, statusOf } from '../core-client.ts';
import { type Call, checkHandles } from '../core-sync-fixture.ts';
import { create, made, open, query, set, subKeys, USER } from './client.ts';

const { viewOf } = reg;

suite('ntos/cm/keys', function () {
  this.timeout(20_000);

  test('made, opened, enumerated in order, deleted', async () => {
    await inClient(async (process) => {
      const root = await made(process, `${USER}\\Tools`);
      const again = await create(process, `${USER}\\TOOLS`);
      assert.equal(again.disposition, reg.REG_OPENED_EXISTING_KEY);
      for (const name of ['beta', 'Alpha', 'gamma', 'Álpha'])
        await made(process, name, { root, className: `class of ${name}` });
      assert.deepEqual(await subKeys(process, root), ['Alpha', 'beta', 'gamma', 'Álpha']);
      const { handle } = await open(process, 'ALPHA', { root });
      assert.equal(
        statusOf(await nt.NtDeleteKey(process, { handle: root })),
        'STATUS_CANNOT_DELETE',
      );
      assert.equal(statusOf(await nt.NtDeleteKey(process, { handle })), 'STATUS_SUCCESS');
      assert.equal(statusOf(await nt.NtDeleteKey(process, { handle })), 'STATUS_SUCCESS');
      assert.equal(statusOf(await query(process, handle, 'x')), 'STATUS_KEY_DELETED');
      assert.equal(
        statusOf(await set(process, handle, 'x', new Uint8Array())),
        'STATUS_KEY_DELETED',
      );
      assert.equal(statusOf(await create(process, 'x', { root: handle })), 'STATUS_KEY_DELETED');
      assert.deepEqual(await subKeys(process, root), ['beta', 'gamma', 'Álpha']);
      const fresh = await made(process, 'Alpha', { root });
      assert.equal(statusOf(await query(process, fresh, 'x')), 'STATUS_OBJECT_NAME_NOT_FOUND');
    });
  });

  test('names: what is none, what is missing, what is another type', async () => {
    await inClient(async (process) => {
      const cases: [string, string, object?][] = [
        ['\\Registry\\User\\Nobody\\Here', 'STATUS_OBJECT_NAME_NOT_FOUND'],
        [`${USER}\\a\\b`, 'STATUS_OBJECT_NAME_NOT_FOUND'],
        ['\\Device', 'STATUS_OBJECT_TYPE_MISMATCH'],
        ['\\Nowhere', 'STATUS_OBJECT_NAME_NOT_FOUND'],
        ['Registry', 'STATUS_OBJECT_PATH_SYNTAX_BAD'],
        [`${USER}\\${'n'.repeat(256)}`, 'STATUS_INVALID_PARAMETER'],
        [`\\Registry\\${'n'.repeat(5000)}`, 'STATUS_NAME_TOO_LONG'],
        ['x', 'STATUS_INVALID_HANDLE', { root: 0x7ffc }],
      ];
      for (const [name, status, more] of cases)
        assert.equal(statusOf(await create(process, name, more)), status, name.slice(0, 40));
      const { handle: directory } = await nt.NtOpenDirectoryObject(process, { name: '\\' });
      assert.equal(
        statusOf(await open(process, 'x', { root: directory })),
        'STATUS_OBJECT_TYPE_MISMATCH',
      );
      assert.equal(
        statusOf(await create(process, `${USER}\\x`, { options: 8 })),
        'STATUS_INVALID_PARAMETER',
      );
      const { handle: root } = await open(process, USER);
      assert.equal(statusOf(await open(process, '\\x', { root })), 'STATUS_OBJECT_PATH_SYNTAX_BAD');
      assert.equal(statusOf(await open(process, '', { root })), 'STATUS_SUCCESS');
      assert.equal(
        statusOf(await open(process, USER, { access: 1 << 22 })),
        'STATUS_ACCESS_DENIED',
      );
      assert.equal(statusOf(await open(process, '\\REGISTRY\\user')), 'STATUS_SUCCESS');
      assert.equal(
        statusOf(await nt.NtDeleteKey(process, { handle: root })),
        'STATUS_CANNOT_DELETE',
        'the root of a hive',
      );
      const deep = Array.from({ length: 520 }, (_, index) => `${index % 10}`);
      const volatile = { options: reg.REG_OPTION_VOLATILE };
      let handle = await made(process, `${USER}\\deep`, volatile);
      let status = '';
      for (const name of deep) {
        const next = await create(process, name, { root: handle, ...volatile });
        status = statusOf(next);
        await nt.NtClose(process, { handle });
        if (!next.handle) break;
        handle = next.handle;
      }
      assert.equal(status, 'STATUS_INVALID_PARAMETER', 'there is a deepest key');
    });
  });

  test('handles and rights', async () => {
    await inClient(async (process) => {
      const key = await made(process, `${USER}\\Rights`);
      const { handle: none } = await open(process, 'Rights', {
        name: `${USER}\\Rights`,
        access: DELETE,
      });
      const data = new Uint8Array(8);
      const ask = { class: 0, length: 100 };
      const calls: Call[] = [
        (handle) => nt.NtQueryKey(process, { handle, ...ask }),
        (handle) => nt.NtEnumerateKey(process, { handle, index: 0, ...ask }),
        (handle) => nt.NtSetInformationKey(process, { handle, class: 0, data }),
        (handle) => nt.NtRenameKey(process, { handle, name: 'x' }),
        (handle) => set(process, handle, 'x', data),
        (handle) => query(process, handle, 'x'),
        (handle) => nt.NtEnumerateValueKey(process, { handle, index: 0, ...ask }),
        (handle) => nt.NtDeleteValueKey(process, { handle, name: 'x' }),
        (handle) =>
          nt.NtQueryMultipleValueKey(process, { handle, names: new Uint8Array(), length: 0 }),
        (handle) => nt.NtNotifyChangeKey(process, { handle, filter: 1, tree: false, wait: false }),
      ];
      await checkHandles(process, calls, none);
      const save = (handle: number) => nt.NtSaveKey(process, { handle, file: 0 });
      const more: Call[] = [
        (handle) => nt.NtFlushKey(process, { handle }),
        (handle) => withPrivilege(process, SeBackupPrivilege, () => save(handle)),
      ];
      await checkHandles(process, more, undefined);
      const reads = { access: GENERIC_READ };
      const { handle: reader } = await open(process, `${USER}\\Rights`, reads);
      await checkHandles(process, [(handle) => nt.NtDeleteKey(process, { handle })], reader);
      assert.equal(statusOf(await query(process, reader, 'x')), 'STATUS_OBJECT_NAME_NOT_FOUND');
      await nt.NtClose(process, { handle: key });
    });
  });

  test('information about a key, in every class, and into buffers of every length', async () => {
    await inClient(async (process) => {
      const handle = await made(process, `${USER}\\Facts`, { className: 'sort' });
      await made(process, 'child', { root: handle });
      await made(process, 'other child', { root: handle, className: 'class' });
      await set(process, handle, 'value', new Uint8Array(70));
      const about = (infoClass: number, length: number) =>
        nt.NtQueryKey(process, { handle, class: infoClass, length });
      const name = `${USER}\\Facts`;
      const full = reg.decodeKeyFull((await about(reg.KeyFullInformation, 500)).data);
      assert.deepInclude(full, {
        className: 'sort',
        subKeys: 2,
        maxNameLength: 22,
        maxClassLength: 10,
        values: 1,
        maxValueNameLength: 10,
        maxValueDataLength: 70,
      });
      assert.isAbove(full.written, 0);
      const node = reg.decodeKeyNode((await about(reg.KeyNodeInformation, 500)).data);
      assert.deepInclude(node, { name: 'Facts', className: 'sort' });
      assert.equal(reg.decodeKeyName((await about(reg.KeyNameInformation, 500)).data), name);
      for (const [infoClass, fixed] of [
        [reg.KeyBasicInformation, reg.KEY_BASIC_SIZE],
        [reg.KeyNodeInformation, reg.KEY_NODE_SIZE],
        [reg.KeyFullInformation, reg.KEY_FULL_SIZE],
        [reg.KeyNameInformation, reg.KEY_NAME_SIZE],
      ] as const) {
        const whole = await about(infoClass, 500);
        assert.equal(whole.needed, whole.data.length);
        for (const length of [0, fixed - 1, fixed, whole.needed - 1, whole.needed]) {
          const answer = await about(infoClass, length);
          const right =
            length < fixed
              ? 'STATUS_BUFFER_TOO_SMALL'
              : length < whole.needed
                ? 'STATUS_BUFFER_OVERFLOW'
                : 'STATUS_SUCCESS';
          assert.equal(statusOf(answer), right, `class ${infoClass}, ${length} bytes`);
          assert.equal(answer.needed, whole.needed);
          const given = length < fixed ? 0 : length;
          assert.deepEqual(answer.data, whole.data.slice(0, given));
        }
      }
      assert.equal(statusOf(await about(9, 500)), 'STATUS_INVALID_PARAMETER');
      const enumerate = { handle, index: 2, class: 0, length: 500 };
      assert.equal(statusOf(await nt.NtEnumerateKey(process, enumerate)), 'STATUS_NO_MORE_ENTRIES');
      const wrong = { ...enumerate, class: reg.KeyNameInformation };
      assert.equal(statusOf(await nt.NtEnumerateKey(process, wrong)), 'STATUS_INVALID_PARAMETER');
      const time = new Uint8Array(8);
      viewOf(time).setUint32(4, 0x01da_0000, true);
      const setTime = (more: object = {}) =>
        nt.NtSetInformationKey(process, { handle, class: 0, data: time, ...more });
      assert.equal(statusOf(await setTime()), 'STATUS_SUCCESS');
      const { written } = reg.decodeKeyBasic((await about(0, 500)).data);
      assert.equal(written, 0x01da_0000 * 2 ** 32);
      assert.equal(statusOf(await setTime({ class: 1 })), 'STATUS_INVALID_INFO_CLASS');
      const short = { data: new Uint8Array(7) };
      assert.equal(statusOf(await setTime(short)), 'STATUS_INFO_LENGTH_MISMATCH');
    });
  });

  test('values: set, asked for, enumerated, deleted', async () => {
    await inClient(async (process) => {
      const handle = await made(process, `${USER}\\Values`);
      const data = Uint8Array.from({ length: 100 }, (_, index) => index);
      await set(process, handle, 'Second', data.subarray(0, 3));
      await set(process, handle, '', reg.textData('the default'), reg.REG_SZ);
      await set(process, handle, 'SECOND', data);
      const full = { handle, class: reg.KeyValueFullInformation, length: 1000 };
      const at = async (index: number) =>
        reg.decodeValueFull((await nt.NtEnumerateValueKey(process, { ...full, index })).data);
      assert.deepEqual(await at(0), { name: 'Second', type: reg.REG_BINARY, data });
      const standard = reg.textData('the default');
      assert.deepEqual(await at(1), { name: '', type: reg.REG_SZ, data: standard });
      const beyond = await nt.NtEnumerateValueKey(process, { ...full, index: 2 });
      assert.equal(statusOf(beyond), 'STATUS_NO_MORE_ENTRIES');
      const { data: partial } = await query(process, handle, 'second');
      assert.deepEqual(reg.decodeValuePartial(partial), { type: reg.REG_BINARY, data });
      assert.equal(statusOf(await query(process, handle, 'second', 11)), 'STATUS_BUFFER_TOO_SMALL');
      const some = await query(process, handle, 'second', 20);
      assert.equal(statusOf(some), 'STATUS_BUFFER_OVERFLOW');
      assert.equal(some.needed, 112);
      assert.deepEqual(some.data.slice(12), data.slice(0, 8));
      const bad = { handle, name: '', class: 3, length: 100 };
      assert.equal(statusOf(await nt.NtQueryValueKey(process, bad)), 'STATUS_INVALID_PARAMETER');
      const enumerated = { handle, index: 0, class: 3, length: 100 };
      assert.equal(
        statusOf(await nt.NtEnumerateValueKey(process, enumerated)),
        'STATUS_INVALID_PARAMETER',
      );
      const names = reg.encodeNames(['', 'second']);
      const many = await nt.NtQueryMultipleValueKey(process, { handle, names, length: 1000 });
      assert.equal(statusOf(many), 'STATUS_SUCCESS');
      const words = Array.from({ length: 6 }, (_, word) =>
        viewOf(many.entries).getUint32(4 * word, true),
      );
      assert.deepEqual(words, [24, 0, reg.REG_SZ, 100, 24, reg.REG_BINARY]);
      assert.deepEqual(many.data.slice(24), data);
      const few = await nt.NtQueryMultipleValueKey(process, { handle, names, length: 10 });
      assert.equal(statusOf(few), 'STATUS_BUFFER_OVERFLOW');
      assert.equal(few.needed, 124);
      const noList = { handle, names: Uint8Array.of(9, 0, 0, 0), length: 10 };
      assert.equal(
        statusOf(await nt.NtQueryMultipleValueKey(process, noList)),
        'STATUS_INVALID_PARAMETER',
      );
      const missing = { handle, names: reg.encodeNames(['none']), length: 10 };
      assert.equal(
        statusOf(await nt.NtQueryMultipleValueKey(process, missing)),
        'STATUS_OBJECT_NAME_NOT_FOUND',
      );
      const remove = () => nt.NtDeleteValueKey(process, { handle, name: 'sEcOnD' });
      assert.equal(statusOf(await remove()), 'STATUS_SUCCESS');
      assert.equal(statusOf(await remove()), 'STATUS_OBJECT_NAME_NOT_FOUND');
      const long = await set(process, handle, 'n'.repeat(16_384), new Uint8Array());
      assert.equal(statusOf(long), 'STATUS_INVALID_PARAMETER');
    });
  });

  test('large data goes through memory, and comes back by it', async () => {
    await inClient(async (process) => {
      const handle = await made(process, `${USER}\\Large`, { options: reg.REG_OPTION_VOLATILE });
      const buffer = process.heap.allocate(40_100);
      const bytes = Uint8Array.from({ length: 40_000 }, (_, index) => index % 251);
      buffer.memory.write(0, bytes);
      const none = new Uint8Array();
      const store = (address: number, length: number) =>
        nt.NtSetValueKey(process, { handle, name: 'b', type: 3, data: none, address, length });
      assert.equal(statusOf(await store(buffer.address, 40_000)), 'STATUS_SUCCESS');
      assert.equal(statusOf(await store(8, 100)), 'STATUS_ACCESS_VIOLATION');
      assert.equal(
        statusOf(await store(buffer.address, reg.MAX_VALUE_DATA + 1)),
        'STATUS_INVALID_PARAMETER',
      );
      buffer.memory.write(0, new Uint8Array(40_000));
      const ask = { handle, name: 'b', class: reg.KeyValuePartialInformation };
      const into = (address: number, length: number) =>
        nt.NtQueryValueKey(process, { ...ask, length, address });
      assert.equal(statusOf(await into(buffer.address, 40_012)), 'STATUS_SUCCESS');
      assert.deepEqual(reg.decodeValuePartial(buffer.memory.read(0, 40_012)).data, bytes);
      assert.equal(statusOf(await into(8, 40_012)), 'STATUS_ACCESS_VIOLATION');
      assert.equal(statusOf(await query(process, handle, 'b', 50_000)), 'STATUS_BUFFER_OVERFLOW');
      assert.equal(statusOf(await nt.NtDeleteKey(process, { handle })), 'STATUS_SUCCESS');
      process.heap.free(buffer);
    });
  });

  test('volatile keys, links, new names', async () => {
    await inClient(async (process) => {
      const link = { options: reg.REG_OPTION_CREATE_LINK };
      const volatile = { options: reg.REG_OPTION_VOLATILE };
      const root = await made(process, `${USER}\\Volatile`, volatile);
      assert.equal(
        statusOf(await create(process, 'lasting', { root })),
        'STATUS_CHILD_MUST_BE_VOLATILE',
      );
      await made(process, 'passing', { root, ...volatile });
      assert.equal(
        statusOf(await create(process, '\\Registry\\Machine\\New')),
        'STATUS_CHILD_MUST_BE_VOLATILE',
      );
      const leads = await made(process, `${USER}\\Leads`, link);
      assert.equal(
        statusOf(await open(process, `${USER}\\Leads`)),
        'STATUS_OBJECT_NAME_NOT_FOUND',
        'it leads nowhere yet',
      );
      const target = `${USER}\\Volatile`;
      const text = reg.textData(target).subarray(0, 2 * target.length);
      assert.equal(
        statusOf(await set(process, leads, 'other', text, reg.REG_LINK)),
        'STATUS_ACCESS_DENIED',
      );
      assert.equal(
        statusOf(await set(process, root, reg.SYMBOLIC_LINK_VALUE, text, reg.REG_LINK)),
        'STATUS_ACCESS_DENIED',
      );
      await set(process, leads, reg.SYMBOLIC_LINK_VALUE, text, reg.REG_LINK);
      const through = await open(process, `${USER}\\Leads\\passing`);
      assert.equal(statusOf(through), 'STATUS_SUCCESS');
      const itself = await open(process, `${USER}\\Leads`, { attributes: reg.OBJ_OPENLINK });
      assert.deepEqual(await subKeys(process, itself.handle), []);
      const round = `${USER}\\Leads\\x`;
      await set(
        process,
        leads,
        reg.SYMBOLIC_LINK_VALUE,
        reg.textData(round).subarray(0, 2 * round.length),
        reg.REG_LINK,
      );
      assert.equal(statusOf(await open(process, `${USER}\\Leads`)), 'STATUS_OBJECT_NAME_INVALID');
      const rename = (handle: number, name: string) => nt.NtRenameKey(process, { handle, name });
      assert.equal(statusOf(await rename(root, 'Leads')), 'STATUS_OBJECT_NAME_COLLISION');
      assert.equal(statusOf(await rename(root, 'a\\b')), 'STATUS_INVALID_PARAMETER');
      assert.equal(statusOf(await rename(root, 'Renamed')), 'STATUS_SUCCESS');
      assert.equal(statusOf(await open(process, `${USER}\\Renamed\\passing`)), 'STATUS_SUCCESS');
      const { handle: hive } = await open(process, USER);
      assert.equal(statusOf(await rename(hive, 'x')), 'STATUS_ACCESS_DENIED');
      const { handle: services } = await open(
        process,
        '\\Registry\\Machine\\System\\CurrentControlSet\\Services',
      );
      assert.include(await subKeys(process, services), 'fdc');
    });
  });

  test('a full hive refuses, and forgets nothing', async () => {
    await inClient(async (process) => {
      const handle = await made(process, `${USER}\\Full`);
      const data = new Uint8Array(4000);
      let count = 0;
      let status = '';
      for (; count < 100; count++) {
        status = statusOf(await set(process, handle, `${count}`, data));
        if (status !== 'STATUS_SUCCESS') break;
      }
      assert.equal(status, 'STATUS_REGISTRY_QUOTA_LIMIT');
      assert.isAbove(count, 5);
      assert.equal(
        statusOf(await set(process, handle, '0', new Uint8Array(12_000))),
        'STATUS_REGISTRY_QUOTA_LIMIT',
      );
      const { data: kept } = await query(process, handle, '0');
      assert.lengthOf(reg.decodeValuePartial(kept).data, 4000, 'it is what it was');
      await nt.NtDeleteValueKey(process, { handle, name: '0' });
      assert.equal(statusOf(await set(process, handle, 'new', data)), 'STATUS_SUCCESS');
    });
  });
});
