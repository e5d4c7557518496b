/** Frames and address spaces: what a new frame holds, and who sees what is written to it. */
import { assert } from 'chai';
import {
  seL4_CapInitThreadVSpace,
  seL4_DeleteFirst,
  seL4_InvalidArgument,
  seL4_InvalidCapability,
  seL4_NoError,
  seL4_NotEnoughMemory,
  seL4_Poll,
  seL4_Signal,
  seL4_Untyped_Retype,
  seL4_X86_4K,
  seL4_X86_PageDirectoryObject,
  seL4_X86_Page_Map,
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
/** So many page directories fit into an untyped of VSPACE_BITS. */
const PROCESSES = 64;
const VSPACE_BITS = 18;

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

/** One frame to an address, and one address to a frame capability. */
function oneEach(bench: Bench): void {
  const [frame, other] = [bench.page(), bench.page()];
  const map = (page: CPtr, address: number) =>
    seL4_X86_Page_Map(bench.thread, page, VSPACE, address, 3, 0);
  bench.map(frame, VSPACE, HERE);
  bench.thread.window(HERE, 4, true).setUint32(0, 9);
  assert.equal(map(other, HERE), seL4_DeleteFirst, 'another frame is there');
  assert.equal(map(frame, HERE + PAGE), seL4_InvalidArgument, 'it is mapped elsewhere');
  assert.equal(map(frame, HERE), seL4_NoError, 'where it is already');
  assert.equal(bench.thread.window(HERE, 4, false).getUint32(0), 9);
  for (const page of [frame, other]) {
    assert.equal(seL4_X86_Page_Unmap(bench.thread, page), seL4_NoError);
  }
}

/** All RAM there is, untyped by untyped, as the kernel hands it over at boot. */
function useAllRam(bench: Bench): void {
  let frames = 0;
  bench.info.untyped.forEach(({ isDevice, sizeBits }, i) => {
    if (!isDevice) return;
    const count = useAllFrames(bench, bench.info.untypedStart + i);
    assert.equal(count, 2 ** Math.max(0, sizeBits - 12), 'frames of this untyped');
    frames += count;
  });
  assert.isAbove(frames, 0);
  assert.equal(frames, bench.info.ramBytes / PAGE, 'every page of RAM');
}

async function otherProcess(bench: Bench): Promise<void> {
  const process = await bench.process();
  const ours = HERE;
  bench.map(bench.page(), VSPACE, ours);
  bench.thread.window(ours, 4, true).setUint32(0, 5);
  const theirs = THERE;
  bench.map(bench.page(), process.vspace, theirs);
  const ntfn = bench.notification();
  const given = process.give(ntfn, 8);
  const helper = bench.start(
    async (thread) => {
      assert.throws(() => thread.window(ours, 4, false).getUint32(0), 'read from');
      thread.window(theirs, 4, true).setUint32(0, 6);
      // Behind what it was given there is only the endpoint that it tells its result to.
      for (let slot = given + 2; slot < 64; slot++) {
        assert.equal(thread.invoke(slot, 0) >>> 12, seL4_InvalidCapability, `slot ${slot}`);
      }
      await seL4_Signal(thread, given);
      return 42;
    },
    { process },
  );
  assert.equal(await bench.wait(helper), 42);
  await seL4_Poll(bench.thread, ntfn);
  assert.equal(bench.thread.badge, 8, 'what it was given, it can use');
  assert.equal(bench.thread.window(ours, 4, false).getUint32(0), 5);
  assert.throws(() => bench.thread.window(theirs, 4, false).getUint32(0), 'read from');
}

/** Page directories until their memory is gone. */
function makeVSpaces(bench: Bench): CPtr[] {
  const untyped = bench.untyped(VSPACE_BITS);
  const type = seL4_X86_PageDirectoryObject;
  const make = (slot: CPtr) =>
    seL4_Untyped_Retype(bench.thread, untyped, type, 0, ROOT, 0, 0, slot, 1);
  const vspaces = Array.from({ length: PROCESSES }, () => bench.slot());
  for (const vspace of vspaces) assert.equal(make(vspace), seL4_NoError);
  assert.equal(make(bench.slot()), seL4_NotEnoughMemory, 'one too many');
  return vspaces;
}

/** Each has a page of its own at one address, and writes to it in turn with the others. */
async function privateMemory(bench: Bench): Promise<void> {
  const helpers: Helper[] = [];
  for (const [i, vspace] of makeVSpaces(bench).entries()) {
    const process = await bench.process(vspace);
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
    adapted: 'one frame size; of 1 MiB of kernel memory, and of all RAM as it is at boot',
    run(bench) {
      oneEach(bench);
      assert.equal(useAllFrames(bench, bench.untyped(20)), 256);
      useAllRam(bench);
    },
  },
  {
    id: 'VSPACE0000',
    checks: 'a thread in a CSpace and VSpace of its own runs, sees nothing of ours, returns 42',
    run: otherProcess,
  },
  {
    id: 'VSPACE0006',
    checks: 'as many VSpaces as fit into memory, a process in each, with private memory; no more',
    adapted: 'there are no ASID pools: all page directories of an untyped, which are 64',
    run: privateMemory,
  },
];
