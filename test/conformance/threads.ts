/** Threads as objects: configuration, registers, flags, IPC buffers. */
import { assert } from 'chai';
import {
  REG_COUNT,
  seL4_CapInitThreadTCB,
  seL4_CapInitThreadVSpace,
  seL4_CapNull,
  seL4_IllegalOperation,
  seL4_NoError,
  seL4_TCB_Configure,
  seL4_TCB_ReadRegisters,
  seL4_TCB_SetFlags,
  seL4_TCB_SetIPCBuffer,
  seL4_TCB_SetSpace,
  seL4_TCB_WriteRegisters,
  seL4_Yield,
} from '../../personality/sel4/index.ts';
import type { Thread } from '../../personality/sel4/index.ts';
import type { Bench } from './harness/bench.ts';
import { ROOT } from './harness/cspace.ts';
import type { Program } from './harness/program.ts';

const VSPACE = seL4_CapInitThreadVSpace;
const BUFFER = 0x1000_0000;

/** Two threads take turns after each step of their sums. */
async function checkFloats(bench: Bench): Promise<void> {
  const sums: number[] = [];
  const add = (step: number) => async (thread: Thread) => {
    let sum = 0;
    for (let i = 0; i < 100; i++) {
      sum += step;
      await seL4_Yield(thread);
    }
    sums.push(sum);
  };
  const [one, other] = [bench.start(add(0.25)), bench.start(add(-1.5))];
  await bench.wait(one);
  await bench.wait(other);
  assert.sameMembers(sums, [25, -150]);
  assert.closeTo(Math.sqrt(2) ** 2, 2, 1e-12);
}

function checkFlags(bench: Bench): void {
  const tcb = bench.tcb();
  const flags = (clear: number, set: number): number => {
    const { error, value } = seL4_TCB_SetFlags(bench.thread, tcb, clear, set);
    assert.equal(error, seL4_NoError);
    return value;
  };
  assert.equal(flags(0, 0), 0, 'none at first');
  assert.equal(flags(0, 1), 1, 'set');
  assert.equal(flags(0, 0), 1, 'kept');
  assert.equal(flags(1, 1), 1, 'cleared, then set');
  assert.equal(flags(1, 0), 0, 'cleared');
  assert.equal(flags(0, 0xffff_fffe), 0, 'unknown flags are left out');
}

/** Every register of a new thread is what was written, and the entry function is given them. */
async function checkRegisters(bench: Bench): Promise<void> {
  let given: readonly number[] = [];
  const helper = bench.create((_thread, args) => {
    given = args;
    return Promise.resolve();
  });
  const { thread } = bench;
  const before = seL4_TCB_ReadRegisters(thread, helper.tcb, false, 0, REG_COUNT).registers;
  const [ip, , , body, done] = before as [number, number, number, number, number];
  const written = [ip, 0x1234, 0xabcd, body, done, 0xfedc_ba98, 0x7654_3210, 0x8000_0001];
  assert.equal(written.length, REG_COUNT);
  assert.equal(seL4_TCB_WriteRegisters(thread, helper.tcb, false, 0, written), seL4_NoError);
  const after = seL4_TCB_ReadRegisters(thread, helper.tcb, false, 0, REG_COUNT);
  assert.deepEqual(after.registers, written, 'read back');
  bench.resume(helper);
  await bench.wait(helper);
  assert.deepEqual([...given], [body, done, 0xfedc_ba98, 0x7654_3210], 'as arguments');
}

export const programs: Program[] = [
  {
    id: 'THREADS0004',
    checks: 'TCB_Configure without a CSpace fails',
    run(bench) {
      const tcb = bench.tcb();
      const configure = (cspace: number) =>
        seL4_TCB_Configure(bench.thread, tcb, 0, cspace, 0, VSPACE, 0, 0, seL4_CapNull);
      assert.equal(configure(seL4_CapNull), seL4_IllegalOperation);
      assert.equal(configure(ROOT), seL4_NoError);
    },
  },
  {
    id: 'THREADS0005',
    checks: 'TCB_SetSpace without a CSpace fails',
    run(bench) {
      const tcb = bench.tcb();
      const setSpace = (cspace: number) =>
        seL4_TCB_SetSpace(bench.thread, tcb, 0, cspace, 0, VSPACE, 0);
      assert.equal(setSpace(seL4_CapNull), seL4_IllegalOperation);
      assert.equal(setSpace(ROOT), seL4_NoError);
    },
  },
  {
    id: 'FRAMEDIPC0001',
    checks: 'TCB_Configure refuses a frame of device memory as IPC buffer',
    run(bench) {
      const tcb = bench.tcb();
      const configure = (frame: number) =>
        seL4_TCB_Configure(bench.thread, tcb, 0, ROOT, 0, VSPACE, 0, BUFFER, frame);
      assert.equal(configure(bench.ramPage()), seL4_IllegalOperation);
      assert.equal(configure(bench.page()), seL4_NoError);
    },
  },
  {
    id: 'FRAMEDIPC0002',
    checks: 'TCB_SetIPCBuffer refuses a frame of device memory; the old buffer stays',
    async run(bench) {
      const helper = bench.create((thread) => {
        thread.setMR(100, 77);
        return Promise.resolve(thread.getMR(100));
      });
      const set = (frame: number) => seL4_TCB_SetIPCBuffer(bench.thread, helper.tcb, BUFFER, frame);
      assert.equal(set(bench.ramPage()), seL4_IllegalOperation);
      bench.resume(helper);
      assert.equal(await bench.wait(helper), 77);
      assert.equal(set(bench.page()), seL4_NoError);
    },
  },
  {
    id: 'FPU0000',
    checks: 'floating point arithmetic keeps its values across system calls',
    run: checkFloats,
  },
  {
    id: 'FPU0003',
    checks: 'TCB_SetFlags clears, then sets, returns what holds now, and leaves unknown flags out',
    run: checkFlags,
  },
  {
    id: 'REGRESSIONS0001',
    checks: 'TCB_WriteRegisters sets every register of a new thread',
    adapted: 'registers are those of this architecture: entry, stack, flags, four arguments, TLS',
    run: checkRegisters,
  },
  {
    id: 'SCHED0002',
    checks: 'a thread that resumes itself goes on as before',
    run(bench) {
      const { thread } = bench;
      thread.setMR(3, 99);
      bench.resume({ tcb: seL4_CapInitThreadTCB, done: 0 });
      assert.equal(thread.getMR(3), 99);
    },
  },
];
