/**
 * Messages of every length, sent in four ways, between threads and between processes; at sender
 * priorities around the receiver's, and with either side started first.
 *
 * Word i of message n is pattern(n, i), its label n: a word that is lost, doubled or shifted shows.
 */
import { assert } from 'chai';
import {
  MessageInfo_get_label,
  MessageInfo_get_length,
  MessageInfo_new,
  seL4_Call,
  seL4_MsgMaxLength,
  seL4_NBSend,
  seL4_Recv,
  seL4_Reply,
  seL4_ReplyRecv,
  seL4_Send,
  seL4_Yield,
} from '../../personality/sel4/index.ts';
import type { CPtr, MessageInfo, Thread } from '../../personality/sel4/index.ts';
import { OUR_PRIORITY } from './harness/bench.ts';
import type { Bench, Body } from './harness/bench.ts';
import type { Process } from './harness/processes.ts';
import type { Program } from './harness/program.ts';

const PRIORITIES = [98, 99, 100, 101, 102];
/** The label that ends a run of messages. */
const LAST = 1000;
const BADGE = 21;

type Side = (endpoint: CPtr) => Body;
interface Pair {
  readonly send: Side;
  readonly receive: Side;
  /** Messages may be lost: how many arrive depends on who is ready. */
  readonly lossy?: boolean;
}

const pattern = (message: number, word: number): number => (message * 977 + word * 31 + 5) >>> 0;

function fill(thread: Thread, message: number): MessageInfo {
  for (let i = 0; i < message; i++) thread.setMR(i, pattern(message, i));
  return MessageInfo_new(message, 0, 0, message);
}

function verify(thread: Thread, info: MessageInfo): void {
  const message = MessageInfo_get_label(info);
  assert.equal(MessageInfo_get_length(info), message, 'length');
  for (let i = 0; i < message; i++) {
    if (thread.getMR(i) !== pattern(message, i)) assert.fail(`word ${i} of message ${message}`);
  }
}

const sending =
  (syscall: typeof seL4_Send): Side =>
  (endpoint) =>
  async (thread) => {
    for (let n = 0; n <= seL4_MsgMaxLength; n++) await syscall(thread, endpoint, fill(thread, n));
    await seL4_Send(thread, endpoint, MessageInfo_new(LAST, 0, 0, 0));
  };

/** The answer to message n is message 120 - n. */
const calling: Side = (endpoint) => async (thread) => {
  for (let n = 0; n <= seL4_MsgMaxLength; n++) {
    const answer = await seL4_Call(thread, endpoint, fill(thread, n));
    assert.equal(MessageInfo_get_label(answer), seL4_MsgMaxLength - n, 'the answer to this call');
    assert.equal(thread.badge, 0, 'answers have no badge');
    verify(thread, answer);
  }
  await seL4_Send(thread, endpoint, MessageInfo_new(LAST, 0, 0, 0));
};

/** Returns how many messages came before the last. */
const receiving: Side = (endpoint) => async (thread) => {
  let previous = -1;
  for (let count = 0; ; count++) {
    const info = await seL4_Recv(thread, endpoint);
    assert.equal(thread.badge, BADGE);
    if (MessageInfo_get_label(info) === LAST) return count;
    assert.isAbove(MessageInfo_get_label(info), previous, 'in order');
    previous = MessageInfo_get_label(info);
    verify(thread, info);
  }
};

const answering =
  (combined: boolean): Side =>
  (endpoint) =>
  async (thread) => {
    let info = await seL4_Recv(thread, endpoint);
    for (let count = 0; ; count++) {
      assert.equal(thread.badge, BADGE);
      if (MessageInfo_get_label(info) === LAST) return count;
      assert.equal(MessageInfo_get_label(info), count, 'in order');
      verify(thread, info);
      const answer = fill(thread, seL4_MsgMaxLength - count);
      if (!combined) await seL4_Reply(thread, answer);
      info = await (combined
        ? seL4_ReplyRecv(thread, endpoint, answer)
        : seL4_Recv(thread, endpoint));
    }
  };

const pairs: Record<string, Pair> = {
  'Send and Recv': { send: sending(seL4_Send), receive: receiving },
  'Call and ReplyRecv': { send: calling, receive: answering(true) },
  'Call, Reply and Recv': { send: calling, receive: answering(false) },
  'NBSend and Recv': { send: sending(seL4_NBSend), receive: receiving, lossy: true },
};

/**
 * NBSend reaches who waits already: always if the sender is the lesser thread, once if the receiver
 * had its turn before a sender that is not, else never.
 */
function expected(pair: Pair, priority: number, receiverFirst: boolean): number {
  const all = seL4_MsgMaxLength + 1;
  if (!pair.lossy || priority < OUR_PRIORITY) return all;
  return receiverFirst ? 1 : 0;
}

async function exchange(bench: Bench, pair: Pair, processes: readonly Process[]): Promise<void> {
  const endpoint = bench.endpoint();
  const [from, to] = processes;
  const there = from ? from.give(endpoint, BADGE) : bench.badged(endpoint, BADGE);
  // A badge of the receiver's own: no message has it, and no answer.
  const here = to ? to.give(endpoint, BADGE + 1) : bench.badged(endpoint, BADGE + 1);
  for (const priority of PRIORITIES) {
    for (const receiverFirst of [false, true]) {
      const sender = bench.create(pair.send(there), { priority, process: from });
      const receiver = bench.create(pair.receive(here), { process: to });
      const [first, second] = receiverFirst ? [receiver, sender] : [sender, receiver];
      bench.resume(first);
      await seL4_Yield(bench.thread);
      bench.resume(second);
      const count = await bench.wait(receiver);
      await bench.wait(sender);
      const what = `messages from ${priority}, receiver ${receiverFirst ? 'first' : 'second'}`;
      assert.equal(count, expected(pair, priority, receiverFirst), what);
    }
  }
}

function programsFor(base: number, where: string, withProcesses: boolean): Program[] {
  return Object.entries(pairs).map(([name, pair], i) => ({
    id: `IPC${base + i}`.replace(/^IPC(\d)$/, 'IPC000$1'),
    checks: `${name} ${where}: lengths 0 to 120, five priorities, both orders`,
    async run(bench) {
      const processes = withProcesses ? [await bench.process(), await bench.process()] : [];
      await exchange(bench, pair, processes);
    },
  }));
}

export const programs: Program[] = [
  ...programsFor(1, 'between threads', false),
  ...programsFor(1001, 'between processes', true),
];
