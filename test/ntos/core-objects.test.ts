/** Services on handles and names through the real kernel and Executive. */
import { assert } from 'chai';
import * as nt from '../../personality/ntdll/native.ts';
import { nativeImage } from '../../personality/ntdll/process.ts';
import type { NtProcess } from '../../personality/ntdll/process.ts';
import { DELETE, GENERIC_READ, SYNCHRONIZE } from '../../personality/rtl/nt.ts';
import {
  decodeHandleFlags,
  decodeObjectBasic,
  decodeObjectName,
  encodeHandleFlags,
  HANDLE_FLAGS_SIZE,
  OBJECT_BASIC_SIZE,
} from '../../personality/rtl/objectinformation.ts';
import {
  DUPLICATE_CLOSE_SOURCE,
  DUPLICATE_SAME_ACCESS,
  DUPLICATE_SAME_ATTRIBUTES,
  EVENT_ALL_ACCESS,
  EVENT_MODIFY_STATE,
  EVENT_QUERY_STATE,
  OBJ_INHERIT,
  ObjectBasicInformation,
  ObjectHandleFlagInformation,
  ObjectNameInformation,
  ObjectTypeInformation,
  PROCESS_CREATE_FLAGS_INHERIT_HANDLES,
  SYMBOLIC_LINK_QUERY,
} from '../../personality/rtl/objects.ts';
import {
  CURRENT_PROCESS,
  CURRENT_THREAD,
  TIMEOUT_INFINITE,
} from '../../personality/rtl/services.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { inClient, statusOf } from './core-client.ts';
import { anEvent } from './core-inputs.ts';
import { NOBODY, sleep, wait } from './core-sync-fixture.ts';

const query = (process: NtProcess, handle: number, which: number, length: number) =>
  nt.NtQueryObject(process, { handle, class: which, length });
const basic = async (process: NtProcess, handle: number) =>
  decodeObjectBasic((await query(process, handle, ObjectBasicInformation, OBJECT_BASIC_SIZE)).data);
const textOf = async (process: NtProcess, handle: number, which: number) =>
  decodeObjectName((await query(process, handle, which, 1000)).data);
const duplicate = (process: NtProcess, source: number, more: object = {}) =>
  nt.NtDuplicateObject(process, {
    sourceProcess: CURRENT_PROCESS,
    source,
    targetProcess: CURRENT_PROCESS,
    access: 0,
    attributes: 0,
    options: DUPLICATE_SAME_ACCESS,
    ...more,
  });

