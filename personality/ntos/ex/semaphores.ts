/**
 * Semaphore objects: NtCreateSemaphore and its like. What one does is ke/wait/semaphore.ts.
 */
import { SYNCHRONIZE } from '../../rtl/nt.ts';
import {
  SEMAPHORE_ALL_ACCESS,
  SEMAPHORE_MODIFY_STATE,
  SEMAPHORE_QUERY_STATE,
} from '../../rtl/objects.ts';
import * as Status from '../../rtl/ntstatus.ts';
import type { ExNeeds } from './needs.ts';
import type { ObHeader, ObObject, ObType } from '../ob/types.ts';
import type { NtThread } from '../ps/types.ts';
import { KSemaphore } from '../ke/wait/semaphore.ts';
import { makeHeader } from '../ob/header.ts';
import { createNamed, openNamed } from '../ob/named.ts';
import { genericMapping } from '../se/access.ts';

const SUCCESS = Status.STATUS_SUCCESS;

export const semaphoreType: ObType = {
  name: 'Semaphore',
  access: genericMapping(
    SEMAPHORE_QUERY_STATE,
    SEMAPHORE_MODIFY_STATE,
    SYNCHRONIZE,
    SEMAPHORE_ALL_ACCESS,
  ),
  dispatcher: (object) => (object as SemaphoreObject).semaphore,
};

export class SemaphoreObject implements ObObject {
  readonly header: ObHeader = makeHeader(semaphoreType);
  readonly semaphore: KSemaphore;

  constructor(semaphore: KSemaphore) {
    this.semaphore = semaphore;
  }
}

/** The status, and the count before. */
export function releaseSemaphore(semaphore: KSemaphore, count: number) {
  const previous = semaphore.release(count);
  return previous === undefined
    ? { status: Status.STATUS_SEMAPHORE_LIMIT_EXCEEDED }
    : { status: SUCCESS, previous };
}

export function registerSemaphoreServices(executive: ExNeeds): void {
  const { ke, ob } = executive;

  function find(caller: NtThread, handle: number, access: number) {
    const { status, object } = ob.referenceByHandle(caller.process, handle, semaphoreType, access);
    return { status, semaphore: (object as SemaphoreObject | undefined)?.semaphore };
  }

  ke.register('NtCreateSemaphore', (caller, { initial, maximum, ...given }) => {
    if (maximum <= 0 || initial < 0 || initial > maximum)
      return { status: Status.STATUS_INVALID_PARAMETER };
    const make = () => new SemaphoreObject(new KSemaphore(initial, maximum));
    return createNamed(executive, caller, semaphoreType, given, make);
  });

  ke.register('NtOpenSemaphore', (caller, given) =>
    openNamed(executive, caller, semaphoreType, given),
  );

  ke.register('NtReleaseSemaphore', (caller, { handle, count }) => {
    if (count <= 0) return { status: Status.STATUS_INVALID_PARAMETER };
    const { status, semaphore } = find(caller, handle, SEMAPHORE_MODIFY_STATE);
    return semaphore ? releaseSemaphore(semaphore, count) : { status };
  });

  ke.register('NtQuerySemaphore', (caller, { handle }) => {
    const { status, semaphore } = find(caller, handle, SEMAPHORE_QUERY_STATE);
    return { status, count: semaphore?.count ?? 0, maximum: semaphore?.limit ?? 0 };
  });
}
