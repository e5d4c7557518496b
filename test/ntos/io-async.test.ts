/** Asynchronous file I/O on the whole system: pending, told by event, status block, giving up. */
import { assert } from 'chai';
import {
  NtCancelIoFile,
  NtCancelIoFileEx,
  NtCancelSynchronousIoFile,
  NtCreateEvent,
  NtCreateFile,
  NtCreateIoCompletion,
  NtDeviceIoControlFile,
  NtOpenThread,
  NtQueryIoCompletion,
  NtQueryObject,
  NtReadFile,
  NtRemoveIoCompletion,
  NtSetInformationFile,
  NtSetIoCompletion,
  NtWaitForSingleObject,
  NtWriteFile,
} from '../../personality/ntdll/native.ts';
import type { HeapBuffer } from '../../personality/ntdll/heap.ts';
import {
  FILE_OPEN,
  FILE_READ_DATA,
  FILE_SHARE_ALL,
  FILE_SYNCHRONOUS_IO_ALERT,
  FILE_SYNCHRONOUS_IO_NONALERT,
  FileCompletionInformation,
  NotificationEvent,
  SYNCHRONIZE,
} from '../../personality/rtl/nt.ts';
import { decodeObjectName } from '../../personality/rtl/objectinformation.ts';
import {
  EVENT_ALL_ACCESS,
  IO_COMPLETION_ALL_ACCESS,
  ObjectNameInformation,
} from '../../personality/rtl/objects.ts';
import { encodeCompletionPort } from '../../personality/rtl/information.ts';
import { CURRENT_THREAD } from '../../personality/rtl/services.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import { makeImage } from '../support/mtools.ts';
import { checkHandles, sleep } from './core-sync-fixture.ts';
import { bootClientRig, type Client, type ClientRig, pattern } from './io-client.ts';
import { aside } from './lpc-client.ts';

const { STATUS_PENDING } = Status;
const SERIAL = '\\Device\\Serial0';
const SECOND = -10_000_000;
const FILE = 'A:\\FILE.BIN';

/** What one asynchronous operation needs: memory for data and status block, and an event. */
interface Operation {
  readonly buffer: HeapBuffer;
  readonly iosb: number;
  readonly event: number;
  /** Of the status block. */
  status(): string;
  information(): number;
}

async function operation(client: Client): Promise<Operation> {
  const { process } = client;
  const buffer = process.heap.allocate(0x3000);
  const { handle: event } = await NtCreateEvent(process, {
    name: '',
    access: EVENT_ALL_ACCESS,
    attributes: 0,
    type: NotificationEvent,
    initial: true,
  });
  const at = 0x2000;
  return {
    buffer,
    iosb: buffer.address + at,
    event,
    status: () => statusName(buffer.memory.getUint32(at)),
    information: () => buffer.memory.getUint32(at + 4),
  };
}

const wait = async (client: Client, handle: number, timeout = SECOND): Promise<string> =>
  statusName(
    (await NtWaitForSingleObject(client.process, { handle, alertable: false, timeout })).status,
  );

