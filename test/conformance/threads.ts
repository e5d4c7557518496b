/** Threads as objects: configuration, registers, flags, IPC buffers. */
import { assert } from 'chai';
import {
  MessageInfo_get_label,
  MessageInfo_new,
  REG_COUNT,
  SysCall,
  TCBResume,
  seL4_CapInitThreadTCB,
  seL4_CapInitThreadVSpace,
  seL4_CapNull,
  seL4_IllegalOperation,
  seL4_NBSend,
  seL4_NoError,
  seL4_Recv,
  seL4_Reply,
  seL4_TCB_Configure,
  seL4_TCB_ReadRegisters,
  seL4_TCB_SetFlags,
  seL4_TCB_SetIPCBuffer,
  seL4_TCB_SetSpace,
  seL4_TCB_WriteRegisters,
  seL4_UnknownSyscall,
  seL4_Yield,
} from '../../personality/sel4/index.ts';
import type { CPtr, SeL4Error, Thread } from '../../personality/sel4/index.ts';
import { AGAIN_ENTRY, OUR_PRIORITY, settle } from './harness/bench.ts';
import type { Bench } from './harness/bench.ts';
import { ROOT } from './harness/cspace.ts';
import type { Program } from './harness/program.ts';

const VSPACE = seL4_CapInitThreadVSpace;
const BUFFER = 0x1000_0000;
/** No system call has this number. */
const UNKNOWN = -77;

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
  const note = (_thread: Thread, args: readonly number[]) => Promise.resolve(void (given = args));
  const helper = bench.create(note, { priority: OUR_PRIORITY + 1 });
  const { thread } = bench;
  const before = seL4_TCB_ReadRegisters(thread, helper.tcb, false, 0, REG_COUNT).registers;
  const [ip, , , body, done] = before as [number, number, number, number, number];
  const written = [ip, 0x1234, 0xabcd, body, done, 0xfedc_ba98, 0x7654_3210, 0x8000_0001];
  assert.equal(written.length, REG_COUNT);
  assert.equal(seL4_TCB_WriteRegisters(thread, helper.tcb, false, 0, written), seL4_NoError);
  const read = () => seL4_TCB_ReadRegisters(thread, helper.tcb, false, 0, REG_COUNT).registers;
  assert.deepEqual(read(), written, 'read back');
  for (let count = 1; count <= REG_COUNT; count++) {
    const others = written.map((word, i) => (i < count ? word + 1 : word)).slice(0, count);
    assert.equal(seL4_TCB_WriteRegisters(thread, helper.tcb, false, 0, others), seL4_NoError);
    assert.deepEqual(read(), [...others, ...written.slice(count)], `the first ${count} alone`);
    assert.equal(seL4_TCB_WriteRegisters(thread, helper.tcb, false, 0, written), seL4_NoError);
  }
  await settle(thread);
  assert.deepEqual(given, [], 'writing does not start it');
  bench.resume(helper);
  await bench.wait(helper);
  assert.deepEqual([...given], [body, done, 0xfedc_ba98, 0x7654_3210], 'as arguments');
}

/** A thread that waits, written to: it gives up its call and starts at its new IP. */
async function checkNewStart(bench: Bench): Promise<void> {
  const { thread } = bench;
  const [endpoint, ntfn] = [bench.endpoint(), bench.notification()];
  for (const wait of [endpoint, ntfn]) {
    let went = 0;
    const helper = bench.start(
      async (self) => {
        await seL4_Recv(self, wait);
        went++;
      },
      { priority: OUR_PRIORITY + 1, again: () => Promise.resolve(5) },
    );
    await settle(thread);
    const written = seL4_TCB_WriteRegisters(thread, helper.tcb, true, 0, [AGAIN_ENTRY]);
    assert.equal(written, seL4_NoError);
    assert.equal(await bench.wait(helper), 5, 'it has started elsewhere');
    await seL4_NBSend(thread, wait, MessageInfo_new(0, 0, 0, 0));
    await settle(thread);
    assert.equal(went, 0, 'nobody waits any more');
  }
}

/**
 * `configure` gives a thread a CSpace, without a fault handler and (if at all) without a buffer.
 * Refused, it must have left the thread its handler, its spaces and its buffer.
 */
async function needsCSpace(
  bench: Bench,
  configure: (tcb: CPtr, cspace: CPtr) => SeL4Error,
): Promise<void> {
  const faultEndpoint = bench.endpoint();
  const body = async (thread: Thread) => {
    thread.setMR(100, 55);
    await thread.enter(UNKNOWN, 0, 0);
    return thread.getMR(100);
  };
  const helper = bench.create(body, { faultEndpoint });
  for (const wrong of [seL4_CapNull, VSPACE, faultEndpoint, bench.slot()]) {
    assert.equal(configure(helper.tcb, wrong), seL4_IllegalOperation, `CSpace ${wrong}`);
  }
  bench.resume(helper);
  const fault = await seL4_Recv(bench.thread, faultEndpoint);
  assert.equal(MessageInfo_get_label(fault), seL4_UnknownSyscall);
  await seL4_Reply(bench.thread, MessageInfo_new(0, 0, 0, 0));
  assert.equal(await bench.wait(helper), 55, 'all that it had, it has still');
  assert.equal(configure(bench.tcb(), seL4_CapNull), seL4_IllegalOperation, 'a new thread');
  assert.equal(configure(helper.tcb, ROOT), seL4_NoError);
}

/** A peer would run first if the thread were put to the end of the queue. */
async function resumeOurselves(bench: Bench): Promise<void> {
  const { thread } = bench;
  let ran = false;
  const peer = bench.start(() => Promise.resolve(void (ran = true)));
  thread.setMR(3, 99);
  bench.resume({ tcb: seL4_CapInitThreadTCB, done: 0 });
  assert.equal(thread.getMR(3), 99);
  const resume = MessageInfo_new(TCBResume, 0, 0, 0);
  const info = await thread.enter(SysCall, seL4_CapInitThreadTCB, resume);
  assert.equal(MessageInfo_get_label(info), seL4_NoError, 'as a system call');
  assert.equal(thread.getMR(3), 99);
  assert.isFalse(ran, 'we have gone on all the time');
  await bench.wait(peer);
}

export const programs: Program[] = [
  {
    id: 'THREADS0004',
    checks: 'TCB_Configure without a CSpace fails, and changes nothing',
    run: (bench) =>
      needsCSpace(bench, (tcb, cspace) =>
        seL4_TCB_Configure(bench.thread, tcb, 0, cspace, 0, VSPACE, 0, 0, seL4_CapNull),
      ),
  },
  {
    id: 'THREADS0005',
    checks: 'TCB_SetSpace without a CSpace fails, and changes nothing',
    run: (bench) =>
      needsCSpace(bench, (tcb, cspace) =>
        seL4_TCB_SetSpace(bench.thread, tcb, 0, cspace, 0, VSPACE, 0),
      ),
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
    checks: 'TCB_WriteRegisters sets every register, of a new thread and of one that waits',
    adapted: 'registers are those of this architecture: entry, stack, flags, four arguments, TLS',
    async run(bench) {
      await checkRegisters(bench);
      await checkNewStart(bench);
    },
  },
  {
    id: 'SCHED0002',
    checks: 'a thread that resumes itself goes on as before, also before its equals',
    run: resumeOurselves,
  },
];
