/** Servers that act for their clients, by pipes and by ports: how far, and who may not. */
import { assert } from 'chai';
import { image as npfs } from '../../drivers/filesystems/npfs/index.ts';
import * as native from '../../personality/ntdll/native.ts';
import { nativeImage, type NtProcess } from '../../personality/ntdll/process.ts';
import {
  createRestrictedProcess,
  RtlCreateRestrictedToken,
} from '../../personality/ntdll/security.ts';
import * as nt from '../../personality/rtl/nt.ts';
import * as objects from '../../personality/rtl/objects.ts';
import * as pipes from '../../personality/rtl/pipes.ts';
import * as sec from '../../personality/rtl/security/constants.ts';
import { encodeQuality, type SecurityQuality } from '../../personality/rtl/security/quality.ts';
import { CURRENT_PROCESS, CURRENT_THREAD } from '../../personality/rtl/services.ts';
import { makeImage } from '../support/mtools.ts';
import { statusOf } from './core-client.ts';
import { type Client, bootClientRig, type ClientRig, RW } from './io-client.ts';
import { accept, ask, aside, createPort, message, receive, replyTo } from './lpc-client.ts';
import { control, createPipe, read, write } from './pipe-client.ts';

const FILE = '\\??\\A:\\README.TXT';
const PORT = '\\Actors';
const ANY = { access: objects.MAXIMUM_ALLOWED, attributes: 0 };
const QUALITY: SecurityQuality = {
  level: sec.SecurityImpersonation,
  dynamic: true,
  effectiveOnly: false,
};

const setToken = (process: NtProcess, token: number) =>
  native.NtSetInformationThread(process, {
    handle: CURRENT_THREAD,
    class: sec.ThreadImpersonationToken,
    data: new Uint8Array(Uint32Array.of(token).buffer),
  });

function create(process: NtProcess, name: string, more = {}) {
  return native.NtCreateFile(process, {
    name,
    root: 0,
    access: RW,
    attributes: 0,
    share: nt.FILE_SHARE_ALL,
    disposition: nt.FILE_OPEN,
    options: nt.FILE_SYNCHRONOUS_IO_NONALERT,
    allocation: 0,
    ...more,
  });
}

/** What opening a file ends in for the calling thread; it acts for itself afterwards. */
async function opens(process: NtProcess): Promise<string> {
  const { status, handle } = await create(process, FILE);
  if (handle) await native.NtClose(process, { handle });
  return statusOf(status);
}

async function asSelf(process: NtProcess): Promise<void> {
  assert.equal(statusOf(await setToken(process, 0)), 'STATUS_SUCCESS');
}

async function ownToken(process: NtProcess): Promise<string> {
  const input = { thread: CURRENT_THREAD, access: sec.TOKEN_QUERY, openAsSelf: true };
  const { status, handle } = await native.NtOpenThreadToken(process, input);
  if (handle) await native.NtClose(process, { handle });
  return statusOf(status);
}

/** A token to act with that may nothing. */
async function lesserToken(process: NtProcess): Promise<number> {
  const handle = await RtlCreateRestrictedToken(process);
  const copy = { handle, ...ANY, effectiveOnly: false };
  const how = { type: sec.TokenImpersonation, level: sec.SecurityImpersonation };
  return (await native.NtDuplicateToken(process, { ...copy, ...how })).handle;
}

/** By level: what opening one's token as a server, and a file, ends in. */
const LEVELS = [
  [sec.SecurityAnonymous, 'STATUS_CANT_OPEN_ANONYMOUS', 'STATUS_BAD_IMPERSONATION_LEVEL'],
  [sec.SecurityIdentification, 'STATUS_SUCCESS', 'STATUS_BAD_IMPERSONATION_LEVEL'],
  [sec.SecurityImpersonation, 'STATUS_SUCCESS', 'STATUS_SUCCESS'],
  [sec.SecurityDelegation, 'STATUS_SUCCESS', 'STATUS_SUCCESS'],
] as const;

const LONG = encodeQuality(QUALITY);
/** Qualities that are none. */
const WRONG = [
  LONG.slice(0, 8),
  LONG.map((byte, at) => (at === 0 ? 16 : byte)),
  encodeQuality({ ...QUALITY, level: 4 }),
  LONG.map((byte, at) => (at === 8 ? 2 : byte)),
];

