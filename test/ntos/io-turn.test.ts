/**
 * Files that were opened for synchronous I/O: several threads take turns, who waits for his turn
 * may give up, and an APC or alert ends what waits alertably.
 */
import { assert } from 'chai';
import {
  NtAlertThread,
  NtAllocateVirtualMemory,
  NtCancelSynchronousIoFile,
  NtClose,
  NtDelayExecution,
  NtFreeVirtualMemory,
  NtQueueApcThread,
  NtReadFile,
  NtWaitForSingleObject,
} from '../../personality/ntdll/native.ts';
import { apcRoutine } from '../../personality/ntdll/apc.ts';
import type { NtProcess } from '../../personality/ntdll/process.ts';
import { RtlCreateUserThread } from '../../personality/ntdll/userthread.ts';
import * as nt from '../../personality/rtl/nt.ts';
import { CURRENT_THREAD } from '../../personality/rtl/services.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import { makeImage } from '../support/mtools.ts';
import { bootClientRig, type Client, type ClientRig, pattern } from './io-client.ts';
import { bootPipes, createPipe, read, write } from './pipe-client.ts';

const TURN = '\\Device\\NamedPipe\\turn';
const LONG = -100_000_000;

async function sleep(process: NtProcess): Promise<void> {
  await NtDelayExecution(process, { alertable: false, interval: -100_000 });
}

const join = async (process: NtProcess, handle: number) =>
  statusName(
    (await NtWaitForSingleObject(process, { handle, alertable: false, timeout: LONG })).status,
  );

/** A thread that reads a page at most, and what it was told. */
async function startRead(process: NtProcess, handle: number, address: number, offset = 0) {
  const told: string[] = [];
  const thread = await RtlCreateUserThread(process, async (own) => {
    const input = { handle, address, length: 4096, offset };
    const { status, information } = await NtReadFile(own, input);
    told.push(`${statusName(status)} ${information}`);
    return 0;
  });
  assert.equal(statusName(thread.status), 'STATUS_SUCCESS');
  await sleep(process);
  return { thread: thread.handle, told };
}

const page = async (process: NtProcess) =>
  (await NtAllocateVirtualMemory(process, { length: 0x1000 })).address;

