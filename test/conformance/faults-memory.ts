/**
 * Memory that is not there: what sel4test leaves to a memory unit, the page tables of this kernel
 * and the windows of its user library do here.
 *
 * A window throws where nothing is mapped. A thread that does not catch it raises a fault with the
 * status of an access violation, and starts anew when it is answered with label 0.
 */
import { assert } from 'chai';
import {
  EXCEPTION_UNCAUGHT,
  MessageInfo_get_label,
  MessageInfo_new,
  isVMFault,
  seL4_CanRead,
  seL4_CanWrite,
  seL4_CapIOPortControl,
  seL4_CapInitThreadVSpace,
  seL4_InvalidCapability,
  seL4_NoError,
  seL4_Recv,
  seL4_Reply,
  seL4_UserException,
  seL4_X86_IOPortControl_Issue,
  seL4_X86_IOPort_Out8,
  seL4_X86_Page_Unmap,
} from '../../personality/sel4/index.ts';
import type { Thread } from '../../personality/sel4/index.ts';
import { Crash, OUR_PRIORITY } from './harness/bench.ts';
import type { Bench, Body } from './harness/bench.ts';
import { DEPTH, ROOT, copy, remove } from './harness/cspace.ts';
import type { Process } from './harness/processes.ts';
import type { Program } from './harness/program.ts';

const VSPACE = seL4_CapInitThreadVSpace;
const ADDRESS = 0x2000_0000;
const PAGE = 4096;
const BADGE = 77;
const ACCESS_VIOLATION = 0xc000_0005;

const reads = (thread: Thread) => void thread.window(ADDRESS, 4, false).getUint32(0);
const writes = (thread: Thread) => thread.window(ADDRESS, 4, true).setUint32(0, 5);

/** The handler maps what is missing; the faulting thread then succeeds. */
async function pageFault(
  bench: Bench,
  access: (thread: Thread) => void,
  write: boolean,
  process?: Process,
): Promise<void> {
  const { thread } = bench;
  for (const priority of [OUR_PRIORITY - 1, OUR_PRIORITY, OUR_PRIORITY + 1]) {
    const endpoint = bench.endpoint();
    const faultEndpoint = process?.give(endpoint, BADGE) ?? bench.badged(endpoint, BADGE);
    const vspace = process?.vspace ?? VSPACE;
    const faults: { address: number; write: boolean }[] = [];
    const body: Body = (self) => {
      try {
        access(self);
      } catch (error) {
        if (!isVMFault(error)) throw error;
        faults.push({ address: error.address, write: error.write });
        throw new Crash(ACCESS_VIOLATION);
      }
      return Promise.resolve(11);
    };
    const frame = bench.page();
    // To be read only: still too little for a write.
    if (write) bench.map(frame, vspace, ADDRESS, seL4_CanRead);
    const helper = bench.start(body, { priority, process, faultEndpoint, unguarded: true });
    const info = await seL4_Recv(thread, endpoint);
    assert.equal(MessageInfo_get_label(info), seL4_UserException);
    assert.equal(thread.badge, BADGE);
    assert.deepEqual([thread.getMR(3), thread.getMR(4)], [EXCEPTION_UNCAUGHT, ACCESS_VIOLATION]);
    assert.deepEqual(faults, [{ address: ADDRESS, write }]);
    bench.map(frame, vspace, ADDRESS, seL4_CanRead | (write ? seL4_CanWrite : 0));
    await seL4_Reply(thread, MessageInfo_new(0, 0, 0, 0));
    assert.equal(await bench.wait(helper), 11, 'the access made again');
    assert.equal(faults.length, 1);
    assert.equal(seL4_X86_Page_Unmap(thread, frame), seL4_NoError);
  }
}

/** Of two mappings by two capabilities, the one whose capability is deleted goes. */
function deletedFrame(bench: Bench): void {
  const { thread } = bench;
  const frame = bench.page();
  const other = bench.slot();
  assert.equal(copy(thread, other, frame), seL4_NoError);
  bench.map(frame, VSPACE, ADDRESS);
  bench.map(other, VSPACE, ADDRESS + PAGE);
  const [here, there] = [ADDRESS, ADDRESS + PAGE].map((at) => thread.window(at, PAGE, true));
  here?.setUint32(0, 0x1234);
  assert.equal(there?.getUint32(0), 0x1234, 'one frame');
  assert.equal(remove(thread, frame), seL4_NoError);
  assert.throws(() => here?.getUint32(0), 'read from');
  assert.equal(there?.getUint32(0), 0x1234, 'the other mapping stays');
  assert.equal(remove(thread, other), seL4_NoError);
  assert.throws(() => there?.getUint32(0), 'read from');
}

/** What was mapped in a VSpace that is gone can be unmapped and mapped elsewhere. */
function unmapAfterVSpace(bench: Bench): void {
  const { thread } = bench;
  const vspace = bench.vspace();
  const frame = bench.page();
  bench.map(frame, vspace, ADDRESS);
  assert.equal(remove(thread, vspace), seL4_NoError);
  assert.equal(seL4_X86_Page_Unmap(thread, frame), seL4_NoError);
  bench.map(frame, VSPACE, ADDRESS);
  assert.equal(thread.window(ADDRESS, PAGE, false).getUint32(0), 0);
}

function portsNeedCapability(bench: Bench): void {
  const { thread } = bench;
  const ports = bench.slot();
  const out = (port: number) => seL4_X86_IOPort_Out8(thread, ports, port, 1);
  assert.throws(() => out(0x3f8), `error ${seL4_InvalidCapability}`);
  const control = seL4_CapIOPortControl;
  const issued = seL4_X86_IOPortControl_Issue(thread, control, 0x3f8, 0x3ff, ROOT, ports, DEPTH);
  assert.equal(issued, seL4_NoError);
  out(0x3f8);
  assert.throws(() => out(0x3f7), 'refused');
  assert.throws(() => out(0x400), 'refused');
  assert.deepEqual(bench.written, [{ port: 0x3f8, value: 1 }], 'the machine saw one write');
}

const adapted = 'the window throws, the thread raises it as a fault and starts anew when answered';

const faulting = (id: number, kind: 'read' | 'write', apart: boolean): Program => ({
  id: `PAGEFAULT${String(id).padStart(4, '0')}`,
  checks: `a ${kind} that is not mapped for it${apart ? ', in another process' : ''}: the fault`,
  adapted,
  async run(bench) {
    const process = apart ? await bench.process() : undefined;
    await pageFault(bench, kind === 'write' ? writes : reads, kind === 'write', process);
  },
});

export const programs: Program[] = [
  faulting(1, 'read', false),
  faulting(2, 'write', false),
  faulting(1001, 'read', true),
  faulting(1002, 'write', true),
  {
    id: 'FRAMEDIPC0003',
    checks: 'deleting a frame capability unmaps its own mapping, and no other of the frame',
    adapted: 'accesses go through windows',
    run: deletedFrame,
  },
  {
    id: 'VSPACE0001',
    checks: 'a frame is unmapped after its VSpace has been deleted, and mapped in another',
    adapted: 'page tables in software',
    run: unmapAfterVSpace,
  },
  {
    id: 'IOPORTS1000',
    checks: 'no port access without a capability for that very port',
    adapted: 'an access without one is refused: there is no instruction that could fault',
    run: portsNeedCapability,
  },
];
