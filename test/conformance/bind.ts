/** Notifications bound to a thread: signals and messages through one wait. */
import { assert } from 'chai';
import {
  MessageInfo_get_label,
  MessageInfo_get_length,
  MessageInfo_new,
  seL4_CanWrite,
  seL4_CapFault,
  seL4_CapInitThreadTCB,
  seL4_IllegalOperation,
  seL4_NBRecv,
  seL4_NoError,
  seL4_Poll,
  seL4_Recv,
  seL4_Reply,
  seL4_Send,
  seL4_Signal,
  seL4_TCB_BindNotification,
  seL4_TCB_UnbindNotification,
  seL4_Wait,
} from '../../personality/sel4/index.ts';
import type { Thread } from '../../personality/sel4/index.ts';
import { OUR_PRIORITY, settle } from './harness/bench.ts';
import type { Bench, Helper } from './harness/bench.ts';
import type { Program } from './harness/program.ts';

const ROUNDS = 10;
const ABOVE = { priority: OUR_PRIORITY + 1 };
const MESSAGE = 4;
const SIGNAL = 8;

interface Ends {
  readonly endpoint: number;
  readonly send: number;
  readonly ntfn: number;
  readonly signal: number;
}

function makeEnds(bench: Bench): Ends {
  const endpoint = bench.endpoint();
  const ntfn = bench.notification();
  const signal = bench.badged(ntfn, SIGNAL);
  return { endpoint, send: bench.badged(endpoint, MESSAGE), ntfn, signal };
}

function bind(bench: Bench, tcb: number, ntfn: number): void {
  assert.equal(seL4_TCB_BindNotification(bench.thread, tcb, ntfn), seL4_NoError);
}

/** The receiver is the better thread, so no two signals become one. */
async function bothThroughEndpoint(bench: Bench): Promise<void> {
  const { endpoint, send, ntfn, signal } = makeEnds(bench);
  const badges: number[] = [];
  const receiver = bench.create(async (thread) => {
    while (badges.length < 2 * ROUNDS) {
      const info = await seL4_Recv(thread, endpoint);
      badges.push(thread.badge);
      const expected = thread.badge === MESSAGE ? 1 : 0;
      assert.equal(MessageInfo_get_length(info), expected, 'a signal is an empty message');
    }
  }, ABOVE);
  bind(bench, receiver.tcb, ntfn);
  bench.resume(receiver);
  const sender = bench.start(async (thread) => {
    for (let i = 0; i < ROUNDS; i++) await seL4_Send(thread, send, MessageInfo_new(1, 0, 0, 1));
  });
  const signaller = bench.start(async (thread) => {
    for (let i = 0; i < ROUNDS; i++) await seL4_Signal(thread, signal);
  });
  for (const helper of [receiver, sender, signaller]) await bench.wait(helper);
  const count = (badge: number) => badges.filter((seen) => seen === badge).length;
  assert.equal(count(MESSAGE), ROUNDS, 'messages');
  assert.equal(count(SIGNAL), ROUNDS, 'signals');
}

/** One to one, with a right to it, and nobody else may wait. */
async function bindRules(bench: Bench): Promise<void> {
  const { thread } = bench;
  const bindTo = (tcb: number, ntfn: number) => seL4_TCB_BindNotification(thread, tcb, ntfn);
  const [ntfn, other] = [bench.notification(), bench.notification()];
  const [one, two] = [bench.tcb(), bench.tcb()];
  const unreadable = bench.badged(ntfn, 0, seL4_CanWrite);
  for (const wrong of [unreadable, bench.endpoint(), one]) {
    assert.equal(bindTo(one, wrong), seL4_IllegalOperation, 'not to be bound');
  }
  assert.equal(bindTo(one, ntfn), seL4_NoError);
  assert.equal(bindTo(one, other), seL4_IllegalOperation, 'a thread with another');
  assert.equal(bindTo(two, ntfn), seL4_IllegalOperation, 'a notification with another');
  const faultEndpoint = bench.endpoint();
  const wait = async (self: Thread) => void (await seL4_Wait(self, ntfn));
  const outsider = bench.start(wait, { ...ABOVE, faultEndpoint });
  const fault = await seL4_Recv(thread, faultEndpoint);
  assert.equal(MessageInfo_get_label(fault), seL4_CapFault, 'only the bound thread may wait');
  assert.equal(seL4_TCB_UnbindNotification(thread, one), seL4_NoError);
  assert.equal(seL4_TCB_UnbindNotification(thread, one), seL4_IllegalOperation, 'not bound');
  await seL4_Reply(thread, MessageInfo_new(0, 0, 0, 0));
  assert.equal(bindTo(two, ntfn), seL4_IllegalOperation, 'somebody waits');
  await seL4_Signal(thread, ntfn);
  await bench.wait(outsider);
  assert.equal(bindTo(two, ntfn), seL4_NoError);
}

