/**
 * Each system call, ten times over, with its four message registers: what it must do, and that the
 * caller goes on with all that it had.
 */
import { assert } from 'chai';
import {
  MessageInfo_get_label,
  MessageInfo_get_length,
  MessageInfo_new,
  REG_COUNT,
  seL4_Call,
  seL4_MsgRegisters,
  seL4_NBRecv,
  seL4_NBSend,
  seL4_NoError,
  seL4_Recv,
  seL4_Reply,
  seL4_ReplyRecv,
  seL4_Send,
  seL4_Signal,
  seL4_TCB_BindNotification,
  seL4_UnknownSyscall,
  seL4_Wait,
  seL4_Yield,
} from '../../personality/sel4/index.ts';
import type { CPtr, MessageInfo, Thread } from '../../personality/sel4/index.ts';
import { OUR_PRIORITY, settle } from './harness/bench.ts';
import type { Bench } from './harness/bench.ts';
import type { Program } from './harness/program.ts';

const ROUNDS = 10;
const ABOVE = { priority: OUR_PRIORITY + 1 };
const BADGE = 6;
/** The first number after seL4's system calls, where debugging calls are in a debugging kernel. */
const DEBUG_PUT_CHAR = -9;

const words = (round: number): number[] => [round, round * 3, 0xffff_ffff - round, 7];

function put(thread: Thread, round: number, label = 1): MessageInfo {
  words(round).forEach((word, i) => thread.setMR(i, word));
  return MessageInfo_new(label, 0, 0, seL4_MsgRegisters);
}

function assertWords(thread: Thread, info: MessageInfo, round: number): void {
  assert.equal(MessageInfo_get_length(info), seL4_MsgRegisters, 'length');
  const got = Array.from({ length: seL4_MsgRegisters }, (_, i) => thread.getMR(i));
  assert.deepEqual(got, words(round), `registers of round ${round}`);
}

async function eachRound(step: (round: number) => Promise<void>): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) await step(round);
}

/** A better thread that receives: its result is how many messages came as they should. */
function startReceiver(bench: Bench, endpoint: CPtr) {
  return bench.start(async (thread) => {
    await eachRound(async (round) => {
      assertWords(thread, await seL4_Recv(thread, endpoint), round);
      assert.equal(thread.badge, BADGE);
    });
    return ROUNDS;
  }, ABOVE);
}

/** A better thread that calls, and checks the answers. */
function startCaller(bench: Bench, endpoint: CPtr) {
  return bench.start(async (thread) => {
    await eachRound(async (round) => {
      const info = await seL4_Call(thread, endpoint, put(thread, round));
      assert.equal(MessageInfo_get_label(info), 2);
      assertWords(thread, info, round + 100);
    });
    return ROUNDS;
  }, ABOVE);
}

async function yields(bench: Bench): Promise<void> {
  let turns = 0;
  const peer = bench.start(async (thread) => {
    for (; turns < ROUNDS; turns++) await seL4_Yield(thread);
  });
  await eachRound(async (round) => {
    bench.thread.setMR(2, round);
    await seL4_Yield(bench.thread);
    assert.equal(bench.thread.getMR(2), round);
    assert.equal(turns, round, 'the peer had one turn more');
  });
  await bench.wait(peer);
}

const sends = (syscall: typeof seL4_Send) => async (bench: Bench) => {
  const badged = bench.badged(bench.endpoint(), BADGE);
  const receiver = startReceiver(bench, badged);
  await settle(bench.thread);
  await eachRound(async (round) => {
    await syscall(bench.thread, badged, put(bench.thread, round));
    assert.deepEqual(bench.thread.getMR(0), round, 'ours are as they were');
  });
  assert.equal(await bench.wait(receiver), ROUNDS);
};

async function replies(bench: Bench): Promise<void> {
  await eachRound(async (round) => {
    await seL4_Reply(bench.thread, put(bench.thread, round));
  });
  const endpoint = bench.endpoint();
  const caller = startCaller(bench, endpoint);
  await eachRound(async (round) => {
    assertWords(bench.thread, await seL4_Recv(bench.thread, endpoint), round);
    await seL4_Reply(bench.thread, put(bench.thread, round + 100, 2));
  });
  assert.equal(await bench.wait(caller), ROUNDS);
}