suite('ntos/handles', function () {
  this.timeout(20_000);

  test('what a handle leads to: rights, counts, name, type', async () => {
    await inClient(async (process) => {
      const made = { ...anEvent, name: '\\??\\Named', access: EVENT_MODIFY_STATE };
      const { handle } = await nt.NtCreateEvent(process, { ...made, attributes: OBJ_INHERIT });
      const other = await nt.NtOpenEvent(process, { ...made, access: GENERIC_READ });
      assert.deepInclude(await basic(process, handle), {
        attributes: OBJ_INHERIT,
        grantedAccess: EVENT_MODIFY_STATE,
        handleCount: 2,
        pointerCount: 3,
      });
      await nt.NtClose(process, other);
      assert.equal((await basic(process, handle)).handleCount, 1);
      assert.equal(await textOf(process, handle, ObjectNameInformation), '\\??\\Named');
      assert.equal(await textOf(process, handle, ObjectTypeInformation), 'Event');
      assert.equal(await textOf(process, CURRENT_THREAD, ObjectTypeInformation), 'Thread');
      assert.equal(await textOf(process, CURRENT_PROCESS, ObjectTypeInformation), 'Process');
      const nameless = await nt.NtCreateEvent(process, anEvent);
      assert.equal(await textOf(process, nameless.handle, ObjectNameInformation), '');

      const status = async (of: number, which: number, length: number) =>
        statusOf(await query(process, of, which, length));
      assert.equal(await status(NOBODY, 0, OBJECT_BASIC_SIZE), 'STATUS_INVALID_HANDLE');
      assert.equal(await status(handle, 99, 4), 'STATUS_INVALID_INFO_CLASS');
      assert.equal(await status(handle, ObjectBasicInformation, 55), 'STATUS_INFO_LENGTH_MISMATCH');
      assert.equal(await status(handle, ObjectBasicInformation, 57), 'STATUS_INFO_LENGTH_MISMATCH');
      const short = await query(process, handle, ObjectNameInformation, 9);
      assert.equal(statusOf(short), 'STATUS_INFO_LENGTH_MISMATCH');
      assert.equal(short.needed, 8 + 2 * '\\??\\Named'.length);
    });
  });

  test('handle flags: inherited, and protected from being closed', async () => {
    await inClient(async (process) => {
      const { handle } = await nt.NtCreateEvent(process, anEvent);
      const set = (of: number, bytes: Uint8Array, which: number = ObjectHandleFlagInformation) =>
        nt.NtSetInformationObject(process, { handle: of, class: which, data: bytes });
      const flags = encodeHandleFlags({ inherit: true, protect: true });
      assert.equal(statusOf(await set(handle, flags)), 'STATUS_SUCCESS');
      const now = await query(process, handle, ObjectHandleFlagInformation, HANDLE_FLAGS_SIZE);
      assert.deepEqual(decodeHandleFlags(now.data), { inherit: true, protect: true });
      assert.equal((await basic(process, handle)).attributes, OBJ_INHERIT);
      assert.equal(statusOf(await nt.NtClose(process, { handle })), 'STATUS_HANDLE_NOT_CLOSABLE');
      const moved = await duplicate(process, handle, {
        options: DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE | DUPLICATE_SAME_ATTRIBUTES,
      });
      assert.equal((await basic(process, moved.handle)).attributes, OBJ_INHERIT);
      assert.equal((await basic(process, handle)).handleCount, 2, 'it is there still');
      await set(handle, encodeHandleFlags({ inherit: false, protect: false }));
      assert.equal(statusOf(await nt.NtClose(process, { handle })), 'STATUS_SUCCESS');
      assert.equal(statusOf(await set(NOBODY, flags)), 'STATUS_INVALID_HANDLE');
      const length = await set(moved.handle, new Uint8Array(3));
      assert.equal(statusOf(length), 'STATUS_INFO_LENGTH_MISMATCH');
      const other = await set(moved.handle, flags, ObjectBasicInformation);
      assert.equal(statusOf(other), 'STATUS_INVALID_INFO_CLASS');
      // Left protected: the end of the process closes it all the same.
      await set(moved.handle, flags);
    });
  });

  test('duplicates: the same object, never more rights', async () => {
    await inClient(async (process) => {
      const all = await nt.NtCreateEvent(process, anEvent);
      const same = await duplicate(process, all.handle);
      await nt.NtSetEvent(process, same);
      assert.equal(await wait(process, all.handle, 0), 'STATUS_SUCCESS');
      assert.equal((await basic(process, same.handle)).grantedAccess, EVENT_ALL_ACCESS);
      const less = await duplicate(process, all.handle, { access: EVENT_QUERY_STATE, options: 0 });
      assert.equal(statusOf(await nt.NtSetEvent(process, less)), 'STATUS_ACCESS_DENIED');
      const more = { access: EVENT_MODIFY_STATE, options: 0 };
      assert.equal(statusOf(await duplicate(process, less.handle, more)), 'STATUS_ACCESS_DENIED');
      const closing = { ...more, options: DUPLICATE_CLOSE_SOURCE };
      await duplicate(process, less.handle, closing);
      assert.equal(statusOf(await nt.NtClose(process, less)), 'STATUS_INVALID_HANDLE');
      const own = await duplicate(process, CURRENT_THREAD);
      const { status, thread } = await nt.NtQueryInformationThread(process, {
        ...own,
        class: 0,
      });
      assert.equal(status, 0);
      assert.isAbove(thread, 0);

      assert.equal(statusOf(await duplicate(process, NOBODY)), 'STATUS_INVALID_HANDLE');
      assert.equal(
        statusOf(await duplicate(process, all.handle, { options: 8 })),
        'STATUS_INVALID_PARAMETER',
      );
      for (const key of ['sourceProcess', 'targetProcess']) {
        const status = async (handle: number) =>
          statusOf(await duplicate(process, all.handle, { [key]: handle }));
        assert.equal(await status(NOBODY), 'STATUS_INVALID_HANDLE', key);
        assert.equal(await status(same.handle), 'STATUS_OBJECT_TYPE_MISMATCH', key);
      }
    });
  });

  test('into a child and out of it; not out of who is privileged', async () => {
    const child = nativeImage(async (process) => {
      // The first handle that it has is the one that was put there.
      for (let tries = 0; tries < 300; tries++) {
        const answer = await nt.NtSetEvent(process, { handle: 4 });
        if (answer.status === 0) break;
        await sleep(process, -20_000);
      }
      // The system's first process, and its own maker: both are privileged, and it is not.
      const taken: string[] = [];
      for (const id of [4, Number(process.commandLine)]) {
        const { handle: sourceProcess } = await nt.NtOpenProcess(process, { id });
        taken.push(statusOf(await duplicate(process, 4, { sourceProcess })));
      }
      const denied = taken.every((name) => name === 'STATUS_ACCESS_DENIED');
      await nt.NtCreateEvent(process, { ...anEvent, name: `\\??\\denied ${denied}` });
      await sleep(process, TIMEOUT_INFINITE);
      return 0;
    });
    await inClient(
      async (process) => {
        const { handle } = await nt.NtCreateEvent(process, anEvent);
        const self = await nt.NtQueryInformationProcess(process, { handle: CURRENT_PROCESS });
        const input = { image: 'child.exe', commandLine: `${self.id}` };
        const made = await nt.NtCreateProcess(process, input);
        const put = await duplicate(process, handle, { targetProcess: made.handle });
        assert.equal(put.handle, 4);
        assert.equal(await wait(process, handle), 'STATUS_SUCCESS');
        const name = '\\??\\denied true';
        let named = await nt.NtOpenEvent(process, { name, access: SYNCHRONIZE, attributes: 0 });
        for (let tries = 0; named.status !== 0 && tries < 300; tries++) {
          await sleep(process, -20_000);
          named = await nt.NtOpenEvent(process, { name, access: SYNCHRONIZE, attributes: 0 });
        }
        assert.equal(statusOf(named), 'STATUS_SUCCESS');
        const out = await duplicate(process, 4, {
          sourceProcess: made.handle,
          options: DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE,
        });
        assert.equal(statusOf(await nt.NtSetEvent(process, out)), 'STATUS_SUCCESS');
        assert.equal((await basic(process, out.handle)).handleCount, 2);
        await nt.NtTerminateProcess(process, { handle: made.handle, status: 1 });
        const late = await duplicate(process, handle, { targetProcess: made.handle });
        assert.equal(statusOf(late), 'STATUS_PROCESS_IS_TERMINATING');
      },
      { 'child.exe': child },
    );
  });

  test('a child has the handles that are inherited, under their numbers', async () => {
    const heir = nativeImage(async (process) => {
      const [inherited, other] = process.commandLine.split(' ').map(Number);
      const set = await nt.NtSetEvent(process, { handle: inherited! });
      const none = await nt.NtSetEvent(process, { handle: other! });
      const { handle: own } = await nt.NtCreateEvent(process, anEvent);
      const fresh = own !== inherited;
      return set.status === 0 && none.status === Status.STATUS_INVALID_HANDLE && fresh ? 7 : 1;
    });
    await inClient(
      async (process) => {
        const other = await nt.NtCreateEvent(process, anEvent);
        const made = await nt.NtCreateEvent(process, { ...anEvent, attributes: OBJ_INHERIT });
        const start = (flags: number) =>
          nt.NtCreateProcessEx(process, {
            image: 'heir.exe',
            commandLine: `${made.handle} ${other.handle}`,
            flags,
          });
        const exit = async (flags: number) => {
          const { handle } = await start(flags);
          assert.equal(await wait(process, handle), 'STATUS_SUCCESS');
          return (await nt.NtQueryInformationProcess(process, { handle })).exitStatus;
        };
        assert.equal(await exit(0), 1);
        assert.equal(await exit(PROCESS_CREATE_FLAGS_INHERIT_HANDLES), 7);
        assert.equal(await wait(process, made.handle, 0), 'STATUS_SUCCESS');
        assert.equal(statusOf(await start(1)), 'STATUS_INVALID_PARAMETER');
      },
      { 'heir.exe': heir },
    );
  });

  test('a directory is listed, one entry a call, in the order of coming', () =>
    inClient(async (process) => {
      const made = await nt.NtCreateDirectoryObject(process, { name: '\\Shelf' });
      assert.equal(statusOf(made), 'STATUS_SUCCESS');
      const { handle } = made;
      const next = async (context: number) =>
        nt.NtQueryDirectoryObject(process, { handle, context });
      assert.equal(statusOf(await next(0)), 'STATUS_NO_MORE_ENTRIES');
      await nt.NtCreateEvent(process, { ...anEvent, name: '\\Shelf\\Zebra' });
      await nt.NtCreateDirectoryObject(process, { name: '\\Shelf\\Ape' });
      const target = { name: '\\Shelf\\Cow', target: '\\Device' };
      await nt.NtCreateSymbolicLinkObject(process, target);
      const found: string[] = [];
      for (let answer = await next(0); answer.status === 0; answer = await next(answer.context))
        found.push(`${answer.name} ${answer.type}`);
      assert.deepEqual(found, ['Zebra Event', 'Ape Directory', 'Cow SymbolicLink']);
      assert.equal(statusOf(await next(found.length)), 'STATUS_NO_MORE_ENTRIES');
    }));

  test('links by handle, and names that stay', async () => {
    await inClient(async (process) => {
      const name = '\\??\\Link';
      const made = await nt.NtCreateSymbolicLinkObject(process, { name, target: '\\Device' });
      const open = (access: number, of = name) =>
        nt.NtOpenSymbolicLinkObject(process, { name: of, access, attributes: 0 });
      const { handle } = await open(SYMBOLIC_LINK_QUERY);
      const { target } = await nt.NtQuerySymbolicLinkObject(process, { handle });
      assert.equal(target, '\\Device');
      assert.equal(await textOf(process, handle, ObjectTypeInformation), 'SymbolicLink');
      const target2 = await nt.NtQuerySymbolicLinkObject(process, { handle: NOBODY });
      assert.equal(statusOf(target2), 'STATUS_INVALID_HANDLE');
      const { handle: directory } = await nt.NtOpenDirectoryObject(process, { name: '\\??' });
      assert.equal(
        statusOf(await nt.NtQuerySymbolicLinkObject(process, { handle: directory })),
        'STATUS_OBJECT_TYPE_MISMATCH',
      );
      const { handle: blind } = await open(0);
      assert.equal(
        statusOf(await nt.NtQuerySymbolicLinkObject(process, { handle: blind })),
        'STATUS_ACCESS_DENIED',
      );
      assert.equal(statusOf(await open(2)), 'STATUS_ACCESS_DENIED');
      assert.equal(statusOf(await open(1, '\\??\\No')), 'STATUS_OBJECT_NAME_NOT_FOUND');
      assert.equal(statusOf(await open(1, '\\Device')), 'STATUS_OBJECT_TYPE_MISMATCH');
      assert.equal(statusOf(await open(1, 'Link')), 'STATUS_OBJECT_PATH_SYNTAX_BAD');

      const event = await nt.NtCreateEvent(process, { ...anEvent, name: '\\??\\Stays' });
      const permanent = await nt.NtMakePermanentObject(process, event);
      assert.equal(statusOf(permanent), 'STATUS_SUCCESS');
      await nt.NtClose(process, event);
      const again = { name: '\\??\\Stays', access: SYNCHRONIZE | DELETE, attributes: 0 };
      const opened = await nt.NtOpenEvent(process, again);
      assert.equal(statusOf(opened), 'STATUS_SUCCESS');
      const nobody = await nt.NtMakePermanentObject(process, { handle: NOBODY });
      assert.equal(statusOf(nobody), 'STATUS_INVALID_HANDLE');
      await nt.NtMakeTemporaryObject(process, opened);
      await nt.NtClose(process, opened);
      assert.equal(statusOf(await nt.NtOpenEvent(process, again)), 'STATUS_OBJECT_NAME_NOT_FOUND');
      // Another one stays, until this family ends.
      const last = await nt.NtCreateEvent(process, { ...anEvent, name: '\\??\\Last' });
      await nt.NtMakePermanentObject(process, last);
      await nt.NtClose(process, made);
    });
  });
});
