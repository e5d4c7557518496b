/** Sections that both sides of a connection see. */
import { assert } from 'chai';
import * as native from '../../personality/ntdll/native.ts';
import { nativeImage, type NtProcess } from '../../personality/ntdll/process.ts';
import { PAGE_SIZE } from '../../personality/rtl/layout.ts';
import { decodePortMessage } from '../../personality/rtl/lpc.ts';
import * as memory from '../../personality/rtl/memory.ts';
import { CURRENT_PROCESS } from '../../personality/rtl/services.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import { inClient, statusOf } from './core-client.ts';
import { aside, createPort, message, receive, replyTo } from './lpc-client.ts';

const PORT = '\\Views';
const NONE = new Uint8Array();
const SIZE = 3 * PAGE_SIZE;

async function section(process: NtProcess, more = {}): Promise<number> {
  const { handle } = await native.NtCreateSection(process, {
    name: '',
    access: memory.SECTION_ALL_ACCESS,
    attributes: 0,
    size: SIZE,
    protect: memory.PAGE_READWRITE,
    allocation: memory.SEC_COMMIT,
    file: 0,
    ...more,
  });
  return handle;
}

const connect = (process: NtProcess, given: number, more = {}) =>
  native.NtConnectPort(process, {
    name: PORT,
    section: given,
    information: NONE,
    quality: NONE,
    offset: 0,
    viewSize: 0,
    serverView: true,
    ...more,
  });

async function acceptWith(process: NtProcess, port: number, given: number, more = {}) {
  const { message: bytes } = await native.NtListenPort(process, { handle: port });
  const request = decodePortMessage(bytes);
  const accepted = await native.NtAcceptConnectPort(process, {
    context: 1,
    message: replyTo(request, ''),
    accept: true,
    section: given,
    offset: 0,
    viewSize: 0,
    clientView: true,
    ...more,
  });
  if (accepted.handle) await native.NtCompleteConnectPort(process, accepted);
  return { ...accepted, request };
}

/** Whether there is a view there. */
async function isMapped(process: NtProcess, address: number): Promise<boolean> {
  const input = { process: CURRENT_PROCESS, address, class: 0, length: 28 };
  const { data } = await native.NtQueryVirtualMemory(process, input);
  return new DataView(data.buffer, data.byteOffset).getUint32(24, true) === memory.MEM_MAPPED;
}

