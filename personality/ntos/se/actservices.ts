/**
 * Services of access checks and impersonation: NtAccessCheck, NtPrivilegeCheck, NtOpenThreadToken,
 * NtImpersonateThread, NtSetInformationThread.
 */
import {
  OBJ_INHERIT,
  THREAD_DIRECT_IMPERSONATION,
  THREAD_IMPERSONATE,
  THREAD_QUERY_INFORMATION,
  THREAD_SET_INFORMATION,
  THREAD_SET_THREAD_TOKEN,
  ThreadBasePriority,
} from '../../rtl/objects.ts';
import * as sec from '../../rtl/security/constants.ts';
import { decodeDescriptor } from '../../rtl/security/descriptor.ts';
import {
  decodePrivilegeSet,
  encodePrivilegeSet,
  type PrivilegeSet,
} from '../../rtl/security/structures.ts';
import type { ServiceInput } from '../../rtl/services.ts';
import * as Status from '../../rtl/ntstatus.ts';
import type { PsNeeds } from '../ps/needs.ts';
import type { PsCore } from '../ps/ps.ts';
import { setBasePriority } from '../ps/priority.ts';
import { threadByHandle } from '../ps/threadservices.ts';
import { threadClasses } from '../ps/classes.ts';
import type { NtThread } from '../ps/types.ts';
import { SeAccessCheck } from './accesscheck.ts';
import { checkAccess, isActing } from './check.ts';
import { clientToken, impersonate, revertToSelf } from './impersonate.ts';
import type { SeNeeds } from './needs.ts';
import { tokenType } from './processes.ts';
import { effectiveToken, type Token } from './token.ts';

const SUCCESS = Status.STATUS_SUCCESS;
/** Of classes that can be asked for, and of those that there are not. */
const NOT_SUPPORTED = Status.STATUS_NOT_SUPPORTED;
const INVALID_INFO_CLASS = Status.STATUS_INVALID_INFO_CLASS;
/** Classes of NtSetInformationThread, and the access that each needs. */
const SETTABLE: Readonly<Record<number, number>> = {
  [ThreadBasePriority]: THREAD_SET_INFORMATION,
  [sec.ThreadImpersonationToken]: THREAD_SET_THREAD_TOKEN,
};
const GENERIC = 0xf000_0000;

function tokenOf({ ob }: SeNeeds, { process }: NtThread, handle: number, access: number) {
  const { status, object } = ob.referenceByHandle(process, handle, tokenType, access);
  return { status, token: object as Token | undefined };
}

function accessCheck(executive: SeNeeds, caller: NtThread, input: ServiceInput<'NtAccessCheck'>) {
  const { status, token } = tokenOf(executive, caller, input.token, sec.TOKEN_QUERY);
  if (!token) return { status };
  if (token.parts.type !== sec.TokenImpersonation)
    return { status: Status.STATUS_NO_IMPERSONATION_TOKEN };
  if (token.parts.level < sec.SecurityIdentification)
    return { status: Status.STATUS_BAD_IMPERSONATION_LEVEL };
  if ((input.access & GENERIC) !== 0) return { status: Status.STATUS_GENERIC_NOT_MAPPED };
  const descriptor = decodeDescriptor(input.descriptor);
  if (descriptor.owner === undefined || descriptor.group === undefined)
    return { status: Status.STATUS_INVALID_SECURITY_DESCR };
  const decision = SeAccessCheck(descriptor, token, input.access, input);
  const privileges = encodePrivilegeSet({
    control: 0,
    privileges: decision.used.map((luid) => ({
      luid,
      attributes: sec.SE_PRIVILEGE_USED_FOR_ACCESS,
    })),
  });
  return {
    status: SUCCESS,
    granted: decision.granted,
    accessStatus: decision.status,
    privileges,
  };
}

/** Those that are held are marked; whether that is enough. */
function privilegeCheck(token: Token, { control, privileges }: PrivilegeSet) {
  const marked = privileges.map(({ luid, attributes }) => ({
    luid,
    attributes: token.holds(luid)
      ? (attributes | sec.SE_PRIVILEGE_USED_FOR_ACCESS) >>> 0
      : attributes,
  }));
  const held = privileges.filter(({ luid }) => token.holds(luid)).length;
  const all = (control & sec.PRIVILEGE_SET_ALL_NECESSARY) !== 0;
  const result = all ? held === privileges.length : held > 0;
  return { result, privileges: encodePrivilegeSet({ control, privileges: marked }) };
}

