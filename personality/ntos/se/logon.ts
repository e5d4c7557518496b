/**
 * The tokens that processes start with.
 *
 *   tokenFor(se, kind, maker, logon)   of a process that is given none
 *
 * | who | user | privileges |
 * |---|---|---|
 * | session manager, agent | LocalSystem | all |
 * | a client that these start: the shell | Administrator | those of administrators |
 * | what a client or driver starts | as its maker | SeChangeNotifyPrivilege |
 * | drivers | LocalService | SeChangeNotifyPrivilege |
 *
 * So a program that the shell starts opens what the shell can open, and may do nothing to the
 * system; who would give it more starts it with a token of his own.
 */
import type { Acl } from '../../rtl/security/acl.ts';
import { RtlAddAccessAllowedAce } from '../../rtl/security/acl.ts';
import { GENERIC_ALL, GENERIC_EXECUTE } from '../../rtl/objects.ts';
import { GENERIC_READ } from '../../rtl/nt.ts';
import * as sec from '../../rtl/security/constants.ts';
import type { Sid } from '../../rtl/security/sid.ts';
import type { SidAndAttributes } from '../../rtl/security/structures.ts';
import type { ProcessKind } from '../ps/quotatable.ts';
import { makeToken } from './processes.ts';
import { SYSTEM_LUID } from './se.ts';
import type { Privileges, Token, TokenParts } from './token.ts';
import type { Se } from './types.ts';

const ON = sec.SE_PRIVILEGE_ENABLED | sec.SE_PRIVILEGE_ENABLED_BY_DEFAULT;
const OFF = 0;
const MEMBER = sec.SE_GROUP_MANDATORY | sec.SE_GROUP_ENABLED_BY_DEFAULT | sec.SE_GROUP_ENABLED;
/** Of which the token may make owners. */
const OWNING = MEMBER | sec.SE_GROUP_OWNER;

/** SE_GROUP_LOGON_ID. */
const LOGON = (MEMBER | sec.SE_GROUP_LOGON_ID) >>> 0;

function member(sid: Sid, attributes = MEMBER): SidAndAttributes {
  return { sid, attributes };
}

function dacl(entries: readonly (readonly [Sid, number])[]): Acl {
  return entries.reduce<Acl>(
    (acl, [sid, mask]) => RtlAddAccessAllowedAce(acl, sec.ACL_REVISION, mask, sid).acl,
    { revision: sec.ACL_REVISION, aces: [] },
  );
}

const MASTERS = [
  [sec.SID_LOCAL_SYSTEM, GENERIC_ALL],
  [sec.SID_ADMINISTRATORS, GENERIC_ALL],
] as const;

const common = {
  restrictedSids: undefined,
  writeRestricted: false,
  type: sec.TokenPrimary,
  level: sec.SecurityAnonymous,
} as const;

/** Enabled from the start are those that a shell's commands use. */
const administrators: Privileges = new Map([
  [sec.SeChangeNotifyPrivilege, ON],
  [sec.SeLoadDriverPrivilege, ON],
  [sec.SeShutdownPrivilege, ON],
  [sec.SeDebugPrivilege, ON],
  [sec.SeCreatePermanentPrivilege, ON],
  [sec.SeImpersonatePrivilege, ON],
  [sec.SeIncreaseQuotaPrivilege, OFF],
  [sec.SeSecurityPrivilege, OFF],
  [sec.SeTakeOwnershipPrivilege, OFF],
  [sec.SeSystemtimePrivilege, OFF],
  [sec.SeBackupPrivilege, OFF],
  [sec.SeRestorePrivilege, OFF],
]);

const allPrivileges = (): number[] => {
  const first = sec.SE_MIN_WELL_KNOWN_PRIVILEGE;
  const count = sec.SE_MAX_WELL_KNOWN_PRIVILEGE - first + 1;
  return Array.from({ length: count }, (_, index) => first + index);
};

