/** LPC ports: connections, messages, replies, callbacks, and what every wrong argument is told. */
import { assert } from 'chai';
import {
  NtAcceptConnectPort,
  NtClose,
  NtCompleteConnectPort,
  NtCreateEvent,
  NtCreateWaitablePort,
  NtListenPort,
  NtQueryInformationPort,
  NtReadRequestData,
  NtRegisterThreadTerminatePort,
  NtReplyPort,
  NtReplyWaitReceivePort,
  NtReplyWaitReplyPort,
  NtRequestPort,
  NtTerminateThread,
  NtWaitForSingleObject,
  NtWriteRequestData,
} from '../../personality/ntdll/native.ts';
import {
  decodePortMessage,
  encodeDataInformation,
  encodePortMessage,
  LPC_CLIENT_DIED,
  LPC_CONNECTION_REQUEST,
  LPC_DATAGRAM,
  LPC_PORT_CLOSED,
  LPC_REQUEST,
  PORT_MESSAGE_HEADER,
  portMessage,
} from '../../personality/rtl/lpc.ts';
import { inClient, statusOf } from './core-client.ts';
import { anEvent, untilEnded } from './core-inputs.ts';
import {
  accept,
  ask,
  aside,
  connect,
  createPort,
  message,
  receive,
  replyTo,
  SECOND,
  serve,
  textOf,
} from './lpc-client.ts';

const PORT = '\\TestPort';