async function signals(bench: Bench): Promise<void> {
  const ntfn = bench.notification();
  const [one, two] = [bench.badged(ntfn, 1), bench.badged(ntfn, 2)];
  await eachRound(async () => {
    await seL4_Signal(bench.thread, one);
    await seL4_Signal(bench.thread, two);
    await seL4_Wait(bench.thread, ntfn);
    assert.equal(bench.thread.badge, 3, 'badges are gathered');
  });
}

async function calls(bench: Bench): Promise<void> {
  const endpoint = bench.endpoint();
  const server = bench.start(async (thread) => {
    let info = await seL4_Recv(thread, endpoint);
    for (let round = 0; round < ROUNDS; round++) {
      assertWords(thread, info, round);
      const answer = put(thread, round + 100, 2);
      if (round === ROUNDS - 1) await seL4_Reply(thread, answer);
      else info = await seL4_ReplyRecv(thread, endpoint, answer);
    }
    return ROUNDS;
  }, ABOVE);
  await eachRound(async (round) => {
    const info = await seL4_Call(bench.thread, endpoint, put(bench.thread, round));
    assertWords(bench.thread, info, round + 100);
  });
  assert.equal(await bench.wait(server), ROUNDS);
}

async function debugCall(bench: Bench): Promise<void> {
  const faultEndpoint = bench.endpoint();
  const helper = bench.start(
    async (thread) => {
      await eachRound(async () => {
        await thread.enter(DEBUG_PUT_CHAR, 33, 0);
      });
      return ROUNDS;
    },
    { faultEndpoint },
  );
  await eachRound(async () => {
    const fault = await seL4_Recv(bench.thread, faultEndpoint);
    assert.equal(MessageInfo_get_label(fault), seL4_UnknownSyscall);
    assert.equal(bench.thread.getMR(REG_COUNT) | 0, DEBUG_PUT_CHAR);
    await seL4_Reply(bench.thread, MessageInfo_new(0, 0, 0, 0));
  });
  assert.equal(await bench.wait(helper), ROUNDS);
}

async function receives(bench: Bench): Promise<void> {
  const endpoint = bench.endpoint();
  const badged = bench.badged(endpoint, BADGE);
  const sender = bench.start(async (thread) => {
    await eachRound(async (round) => {
      await seL4_Send(thread, badged, put(thread, round));
    });
  });
  await eachRound(async (round) => {
    assertWords(bench.thread, await seL4_Recv(bench.thread, endpoint), round);
    assert.equal(bench.thread.badge, BADGE);
  });
  await bench.wait(sender);
}

/** Who receives again without an answer has given up the right to it. */
async function givesUpCaller(bench: Bench): Promise<void> {
  const { thread } = bench;
  const endpoint = bench.endpoint();
  let answers = 0;
  const start = () =>
    bench.start(async (self) => {
      await seL4_Call(self, endpoint, put(self, 1));
      answers++;
    }, ABOVE);
  for (const receive of [seL4_NBRecv, seL4_Recv]) {
    start();
    await seL4_Recv(thread, endpoint);
    const second = receive === seL4_Recv ? start() : undefined;
    await receive(thread, endpoint);
    answers = 0;
    await seL4_Reply(thread, put(thread, 2));
    assert.equal(answers, second ? 1 : 0, 'the last caller alone can be answered');
    await seL4_Reply(thread, put(thread, 2));
    assert.equal(answers, second ? 1 : 0, 'and once');
    if (second) await bench.wait(second);
  }
}

async function replyReceives(bench: Bench): Promise<void> {
  const endpoint = bench.endpoint();
  const caller = startCaller(bench, endpoint);
  let info = await seL4_Recv(bench.thread, endpoint);
  for (let round = 0; round < ROUNDS - 1; round++) {
    assertWords(bench.thread, info, round);
    info = await seL4_ReplyRecv(bench.thread, endpoint, put(bench.thread, round + 100, 2));
  }
  await seL4_Reply(bench.thread, put(bench.thread, ROUNDS - 1 + 100, 2));
  assert.equal(await bench.wait(caller), ROUNDS);
  for (const pending of [false, true]) await replyReceivesSignal(bench, pending);
}

