/**
 * Object headers: reference counts, and the end of an object.
 *
 * Invariant: pointers counts the references held outside, plus one for each handle, plus one while
 * the object has a name. At zero the type's `delete` runs, once, and whoever made it is charged for
 * it no more. A temporary object (permanent false) loses its name with its last handle.
 *
 *   makeHeader(type)
 *   reference(object), dereference(object)
 */
import { returnObject } from './charge.ts';
import type { ObHeader, ObObject, ObType } from './types.ts';

export function makeHeader(type: ObType): ObHeader {
  return {
    type,
    name: '',
    directory: undefined,
    permanent: false,
    pointers: 0,
    handles: 0,
    charge: undefined,
    security: undefined,
  };
}

export function reference(object: ObObject): void {
  object.header.pointers++;
}

export function dereference(object: ObObject): void {
  const header = object.header;
  if (header.pointers <= 0) throw new Error(`reference of a deleted ${header.type.name}`);
  header.pointers--;
  if (header.pointers > 0) return;
  header.type.delete?.(object);
  returnObject(object);
}
