/** A process with a restricted token: what it cannot open, and how it tries to get rights back. */
import { assert } from 'chai';
import * as nt from '../../personality/ntdll/native.ts';
import { nativeImage } from '../../personality/ntdll/process.ts';
import type { NtProcess } from '../../personality/ntdll/process.ts';
import {
  createRestrictedProcess,
  queryToken,
  RtlCreateRestrictedToken,
} from '../../personality/ntdll/security.ts';
import { DELETE, SYNCHRONIZE } from '../../personality/rtl/nt.ts';
import * as objects from '../../personality/rtl/objects.ts';
import * as sec from '../../personality/rtl/security/constants.ts';
import * as structures from '../../personality/rtl/security/structures.ts';
import { CURRENT_PROCESS, CURRENT_THREAD, SESSION_EVENT } from '../../personality/rtl/services.ts';
import { makeImage } from '../support/mtools.ts';
import type { Awaitable } from '../../personality/sel4/types.ts';
import { statusOf } from './core-client.ts';
import { idle } from './core-quota-fixture.ts';
import { bootClientRig, type ClientRig, RW } from './io-client.ts';

const { MAXIMUM_ALLOWED } = objects;
const NONE = new Uint8Array();
const ANY = { access: MAXIMUM_ALLOWED, attributes: 0 };
const EVENT = { ...ANY, type: 0, initial: false };
const TOKEN = { process: CURRENT_PROCESS, access: MAXIMUM_ALLOWED };

type Found = Record<string, string>;
type Try = (what: string, call: () => Awaitable<{ status: number }>) => Promise<void>;
/** `told`: ids or handles of whoever started it. */
type Body = (process: NtProcess, attempt: Try, told: number[]) => Promise<void>;

const file = (name: string) => ({
  name,
  root: 0,
  access: RW,
  attributes: 0,
  share: 7,
  disposition: 1,
  options: 0x20,
  allocation: 0,
});
const setToken = (process: NtProcess, token: number) =>
  nt.NtSetInformationThread(process, {
    handle: CURRENT_THREAD,
    class: sec.ThreadImpersonationToken,
    data: new Uint8Array(Uint32Array.of(token).buffer),
  });
const openEvent = (process: NtProcess, name: string, access = SYNCHRONIZE) =>
  nt.NtOpenEvent(process, { name, access, attributes: 0 });

