/**
 * Services on threads: making, opening, looking at, suspending and ending them.
 */
import {
  OBJ_INHERIT,
  PROCESS_CREATE_THREAD,
  THREAD_CREATE_FLAGS_CREATE_SUSPENDED,
  THREAD_QUERY_INFORMATION,
  THREAD_SUSPEND_RESUME,
  THREAD_TERMINATE,
  ThreadBasicInformation,
} from '../../rtl/objects.ts';
import { CURRENT_THREAD, type ServiceInput } from '../../rtl/services.ts';
import * as Status from '../../rtl/ntstatus.ts';
import type { PsNeeds } from './needs.ts';
import type { NtThread } from './types.ts';
import { chargeObject } from '../ob/charge.ts';
import { openObject } from '../ob/named.ts';
import { grantAccess } from '../se/access.ts';
import { threadMapping } from '../se/processes.ts';
import { answer, judgeClass, threadClasses } from './classes.ts';
import type { ProcessBody } from './process.ts';
import type { PsCore } from './ps.ts';
import { processByHandle } from './services.ts';
import { startThread } from './thread.ts';
import type { ThreadBody } from './threadbody.ts';

const SUCCESS = Status.STATUS_SUCCESS;

export interface FoundThread {
  readonly status: number;
  readonly thread?: ThreadBody;
}

export function threadByHandle(
  { ob }: PsNeeds,
  { threads }: PsCore,
  caller: NtThread,
  handle: number,
  access: number,
): FoundThread {
  if (handle === CURRENT_THREAD) return { status: SUCCESS, thread: caller as ThreadBody };
  const found = ob.referenceByHandle(caller.process, handle, threads.type, access);
  return { status: found.status, thread: found.object as ThreadBody | undefined };
}

/** A thread that has not run yet, charged to who made it. */
function makeCharged(
  ps: PsCore,
  maker: NtThread,
  process: ProcessBody,
  routine: number,
  argument: number,
): FoundThread {
  const { priority } = process;
  const args = (slot: number): number[] => [slot, argument];
  const made = ps.threads.create(process, { entry: routine, args, priority });
  if (!made.thread) return made;
  const status = chargeObject(maker.process, made.thread, 0);
  if (status === SUCCESS) return made;
  ps.threads.end(made.thread, status);
  return { status };
}

function create(
  executive: PsNeeds,
  ps: PsCore,
  caller: NtThread,
  input: ServiceInput<'NtCreateThreadEx'>,
) {
  const { ob } = executive;
  const { access, attributes, routine, argument, flags } = input;
  const found = processByHandle(executive, ps, caller, input.process, PROCESS_CREATE_THREAD);
  if (!found.process) return { status: found.status };
  if ((flags & ~THREAD_CREATE_FLAGS_CREATE_SUSPENDED) !== 0)
    return { status: Status.STATUS_INVALID_PARAMETER };
  const granted = grantAccess(access, threadMapping);
  if (granted === undefined) return { status: Status.STATUS_ACCESS_DENIED };
  if (found.process.state !== 'running') return { status: Status.STATUS_PROCESS_IS_TERMINATING };
  const refused = ob.reserveHandle(caller.process, ps.threads.type);
  if (refused !== SUCCESS) return { status: refused };
  const made = makeCharged(ps, caller, found.process as ProcessBody, routine, argument);
  const { thread } = made;
  if (!thread) {
    ob.cancelHandle(caller.process, ps.threads.type);
    return { status: made.status };
  }
  const inherit = (attributes & OBJ_INHERIT) !== 0;
  const answer = ob.createHandle(caller.process, thread, granted, true, inherit);
  if (flags === 0) startThread(executive, thread);
  else thread.suspendCount = 1;
  return { ...answer, id: thread.id };
}

function open(
  executive: PsNeeds,
  { threads }: PsCore,
  caller: NtThread,
  input: ServiceInput<'NtOpenThread'>,
) {
  const { access, attributes, process } = input;
  const thread = threads.byId(input.thread);
  if (!thread || (process !== 0 && thread.process.id !== process)) {
    const status = process === 0 ? Status.STATUS_INVALID_PARAMETER : Status.STATUS_INVALID_CID;
    return { status };
  }
  return openObject(executive, caller, thread, { access, attributes });
}

export function registerThreadServices(executive: PsNeeds, ps: PsCore): void {
  const { ke } = executive;
  const { threads } = ps;

  ke.register('NtCreateThreadEx', (caller, input) => create(executive, ps, caller, input));
  ke.register('NtOpenThread', (caller, input) => open(executive, ps, caller, input));

  ke.register('NtTerminateThread', (caller, { handle, status }) => {
    if (handle === 0 && caller.process.threads.length === 1)
      return { status: Status.STATUS_CANT_TERMINATE_SELF };
    const named = handle === 0 ? CURRENT_THREAD : handle;
    const found = threadByHandle(executive, ps, caller, named, THREAD_TERMINATE);
    if (found.thread) ps.terminateThread(found.thread, status);
    return { status: found.status };
  });

  ke.register('NtQueryInformationThread', (caller, { handle, class: which, length }) => {
    const plain = length === undefined && which === ThreadBasicInformation;
    const judged = plain ? { status: SUCCESS } : judgeClass(threadClasses, which, length ?? 0);
    if (judged.status !== SUCCESS) return judged;
    const found = threadByHandle(executive, ps, caller, handle, THREAD_QUERY_INFORMATION);
    const { thread, status } = found;
    if (!thread) return { status };
    const { exitStatus, process, id, suspendCount } = thread;
    const told = { exitStatus, process: process.id, thread: id, suspendCount };
    return plain
      ? { status, ...told }
      : { ...told, ...answer(threadClasses, which, length ?? 0, thread) };
  });

  ke.register('NtSuspendThread', (caller, { handle }) => {
    const found = threadByHandle(executive, ps, caller, handle, THREAD_SUSPEND_RESUME);
    if (!found.thread) return { status: found.status };
    if (found.thread.state === 'ended') return { status: Status.STATUS_THREAD_IS_TERMINATING };
    const previous = threads.suspend(found.thread);
    if (previous === undefined) return { status: Status.STATUS_SUSPEND_COUNT_EXCEEDED };
    return { status: SUCCESS, previous };
  });

  ke.register('NtResumeThread', (caller, { handle }) => {
    const found = threadByHandle(executive, ps, caller, handle, THREAD_SUSPEND_RESUME);
    if (!found.thread) return { status: found.status };
    return { status: SUCCESS, previous: threads.resume(found.thread) };
  });
}
