/**
 * Threads of a process from the inside: functions of the same image, each with an NtProcess of its
 * own (service endpoint and buffer), over the same heap.
 *
 *   RtlCreateUserThread(process, start, options)   STATUS_*, a handle and the thread's id
 *   NtYieldExecution(process)                      lets other threads run
 *   startOf(process, token)                        for process.ts: the function of a thread to come
 *
 * What the function resolves to is the thread's exit status. An NTSTATUS that it throws ends the
 * thread with that status; any other error, or an exception that it raises and nobody handles, is a
 * fault, and ends the process (docs/seh.md).
 */
import { THREAD_ALL_ACCESS, THREAD_CREATE_FLAGS_CREATE_SUSPENDED } from '../rtl/objects.ts';
import { CURRENT_PROCESS, type ServiceOutput } from '../rtl/services.ts';
import * as Status from '../rtl/ntstatus.ts';
import { seL4_Yield } from '../sel4/syscalls.ts';
import { callService } from './call.ts';
import type { NativeMain, NtProcess } from './types.ts';

/** The entry of a native image that a thread starts in: process.ts. */
export const THREAD_ENTRY = 1;

export interface ThreadOptions {
  readonly suspended?: boolean;
}

export async function RtlCreateUserThread(
  process: NtProcess,
  start: NativeMain,
  { suspended = false }: ThreadOptions = {},
): Promise<ServiceOutput<'NtCreateThreadEx'>> {
  const { starts } = process.shared;
  const token = ++process.shared.lastStart;
  starts.set(token, start);
  const answer = await callService(process, 'NtCreateThreadEx', {
    access: THREAD_ALL_ACCESS,
    attributes: 0,
    process: CURRENT_PROCESS,
    routine: THREAD_ENTRY,
    argument: token,
    flags: suspended ? THREAD_CREATE_FLAGS_CREATE_SUSPENDED : 0,
  });
  if (answer.status !== Status.STATUS_SUCCESS) starts.delete(token);
  return answer;
}

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
