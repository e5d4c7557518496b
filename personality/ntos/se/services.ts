/**
 * Services of security: tokens (here), checks and impersonation (actservices.ts), descriptors of
 * objects (objectservices.ts).
 *
 * A token that a service makes is charged to the caller, and referenced by its handle. Structures
 * that are none raise STATUS_INVALID_PARAMETER, STATUS_INVALID_SID or STATUS_INVALID_ACL.
 */
import { OBJ_INHERIT, PROCESS_QUERY_INFORMATION } from '../../rtl/objects.ts';
import * as sec from '../../rtl/security/constants.ts';
import type { Sid } from '../../rtl/security/sid.ts';
import * as structures from '../../rtl/security/structures.ts';
import type { ServiceInput } from '../../rtl/services.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { insertWithHandle } from '../ob/insert.ts';
import { openObject } from '../ob/named.ts';
import type { PsNeeds } from '../ps/needs.ts';
import type { PsCore } from '../ps/ps.ts';
import { processByHandle } from '../ps/services.ts';
import type { NtThread } from '../ps/types.ts';
import { grantAccess } from './access.ts';
import { registerActServices } from './actservices.ts';
import { adjustGroups, adjustPrivileges } from './adjust.ts';
import { mayOwn } from './assign.ts';
import { duplicateToken, filterToken } from './filter.ts';
import type { SeNeeds } from './needs.ts';
import { registerObjectServices } from './objectservices.ts';
import { lacksPrivilege } from './privilege.ts';
import { makeToken, tokenMapping, tokenType } from './processes.ts';
import { changeToken, describeToken } from './query.ts';
import type { Token } from './token.ts';

const SUCCESS = Status.STATUS_SUCCESS;
/** Characters that an entry of a token is charged as. */
const ENTRY = 32;

export interface FoundToken {
  readonly status: number;
  readonly token?: Token;
}

export function tokenByHandle(
  { ob }: SeNeeds,
  caller: NtThread,
  handle: number,
  access: number,
): FoundToken {
  const found = ob.referenceByHandle(caller.process, handle, tokenType, access);
  return { status: found.status, token: found.object as Token };
}

/** The handle of a token that the caller has made. `access` 0: `same`. */
function handleTo(
  executive: SeNeeds,
  caller: NtThread,
  token: Token,
  { access, attributes, same = 0 }: { access: number; attributes: number; same?: number },
): { status: number; handle?: number } {
  const granted = access === 0 ? same : grantAccess(access, tokenMapping);
  if (granted === undefined) return { status: Status.STATUS_ACCESS_DENIED };
  const inherit = (attributes & OBJ_INHERIT) !== 0;
  const text = ENTRY * (token.groups.length + token.privileges.size);
  return insertWithHandle(executive, caller, '', token, { access: granted, inherit, text });
}

/** The rights of a handle that is there. */
function rightsOf({ process }: NtThread, handle: number): number {
  return process.handles.get(handle)?.access ?? 0;
}

function duplicate(executive: SeNeeds, caller: NtThread, input: ServiceInput<'NtDuplicateToken'>) {
  const found = tokenByHandle(executive, caller, input.handle, sec.TOKEN_DUPLICATE);
  if (!found.token) return { status: found.status };
  const { status, token } = duplicateToken(found.token, input);
  if (!token) return { status };
  const same = rightsOf(caller, input.handle);
  return handleTo(executive, caller, token, { ...input, same });
}

function sidsOf(groups: readonly structures.SidAndAttributes[]): Sid[] {
  return groups.map(({ sid }) => sid);
}

function filter(executive: SeNeeds, caller: NtThread, input: ServiceInput<'NtFilterToken'>) {
  const found = tokenByHandle(executive, caller, input.handle, sec.TOKEN_DUPLICATE);
  if (!found.token) return { status: found.status };
  const restrict = structures.decodeGroups(input.restrict);
  if (restrict.some(({ attributes }) => attributes !== 0))
    return { status: Status.STATUS_INVALID_PARAMETER };
  const { status, token } = filterToken(found.token, {
    flags: input.flags,
    disable: sidsOf(structures.decodeGroups(input.disable)),
    remove: structures.decodePrivileges(input.remove).map(({ luid }) => luid),
    restrict: sidsOf(restrict),
  });
  if (!token) return { status };
  const same = rightsOf(caller, input.handle);
  return handleTo(executive, caller, token, { access: 0, attributes: 0, same });
}

const PRIVILEGE_BITS = sec.SE_PRIVILEGE_ENABLED | sec.SE_PRIVILEGE_ENABLED_BY_DEFAULT;