async function throughNotification(bench: Bench): Promise<void> {
  const { ntfn, signal } = makeEnds(bench);
  const receiver = bench.create(async (thread) => {
    for (let i = 0; i < ROUNDS; i++) {
      await seL4_Wait(thread, ntfn);
      assert.equal(thread.badge, SIGNAL, `signal ${i}`);
    }
    await seL4_Poll(thread, ntfn);
    return thread.badge;
  }, ABOVE);
  bind(bench, receiver.tcb, ntfn);
  bench.resume(receiver);
  const signaller = bench.start(async (thread) => {
    for (let i = 0; i < ROUNDS; i++) await seL4_Signal(thread, signal);
  });
  assert.equal(await bench.wait(receiver), 0, 'no eleventh');
  await bench.wait(signaller);
}

/** Waits on its notification, then receives a message: both badges. */
function waiter(bench: Bench, ends: Ends, badges: number[]): Helper {
  const helper = bench.create(async (thread) => {
    await seL4_Wait(thread, ends.ntfn);
    badges.push(thread.badge);
    await seL4_Recv(thread, ends.endpoint);
    badges.push(thread.badge);
  }, ABOVE);
  bind(bench, helper.tcb, ends.ntfn);
  return helper;
}

function sender(bench: Bench, ends: Ends): Helper {
  return bench.start(async (thread) => {
    await seL4_Send(thread, ends.send, MessageInfo_new(1, 0, 0, 0));
  }, ABOVE);
}

async function waitFirst(bench: Bench): Promise<void> {
  const ends = makeEnds(bench);
  const badges: number[] = [];
  const helper = waiter(bench, ends, badges);
  bench.resume(helper);
  await settle(bench.thread);
  const sending = sender(bench, ends);
  await settle(bench.thread);
  assert.deepEqual(badges, [], 'a message does not end a wait on the notification');
  await seL4_Signal(bench.thread, ends.signal);
  await bench.wait(helper);
  await bench.wait(sending);
  assert.deepEqual(badges, [SIGNAL, MESSAGE]);
}

async function signalFirst(bench: Bench): Promise<void> {
  const ends = makeEnds(bench);
  const badges: number[] = [];
  const helper = waiter(bench, ends, badges);
  const sending = sender(bench, ends);
  await settle(bench.thread);
  await seL4_Signal(bench.thread, ends.signal);
  bench.resume(helper);
  await settle(bench.thread);
  assert.deepEqual(badges, [SIGNAL, MESSAGE], 'neither waits for anything');
  await bench.wait(helper);
  await bench.wait(sending);
}

async function receiveWithoutWaiting(bench: Bench): Promise<void> {
  const { thread } = bench;
  const ends = makeEnds(bench);
  const badgeOf = async (cap: number): Promise<number> => {
    await seL4_NBRecv(thread, cap);
    return thread.badge;
  };
  bind(bench, seL4_CapInitThreadTCB, ends.ntfn);
  assert.equal(await badgeOf(ends.ntfn), 0, 'nothing on the notification');
  assert.equal(await badgeOf(ends.endpoint), 0, 'nothing on the endpoint');
  await seL4_Signal(thread, ends.signal);
  assert.equal(await badgeOf(ends.ntfn), SIGNAL, 'a signal through the notification');
  assert.equal(await badgeOf(ends.ntfn), 0, 'once');
  await seL4_Signal(thread, ends.signal);
  assert.equal(await badgeOf(ends.endpoint), SIGNAL, 'a signal through the endpoint');
  assert.equal(await badgeOf(ends.endpoint), 0, 'once');
  const sending = sender(bench, ends);
  await settle(thread);
  const info = await seL4_NBRecv(thread, ends.endpoint);
  assert.equal(thread.badge, MESSAGE, 'a message through the endpoint');
  assert.equal(MessageInfo_get_label(info), 1);
  await bench.wait(sending);
}

export const programs: Program[] = [
  {
    id: 'BIND0001',
    checks:
      'a bound thread on an endpoint gets 10 messages and 10 signals, by badge; what may be bound',
    async run(bench) {
      await bothThroughEndpoint(bench);
      await bindRules(bench);
    },
  },
  {
    id: 'BIND0002',
    checks: 'a bound thread on its notification gets 10 signals',
    run: throughNotification,
  },
  {
    id: 'BIND0003',
    checks: 'wait on the bound notification, then message and signal: the signal ends the wait',
    run: waitFirst,
  },
  {
    id: 'BIND0004',
    checks: 'message and signal, then wait on the bound notification: the signal is taken',
    run: signalFirst,
  },
  {
    id: 'NBWAIT0001',
    checks: 'NBRecv: badge 0 where nothing is; a signal through either capability; a message',
    run: receiveWithoutWaiting,
  },
];
