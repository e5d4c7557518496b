/** Several threads in a client, through the real kernel and Executive. */
import { assert } from 'chai';
import * as nt from '../../personality/ntdll/native.ts';
import { nativeImage } from '../../personality/ntdll/process.ts';
import type { NtProcess } from '../../personality/ntdll/process.ts';
import { NtYieldExecution } from '../../personality/ntdll/thread.ts';
import { RtlCreateUserThread } from '../../personality/ntdll/userthread.ts';
import { quotaTable } from '../../personality/ntos/ps/quotatable.ts';
import { SYNCHRONIZE } from '../../personality/rtl/nt.ts';
import {
  MAXIMUM_SUSPEND_COUNT,
  THREAD_ALL_ACCESS,
  THREAD_QUERY_INFORMATION,
  THREAD_TERMINATE,
} from '../../personality/rtl/objects.ts';
import {
  CURRENT_PROCESS,
  CURRENT_THREAD,
  TIMEOUT_INFINITE,
} from '../../personality/rtl/services.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { NtException } from '../../personality/rtl/status.ts';
import { inClient, statusOf } from './core-client.ts';
import { anEvent } from './core-inputs.ts';

const SECONDS = -50_000_000;
const wait = (process: NtProcess, handle: number, timeout = SECONDS) =>
  nt.NtWaitForSingleObject(process, { handle, alertable: false, timeout });
const sleep = (process: NtProcess, interval: number) =>
  nt.NtDelayExecution(process, { alertable: false, interval });
const query = (process: NtProcess, handle: number) =>
  nt.NtQueryInformationThread(process, { handle, class: 0 });
const forEver = async (process: NtProcess) => {
  await sleep(process, TIMEOUT_INFINITE);
  return 0;
};
const newEvent = async (process: NtProcess) => (await nt.NtCreateEvent(process, anEvent)).handle;

