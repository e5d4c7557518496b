/** Waiting by itself: each kind of object, any and all, alerts, time-outs, ends. */
import { assert } from 'chai';
import { KEvent } from '../../../personality/ntos/ke/wait/event.ts';
import { KGate } from '../../../personality/ntos/ke/wait/gate.ts';
import { KMutant } from '../../../personality/ntos/ke/wait/mutant.ts';
import { KSemaphore } from '../../../personality/ntos/ke/wait/semaphore.ts';
import { KTimer } from '../../../personality/ntos/ke/wait/timer.ts';
import {
  KeWaitForMultipleObjects,
  KeWaitForSingleObject,
} from '../../../personality/ntos/ke/wait/wait.ts';
import { NotificationEvent, SynchronizationEvent } from '../../../personality/rtl/nt.ts';
import {
  NotificationTimer,
  SynchronizationTimer,
  WaitAll,
} from '../../../personality/rtl/objects.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { endThread, makeRig, makeThread } from './rig.ts';

const { STATUS_TIMEOUT, STATUS_ALERTED, STATUS_USER_APC, STATUS_ABANDONED_WAIT_0 } = Status;
const ENDED = Status.STATUS_THREAD_IS_TERMINATING;
const auto = (signalled = false) => new KEvent(SynchronizationEvent, signalled);
const manual = (signalled = false) => new KEvent(NotificationEvent, signalled);
const apc = { routine: 1, context: 0, argument1: 0, argument2: 0 };

