/**
 * What the page does to processes by hand: takes a capability away, stops and resumes a thread,
 * ends a process. Each is an Nt* call that the Executive judges; what the agent cannot do and live
 * to undo is refused here.
 *
 *   control(process, request)
 */
import { check } from '../../personality/ntdll/files.ts';
import {
  NtClose,
  NtOpenProcess,
  NtOpenThread,
  NtQueryInformationProcess,
  NtResumeThread,
  NtRevokeCapability,
  NtSuspendThread,
  NtTerminateProcess,
} from '../../personality/ntdll/native.ts';
import type { NtProcess } from '../../personality/ntdll/process.ts';
import { THREAD_SUSPEND_RESUME } from '../../personality/rtl/objects.ts';
import { CURRENT_PROCESS } from '../../personality/rtl/services.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { NtException } from '../../personality/rtl/status.ts';
import type { AgentRequest } from './agent-protocol.ts';

type Control = Extract<AgentRequest, { op: 'control' }>;

const refused = (words: string): NtException => new NtException(Status.STATUS_ACCESS_DENIED, words);

async function withThread(
  process: NtProcess,
  { process: owner, which }: Control,
  act: (handle: number) => Promise<void>,
): Promise<void> {
  const wanted = { access: THREAD_SUSPEND_RESUME, attributes: 0, process: owner, thread: which };
  const { handle } = check(await NtOpenThread(process, wanted));
  try {
    await act(handle);
  } finally {
    await NtClose(process, { handle });
  }
}

async function suspend(process: NtProcess, request: Control): Promise<void> {
  const own = check(await NtQueryInformationProcess(process, { handle: CURRENT_PROCESS }));
  if (own.id === request.process)
    throw refused('This process works for the page; suspended, it could resume nobody');
  await withThread(process, request, async (handle) => {
    check(await NtSuspendThread(process, { handle }));
  });
}

async function terminate(process: NtProcess, id: number): Promise<void> {
  const { handle } = check(await NtOpenProcess(process, { id }));
  try {
    check(await NtTerminateProcess(process, { handle, status: Status.STATUS_CONTROL_C_EXIT }));
  } finally {
    await NtClose(process, { handle });
  }
}

async function revoke(process: NtProcess, { process: id, which: slot }: Control): Promise<void> {
  if (id === 0)
    throw refused('The Executive is the root task, and all others hold from it what they hold');
  check(await NtRevokeCapability(process, { id, slot }));
}

export async function control(process: NtProcess, request: Control): Promise<void> {
  switch (request.action) {
    case 'revoke':
      return revoke(process, request);
    case 'suspend':
      return suspend(process, request);
    case 'resume':
      return withThread(process, request, async (handle) => {
        check(await NtResumeThread(process, { handle }));
      });
    case 'terminate':
      return terminate(process, request.process);
  }
}
