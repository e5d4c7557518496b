/**
 * The fuzzer's world: a kernel alone in a worker, with a root task that starts the fuzzer again and
 * again, an echo that answers it, and a victim whose memory nobody may touch.
 *
 * After each start, the kernel's invariants are checked on its whole heap, and every byte of the
 * victim's pages is compared. `locked`: as in the system, the realm is locked before the program is
 * loaded. Without, the library stands alone against a program that replaces what it calls.
 */
import * as abi from '../../../kernel-as/abi.ts';
import { NODES, NODE_CURRENT } from '../../../kernel-as/layout.ts';
import { createProcessor } from '../../../personality/sel4/processor.ts';
import { createMemories } from '../../../personality/sel4/boot.ts';
import * as sel4 from '../../../personality/sel4/index.ts';
import type { BootInfo, Image, Platform, Thread } from '../../../personality/sel4/types.ts';
import { lockdown } from '../../../web/host/realm/lockdown.ts';
import { assertInvariants } from '../../kernel/invariants.ts';
import { type KernelExports, TestKernel } from '../../kernel/harness.ts';
import { createKit, DEPTH, ok, ROOT, type Kit } from '../../sel4/fixtures/kit.ts';
import { captureIntrinsics } from './intrinsics.ts';
import { COUNTS, PAGES } from './program.ts';

export interface FuzzJob {
  readonly module: WebAssembly.Module;
  readonly program: string;
  readonly calls: number;
  readonly seed: number;
  readonly locked: boolean;
}

export interface FuzzResult {
  readonly calls: number;
  readonly starts: number;
  readonly replaced: number;
  readonly sawMemory: number;
  readonly problem: string | undefined;
}

const MIB = 1 << 20;
const VICTIM = 0x4000_0000;
const PAGE = 4096;
const CNODE_BITS = 8;
const IPC_BUFFER = 0x1000_0000;

type Say = (result: FuzzResult) => void;

const wait = (ms: number): Promise<void> => new Promise((done) => void setTimeout(done, ms));

/** Two pages of the victim's, mapped for the root as well: one of RAM, one of kernel memory. */
function makeVictim(kit: Kit, thread: Thread): () => boolean {
  const space = kit.vspace();
  for (const [index, device] of [true, false].entries()) {
    const frame = kit.make(abi.seL4_X86_4K, abi.seL4_PageBits, device);
    const copy = kit.mint(frame, 0);
    kit.map(frame, VICTIM + index * PAGE, 3, space);
    kit.map(copy, VICTIM + index * PAGE, 3);
  }
  const window = thread.window(VICTIM, 2 * PAGE, true);
  for (let at = 0; at < 2 * PAGE; at += 4) window.setUint32(at, (at * 0x9e37_79b1) >>> 0);
  return () => {
    for (let at = 0; at < 2 * PAGE; at += 4)
      if (window.getUint32(at) !== (at * 0x9e37_79b1) >>> 0) return false;
    return true;
  };
}

/** The fuzzer's process: what a client holds, and no more. */
function makeProgram(kit: Kit, thread: Thread, endpoint: number) {
  const cnode = kit.make(abi.seL4_CapTableObject, CNODE_BITS);
  const vspace = kit.vspace();
  for (let page = 0; page < 3; page++) {
    const frame = kit.make(abi.seL4_X86_4K, abi.seL4_PageBits, page !== 1);
    kit.map(frame, PAGES + page * PAGE, page === 2 ? 2 : 3, vspace);
  }
  const counts = kit.make(abi.seL4_X86_4K, abi.seL4_PageBits, true);
  const own = kit.mint(counts, 0);
  kit.map(counts, COUNTS, 3, vspace);
  kit.map(own, COUNTS, 3);
  const buffer = kit.make(abi.seL4_X86_4K, abi.seL4_PageBits);
  const tcb = kit.make(abi.seL4_TCBObject);
  const guard = (32 - CNODE_BITS) << 3;
  ok(sel4.seL4_TCB_Configure(thread, tcb, 0, cnode, guard, vspace, 0, IPC_BUFFER, buffer), 'tcb');
  ok(sel4.seL4_TCB_SetSchedParams(thread, tcb, abi.seL4_CapInitThreadTCB, 0, 100), 'priority');
  const give = (index: number, cap: number, rights: number): void =>
    ok(sel4.seL4_CNode_Mint(thread, cnode, index, CNODE_BITS, ROOT, cap, DEPTH, rights, 7), 'give');
  give(1, endpoint, 15);
  give(2, kit.notification(), 3);
  return { tcb, vspace, counts: thread.window(COUNTS, 16, true) };
}

