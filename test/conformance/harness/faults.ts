/**
 * Threads that fault, and their handlers: who receives what, and how the thread may go on.
 *
 * A case is one combination of what sel4test varies: the faulting thread's priority against its
 * handler's, the badge of the fault endpoint, and how the thread is restarted if it is.
 */
import { assert } from 'chai';
import {
  MessageInfo_get_extraCaps,
  MessageInfo_get_label,
  MessageInfo_get_length,
  MessageInfo_new,
  REG_COUNT,
  seL4_AllRights,
  seL4_CanGrant,
  seL4_CanGrantReply,
  seL4_CanWrite,
  seL4_NBRecv,
  seL4_NoError,
  seL4_Recv,
  seL4_Reply,
  seL4_ReplyRecv,
  seL4_TCB_ReadRegisters,
  seL4_TCB_Suspend,
} from '../../../personality/sel4/index.ts';
import type { CPtr, MessageInfo } from '../../../personality/sel4/index.ts';
import { OUR_PRIORITY, settle } from './bench.ts';
import type { Bench, Body, Helper, HelperOptions } from './bench.ts';
import type { Process } from './processes.ts';

export interface FaultCase {
  readonly priority: number;
  /** Of the fault endpoint; 0: it has none. */
  readonly badge: number;
  readonly process?: Process;
}

export interface Faulter {
  readonly helper: Helper;
  readonly endpoint: CPtr;
  readonly badge: number;
}

/** Every priority around ours, with and without a badge. */
export function faultCases(process?: Process): FaultCase[] {
  return [-1, 0, 1].flatMap((above) =>
    [0, 0xbad].map((badge) => ({ priority: OUR_PRIORITY + above, badge, process })),
  );
}

export function startFaulter(
  bench: Bench,
  { priority, badge, process }: FaultCase,
  body: Body,
  options: Pick<HelperOptions, 'again' | 'entry'> = {},
): Faulter {
  const endpoint = bench.endpoint();
  const faultEndpoint = process?.give(endpoint, badge) ?? bench.badged(endpoint, badge);
  const all = { ...options, priority, process, faultEndpoint, unguarded: true };
  return { helper: bench.start(body, all), endpoint, badge };
}

/** The words of the fault message. */
export async function receiveFault(
  bench: Bench,
  { endpoint, badge }: Faulter,
  label: number,
  length: number,
): Promise<number[]> {
  const info = await seL4_Recv(bench.thread, endpoint);
  assert.equal(MessageInfo_get_label(info), label, 'the kind of fault');
  assert.equal(MessageInfo_get_length(info), length);
  assert.equal(MessageInfo_get_extraCaps(info), 0);
  assert.equal(bench.thread.badge, badge);
  return Array.from({ length }, (_, i) => bench.thread.getMR(i));
}

export function registersOf(bench: Bench, { helper }: Faulter): number[] {
  return seL4_TCB_ReadRegisters(bench.thread, helper.tcb, false, 0, REG_COUNT).registers;
}

function putAnswer(bench: Bench, label: number, words: readonly number[]): MessageInfo {
  // What is beyond the answer's length must not be taken.
  for (let i = words.length; i < REG_COUNT; i++) bench.thread.setMR(i, 0xeeee_eeee);
  words.forEach((word, i) => bench.thread.setMR(i, word));
  return MessageInfo_new(label, 0, 0, words.length);
}

export async function answer(bench: Bench, label: number, words: readonly number[]): Promise<void> {
  await seL4_Reply(bench.thread, putAnswer(bench, label, words));
}

/** Answers with label 0, and receives the next fault, in one call: its words. */
export async function answerAndReceive(
  bench: Bench,
  faulter: Faulter,
  words: readonly number[],
): Promise<number[]> {
  const { endpoint, badge } = faulter;
  const info = await seL4_ReplyRecv(bench.thread, endpoint, putAnswer(bench, 0, words));
  assert.equal(bench.thread.badge, badge);
  return Array.from({ length: MessageInfo_get_length(info) }, (_, i) => bench.thread.getMR(i));
}

/** Neither runs nor faults, even when we give way to it. */
export async function assertStopped(bench: Bench, { endpoint, helper }: Faulter): Promise<void> {
  assert.equal(bench.setPriority(helper.tcb, OUR_PRIORITY + 1), seL4_NoError);
  await settle(bench.thread);
  const info = await seL4_NBRecv(bench.thread, endpoint);
  assert.equal(bench.thread.badge, 0, 'no fault');
  assert.equal(MessageInfo_get_length(info), 0, 'no fault');
}

/** What a handler's endpoint must allow: to be written to, and one of the grant rights. */
export async function assertHandlerNeeds(bench: Bench, body: Body): Promise<void> {
  for (let rights = 0; rights <= seL4_AllRights; rights++) {
    const endpoint = bench.endpoint();
    const faultEndpoint = bench.badged(endpoint, 6, rights);
    const priority = OUR_PRIORITY + 1;
    const helper = bench.start(body, { priority, faultEndpoint, unguarded: true });
    await settle(bench.thread);
    await seL4_NBRecv(bench.thread, endpoint);
    const grant = (rights & (seL4_CanGrant | seL4_CanGrantReply)) !== 0;
    const may = (rights & seL4_CanWrite) !== 0 && grant;
    assert.equal(bench.thread.badge, may ? 6 : 0, `rights ${rights}`);
    assert.equal(seL4_TCB_Suspend(bench.thread, helper.tcb), seL4_NoError);
  }
}