suite('ntos/io: turns of a synchronous file', function () {
  this.timeout(60_000);
  let rig: ClientRig;
  suiteSetup(async () => {
    rig = await bootPipes();
  });
  suiteTeardown(() => rig.end());

  /** A pipe with one thread that reads at its server end, and another that waits for its turn. */
  async function twoReaders(client: Client) {
    const { process } = client;
    const { handle: server } = await createPipe(process, 'turn');
    const other = await client.opened(TURN);
    const [first, second] = [await page(process), await page(process)];
    const one = await startRead(process, server, first);
    const two = await startRead(process, server, second);
    const end = async () => {
      for (const handle of [server, other]) await client.close(handle);
    };
    return { process, server, other, second, one, two, end };
  }

  test('memory that is freed before the turn has come is not written to', () =>
    rig.client(async (client) => {
      const { process, other, second, one, two, end } = await twoReaders(client);
      await NtFreeVirtualMemory(process, { address: second });
      // Pages that were the second one's buffer are somebody else's now.
      const others = [];
      for (let count = 0; count < 8; count++) {
        const address = await page(process);
        if (address !== second) others.push(address);
      }
      await NtFreeVirtualMemory(process, { address: second });
      await write(process, other, 'first');
      assert.equal(await join(process, one.thread), 'STATUS_SUCCESS');
      await write(process, other, 'second');
      assert.equal(await join(process, two.thread), 'STATUS_SUCCESS');
      assert.deepEqual(one.told, ['STATUS_SUCCESS 5']);
      assert.deepEqual(two.told, ['STATUS_ACCESS_VIOLATION 0']);
      for (const address of others) {
        const window = process.thread.window(address, 4096, false);
        assert.isTrue(window.read(0, 4096).every((byte) => byte === 0));
      }
      await end();
    }));

  test('who waits for his turn can give up, and takes nothing', () =>
    rig.client(async (client) => {
      const { process, other, server, one, two, end } = await twoReaders(client);
      const { status } = await NtCancelSynchronousIoFile(process, { thread: two.thread });
      assert.equal(statusName(status), 'STATUS_SUCCESS');
      assert.equal(await join(process, two.thread), 'STATUS_SUCCESS');
      assert.deepEqual(two.told, ['STATUS_CANCELLED 0']);
      assert.deepEqual(one.told, []);
      await write(process, other, 'first');
      assert.equal(await join(process, one.thread), 'STATUS_SUCCESS');
      await write(process, other, 'next');
      assert.equal((await read(process, server)).text, 'next');
      await end();
    }));

  test('the close of the handle ends whoever waits for his turn', () =>
    rig.client(async (client) => {
      const { process, server, one, two, end } = await twoReaders(client);
      await NtClose(process, { handle: server });
      for (const { thread } of [one, two])
        assert.equal(await join(process, thread), 'STATUS_SUCCESS');
      assert.deepEqual(two.told, ['STATUS_FILE_CLOSED 0']);
      await end();
    }));

  async function alertable(client: Client) {
    const { process } = client;
    const { handle } = await createPipe(process, 'turn', { options: nt.FILE_SYNCHRONOUS_IO_ALERT });
    const other = await client.opened(TURN);
    const ran: string[] = [];
    const routine = apcRoutine(process, async (own, { context }) => {
      ran.push(`${context}`);
      await sleep(own);
    });
    const queue = (thread: number, context: number) =>
      NtQueueApcThread(process, { handle: thread, routine, context, argument1: 0, argument2: 0 });
    return { process, handle, other, ran, queue };
  }

  test('an APC that comes during an alertable read ends it, and has run when it returns', () =>
    rig.client(async (client) => {
      const { process, handle, other, ran, queue } = await alertable(client);
      const { thread, told } = await startRead(process, handle, await page(process));
      await queue(thread, 1);
      assert.equal(await join(process, thread), 'STATUS_SUCCESS');
      assert.deepEqual([told, ran], [['STATUS_CANCELLED 0'], ['1']]);
      const alerted = await startRead(process, handle, await page(process));
      await NtAlertThread(process, { handle: alerted.thread });
      assert.equal(await join(process, alerted.thread), 'STATUS_SUCCESS');
      assert.deepEqual([alerted.told, ran], [['STATUS_CANCELLED 0'], ['1']]);
      for (const each of [handle, other]) await client.close(each);
    }));

  test('an APC that has come before ends an alertable read, too; then it can wait again', () =>
    rig.client(async (client) => {
      const { process, handle, other, ran, queue } = await alertable(client);
      await queue(CURRENT_THREAD, 7);
      await NtAlertThread(process, { handle: CURRENT_THREAD });
      assert.equal((await read(process, handle)).status, 'STATUS_CANCELLED');
      assert.deepEqual(ran, [], 'the alert came first');
      assert.equal((await read(process, handle)).status, 'STATUS_CANCELLED');
      assert.deepEqual(ran, ['7']);
      await write(process, other, 'data');
      assert.equal((await read(process, handle)).text, 'data');
      for (const each of [handle, other]) await client.close(each);
    }));
});

suite('ntos/io: the position of a synchronous file', function () {
  this.timeout(60_000);

  test('two threads that read on at once get different bytes', async () => {
    const files = { 'FILE.BIN': pattern(20_000) };
    const rig = await bootClientRig([await makeImage({ kib: 1440, files })]);
    try {
      await rig.client(async (client) => {
        const { process } = client;
        const handle = await client.opened('A:\\FILE.BIN');
        const places = [await page(process), await page(process)] as const;
        const threads = [];
        for (const address of places) {
          const { handle: thread } = await RtlCreateUserThread(process, async (own) => {
            await NtReadFile(own, { handle, address, length: 4096, offset: -1 });
            return 0;
          });
          threads.push(thread);
        }
        for (const thread of threads) await join(process, thread);
        // Which of them comes first is the scheduler's.
        const got = places.map((at) => process.thread.window(at, 4096, false).getUint32(0));
        assert.sameMembers(got, [0x0302_0100, 0x1312_1110]);
      });
    } finally {
      await rig.end();
    }
  });
});