suite('ntos/lpc', function () {
  this.timeout(30_000);

  test('NtCreateWaitablePort: the same port, with a name of its own or refused', () =>
    inClient(async (process) => {
      const input = {
        name: '\\Waitable',
        attributes: 0,
        maximumConnectionInformation: 64,
        maximumMessage: 256,
        maximumPool: 0,
      };
      const made = await NtCreateWaitablePort(process, input);
      assert.equal(statusOf(made), 'STATUS_SUCCESS');
      const wait = { handle: made.handle, alertable: false, timeout: 0 };
      assert.equal(statusOf(await NtWaitForSingleObject(process, wait)), 'STATUS_TIMEOUT');
      const again = await NtCreateWaitablePort(process, input);
      assert.equal(statusOf(again), 'STATUS_OBJECT_NAME_COLLISION');
      const long = await NtCreateWaitablePort(process, { ...input, maximumMessage: 1 << 20 });
      assert.equal(statusOf(long), 'STATUS_INVALID_PARAMETER_4');
      await NtClose(process, { handle: made.handle });
    }));

  test('requests and replies; a round trip is four messages of the kernel', () =>
    inClient(async (process, { executive }) => {
      const { handle: port } = await createPort(process, PORT);
      const server = await aside(process, (own) =>
        serve(own, port, (text, context) => `${text}! ${context}`),
      );
      const client = await connect(process, PORT);
      assert.deepEqual([client.status, client.maximumMessage], ['STATUS_SUCCESS', 256]);
      assert.equal((await ask(process, client.handle, 'one')).text, 'one! 1');
      const ipc = (): number => executive.counters.snapshot()['kernel.ipc']!;
      const before = ipc();
      for (let turn = 0; turn < 10; turn++) await ask(process, client.handle, 'more');
      assert.equal((ipc() - before) / 10, 4);
      assert.equal((await ask(process, client.handle, 'stop')).text, 'stop! 1');
      assert.deepEqual(await server.result(), []);
      const late = await ask(process, client.handle, 'late');
      assert.equal(late.status, 'STATUS_PORT_DISCONNECTED');
    }));

  test('connection information goes both ways; a client can be refused', () =>
    inClient(async (process) => {
      const { handle: port } = await createPort(process, PORT);
      const client = await aside(process, (own) => connect(own, PORT, 'who is there'));
      const { handle, said, request } = await accept(process, port, 7, 'it is me');
      assert.equal(said, 'who is there');
      assert.equal(request.thread, client.id);
      const connected = await client.result();
      assert.deepEqual([connected.status, connected.text], ['STATUS_SUCCESS', 'it is me']);
      assert.equal(
        statusOf(await NtCompleteConnectPort(process, { handle })),
        'STATUS_INVALID_PARAMETER',
        'twice',
      );
      const other = await aside(process, (own) => connect(own, PORT));
      const { message: asked } = await NtListenPort(process, { handle: port });
      const refusal = { context: 0, message: asked, accept: false, section: 0 };
      assert.equal(statusOf(await NtAcceptConnectPort(process, refusal)), 'STATUS_SUCCESS');
      assert.equal((await other.result()).status, 'STATUS_PORT_CONNECTION_REFUSED');
      const again = await NtAcceptConnectPort(process, refusal);
      assert.equal(statusOf(again), 'STATUS_REPLY_MESSAGE_MISMATCH');
    }));

  test('datagrams both ways; a port can be waited for', () =>
    inClient(async (process) => {
      const { handle: port } = await createPort(process, PORT);
      const client = await aside(process, (own) => connect(own, PORT));
      const { handle: server } = await accept(process, port, 9);
      const { handle } = await client.result();
      const wait = async (on: number) =>
        statusOf(
          await NtWaitForSingleObject(process, { handle: on, alertable: false, timeout: 0 }),
        );
      assert.equal(await wait(port), 'STATUS_TIMEOUT');
      await NtRequestPort(process, { handle, message: message('up') });
      assert.equal(await wait(port), 'STATUS_SUCCESS');
      const up = await receive(process, server);
      assert.deepEqual([up.context, up.message?.type], [9, LPC_DATAGRAM]);
      assert.equal(textOf(up.message!), 'up');
      assert.equal(await wait(port), 'STATUS_TIMEOUT');
      await NtRequestPort(process, { handle: server, message: message('down') });
      assert.equal(textOf((await receive(process, handle)).message!), 'down');
      assert.equal(
        (await receive(process, port, undefined, SECOND / 100)).status,
        'STATUS_TIMEOUT',
      );
    }));

  test('a callback interrupts a request; its reply lets it go on', () =>
    inClient(async (process) => {
      const { handle: port } = await createPort(process, PORT);
      const client = await aside(process, async (own) => {
        const { handle } = await connect(own, PORT);
        const first = await ask(own, handle, 'question');
        const called = first.reply!;
        assert.deepEqual([called.type, textOf(called)], [LPC_REQUEST, 'which one?']);
        const input = { handle, message: replyTo(called, 'the red one') };
        const last = await NtReplyWaitReplyPort(own, input);
        return textOf(decodePortMessage(last.message));
      });
      const { handle: server } = await accept(process, port, 1);
      const { message: request } = await receive(process, port);
      const { process: by, thread, id } = request!;
      const call = { type: LPC_REQUEST, process: by, thread, id };
      const wrong = await ask(process, server, '?', { ...call, id: id + 1 });
      assert.equal(wrong.status, 'STATUS_REPLY_MESSAGE_MISMATCH');
      assert.equal((await ask(process, server, 'which one?', call)).text, 'the red one');
      await NtReplyPort(process, { handle: port, message: replyTo(request!, 'here it is') });
      assert.equal(await client.result(), 'here it is');
    }));

  test('a reply, and the next message: without a limit of time', () =>
    inClient(async (process) => {
      const { handle: port } = await createPort(process, PORT);
      const { handle: event } = await NtCreateEvent(process, anEvent);
      const none: Uint8Array = new Uint8Array();
      const next = async (handle: number, reply = none, own = process) => {
        const answer = await NtReplyWaitReceivePort(own, { handle, reply });
        if (answer.status !== 0) throw new Error(statusOf(answer));
        return { context: answer.context, ...decodePortMessage(answer.message) };
      };
      const client = await aside(process, async (own) => {
        const { handle } = await connect(own, PORT);
        const texts = [await ask(own, handle, 'one'), await ask(own, handle, 'two')];
        await NtClose(own, { handle });
        return texts.map(({ text }) => text);
      });
      const asked = await next(port);
      assert.equal(asked.type, LPC_CONNECTION_REQUEST);
      const given = { context: 3, message: replyTo(asked, ''), accept: true, section: 0 };
      const { handle: server } = await NtAcceptConnectPort(process, given);
      await NtCompleteConnectPort(process, { handle: server });
      const one = await next(port);
      assert.deepEqual([one.context, one.type, textOf(one)], [3, LPC_REQUEST, 'one']);
      // A wrong reply: nobody hears of it, and nothing is waited for.
      const right = replyTo(one, '1');
      const long = 'x'.repeat(256 - PORT_MESSAGE_HEADER + 1);
      for (const [handle, reply, expected] of [
        [port, replyTo({ ...one, id: one.id + 1 }, ''), 'STATUS_REPLY_MESSAGE_MISMATCH'],
        [port, replyTo({ ...one, thread: one.thread + 1 }, ''), 'STATUS_REPLY_MESSAGE_MISMATCH'],
        [port, replyTo(one, long), 'STATUS_PORT_MESSAGE_TOO_LONG'],
        [port, new Uint8Array(PORT_MESSAGE_HEADER - 1), 'STATUS_INVALID_PARAMETER'],
        [event, right, 'STATUS_OBJECT_TYPE_MISMATCH'],
        [0x4444, right, 'STATUS_INVALID_HANDLE'],
      ] as const)
        assert.equal(statusOf(await NtReplyWaitReceivePort(process, { handle, reply })), expected);
      const two = await next(port, right);
      assert.equal(textOf(two), 'two');
      const twice = await NtReplyWaitReceivePort(process, { handle: port, reply: right });
      assert.equal(statusOf(twice), 'STATUS_REPLY_MESSAGE_MISMATCH');
      const closed = await next(port, replyTo(two, '2'));
      assert.deepEqual([closed.context, closed.type], [3, LPC_PORT_CLOSED]);
      assert.deepEqual(await client.result(), ['1', '2']);
      // Who waits when the port goes hears of it.
      const waits = await aside(process, (own) =>
        next(port, undefined, own).catch(({ message: status }: Error) => status),
      );
      await NtWaitForSingleObject(process, { handle: event, alertable: false, timeout: -500_000 });
      await NtClose(process, { handle: port });
      assert.equal(await waits.result(), 'STATUS_PORT_DISCONNECTED');
    }));

  test('memory that a request names can be read and written until the reply', () =>
    inClient(async (process) => {
      const { handle: port } = await createPort(process, PORT);
      const buffer = process.heap.allocate(8192);
      buffer.memory.write(0, new Uint8Array(100).fill(7));
      const entries = [
        { address: buffer.address, length: 100 },
        { address: 0x10, length: 4 },
      ];
      const data = encodeDataInformation(entries);
      const offset = { dataInfoOffset: PORT_MESSAGE_HEADER };
      const client = await aside(process, async (own) => {
        const { handle } = await connect(own, PORT);
        const request = encodePortMessage(portMessage(data, offset));
        return ask(own, handle, '', decodePortMessage(request));
      });
      await accept(process, port, 1);
      const { message: request } = await receive(process, port);
      const named = { handle: port, message: replyTo(request!, '') };
      const copy = { ...named, index: 0, address: buffer.address + 4096, length: 100 };
      const read = await NtReadRequestData(process, copy);
      assert.deepEqual([statusOf(read), read.length], ['STATUS_SUCCESS', 100]);
      assert.deepEqual(buffer.memory.read(4096, 100), new Uint8Array(100).fill(7));
      buffer.memory.write(4096, new Uint8Array(100).fill(9));
      assert.equal(statusOf(await NtWriteRequestData(process, copy)), 'STATUS_SUCCESS');
      assert.deepEqual(buffer.memory.read(0, 100), new Uint8Array(100).fill(9));
      const cases = [
        [{ index: 2 }, 'STATUS_INVALID_PARAMETER'],
        [{ length: 101 }, 'STATUS_INVALID_PARAMETER'],
        [{ address: 0x10 }, 'STATUS_ACCESS_VIOLATION'],
        [{ index: 1, length: 4 }, 'STATUS_ACCESS_VIOLATION'],
      ] as const;
      for (const [more, expected] of cases)
        assert.equal(statusOf(await NtReadRequestData(process, { ...copy, ...more })), expected);
      await NtReplyPort(process, named);
      assert.equal((await client.result()).status, 'STATUS_SUCCESS');
      const late = await NtReadRequestData(process, copy);
      assert.equal(statusOf(late), 'STATUS_REPLY_MESSAGE_MISMATCH');
    }));

  test('who goes is told of: the port closed, the thread died, the reply lost', () =>
    inClient(async (process) => {
      const { handle: port } = await createPort(process, PORT);
      const client = await aside(process, async (own) => {
        const { handle } = await connect(own, PORT);
        await NtRegisterThreadTerminatePort(own, { handle });
        return handle;
      });
      await accept(process, port, 5);
      const died = await receive(process, port);
      assert.deepEqual([died.message?.type, died.context], [LPC_CLIENT_DIED, 5]);
      assert.equal(died.message?.thread, client.id);
      await NtClose(process, { handle: await client.result() });
      const closed = await receive(process, port);
      assert.deepEqual([closed.message?.type, closed.context], [LPC_PORT_CLOSED, 5]);

      // A server thread that has received a request, and ends.
      const asker = await aside(process, async (own) => {
        const { handle } = await connect(own, PORT);
        return (await ask(own, handle, 'never answered')).status;
      });
      await accept(process, port, 6);
      const { handle: event } = await NtCreateEvent(process, anEvent);
      const receiver = await aside(process, async (own) => {
        await receive(own, port);
        await untilEnded(own, event);
      });
      await NtWaitForSingleObject(process, {
        handle: event,
        alertable: false,
        timeout: SECOND / 50,
      });
      await NtTerminateThread(process, { handle: receiver.handle, status: 1 });
      assert.equal(await asker.result(), 'STATUS_LPC_REPLY_LOST');

      // The server's whole end: who connects, who asks.
      const late = await aside(process, async (own) => (await connect(own, PORT)).status);
      await receive(process, port, undefined, SECOND);
      await NtClose(process, { handle: port });
      assert.equal(await late.result(), 'STATUS_PORT_CONNECTION_REFUSED');
      assert.equal((await connect(process, PORT)).status, 'STATUS_OBJECT_NAME_NOT_FOUND');
    }));

  test('what is wrong', () =>
    inClient(async (process) => {
      const { handle: event } = await NtCreateEvent(process, anEvent);
      const long = { maximumMessage: 329 };
      assert.equal((await createPort(process, PORT, long)).status, 'STATUS_INVALID_PARAMETER_4');
      const said = { maximumConnectionInformation: 261 };
      assert.equal((await createPort(process, PORT, said)).status, 'STATUS_INVALID_PARAMETER_3');
      const { handle: port } = await createPort(process, PORT);
      assert.equal((await createPort(process, PORT)).status, 'STATUS_OBJECT_NAME_COLLISION');
      assert.equal((await connect(process, '\\Nobody')).status, 'STATUS_OBJECT_NAME_NOT_FOUND');
      assert.equal((await connect(process, '\\Device')).status, 'STATUS_OBJECT_TYPE_MISMATCH');
      const much = await connect(process, PORT, 'x'.repeat(65));
      assert.equal(much.status, 'STATUS_PORT_MESSAGE_TOO_LONG');
      const client = await aside(process, (own) => connect(own, PORT));
      const { handle: server } = await accept(process, port, 1);
      const { handle } = await client.result();
      assert.equal((await ask(process, event, '')).status, 'STATUS_OBJECT_TYPE_MISMATCH');
      assert.equal((await ask(process, 0x4444, '')).status, 'STATUS_INVALID_HANDLE');
      assert.equal((await ask(process, port, '')).status, 'STATUS_INVALID_PORT_HANDLE');
      const fits = await ask(process, handle, 'x'.repeat(256 - PORT_MESSAGE_HEADER + 1));
      assert.equal(fits.status, 'STATUS_PORT_MESSAGE_TOO_LONG');
      const short = { handle, message: new Uint8Array(20) };
      assert.equal(statusOf(await NtRequestPort(process, short)), 'STATUS_INVALID_PARAMETER');
      const reply = { handle: server, message: message('', { id: 99 }) };
      assert.equal(statusOf(await NtReplyPort(process, reply)), 'STATUS_REPLY_MESSAGE_MISMATCH');
      const waits = await NtReplyWaitReplyPort(process, reply);
      assert.equal(statusOf(waits), 'STATUS_REPLY_MESSAGE_MISMATCH');
      assert.equal(statusOf(await NtListenPort(process, { handle })), 'STATUS_INVALID_PORT_HANDLE');
      const complete = await NtCompleteConnectPort(process, { handle });
      assert.equal(statusOf(complete), 'STATUS_INVALID_PORT_HANDLE');
      const query = await NtQueryInformationPort(process, { handle, class: 0, length: 16 });
      assert.equal(statusOf(query), 'STATUS_INVALID_INFO_CLASS');
    }));
});
