/** Priorities: who runs first, and when a change of priority takes effect. */
import { assert } from 'chai';
import {
  MessageInfo_new,
  SysCall,
  TCBSetPriority,
  seL4_Call,
  seL4_CapInitThreadTCB,
  seL4_InvalidCapability,
  seL4_NBSend,
  seL4_NoError,
  seL4_RangeError,
  seL4_Recv,
  seL4_Reply,
  seL4_Send,
  seL4_TCB_SetMCPriority,
  seL4_TCB_SetPriority,
  seL4_TCB_SetSchedParams,
  seL4_TCB_Suspend,
  seL4_Yield,
} from '../../personality/sel4/index.ts';
import type { Thread } from '../../personality/sel4/index.ts';
import { OUR_PRIORITY, settle } from './harness/bench.ts';
import type { Bench, Helper } from './harness/bench.ts';
import { ROOT } from './harness/cspace.ts';
import type { Program } from './harness/program.ts';

const US = seL4_CapInitThreadTCB;

async function allPriorities(bench: Bench): Promise<void> {
  const order: number[] = [];
  const helpers: Helper[] = [];
  const priorities = Array.from({ length: 256 }, (_, i) => i);
  // Neither ascending nor descending: 7 has no factor in common with 256.
  for (const i of priorities) {
    const priority = (i * 7) % 256;
    const note = () => Promise.resolve(void order.push(priority));
    helpers.push(bench.start(note, { priority }));
  }
  for (const helper of helpers) await bench.wait(helper);
  assert.deepEqual(order, priorities.reverse());
}

async function changePriority(bench: Bench): Promise<void> {
  const ran: string[] = [];
  const note = (name: string) => () => Promise.resolve(void ran.push(name));
  const low = bench.start(note('low'), { priority: OUR_PRIORITY - 1 });
  const lower = bench.start(note('lower'), { priority: OUR_PRIORITY - 2 });
  await settle(bench.thread);
  assert.deepEqual(ran, [], 'lesser threads wait');
  assert.equal(bench.setPriority(lower.tcb, OUR_PRIORITY + 1), seL4_NoError);
  await settle(bench.thread);
  assert.deepEqual(ran, ['lower'], 'a thread raised above us runs');
  assert.equal(bench.setPriority(US, OUR_PRIORITY - 2), seL4_NoError);
  await settle(bench.thread);
  assert.deepEqual(ran, ['lower', 'low'], 'we let a better thread run when we go below it');
  assert.equal(bench.setPriority(US, OUR_PRIORITY), seL4_NoError);
  await bench.wait(low);
  await bench.wait(lower);
  await exchangePriorities(bench, note, ran);
}

/** Two ready threads above us change places before either has run; a limit changes nothing. */
async function exchangePriorities(
  bench: Bench,
  note: (name: string) => () => Promise<void>,
  ran: string[],
): Promise<void> {
  ran.length = 0;
  const one = bench.start(note('one'), { priority: OUR_PRIORITY + 2 });
  const two = bench.start(note('two'), { priority: OUR_PRIORITY + 1 });
  const three = bench.start(note('three'), { priority: OUR_PRIORITY - 1 });
  assert.equal(bench.setPriority(two.tcb, OUR_PRIORITY + 3), seL4_NoError);
  assert.equal(seL4_TCB_SetMCPriority(bench.thread, three.tcb, US, 255), seL4_NoError);
  assert.equal(seL4_TCB_SetMCPriority(bench.thread, one.tcb, US, 0), seL4_NoError);
  await settle(bench.thread);
  assert.deepEqual(ran, ['two', 'one'], 'by their priorities as they are');
  const scheduled = seL4_TCB_SetSchedParams(bench.thread, three.tcb, US, 0, OUR_PRIORITY + 1);
  assert.equal(scheduled, seL4_NoError);
  await settle(bench.thread);
  assert.deepEqual(ran, ['two', 'one', 'three'], 'both at once');
  for (const helper of [one, two, three]) await bench.wait(helper);
}

