/**
 * Security descriptors: who owns an object, and who may do what with it.
 *
 * A descriptor is a value that nobody changes (NT's absolute form, so to speak); on the wire it is
 * NT's self-relative structure. A DACL that is `null` is there and is no list: everybody may do
 * everything. One that is `undefined` is not there, which means the same to an access check; one
 * without entries lets nobody in.
 *
 *   decodeDescriptor(bytes)   raises STATUS_INVALID_SECURITY_DESCR, STATUS_UNKNOWN_REVISION,
 *                             STATUS_INVALID_SID or STATUS_INVALID_ACL
 *   encodeDescriptor(descriptor, information)
 *   RtlCreateSecurityDescriptor, RtlSet...SecurityDescriptor, RtlAbsoluteToSelfRelativeSD,
 *   RtlMakeSelfRelativeSD, RtlSelfRelativeToAbsoluteSD, RtlValidSecurityDescriptor
 *
 * Layout: revision, 0, control (16 bits), then offsets of owner, group, SACL, DACL; 0 is "none".
 */
import * as Status from '../ntstatus.ts';
import { NtException } from '../status.ts';
import { type Acl, decodeAcl, encodeAcl } from './acl.ts';
import {
  DACL_SECURITY_INFORMATION,
  GROUP_SECURITY_INFORMATION,
  OWNER_SECURITY_INFORMATION,
  SACL_SECURITY_INFORMATION,
  SE_DACL_DEFAULTED,
  SE_DACL_PRESENT,
  SE_GROUP_DEFAULTED,
  SE_OWNER_DEFAULTED,
  SE_SACL_DEFAULTED,
  SE_SACL_PRESENT,
  SE_SELF_RELATIVE,
  SECURITY_DESCRIPTOR_REVISION,
} from './constants.ts';
import { decodeSid, encodeSid, type Sid } from './sid.ts';

export interface SecurityDescriptor {
  /** SE_*, without SE_SELF_RELATIVE and the two that say which lists are there. */
  readonly control: number;
  readonly owner: Sid | undefined;
  readonly group: Sid | undefined;
  readonly dacl: Acl | null | undefined;
  readonly sacl: Acl | null | undefined;
}

const HEADER = 20;
const IMPLIED = SE_SELF_RELATIVE | SE_DACL_PRESENT | SE_SACL_PRESENT;
export const ALL_SECURITY_INFORMATION =
  OWNER_SECURITY_INFORMATION |
  GROUP_SECURITY_INFORMATION |
  DACL_SECURITY_INFORMATION |
  SACL_SECURITY_INFORMATION;

function bad(status: number = Status.STATUS_INVALID_SECURITY_DESCR): never {
  throw new NtException(status);
}

export function decodeDescriptor(bytes: Uint8Array): SecurityDescriptor {
  if (bytes.length < HEADER) return bad();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint8(0) !== SECURITY_DESCRIPTOR_REVISION) return bad(Status.STATUS_UNKNOWN_REVISION);
  const control = view.getUint16(2, true);
  if ((control & SE_SELF_RELATIVE) === 0) return bad();
  /** Undefined: it has none. */
  function place(field: number): number | undefined {
    const offset = view.getUint32(field, true);
    if (offset === 0) return undefined;
    return offset < HEADER || offset % 4 !== 0 || offset >= bytes.length ? bad() : offset;
  }
  function sid(field: number): Sid | undefined {
    const at = place(field);
    return at === undefined ? undefined : (decodeSid(bytes, at) ?? bad(Status.STATUS_INVALID_SID));
  }
  function acl(field: number, present: number): Acl | null | undefined {
    if ((control & present) === 0) return undefined;
    const at = place(field);
    return at === undefined ? null : decodeAcl(bytes, at);
  }
  return {
    control: control & ~IMPLIED,
    owner: sid(4),
    group: sid(8),
    sacl: acl(12, SE_SACL_PRESENT),
    dacl: acl(16, SE_DACL_PRESENT),
  };
}

