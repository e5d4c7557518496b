/**
 * Mutant objects: NtCreateMutant and its like. What a mutant does is ke/wait/mutant.ts.
 */
import { SYNCHRONIZE } from '../../rtl/nt.ts';
import { MUTANT_ALL_ACCESS, MUTANT_QUERY_STATE } from '../../rtl/objects.ts';
import * as Status from '../../rtl/ntstatus.ts';
import type { ExNeeds } from './needs.ts';
import type { ObHeader, ObObject, ObType } from '../ob/types.ts';
import type { NtThread } from '../ps/types.ts';
import { KMutant } from '../ke/wait/mutant.ts';
import { makeHeader } from '../ob/header.ts';
import { createNamed, openNamed } from '../ob/named.ts';
import { genericMapping } from '../se/access.ts';

const SUCCESS = Status.STATUS_SUCCESS;

export const mutantType: ObType = {
  name: 'Mutant',
  access: genericMapping(MUTANT_QUERY_STATE, 0, SYNCHRONIZE, MUTANT_ALL_ACCESS),
  dispatcher: (object) => (object as MutantObject).mutant,
  // Its owner owns nothing any more.
  delete: (object) => (object as MutantObject).mutant.abandon(),
};

export class MutantObject implements ObObject {
  readonly header: ObHeader = makeHeader(mutantType);
  readonly mutant: KMutant;

  constructor(mutant: KMutant) {
    this.mutant = mutant;
  }
}

/** The status, and the count before. */
export function releaseMutant(mutant: KMutant, thread: NtThread) {
  const previous = mutant.release(thread);
  return previous === undefined
    ? { status: Status.STATUS_MUTANT_NOT_OWNED }
    : { status: SUCCESS, previous };
}

export function registerMutantServices(executive: ExNeeds): void {
  const { ke, ob } = executive;

  function find(caller: NtThread, handle: number, access: number) {
    const { status, object } = ob.referenceByHandle(caller.process, handle, mutantType, access);
    return { status, mutant: (object as MutantObject | undefined)?.mutant };
  }

  ke.register('NtCreateMutant', (caller, { owned, ...given }) => {
    let made: MutantObject | undefined;
    const answer = createNamed(executive, caller, mutantType, given, () => {
      made = new MutantObject(new KMutant());
      return made;
    });
    // Owned from the start, if it is there: not by a thread that was refused a handle.
    if (owned && made && answer.status === SUCCESS) made.mutant.consume(caller);
    return answer;
  });

  ke.register('NtOpenMutant', (caller, given) => openNamed(executive, caller, mutantType, given));

  ke.register('NtReleaseMutant', (caller, { handle }) => {
    const { status, mutant } = find(caller, handle, 0);
    return mutant ? releaseMutant(mutant, caller) : { status };
  });

  ke.register('NtQueryMutant', (caller, { handle }) => {
    const { status, mutant } = find(caller, handle, MUTANT_QUERY_STATE);
    if (!mutant) return { status };
    const { state, owner, abandoned } = mutant;
    return { status, count: state, ownedByCaller: owner === caller, abandoned };
  });
}