/** The answer is sent, and a signal received: one pending already, or one that comes later. */
async function replyReceivesSignal(bench: Bench, pending: boolean): Promise<void> {
  const endpoint = bench.endpoint();
  const ntfn = bench.notification();
  const signal = bench.badged(ntfn, 16);
  const server = bench.create(async (thread) => {
    await seL4_Recv(thread, endpoint);
    if (pending) await seL4_Signal(thread, signal);
    await seL4_ReplyRecv(thread, endpoint, put(thread, 1, 2));
    return thread.badge;
  }, ABOVE);
  assert.equal(seL4_TCB_BindNotification(bench.thread, server.tcb, ntfn), seL4_NoError);
  bench.resume(server);
  const info = await seL4_Call(bench.thread, endpoint, MessageInfo_new(1, 0, 0, 0));
  assertWords(bench.thread, info, 1);
  if (!pending) await seL4_Signal(bench.thread, signal);
  assert.equal(await bench.wait(server), 16, 'the badge of the signal');
}

async function polls(bench: Bench): Promise<void> {
  const { thread } = bench;
  const endpoint = bench.endpoint();
  const badged = bench.badged(endpoint, BADGE);
  await eachRound(async (round) => {
    put(thread, round);
    await seL4_NBRecv(thread, endpoint);
    assert.equal(thread.badge, 0, 'nothing there');
    assert.equal(thread.getMR(1), round * 3, 'and nothing changed');
  });
  const sender = bench.start(async (self) => {
    await eachRound(async (round) => {
      await seL4_Send(self, badged, put(self, round));
    });
  }, ABOVE);
  await settle(thread);
  await eachRound(async (round) => {
    assertWords(thread, await seL4_NBRecv(thread, endpoint), round);
    assert.equal(thread.badge, BADGE);
  });
  await bench.wait(sender);
}

async function waits(bench: Bench): Promise<void> {
  const ntfn = bench.notification();
  const badged = bench.badged(ntfn, BADGE);
  const signaller = bench.start(async (thread) => {
    await eachRound(async () => {
      await seL4_Signal(thread, badged);
      await seL4_Yield(thread);
    });
  });
  await eachRound(async () => {
    const info = await seL4_Wait(bench.thread, ntfn);
    assert.equal(MessageInfo_get_length(info), 0);
    assert.equal(bench.thread.badge, BADGE);
  });
  await bench.wait(signaller);
}

const adapted = 'ten rounds of what the call does; there are no registers for it to preserve';
const entry = (id: string, checks: string, run: Program['run']): Program => ({
  id: `SYSCALL${id}`,
  checks,
  adapted,
  run,
});

export const programs: Program[] = [
  entry('0000', 'Yield: a peer of our priority has one turn each time', yields),
  entry('0001', 'Send: what is sent arrives, what we have stays', sends(seL4_Send)),
  entry('0002', 'NBSend: as Send where somebody waits', sends(seL4_NBSend)),
  entry('0003', 'Reply: nothing without a caller, an answer with one', replies),
  entry('0004', 'Signal: badges are gathered until somebody waits', signals),
  entry('0005', 'Call: each call gets its answer', calls),
  {
    id: 'SYSCALL0006',
    checks: 'DebugPutChar: UnknownSyscall with its number; the thread goes on when answered',
    adapted: 'the kernel has no debugging calls; a handler may serve them',
    run: debugCall,
  },
  entry(
    '0010',
    'Recv: messages with badge and registers; the last caller is given up',
    async (bench) => {
      await receives(bench);
      await givesUpCaller(bench);
    },
  ),
  entry('0011', 'ReplyRecv: answers one caller and takes the next, or a signal', replyReceives),
  entry('0012', 'NBRecv: badge 0 and nothing changed, or a message', polls),
  entry('0013', 'Wait: one signal each time', waits),
  entry('0014', 'SendWithMRs: all four message registers', sends(seL4_Send)),
  entry('0015', 'NBSendWithMRs: all four message registers', sends(seL4_NBSend)),
  entry('0016', 'ReplyWithMRs: all four message registers', replies),
  entry('0017', 'CallWithMRs: all four message registers, both ways', calls),
];
