/** Completion ports beside files: many packets at once, names; and NtOpenFile. */
import { assert } from 'chai';
import { apcRoutine } from '../../personality/ntdll/apc.ts';
import {
  NtClose,
  NtCreateIoCompletion,
  NtOpenFile,
  NtOpenIoCompletion,
  NtQueryIoCompletion,
  NtQueueApcThread,
  NtRemoveIoCompletion,
  NtRemoveIoCompletionEx,
  NtSetIoCompletion,
  NtWaitForSingleObject,
} from '../../personality/ntdll/native.ts';
import type { NtProcess } from '../../personality/ntdll/types.ts';
import { decodeCompletions } from '../../personality/rtl/completion.ts';
import { FILE_SHARE_ALL, GENERIC_READ, SYNCHRONIZE } from '../../personality/rtl/nt.ts';
import {
  IO_COMPLETION_ALL_ACCESS,
  IO_COMPLETION_MODIFY_STATE,
} from '../../personality/rtl/objects.ts';
import { CURRENT_THREAD } from '../../personality/rtl/services.ts';
import { STATUS_PENDING } from '../../personality/rtl/ntstatus.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import { makeImage } from '../support/mtools.ts';
import { ALL, checkHandles, checkNames } from './core-sync-fixture.ts';
import { bootClientRig, type ClientRig, pattern } from './io-client.ts';

const SECOND = -10_000_000;
const FILE = 'A:\\FILE.BIN';

const wait = async (process: NtProcess, handle: number): Promise<string> => {
  const now = { handle, alertable: false, timeout: 0 };
  return statusName((await NtWaitForSingleObject(process, now)).status);
};

suite('ntos/io: completion ports', () => {
  let rig: ClientRig;

  suiteSetup(async () => {
    rig = await bootClientRig([await makeImage({ kib: 1440, files: { 'FILE.BIN': pattern(10) } })]);
  });
  suiteTeardown(() => rig.end());

  test('NtRemoveIoCompletionEx: as many packets as are there, up to so many; APCs end it', () =>
    rig.client(async (client) => {
      const { process } = client;
      const { handle } = await NtCreateIoCompletion(process, {
        ...ALL,
        access: IO_COMPLETION_ALL_ACCESS,
      });
      for (const key of [1, 2, 3, 4, 5]) {
        const packet = { handle, key, context: 10 * key, status: STATUS_PENDING, information: key };
        assert.equal((await NtSetIoCompletion(process, packet)).status, 0);
      }
      const fetch = async (count: number, timeout = 0, alertable = false) => {
        const given = { handle, count, timeout, alertable };
        const { status, packets } = await NtRemoveIoCompletionEx(process, given);
        return [statusName(status), ...decodeCompletions(packets).map(({ key }) => key)];
      };
      assert.deepEqual(await fetch(2), ['STATUS_SUCCESS', 1, 2]);
      const given = { handle, count: 1, timeout: 0, alertable: false };
      const { packets } = await NtRemoveIoCompletionEx(process, given);
      const third = { key: 3, context: 30, status: STATUS_PENDING, information: 3 };
      assert.deepEqual(decodeCompletions(packets), [third]);
      assert.deepEqual(await fetch(100), ['STATUS_SUCCESS', 4, 5]);
      assert.deepEqual(await fetch(100), ['STATUS_TIMEOUT']);
      assert.equal((await NtQueryIoCompletion(process, { handle })).depth, 0);
      let ran = 0;
      const apc = apcRoutine(process, () => void ran++);
      const queued = {
        handle: CURRENT_THREAD,
        routine: apc,
        context: 0,
        argument1: 0,
        argument2: 0,
      };
      assert.equal((await NtQueueApcThread(process, queued)).status, 0);
      assert.deepEqual(await fetch(1, SECOND / 100), ['STATUS_TIMEOUT'], 'not alertable');
      assert.deepEqual(await fetch(1, SECOND, true), ['STATUS_USER_APC']);
      assert.equal(ran, 1);
    }));

  test('NtOpenFile opens what is there, and nothing else', () =>
    rig.client(async (client) => {
      const { process } = client;
      const input = { root: 0, access: SYNCHRONIZE, share: FILE_SHARE_ALL, options: 0 };
      const name = `\\??\\${FILE}`;
      const { status, handle } = await NtOpenFile(process, { ...input, name });
      assert.equal(status, 0);
      assert.equal((await NtClose(process, { handle })).status, 0);
      const missing = await NtOpenFile(process, { ...input, name: `${name}.NOT` });
      assert.equal(statusName(missing.status), 'STATUS_OBJECT_NAME_NOT_FOUND');
    }));

  test('a completion port is opened by its name', () =>
    rig.client(async (client) => {
      const { process } = client;
      const name = '\\??\\Ends';
      const open = (given: typeof ALL) => NtOpenIoCompletion(process, given);
      const missing = await open({ ...ALL, name });
      assert.equal(statusName(missing.status), 'STATUS_OBJECT_NAME_NOT_FOUND');
      const { handle } = await NtCreateIoCompletion(process, { ...ALL, name });
      const modify = { ...ALL, name: '\\??\\ENDS', access: IO_COMPLETION_MODIFY_STATE };
      const sets = await open(modify);
      const looks = await open({ ...ALL, name, access: GENERIC_READ });
      const waits = await open({ ...ALL, name, access: SYNCHRONIZE });
      const packet = { key: 1, context: 2, status: 3, information: 4 };
      const put = (of: number) => NtSetIoCompletion(process, { handle: of, ...packet });
      const take = (of: number) => NtRemoveIoCompletion(process, { handle: of, timeout: 0 });
      const depth = (of: number) => NtQueryIoCompletion(process, { handle: of });
      assert.equal(await wait(process, waits.handle), 'STATUS_TIMEOUT');
      assert.equal((await put(sets.handle)).status, 0);
      assert.equal(await wait(process, waits.handle), 'STATUS_SUCCESS');
      assert.equal((await depth(looks.handle)).depth, 1);
      await checkHandles(process, [put, take], looks.handle);
      await checkHandles(process, [put, take, depth], waits.handle);
      await checkHandles(process, [depth], sets.handle);
      for (const each of [looks, sets])
        assert.equal(await wait(process, each.handle), 'STATUS_ACCESS_DENIED');
      assert.equal((await take(handle)).key, 1, 'the same port');
      await checkNames(process, name, open);
      for (const each of [handle, sets.handle, looks.handle, waits.handle])
        await NtClose(process, { handle: each });
      const gone = await open({ ...ALL, name });
      assert.equal(statusName(gone.status), 'STATUS_OBJECT_NAME_NOT_FOUND');
    }));
});
