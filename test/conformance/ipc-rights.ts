/** What each right on an endpoint allows, and what happens without it. */
import { assert } from 'chai';
import {
  MessageInfo_get_extraCaps,
  MessageInfo_get_label,
  MessageInfo_new,
  seL4_AllRights,
  seL4_Call,
  seL4_CanGrant,
  seL4_CanGrantReply,
  seL4_CanRead,
  seL4_CanWrite,
  seL4_CapFault,
  seL4_FailedLookup,
  seL4_NBRecv,
  seL4_NoError,
  seL4_Recv,
  seL4_Reply,
  seL4_Send,
  seL4_TCB_Suspend,
} from '../../personality/sel4/index.ts';
import type { CPtr, Thread } from '../../personality/sel4/index.ts';
import { OUR_PRIORITY, settle } from './harness/bench.ts';
import type { Bench } from './harness/bench.ts';
import { DEPTH, ROOT, copy, remove, saveCaller } from './harness/cspace.ts';
import type { Program } from './harness/program.ts';

const ABOVE = { priority: OUR_PRIORITY + 1 };
const info = (label: number, caps = 0) => MessageInfo_new(label, 0, caps, 0);

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
      assert.equal(thread.getMR(1), limited, 'the address');
      assert.equal(thread.getMR(2), 1, 'in the receive phase');
      assert.equal(seL4_TCB_Suspend(thread, helper.tcb), seL4_NoError);
    } else {
      await seL4_Send(thread, endpoint, info(33));
      assert.equal(await bench.wait(helper), 33, `rights ${rights}`);
    }
  }
}

async function capsNeedGrant(bench: Bench): Promise<void> {
  const { thread } = bench;
  const endpoint = bench.endpoint();
  const gift = bench.notification();
  for (let rights = 0; rights <= seL4_AllRights; rights++) {
    if ((rights & seL4_CanWrite) === 0) continue;
    const limited = bench.badged(endpoint, 0, rights);
    const slot = bench.slot();
    const helper = bench.start(async (self) => {
      self.setCap(0, gift);
      await seL4_Send(self, limited, info(1, 1));
    }, ABOVE);
    thread.setReceivePath(ROOT, slot, DEPTH);
    const received = await seL4_Recv(thread, endpoint);
    const granted = (rights & seL4_CanGrant) !== 0;
    assert.equal(MessageInfo_get_extraCaps(received), granted ? 1 : 0, `rights ${rights}`);
    assert.equal(isEmpty(bench, slot), !granted, 'the receive slot');
    await bench.wait(helper);
  }
}

/** Without either right the message goes through, but nothing can be answered. */
async function callNeedsGrant(bench: Bench): Promise<void> {
  const { thread } = bench;
  const endpoint = bench.endpoint();
  for (const rights of [0, seL4_CanGrant, seL4_CanGrantReply, seL4_CanGrant | seL4_CanGrantReply]) {
    const limited = bench.badged(endpoint, 0, seL4_CanWrite | rights);
    let answered = false;
    bench.start(async (self) => {
      await seL4_Call(self, limited, info(1));
      answered = true;
    }, ABOVE);
    await seL4_Recv(thread, endpoint);
    const saved = bench.slot();
    assert.equal(saveCaller(thread, saved), seL4_NoError);
    await seL4_Send(thread, saved, info(2));
    assert.equal(answered, rights !== 0, `rights ${rights}`);
    assert.isTrue(isEmpty(bench, saved), 'a reply capability can be used once');
  }
}

/** The server may pass a capability in its answer exactly if it received with Grant. */
async function replyGrant(bench: Bench): Promise<void> {
  const { thread } = bench;
  const endpoint = bench.endpoint();
  const gift = bench.notification();
  for (const grant of [false, true]) {
    for (const saves of [false, true]) {
      const rights = seL4_CanRead | (grant ? seL4_CanGrant : 0);
      const serving = bench.badged(endpoint, 0, rights);
      const slot = bench.slot();
      const client = bench.start(async (self) => {
        self.setReceivePath(ROOT, slot, DEPTH);
        return MessageInfo_get_extraCaps(await seL4_Call(self, endpoint, info(1)));
      }, ABOVE);
      await seL4_Recv(thread, serving);
      const saved = bench.slot();
      if (saves) assert.equal(saveCaller(thread, saved), seL4_NoError);
      thread.setCap(0, gift);
      await (saves ? seL4_Send(thread, saved, info(2, 1)) : seL4_Reply(thread, info(2, 1)));
      const what = `grant ${grant}, saved ${saves}`;
      assert.equal(await bench.wait(client), grant ? 1 : 0, what);
      assert.equal(isEmpty(bench, slot), !grant, what);
    }
  }
  await suspendEndsReply(bench, endpoint);
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
    checks: 'Send needs Write, whatever other rights there are; without it nothing is sent',
    run: sendNeedsWrite,
  },
  {
    id: 'IPCRIGHTS0002',
    checks: 'Recv needs Read; without it a CapFault in the receive phase is raised',
    run: recvNeedsRead,
  },
  {
    id: 'IPCRIGHTS0003',
    checks: 'a capability travels with a message only under Grant',
    run: capsNeedGrant,
  },
  {
    id: 'IPCRIGHTS0004',
    checks: 'a call can be answered only if it was made with Grant or GrantReply; once',
    run: callNeedsGrant,
  },
  {
    id: 'IPCRIGHTS0005',
    checks: "a reply's right to grant is the receiver's; SaveCaller keeps it, Suspend ends it",
    run: replyGrant,
  },
];
