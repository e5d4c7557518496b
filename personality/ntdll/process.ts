/**
 * A native process from the inside: what its code holds, and how it starts and ends.
 *
 * `nativeImage(main)` makes a program of a function. The process's first thread starts in it with
 * an NtProcess; what `main` resolves to is the exit status. The process holds one thread, its
 * service endpoint and its heap: every other power comes as a handle.
 *
 * One thread, one call at a time: a second Nt* call before the first has answered is a programming
 * error, and throws.
 */
import { NtException, Status } from '../rtl/status.ts';
import { SERVICE_BUFFER_BASE, SERVICE_BUFFER_SIZE, SLOT_SERVICE } from '../rtl/layout.ts';
import { CURRENT_PROCESS } from '../rtl/services.ts';
import type { Image, Thread } from '../sel4/types.ts';
import { callService } from './call.ts';
import { Heap } from './heap.ts';
import type { NtProcess } from './types.ts';

export type { NtProcess } from './types.ts';

export type NativeMain = (process: NtProcess) => Promise<number>;

export function makeProcess(thread: Thread, threadSlot: number): NtProcess {
  const address = SERVICE_BUFFER_BASE + threadSlot * SERVICE_BUFFER_SIZE;
  return {
    thread,
    serviceSlot: SLOT_SERVICE + threadSlot,
    serviceBuffer: thread.window(address, SERVICE_BUFFER_SIZE, true),
    heap: new Heap(thread),
    commandLine: '',
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
  return () => ({
    policy,
    entries: [
      async (thread, [threadSlot]) => {
        const process = await withCommandLine(makeProcess(thread, threadSlot));
        const status = await runMain(main, process);
        await callService(process, 'NtTerminateProcess', { handle: CURRENT_PROCESS, status });
      },
    ],
  });
}

/**
 * An NTSTATUS that nobody caught ends the process with that status; any other error is a fault, for
 * the Executive to see.
 */
async function runMain(main: NativeMain, process: NtProcess): Promise<number> {
  try {
    return await main(process);
  } catch (error) {
    if (error instanceof NtException) return error.status || Status.STATUS_UNSUCCESSFUL;
    throw error;
  }
}
