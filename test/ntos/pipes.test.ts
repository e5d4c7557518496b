/** Named pipes on the whole system: what goes through, and what every wrong argument is told. */
import { assert } from 'chai';
import {
  NtCancelIoFileEx,
  NtCreateEvent,
  NtDelayExecution,
  NtFlushBuffersFile,
  NtQueryInformationFile,
  NtReadFile,
  NtSetInformationFile,
  NtWaitForSingleObject,
} from '../../personality/ntdll/native.ts';
import { listDirectory } from '../../personality/ntdll/files.ts';
import { createPipe as createAnonymous } from '../../personality/ntdll/pipes.ts';
import type { NtProcess } from '../../personality/ntdll/process.ts';
import * as nt from '../../personality/rtl/nt.ts';
import * as pipes from '../../personality/rtl/pipes.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import { anEvent } from './core-inputs.ts';
import { type Client, type ClientRig, RW } from './io-client.ts';
import {
  bootPipes,
  bytes,
  control,
  createPipe,
  MESSAGES,
  type PipeOptions,
  read,
  text,
  write,
} from './pipe-client.ts';

const {
  FSCTL_PIPE_DISCONNECT: DISCONNECT,
  FSCTL_PIPE_LISTEN: LISTEN,
  FSCTL_PIPE_PEEK: PEEK,
  FSCTL_PIPE_TRANSCEIVE: TRANSCEIVE,
  FSCTL_PIPE_WAIT: WAIT,
} = pipes;
const DEVICE = pipes.PIPE_DEVICE;
const NONE = new Uint8Array();