suite('ntos/restricted tokens', function () {
  this.timeout(60_000);
  let rig: ClientRig;
  let body: Body | undefined;
  let found: Found = {};
  let failure: unknown;

  const jail = nativeImage(async (process) => {
    const attempt: Try = async (what, call) => void (found[what] = statusOf(await call()));
    try {
      await body?.(process, attempt, process.commandLine.split(' ').map(Number));
    } catch (error) {
      failure = error;
    }
    return 0;
  });

  /** Runs `inside` as a restricted process of a client; what its attempts ended in. */
  async function restricted(
    inside: Body,
    prepare: (process: NtProcess) => Promise<number[]> = async () => [],
  ): Promise<Found> {
    body = inside;
    found = {};
    failure = undefined;
    await rig.client(async ({ process }) => {
      const told = (await prepare(process)).join(' ');
      const flags = objects.PROCESS_CREATE_FLAGS_INHERIT_HANDLES;
      const made = await createRestrictedProcess(process, 'jail.exe', told, flags);
      assert.equal(statusOf(made), 'STATUS_SUCCESS');
      const { handle } = made;
      const ended = { handle, alertable: false, timeout: -100_000_000 };
      assert.equal(statusOf(await nt.NtWaitForSingleObject(process, ended)), 'STATUS_SUCCESS');
    });
    if (failure !== undefined) throw failure;
    return found;
  }

  suiteSetup(async () => {
    const disk = await makeImage({ kib: 1440, files: { 'README.TXT': 'secret' } });
    rig = await bootClientRig([disk], {}, { 'jail.exe': jail, 'idle.exe': idle });
  });
  suiteTeardown(() => rig.end());

  test('what is not open to restricted code cannot be opened, and nothing done to the system', async () => {
    const result = await restricted(
      async (process, attempt, [maker]) => {
        const directory = await nt.NtOpenDirectoryObject(process, { name: '\\' });
        const drives = { name: '\\??\\A:', access: DELETE, attributes: 0 };
        const event = { name: '\\Mine', ...EVENT };
        await attempt('the drive', () => nt.NtCreateFile(process, file('\\Device\\Floppy0')));
        await attempt('its letter', () => nt.NtCreateFile(process, file('\\??\\A:')));
        await attempt('a file', () => nt.NtCreateFile(process, file('\\??\\A:\\README.TXT')));
        await attempt('smss', () => nt.NtOpenProcess(process, { id: 4 }));
        await attempt('its maker', () => nt.NtOpenProcess(process, { id: maker! }));
        await attempt('to look', () => nt.NtOpenProcess(process, { id: maker!, access: 0x400 }));
        await attempt('a thread', () =>
          nt.NtOpenThread(process, { ...ANY, process: 0, thread: 1 }),
        );
        await attempt('the session', () => openEvent(process, SESSION_EVENT));
        await attempt('an event', () => openEvent(process, '\\Secret'));
        await attempt('by a link', () => openEvent(process, '\\??\\Link'));
        await attempt('the letter', () => nt.NtOpenSymbolicLinkObject(process, drives));
        await attempt('the root', () => nt.NtMakeTemporaryObject(process, directory));
        await attempt('a name', () => nt.NtCreateEvent(process, event));
        await attempt('a name for others', () =>
          nt.NtCreateEvent(process, { ...event, name: '\\BaseNamedObjects\\Mine' }),
        );
        await attempt('a room', () => nt.NtCreateDirectoryObject(process, { name: '\\??\\Mine' }));
        await attempt('loading', () => nt.NtLoadDriver(process, { name: 'null' }));
        await attempt('unloading', () => nt.NtUnloadDriver(process, { name: 'fatfs' }));
        await attempt('the end', () => nt.NtShutdownSystem(process, { action: 0 }));
        await attempt('all of its family', () =>
          nt.NtTerminateJobObject(process, { handle: CURRENT_PROCESS, status: 1 }),
        );
        await attempt('staying', () => nt.NtMakePermanentObject(process, directory));
      },
      async (process) => {
        await nt.NtCreateEvent(process, { name: '\\Secret', ...EVENT });
        await nt.NtCreateSymbolicLinkObject(process, { name: '\\??\\Link', target: '\\Secret' });
        return [await ownId(process)];
      },
    );
    const privileged = ['loading', 'unloading', 'the end', 'staying'];
    for (const [what, status] of Object.entries(result)) {
      const lacks = privileged.includes(what);
      assert.equal(status, lacks ? 'STATUS_PRIVILEGE_NOT_HELD' : 'STATUS_ACCESS_DENIED', what);
    }
    assert.lengthOf(Object.keys(result), 20);
  });

  test('what is for everybody, and its own', async () => {
    const result = await restricted(async (process, attempt) => {
      const root = await nt.NtOpenDirectoryObject(process, { name: '\\' });
      const look = { handle: root.handle, context: 0 };
      const child = await nt.NtCreateProcess(process, { image: 'idle.exe', commandLine: '' });
      const access = objects.PROCESS_DUP_HANDLE;
      await attempt('the terminal', () => nt.NtCreateFile(process, file('\\Device\\Serial0')));
      await attempt('the root', () => nt.NtQueryDirectoryObject(process, look));
      await attempt('an event', () => nt.NtCreateEvent(process, { name: '', ...EVENT }));
      await attempt('a child', async () => child);
      await attempt('opening it', () => nt.NtOpenProcess(process, { id: child.id, access }));
      await attempt('ending it', () => nt.NtTerminateProcess(process, { ...child, status: 1 }));
      await attempt('its token', () => nt.NtOpenProcessToken(process, TOKEN));
    });
    for (const [what, status] of Object.entries(result))
      assert.equal(status, 'STATUS_SUCCESS', what);
    assert.lengthOf(Object.keys(result), 7);
  });

  test('no way back: its own token, copies of it, threads and children', async () => {
    const result = await restricted(
      async (process, attempt) => {
        const { handle } = await nt.NtOpenProcessToken(process, TOKEN);
        const admin = structures.encodeGroups([{ sid: sec.SID_ADMINISTRATORS, attributes: 4 }]);
        const debug = structures.encodePrivileges([{ luid: sec.SeDebugPrivilege, attributes: 2 }]);
        const owner = structures.encodeSidPointer(sec.SID_ADMINISTRATORS);
        await attempt('debugging', () =>
          nt.NtAdjustPrivilegesToken(process, { handle, disableAll: false, state: debug }),
        );
        await attempt('administering', () =>
          nt.NtAdjustGroupsToken(process, { handle, reset: false, state: admin }),
        );
        await attempt('owning', () =>
          nt.NtSetInformationToken(process, { handle, class: sec.TokenOwner, data: owner }),
        );
        await attempt('any token', () => nt.NtCreateToken(process, anyToken));
        const copy = await nt.NtDuplicateToken(process, {
          handle,
          ...ANY,
          effectiveOnly: false,
          type: sec.TokenImpersonation,
          level: sec.SecurityImpersonation,
        });
        await attempt('a copy', () => setToken(process, copy.handle));
        await attempt('as a copy', () => openEvent(process, '\\Secret'));
        await setToken(process, 0);
        // A list that has nothing in common with the one before lets nothing through.
        const everybody = structures.encodeGroups([{ sid: sec.SID_EVERYONE, attributes: 0 }]);
        const other = await nt.NtFilterToken(process, {
          handle,
          flags: 0,
          disable: NONE,
          remove: NONE,
          restrict: everybody,
        });
        const has = await queryToken(process, other.handle, sec.TokenHasRestrictions);
        found['filtered'] = String(has[0]);
        const start = { image: 'jail.exe', commandLine: '', flags: 0, token: handle };
        body = async (child) => {
          const own = await nt.NtOpenProcessToken(child, TOKEN);
          const sids = await queryToken(child, own.handle, sec.TokenRestrictedSids);
          found['a child'] = String(structures.decodeGroups(sids).map(({ sid }) => sid));
          found['by a child'] = statusOf(await openEvent(child, '\\Secret'));
        };
        const child = await nt.NtCreateProcessEx(process, start);
        const ended = { handle: child.handle, alertable: false, timeout: -100_000_000 };
        await nt.NtWaitForSingleObject(process, ended);
      },
      async (process) => {
        await nt.NtCreateEvent(process, { name: '\\Secret', ...EVENT });
        return [];
      },
    );
    assert.deepEqual(result, {
      debugging: 'STATUS_NOT_ALL_ASSIGNED',
      administering: 'STATUS_CANT_ENABLE_DENY_ONLY',
      owning: 'STATUS_INVALID_OWNER',
      'any token': 'STATUS_PRIVILEGE_NOT_HELD',
      'a copy': 'STATUS_SUCCESS',
      'as a copy': 'STATUS_ACCESS_DENIED',
      filtered: '1',
      'a child': sec.SID_RESTRICTED,
      'by a child': 'STATUS_ACCESS_DENIED',
    });
  });

  test('no way back: handles that it was left by mistake', async () => {
    const inherit = { attributes: objects.OBJ_INHERIT };
    const result = await restricted(
      async (process, attempt, [primary, acting, looking]) => {
        const start = { image: 'idle.exe', commandLine: '', flags: 0, token: primary! };
        await attempt('a process', () => nt.NtCreateProcessEx(process, start));
        await attempt('acting', () => setToken(process, acting!));
        await attempt('as another', () => openEvent(process, '\\Secret'));
        await attempt('loading', () => nt.NtLoadDriver(process, { name: 'null' }));
        await setToken(process, 0);
        const copy = {
          sourceProcess: looking!,
          source: 4,
          targetProcess: CURRENT_PROCESS,
          ...ANY,
          options: 0,
        };
        await attempt('its handles', () => nt.NtDuplicateObject(process, copy));
        const more = { ...copy, sourceProcess: CURRENT_PROCESS, source: looking! };
        await attempt('more of it', () =>
          nt.NtDuplicateObject(process, { ...more, access: objects.PROCESS_DUP_HANDLE }),
        );
        const descriptor = { handle: looking!, information: 4, descriptor: NONE };
        await attempt('its DACL', () => nt.NtSetSecurityObject(process, descriptor));
        await attempt('its token', () =>
          nt.NtOpenProcessToken(process, { process: looking!, access: sec.TOKEN_DUPLICATE }),
        );
      },
      async (process) => {
        const { handle } = await nt.NtOpenProcessToken(process, { ...TOKEN, ...inherit });
        const copy = {
          handle,
          access: MAXIMUM_ALLOWED,
          ...inherit,
          effectiveOnly: false,
          type: sec.TokenImpersonation,
          level: sec.SecurityImpersonation,
        };
        const acting = await nt.NtDuplicateToken(process, copy);
        const id = await ownId(process);
        const own = await nt.NtOpenProcess(process, { id, access: 0x400, ...inherit });
        await nt.NtCreateEvent(process, { name: '\\Secret', ...EVENT });
        return [handle, acting.handle, own.handle];
      },
    );
    assert.deepEqual(result, {
      'a process': 'STATUS_PRIVILEGE_NOT_HELD',
      acting: 'STATUS_SUCCESS',
      'as another': 'STATUS_BAD_IMPERSONATION_LEVEL',
      loading: 'STATUS_PRIVILEGE_NOT_HELD',
      'its handles': 'STATUS_ACCESS_DENIED',
      'more of it': 'STATUS_ACCESS_DENIED',
      'its DACL': 'STATUS_ACCESS_DENIED',
      'its token': 'STATUS_ACCESS_DENIED',
    });
  });

  test('a thread that acts with a restricted token has no more, until it reverts', () =>
    rig.client(async ({ process }) => {
      await nt.NtCreateEvent(process, { name: '\\Secret', ...EVENT });
      const less = await RtlCreateRestrictedToken(process);
      const acting = await nt.NtDuplicateToken(process, {
        handle: less,
        ...ANY,
        effectiveOnly: false,
        type: sec.TokenImpersonation,
        level: sec.SecurityImpersonation,
      });
      assert.equal(statusOf(await openEvent(process, '\\Secret')), 'STATUS_SUCCESS');
      assert.equal(statusOf(await setToken(process, acting.handle)), 'STATUS_SUCCESS');
      assert.equal(statusOf(await openEvent(process, '\\Secret')), 'STATUS_ACCESS_DENIED');
      const disk = await nt.NtCreateFile(process, file('\\??\\A:\\README.TXT'));
      assert.equal(statusOf(disk), 'STATUS_ACCESS_DENIED');
      const load = await nt.NtLoadDriver(process, { name: 'null' });
      assert.equal(statusOf(load), 'STATUS_PRIVILEGE_NOT_HELD');
      assert.equal(statusOf(await setToken(process, 0)), 'STATUS_SUCCESS');
      assert.equal(statusOf(await openEvent(process, '\\Secret')), 'STATUS_SUCCESS');
    }));
});

async function ownId(process: NtProcess): Promise<number> {
  return (await nt.NtQueryInformationProcess(process, { handle: CURRENT_PROCESS })).id;
}

const anyToken = {
  ...ANY,
  type: sec.TokenPrimary,
  level: 0,
  authenticationId: 0x3e7,
  user: structures.encodeUser({ sid: sec.SID_LOCAL_SYSTEM, attributes: 0 }),
  groups: NONE,
  privileges: structures.encodePrivileges([{ luid: sec.SeTcbPrivilege, attributes: 3 }]),
  owner: NONE,
  primaryGroup: structures.encodeSidPointer(sec.SID_LOCAL_SYSTEM),
  defaultDacl: NONE,
  source: structures.encodeSource({ name: 'mine', identifier: 0 }),
};
