/**
 * Whether one token may at least what another one may.
 *
 * Who gets at another's handles, threads or token has what that one has. So these rights, the
 * making of a process with a given token, and full impersonation go to those who would gain
 * nothing by them, whatever a descriptor says, or who hold the privilege for it. NT asks whether
 * the tokens are of one logon and leaves the rest to integrity levels; here this is the one rule.
 *
 *   dominates(one, other)
 *
 * `one` must have every privilege of `other` (enabled or not: its holder can enable it), be the
 * same user with every group that `other` can make use of, be denied by no group that `other` is
 * not denied by, and be restricted by no SID unless `other` is as much.
 */
import * as se from '../../rtl/security/constants.ts';
import type { Sid } from '../../rtl/security/sid.ts';
import type { Token } from './token.ts';

const DENY_ONLY = se.SE_GROUP_USE_FOR_DENY_ONLY;

function sids(token: Token, wanted: (denyOnly: boolean) => boolean): Set<Sid> {
  const all = [token.parts.user, ...token.groups];
  return new Set(
    all.filter(({ attributes }) => wanted((attributes & DENY_ONLY) !== 0)).map(({ sid }) => sid),
  );
}

function contains(one: ReadonlySet<unknown>, other: Iterable<unknown>): boolean {
  for (const member of other) if (!one.has(member)) return false;
  return true;
}

/** Restricting SIDs of `one` are none, or include all of the other's, which has some. */
function isNoMoreRestricted(one: Token, other: Token): boolean {
  if (!one.restricted) return true;
  if (!other.restricted) return false;
  if (one.writeRestricted !== other.writeRestricted && other.writeRestricted) return false;
  return (
    contains(one.restricted, other.restricted) &&
    contains(other.restrictedDenies, one.restrictedDenies)
  );
}

export function dominates(one: Token, other: Token): boolean {
  if (one === other) return true;
  const usable = (denyOnly: boolean): boolean => !denyOnly;
  return (
    one.parts.user.sid === other.parts.user.sid &&
    isNoMoreRestricted(one, other) &&
    contains(new Set(one.privileges.keys()), other.privileges.keys()) &&
    contains(sids(one, usable), sids(other, usable)) &&
    contains(
      sids(other, () => true),
      sids(one, () => true),
    )
  );
}
