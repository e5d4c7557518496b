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
import { Status } from '../../rtl/status.ts';
import type { ObNeeds } from './needs.ts';
import type { ObObject, ObType } from './types.ts';
import type { NtThread } from '../ps/types.ts';
import { ALL_ACCESS, grantAccess } from '../se/access.ts';
import { insertWithHandle } from './insert.ts';

export interface Named {
  readonly name: string;
  readonly access: number;
  readonly attributes: number;
}

type Answer = { status: number; handle?: number };

const DENIED = { status: Status.STATUS_ACCESS_DENIED };

function accessOf(type: ObType, desired: number): number | undefined {
  return type.access ? grantAccess(desired, type.access) : ALL_ACCESS;
}

/** A handle with the rights that are asked for. */
export function openObject(
  { ob }: ObNeeds,
  { process }: NtThread,
  object: ObObject,
  { access, attributes }: Omit<Named, 'name'>,
): Answer {
  const granted = accessOf(object.header.type, access);
  if (granted === undefined) return DENIED;
  return ob.createHandle(process, object, granted, false, (attributes & OBJ_INHERIT) !== 0);
}

export function openNamed(
  executive: ObNeeds,
  caller: NtThread,
  type: ObType,
  { name, ...given }: Named,
): Answer {
  const { object, status } = executive.ob.lookup(name);
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
  if (openIf && name !== '' && executive.ob.lookup(name).object) {
    const opened = openNamed(executive, caller, type, given);
    return opened.handle ? { ...opened, status: Status.STATUS_OBJECT_NAME_EXISTS } : opened;
  }
  const granted = accessOf(type, access);
  if (granted === undefined) return DENIED;
  const inherit = (attributes & OBJ_INHERIT) !== 0;
  return insertWithHandle(executive, caller, name, make(), { access: granted, inherit });
}
