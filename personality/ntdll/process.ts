/**
 * A native process from the inside: what its code holds, and how it starts and ends.
 *
 * `nativeImage(main)` makes a program of a function. The process's first thread starts in it with
 * an NtProcess; what `main` resolves to is the exit status. The process holds its threads, their
 * service endpoints and its heap: every other power comes as a handle. More threads: thread.ts.
 *
 * One thread, one call at a time: a second Nt* call before the first has answered is a programming
 * error, and throws.
 */
import { decodeParameters, ProcessParameters } from '../rtl/processparameters.ts';
import { createSeh, SehException } from '../rtl/seh/index.ts';
import { runBase } from '../rtl/seh/unhandled.ts';
import * as Status from '../rtl/ntstatus.ts';
import { NtException } from '../rtl/status.ts';
import { SERVICE_BUFFER_BASE, SERVICE_BUFFER_SIZE, SLOT_SERVICE } from '../rtl/layout.ts';
import { CURRENT_PROCESS, CURRENT_THREAD } from '../rtl/services.ts';
import type { Entry, Image, Thread } from '../sel4/types.ts';
import { deliverApcs } from './apc.ts';
import { callService } from './call.ts';
import { Heap } from './heap.ts';
import { startOf } from './thread.ts';
import type { NativeMain, NtProcess } from './types.ts';

export type { NativeMain, NtProcess } from './types.ts';

/** `first`: the process as its first thread holds it. */
export function makeProcess(
  thread: Thread,
  threadSlot: number,
  first?: NtProcess,
  parameters = new ProcessParameters(),
): NtProcess {
  const address = SERVICE_BUFFER_BASE + threadSlot * SERVICE_BUFFER_SIZE;
  return {
    thread,
    serviceSlot: SLOT_SERVICE + threadSlot,
    serviceBuffer: thread.window(address, SERVICE_BUFFER_SIZE, true),
    heap: new Heap(thread, first?.heap),
    commandLine: first?.commandLine ?? parameters.commandLine,
    shared: first?.shared ?? {
      starts: new Map(),
      lastStart: 0,
      routines: [],
      parameters,
      deliverApcs,
    },
    apcs: [],
    seh: createSeh(
      { window: (at, length, writable) => thread.window(at, length, writable) },
      first?.seh,
    ),
    busy: false,
  };
}

/**
 * The process as its maker wants it: parameters of so many bytes are in the service buffer. Without
 * them there are a command line and an image's name, for which the Executive is asked.
 */
async function introduce(
  thread: Thread,
  slot: number,
  length: number,
): Promise<{ process: NtProcess; image: string }> {
  const process = makeProcess(thread, slot);
  if (length > 0) {
    const parameters = decodeParameters(process.serviceBuffer.read(0, length));
    return { process: makeProcess(thread, slot, undefined, parameters), image: parameters.image };
  }
  const query = { handle: CURRENT_PROCESS };
  const { image, commandLine } = await callService(process, 'NtQueryInformationProcess', query);
  const parameters = new ProcessParameters({ image, commandLine });
  return { process: makeProcess(thread, slot, undefined, parameters), image };
}

export function nativeImage(main: NativeMain, policy: 'block' | 'yield' = 'block'): Image {
  return () => {
    let first: NtProcess | undefined;
    let image = 'a program';

    const run = (body: NativeMain, process: NtProcess): Promise<number> =>
      runBase(
        () => image,
        () => runMain(body, process),
      );

    const runProcess: Entry = async (thread, [threadSlot, length]) => {
      ({ process: first, image } = await introduce(thread, threadSlot, length));
      const status = await run(main, first);
      await callService(first, 'NtTerminateProcess', { handle: CURRENT_PROCESS, status });
    };

    /** THREAD_ENTRY */
    const runThread: Entry = async (thread, [threadSlot, token]) => {
      const start = first && startOf(first, token);
      if (!start) return;
      const process = makeProcess(thread, threadSlot, first);
      const status = await run(start, process);
      await callService(process, 'NtTerminateThread', { handle: CURRENT_THREAD, status });
    };

    return { policy, entries: [runProcess, runThread] };
  };
}

/**
 * A thrown NTSTATUS that nobody caught is the exit status of process or thread. What was raised,
 * like any other error, is an unhandled exception: a fault, for the Executive to see.
 */
async function runMain(main: NativeMain, process: NtProcess): Promise<number> {
  try {
    return await main(process);
  } catch (error) {
    if (error instanceof NtException && !(error instanceof SehException))
      return error.status || Status.STATUS_UNSUCCESSFUL;
    throw error;
  }
}
