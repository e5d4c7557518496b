/**
 * Services of APCs and alerts. What they do to a wait is in ke/apc.ts.
 */
import { THREAD_ALERT, THREAD_SET_CONTEXT, THREAD_SUSPEND_RESUME } from '../../rtl/objects.ts';
import * as Status from '../../rtl/ntstatus.ts';
import type { PsNeeds } from './needs.ts';
import type { NtThread } from './types.ts';
import {
  type Apc,
  KeAlertThread,
  KeInsertQueueApc,
  KeTakeApcs,
  KeTestAlertThread,
} from '../ke/apc.ts';
import type { PsCore } from './ps.ts';
import { threadByHandle } from './threadservices.ts';

const SUCCESS = Status.STATUS_SUCCESS;
/** APCs in one answer: 16 bytes each. */
const AT_ONCE = 256;

function encode(apcs: readonly Apc[]): Uint8Array {
  const words = new DataView(new ArrayBuffer(apcs.length * 16));
  apcs.forEach(({ routine, context, argument1, argument2 }, index) =>
    [routine, context, argument1, argument2].forEach((word, at) =>
      words.setUint32(index * 16 + at * 4, word, true),
    ),
  );
  return new Uint8Array(words.buffer);
}

/** An alert comes before APCs, but for those that a wait has been ended for. */
function testAlert(caller: NtThread): { status: number; apcs?: Uint8Array } {
  if (!caller.apcPending && KeTestAlertThread(caller)) return { status: Status.STATUS_ALERTED };
  return { status: SUCCESS, apcs: encode(KeTakeApcs(caller, AT_ONCE)) };
}

export function registerApcServices(executive: PsNeeds, ps: PsCore): void {
  const { ke } = executive;

  function find(caller: NtThread, handle: number, access: number) {
    const { status, thread } = threadByHandle(executive, ps, caller, handle, access);
    if (!thread) return { status };
    const ended = thread.state === 'ended';
    return ended ? { status: Status.STATUS_THREAD_IS_TERMINATING } : { status, thread };
  }

  ke.register('NtQueueApcThread', (caller, { handle, ...apc }) => {
    const { status, thread } = find(caller, handle, THREAD_SET_CONTEXT);
    return { status: thread ? KeInsertQueueApc(thread, apc) : status };
  });

  ke.register('NtAlertThread', (caller, { handle }) => {
    const { status, thread } = find(caller, handle, THREAD_ALERT);
    if (thread) KeAlertThread(thread);
    return { status };
  });

  ke.register('NtAlertResumeThread', (caller, { handle }) => {
    const { status, thread } = find(caller, handle, THREAD_SUSPEND_RESUME);
    if (!thread) return { status };
    KeAlertThread(thread);
    return { status, previous: ps.threads.resume(thread) };
  });

  ke.register('NtTestAlert', (caller) => testAlert(caller));
}