suite('ntos/io: named pipes', function () {
  this.timeout(60_000);
  let rig: ClientRig;
  let last = 0;

  suiteSetup(async () => {
    rig = await bootPipes();
  });
  suiteTeardown(() => rig.end());

  /** Both ends of a pipe of its own. */
  async function both(client: Client, options: PipeOptions = {}, more = {}) {
    const name = `${DEVICE}\\pipe ${++last}`;
    const { handle: server, status } = await createPipe(client.process, name, options);
    assert.equal(status, 'STATUS_SUCCESS');
    return { name, server, other: await client.opened(name, more) };
  }

  async function messageMode(process: NtProcess, handle: number): Promise<string> {
    const data = pipes.encodePipe({ readMode: 1, completionMode: 0 });
    const input = { handle, class: pipes.FilePipeInformation, data };
    return statusName((await NtSetInformationFile(process, input)).status);
  }

  async function local(process: NtProcess, handle: number) {
    const input = { handle, class: pipes.FilePipeLocalInformation, length: 40 };
    return pipes.decodePipeLocal((await NtQueryInformationFile(process, input)).data);
  }

  test('the first name below the device loads the driver; messages go both ways', () =>
    rig.client(async (client) => {
      const { process } = client;
      const server = await createPipe(process, '\\??\\PIPE\\thin', MESSAGES);
      assert.deepEqual([server.status, server.information], ['STATUS_SUCCESS', nt.FILE_CREATED]);
      const other = await client.opened(`${DEVICE}\\THIN`);
      assert.deepEqual(await write(process, other, 'ping'), { status: 'STATUS_SUCCESS', count: 4 });
      assert.equal((await read(process, server.handle)).text, 'ping');
      await write(process, server.handle, 'pong');
      assert.equal((await read(process, other)).text, 'pong');
      await client.close(other);
      await client.close(server.handle);
      const gone = await client.open(`${DEVICE}\\thin`);
      assert.equal(gone.status, 'STATUS_OBJECT_NAME_NOT_FOUND');
    }));

  test('a stream has no boundaries, messages have; what is longer than one packet', () =>
    rig.client(async (client) => {
      const { process } = client;
      const stream = await both(client, { inboundQuota: 0x1_0000 });
      await write(process, stream.other, 'one');
      await write(process, stream.other, 'two');
      assert.equal((await read(process, stream.server, 4)).text, 'onet');
      assert.equal((await read(process, stream.server)).text, 'wo');
      const slot = await both(client, { ...MESSAGES, inboundQuota: 0x1_0000 });
      for (const each of ['first', '', 'third']) await write(process, slot.other, each);
      const part = await read(process, slot.server, 2);
      assert.deepEqual([part.status, part.text], ['STATUS_BUFFER_OVERFLOW', 'fi']);
      assert.equal((await read(process, slot.server)).text, 'rst');
      assert.deepEqual((await read(process, slot.server)).status, 'STATUS_SUCCESS');
      assert.equal((await read(process, slot.server)).text, 'third');
      const most = new Uint8Array(pipes.PIPE_TRANSFER_LIMIT).map((_, at) => at % 251);
      assert.equal((await write(process, slot.other, most)).count, most.length);
      assert.deepEqual((await read(process, slot.server, most.length)).data, most);
      const more = await write(process, slot.other, new Uint8Array(most.length + 1));
      assert.equal(more.status, 'STATUS_INVALID_BUFFER_SIZE');
      assert.equal((await client.open(slot.name)).status, 'STATUS_PIPE_NOT_AVAILABLE');
    }));

  test('two processes: a write waits for room, a read for bytes, a flush for the reader', async () => {
    const name = `${DEVICE}\\slow`;
    let wrote = 0;
    const server = rig.client(async ({ process }) => {
      const { handle } = await createPipe(process, name, { inboundQuota: 1000 });
      await control(process, handle, LISTEN);
      const got: number[] = [];
      for (let count = 0; count < 5000;) {
        const { data, status } = await read(process, handle, 700);
        assert.equal(status, 'STATUS_SUCCESS');
        // Whoever writes is ahead by no more than the quota, one write, and this read.
        assert.isAtMost(wrote - count, 1000 + 500 + 700);
        got.push(...data);
        count += data.length;
      }
      const end = await read(process, handle);
      assert.equal(end.status, 'STATUS_PIPE_BROKEN');
      return got;
    });
    const writer = rig.client(async (client) => {
      const { process } = client;
      let handle = 0;
      while (handle === 0) ({ handle } = await client.open(name));
      for (let turn = 0; turn < 10; turn++) {
        const data = new Uint8Array(500).map((_, at) => (turn * 500 + at) % 241);
        wrote = turn * 500;
        await write(process, handle, data);
      }
      assert.equal(
        statusName((await NtFlushBuffersFile(process, { handle })).status),
        'STATUS_SUCCESS',
      );
      await client.close(handle);
    });
    const [got] = await Promise.all([server, writer]);
    assert.deepEqual(
      got,
      Array.from({ length: 5000 }, (_, at) => at % 241),
    );
  });

  test('states: listen, connect, disconnect, close', () =>
    rig.client(async (client) => {
      const { process } = client;
      const { server, other } = await both(client);
      const told = async (code: number, handle = server) =>
        (await control(process, handle, code)).status;
      assert.equal(await told(LISTEN), 'STATUS_PIPE_CONNECTED');
      assert.equal(await told(LISTEN, other), 'STATUS_ILLEGAL_FUNCTION');
      assert.equal(await told(DISCONNECT, other), 'STATUS_ILLEGAL_FUNCTION');
      await write(process, other, 'lost');
      assert.equal(await told(DISCONNECT), 'STATUS_SUCCESS');
      assert.equal(await told(DISCONNECT), 'STATUS_PIPE_DISCONNECTED');
      for (const handle of [server, other]) {
        assert.equal((await read(process, handle)).status, 'STATUS_PIPE_DISCONNECTED');
        assert.equal((await write(process, handle, 'x')).status, 'STATUS_PIPE_DISCONNECTED');
      }
      await client.close(server);
      assert.equal((await read(process, other)).status, 'STATUS_PIPE_DISCONNECTED');
    }));

  test('an instance is waited for, and left again', async () => {
    const name = 'awaited';
    const wait = async ({ process }: Client, device: number, input: Uint8Array) =>
      (await control(process, device, WAIT, input)).status;
    const server = rig.client(async (client) => {
      const { process } = client;
      const { handle } = await createPipe(process, name);
      await client.opened(`${DEVICE}\\${name}`);
      // The other process has the time to find it in use, and to wait.
      await NtDelayExecution(process, { alertable: false, interval: -500_000 });
      await control(process, handle, DISCONNECT);
      const told = async (code: number, length = 0) =>
        (await control(process, handle, code, NONE, length)).status;
      assert.equal(await told(LISTEN), 'STATUS_SUCCESS');
      assert.equal((await read(process, handle)).status, 'STATUS_PIPE_BROKEN');
      assert.equal((await write(process, handle, 'x')).status, 'STATUS_PIPE_CLOSING');
      assert.equal(await told(LISTEN), 'STATUS_PIPE_CLOSING');
      assert.equal(await told(PEEK), 'STATUS_INVALID_PARAMETER');
      assert.equal(await told(PEEK, 20), 'STATUS_PIPE_BROKEN');
      const device = await client.opened(DEVICE);
      const busy = pipes.encodeWait({ name });
      assert.equal(await wait(client, device, busy), 'STATUS_IO_TIMEOUT');
      const absent = pipes.encodeWait({ name: 'nobody', timeout: -10_000_000 });
      assert.equal(await wait(client, device, absent), 'STATUS_OBJECT_NAME_NOT_FOUND');
      assert.equal(await wait(client, device, NONE), 'STATUS_INVALID_PARAMETER');
    });
    const second = rig.client(async (client) => {
      const device = await client.opened(DEVICE);
      const input = pipes.encodeWait({ name, timeout: -50_000_000 });
      let status = 'STATUS_OBJECT_NAME_NOT_FOUND';
      while (status === 'STATUS_OBJECT_NAME_NOT_FOUND') status = await wait(client, device, input);
      assert.equal(status, 'STATUS_SUCCESS');
      await client.close(await openSoon(client, `${DEVICE}\\${name}`));
    });
    await Promise.all([server, second]);
  });

  test('peek and transceive', () =>
    rig.client(async (client) => {
      const { process } = client;
      const access = RW | nt.FILE_WRITE_ATTRIBUTES;
      const { server, other } = await both(client, MESSAGES, { access });
      const peek = async (length: number) => {
        const { status, output } = await control(process, server, PEEK, NONE, length);
        const { data, ...rest } = pipes.decodePeek(output);
        return { status, ...rest, text: text(data) };
      };
      const empty = { state: 3, available: 0, messages: 0, messageLength: 0 };
      assert.deepEqual(await peek(64), { status: 'STATUS_SUCCESS', ...empty, text: '' });
      await write(process, other, 'abc');
      await write(process, other, 'defgh');
      const seen = { state: 3, available: 8, messages: 2, messageLength: 3 };
      assert.deepEqual(await peek(18), { status: 'STATUS_BUFFER_OVERFLOW', ...seen, text: 'ab' });
      assert.deepEqual(await peek(64), { status: 'STATUS_SUCCESS', ...seen, text: 'abc' });
      const ask = () => control(process, other, TRANSCEIVE, bytes('question'), 100);
      assert.equal((await ask()).status, 'STATUS_INVALID_READ_MODE');
      assert.equal(await messageMode(process, other), 'STATUS_SUCCESS');
      await write(process, server, 'early');
      assert.equal((await ask()).status, 'STATUS_PIPE_BUSY');
    }));

  test('transceive: a question, and its answer', async () => {
    const name = `${DEVICE}\\oracle`;
    const asking = rig.client(async (asker) => {
      const { process } = asker;
      const handle = await openSoon(asker, name);
      await messageMode(process, handle);
      const { output } = await control(process, handle, TRANSCEIVE, bytes('how?'), 100);
      return text(output);
    });
    const server = rig.client(async ({ process }) => {
      const { handle } = await createPipe(process, name, MESSAGES);
      await control(process, handle, LISTEN);
      assert.equal((await read(process, handle)).text, 'how?');
      await write(process, handle, 'so');
      await NtFlushBuffersFile(process, { handle });
    });
    assert.deepEqual(await Promise.all([asking, server]), ['so', undefined]);
  });

  async function openSoon(client: Client, name: string): Promise<number> {
    const access = RW | nt.FILE_WRITE_ATTRIBUTES;
    for (;;) {
      const { status, handle } = await client.open(name, { access });
      if (status === 'STATUS_SUCCESS') return handle;
      assert.include(['STATUS_PIPE_NOT_AVAILABLE', 'STATUS_OBJECT_NAME_NOT_FOUND'], status);
    }
  }

  test('asynchronous: pending, given up, and the quota of who asks', () =>
    rig.client(async (client) => {
      const { process } = client;
      const { server, other } = await both(client, { options: 0 });
      const { handle: event } = await NtCreateEvent(process, anEvent);
      const buffer = process.heap.allocate(4096);
      const iosb = buffer.address + 2048;
      const input = { handle: server, address: buffer.address, length: 100, event, iosb };
      const wait = { handle: event, alertable: false, timeout: -50_000_000 };
      const ended = async () => {
        assert.equal(
          statusName((await NtWaitForSingleObject(process, wait)).status),
          'STATUS_SUCCESS',
        );
        return [statusName(buffer.memory.getUint32(2048)), buffer.memory.getUint32(2052)];
      };
      const begin = async () =>
        statusName((await NtReadFile(process, { ...input, offset: -1 })).status);
      assert.equal(await begin(), 'STATUS_PENDING');
      await write(process, other, 'now');
      assert.deepEqual(await ended(), ['STATUS_SUCCESS', 3]);
      assert.equal(await begin(), 'STATUS_PENDING');
      await NtCancelIoFileEx(process, { handle: server, iosb });
      assert.deepEqual(await ended(), ['STATUS_CANCELLED', 0]);
      assert.equal(await begin(), 'STATUS_PENDING');
      await client.close(other);
      assert.deepEqual(await ended(), ['STATUS_PIPE_BROKEN', 0]);
    }));

  test('instances, modes, directions: what does not fit', () =>
    rig.client(async (client) => {
      const { process } = client;
      const name = `${DEVICE}\\fit`;
      const made = async (options: PipeOptions, other = name) => {
        const { status, handle } = await createPipe(process, other, options);
        if (handle) await client.close(handle);
        return status;
      };
      const wrong: [PipeOptions, string][] = [
        [{ share: 0 }, 'STATUS_INVALID_PARAMETER'],
        [{ share: nt.FILE_SHARE_ALL }, 'STATUS_INVALID_PARAMETER'],
        [{ type: 2 }, 'STATUS_INVALID_PARAMETER'],
        [{ readMode: 1 }, 'STATUS_INVALID_PARAMETER'],
        [{ completionMode: 2 }, 'STATUS_INVALID_PARAMETER'],
        [{ maximumInstances: 0 }, 'STATUS_INVALID_PARAMETER'],
        [{ timeout: 1 }, 'STATUS_INVALID_PARAMETER'],
        [{ disposition: nt.FILE_OVERWRITE }, 'STATUS_INVALID_PARAMETER'],
        [{ disposition: nt.FILE_OPEN }, 'STATUS_OBJECT_NAME_NOT_FOUND'],
        [{ options: nt.FILE_DIRECTORY_FILE }, 'STATUS_INVALID_PARAMETER'],
      ];
      for (const [options, status] of wrong)
        assert.equal(await made(options), status, JSON.stringify(options));
      assert.equal(await made({}, `${DEVICE}\\`), 'STATUS_OBJECT_NAME_INVALID');
      assert.equal(await made({}, '\\Device\\Serial0'), 'STATUS_INVALID_DEVICE_REQUEST');
      assert.equal(await made({}, '\\??\\A:\\x'), 'STATUS_INVALID_DEVICE_REQUEST');
      const first = await createPipe(process, name, {
        maximumInstances: 2,
        share: nt.FILE_SHARE_WRITE,
      });
      assert.equal(first.information, nt.FILE_CREATED);
      assert.equal(await made({ disposition: nt.FILE_CREATE }), 'STATUS_ACCESS_DENIED');
      assert.equal(await made({}), 'STATUS_ACCESS_DENIED', 'another direction');
      const same = { share: nt.FILE_SHARE_WRITE };
      assert.equal(await made({ ...same, ...MESSAGES }), 'STATUS_ACCESS_DENIED', 'another type');
      const second = await createPipe(process, name, same);
      assert.deepEqual([second.status, second.information], ['STATUS_SUCCESS', nt.FILE_OPENED]);
      assert.equal(await made(same), 'STATUS_INSTANCE_NOT_AVAILABLE');
      assert.equal((await client.open(name)).status, 'STATUS_ACCESS_DENIED', 'it wants to read');
      const access = nt.FILE_WRITE_DATA | nt.FILE_WRITE_ATTRIBUTES;
      const writer = await client.opened(name, { access });
      assert.equal((await read(process, writer)).status, 'STATUS_ACCESS_DENIED');
      assert.equal((await write(process, first.handle, 'x')).status, 'STATUS_INVALID_PARAMETER');
      assert.equal(await messageMode(process, writer), 'STATUS_INVALID_PARAMETER');
      assert.include(await local(process, first.handle), {
        configuration: pipes.FILE_PIPE_INBOUND,
        maximumInstances: 2,
        currentInstances: 2,
        state: pipes.FILE_PIPE_CONNECTED_STATE,
        end: pipes.FILE_PIPE_SERVER_END,
      });
      const query = { handle: writer, class: 99, length: 40 };
      const other = await NtQueryInformationFile(process, query);
      assert.equal(statusName(other.status), 'STATUS_INVALID_INFO_CLASS');
      const short = { handle: writer, class: pipes.FilePipeInformation, length: 7 };
      const less = await NtQueryInformationFile(process, short);
      assert.equal(statusName(less.status), 'STATUS_INFO_LENGTH_MISMATCH');
      const names = (await listDirectory(process, `${DEVICE}\\`, 'f*')).map((entry) => entry.name);
      assert.deepEqual(names, ['fit']);
    }));

  test('an end that never waits', () =>
    rig.client(async (client) => {
      const { process } = client;
      const quick = { completionMode: pipes.FILE_PIPE_COMPLETE_OPERATION, outboundQuota: 10 };
      const lonely = await createPipe(process, 'quick', quick);
      const { status } = await control(process, lonely.handle, LISTEN);
      assert.equal(status, 'STATUS_PIPE_LISTENING');
      assert.equal((await read(process, lonely.handle)).status, 'STATUS_PIPE_LISTENING');
      const { server } = await both(client, quick);
      assert.equal((await read(process, server)).status, 'STATUS_PIPE_EMPTY');
      assert.equal((await write(process, server, 'seven b')).count, 7);
      assert.equal((await write(process, server, 'seven b')).count, 3);
      assert.equal((await write(process, server, 'seven b')).count, 0);
    }));

  test('anonymous ones: what goes in at one end comes out of the other', () =>
    rig.client(async (client) => {
      const { process } = client;
      const first = await createAnonymous(process);
      const second = await createAnonymous(process, 100);
      await write(process, first.write, 'to the first');
      await write(process, second.write, 'to the second');
      assert.equal((await read(process, second.read)).text, 'to the second');
      assert.equal((await read(process, first.read)).text, 'to the first');
      assert.equal((await read(process, first.write)).status, 'STATUS_ACCESS_DENIED');
      assert.equal((await write(process, first.read, 'x')).status, 'STATUS_ACCESS_DENIED');
      await client.close(first.write);
      assert.equal((await read(process, first.read)).status, 'STATUS_PIPE_BROKEN');
    }));
});
