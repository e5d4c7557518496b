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
import type { Executive, NtThread, ObObject, ObType } from '../executive.ts';
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

export function openNamed(
  { ob }: Executive,
  caller: NtThread,
  type: ObType,
  { name, access, attributes }: Named,
): Answer {
  const found = ob.lookup(name);
  if (!found.object) return { status: found.status };
  if (found.object.header.type !== type) return { status: Status.STATUS_OBJECT_TYPE_MISMATCH };
  const granted = accessOf(type, access);
  if (granted === undefined) return DENIED;
  const inherit = (attributes & OBJ_INHERIT) !== 0;
  return ob.createHandle(caller.process, found.object, granted, false, inherit);
}

export function createNamed(
  executive: Executive,
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
