/**
 * SeAccessCheck: what a token may do with an object that has a certain descriptor.
 *
 * Every right is a bit, and the first entry of the DACL that names one of the token's SIDs and the
 * bit decides it: so all that a descriptor grants to a token is one mask (`allowedMask`), and a
 * request is granted exactly if it is part of that. Before the DACL comes what an owner always may
 * (READ_CONTROL and WRITE_DAC, unless the DACL speaks of "owner rights"), and what privileges give:
 * SeSecurityPrivilege the SACL, SeTakeOwnershipPrivilege WRITE_OWNER. A restricted token is asked
 * twice, once with its SIDs and once with its restricting ones, and has what both give.
 *
 *   allowedMask(descriptor, subject, mapping)        DACL and ownership
 *   SeAccessCheck(descriptor, subject, desired, mapping)
 *   decide(mask, subject, desired, mapping)          the same, where the mask is known
 *
 * Entries of objects (with a GUID) grant nothing here, and deny as if they had none; those with a
 * condition likewise. Audit entries change nothing.
 *
 * Source: [MS-DTYP] 2.5.3, and the documentation of SeAccessCheck.
 */
import { MAXIMUM_ALLOWED, READ_CONTROL } from '../../rtl/objects.ts';
import type { Ace } from '../../rtl/security/acl.ts';
import * as se from '../../rtl/security/constants.ts';
import type { SecurityDescriptor } from '../../rtl/security/descriptor.ts';
import type { Sid } from '../../rtl/security/sid.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { expandGeneric, type GenericMapping } from './access.ts';

/** What an access check asks of a token. */
export interface Subject {
  /** SIDs that entries allow something to. */
  readonly allows: ReadonlySet<Sid>;
  /** SIDs that entries deny something to: those, and the ones that are for that alone. */
  readonly denies: ReadonlySet<Sid>;
  /** Undefined: the token is not restricted. */
  readonly restricted: ReadonlySet<Sid> | undefined;
  /** SIDs that deny it something in the second question. */
  readonly restrictedDenies: ReadonlySet<Sid>;
  /** The restricting SIDs are asked about writing alone. */
  readonly writeRestricted: boolean;
  /** It holds the privilege, and it is enabled. */
  holds(privilege: number): boolean;
}

export interface AccessDecision {
  readonly status: number;
  readonly granted: number;
  /** Privileges without which it would have been refused. */
  readonly used: readonly number[];
}

const EVERYTHING = 0xffff_ffff;
const OWNER_IMPLIED = READ_CONTROL | se.WRITE_DAC;

function isAllowing({ type, objectType }: Ace): boolean {
  return (
    type === se.ACCESS_ALLOWED_ACE_TYPE ||
    (type === se.ACCESS_ALLOWED_OBJECT_ACE_TYPE && objectType === undefined)
  );
}

function isDenying({ type }: Ace): boolean {
  return (
    type === se.ACCESS_DENIED_ACE_TYPE ||
    type === se.ACCESS_DENIED_OBJECT_ACE_TYPE ||
    type === se.ACCESS_DENIED_CALLBACK_ACE_TYPE
  );
}

/** One walk along the DACL. */
function pass(
  { dacl }: SecurityDescriptor,
  allows: ReadonlySet<Sid>,
  denies: ReadonlySet<Sid>,
  owns: boolean,
): number {
  if (!dacl) return EVERYTHING;
  let granted = 0;
  let decided = 0;
  let ownerRights = false;
  for (const ace of dacl.aces) {
    if ((ace.flags & se.INHERIT_ONLY_ACE) !== 0) continue;
    const ofOwner = ace.sid === se.SID_OWNER_RIGHTS;
    ownerRights ||= ofOwner;
    const counts = (sids: ReadonlySet<Sid>): boolean => (ofOwner ? owns : sids.has(ace.sid));
    const allowing = isAllowing(ace) && counts(allows);
    if (allowing) granted |= ace.mask & ~decided;
    if (allowing || (isDenying(ace) && counts(denies))) decided |= ace.mask;
  }
  if (owns && !ownerRights) granted |= OWNER_IMPLIED;
  return granted >>> 0;
}

export function allowedMask(
  descriptor: SecurityDescriptor,
  { allows, denies, restricted, restrictedDenies, writeRestricted }: Subject,
  mapping: GenericMapping,
): number {
  const { owner } = descriptor;
  const owns = owner !== undefined && allows.has(owner);
  const first = pass(descriptor, allows, denies, owns);
  if (!restricted) return first;
  const both = owns && restricted.has(owner);
  const second = pass(descriptor, restricted, restrictedDenies, both);
  const free = writeRestricted ? mapping.read | mapping.execute : 0;
  return (first & (second | free)) >>> 0;
}

export function decide(
  mask: number,
  subject: Subject,
  desired: number,
  mapping: GenericMapping,
): AccessDecision {
  let wanted = expandGeneric(desired, mapping);
  let granted = 0;
  const used: number[] = [];
  const refused = (status: number): AccessDecision => ({ status, granted: 0, used: [] });
  if ((wanted & se.ACCESS_SYSTEM_SECURITY) !== 0) {
    if (!subject.holds(se.SeSecurityPrivilege)) return refused(Status.STATUS_PRIVILEGE_NOT_HELD);
    used.push(se.SeSecurityPrivilege);
    granted |= se.ACCESS_SYSTEM_SECURITY;
    wanted &= ~se.ACCESS_SYSTEM_SECURITY;
  }
  if ((wanted & MAXIMUM_ALLOWED) !== 0) {
    granted |= mask & mapping.all;
    wanted &= ~MAXIMUM_ALLOWED;
    if (granted === 0) return refused(Status.STATUS_ACCESS_DENIED);
  }
  let missing = wanted & ~mask;
  if ((missing & se.WRITE_OWNER) !== 0 && subject.holds(se.SeTakeOwnershipPrivilege)) {
    used.push(se.SeTakeOwnershipPrivilege);
    missing &= ~se.WRITE_OWNER;
  }
  if (missing !== 0) return refused(Status.STATUS_ACCESS_DENIED);
  return { status: Status.STATUS_SUCCESS, granted: (granted | wanted) >>> 0, used };
}

export function SeAccessCheck(
  descriptor: SecurityDescriptor,
  subject: Subject,
  desired: number,
  mapping: GenericMapping,
): AccessDecision {
  return decide(allowedMask(descriptor, subject, mapping), subject, desired, mapping);
}