suite('ntos/io: asynchronous', function () {
  this.timeout(60_000);
  let rig: ClientRig;

  const openAsync = (client: Client, name: string) => client.opened(name, { asynchronous: true });

  setup(async () => {
    const files = { 'FILE.BIN': pattern(20_000) };
    rig = await bootClientRig([await makeImage({ kib: 1440, files })]);
  });
  teardown(() => rig.end());

  test('a cold read is pending; its end is in the status block, and the event is set', () =>
    rig.client(async (client) => {
      const { buffer, iosb, event, status, information } = await operation(client);
      const handle = await openAsync(client, FILE);
      const input = { handle, address: buffer.address, length: 5000, offset: 100 };
      const read = await NtReadFile(client.process, { ...input, event, iosb });
      assert.equal(statusName(read.status), 'STATUS_PENDING');
      assert.equal(await wait(client, event, 0), 'STATUS_TIMEOUT', 'the event was reset');
      assert.equal(await wait(client, event), 'STATUS_SUCCESS');
      assert.deepEqual([status(), information()], ['STATUS_SUCCESS', 5000]);
      assert.deepEqual(buffer.memory.read(0, 5000), pattern(20_000).slice(100, 5100));
      // Now it is all there: no waiting, and told all the same.
      const again = await NtReadFile(client.process, { ...input, event, iosb });
      assert.deepEqual([statusName(again.status), again.information], ['STATUS_SUCCESS', 5000]);
      assert.equal(await wait(client, event, 0), 'STATUS_SUCCESS');
    }));

  test('without an event, the file itself can be waited for', () =>
    rig.client(async (client) => {
      const { buffer, iosb, status } = await operation(client);
      const handle = await openAsync(client, FILE);
      const input = { handle, address: buffer.address, length: 512, offset: 0 };
      const read = await NtReadFile(client.process, { ...input, iosb });
      assert.equal(statusName(read.status), 'STATUS_PENDING');
      assert.equal(await wait(client, handle), 'STATUS_SUCCESS');
      assert.equal(status(), 'STATUS_SUCCESS');
    }));

  test('an offset is needed, and what fails at once tells nothing', () =>
    rig.client(async (client) => {
      const { buffer, iosb, event } = await operation(client);
      const handle = await openAsync(client, FILE);
      const input = { handle, address: buffer.address, length: 512, event, iosb };
      buffer.memory.setUint32(0x2000, 0x1234);
      const wrong = await NtReadFile(client.process, { ...input, offset: -1 });
      assert.equal(statusName(wrong.status), 'STATUS_INVALID_PARAMETER');
      const end = await NtReadFile(client.process, { ...input, offset: 20_000 });
      assert.equal(statusName(end.status), 'STATUS_END_OF_FILE');
      assert.equal(buffer.memory.getUint32(0x2000), 0x1234);
    }));

  test('what is wrong with how the end is to be told', () =>
    rig.client(async (client) => {
      const { buffer, iosb, event } = await operation(client);
      const handle = await openAsync(client, FILE);
      const input = { handle, address: buffer.address, length: 512, offset: 0 };
      const cases = [
        [{ event: event + 400 }, 'STATUS_INVALID_HANDLE'],
        [{ event: handle }, 'STATUS_OBJECT_TYPE_MISMATCH'],
        [{ iosb: iosb + 1 }, 'STATUS_DATATYPE_MISALIGNMENT'],
        [{ iosb: 0x10 }, 'STATUS_ACCESS_VIOLATION'],
      ] as const;
      for (const [told, expected] of cases) {
        const { status } = await NtReadFile(client.process, { ...input, ...told });
        assert.equal(statusName(status), expected);
      }
    }));

  test('writes too', () =>
    rig.client(async (client) => {
      const { buffer, iosb, event, status, information } = await operation(client);
      const handle = await openAsync(client, FILE);
      buffer.memory.write(0, pattern(600, 7));
      const input = { handle, address: buffer.address, length: 600, offset: 19_800 };
      const { status: first } = await NtWriteFile(client.process, { ...input, event, iosb });
      assert.include(['STATUS_PENDING', 'STATUS_SUCCESS'], statusName(first));
      assert.equal(await wait(client, event), 'STATUS_SUCCESS');
      assert.deepEqual([status(), information()], ['STATUS_SUCCESS', 600]);
      const { data } = await client.read(await client.opened(FILE), 19_800, 600);
      assert.deepEqual(data, pattern(600, 7));
    }));

  test('a read of the terminal is given up: by the thread, by its status block, by its close', () =>
    rig.client(async (client) => {
      const { process } = client;
      const handle = await openAsync(client, SERIAL);
      const ends = [
        ({ iosb }: Operation) => NtCancelIoFileEx(process, { handle, iosb }),
        () => NtCancelIoFile(process, { handle }),
        async () => ({ status: (await client.close(handle)) === 'STATUS_SUCCESS' ? 0 : 1 }),
      ];
      for (const end of ends) {
        const made = await operation(client);
        const { buffer, iosb, event } = made;
        const input = { handle, address: buffer.address, length: 10, offset: 0, event, iosb };
        assert.equal((await NtReadFile(process, input)).status, STATUS_PENDING);
        assert.equal(await wait(client, event, SECOND / 100), 'STATUS_TIMEOUT');
        assert.equal((await end(made)).status, 0);
        assert.equal(await wait(client, event), 'STATUS_SUCCESS');
        assert.deepEqual([made.status(), made.information()], ['STATUS_CANCELLED', 0]);
        process.heap.free(buffer);
      }
    }));

  test('nothing pending: STATUS_NOT_FOUND; others’ requests are not touched', () =>
    rig.client(async (client) => {
      const { process } = client;
      const handle = await openAsync(client, SERIAL);
      const none = await NtCancelIoFileEx(process, { handle, iosb: 0 });
      assert.equal(statusName(none.status), 'STATUS_NOT_FOUND');
      assert.equal((await NtCancelIoFile(process, { handle })).status, 0);
      assert.equal(await rig.run('echo the shell reads on'), 'the shell reads on\n');
    }));

  test('controls: the answer goes to memory', () =>
    rig.client(async (client) => {
      const { buffer, iosb, event, status, information } = await operation(client);
      const handle = await openAsync(client, '\\Device\\Floppy0');
      const code = 0x0007405c; // IOCTL_DISK_GET_LENGTH_INFO
      const input = { handle, code, input: new Uint8Array(), outputLength: 8, event, iosb };
      const nowhere = await NtDeviceIoControlFile(client.process, input);
      assert.equal(statusName(nowhere.status), 'STATUS_ACCESS_VIOLATION');
      const { address } = buffer;
      const asked = await NtDeviceIoControlFile(client.process, { ...input, address });
      assert.equal(statusName(asked.status), 'STATUS_PENDING');
      assert.equal(await wait(client, event), 'STATUS_SUCCESS');
      assert.deepEqual([status(), information()], ['STATUS_SUCCESS', 8]);
      assert.equal(buffer.memory.getUint32(0), 1440 * 1024);
    }));

  test('how a file may be opened', () =>
    rig.client(async (client) => {
      const both = await client.open(FILE, { options: FILE_SYNCHRONOUS_IO_ALERT });
      assert.equal(both.status, 'STATUS_INVALID_PARAMETER');
      const { status } = await NtCreateFile(client.process, {
        name: `\\??\\${FILE}`,
        root: 0,
        access: FILE_READ_DATA,
        attributes: 0,
        share: FILE_SHARE_ALL,
        disposition: FILE_OPEN,
        options: FILE_SYNCHRONOUS_IO_NONALERT,
        allocation: 0,
      });
      assert.equal(statusName(status), 'STATUS_INVALID_PARAMETER', 'without SYNCHRONIZE');
    }));

  test('a completion port: ends of requests in their order, with the file’s key', () =>
    rig.client(async (client) => {
      const { process } = client;
      const named = { name: '', access: IO_COMPLETION_ALL_ACCESS, attributes: 0 };
      const { handle: port } = await NtCreateIoCompletion(process, named);
      const handle = await openAsync(client, SERIAL);
      const join = { handle, class: FileCompletionInformation };
      const data = encodeCompletionPort(port, 77);
      assert.equal((await NtSetInformationFile(process, { ...join, data })).status, 0);
      const twice = await NtSetInformationFile(process, { ...join, data });
      assert.equal(statusName(twice.status), 'STATUS_INVALID_PARAMETER');
      const { buffer, iosb, event } = await operation(client);
      const input = { handle, address: buffer.address, length: 10, offset: 0, iosb };
      const both = await NtReadFile(process, { ...input, apc: 1 });
      assert.equal(statusName(both.status), 'STATUS_INVALID_PARAMETER');
      for (const context of [5, 6, 0])
        assert.equal((await NtReadFile(process, { ...input, context })).status, STATUS_PENDING);
      const fetch = (timeout: number) => NtRemoveIoCompletion(process, { handle: port, timeout });
      assert.equal(statusName((await fetch(0)).status), 'STATUS_TIMEOUT');
      assert.equal((await NtCancelIoFile(process, { handle })).status, 0);
      assert.equal((await NtQueryIoCompletion(process, { handle: port })).depth, 2);
      assert.equal(await wait(client, port, 0), 'STATUS_SUCCESS');
      for (const context of [5, 6]) {
        const { status, key, outcome, ...packet } = await fetch(SECOND);
        assert.deepEqual([status, key, packet.context], [0, 77, context]);
        assert.equal(statusName(outcome), 'STATUS_CANCELLED');
      }
      const own = { handle: port, key: 1, context: 2, status: 3, information: 4 };
      assert.equal((await NtSetIoCompletion(process, own)).status, 0);
      const { key, context, outcome, information } = await fetch(SECOND);
      assert.deepEqual([key, context, outcome, information], [1, 2, 3, 4]);
      assert.equal(await wait(client, port, 0), 'STATUS_TIMEOUT');
      assert.equal(statusName((await fetch(SECOND / 100)).status), 'STATUS_TIMEOUT');
      const wrong = await NtRemoveIoCompletion(process, { handle: event, timeout: 0 });
      assert.equal(statusName(wrong.status), 'STATUS_OBJECT_TYPE_MISMATCH');
      const waits = await client.opened(FILE);
      const refused = await NtSetInformationFile(process, { ...join, handle: waits, data });
      assert.equal(statusName(refused.status), 'STATUS_INVALID_PARAMETER', 'a synchronous file');
    }));

  test('what another thread waits for is given up, and nothing else of it', async () => {
    const { 'io.cancel': before } = await rig.counters();
    await rig.client(async (client) => {
      const { process } = client;
      const made = await operation(client);
      const [pending, waited] = [await openAsync(client, SERIAL), await client.opened(SERIAL)];
      const input = { address: made.buffer.address, length: 10, offset: 0 };
      const { iosb, event } = made;
      const reader = await aside(process, async (own) => {
        await NtReadFile(own, { ...input, handle: pending, event, iosb });
        const ends: string[] = [];
        for (let turn = 0; turn < 2; turn++)
          ends.push(statusName((await NtReadFile(own, { ...input, handle: waited })).status));
        const given = await NtCancelIoFile(own, { handle: pending });
        return [...ends, statusName(given.status)];
      });
      const cancel = (thread: number) => NtCancelSynchronousIoFile(process, { thread });
      const told = async (thread: number) => statusName((await cancel(thread)).status);
      for (let turn = 0; turn < 2; turn++) {
        let status = await told(reader.handle);
        for (let tries = 0; status === 'STATUS_NOT_FOUND' && tries < 500; tries++) {
          await sleep(process, -20_000);
          status = await told(reader.handle);
        }
        assert.equal(status, 'STATUS_SUCCESS');
        if (turn === 0) assert.equal(await wait(client, event, 0), 'STATUS_TIMEOUT', 'it goes on');
      }
      const ends = ['STATUS_CANCELLED', 'STATUS_CANCELLED', 'STATUS_SUCCESS'];
      assert.deepEqual(await reader.result(), ends);
      assert.equal(made.status(), 'STATUS_CANCELLED', 'by its own thread');

      assert.equal(await told(reader.handle), 'STATUS_NOT_FOUND', 'it has ended');
      assert.equal(await told(CURRENT_THREAD), 'STATUS_NOT_FOUND', 'it waits for no file');
      const named = { access: SYNCHRONIZE, attributes: 0, process: 0, thread: reader.id };
      const idle = await aside(process, (own) =>
        wait({ ...client, process: own } as Client, event),
      );
      const weak = await NtOpenThread(process, { ...named, thread: idle.id });
      await checkHandles(process, [cancel], weak.handle);
      await idle.result();
    });
    assert.isAtLeast((await rig.counters())['io.cancel']!, before! + 3);
  });

  test('a handle tells its file’s name', () =>
    rig.client(async (client) => {
      for (const [name, expected] of [
        [FILE, '\\Device\\Floppy0\\FILE.BIN'],
        [SERIAL, SERIAL],
      ] as const) {
        const query = { handle: await client.opened(name), class: ObjectNameInformation };
        const { status, data } = await NtQueryObject(client.process, { ...query, length: 512 });
        assert.equal(status, 0);
        assert.equal(decodeObjectName(data), expected);
      }
    }));

  test('a process that ends leaves nothing pending', async () => {
    await rig.client(async (client) => {
      const handle = await openAsync(client, SERIAL);
      for (let i = 0; i < 5; i++) {
        const { buffer, iosb, event } = await operation(client);
        const input = { handle, address: buffer.address, length: 10, offset: 0, event, iosb };
        await NtReadFile(client.process, input);
      }
    });
    await rig.counters();
    const pending = await rig.asExecutive(({ io, ldr }) => {
      const process = ldr.driverProcess('serial');
      return process ? io.driverInformation(process).pending : -1;
    });
    // The shell's own read, and nothing else.
    assert.equal(pending, 1);
  });
});