/** The parts that `information` names. */
export function encodeDescriptor(
  { control, owner, group, dacl, sacl }: SecurityDescriptor,
  information = ALL_SECURITY_INFORMATION,
): Uint8Array {
  const wants = (bit: number): boolean => (information & bit) !== 0;
  const parts: Uint8Array[] = [];
  let length = HEADER;
  /** Where it comes to be; 0: it is not there. */
  function put(part: Uint8Array | undefined): number {
    if (!part) return 0;
    parts.push(part);
    length += part.length;
    return length - part.length;
  }
  const list = (acl: Acl | null | undefined) => (acl ? encodeAcl(acl) : undefined);
  const words = [
    put(wants(OWNER_SECURITY_INFORMATION) && owner !== undefined ? encodeSid(owner) : undefined),
    put(wants(GROUP_SECURITY_INFORMATION) && group !== undefined ? encodeSid(group) : undefined),
    put(wants(SACL_SECURITY_INFORMATION) ? list(sacl) : undefined),
    put(wants(DACL_SECURITY_INFORMATION) ? list(dacl) : undefined),
  ];
  let flags = control | SE_SELF_RELATIVE;
  if (wants(DACL_SECURITY_INFORMATION) && dacl !== undefined) flags |= SE_DACL_PRESENT;
  if (wants(SACL_SECURITY_INFORMATION) && sacl !== undefined) flags |= SE_SACL_PRESENT;
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, SECURITY_DESCRIPTOR_REVISION);
  view.setUint16(2, flags, true);
  words.forEach((word, index) => view.setUint32(4 + 4 * index, word, true));
  let at = HEADER;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

export function RtlCreateSecurityDescriptor(): SecurityDescriptor {
  return { control: 0, owner: undefined, group: undefined, dacl: undefined, sacl: undefined };
}

/** The descriptor with a flag that says whether the part was the caller's own wish. */
function flagged(
  descriptor: SecurityDescriptor,
  part: Partial<SecurityDescriptor>,
  flag: number,
  defaulted: boolean,
): SecurityDescriptor {
  const control = defaulted ? descriptor.control | flag : descriptor.control & ~flag;
  return { ...descriptor, ...part, control };
}

export function RtlSetOwnerSecurityDescriptor(
  descriptor: SecurityDescriptor,
  owner: Sid | undefined,
  defaulted = false,
): SecurityDescriptor {
  return flagged(descriptor, { owner }, SE_OWNER_DEFAULTED, defaulted);
}

export function RtlSetGroupSecurityDescriptor(
  descriptor: SecurityDescriptor,
  group: Sid | undefined,
  defaulted = false,
): SecurityDescriptor {
  return flagged(descriptor, { group }, SE_GROUP_DEFAULTED, defaulted);
}

/** `undefined`: it is not there; `null`: it is there, and keeps nobody out. */
export function RtlSetDaclSecurityDescriptor(
  descriptor: SecurityDescriptor,
  dacl: Acl | null | undefined,
  defaulted = false,
): SecurityDescriptor {
  return flagged(descriptor, { dacl }, SE_DACL_DEFAULTED, defaulted);
}

export function RtlSetSaclSecurityDescriptor(
  descriptor: SecurityDescriptor,
  sacl: Acl | null | undefined,
  defaulted = false,
): SecurityDescriptor {
  return flagged(descriptor, { sacl }, SE_SACL_DEFAULTED, defaulted);
}

export function RtlAbsoluteToSelfRelativeSD(descriptor: SecurityDescriptor): Uint8Array {
  return encodeDescriptor(descriptor);
}

export const RtlMakeSelfRelativeSD = RtlAbsoluteToSelfRelativeSD;

/** Raises as decodeDescriptor does. */
export function RtlSelfRelativeToAbsoluteSD(bytes: Uint8Array): SecurityDescriptor {
  return decodeDescriptor(bytes);
}

export function RtlValidSecurityDescriptor(bytes: Uint8Array): boolean {
  try {
    decodeDescriptor(bytes);
    return true;
  } catch (error) {
    if (error instanceof NtException) return false;
    throw error;
  }
}