/** A thread whose maximum controlled priority is 101, acting on itself by its own authority. */
async function limitsOfPriority(bench: Bench): Promise<void> {
  const mcp = OUR_PRIORITY + 1;
  const other = bench.tcb();
  assert.equal(seL4_TCB_SetMCPriority(bench.thread, other, US, 255), seL4_NoError);
  const helper: Helper = bench.create(
    (thread) => {
      const { tcb } = helper;
      const set = (priority: number) => seL4_TCB_SetPriority(thread, tcb, tcb, priority);
      const setMcp = (value: number) => seL4_TCB_SetMCPriority(thread, tcb, tcb, value);
      const setBoth = (limit: number, priority: number) =>
        seL4_TCB_SetSchedParams(thread, tcb, tcb, limit, priority);
      const assertRefused = (error: number, what: string): void => {
        assert.equal(error, seL4_RangeError, what);
        assert.deepEqual([thread.getMR(0), thread.getMR(1)], [0, mcp], 'the limits');
      };
      assertRefused(set(mcp + 1), 'a priority above the limit');
      assertRefused(setMcp(mcp + 1), 'a limit above the limit');
      assertRefused(setBoth(mcp, mcp + 1), 'both, a priority above the limit');
      assertRefused(setBoth(mcp + 1, mcp), 'both, a limit above the limit');
      assertRefused(seL4_TCB_SetPriority(thread, other, tcb, mcp + 1), 'the authority is ours');
      assert.equal(seL4_TCB_SetPriority(thread, tcb, other, mcp + 1), seL4_NoError, 'or another');
      assert.equal(seL4_TCB_SetPriority(thread, tcb, ROOT, 1), seL4_InvalidCapability, 'or none');
      assert.equal(thread.getMR(0), 1);
      assert.equal(set(mcp), seL4_NoError, 'a priority at the limit');
      assert.equal(setMcp(mcp), seL4_NoError, 'the limit itself');
      assert.equal(setMcp(0), seL4_NoError, 'no authority any more');
      assert.equal(set(1), seL4_RangeError, 'now every priority but 0 is above the limit');
      return Promise.resolve();
    },
    { mcp },
  );
  bench.resume(helper);
  await bench.wait(helper);
}

/** Senders queue in the order in which they came, whatever their priorities. */
async function sendersInOrder(bench: Bench): Promise<void> {
  const { thread } = bench;
  const endpoint = bench.endpoint();
  const went: number[] = [];
  const helpers: Helper[] = [];
  for (const above of [1, 3, 2]) {
    const badged = bench.badged(endpoint, above);
    const body = async (self: Thread): Promise<void> => {
      await seL4_Send(self, badged, MessageInfo_new(0, 0, 0, 0));
      went.push(above);
    };
    helpers.push(bench.start(body, { priority: OUR_PRIORITY + above }));
    await settle(thread);
  }
  for (const expected of [1, 3, 2]) {
    await seL4_Recv(thread, endpoint);
    assert.equal(thread.badge, expected, 'first come, first served');
    await settle(thread);
    assert.equal(went.at(-1), expected, 'its sender is better than we, and runs at once');
  }
  for (const helper of helpers) await bench.wait(helper);
}

/** Sending to a waiting thread switches to it exactly if it is the better one. */
async function preemptionBySend(bench: Bench): Promise<void> {
  const { thread } = bench;
  for (const send of [seL4_Send, seL4_NBSend]) {
    for (const difference of [-1, 0, 1]) {
      const endpoint = bench.endpoint();
      let received = false;
      const receiver = bench.start(
        async (self) => {
          await seL4_Recv(self, endpoint);
          received = true;
        },
        { priority: OUR_PRIORITY + 1 },
      );
      await settle(thread);
      assert.equal(bench.setPriority(receiver.tcb, OUR_PRIORITY + difference), seL4_NoError);
      await send(thread, endpoint, MessageInfo_new(0, 0, 0, 0));
      assert.equal(received, difference > 0, `${difference} above us, at once`);
      await seL4_Yield(thread);
      assert.equal(received, difference >= 0, `${difference} above us, after we yielded`);
      await bench.wait(receiver);
    }
  }
}

/** We wait for a lesser server's answer: who is between us and the server goes first. */
async function callToLesser(bench: Bench): Promise<void> {
  const { thread } = bench;
  for (const words of [0, 6]) {
    const order: string[] = [];
    const endpoint = bench.endpoint();
    const server = bench.start(
      async (self) => {
        await seL4_Recv(self, endpoint);
        order.push('server');
        await seL4_Reply(self, MessageInfo_new(0, 0, 0, 0));
        order.push('server, later');
      },
      { priority: OUR_PRIORITY + 1 },
    );
    await settle(thread);
    assert.equal(bench.setPriority(server.tcb, OUR_PRIORITY - 2), seL4_NoError);
    const between = bench.start(() => Promise.resolve(void order.push('between')), {
      priority: OUR_PRIORITY - 1,
    });
    await settle(thread);
    await seL4_Call(thread, endpoint, MessageInfo_new(0, 0, 0, words));
    assert.deepEqual(order, ['between', 'server'], `${words} words`);
    await bench.wait(server);
    await bench.wait(between);
  }
}

/** By a system call this time, so that the switch is part of it. */
async function raiseAboveUs(bench: Bench): Promise<void> {
  const { thread } = bench;
  let ran = false;
  const helper = bench.start(() => Promise.resolve(void (ran = true)), { priority: 50 });
  await settle(thread);
  assert.isFalse(ran);
  thread.setMR(0, OUR_PRIORITY + 1);
  thread.setCap(0, US);
  const info = await thread.enter(SysCall, helper.tcb, MessageInfo_new(TCBSetPriority, 0, 1, 1));
  assert.equal(info >>> 12, seL4_NoError);
  assert.isTrue(ran, 'it ran before our call came back');
  await bench.wait(helper);
}

