/** Resolution of addresses through as many CNodes as an address has bits. */
import { assert } from 'chai';
import {
  MessageInfo_get_label,
  MessageInfo_get_length,
  MessageInfo_new,
  ROOT_CNODE_BITS,
  SysCall,
  SysNBRecv,
  SysRecv,
  SysReplyRecv,
  SysSend,
  TCBReadRegisters,
  seL4_CNode_Copy,
  seL4_CapFault,
  seL4_CapInitThreadVSpace,
  seL4_DepthMismatch,
  seL4_FailedLookup,
  seL4_GuardMismatch,
  seL4_InvalidCapability,
  seL4_MissingCapability,
  seL4_NBSend,
  seL4_NoError,
  seL4_RangeError,
  seL4_Recv,
  seL4_Reply,
  seL4_TCB_SetSpace,
  seL4_TCB_Suspend,
  seL4_TCB_WriteRegisters,
  seL4_WordBits,
  seL4_Yield,
} from '../../personality/sel4/index.ts';
import type { CPtr, Thread } from '../../personality/sel4/index.ts';
import { HELPER_ENTRY } from './harness/bench.ts';
import type { Bench } from './harness/bench.ts';
import { DEPTH, ROOT, guardWord, mint } from './harness/cspace.ts';
import type { Program } from './harness/program.ts';

const ADDRESSES = [0xa5c3_0f96, 0, 0xffff_ffff];
const STAMP = 0x5eed;

/**
 * CNodes of two slots, each found by one bit of `address`, after `guardBits` that are its guard;
 * the last one holds `target`.
 */
function makePath(bench: Bench, address: number, target: CPtr, guardBits = 0): CPtr {
  const span = 1 + guardBits;
  const bits = (from: number, count: number) =>
    (address >>> (seL4_WordBits - from - count)) & ((1 << count) - 1);
  const nodes = Array.from({ length: seL4_WordBits / span }, (_, level) => {
    const guarded = bench.slot();
    const guard = guardWord(bits(level * span, guardBits), guardBits);
    assert.equal(mint(bench.thread, guarded, bench.cnode(1), guard), seL4_NoError);
    return guarded;
  });
  nodes.forEach((node, level) => {
    // Filled through the guard, as a CSpace of its own.
    const index = bits(level * span, span);
    const next = nodes[level + 1] ?? target;
    const error = seL4_CNode_Copy(bench.thread, node, index, span, ROOT, next, DEPTH, 15);
    assert.equal(error, seL4_NoError, `level ${level}`);
  });
  return nodes[0] as CPtr;
}

/** With a guard of one bit a level: a wrong bit is a guard that does not fit, or an empty slot. */
function resolveGuards(bench: Bench, address: number): void {
  const { thread } = bench;
  const target = bench.tcb();
  const top = makePath(bench, address, target, 1);
  const take = (from: number, depth: number = seL4_WordBits) =>
    seL4_CNode_Copy(thread, ROOT, bench.slot(), DEPTH, top, from >>> 0, depth, 15);
  assert.equal(take(address), seL4_NoError, 'the one right address');
  for (let bit = 0; bit < seL4_WordBits; bit++) {
    assert.equal(take(address ^ (1 << bit)), seL4_FailedLookup, `bit ${bit} is wrong`);
    const details = [0, 1, 2, 3, 4].map((i) => thread.getMR(i));
    const guard = (address >>> bit) & 1;
    // A level's guard is its upper bit. Behind an empty slot there are still bits to be looked up.
    if (bit % 2 === 1) {
      assert.deepEqual(details, [1, seL4_GuardMismatch, bit + 1, guard, 1], `bit ${bit}`);
    } else {
      const expected = bit === 0 ? [1, seL4_MissingCapability, 32] : [1, seL4_DepthMismatch, bit];
      assert.deepEqual(details.slice(0, 3), expected, `bit ${bit}`);
    }
  }
  for (const depth of [0, seL4_WordBits + 1]) assert.equal(take(address, depth), seL4_RangeError);
}