suite('ntos/threads', function () {
  this.timeout(20_000);

  test('threads of a process call, wait for one another, share its heap, and end', async () => {
    await inClient(async (process) => {
      const event = await newEvent(process);
      const buffer = process.heap.allocate(16);
      const made = await RtlCreateUserThread(process, async (own) => {
        assert.notEqual(own.serviceSlot, process.serviceSlot);
        assert.equal(statusOf(await wait(own, event)), 'STATUS_SUCCESS');
        own.thread.window(buffer.address, 4, true).setUint32(0, 77);
        const other = own.heap.allocate(16);
        assert.notEqual(other.address, buffer.address);
        other.memory.setUint32(0, 1);
        own.heap.free(other);
        return 0x55;
      });
      assert.equal(statusOf(made), 'STATUS_SUCCESS');
      const { handle } = made;
      const before = await query(process, handle);
      assert.equal(statusOf(before.exitStatus), 'STATUS_PENDING');
      const self = await nt.NtQueryInformationProcess(process, { handle: CURRENT_PROCESS });
      assert.deepEqual([before.process, before.thread], [self.id, made.id]);
      assert.equal(statusOf(await wait(process, handle, 0)), 'STATUS_TIMEOUT');
      await nt.NtSetEvent(process, { handle: event });
      assert.equal(statusOf(await wait(process, handle)), 'STATUS_SUCCESS');
      assert.equal((await query(process, handle)).exitStatus, 0x55);
      assert.equal(buffer.memory.getUint32(0), 77);
    });
  });

  test('a service waits for one thread while others go on', async () => {
    await inClient(async (process) => {
      let done = 0;
      const threads: number[] = [];
      const event = await newEvent(process);
      for (let turn = 0; turn < 5; turn++) {
        const { handle } = await RtlCreateUserThread(process, async (own) => {
          await wait(own, event);
          done++;
          await NtYieldExecution(own);
          return done;
        });
        threads.push(handle);
      }
      await sleep(process, -100_000);
      assert.equal(done, 0);
      await nt.NtSetEvent(process, { handle: event });
      for (const handle of threads) assert.equal((await wait(process, handle)).status, 0);
      assert.equal(done, 5);
    });
  });

  test('a status that a thread throws ends it; an unhandled exception ends the process', async () => {
    const image = nativeImage(async (process) => {
      await RtlCreateUserThread(process, async () => {
        throw new TypeError('a bug');
      });
      return forEver(process);
    });
    await inClient(
      async (process) => {
        const { handle } = await RtlCreateUserThread(process, async () => {
          throw new NtException(Status.STATUS_DISK_FULL);
        });
        await wait(process, handle);
        const { exitStatus } = await query(process, handle);
        assert.equal(statusOf(exitStatus), 'STATUS_DISK_FULL');
        const input = { image: 'bug.exe', commandLine: '' };
        const child = await nt.NtCreateProcess(process, input);
        assert.equal(statusOf(await wait(process, child.handle)), 'STATUS_SUCCESS');
        const end = await nt.NtQueryInformationProcess(process, child);
        assert.equal(statusOf(end.exitStatus), 'STATUS_ACCESS_VIOLATION');
      },
      { 'bug.exe': image },
    );
  });

  test('the last thread takes the process with it, the first need not be it', async () => {
    const image = nativeImage(async (process) => {
      const second = await RtlCreateUserThread(process, async (own) => {
        await sleep(own, -200_000);
        return 0x22;
      });
      if (second.status !== 0) return 1;
      const refused = await nt.NtTerminateThread(process, { handle: 0, status: 0x11 });
      return refused.status;
    });
    await inClient(
      async (process) => {
        const alone = await nt.NtTerminateThread(process, { handle: 0, status: 1 });
        assert.equal(statusOf(alone), 'STATUS_CANT_TERMINATE_SELF');
        const input = { image: 'two.exe', commandLine: '' };
        const { handle } = await nt.NtCreateProcess(process, input);
        assert.equal(statusOf(await wait(process, handle)), 'STATUS_SUCCESS');
        const end = await nt.NtQueryInformationProcess(process, { handle });
        assert.equal(end.exitStatus, 0x22);
      },
      { 'two.exe': image },
    );
  });

  test('a client has so many threads and no more, again and again', async () => {
    const most = quotaTable.threads.client - 1;
    await inClient(async (process, { executive }) => {
      const { ps } = executive;
      for (let round = 0; round < 5; round++) {
        const handles: number[] = [];
        for (;;) {
          const made = await RtlCreateUserThread(process, forEver);
          if (made.status !== 0) {
            assert.equal(statusOf(made), 'STATUS_QUOTA_EXCEEDED');
            break;
          }
          handles.push(made.handle);
        }
        assert.lengthOf(handles, most);
        const self = ps.processes().at(-1)!;
        assert.equal(new Set(self.threads.map(({ slot }) => slot)).size, most + 1);
        for (const handle of handles) {
          await nt.NtTerminateThread(process, { handle, status: 9 });
          assert.equal(statusOf(await wait(process, handle, 0)), 'STATUS_SUCCESS');
          assert.equal((await query(process, handle)).exitStatus, 9);
          await nt.NtClose(process, { handle });
        }
        assert.equal(self.quota.usage.threads, 1);
      }
    });
  });

  test('a hundred threads one after the other cost what one does', async () => {
    await inClient(async (process, { executive }) => {
      const self = () => executive.ps.processes().at(-1)!;
      const usage: unknown[] = [];
      for (let turn = 0; turn < 100; turn++) {
        const { handle, status } = await RtlCreateUserThread(process, async () => turn);
        assert.equal(statusOf(status), 'STATUS_SUCCESS');
        await wait(process, handle);
        assert.equal((await query(process, handle)).exitStatus, turn);
        await nt.NtClose(process, { handle });
        usage.push({ ...self().quota.usage });
      }
      assert.deepEqual(usage.at(-1), usage[0]);
    });
  });

  test('suspended: it is not answered, however its call ends, until it is resumed', async () => {
    await inClient(async (process) => {
      const event = await newEvent(process);
      let came = false;
      const { handle } = await RtlCreateUserThread(process, async (own) => {
        await wait(own, event);
        came = true;
        return 0;
      });
      await sleep(process, -50_000);
      const suspend = async () => (await nt.NtSuspendThread(process, { handle })).previous;
      const resume = async () => (await nt.NtResumeThread(process, { handle })).previous;
      assert.deepEqual([await suspend(), await suspend()], [0, 1]);
      assert.equal((await query(process, handle)).suspendCount, 2);
      await nt.NtSetEvent(process, { handle: event });
      await sleep(process, -200_000);
      assert.isFalse(came);
      assert.equal(await resume(), 2);
      await sleep(process, -200_000);
      assert.isFalse(came);
      assert.equal(await resume(), 1);
      assert.equal(statusOf(await wait(process, handle)), 'STATUS_SUCCESS');
      assert.isTrue(came);
      assert.equal(await resume(), 0);
      assert.equal(
        statusOf(await nt.NtSuspendThread(process, { handle })),
        'STATUS_THREAD_IS_TERMINATING',
      );
    });
  });

  test('made suspended, suspended by itself, suspended while it runs', async () => {
    await inClient(async (process) => {
      const ran: string[] = [];
      const made = await RtlCreateUserThread(
        process,
        async (own) => {
          ran.push('begun');
          const answer = await nt.NtSuspendThread(own, { handle: CURRENT_THREAD });
          ran.push(`was suspended ${answer.previous} times`);
          for (let turn = 0; ran.length < 3; turn++) await NtYieldExecution(own);
          ran.push('seen');
          return 0;
        },
        { suspended: true },
      );
      const { handle } = made;
      const resume = () => nt.NtResumeThread(process, { handle });
      await sleep(process, -100_000);
      assert.deepEqual(ran, []);
      assert.equal((await resume()).previous, 1);
      await sleep(process, -100_000);
      assert.deepEqual(ran, ['begun']);
      assert.equal((await resume()).previous, 1);
      await sleep(process, -100_000);
      assert.lengthOf(ran, 2);
      // It yields again and again: the kernel stops it.
      await nt.NtSuspendThread(process, { handle });
      ran.push('go on');
      await sleep(process, -100_000);
      assert.equal(ran.at(-1), 'go on');
      await resume();
      assert.equal(statusOf(await wait(process, handle)), 'STATUS_SUCCESS');
      assert.equal(ran.at(-1), 'seen');
      const again = await RtlCreateUserThread(process, forEver, { suspended: true });
      for (let count = 1; count < MAXIMUM_SUSPEND_COUNT; count++)
        assert.equal((await nt.NtSuspendThread(process, again)).previous, count);
      const refused = await nt.NtSuspendThread(process, again);
      assert.equal(statusOf(refused), 'STATUS_SUSPEND_COUNT_EXCEEDED');
    });
  });

  test('wrong arguments', async () => {
    await inClient(async (process) => {
      const event = await newEvent(process);
      const { handle, id } = await RtlCreateUserThread(process, forEver);
      const create = (more: object) =>
        nt.NtCreateThreadEx(process, {
          access: THREAD_ALL_ACCESS,
          attributes: 0,
          process: CURRENT_PROCESS,
          routine: 1,
          argument: 0,
          flags: 0,
          ...more,
        });
      assert.equal(statusOf(await create({ process: 0x7ffc })), 'STATUS_INVALID_HANDLE');
      assert.equal(statusOf(await create({ process: event })), 'STATUS_OBJECT_TYPE_MISMATCH');
      assert.equal(statusOf(await create({ flags: 8 })), 'STATUS_INVALID_PARAMETER');
      assert.equal(statusOf(await create({ access: 1 << 24 })), 'STATUS_ACCESS_DENIED');
      const open = (access: number, thread = id, of = 0) =>
        nt.NtOpenThread(process, { access, attributes: 0, process: of, thread });
      assert.equal(statusOf(await open(SYNCHRONIZE, 0xffff)), 'STATUS_INVALID_PARAMETER');
      assert.equal(statusOf(await open(SYNCHRONIZE, id, 4)), 'STATUS_INVALID_CID');
      const looks = await open(THREAD_QUERY_INFORMATION | SYNCHRONIZE);
      assert.equal(statusOf(looks), 'STATUS_SUCCESS');
      const ends = await open(THREAD_TERMINATE);
      for (const [service, good] of [
        [(input: { handle: number }) => nt.NtSuspendThread(process, input), undefined],
        [(input: { handle: number }) => nt.NtResumeThread(process, input), undefined],
        [(input: { handle: number }) => query(process, input.handle), looks],
        [
          (input: { handle: number }) => nt.NtTerminateThread(process, { ...input, status: 5 }),
          ends,
        ],
      ] as const) {
        assert.equal(statusOf(await service({ handle: 0x7ffc })), 'STATUS_INVALID_HANDLE');
        assert.equal(statusOf(await service({ handle: event })), 'STATUS_OBJECT_TYPE_MISMATCH');
        for (const one of [looks, ends])
          if (one !== good) assert.equal(statusOf(await service(one)), 'STATUS_ACCESS_DENIED');
        if (good) assert.equal(statusOf(await service(good)), 'STATUS_SUCCESS');
      }
      assert.equal(statusOf(await wait(process, ends.handle)), 'STATUS_ACCESS_DENIED');
      assert.equal(statusOf(await wait(process, handle)), 'STATUS_SUCCESS');
      const unknown = await nt.NtQueryInformationThread(process, { handle, class: 99 });
      assert.equal(statusOf(unknown), 'STATUS_INVALID_INFO_CLASS');
    });
  });

  test("a client may look at the system's threads, and do nothing to them", async () => {
    const child = nativeImage(async (process) => {
      const open = async (access: number) => {
        for (let thread = 1; thread < 40; thread++) {
          const input = { access, attributes: 0, process: 4, thread };
          const answer = await nt.NtOpenThread(process, input);
          if (answer.status !== Status.STATUS_INVALID_CID) return answer.status;
        }
        return -1;
      };
      const looked = await open(THREAD_QUERY_INFORMATION);
      const denied = await open(THREAD_TERMINATE);
      return looked === 0 && denied === Status.STATUS_ACCESS_DENIED ? 0x99 : 1;
    });
    await inClient(
      async (process) => {
        const input = { image: 'child.exe', commandLine: '' };
        const { handle } = await nt.NtCreateProcess(process, input);
        await wait(process, handle);
        const end = await nt.NtQueryInformationProcess(process, { handle });
        assert.equal(end.exitStatus, 0x99);
      },
      { 'child.exe': child },
    );
  });
});
