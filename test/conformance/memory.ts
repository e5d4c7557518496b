/** Frames and address spaces: what a new frame holds, and who sees what is written to it. */
import { assert } from 'chai';
import {
  seL4_CapInitThreadVSpace,
  seL4_NoError,
  seL4_NotEnoughMemory,
  seL4_UntypedObject,
  seL4_Untyped_Retype,
  seL4_X86_4K,
  seL4_X86_Page_Unmap,
  seL4_Yield,
} from '../../personality/sel4/index.ts';
import type { CPtr } from '../../personality/sel4/index.ts';
import type { Bench, Helper } from './harness/bench.ts';
import { ROOT, revoke } from './harness/cspace.ts';
import type { Program } from './harness/program.ts';

const VSPACE = seL4_CapInitThreadVSpace;
const PAGE = 4096;
const HERE = 0x2000_0000;
const THERE = 0x3000_0000;
const PROCESSES = 16;

function isFilled(bench: Bench, address: number, value: number): boolean {
  return bench.thread
    .window(address, PAGE, false)
    .read(0, PAGE)
    .every((byte) => byte === value);
}

function makeFrame(bench: Bench, untyped: CPtr, slot: CPtr): number {
  return seL4_Untyped_Retype(bench.thread, untyped, seL4_X86_4K, 0, ROOT, 0, 0, slot, 1);
}

/** Written through one mapping, the memory is a zeroed frame again after revoke and retype. */
function zeroAfterRevoke(bench: Bench): void {
  const untyped = bench.untyped(12);
  for (let round = 1; round <= 3; round++) {
    const frame = bench.slot();
    assert.equal(makeFrame(bench, untyped, frame), seL4_NoError);
    bench.map(frame, VSPACE, HERE);
    assert.isTrue(isFilled(bench, HERE, 0), 'zero at first');
    bench.thread.window(HERE, PAGE, true).fill(0, PAGE, round);
    assert.isTrue(isFilled(bench, HERE, round));
    assert.equal(revoke(bench.thread, untyped), seL4_NoError);
    assert.throws(() => isFilled(bench, HERE, round), 'read from');
  }
}

/** Every frame of an untyped: until there is no more. */
function useAllFrames(bench: Bench, untyped: CPtr): number {
  for (let count = 0; ; count++) {
    const frame = bench.slot();
    const error = makeFrame(bench, untyped, frame);
    if (error === seL4_NotEnoughMemory) return count;
    assert.equal(error, seL4_NoError);
    bench.map(frame, VSPACE, HERE);
    assert.isTrue(isFilled(bench, HERE, 0), `frame ${count} is zero`);
    const value = (count % 255) + 1;
    bench.thread.window(HERE, PAGE, true).fill(0, PAGE, value);
    assert.equal(seL4_X86_Page_Unmap(bench.thread, frame), seL4_NoError);
    assert.throws(() => isFilled(bench, HERE, value), 'read from');
    bench.map(frame, VSPACE, THERE);
    assert.isTrue(isFilled(bench, THERE, value), `frame ${count} keeps what it holds`);
    assert.equal(seL4_X86_Page_Unmap(bench.thread, frame), seL4_NoError);
  }
}

/** Untypeds of RAM come from boot: one of them, whole, by way of one that is no larger. */
function ramUntyped(bench: Bench, sizeBits: number): CPtr {
  const index = bench.info.untyped.findIndex((it) => it.isDevice && it.sizeBits >= sizeBits);
  assert.isAtLeast(index, 0);
  const slot = bench.slot();
  const from = bench.info.untypedStart + index;
  const type = seL4_UntypedObject;
  const error = seL4_Untyped_Retype(bench.thread, from, type, sizeBits, ROOT, 0, 0, slot, 1);
  assert.equal(error, seL4_NoError);
  return slot;
}

async function otherProcess(bench: Bench): Promise<void> {
  const process = await bench.process();
  const ours = HERE;
  bench.map(bench.page(), VSPACE, ours);
  const helper = bench.start(
    (thread) => {
      assert.throws(() => thread.window(ours, 4, false).getUint32(0), 'read from');
      assert.equal(thread.invoke(ROOT, 0) >>> 12, 2, 'our CNode is not in its CSpace');
      return Promise.resolve(42);
    },
    { process },
  );
  assert.equal(await bench.wait(helper), 42);
}

/** Each has a page of its own at one address, and writes to it in turn with the others. */
async function privateMemory(bench: Bench): Promise<void> {
  const helpers: Helper[] = [];
  for (let i = 0; i < PROCESSES; i++) {
    const process = await bench.process();
    bench.map(bench.page(), process.vspace, HERE);
    const body = async (thread: Bench['thread']): Promise<number> => {
      const page = thread.window(HERE, PAGE, true);
      assert.equal(page.getUint32(0), 0, 'nobody else has been here');
      for (let turn = 0; turn < 10; turn++) {
        page.setUint32(0, i * 100 + turn);
        await seL4_Yield(thread);
        assert.equal(page.getUint32(0), i * 100 + turn);
      }
      return page.getUint32(0);
    };
    helpers.push(bench.start(body, { process }));
  }
  for (const [i, helper] of helpers.entries()) {
    assert.equal(await bench.wait(helper), i * 100 + 9);
  }
}

export const programs: Program[] = [
  {
    id: 'CACHEFLUSH0004',
    checks: 'memory that was written to is zero when it is made a frame again after a revoke',
    adapted: 'the bytes are checked: there is no cache',
    run: zeroAfterRevoke,
  },
  {
    id: 'FRAMEEXPORTS0001',
    checks: 'frames until memory is gone: zero, mapped, kept over unmap and map elsewhere',
    adapted: 'one frame size; of kernel memory and of RAM as it is at boot',
    run(bench) {
      assert.equal(useAllFrames(bench, bench.untyped(18)), 64);
      assert.equal(useAllFrames(bench, ramUntyped(bench, 18)), 64);
    },
  },
  {
    id: 'VSPACE0000',
    checks: 'a thread in a CSpace and VSpace of its own runs, sees nothing of ours, returns 42',
    run: otherProcess,
  },
  {
    id: 'VSPACE0006',
    checks: '16 processes with private memory at one address take turns in writing to it',
    adapted: 'one process for each VSpace: there are no ASID pools',
    run: privateMemory,
  },
];
