/**
 * One processor, through the user library: what programs see. The root task is one side, threads of
 * the same processor the other.
 */
import * as abi from '../../../kernel-as/abi.ts';
import {
  MessageInfo_new,
  seL4_CNode_Mint,
  seL4_CNode_Revoke,
  seL4_Call,
  seL4_Poll,
  seL4_Recv,
  seL4_ReplyRecv,
  seL4_Signal,
  seL4_Untyped_Retype,
  seL4_Wait,
  seL4_Yield,
} from '../../../personality/sel4/index.ts';
import type { BootInfo, CPtr, Entry, Platform, Thread } from '../../../personality/sel4/index.ts';
import { DEPTH, ROOT, createKit, ok } from '../../sel4/fixtures/kit.ts';
import type { Kit } from '../../sel4/fixtures/kit.ts';
import { answers, caller } from './answers.ts';
import { bench } from './measure.ts';
import type { Bench } from './measure.ts';

const CHILDREN = 1000;

/** Answers every message with as many words as it had. */
export const echo: Entry = async (thread, [endpoint]) => {
  let info = await seL4_Recv(thread, endpoint);
  for (;;) {
    const answer = seL4_ReplyRecv(thread, endpoint, info);
    info = typeof answer === 'number' ? answer : await answer;
  }
};

/** Rings back whenever its doorbell rings: the other side of a ring whose sides were idle. */
export const ringer: Entry = async (thread, [bell, back]) => {
  for (;;) {
    await seL4_Wait(thread, bell);
    await seL4_Signal(thread, back);
  }
};

/** Makes a system call that there is none of, again and again. */
const faulter: Entry = async (thread) => {
  for (;;) await thread.enter(0, 0, 0);
};

const yielder: Entry = async (thread) => {
  for (;;) await seL4_Yield(thread);
};

/** Entries of the root task's image, from number 1 on. */
export const entries: Entry[] = [echo, faulter, yielder, ringer, caller];
const ECHO = 1;
const FAULTER = 2;
const YIELDER = 3;
const RINGER = 4;
const CALLER = 5;

export async function callAndReply(thread: Thread, endpoint: CPtr, words: number, count: number) {
  const info = MessageInfo_new(0, 0, 0, words);
  for (let i = 0; i < count; i++) await seL4_Call(thread, endpoint, info);
}

export async function ringAndWait(thread: Thread, bell: CPtr, back: CPtr, count: number) {
  for (let i = 0; i < count; i++) {
    await seL4_Signal(thread, bell);
    await seL4_Wait(thread, back);
  }
}

/** What a ring costs where nobody waits for anything else: a doorbell there, one back. */
export function doorbells(kit: Kit, name: string, ip: number, processor = 0): Bench {
  const [there, back] = [kit.notification(), kit.notification()];
  const args = [kit.mint(there, 1), kit.mint(back, 1)];
  kit.spawn({ ip, args, priority: 255, ...(processor ? { processor } : {}) });
  return bench(name, (count) => ringAndWait(kit.thread, args[0]!, args[1]!, count));
}

function messages(kit: Kit, thread: Thread): Bench[] {
  const endpoint = kit.endpoint();
  kit.spawn({ ip: ECHO, args: [endpoint], priority: 255 });
  const faults = kit.endpoint();
  const handler = kit.mint(faults, 1);
  const calls = (words: number) =>
    bench(`call + reply, ${words} words`, (count) => callAndReply(thread, endpoint, words, count));
  let faulting = false;
  return [
    calls(0),
    calls(10),
    doorbells(kit, 'doorbells, there and back', RINGER),
    bench('fault and answer', async (count) => {
      if (!faulting) {
        kit.spawn({ ip: FAULTER, faultEndpoint: handler, priority: 255 });
        await seL4_Recv(thread, faults);
        faulting = true;
      }
      for (let i = 0; i < count; i++) await seL4_ReplyRecv(thread, faults, 0);
    }),
  ];
}

function small(kit: Kit, thread: Thread): Bench[] {
  const quiet = kit.notification();
  const signalled = kit.mint(kit.notification(), 1);
  return [
    bench('null call (Poll)', async (count) => {
      for (let i = 0; i < count; i++) {
        const answer = seL4_Poll(thread, quiet);
        // A promise now and then: the event loop wants its turn.
        if (typeof answer !== 'number') await answer;
      }
    }),
    bench('signal, nobody waits', (count) => {
      for (let i = 0; i < count; i++) void seL4_Signal(thread, signalled);
    }),
  ];
}

/** Half of a turn to another thread of the same priority and back. */
function yields(kit: Kit, thread: Thread): Bench {
  const other = kit.spawn({ ip: YIELDER, priority: 255, resume: false });
  return {
    name: 'yield to another thread',
    async run(count) {
      ok(thread.invoke(other, MessageInfo_new(abi.TCBResume, 0, 0, 0)) >>> 12, 'resume');
      await seL4_Yield(thread);
      const start = performance.now();
      for (let i = 0; i < count; i++) await seL4_Yield(thread);
      const elapsed = performance.now() - start;
      ok(thread.invoke(other, MessageInfo_new(abi.TCBSuspend, 0, 0, 0)) >>> 12, 'suspend');
      return elapsed / 2;
    },
  };
}

function retypes(kit: Kit, thread: Thread): Bench {
  const untyped = kit.make(abi.seL4_UntypedObject, 12);
  const slots = Array.from({ length: 256 }, () => kit.slot());
  return {
    name: 'retype one endpoint',
    most: slots.length,
    exactly: slots.length,
    run(count) {
      const type = abi.seL4_EndpointObject;
      const start = performance.now();
      for (const slot of slots.slice(0, count)) {
        ok(seL4_Untyped_Retype(thread, untyped, type, 0, ROOT, 0, 0, slot, 1), 'retype');
      }
      const elapsed = performance.now() - start;
      ok(seL4_CNode_Revoke(thread, ROOT, untyped, DEPTH), 'revoke');
      return elapsed;
    },
  };
}

function revokes(kit: Kit, thread: Thread): Bench {
  const slots = Array.from({ length: CHILDREN }, () => kit.slot());
  const original = kit.endpoint();
  return {
    name: `revoke ${CHILDREN} children`,
    exactly: 1,
    run() {
      for (const [i, slot] of slots.entries()) {
        ok(seL4_CNode_Mint(thread, ROOT, slot, DEPTH, ROOT, original, DEPTH, 15, i), 'mint');
      }
      const start = performance.now();
      ok(seL4_CNode_Revoke(thread, ROOT, original, DEPTH), 'revoke');
      return performance.now() - start;
    },
  };
}

export function localBenches(thread: Thread, bootInfo: BootInfo, platform: Platform): Bench[] {
  const kit = createKit(thread, bootInfo);
  return [
    ...small(kit, thread),
    ...messages(kit, thread),
    answers(kit, thread, platform, CALLER),
    yields(kit, thread),
    retypes(kit, thread),
    revokes(kit, thread),
  ];
}
