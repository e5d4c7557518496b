/** What each right on an endpoint allows, and what happens without it. */
import { assert } from 'chai';
import {
  MessageInfo_get_extraCaps,
  MessageInfo_get_label,
  MessageInfo_get_length,
  MessageInfo_new,
  seL4_AllRights,
  seL4_Call,
  seL4_CanGrant,
  seL4_CanGrantReply,
  seL4_CanRead,
  seL4_CanWrite,
  seL4_CapFault,
  seL4_FailedLookup,
  seL4_MissingCapability,
  seL4_NBRecv,
  seL4_NoError,
  seL4_Poll,
  seL4_Recv,
  seL4_Reply,
  seL4_ReplyRecv,
  seL4_Send,
  seL4_Signal,
  seL4_TCB_Suspend,
} from '../../personality/sel4/index.ts';
import type { CPtr, Thread } from '../../personality/sel4/index.ts';
import { HELPER_ENTRY, OUR_PRIORITY, settle } from './harness/bench.ts';
import type { Bench } from './harness/bench.ts';
import { DEPTH, ROOT, copy, remove, saveCaller } from './harness/cspace.ts';
import type { Program } from './harness/program.ts';

const ABOVE = { priority: OUR_PRIORITY + 1 };
const info = (label: number, caps = 0) => MessageInfo_new(label, 0, caps, 0);
/**
 * How a call may come and be answered: to a waiting server or to one that is not there yet, from
 * the server's own slot or from one that it was saved in, and in registers alone or not.
 */
const WAYS = [false, true].flatMap((queued) =>
  [false, true].flatMap((saves) => [0, 6].map((words) => ({ queued, saves, words }))),
);

function isEmpty(bench: Bench, slot: CPtr): boolean {
  const scratch = bench.slot();
  const error = copy(bench.thread, scratch, slot);
  if (error === seL4_NoError) assert.equal(remove(bench.thread, scratch), seL4_NoError);
  return error === seL4_FailedLookup;
}

async function sendNeedsWrite(bench: Bench): Promise<void> {
  const { thread } = bench;
  const endpoint = bench.endpoint();
  for (let rights = 0; rights <= seL4_AllRights; rights++) {
    const badged = bench.badged(endpoint, 1 + rights, rights);
    const helper = bench.start((self) => sendOnce(self, badged), ABOVE);
    await settle(thread);
    await seL4_NBRecv(thread, endpoint);
    const arrived = thread.badge === 1 + rights;
    assert.equal(arrived, (rights & seL4_CanWrite) !== 0, `rights ${rights}`);
    await bench.wait(helper);
  }
  const ntfn = bench.notification();
  for (let rights = 0; rights <= seL4_AllRights; rights++) {
    await seL4_Signal(thread, bench.badged(ntfn, 1, rights));
    await seL4_Poll(thread, ntfn);
    assert.equal(thread.badge, (rights & seL4_CanWrite) !== 0 ? 1 : 0, `signal, rights ${rights}`);
  }
}

async function sendOnce(self: Thread, endpoint: CPtr): Promise<void> {
  await seL4_Send(self, endpoint, info(1));
}

async function recvNeedsRead(bench: Bench): Promise<void> {
  const { thread } = bench;
  const endpoint = bench.endpoint();
  const faultEndpoint = bench.endpoint();
  for (let rights = 0; rights <= seL4_AllRights; rights++) {
    const limited = bench.badged(endpoint, 0, rights);
    const helper = bench.start(
      async (self) => MessageInfo_get_label(await seL4_Recv(self, limited)),
      { ...ABOVE, faultEndpoint },
    );
    await settle(thread);
    if ((rights & seL4_CanRead) === 0) {
      const fault = await seL4_Recv(thread, faultEndpoint);
      assert.equal(MessageInfo_get_label(fault), seL4_CapFault, `rights ${rights}`);
      const words = Array.from({ length: MessageInfo_get_length(fault) }, (_, i) =>
        thread.getMR(i),
      );
      const expected = [HELPER_ENTRY, limited, 1, seL4_MissingCapability, 0];
      assert.deepEqual(words, expected, 'IP, the address, in the receive phase, why');
      assert.equal(remove(thread, limited), seL4_NoError);
      assert.equal(copy(thread, limited, endpoint), seL4_NoError, 'another with all rights');
      await seL4_Reply(thread, info(0));
      await seL4_Send(thread, endpoint, info(34));
      assert.equal(await bench.wait(helper), 34, 'answered, it receives again');
    } else {
      await seL4_Send(thread, endpoint, info(33));
      assert.equal(await bench.wait(helper), 33, `rights ${rights}`);
    }
  }
}

