/** NtNotifyChangeDirectoryFile: what happens in directories, told to who watches them. */
import { assert } from 'chai';
import {
  NtCancelIoFileEx,
  NtCreateEvent,
  NtNotifyChangeDirectoryFile,
  NtSetInformationFile,
  NtWaitForSingleObject,
} from '../../personality/ntdll/native.ts';
import { DirectoryWatch, type Told } from '../../personality/ntos/io/file/notify.ts';
import {
  encodeBasic,
  encodeDisposition,
  encodeLarge,
  encodeRename,
} from '../../personality/rtl/information.ts';
import { decodeNotify } from '../../personality/rtl/notify.ts';
import * as nt from '../../personality/rtl/nt.ts';
import { EVENT_ALL_ACCESS } from '../../personality/rtl/objects.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import { makeImage } from '../support/mtools.ts';
import { bootClientRig, type Client, type ClientRig, pattern, RW } from './io-client.ts';

const OK = 'STATUS_SUCCESS';
const NAMES = nt.FILE_NOTIFY_CHANGE_FILE_NAME | nt.FILE_NOTIFY_CHANGE_DIR_NAME;
const ALL = nt.FILE_NOTIFY_VALID_MASK;
const SIGNS = ['', '+', '-', '~', '<', '>'];

/** `+NAME` came, `-NAME` went, `~NAME` changed, `<OLD` `>NEW` a rename. */
function signs(data: Uint8Array): string {
  return decodeNotify(data)
    .map(({ action, name }) => `${SIGNS[action]}${name}`)
    .join(' ');
}

suite('ntos/io: a watch by itself', () => {
  const watch = (change: object = {}) =>
    new DirectoryWatch({ directory: { path: 'Dir' }, filter: 1, tree: false, room: 64, ...change });
  const come = (path: string, filter = 1) => ({ action: nt.FILE_ACTION_ADDED, path, filter });
  const told: string[] = [];
  const hear = ({ status, data }: Told) =>
    told.push(`${statusName(status)}${data ? ` ${signs(data)}` : ''}`);
  setup(() => void told.splice(0));

  test('concerns its directory, its tree if wanted, and what its filter names', () => {
    for (const [tree, expected] of [
      [false, '+A'],
      [true, '+A +SUB\\B'],
    ] as const) {
      const one = watch({ tree });
      const others = ['Dir', 'DirX\\A', 'Other\\A', 'A'].map((path) => come(path));
      one.tell([...others, come('DIR\\A'), come('Dir\\SUB\\B'), come('Dir\\C', 2)]);
      one.next(64, hear);
      assert.equal(told.pop(), `${OK} ${expected}`);
    }
    const root = watch({ directory: { path: '' } });
    root.tell([come('A'), come('A\\B')]);
    root.next(64, hear);
    assert.deepEqual(told, [`${OK} +A`]);
  });

  test('each answer is one waiter’s, in their order; what nobody waits for is kept', () => {
    const one = watch();
    one.next(64, hear);
    const second = one.next(64, hear);
    one.tell([come('Dir\\A')]);
    assert.deepEqual(told, [`${OK} +A`]);
    second();
    second();
    assert.deepEqual(told.slice(1), ['STATUS_CANCELLED']);
    one.tell([come('Dir\\B')]);
    one.tell([come('Dir\\C')]);
    one.next(64, hear);
    assert.equal(told.at(-1), `${OK} +B +C`);
    one.next(64, hear);
    one.fail(0x10b);
    assert.equal(told.at(-1), 'STATUS_NOTIFY_CLEANUP');
  });

  test('too much for the buffer, or for the answer: look for yourself, once', () => {
    for (const [room, kept] of [
      [64, 20],
      [10, 1],
    ] as const) {
      const one = watch();
      for (let i = 0; i < kept; i++) one.tell([come(`Dir\\${i}`)]);
      one.next(room, hear);
      assert.equal(told.pop(), 'STATUS_NOTIFY_ENUM_DIR');
      one.tell([come('Dir\\A')]);
      one.next(64, hear);
      assert.equal(told.pop(), `${OK} +A`);
    }
  });
});

