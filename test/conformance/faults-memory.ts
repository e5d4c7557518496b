/**
 * Memory and ports that are not there: what sel4test leaves to a memory unit, the page tables of
 * this kernel and the windows of its user library do here.
 */
import { assert } from 'chai';
import {
  seL4_CapIOPortControl,
  seL4_CapInitThreadVSpace,
  seL4_InvalidCapability,
  seL4_NoError,
  seL4_X86_IOPortControl_Issue,
  seL4_X86_IOPort_Out16,
  seL4_X86_IOPort_Out32,
  seL4_X86_IOPort_Out8,
  seL4_X86_Page_Unmap,
} from '../../personality/sel4/index.ts';
import type { Bench } from './harness/bench.ts';
import { DEPTH, ROOT, copy, remove } from './harness/cspace.ts';
import type { Program } from './harness/program.ts';

const VSPACE = seL4_CapInitThreadVSpace;
const ADDRESS = 0x2000_0000;
const PAGE = 4096;

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
  for (const port of [0x3ff, 0x3f7]) {
    assert.throws(() => seL4_X86_IOPort_Out16(thread, ports, port, 1), 'refused');
  }
  for (const port of [0x3fd, 0x3fe, 0x3ff]) {
    assert.throws(() => seL4_X86_IOPort_Out32(thread, ports, port, 1), 'refused');
  }
  assert.equal(bench.written.length, 1, 'and none of those that reach too far');
  seL4_X86_IOPort_Out16(thread, ports, 0x3fe, 2);
  seL4_X86_IOPort_Out32(thread, ports, 0x3fc, 3);
  assert.equal(bench.written.length, 3, 'wide ones to the last port');
}

export const programs: Program[] = [
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
