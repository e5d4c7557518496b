/**
 * Thread-local storage: an area of memory for each thread, found by its TLS base, which the kernel
 * keeps with the thread's registers.
 */
import { assert } from 'chai';
import {
  REG_ARG2,
  REG_COUNT,
  REG_TLS,
  seL4_CapInitThreadTCB,
  seL4_CapInitThreadVSpace,
  seL4_NoError,
  seL4_TCB_ReadRegisters,
  seL4_TCB_SetTLSBase,
  seL4_TCB_WriteRegisters,
  seL4_Yield,
} from '../../personality/sel4/index.ts';
import type { CPtr, Thread } from '../../personality/sel4/index.ts';
import type { Bench, Body, Helper } from './harness/bench.ts';
import type { Program } from './harness/program.ts';

const AREAS = 0x2000_0000;
const PAGE = 4096;
/** What the variables of every new thread hold. */
const INITIAL = [0, 1337, 0xdead_beef];
const ROUNDS = 20;

function baseOf(thread: Thread, tcb: CPtr): number {
  return seL4_TCB_ReadRegisters(thread, tcb, false, 0, REG_COUNT).registers[REG_TLS] ?? -1;
}

/** Makes area number `index` with its initial values, and sets it as the thread's. */
function giveArea(bench: Bench, tcb: CPtr, index: number): number {
  const base = AREAS + index * PAGE;
  bench.map(bench.page(), seL4_CapInitThreadVSpace, base);
  const area = bench.thread.window(base, PAGE, true);
  INITIAL.forEach((value, i) => area.setUint32(4 * i, value));
  assert.equal(seL4_TCB_SetTLSBase(bench.thread, tcb, base), seL4_NoError);
  return base;
}

function variables(thread: Thread, base: number): number[] {
  const area = thread.window(base, PAGE, false);
  return INITIAL.map((_, i) => area.getUint32(4 * i));
}

async function rootThread(bench: Bench): Promise<void> {
  const base = giveArea(bench, seL4_CapInitThreadTCB, 0);
  const reader = bench.start((thread) => Promise.resolve(baseOf(thread, seL4_CapInitThreadTCB)));
  const found = await bench.wait(reader);
  assert.equal(found, base, 'the base is in our registers');
  assert.deepEqual(variables(bench.thread, found), INITIAL);
  bench.thread.window(found, PAGE, true).setUint32(4, 7);
  assert.deepEqual(variables(bench.thread, found), [0, 7, 0xdead_beef]);
}

/** Counts in its own area, in turn with the others. */
const counting =
  (step: number): Body =>
  async (thread, args) => {
    const base = args[REG_ARG2 - 3] ?? 0;
    assert.deepEqual(variables(thread, base), INITIAL, 'initial values');
    const area = thread.window(base, PAGE, true);
    for (let i = 0; i < ROUNDS; i++) {
      area.setUint32(0, area.getUint32(0) + step);
      await seL4_Yield(thread);
    }
    assert.deepEqual(variables(thread, base), [ROUNDS * step, ...INITIAL.slice(1)]);
    return area.getUint32(0);
  };

/** The thread's start-up code gets the base as an argument: no instruction reads it. */
function startWithArea(bench: Bench, index: number): Helper {
  const { thread } = bench;
  const helper = bench.create(counting(index + 1));
  const base = giveArea(bench, helper.tcb, index);
  assert.equal(baseOf(thread, helper.tcb), base);
  const { registers } = seL4_TCB_ReadRegisters(thread, helper.tcb, false, 0, REG_COUNT);
  registers[REG_ARG2] = baseOf(thread, helper.tcb);
  assert.equal(seL4_TCB_WriteRegisters(thread, helper.tcb, false, 0, registers), seL4_NoError);
  bench.resume(helper);
  return helper;
}

async function manyThreads(bench: Bench, count: number): Promise<void> {
  const helpers = Array.from({ length: count }, (_, i) => startWithArea(bench, i));
  for (const [i, helper] of helpers.entries()) {
    assert.equal(await bench.wait(helper), ROUNDS * (i + 1));
    assert.equal(baseOf(bench.thread, helper.tcb), AREAS + i * PAGE, 'its base has not changed');
  }
}

const adapted = 'the TLS base is a register of the thread, handed on to its start-up code';

export const programs: Program[] = [
  {
    id: 'TLS0001',
    checks: "the root thread's thread-local variables have their initial values, and keep others",
    adapted,
    run: rootThread,
  },
  {
    id: 'TLS0002',
    checks: 'four threads count in variables of their own, in turns',
    adapted,
    run: (bench) => manyThreads(bench, 4),
  },
  {
    id: 'TLS0006',
    checks: 'eight threads with areas of their own do not disturb each other',
    adapted,
    run: (bench) => manyThreads(bench, 8),
  },
];
