/**
 * The bench that a program works on: a kernel of its own, the root task's thread, an allocator,
 * helper threads and helper processes.
 *
 * The program is the root task, at priority OUR_PRIORITY with all of seL4's authority. A helper is
 * a thread that runs one async function; it ends with a call on its `done` endpoint, which carries
 * the function's result and which nobody answers, so it never runs again. Helpers share the root
 * task's CSpace and VSpace, or have those of a helper process. There are two entries for a helper
 * to start in: `body` runs in the one, `again` in the other.
 *
 * Invocations do not switch threads here before their caller's next system call: `settle` makes one
 * that does nothing else. Whatever a helper throws makes the program fail, unless it is unguarded
 * and throws Crash or a page fault.
 */
import { assert } from 'chai';
import {
  MessageInfo_new,
  seL4_Call,
  seL4_CapInitThreadTCB,
  seL4_CapInitThreadVSpace,
  seL4_NBSend,
  seL4_Recv,
  seL4_TCB_Configure,
  seL4_TCB_Resume,
  seL4_TCB_SetAffinity,
  seL4_TCB_SetPriority,
  seL4_TCB_SetSchedParams,
  seL4_TCB_Suspend,
  seL4_TCB_WriteRegisters,
} from '../../../personality/sel4/index.ts';
import type {
  BootInfo,
  BootedKernel,
  CPtr,
  Entry,
  Platform,
  Thread,
} from '../../../personality/sel4/index.ts';
import { ROOT } from './cspace.ts';
import { createObjects } from './objects.ts';
import type { Objects } from './objects.ts';
import { createProcess } from './processes.ts';
import type { Process } from './processes.ts';

export const OUR_PRIORITY = 100;
/** Where IPC buffers are said to be. The kernel goes by their frames. */
const BUFFER = 0x1000_0000;
/** The entry that every helper starts in; 0 is the root task's. */
export const HELPER_ENTRY = 1;
/** The entry that runs a helper's `again`: for programs that set a thread's IP. */
export const AGAIN_ENTRY = 2;
/** An entry that no image has. */
export const NO_ENTRY = 77;

/** What a helper runs: its thread and its argument registers. The number is its result. */
export type Body = (
  thread: Thread,
  args: readonly [number, number, number, number],
) => Promise<number | void>;

export interface HelperOptions {
  /** Default OUR_PRIORITY. */
  readonly priority?: number;
  readonly mcp?: number;
  readonly faultEndpoint?: CPtr;
  /** Default: the root task's CSpace and VSpace. */
  readonly process?: Process;
  /** The body's exceptions are the kernel's to handle: see Crash. */
  readonly unguarded?: boolean;
  /** Runs where the thread is made to start in AGAIN_ENTRY. */
  readonly again?: Body;
  /** Default HELPER_ENTRY. */
  readonly entry?: number;
  /** An unused thread object; default: a new one. */
  readonly tcb?: CPtr;
}

export interface Helper {
  readonly tcb: CPtr;
  /** Where it tells its result; receive it with Bench.wait. */
  readonly done: CPtr;
}

/** An exception that a helper is meant to die of. */
export class Crash extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`crash ${status}`);
    this.status = status;
  }
}

export interface Bench extends Objects {
  readonly thread: Thread;
  readonly info: BootInfo;
  readonly kernel: KernelAround;
  /** The processors on which helpers have started, in that order. */
  readonly starts: readonly number[];
  /** What has been written to the ports, of whatever width. */
  readonly written: readonly PortWrite[];
  /** A thread that is configured but does not run. */
  create(body: Body, options?: HelperOptions): Helper;
  /** A thread that is ready to run. */
  start(body: Body, options?: HelperOptions): Helper;
  resume(helper: Helper): void;
  /** The helper's result, when it has one. */
  wait(helper: Helper): Promise<number>;
  /** With a VSpace of its own, or this one. */
  process(vspace?: CPtr): Promise<Process>;
  setPriority(tcb: CPtr, priority: number): number;
  /** Stops all helpers: one that spins would go on for ever. */
  close(): void;
}

/** A system call that does nothing but let the kernel choose who runs. */
export async function settle(thread: Thread): Promise<void> {
  await seL4_NBSend(thread, 0, 0);
}

