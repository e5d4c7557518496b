/** Services of tokens and descriptors: what they do, and each argument that is wrong. */
import { assert } from 'chai';
import * as nt from '../../personality/ntdll/native.ts';
import { nativeImage } from '../../personality/ntdll/process.ts';
import type { NtProcess } from '../../personality/ntdll/process.ts';
import { querySecurity, queryToken } from '../../personality/ntdll/security.ts';
import { DELETE, SYNCHRONIZE } from '../../personality/rtl/nt.ts';
import * as objects from '../../personality/rtl/objects.ts';
import * as sec from '../../personality/rtl/security/constants.ts';
import { encodeDescriptor } from '../../personality/rtl/security/descriptor.ts';
import { fromSddl, toSddl } from '../../personality/rtl/security/sddl.ts';
import * as structures from '../../personality/rtl/security/structures.ts';
import { CURRENT_PROCESS, CURRENT_THREAD } from '../../personality/rtl/services.ts';
import type { Awaitable } from '../../personality/sel4/types.ts';
import { inClient, statusOf } from './core-client.ts';
import { idle, waitForEver } from './core-quota-fixture.ts';
import { NOBODY } from './core-sync-fixture.ts';

const ANY = { access: objects.MAXIMUM_ALLOWED, attributes: 0 };
const EVENT = { name: '', ...ANY, type: 0, initial: false };
const NONE: Uint8Array = new Uint8Array();
const JUNK = Uint8Array.of(9, 9, 9);
const { DACL_SECURITY_INFORMATION: DACL, OWNER_SECURITY_INFORMATION: OWNER } = sec;

type Call = () => Awaitable<{ status: number }>;

/** By the name of the status that it ends in. */
async function expect(cases: readonly (readonly [string, Call])[]): Promise<void> {
  for (const [index, [status, call]] of cases.entries())
    assert.equal(statusOf(await call()), `STATUS_${status}`, `case ${index}`);
}

const bytesOf = (sddl: string) => encodeDescriptor(fromSddl(sddl)!);
const open = async (process: NtProcess, access: number = objects.MAXIMUM_ALLOWED) =>
  (await nt.NtOpenProcessToken(process, { process: CURRENT_PROCESS, access })).handle;
const copy = (process: NtProcess, handle: number, level: number, type = 2, access = 0) =>
  nt.NtDuplicateToken(process, {
    handle,
    access,
    attributes: 0,
    effectiveOnly: false,
    type,
    level,
  });
const setToken = (process: NtProcess, token: number) =>
  nt.NtSetInformationThread(process, {
    handle: CURRENT_THREAD,
    class: sec.ThreadImpersonationToken,
    data: new Uint8Array(Uint32Array.of(token).buffer),
  });
const group = (sid: string, attributes = 0) => structures.encodeGroups([{ sid, attributes }]);
const privilege = (luid: number, attributes = 0) =>
  structures.encodePrivileges([{ luid, attributes }]);

