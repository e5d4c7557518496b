/**
 * The protocol of page faults: read, write and execution of what is not there; what the handler is
 * told, and the ways in which it may deal with the thread.
 *
 * A window throws where nothing is mapped, or not with those rights. A thread that does not catch
 * it raises a VMFault; answered, whatever with, it starts (anew, or where it has been sent). What
 * stands for execution is a thread whose IP names no entry of its image.
 */
import { assert } from 'chai';
import {
  VMFAULT_FETCH,
  VMFAULT_PRESENT,
  VMFAULT_USER,
  VMFAULT_WRITE,
  isVMFault,
  seL4_CanRead,
  seL4_CanWrite,
  seL4_CapInitThreadVSpace,
  seL4_NoError,
  seL4_TCB_Resume,
  seL4_TCB_Suspend,
  seL4_TCB_WriteRegisters,
  seL4_VMFault,
  seL4_X86_Page_Unmap,
} from '../../personality/sel4/index.ts';
import type { CPtr, Thread } from '../../personality/sel4/index.ts';
import { AGAIN_ENTRY, HELPER_ENTRY, NO_ENTRY } from './harness/bench.ts';
import type { Bench, Body } from './harness/bench.ts';
import {
  answer,
  assertStopped,
  faultCases,
  receiveFault,
  registersOf,
  startFaulter,
} from './harness/faults.ts';
import type { FaultCase, Faulter } from './harness/faults.ts';
import type { Program } from './harness/program.ts';

const ADDRESS = 0x2000_0000;
/** Results: of the access, made again; and of what runs where the handler sends the thread. */
const ACCESSED = 11;
const ELSEWHERE = 12;

type Kind = 'read' | 'write' | 'execute';

const accesses: Record<'read' | 'write', (thread: Thread) => void> = {
  read: (thread) => void thread.window(ADDRESS, 4, false).getUint32(0),
  write: (thread) => thread.window(ADDRESS, 4, true).setUint32(0, 5),
};

/** What a handler does about a fault; returns the result that the thread then has. */
type Cure = (bench: Bench, faulter: Faulter, mend: () => void) => Promise<number>;

function send(bench: Bench, { helper }: Faulter, entry: number): void {
  const written = seL4_TCB_WriteRegisters(bench.thread, helper.tcb, false, 0, [entry]);
  assert.equal(written, seL4_NoError);
}

const cures: Record<string, Cure> = {
  async 'mends it and answers'(bench, _faulter, mend) {
    mend();
    await answer(bench, 0, []);
    return ACCESSED;
  },
  /** The access is made again, whatever the answer says; no registers are taken from it. */
  async 'answers without having mended it, and then mends it'(bench, faulter, mend) {
    const before = registersOf(bench, faulter);
    await answer(bench, 1, [AGAIN_ENTRY, 2, 3]);
    const words = await receiveFault(bench, faulter, seL4_VMFault, 4);
    assert.equal(words[0], before[0], 'at the same place');
    assert.deepEqual(registersOf(bench, faulter), before);
    mend();
    await answer(bench, 1, []);
    return ACCESSED;
  },
  async 'writes another IP, and answers'(bench, faulter) {
    send(bench, faulter, AGAIN_ENTRY);
    await answer(bench, 0, []);
    return ELSEWHERE;
  },
  async 'stops it, and later has it start elsewhere'(bench, faulter) {
    const { tcb } = faulter.helper;
    assert.equal(seL4_TCB_Suspend(bench.thread, tcb), seL4_NoError);
    await answer(bench, 0, []);
    await assertStopped(bench, faulter);
    send(bench, faulter, AGAIN_ENTRY);
    await assertStopped(bench, faulter);
    assert.equal(seL4_TCB_Resume(bench.thread, tcb), seL4_NoError);
    return ELSEWHERE;
  },
};

/** A thread that makes the access; what it does not catch is its handler's. */
function accessing(kind: 'read' | 'write'): Body {
  return (self) => {
    accesses[kind](self);
    return Promise.resolve(ACCESSED);
  };
}

const statuses: Record<Kind, number> = {
  read: VMFAULT_USER,
  write: VMFAULT_USER | VMFAULT_WRITE | VMFAULT_PRESENT,
  execute: VMFAULT_USER | VMFAULT_FETCH,
};

async function pageFault(bench: Bench, kind: Kind, which: FaultCase, cure: Cure): Promise<void> {
  const vspace = which.process?.vspace ?? seL4_CapInitThreadVSpace;
  const executes = kind === 'execute';
  const entry = executes ? NO_ENTRY : HELPER_ENTRY;
  const frame = bench.page();
  // To be read only: still too little for a write.
  if (kind === 'write') bench.map(frame, vspace, ADDRESS, seL4_CanRead);
  const body: Body = executes ? () => Promise.resolve(ACCESSED) : accessing(kind);
  const again: Body = () => Promise.resolve(ELSEWHERE);
  const faulter = startFaulter(bench, which, body, { again, entry });

  const words = await receiveFault(bench, faulter, seL4_VMFault, 4);
  const address = executes ? entry : ADDRESS;
  assert.deepEqual(words, [entry, address, executes ? 1 : 0, statuses[kind]]);
  const mend = (): void => {
    const rights = seL4_CanRead | (kind === 'write' ? seL4_CanWrite : 0);
    if (executes) send(bench, faulter, HELPER_ENTRY);
    else bench.map(frame, vspace, ADDRESS, rights);
  };
  const result = await cure(bench, faulter, mend);
  assert.equal(await bench.wait(faulter.helper), result);
  unmap(bench, frame);
}

/** What is caught is no message: a program may deal with its own faults. */
async function caught(bench: Bench): Promise<void> {
  const faults: unknown[] = [];
  const helper = bench.start((self) => {
    try {
      accesses.read(self);
    } catch (error) {
      if (isVMFault(error)) faults.push([error.address, error.write]);
    }
    return Promise.resolve(ACCESSED);
  });
  assert.equal(await bench.wait(helper), ACCESSED);
  assert.deepEqual(faults, [[ADDRESS, false]]);
}

function unmap(bench: Bench, frame: CPtr): void {
  assert.equal(seL4_X86_Page_Unmap(bench.thread, frame), seL4_NoError);
}

const adapted = {
  read: 'the window throws; where nobody catches it, it is a fault, and the answer starts it anew',
  write: 'the window throws; where nobody catches it, it is a fault, and the answer starts it anew',
  execute: 'its IP names no entry of its image',
};

const checks = {
  read: 'a read where nothing is mapped',
  write: 'a write where only reading is allowed',
  execute: 'execution of what is not there',
};

function faulting(id: number, kind: Kind, apart: boolean): Program {
  const ways = 'message, badge; mended at once or later, sent elsewhere, or stopped';
  return {
    id: `PAGEFAULT${String(id).padStart(4, '0')}`,
    checks: `${checks[kind]}${apart ? ', in another process' : ''}: ${ways}`,
    adapted: adapted[kind],
    async run(bench) {
      if (kind === 'read' && !apart) await caught(bench);
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
