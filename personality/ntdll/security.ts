/**
 * Security, as clients use it: who one is, and programs that are started with less.
 *
 *   RtlCreateRestrictedToken(process)    a handle to a token for code that nobody trusts
 *   createRestrictedProcess(process, image, commandLine, flags)   a program with such a token
 *   withPrivilege(process, privilege, action)      enabled while it runs, if the token holds it
 *   queryToken(process, handle, class)   the bytes of a structure, whatever their length
 *   querySecurity(process, handle, information)   a descriptor
 *
 * A restricted token has no privileges but SeChangeNotifyPrivilege, is an administrator for being
 * denied alone, and reaches what is open to restricted code (SID_RESTRICTED): the terminal, NUL,
 * directories to look into, and what it makes itself.
 */
import { GENERIC_ALL } from '../rtl/objects.ts';
import type { Acl } from '../rtl/security/acl.ts';
import * as sec from '../rtl/security/constants.ts';
import { decodeDescriptor, type SecurityDescriptor } from '../rtl/security/descriptor.ts';
import {
  decodeGroups,
  decodePrivileges,
  encodeDefaultDacl,
  encodeGroups,
  encodePrivileges,
} from '../rtl/security/structures.ts';
import { CURRENT_PROCESS } from '../rtl/services.ts';
import * as Status from '../rtl/ntstatus.ts';
import type { Awaitable } from '../sel4/types.ts';
import { check } from './files.ts';
import {
  NtAdjustPrivilegesToken,
  NtClose,
  NtCreateProcessEx,
  NtFilterToken,
  NtOpenProcessToken,
  NtQueryInformationToken,
  NtQuerySecurityObject,
  NtSetInformationToken,
} from './native.ts';
import type { NtProcess } from './types.ts';

/** Most answers fit. */
const ROOM = 1024;

export async function queryToken(
  process: NtProcess,
  handle: number,
  which: number,
): Promise<Uint8Array> {
  const ask = (length: number) =>
    NtQueryInformationToken(process, { handle, class: which, length });
  const first = await ask(ROOM);
  if (first.status !== Status.STATUS_BUFFER_TOO_SMALL) return check(first).data;
  return check(await ask(first.needed)).data;
}

export async function querySecurity(
  process: NtProcess,
  handle: number,
  information: number,
): Promise<SecurityDescriptor> {
  const ask = (length: number) => NtQuerySecurityObject(process, { handle, information, length });
  const first = await ask(ROOM);
  const whole = first.status === Status.STATUS_BUFFER_TOO_SMALL ? await ask(first.needed) : first;
  return decodeDescriptor(check(whole).data);
}

export async function withPrivilege<T>(
  process: NtProcess,
  privilege: number,
  action: () => Awaitable<T>,
): Promise<T> {
  const access = sec.TOKEN_ADJUST_PRIVILEGES | sec.TOKEN_QUERY;
  const opened = await NtOpenProcessToken(process, { process: CURRENT_PROCESS, access });
  const { handle } = check(opened);
  const adjust = (state: Uint8Array) =>
    NtAdjustPrivilegesToken(process, { handle, disableAll: false, state });
  const on = encodePrivileges([{ luid: privilege, attributes: sec.SE_PRIVILEGE_ENABLED }]);
  try {
    const { previous } = check(await adjust(on));
    try {
      return await action();
    } finally {
      if (decodePrivileges(previous).length > 0) await adjust(previous);
    }
  } finally {
    await NtClose(process, { handle });
  }
}

/** What the restricted program makes is for the system, its logon, and restricted code of it. */
function ownDacl(logon: string | undefined): Acl {
  const sids = [sec.SID_LOCAL_SYSTEM, sec.SID_RESTRICTED, ...(logon === undefined ? [] : [logon])];
  const aces = sids.map((sid) => ({
    type: sec.ACCESS_ALLOWED_ACE_TYPE,
    flags: 0,
    mask: GENERIC_ALL,
    sid,
  }));
  return { revision: sec.ACL_REVISION, aces };
}

const TOKEN_ACCESS =
  sec.TOKEN_DUPLICATE | sec.TOKEN_QUERY | sec.TOKEN_ASSIGN_PRIMARY | sec.TOKEN_ADJUST_DEFAULT;

/** Raises NtException. The caller closes the handle. */
export async function RtlCreateRestrictedToken(process: NtProcess): Promise<number> {
  const own = check(
    await NtOpenProcessToken(process, { process: CURRENT_PROCESS, access: TOKEN_ACCESS }),
  ).handle;
  try {
    const groups = decodeGroups(await queryToken(process, own, sec.TokenGroups));
    const logon = groups.find(
      ({ attributes }) => (attributes & sec.SE_GROUP_LOGON_ID) >>> 0 === sec.SE_GROUP_LOGON_ID,
    );
    const { handle } = check(
      await NtFilterToken(process, {
        handle: own,
        flags: sec.DISABLE_MAX_PRIVILEGE,
        disable: encodeGroups([{ sid: sec.SID_ADMINISTRATORS, attributes: 0 }]),
        remove: new Uint8Array(),
        restrict: encodeGroups([{ sid: sec.SID_RESTRICTED, attributes: 0 }]),
      }),
    );
    const data = encodeDefaultDacl(ownDacl(logon?.sid));
    check(await NtSetInformationToken(process, { handle, class: sec.TokenDefaultDacl, data }));
    return handle;
  } finally {
    await NtClose(process, { handle: own });
  }
}

/** Raises NtException where there is no token to be had; `flags`: PROCESS_CREATE_FLAGS_*. */
export async function createRestrictedProcess(
  process: NtProcess,
  image: string,
  commandLine: string,
  flags = 0,
): Promise<{ status: number; handle: number; id: number }> {
  const token = await RtlCreateRestrictedToken(process);
  try {
    return await NtCreateProcessEx(process, { image, commandLine, flags, token });
  } finally {
    await NtClose(process, { handle: token });
  }
}
