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
import { NtException, Status } from '../rtl/status.ts';
import { SERVICE_BUFFER_BASE, SERVICE_BUFFER_SIZE, SLOT_SERVICE } from '../rtl/layout.ts';
import { CURRENT_PROCESS, CURRENT_THREAD } from '../rtl/services.ts';
import type { Entry, Image, Thread } from '../sel4/types.ts';
import { callService } from './call.ts';
import { Heap } from './heap.ts';
import { startOf } from './thread.ts';
import type { NativeMain, NtProcess } from './types.ts';

export type { NativeMain, NtProcess } from './types.ts';

/** `first`: the process as its first thread holds it. */
export function makeProcess(thread: Thread, threadSlot: number, first?: NtProcess): NtProcess {
  const address = SERVICE_BUFFER_BASE + threadSlot * SERVICE_BUFFER_SIZE;
  return {
    thread,
    serviceSlot: SLOT_SERVICE + threadSlot,
    serviceBuffer: thread.window(address, SERVICE_BUFFER_SIZE, true),
    heap: new Heap(thread, first?.heap),
    commandLine: first?.commandLine ?? '',
    shared: first?.shared ?? { starts: new Map(), lastStart: 0, routines: [] },
    apcs: [],
    busy: false,
  };
}

/** The command line the process was started with. */
async function withCommandLine(process: NtProcess): Promise<NtProcess> {
  const answer = await callService(process, 'NtQueryInformationProcess', {
    handle: CURRENT_PROCESS,
  });
  return { ...process, commandLine: answer.commandLine };
}

export function nativeImage(main: NativeMain, policy: 'block' | 'yield' = 'block'): Image {
  return () => {
    let first: NtProcess | undefined;

    const runProcess: Entry = async (thread, [threadSlot]) => {
      first = await withCommandLine(makeProcess(thread, threadSlot));
      const status = await runMain(main, first);
      await callService(first, 'NtTerminateProcess', { handle: CURRENT_PROCESS, status });
    };

    /** THREAD_ENTRY */
    const runThread: Entry = async (thread, [threadSlot, token]) => {
      const start = first && startOf(first, token);
      if (!start) return;
      const process = makeProcess(thread, threadSlot, first);
      const status = await runMain(start, process);
      await callService(process, 'NtTerminateThread', { handle: CURRENT_THREAD, status });
    };

    return { policy, entries: [runProcess, runThread] };
  };
}

/**
 * An NTSTATUS that nobody caught ends process or thread with that status; any other error is a
 * fault, for the Executive to see.
 */
async function runMain(main: NativeMain, process: NtProcess): Promise<number> {
  try {
    return await main(process);
  } catch (error) {
    if (error instanceof NtException) return error.status || Status.STATUS_UNSUCCESSFUL;
    throw error;
  }
}