/** Lets a partner of ours, who is the better thread, get to where it waits: or not yet. */
async function maybeSettle(bench: Bench, now: boolean): Promise<void> {
  if (now) await settle(bench.thread);
}

/** A capability to be given away, and whether the one in a slot is a copy of it. */
function createGift(bench: Bench) {
  const ntfn = bench.notification();
  const cap = bench.badged(ntfn, 64);
  async function assertArrived(slot: CPtr, arrived: boolean, what: string): Promise<void> {
    assert.equal(isEmpty(bench, slot), !arrived, `${what}: the receive slot`);
    if (!arrived) return;
    await seL4_Signal(bench.thread, slot);
    await seL4_Poll(bench.thread, ntfn);
    assert.equal(bench.thread.badge, 64, `${what}: it is that very capability`);
  }
  return { cap, assertArrived };
}

async function capsNeedGrant(bench: Bench): Promise<void> {
  const { thread } = bench;
  const endpoint = bench.endpoint();
  const gift = createGift(bench);
  for (let rights = 0; rights <= seL4_AllRights; rights++) {
    if ((rights & seL4_CanWrite) === 0) continue;
    for (const queued of [false, true]) {
      const limited = bench.badged(endpoint, 0, rights);
      const slot = bench.slot();
      const helper = bench.start(async (self) => {
        self.setCap(0, gift.cap);
        await seL4_Send(self, limited, info(1, 1));
      }, ABOVE);
      await maybeSettle(bench, queued);
      thread.setReceivePath(ROOT, slot, DEPTH);
      const received = await seL4_Recv(thread, endpoint);
      const granted = (rights & seL4_CanGrant) !== 0;
      const what = `rights ${rights}, sender ${queued ? 'first' : 'second'}`;
      assert.equal(MessageInfo_get_label(received), 1, 'the message comes through all the same');
      assert.equal(MessageInfo_get_extraCaps(received), granted ? 1 : 0, what);
      await gift.assertArrived(slot, granted, what);
      await bench.wait(helper);
    }
  }
}

/** A capability to the very endpoint that is used arrives as its badge, and also needs Grant. */
async function unwrappedNeedsGrant(bench: Bench): Promise<void> {
  const { thread } = bench;
  const endpoint = bench.endpoint();
  const gift = bench.badged(endpoint, 77);
  for (const grant of [false, true]) {
    const limited = bench.badged(endpoint, 0, seL4_CanWrite | (grant ? seL4_CanGrant : 0));
    const slot = bench.slot();
    const helper = bench.start(async (self) => {
      self.setCap(0, gift);
      await seL4_Send(self, limited, info(1, 1));
    }, ABOVE);
    thread.setReceivePath(ROOT, slot, DEPTH);
    thread.setCap(0, 0);
    const received = await seL4_Recv(thread, endpoint);
    assert.equal(received, MessageInfo_new(1, grant ? 1 : 0, grant ? 1 : 0, 0), `grant ${grant}`);
    assert.equal(thread.getCapBadge(0), grant ? 77 : 0, 'its badge');
    assert.isTrue(isEmpty(bench, slot), 'no slot is used');
    await bench.wait(helper);
  }
}

/** Without either right the message goes through, but nothing can be answered. */
async function callNeedsGrant(bench: Bench): Promise<void> {
  const { thread } = bench;
  const endpoint = bench.endpoint();
  for (let rights = 0; rights <= seL4_AllRights; rights++) {
    if ((rights & seL4_CanWrite) === 0) continue;
    for (const { queued, saves, words } of WAYS) {
      const limited = bench.badged(endpoint, 3, rights);
      let answers = 0;
      bench.start(async (self) => {
        for (let word = 0; word < words; word++) self.setMR(word, word);
        const answer = await seL4_Call(self, limited, MessageInfo_new(1, 0, 0, words));
        assert.equal(MessageInfo_get_label(answer), 2);
        answers++;
      }, ABOVE);
      await maybeSettle(bench, queued);
      await seL4_Recv(thread, endpoint);
      assert.equal(thread.badge, 3, 'the message comes through in any case');
      const saved = bench.slot();
      if (saves) assert.equal(saveCaller(thread, saved), seL4_NoError);
      for (let time = 0; time < 2; time++) {
        await (saves ? seL4_Send(thread, saved, info(2)) : seL4_Reply(thread, info(2)));
        const may = (rights & (seL4_CanGrant | seL4_CanGrantReply)) !== 0;
        const what = `rights ${rights}, queued ${queued}, saved ${saves}, ${words} words`;
        assert.equal(answers, may ? 1 : 0, what);
        assert.isTrue(isEmpty(bench, saved), 'a reply capability can be used once');
      }
    }
  }
}