async function loadProgram(platform: Platform, vspace: number): Promise<void> {
  if (platform.loadImage('program', vspace, 1) < 0) throw new Error('no processor');
  for (;;) {
    for (const event of platform.events()) {
      if (event.kind === 'loaded') return;
      throw new Error(event.reason);
    }
    await wait(1);
  }
}

function rootTask(job: FuzzJob, memory: WebAssembly.Memory, restore: () => void, say: Say) {
  return async (thread: Thread, bootInfo: BootInfo, platform: Platform): Promise<void> => {
    const kit = createKit(thread, bootInfo);
    const current = new Int32Array(memory.buffer)[(NODES + NODE_CURRENT) >>> 2]!;
    const kernel = new TestKernel(memory, {} as KernelExports, current);
    const intact = makeVictim(kit, thread);
    const endpoint = kit.endpoint();
    kit.spawn({ ip: 1, args: [endpoint], priority: 150 });
    const { tcb, vspace, counts } = makeProgram(kit, thread, endpoint);
    await loadProgram(platform, vspace);
    ok(
      sel4.seL4_TCB_SetPriority(thread, abi.seL4_CapInitThreadTCB, abi.seL4_CapInitThreadTCB, 50),
      'own',
    );
    let starts = 0;
    let problem: string | undefined;
    while (!problem && counts.getUint32(0) < job.calls && starts < job.calls) {
      const registers = new Array<number>(abi.REG_COUNT).fill(0);
      registers[abi.REG_ARG0] = job.seed + starts++;
      registers[abi.REG_ARG0 + 1] = 1;
      ok(sel4.seL4_TCB_WriteRegisters(thread, tcb, true, 0, registers), 'start');
      await sel4.seL4_Yield(thread);
      restore();
      problem = check(kernel, intact);
    }
    const [calls, replaced, sawMemory] = [0, 4, 8].map((at) => counts.getUint32(at));
    say({ calls: calls!, starts, replaced: replaced!, sawMemory: sawMemory!, problem });
  };
}

function check(kernel: TestKernel, intact: () => boolean): string | undefined {
  try {
    assertInvariants(kernel);
    return intact() ? undefined : "another process's memory changed";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function echo(thread: Thread, [endpoint]: readonly number[]): Promise<void> {
  await sel4.seL4_Recv(thread, endpoint!);
  for (;;) await sel4.seL4_ReplyRecv(thread, endpoint!, sel4.MessageInfo_new(0, 0, 0, 1));
}

function start(job: FuzzJob, say: Say): void {
  const memories = createMemories(16 * MIB, 16 * MIB);
  const processor = createProcessor({
    module: job.module,
    ...memories,
    index: 0,
    bus: { read: () => 0xff, write: () => undefined },
    topology: 'single',
    loader: async () => ((await import(/* @vite-ignore */ job.program)) as { image: Image }).image,
    onUncaught: () => undefined,
  });
  const intrinsics = captureIntrinsics(Object.getOwnPropertyNames(globalThis));
  if (job.locked) lockdown();
  const restore = job.locked ? () => undefined : intrinsics.restore;
  processor.runRoot(rootTask(job, memories.memory, restore, say), [echo]);
}

const post = globalThis.postMessage.bind(globalThis) as (message: unknown) => void;
addEventListener('message', (event) => {
  try {
    start((event as MessageEvent<FuzzJob>).data, post);
  } catch (error) {
    post({ problem: String(error) });
  }
});
