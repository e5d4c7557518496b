/**
 * Threads of other processors: stopped, moved, deleted, and robbed of their memory from here.
 *
 * The processors of a program take turns in one JavaScript thread. A spinner's turn ends some time
 * after it has been asked for, so between two turns of ours it may be anywhere in its loop.
 */
import { assert } from 'chai';
import {
  MessageInfo_get_label,
  MessageInfo_new,
  seL4_CapInitThreadVSpace,
  seL4_FailedLookup,
  seL4_IllegalOperation,
  seL4_NBRecv,
  seL4_NoError,
  seL4_Recv,
  seL4_Send,
  seL4_TCBBits,
  seL4_TCBObject,
  seL4_TCB_SetAffinity,
  seL4_TCB_Suspend,
  seL4_Untyped_Retype,
  seL4_VMFault,
  seL4_X86_Page_Unmap,
  seL4_Yield,
} from '../../personality/sel4/index.ts';
import type { CPtr, Thread } from '../../personality/sel4/index.ts';
import type { Bench, Helper } from './harness/bench.ts';
import { ROOT, copy, remove } from './harness/cspace.ts';
import type { Process } from './harness/processes.ts';
import type { Program } from './harness/program.ts';

const ADDRESS = 0x2000_0000;
const PAGE = 4096;
const BADGE = 5;

/** Gives the other processors turns, while our thread stays current on ours. */
async function turns(count = 5): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setTimeout(resolve, 2));
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 1000 && !condition(); i++) await turns(1);
  assert.isTrue(condition(), 'in two seconds');
}

/** A process on a processor of its own. */
async function farProcess(bench: Bench): Promise<Process> {
  const process = await bench.process();
  assert.isAbove(process.processor, 0, 'a processor of its own');
  return process;
}

interface Spinner {
  readonly helper: Helper;
  /** Resolves when it has gone round once more. */
  runs(): Promise<void>;
  /** It may be on its way to its next system call, and stands still there. */
  stands(): Promise<void>;
}

function startSpinner(bench: Bench, process: Process, tcb?: CPtr): Spinner {
  let rounds = 0;
  const body = async (thread: Thread) => {
    for (;;) {
      rounds++;
      await seL4_Yield(thread);
    }
  };
  return {
    helper: bench.start(body, { process, tcb }),
    runs() {
      const seen = rounds;
      return until(() => rounds > seen);
    },
    async stands() {
      const before = rounds;
      await turns();
      const seen = rounds;
      assert.isAtMost(seen - before, 1, 'up to its next system call');
      await turns();
      assert.equal(rounds, seen, 'it stands still');
    },
  };
}

async function suspendElsewhere(bench: Bench): Promise<void> {
  const spinner = startSpinner(bench, await farProcess(bench));
  const suspend = () => seL4_TCB_Suspend(bench.thread, spinner.helper.tcb);
  for (let round = 0; round < 5; round++) {
    await spinner.runs();
    assert.equal(suspend(), seL4_NoError);
    await spinner.stands();
    assert.equal(suspend(), seL4_NoError, 'once more');
    await spinner.stands();
    bench.resume(spinner.helper);
  }
  await spinner.runs();
}

/** A thread that sends without end, moved back and forth while it is ready, and while it waits. */
async function moveThread(bench: Bench): Promise<void> {
  const { thread } = bench;
  const process = await farProcess(bench);
  const places = [process.processor, await process.loadElsewhere()] as const;
  assert.notEqual(places[0], places[1]);
  const endpoint = bench.endpoint();
  const there = process.give(endpoint, BADGE);
  const helper = bench.create(
    async (self) => {
      for (let n = 0; ; n++) await seL4_Send(self, there, MessageInfo_new(n, 0, 0, 0));
    },
    { process },
  );
  const move = (index: number) => seL4_TCB_SetAffinity(thread, helper.tcb, index);
  const receive = async (expected: number) => {
    const info = await seL4_Recv(thread, endpoint);
    assert.equal(thread.badge, BADGE);
    assert.equal(MessageInfo_get_label(info), expected);
  };
  bench.resume(helper);
  for (let round = 1; round <= 6; round++) {
    // Every other message is taken from a sender that waits, who is then ready.
    const messages = round % 2 === 0 ? 5 : 6;
    for (let n = 0; n < messages; n++) await receive(n);
    assert.equal(bench.starts.length, round);
    assert.equal(move(places[round % 2] ?? -1), seL4_NoError);
    // What it was sending when it was moved may arrive once; it never goes on with the next.
    await seL4_NBRecv(thread, endpoint);
    assert.oneOf(thread.badge, [0, BADGE]);
  }
  await receive(0);
  assert.deepEqual(
    bench.starts,
    [0, 1, 0, 1, 0, 1, 0].map((i) => places[i as 0 | 1]),
    'where it has started',
  );
  assert.equal(move(32), seL4_IllegalOperation, 'no such processor');
}

