/**
 * Objects that are made or opened by a name that may be empty, with rights of their type's own:
 * events, mutants, semaphores, timers, keyed events.
 *
 *   createNamed(executive, caller, type, given, make)   a new object, or with OBJ_OPENIF the one of
 *                                                       that name (STATUS_OBJECT_NAME_EXISTS)
 *   openNamed(executive, caller, type, given)           the one of that name
 *
 * Rights are checked before anything is made.
 */
import { OBJ_INHERIT, OBJ_OPENIF } from '../../rtl/objects.ts';
import * as Status from '../../rtl/ntstatus.ts';
import type { ObNeeds } from './needs.ts';
import type { ObObject, ObType } from './types.ts';
import type { NtThread } from '../ps/types.ts';
import { ALL_ACCESS, grantAccess } from '../se/access.ts';
import { checkAccess } from '../se/check.ts';
import { effectiveToken } from '../se/token.ts';
import { insertWithHandle } from './insert.ts';

export interface Named {
  readonly name: string;
  readonly access: number;
  readonly attributes: number;
  /** What a new object is to have; looked at when it is made. */
  readonly descriptor?: Uint8Array;
}

type Answer = { status: number; handle?: number };

const DENIED = { status: Status.STATUS_ACCESS_DENIED };

function accessOf(type: ObType, desired: number): number | undefined {
  return type.access ? grantAccess(desired, type.access) : ALL_ACCESS;
}

/** A handle with the rights that are asked for, if the caller may have them. */
export function openObject(
  { ob }: ObNeeds,
  caller: NtThread,
  object: ObObject,
  { access, attributes }: Omit<Named, 'name'>,
): Answer {
  const { status, granted } = checkAccess(effectiveToken(caller), object, access);
  if (status !== Status.STATUS_SUCCESS) return { status };
  const inherit = (attributes & OBJ_INHERIT) !== 0;
  return ob.createHandle(caller.process, object, granted, false, inherit);
}

export function openNamed(
  executive: ObNeeds,
  caller: NtThread,
  type: ObType,
  { name, ...given }: Named,
): Answer {
  const { object, status } = executive.ob.lookup(name, effectiveToken(caller));
  if (!object) return { status };
  if (object.header.type !== type) return { status: Status.STATUS_OBJECT_TYPE_MISMATCH };
  return openObject(executive, caller, object, given);
}

export function createNamed(
  executive: ObNeeds,
  caller: NtThread,
  type: ObType,
  given: Named,
  make: () => ObObject,
): Answer {
  const { name, access, attributes } = given;
  const openIf = (attributes & OBJ_OPENIF) !== 0;
  if (openIf && name !== '' && executive.ob.lookup(name, effectiveToken(caller)).object) {
    const opened = openNamed(executive, caller, type, given);
    return opened.handle ? { ...opened, status: Status.STATUS_OBJECT_NAME_EXISTS } : opened;
  }
  const granted = accessOf(type, access);
  if (granted === undefined) return DENIED;
  const inherit = (attributes & OBJ_INHERIT) !== 0;
  const { descriptor } = given;
  const options = { access: granted, inherit, descriptor };
  return insertWithHandle(executive, caller, name, make(), options);
}