export interface PortWrite {
  readonly port: number;
  readonly value: number;
}

/** What a program may do to the kernel from outside. */
export type KernelAround = Pick<BootedKernel, 'interrupt' | 'counters'>;

export interface Surroundings {
  readonly written: PortWrite[];
  readonly starts: number[];
  readonly kernel: KernelAround;
  /** Filled by the helpers' entry: see helperEntry. */
  readonly bodies: { body: Body; again: Body; unguarded: boolean }[];
  /** Told of what a helper threw: the program has failed. */
  fail(error: unknown): void;
}

/** What helper threads start in on a processor: runs a body, and tells its result. */
export function helperEntry(
  { bodies, starts, fail }: Pick<Surroundings, 'bodies' | 'starts' | 'fail'>,
  which: 'body' | 'again',
  processor: number,
): Entry {
  const entry: Entry = async (thread, args) => {
    starts.push(processor);
    const [index, done] = args;
    const helper = bodies[index] as (typeof bodies)[number];
    const { unguarded } = helper;
    let result = 0;
    try {
      result = (await helper[which](thread, args)) ?? 0;
    } catch (error) {
      if (unguarded) throw error;
      fail(error);
    }
    thread.setMR(0, result);
    await seL4_Call(thread, done, MessageInfo_new(0, 0, 0, 1));
  };
  return entry;
}

export function createBench(
  surroundings: Surroundings,
  thread: Thread,
  info: BootInfo,
  platform: Platform,
): Bench {
  const { kernel, bodies, written, starts } = surroundings;
  const objects = createObjects(thread, info);
  const helpers: Helper[] = [];

  function create(body: Body, options: HelperOptions = {}): Helper {
    const { process, priority = OUR_PRIORITY, mcp = priority, faultEndpoint = 0 } = options;
    const tcb = options.tcb ?? objects.tcb();
    const done = objects.endpoint();
    const cspace = process?.cnode ?? ROOT;
    const guard = process?.guard ?? 0;
    const vspace = process?.vspace ?? seL4_CapInitThreadVSpace;
    const buffer = objects.page();
    const configured = seL4_TCB_Configure(
      thread,
      tcb,
      faultEndpoint,
      cspace,
      guard,
      vspace,
      0,
      BUFFER,
      buffer,
    );
    assert.equal(configured, 0, 'configuring a helper');
    const scheduled = seL4_TCB_SetSchedParams(thread, tcb, seL4_CapInitThreadTCB, mcp, priority);
    assert.equal(scheduled, 0, 'scheduling parameters of a helper');
    bodies.push({ body, again: options.again ?? body, unguarded: options.unguarded ?? false });
    const doneThere = process ? process.give(done) : done;
    const entry = options.entry ?? HELPER_ENTRY;
    const registers = [entry, 0, 0, bodies.length - 1, doneThere];
    assert.equal(seL4_TCB_WriteRegisters(thread, tcb, false, 0, registers), 0, 'registers');
    const processor = process?.processor ?? 0;
    assert.equal(seL4_TCB_SetAffinity(thread, tcb, processor), 0, 'affinity');
    helpers.push({ tcb, done });
    return { tcb, done };
  }

  const bench: Bench = {
    ...objects,
    thread,
    info,
    kernel,
    written,
    starts,
    create,
    start(body, options) {
      const helper = create(body, options);
      bench.resume(helper);
      return helper;
    },
    resume(helper) {
      assert.equal(seL4_TCB_Resume(thread, helper.tcb), 0, 'resuming a helper');
    },
    async wait(helper) {
      await seL4_Recv(thread, helper.done);
      return thread.getMR(0);
    },
    process: (vspace = objects.vspace()) => createProcess(thread, objects, platform, vspace),
    setPriority: (tcb, priority) =>
      seL4_TCB_SetPriority(thread, tcb, seL4_CapInitThreadTCB, priority),
    close() {
      // A program may have deleted some: what the kernel says does not matter.
      for (const { tcb } of helpers) seL4_TCB_Suspend(thread, tcb);
    },
  };
  assert.equal(bench.setPriority(seL4_CapInitThreadTCB, OUR_PRIORITY), 0, 'our priority');
  return bench;
}