function openThreadToken(
  executive: SeNeeds,
  caller: NtThread,
  thread: NtThread,
  { access, openAsSelf, attributes = 0 }: ServiceInput<'NtOpenThreadToken'>,
) {
  const token = thread.impersonation;
  if (!token) return { status: Status.STATUS_NO_TOKEN };
  if (token.parts.level === sec.SecurityAnonymous)
    return { status: Status.STATUS_CANT_OPEN_ANONYMOUS };
  const judge = openAsSelf ? caller.process.token : effectiveToken(caller);
  const { status, granted } = checkAccess(judge, token, access);
  if (status !== SUCCESS) return { status };
  const inherit = (attributes & OBJ_INHERIT) !== 0;
  return executive.ob.createHandle(caller.process, token, granted, false, inherit);
}

export function registerActServices(executive: SeNeeds & PsNeeds, ps: PsCore): void {
  const { ke } = executive;

  function threadOf(caller: NtThread, handle: number, access: number) {
    return threadByHandle(executive, ps, caller, handle, access);
  }

  ke.register('NtAccessCheck', (caller, input) => accessCheck(executive, caller, input));

  ke.register('NtPrivilegeCheck', (caller, input) => {
    const { status, token } = tokenOf(executive, caller, input.token, sec.TOKEN_QUERY);
    if (!token) return { status };
    if (!isActing(token)) return { status: Status.STATUS_BAD_IMPERSONATION_LEVEL };
    return { status: SUCCESS, ...privilegeCheck(token, decodePrivilegeSet(input.privileges)) };
  });

  ke.register('NtOpenThreadToken', (caller, input) => {
    const found = threadOf(caller, input.thread, THREAD_QUERY_INFORMATION);
    if (!found.thread) return { status: found.status };
    return openThreadToken(executive, caller, found.thread, input);
  });

  ke.register('NtImpersonateThread', (caller, { server, client, level, effectiveOnly }) => {
    const acting = threadOf(caller, server, THREAD_IMPERSONATE);
    if (!acting.thread) return { status: acting.status };
    const acted = threadOf(caller, client, THREAD_DIRECT_IMPERSONATION);
    if (!acted.thread) return { status: acted.status };
    if (level > sec.SecurityDelegation) return { status: Status.STATUS_INVALID_PARAMETER };
    if (acting.thread.state === 'ended') return { status: Status.STATUS_THREAD_IS_TERMINATING };
    const { status, token } = clientToken(acted.thread, level, effectiveOnly);
    return { status: token ? impersonate(acting.thread, token, level) : status };
  });

  ke.register('NtSetInformationThread', (caller, { handle, class: which, data }) => {
    const access = SETTABLE[which];
    if (access === undefined)
      return { status: threadClasses[which] ? NOT_SUPPORTED : INVALID_INFO_CLASS };
    if (data.length !== 4) return { status: Status.STATUS_INFO_LENGTH_MISMATCH };
    const found = threadOf(caller, handle, access);
    if (!found.thread) return { status: found.status };
    if (found.thread.state === 'ended') return { status: Status.STATUS_THREAD_IS_TERMINATING };
    const word = new DataView(data.buffer, data.byteOffset);
    if (which === ThreadBasePriority)
      return { status: setBasePriority(executive, found.thread, word.getInt32(0, true)) };
    const wanted = word.getUint32(0, true);
    if (wanted === 0) {
      revertToSelf(found.thread);
      return { status: SUCCESS };
    }
    const { status, token } = tokenOf(executive, caller, wanted, sec.TOKEN_IMPERSONATE);
    if (!token) return { status };
    if (token.parts.type !== sec.TokenImpersonation)
      return { status: Status.STATUS_BAD_TOKEN_TYPE };
    return { status: impersonate(found.thread, token, token.parts.level) };
  });
}
