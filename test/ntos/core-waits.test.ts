/**
 * Waiting for several objects, after a signal, and at keyed events, through the real kernel and
 * Executive.
 */
import { assert } from 'chai';
import * as nt from '../../personality/ntdll/native.ts';
import { NotificationEvent, SYNCHRONIZE } from '../../personality/rtl/nt.ts';
import {
  EVENT_MODIFY_STATE,
  EVENT_QUERY_STATE,
  KEYEDEVENT_WAIT,
  KEYEDEVENT_WAKE,
  WaitAll,
  WaitAny,
} from '../../personality/rtl/objects.ts';
import { inClient, statusOf } from './core-client.ts';
import {
  ALL,
  SECONDS,
  NOBODY,
  wait,
  waitMany,
  sleep,
  event,
  mutant,
  semaphore,
  timer,
  thread,
  checkHandles,
  checkNames,
  type Call,
} from './core-sync-fixture.ts';

suite('ntos/waits', function () {
  this.timeout(20_000);

  test('several objects: any, all, time, wrong arguments', async () => {
    await inClient(async (process) => {
      const [first, second] = [await event(process), await event(process, NotificationEvent)];
      const count = await semaphore(process, 0, 5);
      const all = [first, second, count];
      assert.equal(await waitMany(process, all, WaitAny, 0), 0x102);
      await nt.NtReleaseSemaphore(process, { handle: count, count: 2 });
      assert.equal(await waitMany(process, all), 2);
      await nt.NtSetEvent(process, { handle: second });
      assert.equal(await waitMany(process, all), 1);
      assert.equal(await waitMany(process, all, WaitAll, -10_000), 0x102);
      assert.equal((await nt.NtQuerySemaphore(process, { handle: count })).count, 1);
      const late = await thread(process, async (own) => {
        await sleep(own, -100_000);
        await nt.NtSetEvent(own, { handle: first });
      });
      assert.equal(await waitMany(process, all, WaitAll), 0);
      assert.equal((await nt.NtQuerySemaphore(process, { handle: count })).count, 0);
      assert.equal(await waitMany(process, [first, late]), 1, 'a thread is an object like others');

      const owned = await mutant(process);
      await wait(process, await thread(process, (own) => wait(own, owned)));
      assert.equal(await waitMany(process, [first, owned]), 0x81, 'abandoned');

      const same = await waitMany(process, [first, first], WaitAll);
      assert.equal(statusOf(same), 'STATUS_INVALID_PARAMETER_MIX');
      const status = async (handles: number[], type: number = WaitAny) =>
        statusOf(await waitMany(process, handles, type, 0));
      assert.equal(await status([]), 'STATUS_INVALID_PARAMETER_1');
      assert.equal(await status(new Array(65).fill(first)), 'STATUS_INVALID_PARAMETER_1');
      assert.equal(await status(new Array(64).fill(first)), 'STATUS_TIMEOUT');
      assert.equal(await status([first], 2), 'STATUS_INVALID_PARAMETER_3');
      assert.equal(await status([first, NOBODY]), 'STATUS_INVALID_HANDLE');
      const { handle: directory } = await nt.NtOpenDirectoryObject(process, { name: '\\' });
      const never = await status([first, directory]);
      assert.equal(never, 'STATUS_ACCESS_DENIED', 'a directory has no SYNCHRONIZE');
      const input = { ...ALL, access: EVENT_QUERY_STATE, type: 0, initial: true };
      const { handle: blind } = await nt.NtCreateEvent(process, input);
      assert.equal(await status([first, blind]), 'STATUS_ACCESS_DENIED');
    });
  });

  test('signal and wait, in one step', async () => {
    await inClient(async (process) => {
      const [here, there] = [await event(process), await event(process)];
      const step = async (signal: number, handle: number, timeout = SECONDS, own = process) =>
        statusOf(
          await nt.NtSignalAndWaitForSingleObject(own, {
            signal,
            handle,
            alertable: false,
            timeout,
          }),
        );
      let turns = 0;
      const partner = await thread(process, async (own) => {
        await wait(own, there);
        for (; turns < 20; turns++) await step(here, there, SECONDS, own);
        await nt.NtSetEvent(own, { handle: here });
      });
      for (let turn = 0; turn < 20; turn++) assert.equal(await step(there, here), 'STATUS_SUCCESS');
      await nt.NtSetEvent(process, { handle: there });
      assert.equal(await wait(process, partner), 'STATUS_SUCCESS');
      assert.equal(turns, 20);

      const [owned, count] = [await mutant(process, true), await semaphore(process, 1, 1)];
      await wait(process, here, 0);
      assert.equal(await step(owned, here, 0), 'STATUS_TIMEOUT');
      assert.equal(await step(owned, here, 0), 'STATUS_MUTANT_NOT_OWNED');
      assert.equal(await step(count, here, 0), 'STATUS_SEMAPHORE_LIMIT_EXCEEDED');
      assert.equal(await step(await timer(process), here), 'STATUS_OBJECT_TYPE_MISMATCH');
      assert.equal(await step(NOBODY, here), 'STATUS_INVALID_HANDLE');
      assert.equal(await step(here, NOBODY), 'STATUS_INVALID_HANDLE');
      assert.equal(await wait(process, here, 0), 'STATUS_TIMEOUT', 'nothing was signalled');
      const input = { ...ALL, access: SYNCHRONIZE, type: 0, initial: false };
      const { handle: weak } = await nt.NtCreateEvent(process, input);
      assert.equal(await step(weak, here), 'STATUS_ACCESS_DENIED');
      const blind = { ...input, access: EVENT_MODIFY_STATE };
      const { handle: other } = await nt.NtCreateEvent(process, blind);
      assert.equal(await step(here, other), 'STATUS_ACCESS_DENIED');
    });
  });

  test('keyed events: who comes first waits for the other, by key', async () => {
    await inClient(async (process) => {
      const { handle } = await nt.NtCreateKeyedEvent(process, { ...ALL, flags: 0 });
      const input = (key: number, timeout = SECONDS) => ({
        handle,
        key,
        alertable: false,
        timeout,
      });
      const release = async (key: number, timeout = SECONDS) =>
        statusOf(await nt.NtReleaseKeyedEvent(process, input(key, timeout)));
      const order: string[] = [];
      const waiting = [];
      for (const key of [4, 8, 4]) {
        const name = `${key} ${waiting.length}`;
        const one = await thread(process, async (own) => {
          await nt.NtWaitForKeyedEvent(own, input(key));
          order.push(name);
        });
        await sleep(process, -50_000);
        waiting.push(one);
      }
      assert.equal(await release(6, -10_000), 'STATUS_TIMEOUT');
      assert.equal(await release(8), 'STATUS_SUCCESS');
      assert.equal(await wait(process, waiting[1]!), 'STATUS_SUCCESS');
      assert.equal(await release(4), 'STATUS_SUCCESS');
      assert.equal(await wait(process, waiting[0]!), 'STATUS_SUCCESS');
      assert.equal(await release(4), 'STATUS_SUCCESS');
      assert.equal(await wait(process, waiting[2]!), 'STATUS_SUCCESS');
      assert.deepEqual(order, ['8 1', '4 0', '4 2']);
      // The other way round; and whoever has ended meanwhile is not met.
      const gone = await thread(process, (own) => nt.NtReleaseKeyedEvent(own, input(2)));
      await sleep(process, -50_000);
      await nt.NtTerminateThread(process, { handle: gone, status: 1 });
      const there = await thread(process, (own) => nt.NtReleaseKeyedEvent(own, input(2)));
      await sleep(process, -50_000);
      const met = await nt.NtWaitForKeyedEvent(process, input(2));
      assert.equal(statusOf(met), 'STATUS_SUCCESS');
      assert.equal(await wait(process, there), 'STATUS_SUCCESS');

      assert.equal(await release(3), 'STATUS_INVALID_PARAMETER_1');
      const flags = await nt.NtCreateKeyedEvent(process, { ...ALL, flags: 1 });
      assert.equal(statusOf(flags), 'STATUS_INVALID_PARAMETER_4');
      const waits = { ...ALL, access: KEYEDEVENT_WAIT, flags: 0 };
      const { handle: half } = await nt.NtCreateKeyedEvent(process, waits);
      const calls: Call[] = [
        (of) => nt.NtReleaseKeyedEvent(process, { ...input(2, 0), handle: of }),
      ];
      await checkHandles(process, calls, half);
      assert.equal(await wait(process, handle, 0), 'STATUS_ACCESS_DENIED', 'no SYNCHRONIZE');
    });
  });

  test('a keyed event is opened by its name: to wait, or to wake', async () => {
    await inClient(async (process) => {
      const name = '\\??\\Keyed';
      const open = (given: typeof ALL) => nt.NtOpenKeyedEvent(process, given);
      assert.equal(statusOf(await open({ ...ALL, name })), 'STATUS_OBJECT_NAME_NOT_FOUND');
      const { handle } = await nt.NtCreateKeyedEvent(process, { ...ALL, name, flags: 0 });
      const waits = await open({ ...ALL, name: '\\??\\KEYED', access: KEYEDEVENT_WAIT });
      const wakes = await open({ ...ALL, name, access: KEYEDEVENT_WAKE });
      const input = (of: number, timeout: number) => {
        return { handle: of, key: 6, alertable: false, timeout };
      };
      let status = '';
      const waiting = await thread(process, async (own) => {
        status = statusOf(await nt.NtWaitForKeyedEvent(own, input(waits.handle, SECONDS)));
      });
      const woken = await nt.NtReleaseKeyedEvent(process, input(wakes.handle, SECONDS));
      assert.equal(statusOf(woken), 'STATUS_SUCCESS');
      assert.equal(await wait(process, waiting), 'STATUS_SUCCESS');
      assert.equal(status, 'STATUS_SUCCESS', 'they met: it is one object');
      const wrong = [
        await nt.NtReleaseKeyedEvent(process, input(waits.handle, 0)),
        await nt.NtWaitForKeyedEvent(process, input(wakes.handle, 0)),
        await open({ ...ALL, name, access: SYNCHRONIZE }),
      ];
      assert.deepEqual(wrong.map(statusOf), new Array(3).fill('STATUS_ACCESS_DENIED'));
      await checkNames(process, name, open);
      for (const each of [handle, waits.handle, wakes.handle])
        await nt.NtClose(process, { handle: each });
      assert.equal(statusOf(await open({ ...ALL, name })), 'STATUS_OBJECT_NAME_NOT_FOUND');
    });
  });
});
