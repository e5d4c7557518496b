/**
 * ThreadBasePriority of NtSetInformationThread: how far a thread stands above or below its
 * process, for the kernel's scheduler.
 *
 * As with NT an increment of at most two either way, or one of the two that go to the edge of the
 * class, fifteen. Between clients, drivers and service routines there is more room than that
 * (priorities.ts), so that no program comes before a driver.
 */
import { seL4_CapInitThreadTCB, seL4_NoError, seL4_TCB_SetSchedParams } from '../../sel4/index.ts';
import * as Status from '../../rtl/ntstatus.ts';
import type { PsNeeds } from './needs.ts';
import type { ThreadBody } from './threadbody.ts';

const MOST = 2;
const EDGE = 15;

export function setBasePriority(
  { thread: own }: Pick<PsNeeds, 'thread'>,
  thread: ThreadBody,
  increment: number,
): number {
  const size = Math.abs(increment);
  if (size > MOST && size !== EDGE) return Status.STATUS_INVALID_PARAMETER;
  const priority = thread.process.priority + increment;
  const error = seL4_TCB_SetSchedParams(own, thread.tcb, seL4_CapInitThreadTCB, 0, priority);
  if (error !== seL4_NoError) return Status.STATUS_UNSUCCESSFUL;
  thread.priority = priority;
  return Status.STATUS_SUCCESS;
}
