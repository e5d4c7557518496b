/**
 * Faults as messages: what a handler is told, and what its answer does; with handlers below, at and
 * above the faulting thread's priority, in one address space and across two.
 */
import { assert } from 'chai';
import {
  EXCEPTION_UNCAUGHT,
  MessageInfo_get_label,
  MessageInfo_get_length,
  MessageInfo_new,
  REG_COUNT,
  seL4_NBRecv,
  seL4_NoError,
  seL4_Recv,
  seL4_Reply,
  seL4_TCB_ReadRegisters,
  seL4_UnknownSyscall,
  seL4_UserException,
} from '../../personality/sel4/index.ts';
import { Crash, OUR_PRIORITY, settle } from './harness/bench.ts';
import type { Bench, Body, Helper } from './harness/bench.ts';
import type { Process } from './harness/processes.ts';
import type { Program } from './harness/program.ts';

const BADGE = 0xbad;
const NUMBER = -77;
const STATUS = 0xc000_0096;
const PRIORITIES = [OUR_PRIORITY - 1, OUR_PRIORITY, OUR_PRIORITY + 1];

interface Faulter {
  readonly helper: Helper;
  readonly endpoint: number;
}

function startFaulter(bench: Bench, body: Body, priority: number, process?: Process): Faulter {
  const endpoint = bench.endpoint();
  const there = process?.give(endpoint, BADGE) ?? bench.badged(endpoint, BADGE);
  const options = { priority, process, faultEndpoint: there, unguarded: true };
  return { helper: bench.start(body, options), endpoint };
}

async function receiveFault(bench: Bench, { endpoint }: Faulter, label: number, length: number) {
  const info = await seL4_Recv(bench.thread, endpoint);
  assert.equal(MessageInfo_get_label(info), label);
  assert.equal(MessageInfo_get_length(info), length);
  assert.equal(bench.thread.badge, BADGE);
  return Array.from({ length }, (_, i) => bench.thread.getMR(i));
}

function registersOf(bench: Bench, { helper }: Faulter): number[] {
  return seL4_TCB_ReadRegisters(bench.thread, helper.tcb, false, 0, REG_COUNT).registers;
}

async function answer(bench: Bench, label: number, words: readonly number[]): Promise<void> {
  words.forEach((word, i) => bench.thread.setMR(i, word));
  await seL4_Reply(bench.thread, MessageInfo_new(label, 0, 0, words.length));
}

async function unknownCall(bench: Bench, priority: number, process?: Process): Promise<void> {
  let passed = 0;
  const body: Body = async (thread) => {
    for (;;) {
      await thread.enter(NUMBER, 0, 0);
      passed++;
    }
  };
  const faulter = startFaulter(bench, body, priority, process);
  const receive = () => receiveFault(bench, faulter, seL4_UnknownSyscall, REG_COUNT + 1);

  const first = await receive();
  assert.deepEqual(first.slice(0, REG_COUNT), registersOf(bench, faulter), 'the registers');
  assert.equal((first[REG_COUNT] ?? 0) | 0, NUMBER, 'the number of the call');
  await answer(bench, 0, []);
  await receive();
  assert.equal(passed, 1, 'label 0: it goes on behind the call');

  const changed = first.slice(0, REG_COUNT).map((word, i) => (i < 3 ? word : word + 1000 + i));
  await answer(bench, 0, changed);
  const third = await receive();
  assert.deepEqual(third.slice(0, REG_COUNT), changed, 'the answer set the registers');
  assert.equal(passed, 2);

  await answer(bench, 1, []);
  await assertStopped(bench, faulter);
  assert.equal(passed, 2, 'any other label: it stays where it is');
}

/** Neither runs nor faults, even when we give way to it. */
async function assertStopped(bench: Bench, { endpoint, helper }: Faulter): Promise<void> {
  assert.equal(bench.setPriority(helper.tcb, OUR_PRIORITY + 1), seL4_NoError);
  await settle(bench.thread);
  await seL4_NBRecv(bench.thread, endpoint);
  assert.equal(bench.thread.badge, 0, 'no fault');
}

async function exception(bench: Bench, priority: number, process?: Process): Promise<void> {
  let starts = 0;
  const body: Body = () => {
    starts++;
    throw new Crash(STATUS);
  };
  const faulter = startFaulter(bench, body, priority, process);
  const receive = () => receiveFault(bench, faulter, seL4_UserException, 5);
  const first = await receive();
  assert.deepEqual(first.slice(0, 3), registersOf(bench, faulter).slice(0, 3), 'IP, SP, FLAGS');
  assert.deepEqual(first.slice(3), [EXCEPTION_UNCAUGHT, STATUS], 'number and code');
  const changed = [first[0] ?? 0, 0x7777, 0x2];
  await answer(bench, 0, changed);
  const second = await receive();
  assert.equal(starts, 2, 'label 0: it starts anew');
  assert.deepEqual(second.slice(0, 3), changed, 'with what the answer set');
  await answer(bench, 1, []);
  await assertStopped(bench, faulter);
  assert.equal(starts, 2, 'any other label: it is over');
}

type Scenario = (bench: Bench, priority: number, process?: Process) => Promise<void>;

const everywhere = (scenario: Scenario, apart: boolean) => async (bench: Bench) => {
  const process = apart ? await bench.process() : undefined;
  for (const priority of PRIORITIES) await scenario(bench, priority, process);
};

const asRegisters = "registers are this architecture's";
const asException = 'the fault is an exception that nobody catches; repeating is starting anew';

export const programs: Program[] = [
  {
    id: 'PAGEFAULT0004',
    checks: 'an unknown system call: message, badge; going on or not by label; registers set',
    adapted: asRegisters,
    run: everywhere(unknownCall, false),
  },
  {
    id: 'PAGEFAULT0005',
    checks: 'an undefined operation: message, badge; starting anew or not by label',
    adapted: asException,
    run: everywhere(exception, false),
  },
  {
    id: 'PAGEFAULT1004',
    checks: 'an unknown system call of another process',
    adapted: asRegisters,
    run: everywhere(unknownCall, true),
  },
  {
    id: 'PAGEFAULT1005',
    checks: 'an undefined operation of another process',
    adapted: asException,
    run: everywhere(exception, true),
  },
];
