/**
 * Who pays for an object that a process has made (NT: ObpChargeQuotaForObject).
 *
 * The charge is one object and the bytes that the Executive keeps for it, and stays until the
 * object is deleted: whoever else still holds it, the maker pays. An object whose name stays
 * without a handle is noted with the maker's family, whose end is the end of that name
 * (ps/family.ts).
 *
 *   chargeObject(maker, object, text)   a status; `text` is what the object keeps, in characters
 *   chargeMore(object, bytes)               its descriptor
 *   markLasting(maker, object)          its name stays
 *   makePermanent(maker, object)        the same, for an object that is there
 *   returnObject(object)                it is deleted
 */
import * as Status from '../../rtl/ntstatus.ts';
import type { Process } from '../ps/types.ts';
import type { QuotaBlock } from '../ps/quota.ts';
import type { ObObject } from './types.ts';

/** Bytes for an object without its texts: header, body, entry of a directory. */
const OBJECT_BYTES = 256;

export interface ObjectCharge {
  readonly quota: QuotaBlock;
  bytes: number;
  /** How many of them are for a descriptor that it was given. */
  descriptor: number;
  /** Where it is noted, if its name stays. */
  lasting: Set<ObObject> | undefined;
}

export function chargeObject(
  { quota }: Pick<Process, 'quota'>,
  object: ObObject,
  text: number,
): number {
  const bytes = OBJECT_BYTES + 2 * text;
  let status = quota.charge('objects', 1);
  if (status !== Status.STATUS_SUCCESS) return status;
  status = quota.charge('pagedPool', bytes);
  if (status === Status.STATUS_SUCCESS)
    object.header.charge = { quota, bytes, descriptor: 0, lasting: undefined };
  else quota.giveBack('objects', 1);
  return status;
}

/** It keeps a descriptor of so many bytes from now on; what it kept before stays charged. */
export function chargeMore({ header }: ObObject, bytes: number): number {
  const { charge } = header;
  if (!charge) return Status.STATUS_SUCCESS;
  const more = Math.max(0, bytes - charge.descriptor);
  const status = charge.quota.charge('pagedPool', more);
  if (status !== Status.STATUS_SUCCESS) return status;
  charge.bytes += more;
  charge.descriptor += more;
  return status;
}

export function markLasting({ family }: Pick<Process, 'family'>, object: ObObject): void {
  const { charge } = object.header;
  if (!charge) return;
  charge.lasting?.delete(object);
  charge.lasting = family.lasting;
  family.lasting.add(object);
}

/** The name stays without handles; if its maker pays for it, until the end of that family. */
export function makePermanent(maker: Pick<Process, 'family'>, object: ObObject): void {
  object.header.permanent = true;
  if (object.header.directory) markLasting(maker, object);
}

export function returnObject(object: ObObject): void {
  const { charge } = object.header;
  if (!charge) return;
  object.header.charge = undefined;
  charge.lasting?.delete(object);
  charge.quota.giveBack('objects', 1);
  charge.quota.giveBack('pagedPool', charge.bytes);
}