suite('ntos/ke/wait', () => {
  test('a wait that is satisfied at once makes no promise', () => {
    const { ke } = makeRig();
    const thread = makeThread();
    const now = (object: KEvent | KMutant | KSemaphore, timeout = Infinity) =>
      KeWaitForSingleObject(ke, thread, object, false, timeout);
    assert.equal(now(manual(true)), 0);
    assert.equal(now(auto(true)), 0);
    assert.equal(now(new KMutant()), 0);
    assert.equal(now(new KSemaphore(1, 1)), 0);
    assert.equal(now(auto(), 0), STATUS_TIMEOUT);
    const eight = Array.from({ length: 8 }, (_, index) => auto(index >= 5));
    assert.equal(KeWaitForMultipleObjects(ke, thread, eight, 1, false, Infinity), 5);
    assert.equal(KeWaitForMultipleObjects(ke, thread, eight, 1, false, Infinity), 6);
  });

  test('a notification event releases all, a synchronization event one, in order', async () => {
    const rig = makeRig();
    for (const type of [NotificationEvent, SynchronizationEvent]) {
      const event = new KEvent(type);
      const waits = [0, 1, 2].map(() => rig.wait(makeThread(), [event]));
      assert.isFalse(event.set());
      await rig.drain();
      const none = type === NotificationEvent ? 0 : undefined;
      assert.deepEqual(
        waits.map(({ status }) => status),
        [0, none, none],
      );
      assert.equal(event.signalled, type === NotificationEvent);
      event.set();
      event.set();
      await rig.drain();
      assert.isTrue(waits.every(({ status }) => status === 0));
      assert.isTrue(event.set() === (type === NotificationEvent));
      assert.isTrue(event.reset());
    }
  });

  test('a pulse releases who waits now, and nobody after', async () => {
    const rig = makeRig();
    for (const [type, released] of [
      [NotificationEvent, 2],
      [SynchronizationEvent, 1],
    ] as const) {
      const event = new KEvent(type);
      const waits = [0, 1].map(() => rig.wait(makeThread(), [event]));
      assert.isFalse(event.pulse());
      await rig.drain();
      assert.equal(waits.filter(({ status }) => status === 0).length, released);
      assert.equal(rig.wait(makeThread(), [event], { timeout: 0 }).status, STATUS_TIMEOUT);
    }
  });

  test('a semaphore releases as many as it is given, and keeps the rest', async () => {
    const rig = makeRig();
    const semaphore = new KSemaphore(0, 3);
    const waits = [0, 1, 2].map(() => rig.wait(makeThread(), [semaphore]));
    assert.equal(semaphore.release(2), 0);
    await rig.drain();
    assert.deepEqual(
      waits.map(({ status }) => status),
      [0, 0, undefined],
    );
    assert.equal(semaphore.release(3), 0);
    assert.equal(semaphore.count, 2);
    assert.isUndefined(semaphore.release(2));
    assert.equal(semaphore.count, 2);
  });

  test("a mutant is its owner's again and again, and no one else's", async () => {
    const rig = makeRig();
    const [owner, other] = [makeThread(), makeThread()];
    const mutant = new KMutant(owner);
    assert.equal(mutant.state, 0);
    assert.equal(rig.wait(owner, [mutant]).status, 0);
    assert.equal(mutant.state, -1);
    const waiting = rig.wait(other, [mutant]);
    assert.isUndefined(mutant.release(other));
    assert.equal(mutant.release(owner), -1);
    await rig.drain();
    assert.isUndefined(waiting.status);
    assert.equal(mutant.release(owner), 0);
    await rig.drain();
    assert.equal(waiting.status, 0);
    assert.equal(mutant.owner, other);
    assert.isUndefined(mutant.release(owner));
    assert.equal(owner.mutants.size, 0);
  });

  test('a mutant whose owner has ended says so to the next, once', async () => {
    const rig = makeRig();
    const [owner, second, third] = [makeThread(), makeThread(), makeThread()];
    const mutant = new KMutant(owner);
    mutant.consume(owner);
    const waits = [second, third].map((thread) => rig.wait(thread, [auto(), mutant]));
    endThread(owner);
    await rig.drain();
    assert.equal(waits[0]!.status, STATUS_ABANDONED_WAIT_0 + 1);
    assert.isFalse(mutant.abandoned);
    mutant.release(second);
    await rig.drain();
    assert.equal(waits[1]!.status, 1);
    endThread(third);
    assert.isTrue(mutant.abandoned);
    const all = rig.wait(second, [manual(true), mutant], { all: true });
    assert.equal(all.status, STATUS_ABANDONED_WAIT_0);
  });

  test('a wait for all takes nothing until it can take everything', async () => {
    const rig = makeRig();
    const [event, semaphore] = [auto(true), new KSemaphore(0, 5)];
    const waiting = rig.wait(makeThread(), [event, semaphore], { all: true });
    assert.isTrue(event.signalled);
    assert.equal(rig.wait(makeThread(), [event]).status, 0, 'another takes it');
    semaphore.release(1);
    await rig.drain();
    assert.isUndefined(waiting.status);
    assert.equal(semaphore.count, 1);
    event.set();
    await rig.drain();
    assert.equal(waiting.status, 0);
    assert.isFalse(event.signalled);
    assert.equal(semaphore.count, 0);
  });

  test('who comes first and cannot be satisfied does not keep the next from it', async () => {
    const rig = makeRig();
    const [one, two] = [auto(), auto()];
    const both = rig.wait(makeThread(), [one, two], { all: true });
    const single = rig.wait(makeThread(), [one]);
    one.set();
    await rig.drain();
    assert.isUndefined(both.status);
    assert.equal(single.status, 0);
  });

  test('an object twice: no wait for all, but one for any', async () => {
    const rig = makeRig();
    const event = auto();
    const { ke } = rig;
    const twice = [event, event];
    const status = KeWaitForMultipleObjects(ke, undefined, twice, WaitAll, false, 0);
    assert.equal(status, Status.STATUS_INVALID_PARAMETER_MIX);
    const waiting = rig.wait(makeThread(), twice);
    event.set();
    await rig.drain();
    assert.equal(waiting.status, 0);
    assert.equal(event.waiting, 0);
  });

  test('time-outs: the wait is gone, and takes nothing later', async () => {
    const rig = makeRig();
    const event = auto();
    const waiting = rig.wait(makeThread(), [event, auto()], { timeout: 100 });
    await rig.pass(99);
    assert.isUndefined(waiting.status);
    await rig.pass(1);
    assert.equal(waiting.status, STATUS_TIMEOUT);
    event.set();
    assert.isTrue(event.signalled);
    assert.equal(event.waiting, 0);
  });

  test('what is set when the time has passed, but before the waiter runs, is not lost', async () => {
    const rig = makeRig();
    const event = auto();
    const waiting = rig.wait(makeThread(), [event], { timeout: 100 });
    rig.ke.after(100, () => event.set());
    await rig.pass(200);
    const taken = waiting.status === 0 ? 1 : 0;
    assert.equal(taken + (event.signalled ? 1 : 0), 1);
  });

  test('the end of a thread ends its wait at once', async () => {
    const rig = makeRig();
    const thread = makeThread();
    const event = auto();
    const waiting = rig.wait(thread, [event], { alertable: true });
    endThread(thread);
    event.set();
    assert.isTrue(event.signalled, 'a dead waiter uses nothing up');
    await rig.drain();
    assert.equal(waiting.status, ENDED);
    assert.equal(thread.rundown.size, 0);
    assert.isUndefined(thread.interrupt);
  });

  test('objects come before alerts, alerts before APCs, all before the time-out', () => {
    const rig = makeRig();
    const thread = makeThread();
    thread.alerted = true;
    thread.apcs.push(apc);
    const wait = (object: KEvent, alertable = true) =>
      rig.wait(thread, [object], { alertable, timeout: 0 }).status;
    assert.equal(wait(manual(true)), 0);
    assert.equal(wait(manual(), false), STATUS_TIMEOUT);
    assert.isTrue(thread.alerted);
    assert.equal(wait(manual()), STATUS_ALERTED);
    assert.equal(wait(manual()), STATUS_USER_APC);
    assert.isTrue(thread.apcPending);
    thread.apcs.length = 0;
    assert.equal(wait(manual()), STATUS_TIMEOUT);
  });

  test('an alert ends an alertable wait alone', async () => {
    const rig = makeRig();
    const [thread, deaf] = [makeThread(), makeThread()];
    const event = auto();
    const waiting = rig.wait(thread, [event], { alertable: true });
    rig.wait(deaf, [event]);
    assert.isUndefined(deaf.interrupt);
    thread.interrupt!(STATUS_ALERTED);
    assert.equal(event.waiting, 1);
    await rig.drain();
    assert.equal(waiting.status, STATUS_ALERTED);
  });

  test('a gate stays open', async () => {
    const rig = makeRig();
    const gate = new KGate(rig.ke);
    const waits = [rig.wait(makeThread(), [gate]), rig.wait(makeThread(), [gate])];
    let passed: boolean | undefined;
    void rig.coroutines.spawn(async () => {
      passed = await gate.wait(5);
    });
    await rig.pass(10);
    assert.isFalse(passed);
    gate.set();
    await rig.drain();
    assert.isTrue(waits.every(({ status }) => status === 0));
    assert.equal(rig.wait(makeThread(), [gate], { timeout: 0 }).status, 0);
  });

  test('a timer that is cancelled when its time has come does not go on', async () => {
    const rig = makeRig();
    let calls = 0;
    const timer = new KTimer(rig.ke, NotificationTimer);
    timer.set(100, 10, () => calls++);
    rig.expire(100);
    timer.cancel();
    await rig.pass(1000);
    assert.deepEqual([calls, timer.signalled, rig.coroutines.timed], [0, false, 0]);
    timer.set(100, 0, () => calls++);
    rig.expire(100);
    timer.set(50, 0);
    await rig.pass(49);
    assert.deepEqual([calls, timer.active, timer.signalled], [0, true, false]);
    await rig.pass(1);
    assert.isTrue(timer.signalled);
  });

  test('timers: once, periodic, cancelled, set anew', async () => {
    const rig = makeRig();
    const timer = new KTimer(rig.ke, NotificationTimer);
    let calls = 0;
    assert.isFalse(timer.set(100, 0, () => calls++));
    const waiting = rig.wait(makeThread(), [timer]);
    await rig.pass(99);
    assert.deepEqual([timer.active, timer.signalled, timer.remaining], [true, false, 1]);
    await rig.pass(1);
    assert.deepEqual([waiting.status, calls, timer.active, timer.signalled], [0, 1, false, true]);
    assert.isFalse(timer.set(100, 0));
    assert.isFalse(timer.signalled, 'setting resets it');
    assert.isTrue(timer.set(50, 0), 'setting again cancels');
    assert.isTrue(timer.cancel());
    assert.isFalse(timer.cancel());
    await rig.pass(1000);
    assert.isFalse(timer.signalled);
    timer.set(-5, 0);
    assert.isTrue(timer.signalled, 'a time that has passed');

    const ticks = new KTimer(rig.ke, SynchronizationTimer);
    ticks.set(10, 20, () => calls++);
    calls = 0;
    await rig.pass(10 + 20 * 3);
    assert.equal(calls, 4);
    assert.equal(rig.wait(makeThread(), [ticks]).status, 0);
    assert.equal(rig.wait(makeThread(), [ticks], { timeout: 0 }).status, STATUS_TIMEOUT);
    ticks.cancel();
    await rig.pass(100);
    assert.equal(calls, 4);
    assert.equal(rig.coroutines.nextDue, Infinity);
  });

  test('a suspended thread takes nothing and does not time out until it is resumed', async () => {
    const rig = makeRig();
    const event = auto();
    const semaphore = new KSemaphore(0, 2);
    const [thread, other] = [makeThread(), makeThread()];
    const resume = () => {
      thread.suspendCount = 0;
      thread.wait?.retry();
    };
    const first = rig.wait(thread, [event], { timeout: 100 });
    const second = rig.wait(other, [event]);
    thread.suspendCount = 1;
    event.set();
    await rig.drain();
    assert.deepEqual([first.status, second.status], [undefined, 0]);
    await rig.pass(200);
    assert.isUndefined(first.status);
    event.set();
    resume();
    await rig.drain();
    assert.deepEqual([first.status, event.signalled], [0, false], 'the object comes first');
    const late = rig.wait(thread, [event], { timeout: 100 });
    thread.suspendCount = 1;
    await rig.pass(200);
    resume();
    await rig.drain();
    assert.equal(late.status, STATUS_TIMEOUT);
    const all = rig.wait(thread, [event, semaphore], { all: true });
    thread.suspendCount = 1;
    event.set();
    semaphore.release(1);
    await rig.drain();
    assert.deepEqual([all.status, semaphore.count, event.signalled], [undefined, 1, true]);
    resume();
    await rig.drain();
    assert.deepEqual([all.status, semaphore.count, event.signalled], [0, 0, false]);
    const ends = rig.wait(thread, [event]);
    thread.suspendCount = 1;
    endThread(thread);
    await rig.drain();
    assert.equal(ends.status, ENDED);
    assert.deepEqual([thread.wait, event.waiting], [undefined, 0]);
  });
});
