/**
 * Events, mutants, semaphores and timers through the real kernel and Executive: what each service
 * answers, for right arguments and for wrong ones.
 */
import { assert } from 'chai';
import * as nt from '../../personality/ntdll/native.ts';
import { nativeImage } from '../../personality/ntdll/process.ts';
import {
  GENERIC_READ,
  GENERIC_WRITE,
  NotificationEvent,
  SYNCHRONIZE,
} from '../../personality/rtl/nt.ts';
import {
  EVENT_MODIFY_STATE,
  GENERIC_EXECUTE,
  MUTANT_QUERY_STATE,
  OBJ_OPENIF,
  SEMAPHORE_MODIFY_STATE,
  SEMAPHORE_QUERY_STATE,
  SynchronizationTimer,
  TIMER_MODIFY_STATE,
} from '../../personality/rtl/objects.ts';
import { TIMEOUT_INFINITE } from '../../personality/rtl/services.ts';
import { inClient, statusOf } from './core-client.ts';
import {
  ALL,
  wait,
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

suite('ntos/synchronization', function () {
  this.timeout(20_000);

  test('events: set, reset, clear, pulse, query', async () => {
    await inClient(async (process) => {
      const handle = await event(process, NotificationEvent);
      const state = async () => {
        const { type, state: now } = await nt.NtQueryEvent(process, { handle });
        return [type, now];
      };
      assert.deepEqual(await state(), [NotificationEvent, 0]);
      assert.equal((await nt.NtSetEvent(process, { handle })).previous, 0);
      assert.equal((await nt.NtSetEvent(process, { handle })).previous, 1);
      assert.deepEqual(await state(), [NotificationEvent, 1]);
      assert.equal((await nt.NtPulseEvent(process, { handle })).previous, 1);
      assert.deepEqual(await state(), [NotificationEvent, 0]);
      let released = 0;
      const threads: number[] = [];
      for (let turn = 0; turn < 3; turn++) {
        const made = await thread(process, async (own) => {
          await wait(own, handle);
          released++;
        });
        threads.push(made);
      }
      await sleep(process, -200_000);
      assert.equal((await nt.NtPulseEvent(process, { handle })).previous, 0);
      for (const each of threads) assert.equal(await wait(process, each), 'STATUS_SUCCESS');
      assert.equal(released, 3);
      await nt.NtSetEvent(process, { handle });
      await nt.NtClearEvent(process, { handle });
      assert.equal(await wait(process, handle, 0), 'STATUS_TIMEOUT');
      assert.equal((await nt.NtResetEvent(process, { handle })).previous, 0);

      const bad = await nt.NtCreateEvent(process, { ...ALL, type: 2, initial: false });
      assert.equal(statusOf(bad), 'STATUS_INVALID_PARAMETER');
      const waits = { ...ALL, access: SYNCHRONIZE, type: 0, initial: true };
      const { handle: waitable } = await nt.NtCreateEvent(process, waits);
      assert.equal(await wait(process, waitable, 0), 'STATUS_SUCCESS');
      const calls: Call[] = [
        (of) => nt.NtSetEvent(process, { handle: of }),
        (of) => nt.NtResetEvent(process, { handle: of }),
        (of) => nt.NtClearEvent(process, { handle: of }),
        (of) => nt.NtPulseEvent(process, { handle: of }),
        (of) => nt.NtQueryEvent(process, { handle: of }),
      ];
      await checkHandles(process, calls, waitable);
      const sets = { ...ALL, access: EVENT_MODIFY_STATE, type: 0, initial: true };
      const { handle: settable } = await nt.NtCreateEvent(process, sets);
      assert.equal(await wait(process, settable, 0), 'STATUS_ACCESS_DENIED');
    });
  });

  test('names: collisions, opening what is there, types, rights', async () => {
    await inClient(async (process) => {
      const name = '\\??\\Thing';
      const make = (more: object = {}) =>
        nt.NtCreateEvent(process, { ...ALL, name, type: 1, initial: true, ...more });
      const open = (access: number, of = name) =>
        nt.NtOpenEvent(process, { name: of, access, attributes: 0 });
      assert.equal(statusOf(await open(SYNCHRONIZE)), 'STATUS_OBJECT_NAME_NOT_FOUND');
      const first = await make();
      assert.equal(statusOf(await make()), 'STATUS_OBJECT_NAME_COLLISION');
      const again = await make({ attributes: OBJ_OPENIF, initial: false, access: GENERIC_READ });
      assert.equal(statusOf(again), 'STATUS_OBJECT_NAME_EXISTS');
      const { state } = await nt.NtQueryEvent(process, again);
      assert.equal(state, 1, 'the one that was there');
      assert.equal(statusOf(await nt.NtSetEvent(process, again)), 'STATUS_ACCESS_DENIED');
      const opened = await open(EVENT_MODIFY_STATE, '\\??\\THING');
      assert.equal(statusOf(await nt.NtSetEvent(process, opened)), 'STATUS_SUCCESS');
      assert.equal(statusOf(await nt.NtQueryEvent(process, opened)), 'STATUS_ACCESS_DENIED');
      assert.equal(statusOf(await open(4)), 'STATUS_ACCESS_DENIED');
      const audit = await open(1 << 24);
      assert.equal(statusOf(audit), 'STATUS_PRIVILEGE_NOT_HELD', 'ACCESS_SYSTEM_SECURITY');
      assert.equal(statusOf(await open(SYNCHRONIZE, '\\??')), 'STATUS_OBJECT_TYPE_MISMATCH');
      assert.equal(statusOf(await open(SYNCHRONIZE, 'Thing')), 'STATUS_OBJECT_PATH_SYNTAX_BAD');
      assert.equal(
        statusOf(await open(SYNCHRONIZE, '\\??\\No\\Thing')),
        'STATUS_OBJECT_PATH_NOT_FOUND',
      );
      const other = { ...ALL, name, owned: false };
      assert.equal(
        statusOf(await nt.NtCreateMutant(process, { ...other, attributes: OBJ_OPENIF })),
        'STATUS_OBJECT_TYPE_MISMATCH',
      );
      assert.equal(
        statusOf(await nt.NtCreateMutant(process, other)),
        'STATUS_OBJECT_NAME_COLLISION',
      );
      assert.equal(
        statusOf(await nt.NtOpenMutant(process, { ...ALL, name })),
        'STATUS_OBJECT_TYPE_MISMATCH',
      );
      for (const { handle } of [first, again, opened]) await nt.NtClose(process, { handle });
      assert.equal(statusOf(await open(SYNCHRONIZE)), 'STATUS_OBJECT_NAME_NOT_FOUND');
    });
  });

  test('mutants: owned again and again, released by their owner, abandoned', async () => {
    await inClient(async (process) => {
      const handle = await mutant(process, true);
      const query = () => nt.NtQueryMutant(process, { handle });
      assert.deepInclude(await query(), { count: 0, ownedByCaller: true, abandoned: false });
      assert.equal(await wait(process, handle, 0), 'STATUS_SUCCESS');
      assert.equal((await nt.NtReleaseMutant(process, { handle })).previous, 0xffff_ffff | 0);
      const seen: string[] = [];
      const other = await thread(process, async (own) => {
        seen.push(statusOf(await nt.NtReleaseMutant(own, { handle })));
        seen.push(await wait(own, handle, -10_000));
        seen.push(await wait(own, handle));
      });
      for (let tries = 0; seen.length < 2 && tries < 300; tries++) await sleep(process, -20_000);
      assert.deepEqual(seen, ['STATUS_MUTANT_NOT_OWNED', 'STATUS_TIMEOUT']);
      assert.equal((await nt.NtReleaseMutant(process, { handle })).previous, 0);
      assert.equal(await wait(process, other), 'STATUS_SUCCESS');
      assert.equal(seen[2], 'STATUS_SUCCESS');
      assert.deepInclude(await query(), { count: 1, ownedByCaller: false, abandoned: true });
      assert.equal(await wait(process, handle, 0), 'STATUS_ABANDONED_WAIT_0');
      assert.equal(await wait(process, handle, 0), 'STATUS_SUCCESS', 'said once');
      assert.equal(
        statusOf(await nt.NtReleaseMutant(process, { handle: await mutant(process) })),
        'STATUS_MUTANT_NOT_OWNED',
      );

      const looks = await nt.NtCreateMutant(process, {
        ...ALL,
        access: MUTANT_QUERY_STATE,
        owned: false,
      });
      const waits = await nt.NtCreateMutant(process, { ...ALL, access: SYNCHRONIZE, owned: true });
      assert.equal(await wait(process, looks.handle, 0), 'STATUS_ACCESS_DENIED');
      assert.equal(statusOf(await nt.NtQueryMutant(process, waits)), 'STATUS_ACCESS_DENIED');
      assert.equal(statusOf(await nt.NtReleaseMutant(process, waits)), 'STATUS_SUCCESS');
      const calls: Call[] = [
        (of) => nt.NtReleaseMutant(process, { handle: of }),
        (of) => nt.NtQueryMutant(process, { handle: of }),
      ];
      await checkHandles(process, calls, undefined);
    });
  });

  test('semaphores: count, limit, rights', async () => {
    await inClient(async (process) => {
      const handle = await semaphore(process, 1, 3);
      const release = async (count: number) => {
        const answer = await nt.NtReleaseSemaphore(process, { handle, count });
        return answer.status === 0 ? answer.previous : statusOf(answer);
      };
      assert.equal(await wait(process, handle, 0), 'STATUS_SUCCESS');
      assert.equal(await wait(process, handle, 0), 'STATUS_TIMEOUT');
      assert.equal(await release(3), 0);
      assert.equal(await release(1), 'STATUS_SEMAPHORE_LIMIT_EXCEEDED');
      assert.equal(await release(0x7fff_ffff), 'STATUS_SEMAPHORE_LIMIT_EXCEEDED');
      for (const count of [0, -1]) assert.equal(await release(count), 'STATUS_INVALID_PARAMETER');
      const { count, maximum } = await nt.NtQuerySemaphore(process, { handle });
      assert.deepEqual([count, maximum], [3, 3]);
      for (const [initial, most] of [
        [0, 0],
        [2, 1],
        [-1, 1],
        [0, -1],
      ] as const) {
        const input = { ...ALL, initial, maximum: most };
        const answer = await nt.NtCreateSemaphore(process, input);
        assert.equal(statusOf(answer), 'STATUS_INVALID_PARAMETER');
      }
      const input = { ...ALL, initial: 0, maximum: 1, access: SYNCHRONIZE };
      const { handle: waits } = await nt.NtCreateSemaphore(process, input);
      const calls: Call[] = [
        (of) => nt.NtReleaseSemaphore(process, { handle: of, count: 1 }),
        (of) => nt.NtQuerySemaphore(process, { handle: of }),
      ];
      await checkHandles(process, calls, waits);
      const access = SEMAPHORE_MODIFY_STATE | SEMAPHORE_QUERY_STATE;
      const { handle: blind } = await nt.NtCreateSemaphore(process, { ...input, access });
      assert.equal(await wait(process, blind, 0), 'STATUS_ACCESS_DENIED');
    });
  });

  test('timers: due, due again, cancelled, wrong', async () => {
    await inClient(async (process) => {
      const once = { routine: 0, context: 0, period: 0 };
      const [handle, ticks] = [await timer(process), await timer(process, SynchronizationTimer)];
      const set = (of: number, due: number, more: object = {}) =>
        nt.NtSetTimer(process, { handle: of, due, ...once, ...more });
      assert.equal((await set(handle, -200_000)).previous, 0);
      assert.equal(await wait(process, handle, 0), 'STATUS_TIMEOUT');
      const { remaining } = await nt.NtQueryTimer(process, { handle });
      assert.isAbove(remaining, 0);
      assert.isAtMost(remaining, 200_000);
      assert.equal(await wait(process, handle), 'STATUS_SUCCESS');
      assert.equal(await wait(process, handle, 0), 'STATUS_SUCCESS', 'it stays');
      assert.isTrue((await nt.NtQueryTimer(process, { handle })).signalled);
      assert.equal((await set(handle, TIMEOUT_INFINITE + 1)).previous, 0);
      assert.equal((await set(handle, TIMEOUT_INFINITE + 1)).previous, 1);
      assert.isTrue((await nt.NtCancelTimer(process, { handle })).active);
      assert.isFalse((await nt.NtCancelTimer(process, { handle })).active);
      assert.equal(await wait(process, handle, -10_000), 'STATUS_TIMEOUT');
      const { time } = await nt.NtQuerySystemTime(process, {});
      await set(handle, time - 1);
      assert.equal(await wait(process, handle, 0), 'STATUS_SUCCESS', 'a time that has passed');

      await set(ticks, -10_000, { period: 2 });
      for (let turn = 0; turn < 5; turn++)
        assert.equal(await wait(process, ticks), 'STATUS_SUCCESS');
      await nt.NtCancelTimer(process, { handle: ticks });
      await wait(process, ticks, 0);
      assert.equal(await wait(process, ticks, -100_000), 'STATUS_TIMEOUT');

      const bad = await nt.NtCreateTimer(process, { ...ALL, type: 2 });
      assert.equal(statusOf(bad), 'STATUS_INVALID_PARAMETER_4');
      const negative = await set(handle, 0, { period: -1 });
      assert.equal(statusOf(negative), 'STATUS_INVALID_PARAMETER_6');
      const input = { ...ALL, access: SYNCHRONIZE, type: 0 };
      const { handle: waits } = await nt.NtCreateTimer(process, input);
      const calls: Call[] = [
        (of) => set(of, 0),
        (of) => nt.NtCancelTimer(process, { handle: of }),
        (of) => nt.NtQueryTimer(process, { handle: of }),
      ];
      await checkHandles(process, calls, waits);
      const sets = await nt.NtCreateTimer(process, { ...input, access: TIMER_MODIFY_STATE });
      assert.equal(await wait(process, sets.handle, 0), 'STATUS_ACCESS_DENIED');
    });
  });

  test('a semaphore is opened by its name, by another process too', async () => {
    const name = '\\??\\Count';
    const other = nativeImage(async (process) => {
      const access = SEMAPHORE_MODIFY_STATE;
      const { handle } = await nt.NtOpenSemaphore(process, { ...ALL, name, access });
      const { status, previous } = await nt.NtReleaseSemaphore(process, { handle, count: 2 });
      return status === 0 ? previous : status;
    });
    await inClient(
      async (process) => {
        const open = (given: typeof ALL) => nt.NtOpenSemaphore(process, given);
        const made = { ...ALL, name, initial: 1, maximum: 5 };
        const { handle } = await nt.NtCreateSemaphore(process, made);
        const { handle: child } = await nt.NtCreateProcess(process, {
          image: 'other.exe',
          commandLine: '',
        });
        assert.equal(await wait(process, child), 'STATUS_SUCCESS');
        const ended = await nt.NtQueryInformationProcess(process, { handle: child });
        assert.equal(ended.exitStatus, 1, 'the count before');

        const looks = await open({ ...ALL, name: name.toUpperCase(), access: GENERIC_READ });
        assert.deepInclude(await nt.NtQuerySemaphore(process, looks), { count: 3, maximum: 5 });
        const release = async (of: number) =>
          statusOf(await nt.NtReleaseSemaphore(process, { handle: of, count: 1 }));
        assert.equal(await release(looks.handle), 'STATUS_ACCESS_DENIED');
        assert.equal(await wait(process, looks.handle, 0), 'STATUS_ACCESS_DENIED');
        const waits = await open({ ...ALL, name, access: GENERIC_EXECUTE });
        assert.equal(await wait(process, waits.handle, 0), 'STATUS_SUCCESS');
        assert.equal((await nt.NtQuerySemaphore(process, { handle })).count, 2);
        assert.equal(statusOf(await nt.NtQuerySemaphore(process, waits)), 'STATUS_ACCESS_DENIED');
        const sets = await open({ ...ALL, name, access: GENERIC_WRITE });
        assert.equal(await release(sets.handle), 'STATUS_SUCCESS');
        assert.equal(await wait(process, sets.handle, 0), 'STATUS_ACCESS_DENIED');
        await checkNames(process, name, open);
        for (const each of [handle, looks.handle, waits.handle])
          await nt.NtClose(process, { handle: each });
        assert.equal(statusOf(await open({ ...ALL, name })), 'STATUS_SUCCESS', 'one is left');
      },
      { 'other.exe': other },
    );
  });

  test('a timer is opened by its name', async () => {
    await inClient(async (process) => {
      const name = '\\??\\Bell';
      const open = (given: typeof ALL) => nt.NtOpenTimer(process, given);
      assert.equal(statusOf(await open({ ...ALL, name })), 'STATUS_OBJECT_NAME_NOT_FOUND');
      const { handle } = await nt.NtCreateTimer(process, { ...ALL, name, type: 0 });
      const set = async (of: number) => {
        const due = { due: TIMEOUT_INFINITE + 1, routine: 0, context: 0, period: 0 };
        return statusOf(await nt.NtSetTimer(process, { handle: of, ...due }));
      };
      const looks = await open({ ...ALL, name: '\\??\\BELL', access: GENERIC_READ });
      const sets = await open({ ...ALL, name, access: TIMER_MODIFY_STATE });
      const waits = await open({ ...ALL, name, access: SYNCHRONIZE });
      assert.equal(await set(looks.handle), 'STATUS_ACCESS_DENIED');
      assert.equal(await set(waits.handle), 'STATUS_ACCESS_DENIED');
      assert.equal(await set(sets.handle), 'STATUS_SUCCESS');
      assert.isAbove((await nt.NtQueryTimer(process, looks)).remaining, 0);
      assert.equal(statusOf(await nt.NtQueryTimer(process, sets)), 'STATUS_ACCESS_DENIED');
      assert.equal(await wait(process, waits.handle, 0), 'STATUS_TIMEOUT');
      assert.isTrue((await nt.NtCancelTimer(process, sets)).active, 'the same timer');
      const now = { handle, due: 0, routine: 0, context: 0, period: 0 };
      await nt.NtSetTimer(process, now);
      assert.equal(await wait(process, waits.handle), 'STATUS_SUCCESS');
      for (const each of [looks, sets])
        assert.equal(await wait(process, each.handle, 0), 'STATUS_ACCESS_DENIED');
      await checkNames(process, name, open);
      for (const each of [handle, looks.handle, sets.handle, waits.handle])
        await nt.NtClose(process, { handle: each });
      assert.equal(statusOf(await open({ ...ALL, name })), 'STATUS_OBJECT_NAME_NOT_FOUND');
    });
  });
});