/** Counts its turns, for ever. */
const spinner = (turns: number[], i: number) => async (thread: Thread) => {
  for (;;) {
    turns[i] = (turns[i] ?? 0) + 1;
    await seL4_Yield(thread);
  }
};

async function suspendedStandsStill(bench: Bench): Promise<void> {
  const turns: number[] = [0];
  const helper = bench.start(spinner(turns, 0));
  const rounds = async (count: number): Promise<number> => {
    const before = turns[0] ?? 0;
    for (let i = 0; i < count; i++) await seL4_Yield(bench.thread);
    return (turns[0] ?? 0) - before;
  };
  assert.equal(await rounds(10), 10, 'it runs when we yield');
  assert.equal(seL4_TCB_Suspend(bench.thread, helper.tcb), seL4_NoError);
  assert.equal(await rounds(10), 0, 'it stands still');
  bench.resume(helper);
  assert.equal(await rounds(10), 10, 'it goes on');
  assert.equal(seL4_TCB_Suspend(bench.thread, helper.tcb), seL4_NoError);
  // As good as switched to, each time, and stopped before it comes to that.
  assert.equal(bench.setPriority(helper.tcb, OUR_PRIORITY + 1), seL4_NoError);
  for (let i = 0; i < 3; i++) {
    bench.resume(helper);
    assert.equal(seL4_TCB_Suspend(bench.thread, helper.tcb), seL4_NoError);
    assert.equal(await rounds(3), 0, 'resumed and suspended at once');
  }
}

/** Three equals; the one suspended is left out of the round, and comes back into it. */
async function roundOfEquals(bench: Bench): Promise<void> {
  const order: number[] = [];
  const body = (name: number) => async (thread: Thread) => {
    for (;;) {
      order.push(name);
      await seL4_Yield(thread);
    }
  };
  const [one, two] = [bench.start(body(1)), bench.start(body(2))];
  const round = async (): Promise<number[]> => {
    order.length = 0;
    await seL4_Yield(bench.thread);
    return [...order];
  };
  assert.deepEqual(await round(), [2, 1], 'started last runs first');
  assert.deepEqual(await round(), [2, 1], 'a round keeps its order');
  assert.equal(seL4_TCB_Suspend(bench.thread, two.tcb), seL4_NoError);
  assert.deepEqual(await round(), [1]);
  assert.equal(seL4_TCB_Suspend(bench.thread, one.tcb), seL4_NoError);
  assert.deepEqual(await round(), []);
  bench.resume(one);
  assert.deepEqual(await round(), [1]);
  bench.resume(two);
  // A woken equal would now be the last: resuming is not waking.
  await settle(bench.thread);
  assert.deepEqual(await round(), [2, 1], 'a resumed thread is the first of its equals');
}

async function fourEquals(bench: Bench): Promise<void> {
  const turns = [0, 0, 0, 0];
  turns.forEach((_, i) => bench.start(spinner(turns, i)));
  for (let round = 1; round <= 100; round++) {
    await seL4_Yield(bench.thread);
    assert.deepEqual(turns, [round, round, round, round], 'each had one turn');
  }
}

export const programs: Program[] = [
  {
    id: 'SCHED0000',
    checks: 'a suspended spinner stands still, a resumed one goes on',
    adapted: 'the spinner yields: no timer interrupts a spinner',
    run: suspendedStandsStill,
  },
  {
    id: 'SCHED0003',
    checks: 'equals take turns; suspend takes one out of the round, resume puts it first',
    adapted: 'turns end by Yield: no timer interrupts a spinner',
    run: roundOfEquals,
  },
  {
    id: 'SCHED0004',
    checks: 'one thread for each priority from 0 to 255: they run in strictly descending order',
    run: allPriorities,
  },
  {
    id: 'SCHED0005',
    checks: 'SetPriority and SetMCPriority: who runs changes; RangeError above the own limit',
    async run(bench) {
      await changePriority(bench);
      await limitsOfPriority(bench);
    },
  },
  {
    id: 'SCHED0006',
    checks: 'senders are served first come first; a send switches to a better receiver at once',
    async run(bench) {
      await sendersInOrder(bench);
      await preemptionBySend(bench);
      await callToLesser(bench);
    },
  },
  {
    id: 'SCHED0020',
    checks: 'raising a ready thread above us runs it before the call comes back',
    run: raiseAboveUs,
  },
  {
    id: 'SCHED0021',
    checks: 'four spinning equals: each has exactly one turn in each of 100 rounds',
    adapted: 'turns end by Yield: no timer interrupts a spinner',
    run: fourEquals,
  },
];