suite('ntos/security services', () => {
  test('tokens are opened and copied', () =>
    inClient(async (process) => {
      const { handle: event } = await nt.NtCreateEvent(process, EVENT);
      const of = (handle: number, access = 8) =>
        nt.NtOpenProcessToken(process, { process: handle, access });
      const token = await open(process);
      const looking = await open(process, sec.TOKEN_QUERY);
      const identified = (await copy(process, token, sec.SecurityIdentification)).handle;
      const thread = (access: number) =>
        nt.NtOpenThreadToken(process, { thread: CURRENT_THREAD, access, openAsSelf: true });
      await expect([
        ['SUCCESS', () => of(CURRENT_PROCESS)],
        ['INVALID_HANDLE', () => of(NOBODY)],
        ['OBJECT_TYPE_MISMATCH', () => of(event)],
        ['ACCESS_DENIED', () => of(CURRENT_PROCESS, 0x8000)],
        ['INVALID_HANDLE', () => copy(process, NOBODY, 2)],
        ['OBJECT_TYPE_MISMATCH', () => copy(process, event, 2)],
        ['ACCESS_DENIED', () => copy(process, looking, 2)],
        ['ACCESS_DENIED', () => copy(process, token, 2, 2, 0x8000)],
        ['INVALID_PARAMETER', () => copy(process, token, 2, 3)],
        ['INVALID_PARAMETER', () => copy(process, token, 4)],
        ['BAD_IMPERSONATION_LEVEL', () => copy(process, identified, 2)],
        ['BAD_IMPERSONATION_LEVEL', () => copy(process, identified, 0, sec.TokenPrimary)],
        ['SUCCESS', () => copy(process, identified, 0)],
        ['NO_TOKEN', () => thread(8)],
        ['SUCCESS', () => setToken(process, identified)],
        ['SUCCESS', () => thread(8)],
        ['BAD_IMPERSONATION_LEVEL', () => of(CURRENT_PROCESS)],
        ['SUCCESS', () => setToken(process, 0)],
      ]);
      const nameless = (await copy(process, token, sec.SecurityAnonymous)).handle;
      const info = (handle: number, which: number, data: Uint8Array) =>
        nt.NtSetInformationThread(process, { handle, class: which, data });
      const word = (value: number) => new Uint8Array(Uint32Array.of(value).buffer);
      const acting = (server: number, client: number, level: number) =>
        nt.NtImpersonateThread(process, { server, client, level, effectiveOnly: false });
      await expect([
        ['SUCCESS', () => setToken(process, nameless)],
        ['CANT_OPEN_ANONYMOUS', () => thread(8)],
        ['SUCCESS', () => setToken(process, 0)],
        ['INVALID_INFO_CLASS', () => info(CURRENT_THREAD, 6, word(0))],
        ['INFO_LENGTH_MISMATCH', () => info(CURRENT_THREAD, 5, JUNK)],
        ['INVALID_HANDLE', () => info(NOBODY, 5, word(0))],
        ['OBJECT_TYPE_MISMATCH', () => info(event, 5, word(0))],
        ['INVALID_HANDLE', () => setToken(process, NOBODY)],
        ['OBJECT_TYPE_MISMATCH', () => setToken(process, event)],
        ['ACCESS_DENIED', () => setToken(process, looking)],
        ['BAD_TOKEN_TYPE', () => setToken(process, token)],
        ['INVALID_HANDLE', () => acting(NOBODY, CURRENT_THREAD, 2)],
        ['OBJECT_TYPE_MISMATCH', () => acting(CURRENT_THREAD, event, 2)],
        ['INVALID_PARAMETER', () => acting(CURRENT_THREAD, CURRENT_THREAD, 4)],
        ['SUCCESS', () => acting(CURRENT_THREAD, CURRENT_THREAD, 2)],
        ['SUCCESS', () => thread(8)],
      ]);
    }));

  test('tokens are asked, adjusted and filtered', () =>
    inClient(async (process) => {
      const token = await open(process);
      const looking = await open(process, sec.TOKEN_QUERY);
      const adjust = (state: Uint8Array, handle = token, disableAll = false) =>
        nt.NtAdjustPrivilegesToken(process, { handle, disableAll, state });
      const groups = (state: Uint8Array, handle = token, reset = false) =>
        nt.NtAdjustGroupsToken(process, { handle, reset, state });
      const ask = (which: number, length = 4096, handle = token) =>
        nt.NtQueryInformationToken(process, { handle, class: which, length });
      const set = (which: number, data: Uint8Array, handle = token) =>
        nt.NtSetInformationToken(process, { handle, class: which, data });
      const parts = { disable: NONE, remove: NONE, restrict: NONE };
      const filter = (flags: number, more: Partial<typeof parts> = {}, handle = token) =>
        nt.NtFilterToken(process, { handle, flags, ...parts, ...more });
      const pointer = structures.encodeSidPointer;
      const backup = await adjust(privilege(sec.SeBackupPrivilege, 2));
      assert.deepEqual(structures.decodePrivileges(backup.previous), [
        { luid: sec.SeBackupPrivilege, attributes: 0 },
      ]);
      await expect([
        ['NOT_ALL_ASSIGNED', () => adjust(privilege(sec.SeTcbPrivilege, 2))],
        ['ACCESS_DENIED', () => adjust(NONE, looking)],
        ['INVALID_HANDLE', () => adjust(NONE, NOBODY)],
        ['INVALID_PARAMETER', () => adjust(JUNK)],
        ['SUCCESS', () => adjust(privilege(sec.SeLoadDriverPrivilege, 4))],
        ['PRIVILEGE_NOT_HELD', () => nt.NtLoadDriver(process, { name: 'x' })],
        ['NOT_ALL_ASSIGNED', () => adjust(privilege(sec.SeLoadDriverPrivilege, 2))],
        ['SUCCESS', () => adjust(NONE, token, true)],
        ['PRIVILEGE_NOT_HELD', () => nt.NtShutdownSystem(process, { action: 0 })],
        ['CANT_DISABLE_MANDATORY', () => groups(group(sec.SID_USERS))],
        ['NOT_ALL_ASSIGNED', () => groups(group(sec.SID_SERVICE, 4))],
        ['SUCCESS', () => groups(NONE, token, true)],
        ['ACCESS_DENIED', () => groups(NONE, looking)],
        ['INVALID_PARAMETER', () => groups(JUNK)],
        ['INVALID_INFO_CLASS', () => ask(99)],
        ['INVALID_INFO_CLASS', () => ask(sec.TokenImpersonationLevel)],
        ['BUFFER_TOO_SMALL', () => ask(sec.TokenUser, 8)],
        ['INVALID_HANDLE', () => ask(sec.TokenUser, 8, NOBODY)],
        ['ACCESS_DENIED', () => ask(sec.TokenSource, 99, looking)],
        ['INVALID_INFO_CLASS', () => set(99, NONE)],
        ['INVALID_OWNER', () => set(sec.TokenOwner, pointer(sec.SID_LOCAL_SYSTEM))],
        ['SUCCESS', () => set(sec.TokenOwner, pointer(sec.SID_ADMINISTRATOR))],
        ['INVALID_PARAMETER', () => set(sec.TokenOwner, JUNK)],
        ['INVALID_PRIMARY_GROUP', () => set(sec.TokenPrimaryGroup, pointer(sec.SID_SERVICE))],
        ['INVALID_SID', () => set(sec.TokenPrimaryGroup, new Uint8Array(8))],
        ['INVALID_ACL', () => set(sec.TokenDefaultDacl, Uint8Array.of(4, 0, 0, 0, 1))],
        ['ACCESS_DENIED', () => set(sec.TokenOwner, NONE, looking)],
        ['INVALID_PARAMETER', () => filter(16)],
        ['INVALID_PARAMETER', () => filter(0, { restrict: group(sec.SID_USERS, 4) })],
        ['INVALID_PARAMETER', () => filter(0, { disable: JUNK })],
        ['INVALID_PARAMETER', () => filter(0, { remove: JUNK })],
        ['ACCESS_DENIED', () => filter(0, {}, looking)],
        ['INVALID_HANDLE', () => filter(0, {}, NOBODY)],
      ]);
      for (let which = 1; which <= 12; which++)
        if (which !== sec.TokenImpersonationLevel)
          assert.equal(statusOf(await ask(which)), 'STATUS_SUCCESS', `class ${which}`);
      const less = await filter(sec.DISABLE_MAX_PRIVILEGE, {
        disable: group(sec.SID_ADMINISTRATORS),
        restrict: group(sec.SID_USERS),
      });
      const statistics = await queryToken(process, less.handle, sec.TokenStatistics);
      assert.equal(structures.decodeStatistics(statistics).privilegeCount, 1);
      const member = structures
        .decodeGroups(await queryToken(process, less.handle, sec.TokenGroups))
        .find(({ sid }) => sid === sec.SID_ADMINISTRATORS);
      assert.equal(member!.attributes & 0x1c, sec.SE_GROUP_USE_FOR_DENY_ONLY);
      const one = await nt.NtAllocateLocallyUniqueId(process, {});
      const two = await nt.NtAllocateLocallyUniqueId(process, {});
      assert.isBelow(one.luid, two.luid);
    }));

  test('descriptors: given at the making, asked, changed; a handle keeps what it has', () =>
    inClient(async (process) => {
      const named = { ...EVENT, name: '\\Named' };
      const nobody = bytesOf('D:(A;;0x1;;;S-1-5-99)');
      const again = (access: number) =>
        nt.NtOpenEvent(process, { name: '\\Named', access, attributes: 0 });
      await expect([
        ['INVALID_SECURITY_DESCR', () => nt.NtCreateEvent(process, { ...named, descriptor: JUNK })],
        ['OBJECT_NAME_NOT_FOUND', () => again(SYNCHRONIZE)],
        [
          'INVALID_OWNER',
          () => nt.NtCreateEvent(process, { ...named, descriptor: bytesOf('O:SYD:') }),
        ],
        [
          'PRIVILEGE_NOT_HELD',
          () => nt.NtCreateEvent(process, { ...named, descriptor: bytesOf('S:') }),
        ],
      ]);
      const { handle } = await nt.NtCreateEvent(process, { ...named, descriptor: nobody });
      const set = (information: number, descriptor: Uint8Array, of = handle) =>
        nt.NtSetSecurityObject(process, { handle: of, information, descriptor });
      const query = (information: number, length = 4096, of = handle) =>
        nt.NtQuerySecurityObject(process, { handle: of, information, length });
      await expect([
        ['ACCESS_DENIED', () => again(SYNCHRONIZE)],
        ['SUCCESS', () => again(objects.READ_CONTROL | sec.WRITE_DAC)],
        ['SUCCESS', () => nt.NtSetEvent(process, { handle })],
        ['INVALID_PARAMETER', () => set(0, nobody)],
        ['INVALID_SECURITY_DESCR', () => set(DACL, JUNK)],
        ['INVALID_OWNER', () => set(OWNER, nobody)],
        ['INVALID_OWNER', () => set(OWNER, bytesOf('O:SY'))],
        ['ACCESS_DENIED', () => set(sec.SACL_SECURITY_INFORMATION, nobody)],
        ['INVALID_HANDLE', () => set(DACL, nobody, NOBODY)],
        ['INVALID_HANDLE', () => query(DACL, 99, NOBODY)],
        ['ACCESS_DENIED', () => query(sec.SACL_SECURITY_INFORMATION)],
        ['BUFFER_TOO_SMALL', () => query(DACL, 8)],
        ['SUCCESS', () => set(DACL, bytesOf('D:(A;;GR;;;BA)'))],
      ]);
      const limited = await again(objects.READ_CONTROL);
      await expect([
        ['ACCESS_DENIED', () => set(DACL, nobody, limited.handle)],
        ['ACCESS_DENIED', () => again(objects.EVENT_MODIFY_STATE)],
        ['SUCCESS', () => again(objects.EVENT_QUERY_STATE)],
        ['SUCCESS', () => nt.NtSetEvent(process, { handle })],
      ]);
      const text = toSddl(await querySecurity(process, handle, OWNER | DACL));
      assert.equal(text, 'O:BAD:(A;;0x20001;;;BA)');
    }));

  test('directories: names in them, ways through them, what they hand on', () =>
    inClient(async (process) => {
      const room = bytesOf('D:(A;;0x2000b;;;BA)(A;OIIO;GA;;;BU)(A;CI;0x1;;;CO)');
      const name = '\\Room';
      const made = await nt.NtCreateDirectoryObject(process, { name, ...ANY, descriptor: room });
      const event = { ...EVENT, name: '\\Room\\Event' };
      await expect([
        ['SUCCESS', async () => made],
        ['ACCESS_DENIED', () => nt.NtCreateEvent(process, event)],
        ['SUCCESS', () => nt.NtCreateDirectoryObject(process, { name: '\\Room\\Inner' })],
        ['ACCESS_DENIED', () => nt.NtOpenDirectoryObject(process, { name, access: DELETE })],
        ['SUCCESS', () => nt.NtOpenDirectoryObject(process, { name, access: 1 })],
      ]);
      const inner = await nt.NtOpenDirectoryObject(process, { name: '\\Room\\Inner', access: 0 });
      const blind = await nt.NtOpenDirectoryObject(process, { name, access: objects.READ_CONTROL });
      const look = { handle: blind.handle, context: 0 };
      const text = toSddl(await querySecurity(process, made.handle, DACL));
      assert.include(text, '(A;OIIO;GA;;;BU)');
      assert.equal(
        statusOf(await nt.NtQueryDirectoryObject(process, look)),
        'STATUS_ACCESS_DENIED',
      );
      const list = toSddl(await querySecurity(process, inner.handle, DACL));
      assert.equal(list, 'D:(A;OIIO;GA;;;BU)(A;;0x1;;;BA)(A;CIIO;0x1;;;CO)');
      // Without the privilege that goes through everything.
      await nt.NtSetSecurityObject(process, {
        ...made,
        information: DACL,
        descriptor: bytesOf('D:'),
      });
      const opening = () => nt.NtOpenDirectoryObject(process, { name: '\\Room\\Inner', access: 1 });
      const state = privilege(sec.SeChangeNotifyPrivilege);
      const token = await open(process);
      await expect([
        ['SUCCESS', opening],
        [
          'SUCCESS',
          () => nt.NtAdjustPrivilegesToken(process, { handle: token, disableAll: false, state }),
        ],
        ['ACCESS_DENIED', opening],
      ]);
    }));

  test('where everybody names what others are to find', () =>
    inClient(async (process) => {
      const { handle } = await nt.NtOpenDirectoryObject(process, { name: '\\BaseNamedObjects' });
      const text = toSddl(await querySecurity(process, handle, DACL));
      assert.equal(text, 'D:(A;;0xf000f;;;SY)(A;;0xf000f;;;BA)(A;;0x2000f;;;WD)(A;;0x20003;;;RC)');
      const name = '\\BaseNamedObjects\\Mine';
      await expect([
        ['SUCCESS', () => nt.NtCreateEvent(process, { ...EVENT, name })],
        ['SUCCESS', () => nt.NtOpenEvent(process, { ...ANY, name })],
      ]);
    }));

  test('checks for others, and processes with a token', () =>
    inClient(
      async (process) => {
        const token = await open(process);
        const { handle } = await copy(process, token, sec.SecurityIdentification);
        const nameless = (await copy(process, token, sec.SecurityAnonymous)).handle;
        const bits = { read: 1, write: 2, execute: 4, all: 7 };
        const descriptor = bytesOf('O:BAG:BAD:(A;;0x3;;;BA)');
        const check = (access: number, more: object = {}) =>
          nt.NtAccessCheck(process, { token: handle, access, ...bits, descriptor, ...more });
        const set = (control: number, ...luids: number[]) =>
          structures.encodePrivilegeSet({
            control,
            privileges: luids.map((luid) => ({ luid, attributes: 0 })),
          });
        const held = (privileges: Uint8Array, of = token) =>
          nt.NtPrivilegeCheck(process, { token: of, privileges });
        const start = (of: number) =>
          nt.NtCreateProcessEx(process, {
            image: 'idle.exe',
            commandLine: '',
            flags: 0,
            token: of,
          });
        await expect([
          ['NO_IMPERSONATION_TOKEN', () => check(1, { token })],
          ['BAD_IMPERSONATION_LEVEL', () => check(1, { token: nameless })],
          ['INVALID_HANDLE', () => check(1, { token: NOBODY })],
          ['GENERIC_NOT_MAPPED', () => check(0x8000_0000)],
          ['INVALID_SECURITY_DESCR', () => check(1, { descriptor: JUNK })],
          ['INVALID_SECURITY_DESCR', () => check(1, { descriptor: bytesOf('D:') })],
          ['INVALID_HANDLE', () => held(set(0), NOBODY)],
          ['INVALID_PARAMETER', () => held(JUNK)],
          ['BAD_IMPERSONATION_LEVEL', () => held(set(0), handle)],
          ['INVALID_HANDLE', () => start(NOBODY)],
          ['BAD_TOKEN_TYPE', () => start(handle)],
          ['PRIVILEGE_NOT_HELD', () => nt.NtCreateToken(process, created(0x3e7))],
        ]);
        const looking = await open(process, sec.TOKEN_QUERY);
        assert.equal(statusOf(await start(looking)), 'STATUS_ACCESS_DENIED');
        const most = await check(objects.MAXIMUM_ALLOWED);
        assert.deepEqual([most.granted, statusOf(most.accessStatus)], [3, 'STATUS_SUCCESS']);
        const refused = await check(4);
        assert.equal(statusOf(refused.accessStatus), 'STATUS_ACCESS_DENIED');
        const two = [sec.SeDebugPrivilege, sec.SeTcbPrivilege];
        assert.isTrue((await held(set(0, ...two))).result);
        assert.isFalse((await held(set(1, ...two))).result);
        // A program that is given the shell's own token has its privileges.
        const trusted = await start(token);
        const of = { process: trusted.handle, access: sec.TOKEN_QUERY };
        const child = await nt.NtOpenProcessToken(process, of);
        const list = await queryToken(process, child.handle, sec.TokenPrivileges);
        const names = structures.decodePrivileges(list).map(({ luid }) => luid);
        assert.include(names, sec.SeDebugPrivilege);
      },
      { 'idle.exe': idle },
    ));

  test('LocalSystem makes tokens', async () => {
    const made: string[] = [];
    const smss = nativeImage(async (process) => {
      const cases: Record<string, object> = {
        good: {},
        type: { type: 3 },
        level: { type: 2, level: 4 },
        luid: { authenticationId: 2 ** 60 },
        privilege: { privileges: privilege(99) },
        user: { user: JUNK },
        groups: { groups: JUNK },
        owner: { owner: structures.encodeSidPointer(sec.SID_USERS) },
        dacl: { defaultDacl: JUNK },
        source: { source: JUNK },
        access: { access: 0x8000 },
      };
      for (const [name, change] of Object.entries(cases)) {
        const answer = await nt.NtCreateToken(process, { ...created(77), ...change });
        made.push(`${name} ${statusOf(answer)}`);
      }
      return waitForEver(process);
    });
    await inClient(async () => undefined, { 'smss.exe': smss });
    assert.deepEqual(made, [
      'good STATUS_SUCCESS',
      'type STATUS_BAD_TOKEN_TYPE',
      'level STATUS_BAD_IMPERSONATION_LEVEL',
      'luid STATUS_INVALID_PARAMETER',
      'privilege STATUS_NO_SUCH_PRIVILEGE',
      'user STATUS_INVALID_PARAMETER',
      'groups STATUS_INVALID_PARAMETER',
      'owner STATUS_INVALID_OWNER',
      'dacl STATUS_INVALID_PARAMETER',
      'source STATUS_INVALID_PARAMETER',
      'access STATUS_ACCESS_DENIED',
    ]);
  });
});

const created = (authenticationId: number) => ({
  ...ANY,
  type: sec.TokenPrimary,
  level: 0,
  authenticationId,
  user: structures.encodeUser({ sid: sec.SID_LOCAL_SERVICE, attributes: 0 }),
  groups: group(sec.SID_USERS, 7),
  privileges: privilege(sec.SeChangeNotifyPrivilege, 3),
  owner: NONE,
  primaryGroup: structures.encodeSidPointer(sec.SID_USERS),
  defaultDacl: NONE,
  source: structures.encodeSource({ name: 'tests', identifier: 1 }),
});
