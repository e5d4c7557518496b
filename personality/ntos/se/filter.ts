/**
 * Tokens out of tokens: copies, and copies that may less.
 *
 *   duplicateToken(token, how)    NtDuplicateToken
 *   filterToken(token, how)       NtFilterToken: groups for denying alone, privileges gone, SIDs
 *                                 that restrict
 *
 * Whatever is asked for, the result never may more than the token that it is made of: a restricted
 * one stays restricted, by what both lists have; a lower level of impersonation stays that.
 */
import * as sec from '../../rtl/security/constants.ts';
import type { Sid } from '../../rtl/security/sid.ts';
import type { SidAndAttributes } from '../../rtl/security/structures.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { makeToken } from './processes.ts';
import type { Token, TokenParts } from './token.ts';

export interface Duplication {
  readonly type: number;
  readonly level: number;
  readonly effectiveOnly: boolean;
}

export interface Filter {
  readonly flags: number;
  readonly disable: readonly Sid[];
  readonly remove: readonly number[];
  readonly restrict: readonly Sid[];
}

type Made = { readonly status: number; readonly token?: Token };

const KNOWN_FLAGS = sec.DISABLE_MAX_PRIVILEGE | sec.SANDBOX_INERT | sec.WRITE_RESTRICTED;
const DENY_ONLY = sec.SE_GROUP_USE_FOR_DENY_ONLY;

function failed(status: number): Made {
  return { status };
}

/** Without what is switched off, so that nobody can switch it on. */
function effective(parts: TokenParts): TokenParts {
  const counts = ({ attributes }: SidAndAttributes): boolean =>
    (attributes & (sec.SE_GROUP_ENABLED | DENY_ONLY)) !== 0;
  const privileges = [...parts.privileges].filter(
    ([, attributes]) => (attributes & sec.SE_PRIVILEGE_ENABLED) !== 0,
  );
  return { ...parts, groups: parts.groups.filter(counts), privileges: new Map(privileges) };
}

export function duplicateToken(token: Token, { type, level, effectiveOnly }: Duplication): Made {
  if (type !== sec.TokenPrimary && type !== sec.TokenImpersonation)
    return failed(Status.STATUS_INVALID_PARAMETER);
  if (level > sec.SecurityDelegation) return failed(Status.STATUS_INVALID_PARAMETER);
  const { parts } = token;
  if (parts.type === sec.TokenImpersonation) {
    const least = type === sec.TokenPrimary ? sec.SecurityImpersonation : level;
    if (parts.level < least) return failed(Status.STATUS_BAD_IMPERSONATION_LEVEL);
  }
  const state = effectiveOnly ? effective(token.state) : token.state;
  const own = type === sec.TokenPrimary ? sec.SecurityAnonymous : level;
  return {
    status: Status.STATUS_SUCCESS,
    token: makeToken({ ...state, type, level: own }, token.se),
  };
}

/** For denying alone. */
function disabled<T extends SidAndAttributes>(entry: T, sids: ReadonlySet<Sid>): SidAndAttributes {
  if (!sids.has(entry.sid)) return entry;
  const gone = sec.SE_GROUP_ENABLED | sec.SE_GROUP_ENABLED_BY_DEFAULT | sec.SE_GROUP_OWNER;
  return { sid: entry.sid, attributes: ((entry.attributes & ~gone) | DENY_ONLY) >>> 0 };
}

function restrictedSids(before: readonly Sid[] | undefined, more: readonly Sid[]) {
  if (more.length === 0) return before;
  return before ? before.filter((sid) => more.includes(sid)) : [...new Set(more)];
}

export function filterToken(token: Token, { flags, disable, remove, restrict }: Filter): Made {
  if ((flags & ~KNOWN_FLAGS) !== 0) return failed(Status.STATUS_INVALID_PARAMETER);
  const { state } = token;
  const sids = new Set(disable);
  const gone = new Set(remove);
  const all = (flags & sec.DISABLE_MAX_PRIVILEGE) !== 0;
  const kept = [...state.privileges].filter(
    ([number]) => !gone.has(number) && (!all || number === sec.SeChangeNotifyPrivilege),
  );
  const writeOnly = (flags & sec.WRITE_RESTRICTED) !== 0;
  const parts: TokenParts = {
    ...state,
    user: disabled(state.user, sids),
    groups: state.groups.map((group) => disabled(group, sids)),
    privileges: new Map(kept),
    restrictedSids: restrictedSids(state.restrictedSids, restrict),
    ...(state.restrictedSids ? { restrictedBefore: [...token.restrictedDenies] } : {}),
    writeRestricted: writeOnly && (!state.restrictedSids || state.writeRestricted),
    owner: sids.has(state.owner) ? state.user.sid : state.owner,
  };
  return { status: Status.STATUS_SUCCESS, token: makeToken(parts, token.se) };
}