/** The parts of a new token, or what is wrong with them. */
function create(executive: SeNeeds, caller: NtThread, input: ServiceInput<'NtCreateToken'>) {
  const refused = lacksPrivilege(caller, sec.SeCreateTokenPrivilege);
  if (refused) return refused;
  const { type, level, authenticationId } = input;
  const isPrimary = type === sec.TokenPrimary;
  if (!isPrimary && type !== sec.TokenImpersonation)
    return { status: Status.STATUS_BAD_TOKEN_TYPE };
  if (level > sec.SecurityDelegation) return { status: Status.STATUS_BAD_IMPERSONATION_LEVEL };
  if (!Number.isSafeInteger(authenticationId)) return { status: Status.STATUS_INVALID_PARAMETER };
  const privileges = structures.decodePrivileges(input.privileges);
  const isKnown = (luid: number): boolean =>
    luid >= sec.SE_MIN_WELL_KNOWN_PRIVILEGE && luid <= sec.SE_MAX_WELL_KNOWN_PRIVILEGE;
  if (!privileges.every(({ luid }) => isKnown(luid)))
    return { status: Status.STATUS_NO_SUCH_PRIVILEGE };
  const user = structures.decodeUser(input.user);
  const owner = input.owner.length > 0 ? structures.decodeSidPointer(input.owner) : user.sid;
  const token = makeToken(
    {
      user: { sid: user.sid, attributes: 0 },
      groups: structures.decodeGroups(input.groups),
      privileges: new Map(
        privileges.map(({ luid, attributes }) => [luid, attributes & PRIVILEGE_BITS]),
      ),
      restrictedSids: undefined,
      writeRestricted: false,
      owner,
      primaryGroup: structures.decodeSidPointer(input.primaryGroup),
      defaultDacl:
        input.defaultDacl.length > 0 ? structures.decodeDefaultDacl(input.defaultDacl) : null,
      source: structures.decodeSource(input.source),
      type,
      level: isPrimary ? sec.SecurityAnonymous : level,
      authenticationId,
    },
    executive.se,
  );
  if (!mayOwn(token, owner)) return { status: Status.STATUS_INVALID_OWNER };
  return handleTo(executive, caller, token, input);
}

export function registerSecurityServices(executive: SeNeeds & PsNeeds, ps: PsCore): void {
  const { ke, se } = executive;
  registerActServices(executive, ps);
  registerObjectServices(executive);

  ke.register('NtOpenProcessToken', (caller, { process, access, attributes = 0 }) => {
    const found = processByHandle(executive, ps, caller, process, PROCESS_QUERY_INFORMATION);
    if (!found.process) return { status: found.status };
    return openObject(executive, caller, found.process.token, { access, attributes });
  });
  ke.register('NtDuplicateToken', (caller, input) => duplicate(executive, caller, input));
  ke.register('NtFilterToken', (caller, input) => filter(executive, caller, input));
  ke.register('NtCreateToken', (caller, input) => create(executive, caller, input));

  ke.register('NtAdjustPrivilegesToken', (caller, { handle, disableAll, state }) => {
    const found = tokenByHandle(executive, caller, handle, sec.TOKEN_ADJUST_PRIVILEGES);
    if (!found.token) return { status: found.status };
    const wanted = disableAll ? [] : structures.decodePrivileges(state);
    const { status, previous } = adjustPrivileges(found.token, disableAll, wanted);
    return { status, previous: structures.encodePrivileges(previous) };
  });

  ke.register('NtAdjustGroupsToken', (caller, { handle, reset, state }) => {
    const found = tokenByHandle(executive, caller, handle, sec.TOKEN_ADJUST_GROUPS);
    if (!found.token) return { status: found.status };
    const wanted = reset ? [] : structures.decodeGroups(state);
    const { status, previous } = adjustGroups(found.token, reset, wanted);
    return { status, previous: structures.encodeGroups(previous) };
  });

  ke.register('NtQueryInformationToken', (caller, { handle, class: which, length }) => {
    const right = which === sec.TokenSource ? sec.TOKEN_QUERY_SOURCE : sec.TOKEN_QUERY;
    const found = tokenByHandle(executive, caller, handle, right);
    if (!found.token) return { status: found.status };
    const data = describeToken(found.token, which);
    if (!data) return { status: Status.STATUS_INVALID_INFO_CLASS };
    const needed = data.length;
    if (length < needed) return { status: Status.STATUS_BUFFER_TOO_SMALL, needed };
    return { status: SUCCESS, data, needed };
  });

  ke.register('NtSetInformationToken', (caller, { handle, class: which, data }) => {
    const found = tokenByHandle(executive, caller, handle, sec.TOKEN_ADJUST_DEFAULT);
    if (!found.token) return { status: found.status };
    return { status: changeToken(found.token, which, data) };
  });

  ke.register('NtAllocateLocallyUniqueId', () => ({ status: SUCCESS, luid: se.newLuid() }));
}
