/** APCs and alerts through the real kernel and Executive, as programs see them. */
import { assert } from 'chai';
import { apcRoutine } from '../../personality/ntdll/apc.ts';
import * as nt from '../../personality/ntdll/native.ts';
import type { NtProcess } from '../../personality/ntdll/process.ts';
import { APC_LIMIT } from '../../personality/ntos/ke/apc.ts';
import { SYNCHRONIZE } from '../../personality/rtl/nt.ts';
import { WaitAny } from '../../personality/rtl/objects.ts';
import { CURRENT_THREAD, TIMEOUT_INFINITE } from '../../personality/rtl/services.ts';
import { inClient, statusOf } from './core-client.ts';
import { event, NOBODY, SECONDS, sleep, thread, timer, wait } from './core-sync-fixture.ts';

const pause = async (process: NtProcess, interval = SECONDS) =>
  statusOf(await nt.NtDelayExecution(process, { alertable: true, interval }));
const queue = (process: NtProcess, handle: number, routine: number, context = 0) =>
  nt.NtQueueApcThread(process, { handle, routine, context, argument1: 5, argument2: 6 });

suite('ntos/APCs', function () {
  this.timeout(20_000);

  test('queued ones run in order in the next alertable wait, and in no other', async () => {
    await inClient(async (process) => {
      const ran: number[][] = [];
      const routine = apcRoutine(process, (_, { context, argument1, argument2 }) => {
        ran.push([context, argument1, argument2]);
      });
      for (const context of [1, 2, 3]) await queue(process, CURRENT_THREAD, routine, context);
      await sleep(process, -10_000);
      assert.deepEqual(ran, []);
      assert.equal(await pause(process), 'STATUS_USER_APC');
      assert.deepEqual(ran, [
        [1, 5, 6],
        [2, 5, 6],
        [3, 5, 6],
      ]);
      assert.equal(await pause(process, -10_000), 'STATUS_SUCCESS');
      await queue(process, CURRENT_THREAD, routine, 4);
      assert.equal(statusOf(await nt.NtTestAlert(process)), 'STATUS_SUCCESS');
      assert.lengthOf(ran, 4);
    });
  });

  test('one that comes ends each kind of alertable wait', async () => {
    await inClient(async (process) => {
      const never = await event(process);
      const { handle: keyed } = await nt.NtCreateKeyedEvent(process, {
        name: '',
        access: 3,
        attributes: 0,
        flags: 0,
      });
      const alertable = { alertable: true, timeout: TIMEOUT_INFINITE };
      const waits: ((own: NtProcess) => Promise<{ status: number }>)[] = [
        (own) => nt.NtWaitForSingleObject(own, { handle: never, ...alertable }),
        (own) =>
          nt.NtWaitForMultipleObjects(own, { handles: [never], type: WaitAny, ...alertable }),
        (own) =>
          nt
            .NtSignalAndWaitForSingleObject(own, { signal: never, handle: never, ...alertable })
            // The signal satisfies the wait; the next one has nothing to take.
            .then(() => nt.NtWaitForSingleObject(own, { handle: never, ...alertable })),
        (own) => nt.NtWaitForKeyedEvent(own, { handle: keyed, key: 2, ...alertable }),
        (own) => nt.NtReleaseKeyedEvent(own, { handle: keyed, key: 4, ...alertable }),
        (own) => nt.NtDelayExecution(own, { alertable: true, interval: TIMEOUT_INFINITE }),
      ];
      for (const [index, call] of waits.entries()) {
        const seen: string[] = [];
        const handle = await thread(process, async (own) => {
          seen.push(statusOf(await call(own)));
        });
        await sleep(process, -50_000);
        const routine = apcRoutine(process, () => void seen.push('ran'));
        assert.equal(statusOf(await queue(process, handle, routine)), 'STATUS_SUCCESS');
        assert.equal(await wait(process, handle), 'STATUS_SUCCESS', `wait ${index}`);
        assert.deepEqual(seen, ['ran', 'STATUS_USER_APC'], `wait ${index}`);
      }
    });
  });

  test('one that waits alertably lets those behind it run first', async () => {
    await inClient(async (process) => {
      const ran: string[] = [];
      const second = apcRoutine(process, () => void ran.push('second'));
      const first = apcRoutine(process, async (own) => {
        ran.push('first begins');
        ran.push(await pause(own));
        ran.push('first ends');
      });
      await queue(process, CURRENT_THREAD, first);
      await queue(process, CURRENT_THREAD, second);
      assert.equal(await pause(process), 'STATUS_USER_APC');
      assert.deepEqual(ran, ['first begins', 'second', 'STATUS_USER_APC', 'first ends']);
      let left = 5;
      const again = apcRoutine(process, async (own) => {
        if (--left > 0) await queue(own, CURRENT_THREAD, again);
      });
      await queue(process, CURRENT_THREAD, again);
      assert.equal(await pause(process), 'STATUS_USER_APC');
      assert.equal(left, 0, 'those that they queue run as well');
    });
  });

  test('alerts end one alertable wait, now or later, and come before APCs', async () => {
    await inClient(async (process) => {
      const seen: string[] = [];
      const handle = await thread(process, async (own) => {
        seen.push(statusOf(await sleep(own, -300_000)));
        seen.push(await pause(own));
        seen.push(await pause(own));
        seen.push(statusOf(await nt.NtTestAlert(own)));
      });
      await sleep(process, -50_000);
      await nt.NtAlertThread(process, { handle });
      for (let tries = 0; seen.length < 2 && tries < 500; tries++) await sleep(process, -20_000);
      assert.deepEqual(seen, ['STATUS_SUCCESS', 'STATUS_ALERTED']);
      await sleep(process, -50_000);
      await nt.NtSuspendThread(process, { handle });
      const { previous } = await nt.NtAlertResumeThread(process, { handle });
      assert.equal(previous, 1);
      assert.equal(await wait(process, handle), 'STATUS_SUCCESS');
      assert.deepEqual(seen.slice(2), ['STATUS_ALERTED', 'STATUS_SUCCESS']);
      let ran = 0;
      await queue(
        process,
        CURRENT_THREAD,
        apcRoutine(process, () => void ran++),
      );
      await nt.NtAlertThread(process, { handle: CURRENT_THREAD });
      assert.equal(statusOf(await nt.NtTestAlert(process)), 'STATUS_ALERTED');
      assert.equal(ran, 0);
      assert.equal(await pause(process), 'STATUS_USER_APC');
      assert.equal(ran, 1);
    });
  });

  test("a timer's APC comes to the thread that set it, and is taken back with it", async () => {
    await inClient(async (process) => {
      const handle = await timer(process);
      let ran = 0;
      const routine = apcRoutine(process, (_, { context }) => void (ran += context));
      const set = (due: number, period = 0) =>
        nt.NtSetTimer(process, { handle, due, routine, context: 1, period });
      await set(-10_000);
      assert.equal(await pause(process), 'STATUS_USER_APC');
      assert.equal(ran, 1);
      await set(-10_000, 1);
      await sleep(process, -300_000);
      assert.equal(await pause(process), 'STATUS_USER_APC');
      assert.isAtMost(ran, 3, 'one is queued at a time');
      await set(-1);
      await sleep(process, -50_000);
      await nt.NtCancelTimer(process, { handle });
      const before = ran;
      assert.equal(await pause(process, -50_000), 'STATUS_SUCCESS');
      assert.equal(ran, before);
    });
  });

  test('there is an end to how many, and they are charged while they last', async () => {
    await inClient(async (process, { executive }) => {
      const self = executive.ps.processes().at(-1)!;
      const { pagedPool } = self.quota.usage;
      let ran = 0;
      const routine = apcRoutine(process, () => void ran++);
      let refused;
      for (let count = 0; !refused; count++) {
        const answer = await queue(process, CURRENT_THREAD, routine);
        if (answer.status !== 0) refused = [count, statusOf(answer)];
      }
      assert.deepEqual(refused, [APC_LIMIT, 'STATUS_INSUFFICIENT_RESOURCES']);
      assert.isAbove(self.quota.usage.pagedPool, pagedPool);
      await nt.NtTestAlert(process);
      assert.equal(ran, APC_LIMIT);
      assert.equal(self.quota.usage.pagedPool, pagedPool);
      const handle = await thread(process, (own) => sleep(own, TIMEOUT_INFINITE));
      const { pagedPool: before } = self.quota.usage;
      for (let count = 0; count < 20; count++) await queue(process, handle, routine);
      await nt.NtTerminateThread(process, { handle, status: 0 });
      assert.equal(self.quota.usage.pagedPool, before);
      assert.equal(statusOf(await queue(process, handle, routine)), 'STATUS_THREAD_IS_TERMINATING');
    });
  });

  test('a timer is refused an APC that there is no place for, and keeps the place of the next', async () => {
    await inClient(async (process, { executive }) => {
      const { quota } = executive.ps.processes().at(-1)!;
      const handle = await timer(process);
      let ran = 0;
      const routine = apcRoutine(process, () => void ran++);
      const set = async (period: number, own = routine) => {
        const input = { handle, due: -10_000, routine: own, context: 1, period };
        return statusOf(await nt.NtSetTimer(process, input));
      };
      const fill = async (most: number) => {
        let count = 0;
        while (count < most && (await queue(process, CURRENT_THREAD, routine)).status === 0)
          count++;
        return count;
      };
      const { pagedPool } = quota.usage;
      assert.equal(await fill(Infinity), APC_LIMIT);
      assert.equal(await set(0), 'STATUS_INSUFFICIENT_RESOURCES');
      assert.equal(await set(0, 0), 'STATUS_SUCCESS', 'it needs none');
      await nt.NtTestAlert(process);
      for (const period of [0, 1]) {
        assert.equal(await set(period), 'STATUS_SUCCESS');
        assert.equal(await fill(Infinity), APC_LIMIT - 1, 'one is the timer’s');
        await sleep(process, -100_000);
        ran = 0;
        await nt.NtTestAlert(process);
        assert.isAtLeast(ran, APC_LIMIT, 'none is lost');
      }
      assert.equal(await pause(process), 'STATUS_USER_APC', 'again, each period');
      assert.equal(await fill(Infinity), APC_LIMIT - 1);
      await nt.NtCancelTimer(process, { handle });
      await nt.NtTestAlert(process);
      assert.equal(quota.usage.pagedPool, pagedPool);
    });
  });

  test('wrong handles', async () => {
    await inClient(async (process) => {
      const other = await event(process);
      const { id } = await (async () => {
        const answer = await nt.NtQueryInformationThread(process, {
          handle: CURRENT_THREAD,
          class: 0,
        });
        return { id: answer.thread };
      })();
      const weak = await nt.NtOpenThread(process, {
        access: SYNCHRONIZE,
        attributes: 0,
        process: 0,
        thread: id,
      });
      for (const call of [
        (handle: number) => queue(process, handle, 1),
        (handle: number) => nt.NtAlertThread(process, { handle }),
        (handle: number) => nt.NtAlertResumeThread(process, { handle }),
      ]) {
        assert.equal(statusOf(await call(NOBODY)), 'STATUS_INVALID_HANDLE');
        assert.equal(statusOf(await call(other)), 'STATUS_OBJECT_TYPE_MISMATCH');
        assert.equal(statusOf(await call(weak.handle)), 'STATUS_ACCESS_DENIED');
      }
    });
  });
});
