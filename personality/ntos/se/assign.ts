/**
 * SeAssignSecurity: the descriptor of a new object.
 *
 * Owner and group are the wish of who makes it, or his token's. The DACL is what he gives, or what
 * the container's has for its children, or his token's default. Generic rights become the type's
 * own; "creator owner" and "creator group" become who they stand for. An entry that changes so and
 * is handed on as well is there twice: once as it counts, once as it is inherited.
 *
 *   assignSecurity(token, mapping, given)   a status and the descriptor
 *   mayOwn(token, sid)                      an owner that the token may give
 *   mapAcl(acl, mapping, creator)           a list that an object is given later
 *
 * Without a wish, and where nothing is inherited, all objects of one type that one token makes have
 * the same descriptor: what is decided of one is known of all.
 *
 * Source: [MS-DTYP] 2.5.3.4, and the documentation of SeAssignSecurity. No automatic inheritance.
 */
import type { Ace, Acl } from '../../rtl/security/acl.ts';
import * as se from '../../rtl/security/constants.ts';
import type { SecurityDescriptor } from '../../rtl/security/descriptor.ts';
import type { Sid } from '../../rtl/security/sid.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { expandGeneric, type GenericMapping } from './access.ts';
import type { Token } from './token.ts';

export interface Assignment {
  /** What who makes it asks for. */
  readonly explicit?: SecurityDescriptor | undefined;
  /** The descriptor of the container that it comes into. */
  readonly parent?: SecurityDescriptor | undefined;
  /** It will hold objects itself. */
  readonly container?: boolean;
}

interface Creator {
  readonly owner: Sid;
  readonly group: Sid;
}

const PASSED_ON = se.OBJECT_INHERIT_ACE | se.CONTAINER_INHERIT_ACE;
const INHERITANCE = PASSED_ON | se.NO_PROPAGATE_INHERIT_ACE | se.INHERIT_ONLY_ACE;

export function mayOwn(token: Token, sid: Sid): boolean {
  if (sid === token.parts.user.sid) return true;
  return token.groups.some(
    ({ sid: group, attributes }) =>
      group === sid &&
      (attributes & se.SE_GROUP_OWNER) !== 0 &&
      (attributes & se.SE_GROUP_USE_FOR_DENY_ONLY) === 0,
  );
}

function concrete(ace: Ace, mapping: GenericMapping, { owner, group }: Creator): Ace {
  const sid =
    ace.sid === se.SID_CREATOR_OWNER ? owner : ace.sid === se.SID_CREATOR_GROUP ? group : ace.sid;
  return { ...ace, sid, mask: expandGeneric(ace.mask, mapping) };
}

/** As it counts for the object, and, where that is not the same, as its children inherit it. */
function settle(ace: Ace, mapping: GenericMapping, creator: Creator): Ace[] {
  if ((ace.flags & se.INHERIT_ONLY_ACE) !== 0) return [ace];
  const own = concrete(ace, mapping, creator);
  if (own.mask === ace.mask && own.sid === ace.sid) return [ace];
  const counting = { ...own, flags: ace.flags & ~INHERITANCE };
  if ((ace.flags & PASSED_ON) === 0) return [counting];
  return [counting, { ...ace, flags: ace.flags | se.INHERIT_ONLY_ACE }];
}

/** What an entry of a container becomes in a child of it; undefined: nothing. */
function inherited(ace: Ace, container: boolean): Ace | undefined {
  const has = (flag: number): boolean => (ace.flags & flag) !== 0;
  const ends = has(se.NO_PROPAGATE_INHERIT_ACE);
  const own = ace.flags & ~INHERITANCE;
  if (!container) return has(se.OBJECT_INHERIT_ACE) ? { ...ace, flags: own } : undefined;
  const on = ace.flags & PASSED_ON;
  if (has(se.CONTAINER_INHERIT_ACE)) return { ...ace, flags: ends ? own : own | on };
  if (!has(se.OBJECT_INHERIT_ACE) || ends) return undefined;
  return { ...ace, flags: own | on | se.INHERIT_ONLY_ACE };
}

function inheritedAcl(parent: SecurityDescriptor | undefined, container: boolean): Acl | undefined {
  const from = parent?.dacl;
  if (!from) return undefined;
  const aces = from.aces.map((ace) => inherited(ace, container)).filter((ace) => !!ace);
  return aces.length > 0 ? { revision: from.revision, aces } : undefined;
}

/** The list with a type's own rights in the place of generic ones. */
export function mapAcl(acl: Acl | null, mapping: GenericMapping, creator: Creator): Acl | null {
  if (!acl) return null;
  return { ...acl, aces: acl.aces.flatMap((ace) => settle(ace, mapping, creator)) };
}

function explicitDacl({ explicit }: Assignment, defaulted: boolean): Acl | null | undefined {
  if (!explicit || explicit.dacl === undefined) return undefined;
  const isDefault = (explicit.control & se.SE_DACL_DEFAULTED) !== 0;
  return isDefault === defaulted ? explicit.dacl : undefined;
}

function build(token: Token, mapping: GenericMapping, given: Assignment): SecurityDescriptor {
  const { defaults } = token;
  const { explicit } = given;
  const owner = explicit?.owner ?? defaults.owner;
  const group = explicit?.group ?? defaults.primaryGroup;
  const wanted = explicitDacl(given, false);
  const acl =
    wanted === undefined
      ? (inheritedAcl(given.parent, given.container ?? false) ??
        explicitDacl(given, true) ??
        defaults.defaultDacl)
      : wanted;
  const protection = (explicit?.control ?? 0) & (se.SE_DACL_PROTECTED | se.SE_SACL_PROTECTED);
  return {
    control: protection,
    owner,
    group,
    dacl: mapAcl(acl, mapping, { owner, group }),
    sacl: explicit?.sacl,
  };
}

export function assignSecurity(
  token: Token,
  mapping: GenericMapping,
  given: Assignment = {},
): { status: number; descriptor?: SecurityDescriptor } {
  const { explicit, parent, container = false } = given;
  if (!explicit && !inheritedAcl(parent, container)) {
    let known = token.made.get(mapping);
    if (!known) token.made.set(mapping, (known = build(token, mapping, {})));
    return { status: Status.STATUS_SUCCESS, descriptor: known };
  }
  const owner = explicit?.owner;
  if (owner !== undefined && !mayOwn(token, owner) && !token.holds(se.SeRestorePrivilege))
    return { status: Status.STATUS_INVALID_OWNER };
  if (explicit?.sacl !== undefined && !token.holds(se.SeSecurityPrivilege))
    return { status: Status.STATUS_PRIVILEGE_NOT_HELD };
  return { status: Status.STATUS_SUCCESS, descriptor: build(token, mapping, given) };
}