/** What is unmapped here is gone there, and another page in its place is seen at once. */
async function unmapElsewhere(bench: Bench): Promise<void> {
  const { thread } = bench;
  const process = await farProcess(bench);
  const endpoint = bench.endpoint();
  const faultEndpoint = process.give(endpoint, BADGE);
  const pages = [bench.page(), bench.page()] as const;
  pages.forEach((page, i) => {
    const ours = copyOf(bench, page);
    bench.map(ours, seL4_CapInitThreadVSpace, ADDRESS + i * PAGE);
    thread.window(ADDRESS + i * PAGE, PAGE, true).setUint32(0, 100 + i);
  });
  const seen: number[] = [];
  const body = async (self: Thread) => {
    const window = self.window(ADDRESS, PAGE, false);
    for (;;) {
      const value = window.getUint32(0);
      if (seen.at(-1) !== value) seen.push(value);
      await seL4_Yield(self);
    }
  };
  bench.map(pages[0], process.vspace, ADDRESS);
  bench.start(body, { process, faultEndpoint, unguarded: true });
  await until(() => seen.length > 0);
  assert.deepEqual(seen, [100]);
  assert.equal(seL4_X86_Page_Unmap(thread, pages[0]), seL4_NoError);
  bench.map(pages[1], process.vspace, ADDRESS);
  await until(() => seen.length > 1);
  assert.deepEqual(seen, [100, 101], 'the other page, without a fault');
  await seL4_NBRecv(thread, endpoint);
  assert.equal(thread.badge, 0);
  assert.equal(seL4_X86_Page_Unmap(thread, pages[1]), seL4_NoError);
  const fault = await seL4_Recv(thread, endpoint);
  assert.equal(thread.badge, BADGE);
  assert.equal(MessageInfo_get_label(fault), seL4_VMFault, 'nothing is there any more');
  assert.equal(thread.getMR(1), ADDRESS);
  assert.deepEqual(seen, [100, 101]);
}

function copyOf(bench: Bench, source: number): number {
  const slot = bench.slot();
  assert.equal(copy(bench.thread, slot, source), seL4_NoError);
  return slot;
}

/** Deleted, and once more with another thread in its memory before it has made its next call. */
async function deleteElsewhere(bench: Bench): Promise<void> {
  const process = await farProcess(bench);
  const untyped = bench.untyped(seL4_TCBBits);
  const make = (slot: CPtr) =>
    seL4_Untyped_Retype(bench.thread, untyped, seL4_TCBObject, 0, ROOT, 0, 0, slot, 1);
  let tcb = bench.slot();
  assert.equal(make(tcb), seL4_NoError);
  let spinner = startSpinner(bench, process, tcb);
  for (let round = 0; round < 5; round++) {
    await spinner.runs();
    assert.equal(remove(bench.thread, tcb), seL4_NoError);
    tcb = bench.slot();
    assert.equal(make(tcb), seL4_NoError, 'its memory is free');
    const before = spinner;
    spinner = startSpinner(bench, process, tcb);
    await before.stands();
  }
  await spinner.runs();
  for (let round = 0; round < 5; round++) {
    const spinner = startSpinner(bench, process);
    await spinner.runs();
    const { tcb } = spinner.helper;
    assert.equal(remove(bench.thread, tcb), seL4_NoError);
    await spinner.stands();
    assert.equal(copy(bench.thread, bench.slot(), tcb), seL4_FailedLookup);
  }
}

const adapted = 'the processors take turns in one JavaScript thread';

export const programs: Program[] = [
  {
    id: 'MULTICORE0001',
    checks: 'a spinner of another processor is suspended and resumed, several times',
    adapted,
    processors: 2,
    run: suspendElsewhere,
  },
  {
    id: 'MULTICORE0002',
    checks: 'a thread is moved from processor to processor, six times',
    adapted: `${adapted}; a thread that has been moved starts anew`,
    processors: 3,
    run: moveThread,
  },
  {
    id: 'MULTICORE0003',
    checks: 'a page unmapped here faults there, and another in its place is seen there at once',
    adapted,
    processors: 2,
    run: unmapElsewhere,
  },
  {
    id: 'MULTICORE0005',
    checks: 'a thread that runs on another processor is deleted and replaced, and runs no more',
    adapted,
    processors: 2,
    run: deleteElsewhere,
  },
];