/** The SID of a logon: one for each family of processes. */
const logonSid = (logon: number): string => `S-1-5-5-0-${logon}`;

function systemParts(): TokenParts {
  return {
    ...common,
    user: member(sec.SID_LOCAL_SYSTEM, 0),
    groups: [
      member(sec.SID_ADMINISTRATORS, OWNING & ~sec.SE_GROUP_MANDATORY),
      member(sec.SID_EVERYONE),
      member(sec.SID_AUTHENTICATED_USERS),
      member(sec.SID_USERS),
    ],
    privileges: new Map(allPrivileges().map((number) => [number, ON])),
    owner: sec.SID_ADMINISTRATORS,
    primaryGroup: sec.SID_LOCAL_SYSTEM,
    defaultDacl: dacl(MASTERS),
    source: { name: '*SYSTEM*', identifier: 0 },
    authenticationId: SYSTEM_LUID,
  };
}

function administratorParts(logon: number): TokenParts {
  const sid = logonSid(logon);
  return {
    ...common,
    user: member(sec.SID_ADMINISTRATOR, 0),
    groups: [
      member(sec.SID_ADMINISTRATORS, OWNING),
      member(sec.SID_USERS),
      member(sec.SID_EVERYONE),
      member(sec.SID_LOCAL),
      member(sec.SID_INTERACTIVE),
      member(sec.SID_AUTHENTICATED_USERS),
      member(sid, LOGON),
    ],
    privileges: administrators,
    owner: sec.SID_ADMINISTRATORS,
    primaryGroup: sec.SID_USERS,
    defaultDacl: dacl([...MASTERS, [sid, (GENERIC_READ | GENERIC_EXECUTE) >>> 0]]),
    source: { name: 'User32', identifier: logon },
    authenticationId: logon,
  };
}

function driverParts(logon: number): TokenParts {
  return {
    ...common,
    user: member(sec.SID_LOCAL_SERVICE, 0),
    groups: [
      member(sec.SID_SERVICE),
      member(sec.SID_USERS),
      member(sec.SID_EVERYONE),
      member(sec.SID_AUTHENTICATED_USERS),
      member(logonSid(logon), LOGON),
    ],
    privileges: new Map([[sec.SeChangeNotifyPrivilege, ON]]),
    owner: sec.SID_LOCAL_SERVICE,
    primaryGroup: sec.SID_LOCAL_SERVICE,
    defaultDacl: dacl([...MASTERS, [sec.SID_LOCAL_SERVICE, GENERIC_ALL]]),
    source: { name: 'Driver', identifier: logon },
    authenticationId: logon,
  };
}

function childParts(maker: Token): TokenParts {
  const kept = maker.privileges.get(sec.SeChangeNotifyPrivilege);
  return {
    ...maker.state,
    privileges: new Map(kept === undefined ? [] : [[sec.SeChangeNotifyPrivilege, kept]]),
    type: sec.TokenPrimary,
    level: sec.SecurityAnonymous,
  };
}

/** Who makes a process, as far as its token depends on him. */
export interface Maker {
  readonly kind: ProcessKind;
  readonly token: Token;
}

function partsFor(kind: ProcessKind, maker: Maker | undefined, logon: number): TokenParts {
  if (kind === 'system') return systemParts();
  if (kind === 'driver') return driverParts(logon);
  return maker && maker.kind !== 'system' ? childParts(maker.token) : administratorParts(logon);
}

export function tokenFor(
  se: Se,
  kind: ProcessKind,
  maker: Maker | undefined,
  logon: number,
): Token {
  return makeToken(partsFor(kind, maker, logon), se);
}

/** What a process gets of a token that it is started with: a primary one of its own. */
export function primaryCopy(token: Token): Token {
  const parts = { ...token.state, type: sec.TokenPrimary, level: sec.SecurityAnonymous };
  return makeToken(parts, token.se);
}
