/**
 * NtQueryInformationToken and NtSetInformationToken.
 *
 *   describeToken(token, class)     the structure, or undefined: no such class
 *   changeToken(token, class, data) a status
 */
import * as sec from '../../rtl/security/constants.ts';
import type { SidAndAttributes } from '../../rtl/security/structures.ts';
import * as structures from '../../rtl/security/structures.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { mayOwn } from './assign.ts';
import type { Token } from './token.ts';

function word(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

export function privilegesOf({ privileges }: Token): structures.LuidAndAttributes[] {
  return [...privileges].map(([luid, attributes]) => ({ luid, attributes }));
}

function statistics(token: Token): Uint8Array {
  const { parts, id, modifiedId, groups, privileges } = token;
  const bytes = 64 * (groups.length + 1) + 12 * privileges.size;
  return structures.encodeStatistics({
    tokenId: id,
    authenticationId: parts.authenticationId,
    expirationTime: 0,
    type: parts.type,
    level: parts.level,
    dynamicCharged: bytes,
    dynamicAvailable: 0,
    groupCount: groups.length,
    privilegeCount: privileges.size,
    modifiedId,
  });
}

const REMAINING: SidAndAttributes['attributes'] =
  sec.SE_GROUP_MANDATORY | sec.SE_GROUP_ENABLED_BY_DEFAULT | sec.SE_GROUP_ENABLED;

export function describeToken(token: Token, which: number): Uint8Array | undefined {
  const { parts, defaults } = token;
  switch (which) {
    case sec.TokenUser:
      return structures.encodeUser(parts.user);
    case sec.TokenGroups:
      return structures.encodeGroups(token.groups);
    case sec.TokenPrivileges:
      return structures.encodePrivileges(privilegesOf(token));
    case sec.TokenOwner:
      return structures.encodeSidPointer(defaults.owner);
    case sec.TokenPrimaryGroup:
      return structures.encodeSidPointer(defaults.primaryGroup);
    case sec.TokenDefaultDacl:
      return structures.encodeDefaultDacl(defaults.defaultDacl);
    case sec.TokenSource:
      return structures.encodeSource(parts.source);
    case sec.TokenType:
      return word(parts.type);
    case sec.TokenImpersonationLevel:
      return parts.type === sec.TokenImpersonation ? word(parts.level) : undefined;
    case sec.TokenStatistics:
      return statistics(token);
    case sec.TokenRestrictedSids:
      return structures.encodeGroups(
        (parts.restrictedSids ?? []).map((sid) => ({ sid, attributes: REMAINING })),
      );
    case sec.TokenSessionId:
      return word(0);
    case sec.TokenHasRestrictions:
      return word(token.restricted ? 1 : 0);
    default:
      return undefined;
  }
}

/** Raises what the structures do, where `data` is none. */
export function changeToken(token: Token, which: number, data: Uint8Array): number {
  switch (which) {
    case sec.TokenOwner: {
      const owner = structures.decodeSidPointer(data);
      if (!mayOwn(token, owner)) return Status.STATUS_INVALID_OWNER;
      token.setDefaults({ owner });
      return Status.STATUS_SUCCESS;
    }
    case sec.TokenPrimaryGroup: {
      const primaryGroup = structures.decodeSidPointer(data);
      const isOwn = [token.parts.user, ...token.groups].some(({ sid }) => sid === primaryGroup);
      if (!isOwn) return Status.STATUS_INVALID_PRIMARY_GROUP;
      token.setDefaults({ primaryGroup });
      return Status.STATUS_SUCCESS;
    }
    case sec.TokenDefaultDacl:
      token.setDefaults({ defaultDacl: structures.decodeDefaultDacl(data) });
      return Status.STATUS_SUCCESS;
    default:
      return Status.STATUS_INVALID_INFO_CLASS;
  }
}
