/**
 * Signalling an object of any type that can be signalled: the first half of
 * NtSignalAndWaitForSingleObject.
 */
import { EVENT_MODIFY_STATE, SEMAPHORE_MODIFY_STATE } from '../../rtl/objects.ts';
import * as Status from '../../rtl/ntstatus.ts';
import type { ExNeeds } from './needs.ts';
import type { NtThread } from '../ps/types.ts';
import { EventObject } from './events.ts';
import { MutantObject, releaseMutant } from './mutants.ts';
import { releaseSemaphore, SemaphoreObject } from './semaphores.ts';

const SUCCESS = Status.STATUS_SUCCESS;

/** The handle is valid. A status. */
export function signalObject({ ob }: ExNeeds, thread: NtThread, handle: number): number {
  const { process } = thread;
  const { object } = process.handles.get(handle)!;
  const { type } = object.header;
  const check = (access: number) => ob.referenceByHandle(process, handle, type, access).status;
  if (object instanceof EventObject) {
    const status = check(EVENT_MODIFY_STATE);
    if (status === SUCCESS) object.event.set();
    return status;
  }
  if (object instanceof MutantObject) return releaseMutant(object.mutant, thread).status;
  if (object instanceof SemaphoreObject) {
    const status = check(SEMAPHORE_MODIFY_STATE);
    return status === SUCCESS ? releaseSemaphore(object.semaphore, 1).status : status;
  }
  return Status.STATUS_OBJECT_TYPE_MISMATCH;
}