/** The server may pass a capability in its answer exactly if it received with Grant. */
async function replyGrant(bench: Bench): Promise<void> {
  const { thread } = bench;
  const endpoint = bench.endpoint();
  const gift = createGift(bench);
  for (const grant of [false, true]) {
    for (const { queued, saves, words } of WAYS) {
      const rights = seL4_CanRead | (grant ? seL4_CanGrant : 0);
      const serving = bench.badged(endpoint, 0, rights);
      const slot = bench.slot();
      const client = bench.start(async (self) => {
        self.setReceivePath(ROOT, slot, DEPTH);
        const call = () => seL4_Call(self, endpoint, MessageInfo_new(1, 0, 0, words));
        await call();
        return MessageInfo_get_extraCaps(await call());
      }, ABOVE);
      await maybeSettle(bench, queued);
      await seL4_Recv(thread, serving);
      // The second call comes to a server that waits in ReplyRecv.
      await seL4_ReplyRecv(thread, serving, MessageInfo_new(2, 0, 0, words));
      const saved = bench.slot();
      if (saves) assert.equal(saveCaller(thread, saved), seL4_NoError);
      thread.setCap(0, gift.cap);
      await (saves ? seL4_Send(thread, saved, info(2, 1)) : seL4_Reply(thread, info(2, 1)));
      const what = `grant ${grant}, queued ${queued}, saved ${saves}, ${words} words`;
      assert.equal(await bench.wait(client), grant ? 1 : 0, what);
      await gift.assertArrived(slot, grant, what);
    }
    await firstCallReplyGrant(bench, endpoint, grant);
  }
  await suspendEndsReply(bench, endpoint);
}

/** The same where the server has not answered anybody before: by Recv, from the queue or not. */
async function firstCallReplyGrant(bench: Bench, endpoint: CPtr, grant: boolean): Promise<void> {
  const { thread } = bench;
  const gift = createGift(bench);
  const serving = bench.badged(endpoint, 0, seL4_CanRead | (grant ? seL4_CanGrant : 0));
  for (const { queued, words } of WAYS) {
    const slot = bench.slot();
    const client = bench.start(async (self) => {
      self.setReceivePath(ROOT, slot, DEPTH);
      return MessageInfo_get_extraCaps(
        await seL4_Call(self, endpoint, MessageInfo_new(1, 0, 0, words)),
      );
    }, ABOVE);
    await maybeSettle(bench, queued);
    await seL4_Recv(thread, serving);
    thread.setCap(0, gift.cap);
    await seL4_Reply(thread, info(2, 1));
    const what = `first call, grant ${grant}, queued ${queued}, ${words} words`;
    assert.equal(await bench.wait(client), grant ? 1 : 0, what);
    await gift.assertArrived(slot, grant, what);
  }
}

async function suspendEndsReply(bench: Bench, endpoint: CPtr): Promise<void> {
  const { thread } = bench;
  let answered = false;
  const client = bench.start(async (self) => {
    await seL4_Call(self, endpoint, info(1));
    answered = true;
  }, ABOVE);
  await seL4_Recv(thread, endpoint);
  const saved = bench.slot();
  assert.equal(saveCaller(thread, saved), seL4_NoError);
  assert.isFalse(slotTakes(thread, saved, bench.endpoint()), 'saved');
  assert.equal(seL4_TCB_Suspend(thread, client.tcb), seL4_NoError);
  assert.isTrue(slotTakes(thread, saved, bench.endpoint()), 'suspending the caller deletes it');
  await settle(thread);
  assert.isFalse(answered);
}

/** Whether a slot was empty: it is full afterwards. A reply capability cannot be copied. */
function slotTakes(thread: Thread, slot: CPtr, source: CPtr): boolean {
  return copy(thread, slot, source) === seL4_NoError;
}

export const programs: Program[] = [
  {
    id: 'IPCRIGHTS0001',
    checks: 'Send and Signal need Write, whatever other rights there are; else nothing is sent',
    run: sendNeedsWrite,
  },
  {
    id: 'IPCRIGHTS0002',
    checks: 'Recv needs Read; else a CapFault in the receive phase; answered, it receives again',
    run: recvNeedsRead,
  },
  {
    id: 'IPCRIGHTS0003',
    checks: 'a capability travels with a message only under Grant; the very one; both orders',
    async run(bench) {
      await capsNeedGrant(bench);
      await unwrappedNeedsGrant(bench);
    },
  },
  {
    id: 'IPCRIGHTS0004',
    checks:
      'a call can be answered only if it was made with Grant or GrantReply; once; both orders',
    run: callNeedsGrant,
  },
  {
    id: 'IPCRIGHTS0005',
    checks: "a reply's right to grant is the receiver's; SaveCaller keeps it, Suspend ends it",
    run: replyGrant,
  },
];