suite('ntos/impersonation', function () {
  this.timeout(60_000);
  let rig: ClientRig;
  let inside: ((process: NtProcess) => Promise<void>) | undefined;
  const jail = nativeImage(async (process) => {
    await inside?.(process);
    return 0;
  });

  suiteSetup(async () => {
    const disk = await makeImage({ kib: 1440, files: { 'README.TXT': 'secret' } });
    rig = await bootClientRig([disk], {}, { 'npfs.sys': npfs, 'jail.exe': jail });
  });
  suiteTeardown(() => rig.end());

  let last = 0;
  /** Both ends of a new pipe. */
  async function pipe(process: NtProcess, quality?: Partial<SecurityQuality>, more = {}) {
    const name = `${pipes.PIPE_DEVICE}\\acts ${++last}`;
    const { handle: server } = await createPipe(process, name, more);
    const asked = quality && { quality: encodeQuality({ ...QUALITY, ...quality }) };
    const { handle: client, status } = await create(process, name, asked);
    assert.equal(statusOf(status), 'STATUS_SUCCESS');
    return { name, server, client };
  }
  const act = async (process: NtProcess, handle: number): Promise<string> =>
    (await control(process, handle, pipes.FSCTL_PIPE_IMPERSONATE)).status;
  const within = (body: (process: NtProcess, client: Client) => Promise<void>) =>
    rig.client((client) => body(client.process, client));

  test('pipes: each level, and a thread that acts for itself again', () =>
    within(async (process) => {
      for (const [level, token, file] of LEVELS) {
        const { server, client } = await pipe(process, { level });
        await write(process, client, 'hello');
        await read(process, server);
        assert.equal(await act(process, server), 'STATUS_SUCCESS');
        assert.equal(await ownToken(process), token, `${level}`);
        assert.equal(await opens(process), file, `${level}`);
        await asSelf(process);
        assert.equal(await ownToken(process), 'STATUS_NO_TOKEN');
        assert.equal(await opens(process), 'STATUS_SUCCESS');
      }
    }));

  test('pipes: dynamic tracking follows each write, static tracking the open', () =>
    within(async (process) => {
      const less = await lesserToken(process);
      const dynamic = await pipe(process);
      assert.equal(await act(process, dynamic.server), 'STATUS_CANNOT_IMPERSONATE', 'not read yet');
      await write(process, dynamic.client, 'mine');
      await setToken(process, less);
      await write(process, dynamic.client, 'less');
      await asSelf(process);
      await write(process, dynamic.client, 'mine');
      for (const expected of ['STATUS_SUCCESS', 'STATUS_ACCESS_DENIED', 'STATUS_SUCCESS']) {
        await read(process, dynamic.server, 4);
        assert.equal(await act(process, dynamic.server), 'STATUS_SUCCESS');
        assert.equal(await opens(process), expected);
        await asSelf(process);
      }
      const fixed = await pipe(process, { dynamic: false });
      assert.equal(await act(process, fixed.server), 'STATUS_SUCCESS', 'nothing was said');
      await asSelf(process);
      await setToken(process, less);
      await write(process, fixed.client, 'less');
      await asSelf(process);
      await read(process, fixed.server);
      assert.equal(await act(process, fixed.server), 'STATUS_SUCCESS');
      assert.equal(await opens(process), 'STATUS_SUCCESS');
      await asSelf(process);
      // What was said stays when who said it has gone; not when the server cuts the pipe.
      await native.NtClose(process, { handle: fixed.client });
      assert.equal(await act(process, fixed.server), 'STATUS_SUCCESS');
      await asSelf(process);
      await control(process, fixed.server, pipes.FSCTL_PIPE_DISCONNECT);
      assert.equal(await act(process, fixed.server), 'STATUS_CANNOT_IMPERSONATE');
    }));

  test('pipes: a restricted process writes, and its server opens no more than that may', () =>
    within(async (process) => {
      const { server, client } = await pipe(process);
      const inherited = await native.NtDuplicateObject(process, {
        sourceProcess: CURRENT_PROCESS,
        source: client,
        targetProcess: CURRENT_PROCESS,
        access: RW,
        attributes: objects.OBJ_INHERIT,
        options: 0,
      });
      inside = async (own) => void (await write(own, inherited.handle, 'open it for me'));
      const flags = objects.PROCESS_CREATE_FLAGS_INHERIT_HANDLES;
      assert.equal(
        statusOf(await createRestrictedProcess(process, 'jail.exe', '', flags)),
        'STATUS_SUCCESS',
      );
      assert.equal((await read(process, server)).text, 'open it for me');
      assert.equal(await act(process, server), 'STATUS_SUCCESS');
      assert.equal(await opens(process), 'STATUS_ACCESS_DENIED');
      await asSelf(process);
      assert.equal(await opens(process), 'STATUS_SUCCESS');
    }));

  test('pipes: what is wrong; whoever goes on acts already, however the file was opened', () =>
    within(async (process) => {
      const { name, server, client } = await pipe(process, undefined, { options: 0 });
      assert.equal(await act(process, client), 'STATUS_ILLEGAL_FUNCTION');
      await write(process, client, 'hello');
      const { handle: event } = await native.NtCreateEvent(process, {
        name: '',
        ...ANY,
        type: 0,
        initial: false,
      });
      const buffer = process.heap.allocate(16);
      const into = { handle: server, address: buffer.address, length: 5, offset: 0 };
      const more = { event, apc: 0, context: 0, iosb: 0, key: 0 };
      await native.NtReadFile(process, { ...into, ...more });
      await native.NtWaitForSingleObject(process, {
        handle: event,
        alertable: false,
        timeout: -1e7,
      });
      assert.equal(await act(process, server), 'STATUS_SUCCESS', 'not pending');
      await asSelf(process);
      for (const quality of WRONG)
        assert.equal(
          statusOf(await create(process, name, { quality })),
          'STATUS_INVALID_PARAMETER',
          `${quality}`,
        );
      const root = await create(process, `${pipes.PIPE_DEVICE}\\`);
      assert.equal(await act(process, root.handle), 'STATUS_INVALID_DEVICE_REQUEST');
      assert.equal(await act(process, event), 'STATUS_OBJECT_TYPE_MISMATCH');
    }));

  /** Who connects with that quality, and then asks; the server's port and the request. */
  async function asked(process: NtProcess, port: number, quality: Uint8Array, less = 0) {
    const client = await aside(process, async (own) => {
      const information = new Uint8Array();
      const views = { offset: 0, viewSize: 0, serverView: false };
      const input = { name: PORT, section: 0, information, quality, ...views };
      const { handle } = await native.NtConnectPort(own, input);
      if (less) await setToken(own, less);
      return (await ask(own, handle, 'act for me')).status;
    });
    const { handle: server } = await accept(process, port, 1);
    const { message: request } = await receive(process, port);
    return { client, server, request: request! };
  }

  test('ports: each level; whom the client acts for when it asks, or when it connected', () =>
    within(async (process) => {
      const { handle: port } = await createPort(process, PORT);
      const less = await lesserToken(process);
      const cases = [
        ...LEVELS.map(([level, token, file]) => [{ level }, 0, token, file] as const),
        [{}, less, 'STATUS_SUCCESS', 'STATUS_ACCESS_DENIED'],
        [{ dynamic: false }, less, 'STATUS_SUCCESS', 'STATUS_SUCCESS'],
      ] as const;
      for (const [quality, acting, token, file] of cases) {
        const bytes = encodeQuality({ ...QUALITY, ...quality });
        const { client, server, request } = await asked(process, port, bytes, acting);
        const input = { handle: server, message: replyTo(request, '') };
        assert.equal(
          statusOf(await native.NtImpersonateClientOfPort(process, input)),
          'STATUS_SUCCESS',
        );
        assert.equal(await ownToken(process), token);
        assert.equal(await opens(process), file);
        await asSelf(process);
        await native.NtReplyPort(process, { ...input, handle: port });
        assert.equal(await client.result(), 'STATUS_SUCCESS');
        // Nobody waits any more.
        const late = await native.NtImpersonateClientOfPort(process, input);
        assert.equal(statusOf(late), 'STATUS_REPLY_MESSAGE_MISMATCH');
        await native.NtClose(process, { handle: server });
      }
      await native.NtClose(process, { handle: port });
    }));

  test('ports: what is wrong', () =>
    within(async (process) => {
      const { handle: port } = await createPort(process, PORT);
      const { client, server, request } = await asked(process, port, new Uint8Array());
      const right = { handle: server, message: replyTo(request, '') };
      const { id } = request;
      for (const [input, expected] of [
        [{ ...right, handle: port }, 'STATUS_INVALID_PORT_HANDLE'],
        [{ ...right, handle: 0x4444 }, 'STATUS_INVALID_HANDLE'],
        [{ ...right, message: new Uint8Array(4) }, 'STATUS_INVALID_PARAMETER'],
        [{ ...right, message: message('', { id: id + 1 }) }, 'STATUS_REPLY_MESSAGE_MISMATCH'],
        [{ ...right, message: message('', { id }) }, 'STATUS_REPLY_MESSAGE_MISMATCH'],
      ] as const)
        assert.equal(statusOf(await native.NtImpersonateClientOfPort(process, input)), expected);
      await native.NtReplyPort(process, { handle: port, message: right.message });
      assert.equal(await client.result(), 'STATUS_SUCCESS');
      const views = { offset: 0, viewSize: 0, serverView: false };
      for (const quality of WRONG) {
        const input = { name: PORT, section: 0, information: new Uint8Array(), quality, ...views };
        assert.equal(
          statusOf(await native.NtConnectPort(process, input)),
          'STATUS_INVALID_PARAMETER',
        );
      }
    }));
});