suite('ntos/lpc: views', function () {
  this.timeout(30_000);

  test('two processes see what the other gave; views go with the ports', async () => {
    const found: Record<string, unknown> = {};
    const client = nativeImage(async (process) => {
      const own = await section(process);
      const answer = await connect(process, own, { offset: 0, viewSize: 2 * PAGE_SIZE });
      found.connect = statusName(answer.status);
      await native.NtClose(process, { handle: own });
      const { viewBase, viewSize, otherBase, otherSize } = answer;
      found.sizes = [viewSize, otherSize];
      const mine = process.thread.window(viewBase, viewSize, true);
      const theirs = process.thread.window(otherBase, otherSize, true);
      mine.setUint32(0, 0x1234_5678);
      // The server writes its section when it is asked.
      const input = { handle: answer.handle, message: message('write') };
      await native.NtRequestWaitReplyPort(process, input);
      found.read = theirs.getUint32(PAGE_SIZE);
      found.remote = answer.viewRemoteBase;
      await native.NtClose(process, { handle: answer.handle });
      found.mapped = [await isMapped(process, viewBase), await isMapped(process, otherBase)];
      return 0;
    });
    await inClient(
      async (process) => {
        const { handle: port } = await createPort(process, PORT);
        const start = { image: 'views.exe', commandLine: '' };
        const { handle: child } = await native.NtCreateProcess(process, start);
        const server = await acceptWith(process, port, await section(process));
        assert.equal(statusOf(server), 'STATUS_SUCCESS');
        assert.deepEqual([server.viewSize, server.otherSize], [SIZE, 2 * PAGE_SIZE]);
        assert.isAbove(server.viewRemoteBase, 0);
        const { message: asks } = await receive(process, port);
        const theirs = process.thread.window(server.otherBase, server.otherSize, true);
        assert.equal(theirs.getUint32(0), 0x1234_5678);
        process.thread.window(server.viewBase, server.viewSize, true).setUint32(PAGE_SIZE, 77);
        const reply = { handle: port, message: replyTo(asks!, 'done') };
        await native.NtReplyPort(process, reply);
        const wait = { handle: child, alertable: false, timeout: -200_000_000 };
        assert.equal(statusOf(await native.NtWaitForSingleObject(process, wait)), 'STATUS_SUCCESS');
        assert.deepEqual(found, {
          connect: 'STATUS_SUCCESS',
          sizes: [2 * PAGE_SIZE, SIZE],
          read: 77,
          remote: server.otherBase,
          mapped: [false, false],
        });
        // The client has died; the server's own views stay as long as its port.
        assert.equal(theirs.getUint32(0), 0x1234_5678);
        await native.NtClose(process, { handle: server.handle });
        assert.isFalse(await isMapped(process, server.viewBase));
        assert.isFalse(await isMapped(process, server.otherBase));
      },
      { 'views.exe': client },
    );
  });

  test('who does not want a view has none; one that is unmapped is nobody else’s to unmap', () =>
    inClient(async (process) => {
      const { handle: port } = await createPort(process, PORT);
      const given = await section(process);
      const client = await aside(process, (own) => connect(own, given, { serverView: false }));
      const server = await acceptWith(process, port, given, { clientView: false });
      const answer = await client.result();
      const none = [server.otherBase, server.viewRemoteBase, answer.otherBase];
      assert.deepEqual([...none, answer.viewRemoteBase], [0, 0, 0, 0]);
      const range = { process: CURRENT_PROCESS, address: server.viewBase };
      assert.equal(statusOf(await native.NtUnmapViewOfSection(process, range)), 'STATUS_SUCCESS');
      const again = { address: server.viewBase, protect: memory.PAGE_READWRITE };
      const view = { zeroBits: 0, offset: 0, length: 0, inherit: memory.ViewUnmap, type: 0 };
      const other = await native.NtMapViewOfSection(process, {
        section: given,
        process: CURRENT_PROCESS,
        ...view,
        ...again,
      });
      assert.equal(statusOf(other), 'STATUS_SUCCESS');
      await native.NtClose(process, { handle: server.handle });
      assert.isTrue(await isMapped(process, server.viewBase));
      await native.NtUnmapViewOfSection(process, range);
    }));

  test('views are charged to who has them mapped, and given back with the port', () =>
    inClient(async (process, { executive }) => {
      const { quota } = executive.ps.processes().find(({ image }) => image === 'client.exe')!;
      const { handle: port } = await createPort(process, PORT);
      const given = await section(process);
      /** What is charged while both ports are there. */
      const meet = async (views: boolean) => {
        const own = views ? given : 0;
        const client = await aside(process, (it) => connect(it, own, { serverView: views }));
        const server = await acceptWith(process, port, own, { clientView: views });
        const answer = await client.result();
        assert.equal(statusOf(answer), 'STATUS_SUCCESS');
        const usage = { ...quota.usage };
        for (const { handle } of [answer, server, client])
          await native.NtClose(process, { handle });
        return usage;
      };
      // Page tables stay.
      await meet(true);
      const without = await meet(false);
      const before = { ...quota.usage };
      const charged = await meet(true);
      // Each side has its own view, and the other's.
      assert.equal(charged.slots - without.slots, (4 * SIZE) / PAGE_SIZE);
      assert.isAbove(charged.pagedPool, without.pagedPool);
      assert.deepEqual({ ...quota.usage }, before);
      // Without room for a view there is no connection, and nothing is left of it.
      let taken = 0;
      while (statusOf(quota.charge('slots', 1)) === 'STATUS_SUCCESS') taken++;
      const refused = await connect(process, given);
      quota.giveBack('slots', taken);
      assert.include(['STATUS_QUOTA_EXCEEDED', 'STATUS_INSUFFICIENT_RESOURCES'], statusOf(refused));
      assert.deepEqual({ ...quota.usage }, before);
    }));

  test('what is wrong: nothing is mapped, and the request can still be answered', () =>
    inClient(async (process) => {
      const { handle: port } = await createPort(process, PORT);
      const given = await section(process);
      const { PAGE_READONLY, SECTION_ALL_ACCESS, SECTION_MAP_READ } = memory;
      const reading = await section(process, { access: SECTION_MAP_READ });
      const readOnly = await section(process, {
        access: SECTION_ALL_ACCESS,
        protect: PAGE_READONLY,
      });
      const cases = [
        [0x4444, {}, 'STATUS_INVALID_HANDLE'],
        [port, {}, 'STATUS_OBJECT_TYPE_MISMATCH'],
        [reading, {}, 'STATUS_ACCESS_DENIED'],
        [readOnly, {}, 'STATUS_SECTION_PROTECTION'],
        [given, { offset: PAGE_SIZE }, 'STATUS_MAPPED_ALIGNMENT'],
        [given, { offset: 0x1_0000 }, 'STATUS_INVALID_VIEW_SIZE'],
        [given, { viewSize: SIZE + PAGE_SIZE }, 'STATUS_INVALID_VIEW_SIZE'],
      ] as const;
      for (const [handle, more, expected] of cases)
        assert.equal(statusOf(await connect(process, handle, more)), expected);
      const client = await aside(process, (own) => connect(own, given));
      const { message: bytes } = await native.NtListenPort(process, { handle: port });
      const request = replyTo(decodePortMessage(bytes), '');
      const answer = { context: 1, message: request, accept: true, clientView: true };
      for (const [handle, more, expected] of cases) {
        const input = { ...answer, section: handle, offset: 0, viewSize: 0, ...more };
        assert.equal(statusOf(await native.NtAcceptConnectPort(process, input)), expected);
      }
      const right = { ...answer, section: 0, offset: 0, viewSize: 0 };
      const server = await native.NtAcceptConnectPort(process, right);
      assert.equal(statusOf(server), 'STATUS_SUCCESS');
      const twice = await native.NtAcceptConnectPort(process, right);
      assert.equal(statusOf(twice), 'STATUS_REPLY_MESSAGE_MISMATCH');
      await native.NtCompleteConnectPort(process, server);
      assert.equal(statusOf(await client.result()), 'STATUS_SUCCESS');
      // Refused: the client's own view goes, too.
      const before = await isMapped(process, server.otherBase);
      const refused = await aside(process, (own) => connect(own, given));
      const { message: next } = await native.NtListenPort(process, { handle: port });
      const no = { ...right, message: replyTo(decodePortMessage(next), ''), accept: false };
      await native.NtAcceptConnectPort(process, no);
      assert.equal(statusOf(await refused.result()), 'STATUS_PORT_CONNECTION_REFUSED');
      assert.isTrue(before);
    }));
});
