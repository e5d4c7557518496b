/**
 * Threads of a process from the inside: functions of the same image, each with an NtProcess of its
 * own (service endpoint and buffer), over the same heap.
 *
 *   userthread.ts                                  makes one
 *   NtYieldExecution(process)                      lets other threads run
 *   startOf(process, token)                        for process.ts: the function of a thread to come
 *
 * What the function resolves to is the thread's exit status. An NTSTATUS that it throws ends the
 * thread with that status; any other error, or an exception that it raises and nobody handles, is a
 * fault, and ends the process (docs/seh.md).
 */
import * as Status from '../rtl/ntstatus.ts';
import { seL4_Yield } from '../sel4/syscalls.ts';
import type { NativeMain, NtProcess } from './types.ts';

/** The entry of a native image that a thread starts in: process.ts. */
export const THREAD_ENTRY = 1;

/** Undefined: nobody of this process has asked for that thread. */
export function startOf({ shared }: NtProcess, token: number): NativeMain | undefined {
  const start = shared.starts.get(token);
  shared.starts.delete(token);
  return start;
}

/** The kernel's own: the Executive is not asked. */
export async function NtYieldExecution({ thread }: NtProcess): Promise<{ status: number }> {
  await seL4_Yield(thread);
  return { status: Status.STATUS_SUCCESS };
}