/** Reads the first register of a thread capability: its error. */
function readStamp(thread: Thread, address: CPtr): number {
  thread.setMR(0, 0);
  thread.setMR(1, 1);
  const error = thread.invoke(address >>> 0, MessageInfo_new(TCBReadRegisters, 0, 0, 2)) >>> 12;
  if (error === seL4_NoError) assert.equal(thread.getMR(0), STAMP, 'the right thread');
  return error;
}

async function resolve(bench: Bench, address: number): Promise<void> {
  const target = bench.tcb();
  assert.equal(seL4_TCB_WriteRegisters(bench.thread, target, false, 0, [STAMP]), seL4_NoError);
  const top = makePath(bench, address, target);
  let moved = false;
  let tried = false;
  const setSpace = (tcb: CPtr, cspace: CPtr) =>
    seL4_TCB_SetSpace(bench.thread, tcb, 0, cspace, 0, seL4_CapInitThreadVSpace, 0);

  const helper = bench.start(async (thread) => {
    while (!moved) await seL4_Yield(thread);
    assert.equal(readStamp(thread, address), seL4_NoError, 'the one right address');
    for (let bit = 0; bit < seL4_WordBits; bit++) {
      const wrong = readStamp(thread, (address ^ (1 << bit)) >>> 0);
      assert.equal(wrong, seL4_InvalidCapability, `bit ${bit} is wrong`);
    }
    tried = true;
    while (moved) await seL4_Yield(thread);
  });
  await seL4_Yield(bench.thread);
  assert.equal(setSpace(helper.tcb, top), seL4_NoError);
  moved = true;
  for (let turns = 0; !tried && turns < 100; turns++) await seL4_Yield(bench.thread);
  assert.equal(setSpace(helper.tcb, ROOT), seL4_NoError);
  moved = false;
  await bench.wait(helper);
  assert.isTrue(tried);
}

/** A system call at an address whose guard is wrong: a fault that says where the look-up ended. */
async function badAddressFaults(bench: Bench): Promise<void> {
  const { thread } = bench;
  const address = 0xabcd_0001;
  const failure = [seL4_GuardMismatch, seL4_WordBits, 0, seL4_WordBits - ROOT_CNODE_BITS];
  const endpoint = bench.endpoint();
  for (const call of [SysCall, SysSend, SysReplyRecv, SysRecv, SysNBRecv]) {
    const receiving = call === SysCall || call === SysSend ? 0 : 1;
    let done = false;
    const body = async (self: Thread) => {
      // This one alone is silent.
      await seL4_NBSend(self, address, MessageInfo_new(3, 0, 0, 0));
      await self.enter(call, address, MessageInfo_new(3, 0, 0, 0));
      done = true;
    };
    const helper = bench.start(body, { faultEndpoint: endpoint });
    // Answered, the call is made again, and nothing is different.
    for (let time = 0; time < 3; time++) {
      const info = await seL4_Recv(thread, endpoint);
      assert.equal(MessageInfo_get_label(info), seL4_CapFault);
      const words = Array.from({ length: MessageInfo_get_length(info) }, (_, i) => thread.getMR(i));
      assert.deepEqual(words, [HELPER_ENTRY, address, receiving, ...failure], `call ${call}`);
      await seL4_Reply(thread, MessageInfo_new(time, 0, 0, 0));
    }
    assert.equal(seL4_TCB_Suspend(thread, helper.tcb), seL4_NoError);
    assert.isFalse(done);
  }
}

export const programs: Program[] = [
  {
    id: 'CSPACE0001',
    checks:
      '32 nested CNodes of two slots: one address works, those one bit off do not; guards; CapFaults',
    async run(bench) {
      for (const address of ADDRESSES) {
        await resolve(bench, address);
        resolveGuards(bench, address);
      }
      await badAddressFaults(bench);
    },
  },
];
