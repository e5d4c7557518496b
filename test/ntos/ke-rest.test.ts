/** What no boot needs of the Executive: who calls it waits, and hears why it cannot come. */
import { assert } from 'chai';
import { Dispatcher, type Result } from '../../personality/ntos/ke/dispatch.ts';
import { Rest } from '../../personality/ntos/ke/rest.ts';
import type { NtThread, Process } from '../../personality/ntos/ps/types.ts';
import { Coroutines, Waitable } from '../../personality/rtl/coroutines.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { services } from '../../personality/rtl/services.ts';
import type { Thread, Window } from '../../personality/sel4/types.ts';

function fixture() {
  const registers: number[] = [];
  const thread = {
    getMR: (index: number) => registers[index] ?? 0,
    setMR: (index: number, value: number) => void (registers[index] = value),
  } as unknown as Thread;
  const log: string[] = [];
  const say = (...text: unknown[]) => void log.push(text.join(' '));
  const dispatcher = new Dispatcher(thread, say);
  const coroutines = new Coroutines(() => 0);
  const process = { state: 'running' } as Process;
  const caller = { process, state: 'running', buffer: {} as Window } as NtThread;
  const comings: ((reason?: string) => void)[] = [];
  const rest = new Rest({ event: () => new Waitable(coroutines), log: say }, () => {
    const came = new Waitable(coroutines);
    let reason: string | undefined;
    comings.push((why) => {
      reason = why;
      came.set();
    });
    return came.wait().then(() => reason);
  });
  dispatcher.rest = rest;
  const call = (name: keyof typeof services, ...words: number[]) => {
    registers.splice(0, Infinity, ...words);
    const { number } = services[name];
    return coroutines.run(() => dispatcher.call(caller, number, words.length));
  };
  return { registers, log, dispatcher, coroutines, caller, comings, rest, call };
}

suite('the rest of the Executive', () => {
  test('a service that is in it waits, with what was in the registers, once for all', async () => {
    const { dispatcher, registers, comings, call } = fixture();
    const first = call('NtReleaseSemaphore', 4, 2);
    const second = call('NtReleaseSemaphore', 8, 1);
    registers.splice(0, Infinity, 99, 99);
    const seen: unknown[] = [];
    dispatcher.register('NtReleaseSemaphore', (_, { handle, count }) => {
      seen.push([handle, count]);
      return { status: Status.STATUS_SUCCESS, previous: handle };
    });
    assert.lengthOf(seen, 0);
    assert.lengthOf(comings, 1, 'it is asked for once');
    comings[0]!();
    assert.equal((await first).status, Status.STATUS_SUCCESS);
    assert.equal((await second).status, Status.STATUS_SUCCESS);
    assert.deepEqual(seen, [
      [4, 2],
      [8, 1],
    ]);
    assert.notInstanceOf(call('NtReleaseSemaphore', 4, 1), Promise, 'and at once from then on');
  });

  test('a service of the boot does not wait, but for what it says that it wants', async () => {
    const { dispatcher, comings, call } = fixture();
    dispatcher.register(
      'NtQuerySystemInformation',
      (_, input) => ({ status: input.class }),
      (_, input) => input.class > 5,
    );
    assert.equal((call('NtQuerySystemInformation', 5, 0) as Result).status, 5);
    assert.lengthOf(comings, 0);
    const later = call('NtQuerySystemInformation', 6, 0);
    assert.instanceOf(later, Promise);
    comings[0]!();
    assert.equal((await later).status, 6);
  });

  test('where it cannot come that is said, and the next one who asks tries again', async () => {
    const { dispatcher, log, comings, rest, call } = fixture();
    const failed = call('NtReleaseSemaphore', 4, 1);
    comings[0]!('there is no network');
    assert.equal((await failed).status, Status.STATUS_DLL_NOT_FOUND);
    assert.isFalse(rest.here);
    assert.match(log.join(), /could not be loaded: there is no network/);
    const again = call('NtReleaseSemaphore', 4, 1);
    dispatcher.register('NtReleaseSemaphore', () => ({ status: Status.STATUS_SUCCESS }));
    comings[1]!();
    assert.equal((await again).status, Status.STATUS_SUCCESS);
  });

  test('who has ended meanwhile is not served', async () => {
    const { dispatcher, caller, comings, call } = fixture();
    dispatcher.register(
      'NtReleaseSemaphore',
      () => assert.fail('it was called'),
      () => true,
    );
    const called = call('NtReleaseSemaphore', 4, 1);
    caller.state = 'ended';
    comings[0]!();
    assert.equal((await called).status, Status.STATUS_THREAD_IS_TERMINATING);
  });
});
