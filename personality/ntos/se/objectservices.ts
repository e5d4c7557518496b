/**
 * NtQuerySecurityObject and NtSetSecurityObject: the descriptor of an object, by a handle to it.
 *
 * A file's is that of its device: one descriptor counts for a whole volume. What is set is a new
 * descriptor, with the parts that are not named as they were; generic rights become the type's own.
 */
import { READ_CONTROL } from '../../rtl/objects.ts';
import * as sec from '../../rtl/security/constants.ts';
import {
  ALL_SECURITY_INFORMATION,
  decodeDescriptor,
  encodeDescriptor,
  type SecurityDescriptor,
} from '../../rtl/security/descriptor.ts';
import type { ServiceInput } from '../../rtl/services.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { entryOf } from '../ob/handleservices.ts';
import { chargeMore } from '../ob/charge.ts';
import type { HandleEntry, ObObject } from '../ob/types.ts';
import type { NtThread } from '../ps/types.ts';
import { isGranted } from './access.ts';
import { mapAcl, mayOwn } from './assign.ts';
import { guardedBy, mappingOf, securityOf } from './check.ts';
import type { SeNeeds } from './needs.ts';
import { effectiveToken, type Token } from './token.ts';

const SUCCESS = Status.STATUS_SUCCESS;
const OWNERSHIP = sec.OWNER_SECURITY_INFORMATION | sec.GROUP_SECURITY_INFORMATION;
const CONTROL_OF_DACL = sec.SE_DACL_PROTECTED | sec.SE_DACL_AUTO_INHERITED;
const CONTROL_OF_SACL = sec.SE_SACL_PROTECTED | sec.SE_SACL_AUTO_INHERITED;

/** What a handle must be good for, to look at these parts or to change them. */
function neededFor(information: number, ownership: number, dacl: number): number {
  let needed = 0;
  if ((information & OWNERSHIP) !== 0) needed |= ownership;
  if ((information & sec.DACL_SECURITY_INFORMATION) !== 0) needed |= dacl;
  if ((information & sec.SACL_SECURITY_INFORMATION) !== 0) needed |= sec.ACCESS_SYSTEM_SECURITY;
  return needed;
}

function find(
  caller: NtThread,
  handle: number,
  needed: number,
): { status: number; entry?: HandleEntry } {
  const entry = entryOf(caller, caller.process, handle);
  if (!entry) return { status: Status.STATUS_INVALID_HANDLE };
  return isGranted(entry.access, needed)
    ? { status: SUCCESS, entry }
    : { status: Status.STATUS_ACCESS_DENIED };
}

function query(caller: NtThread, input: ServiceInput<'NtQuerySecurityObject'>) {
  const { handle, information, length } = input;
  const { status, entry } = find(
    caller,
    handle,
    neededFor(information, READ_CONTROL, READ_CONTROL),
  );
  if (!entry) return { status };
  const data = encodeDescriptor(securityOf(entry.object), information);
  const needed = data.length;
  if (length < needed) return { status: Status.STATUS_BUFFER_TOO_SMALL, needed };
  return { status: SUCCESS, data, needed };
}

function merged(
  object: ObObject,
  old: SecurityDescriptor,
  given: SecurityDescriptor,
  information: number,
): SecurityDescriptor {
  const wants = (bit: number): boolean => (information & bit) !== 0;
  const owner = wants(sec.OWNER_SECURITY_INFORMATION) ? given.owner : old.owner;
  const group = wants(sec.GROUP_SECURITY_INFORMATION) ? given.group : old.group;
  const creator = { owner: owner ?? sec.SID_NULL, group: group ?? sec.SID_NULL };
  const ofDacl = wants(sec.DACL_SECURITY_INFORMATION) ? given : old;
  const ofSacl = wants(sec.SACL_SECURITY_INFORMATION) ? given : old;
  return {
    control: (ofDacl.control & CONTROL_OF_DACL) | (ofSacl.control & CONTROL_OF_SACL),
    owner,
    group,
    dacl: ofDacl.dacl === undefined ? undefined : mapAcl(ofDacl.dacl, mappingOf(object), creator),
    sacl: ofSacl.sacl,
  };
}

function refusal(token: Token, given: SecurityDescriptor, information: number): number {
  const wants = (bit: number): boolean => (information & bit) !== 0;
  if (wants(sec.OWNER_SECURITY_INFORMATION)) {
    const { owner } = given;
    const may =
      owner !== undefined && (mayOwn(token, owner) || token.holds(sec.SeRestorePrivilege));
    if (!may) return Status.STATUS_INVALID_OWNER;
  }
  return wants(sec.GROUP_SECURITY_INFORMATION) && given.group === undefined
    ? Status.STATUS_INVALID_PRIMARY_GROUP
    : SUCCESS;
}

function set(caller: NtThread, input: ServiceInput<'NtSetSecurityObject'>) {
  const { handle, information } = input;
  const known = information & ALL_SECURITY_INFORMATION;
  if (known === 0) return { status: Status.STATUS_INVALID_PARAMETER };
  const needed = neededFor(information, sec.WRITE_OWNER, sec.WRITE_DAC);
  const { status, entry } = find(caller, handle, needed);
  if (!entry) return { status };
  const given = decodeDescriptor(input.descriptor);
  const refused = refusal(effectiveToken(caller), given, information);
  if (refused !== SUCCESS) return { status: refused };
  const object = guardedBy(entry.object);
  const charged = chargeMore(object, input.descriptor.length);
  if (charged !== SUCCESS) return { status: charged };
  object.header.security = merged(object, securityOf(object), given, information);
  return { status: SUCCESS };
}

export function registerObjectServices({ ke }: SeNeeds): void {
  ke.register('NtQuerySecurityObject', query);
  ke.register('NtSetSecurityObject', set);
}
