/**
 * Faults as messages: what a handler is told, and what its answer does; with handlers below, at and
 * above the faulting thread's priority, through fault endpoints with a badge and without, in one
 * address space and across two.
 */
import { assert } from 'chai';
import {
  EXCEPTION_UNCAUGHT,
  REG_COUNT,
  seL4_UnknownSyscall,
  seL4_UserException,
} from '../../personality/sel4/index.ts';
import { Crash, HELPER_ENTRY } from './harness/bench.ts';
import type { Bench, Body } from './harness/bench.ts';
import {
  answer,
  answerAndReceive,
  assertHandlerNeeds,
  assertStopped,
  faultCases,
  receiveFault,
  registersOf,
  startFaulter,
} from './harness/faults.ts';
import type { FaultCase } from './harness/faults.ts';
import type { Program } from './harness/program.ts';

const NUMBER = -77;
const STATUS = 0xc000_0096;

async function unknownCall(bench: Bench, which: FaultCase): Promise<void> {
  let passed = 0;
  const body: Body = async (thread) => {
    for (;;) {
      await thread.enter(NUMBER, 0, 0);
      passed++;
    }
  };
  const faulter = startFaulter(bench, which, body);
  const receive = () => receiveFault(bench, faulter, seL4_UnknownSyscall, REG_COUNT + 1);

  const first = await receive();
  assert.deepEqual(first.slice(0, REG_COUNT), registersOf(bench, faulter), 'the registers');
  assert.equal(first[0], HELPER_ENTRY, 'IP');
  assert.equal((first[REG_COUNT] ?? 0) | 0, NUMBER, 'the number of the call');
  await answer(bench, 0, []);
  const second = await receive();
  assert.equal(passed, 1, 'label 0: it goes on behind the call');
  assert.deepEqual(second, first, 'no register has changed');

  const registers = first.slice(0, REG_COUNT);
  // All of them, then some: the answer sets as many as it has words.
  for (const count of [REG_COUNT, 5, 4, 1]) {
    const before = registersOf(bench, faulter);
    const changed = registers.map((word, i) => (i < 1 ? word : word + 1000 * count + i));
    const next = await answerAndReceive(bench, faulter, changed.slice(0, count));
    const expected = [...changed.slice(0, count), ...before.slice(count)];
    assert.deepEqual(next.slice(0, REG_COUNT), expected, `the answer set ${count} registers`);
  }
  assert.equal(passed, 5);

  await answer(bench, 1, registers);
  assert.deepEqual(registersOf(bench, faulter), registers, 'set with any label');
  await assertStopped(bench, faulter);
  assert.equal(passed, 5, 'any other label: it stays where it is');
}

async function exception(bench: Bench, which: FaultCase): Promise<void> {
  let starts = 0;
  const body: Body = () => {
    starts++;
    throw new Crash(STATUS);
  };
  const faulter = startFaulter(bench, which, body);
  const receive = () => receiveFault(bench, faulter, seL4_UserException, 5);
  const first = await receive();
  const before = registersOf(bench, faulter);
  assert.deepEqual(first.slice(0, 3), before.slice(0, 3), 'IP, SP, FLAGS');
  assert.equal(first[0], HELPER_ENTRY, 'IP');
  assert.deepEqual(first.slice(3), [EXCEPTION_UNCAUGHT, STATUS], 'number and code');
  await answer(bench, 0, []);
  assert.deepEqual(await receive(), first, 'the same again');
  assert.equal(starts, 2, 'label 0: it starts anew');

  const changed = [first[0] ?? 0, 0x7777, 0x2];
  await answer(bench, 0, [...changed, 0xffff, 0xffff, 0xffff]);
  const third = await receive();
  assert.equal(starts, 3);
  assert.deepEqual(third.slice(0, 3), changed, 'with what the answer set');
  assert.deepEqual(registersOf(bench, faulter), [...changed, ...before.slice(3)], 'three, not six');
  const fourth = await answerAndReceive(bench, faulter, [HELPER_ENTRY, 0x8888]);
  assert.deepEqual(fourth.slice(0, 3), [HELPER_ENTRY, 0x8888, 0x2], 'two of the three');

  await answer(bench, 1, []);
  await assertStopped(bench, faulter);
  assert.equal(starts, 4, 'any other label: it is over');
}

type Scenario = (bench: Bench, which: FaultCase) => Promise<void>;

const everywhere = (scenario: Scenario, apart: boolean) => async (bench: Bench) => {
  const process = apart ? await bench.process() : undefined;
  for (const which of faultCases(process)) await scenario(bench, which);
};

const asRegisters = "registers are this architecture's; a thread goes on behind its call";
const asException = 'the fault is an exception that nobody catches; repeating is starting anew';

export const programs: Program[] = [
  {
    id: 'PAGEFAULT0004',
    checks: 'an unknown system call: message, badge; going on or not by label; registers; rights',
    adapted: asRegisters,
    async run(bench) {
      await everywhere(unknownCall, false)(bench);
      await assertHandlerNeeds(bench, async (thread) => void (await thread.enter(NUMBER, 0, 0)));
    },
  },
  {
    id: 'PAGEFAULT0005',
    checks: 'an undefined operation: message, badge; starting anew or not by label; registers set',
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
