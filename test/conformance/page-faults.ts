/**
 * The protocol of page faults: read, write and execution of what is not there; what the handler is
 * told, and the four ways in which it may deal with the thread.
 *
 * A window throws where nothing is mapped. A thread that does not catch it raises a fault with the
 * status of an access violation, and starts (anew, or where it has been sent) when it is answered
 * with label 0. What stands for execution is a thread whose IP names no entry of its image.
 */
import { assert } from 'chai';
import {
  EXCEPTION_UNCAUGHT,
  isVMFault,
  seL4_CanRead,
  seL4_CanWrite,
  seL4_CapInitThreadVSpace,
  seL4_NoError,
  seL4_TCB_Resume,
  seL4_TCB_WriteRegisters,
  seL4_UserException,
  seL4_X86_Page_Unmap,
} from '../../personality/sel4/index.ts';
import type { CPtr, Thread } from '../../personality/sel4/index.ts';
import { AGAIN_ENTRY, Crash, HELPER_ENTRY, NO_ENTRY } from './harness/bench.ts';
import type { Bench, Body } from './harness/bench.ts';
import { answer, assertStopped, faultCases, receiveFault, startFaulter } from './harness/faults.ts';
import type { FaultCase, Faulter } from './harness/faults.ts';
import type { Program } from './harness/program.ts';

const ADDRESS = 0x2000_0000;
const ACCESS_VIOLATION = 0xc000_0005;
const INVALID_IMAGE = 0xc000_007b;
/** Results: of the access, made again; and of what runs where the handler sends the thread. */
const ACCESSED = 11;
const ELSEWHERE = 12;

type Kind = 'read' | 'write' | 'execute';

const accesses: Record<'read' | 'write', (thread: Thread) => void> = {
  read: (thread) => void thread.window(ADDRESS, 4, false).getUint32(0),
  write: (thread) => thread.window(ADDRESS, 4, true).setUint32(0, 5),
};

/** What a handler does about a fault; returns the result that the thread then has. */
type Cure = (bench: Bench, faulter: Faulter, mend: () => number) => Promise<number>;

const cures: Record<string, Cure> = {
  async 'mends it and answers'(bench, _faulter, mend) {
    const entry = mend();
    await answer(bench, 0, entry === HELPER_ENTRY ? [] : [HELPER_ENTRY]);
    return ACCESSED;
  },
  async 'answers with another IP'(bench) {
    await answer(bench, 0, [AGAIN_ENTRY]);
    return ELSEWHERE;
  },
  async 'writes another IP, and answers'(bench, { helper }) {
    const written = seL4_TCB_WriteRegisters(bench.thread, helper.tcb, false, 0, [AGAIN_ENTRY]);
    assert.equal(written, seL4_NoError);
    await answer(bench, 0, []);
    return ELSEWHERE;
  },
  async 'stops it, and later has it start elsewhere'(bench, faulter) {
    const { tcb } = faulter.helper;
    await answer(bench, 1, []);
    await assertStopped(bench, faulter);
    assert.equal(seL4_TCB_WriteRegisters(bench.thread, tcb, false, 0, [AGAIN_ENTRY]), seL4_NoError);
    await assertStopped(bench, faulter);
    assert.equal(seL4_TCB_Resume(bench.thread, tcb), seL4_NoError);
    return ELSEWHERE;
  },
};

/** A thread that makes the access, notes each fault, and dies of it. */
function accessing(kind: 'read' | 'write', faults: unknown[]): Body {
  return (self) => {
    try {
      accesses[kind](self);
    } catch (error) {
      if (!isVMFault(error)) throw error;
      faults.push({ address: error.address, write: error.write });
      throw new Crash(ACCESS_VIOLATION);
    }
    return Promise.resolve(ACCESSED);
  };
}

async function pageFault(bench: Bench, kind: Kind, which: FaultCase, cure: Cure): Promise<void> {
  const vspace = which.process?.vspace ?? seL4_CapInitThreadVSpace;
  const faults: unknown[] = [];
  const executes = kind === 'execute';
  const entry = executes ? NO_ENTRY : HELPER_ENTRY;
  const frame = bench.page();
  // To be read only: still too little for a write.
  if (kind === 'write') bench.map(frame, vspace, ADDRESS, seL4_CanRead);
  const body: Body = executes ? () => Promise.resolve(ACCESSED) : accessing(kind, faults);
  const again: Body = () => Promise.resolve(ELSEWHERE);
  const faulter = startFaulter(bench, which, body, { again, entry });

  const words = await receiveFault(bench, faulter, seL4_UserException, 5);
  const code = executes ? INVALID_IMAGE : ACCESS_VIOLATION;
  assert.deepEqual(words, [entry, 0, 0, EXCEPTION_UNCAUGHT, code]);
  const expected = executes ? [] : [{ address: ADDRESS, write: kind === 'write' }];
  assert.deepEqual(faults, expected, 'address and kind of access');
  const mend = (): number => {
    const rights = seL4_CanRead | (kind === 'write' ? seL4_CanWrite : 0);
    if (!executes) bench.map(frame, vspace, ADDRESS, rights);
    return entry;
  };
  const result = await cure(bench, faulter, mend);
  assert.equal(await bench.wait(faulter.helper), result);
  assert.deepEqual(faults, expected, 'it has not faulted again');
  unmap(bench, frame);
}

function unmap(bench: Bench, frame: CPtr): void {
  assert.equal(seL4_X86_Page_Unmap(bench.thread, frame), seL4_NoError);
}

const adapted = {
  read: 'the window throws, the thread raises it as a UserException; label 0 starts it anew',
  write: 'the window throws, the thread raises it as a UserException; label 0 starts it anew',
  execute: 'its IP names no entry of its image, which it raises as a UserException',
};

const checks = {
  read: 'a read where nothing is mapped',
  write: 'a write where only reading is allowed',
  execute: 'execution of what is not there',
};

function faulting(id: number, kind: Kind, apart: boolean): Program {
  const ways = 'message, badge; mended, sent elsewhere in two ways, or stopped';
  return {
    id: `PAGEFAULT${String(id).padStart(4, '0')}`,
    checks: `${checks[kind]}${apart ? ', in another process' : ''}: ${ways}`,
    adapted: adapted[kind],
    async run(bench) {
      for (const cure of Object.values(cures)) {
        const process = apart ? await bench.process() : undefined;
        for (const which of faultCases(process)) await pageFault(bench, kind, which, cure);
      }
    },
  };
}

export const programs: Program[] = [
  faulting(1, 'read', false),
  faulting(2, 'write', false),
  faulting(3, 'execute', false),
  faulting(1001, 'read', true),
  faulting(1002, 'write', true),
  faulting(1003, 'execute', true),
];
