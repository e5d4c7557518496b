/**
 * A thread more, made by one of the process. Apart from thread.ts, which every program has with its
 * start: few make one.
 *
 *   RtlCreateUserThread(process, start, options)   STATUS_*, a handle and the thread's id
 */
import { THREAD_ALL_ACCESS, THREAD_CREATE_FLAGS_CREATE_SUSPENDED } from '../rtl/objects.ts';
import { CURRENT_PROCESS, type ServiceOutput } from '../rtl/services.ts';
import * as Status from '../rtl/ntstatus.ts';
import { callService } from './call.ts';
import { THREAD_ENTRY } from './thread.ts';
import type { NativeMain, NtProcess } from './types.ts';

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