suite('ntos/io: change notification', function () {
  this.timeout(60_000);
  let rig: ClientRig;
  suiteSetup(async () => {
    const files = { 'DIR/OLD.BIN': pattern(2000), 'DIR/SUB/X': pattern(3) };
    rig = await bootClientRig([await makeImage({ kib: 1440, files })]);
  });
  suiteTeardown(() => rig.end());

  const opened = (client: Client, options: object = {}) =>
    client.opened('A:\\DIR', { access: nt.FILE_LIST_DIRECTORY, ...options });
  /** Waits: something must have happened. */
  async function next(client: Client, handle: number, change: object = {}): Promise<string> {
    const input = { handle, length: 1000, filter: ALL, tree: false, ...change };
    const { status, data } = await NtNotifyChangeDirectoryFile(client.process, input);
    return status === 0 ? signs(data) : statusName(status);
  }
  /** Pending: tells status and what is there then. */
  async function watch(client: Client, options: { filter?: number; tree?: boolean } = {}) {
    const { process } = client;
    const handle = await opened(client, { asynchronous: true });
    const block = process.heap.allocate(4096);
    const named = { name: '', access: EVENT_ALL_ACCESS, attributes: 0 };
    const type = nt.SynchronizationEvent;
    const { handle: event } = await NtCreateEvent(process, { ...named, type, initial: false });
    const told = { event, address: block.address, iosb: block.address + 4000 };
    const request = { handle, length: 2000, filter: ALL, tree: false, ...options, ...told };
    return {
      handle,
      iosb: told.iosb,
      ask: async () => statusName((await NtNotifyChangeDirectoryFile(process, request)).status),
      async answer(): Promise<string> {
        const wait = { handle: event, alertable: false, timeout: -10_000_000 };
        assert.equal((await NtWaitForSingleObject(process, wait)).status, 0);
        const status = block.memory.getUint32(4000);
        return status === 0
          ? signs(block.memory.read(0, block.memory.getUint32(4004)))
          : statusName(status);
      },
    };
  }
  const set = async (client: Client, handle: number, infoClass: number, data: Uint8Array) =>
    statusName(
      (await NtSetInformationFile(client.process, { handle, class: infoClass, data })).status,
    );

  test('creating, writing, changing, renaming, deleting', () =>
    rig.client(async (client) => {
      const watched = await watch(client);
      const step = async (expected: string, act: () => Promise<unknown>) => {
        const asked = await watched.ask();
        assert.equal(asked, 'STATUS_PENDING');
        await act();
        assert.equal(await watched.answer(), expected);
      };
      let file = 0;
      const make = { disposition: nt.FILE_CREATE, access: RW | nt.DELETE | 0x100 };
      await step('+New.txt', async () => {
        file = await client.opened('A:\\DIR\\New.txt', make);
      });
      await step('~New.txt', () => client.write(file, 0, pattern(10)));
      await step('~New.txt', () => set(client, file, nt.FileEndOfFileInformation, encodeLarge(5)));
      const times = { created: 0, accessed: 0, written: 0, changed: 0, attributes: 1 };
      await step('~New.txt', () => set(client, file, nt.FileBasicInformation, encodeBasic(times)));
      const plain = { ...times, attributes: 0x80 };
      await step('~New.txt', () => set(client, file, nt.FileBasicInformation, encodeBasic(plain)));
      const rename = (name: string) => {
        const info = { replace: false, root: 0, name: `\\??\\A:\\${name}` };
        return set(client, file, nt.FileRenameInformation, encodeRename(info));
      };
      await step('<New.txt >Newer.txt', () => rename('DIR\\Newer.txt'));
      await step('-Newer.txt', () => rename('Out.txt'));
      await step('+In.txt', () => rename('DIR\\In.txt'));
      await step('~In.txt', async () => {
        await client.close(await client.opened('A:\\DIR\\In.txt', { disposition: 4 }));
      });
      await set(client, file, nt.FileDispositionInformation, encodeDisposition(true));
      await step('-In.txt', () => client.close(file));
    }));

  test('a filter and a subtree', () =>
    rig.client(async (client) => {
      const flat = await watch(client, { filter: nt.FILE_NOTIFY_CHANGE_DIR_NAME });
      const deep = await watch(client, { filter: NAMES, tree: true });
      assert.equal(await flat.ask(), 'STATUS_PENDING');
      assert.equal(await deep.ask(), 'STATUS_PENDING');
      const make = { disposition: nt.FILE_CREATE };
      const file = await client.opened('A:\\DIR\\SUB\\F', make);
      assert.equal(await deep.answer(), '+SUB\\F');
      await client.write(file, 0, pattern(10));
      const directory = { ...make, options: nt.FILE_DIRECTORY_FILE };
      await client.close(await client.opened('A:\\DIR\\D', directory));
      assert.equal(await flat.answer(), '+D', 'and nothing before it');
      assert.equal(await deep.ask(), 'STATUS_PENDING');
      assert.equal(await deep.answer(), '+D', 'kept meanwhile');
      await client.close(flat.handle);
      await client.close(deep.handle);
    }));

  test('what ends the wait: giving up, the close, deletion', () =>
    rig.client(async (client) => {
      const { process } = client;
      const given = await watch(client);
      await given.ask();
      const { handle, iosb } = given;
      assert.equal((await NtCancelIoFileEx(process, { handle, iosb })).status, 0);
      assert.equal(await given.answer(), 'STATUS_CANCELLED');
      await given.ask();
      await client.close(handle);
      assert.equal(await given.answer(), 'STATUS_NOTIFY_CLEANUP');
      const make = { disposition: nt.FILE_OPEN_IF, options: nt.FILE_DIRECTORY_FILE };
      const doomed = await client.opened('A:\\DOOMED', { ...make, access: nt.DELETE | 1 });
      await set(client, doomed, nt.FileDispositionInformation, encodeDisposition(true));
      assert.equal(await next(client, doomed), 'STATUS_DELETE_PENDING');
    }));

  test('what is wrong with a request', () =>
    rig.client(async (client) => {
      const { process } = client;
      const handle = await opened(client);
      const blind = await opened(client, { access: nt.FILE_READ_ATTRIBUTES });
      const rows = [
        [{ filter: 0 }, 'STATUS_INVALID_PARAMETER'],
        [{ filter: 0x1000, handle: 0x7770 }, 'STATUS_INVALID_PARAMETER'],
        [{ handle: 0x7770 }, 'STATUS_INVALID_HANDLE'],
        [{ handle: blind }, 'STATUS_ACCESS_DENIED'],
        [{ handle: await client.opened('A:\\DIR\\OLD.BIN') }, 'STATUS_INVALID_PARAMETER'],
        [{ handle: await client.opened('A:') }, 'STATUS_INVALID_PARAMETER'],
        [{ address: 2 }, 'STATUS_DATATYPE_MISALIGNMENT'],
        [{ address: 16 }, 'STATUS_ACCESS_VIOLATION'],
      ] as const;
      for (const [change, expected] of rows)
        assert.equal(await next(client, handle, change), expected, JSON.stringify(change));
      const asynchronous = await opened(client, { asynchronous: true });
      assert.equal(await next(client, asynchronous), 'STATUS_ACCESS_VIOLATION', 'no buffer');
      assert.isFalse(process.busy);
    }));
});
