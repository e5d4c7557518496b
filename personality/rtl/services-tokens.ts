/**
 * Services of security: tokens, impersonation, descriptors of objects. A part of services.ts.
 *
 * Structures are NT's (security/structures.ts); a LUID is one number. `needed` is the length of the
 * whole answer: STATUS_BUFFER_TOO_SMALL tells it where `length` is less.
 */
import { service } from './service.ts';

const answer = { data: 'bytes', needed: 'u32' } as const;
const opened = { handle: 'u32' } as const;

export const tokenServices = {
  NtOpenProcessToken: service(260, { process: 'u32', access: 'u32' }, opened, {
    attributes: 'u32',
  }),
  /** Of the one whom the thread impersonates. `openAsSelf`: judged by the process's own token. */
  NtOpenThreadToken: service(261, { thread: 'u32', access: 'u32', openAsSelf: 'bool' }, opened, {
    attributes: 'u32',
  }),
  /** `access` 0: as the handle. `level`: of an impersonation token. */
  NtDuplicateToken: service(
    262,
    {
      handle: 'u32',
      access: 'u32',
      attributes: 'u32',
      effectiveOnly: 'bool',
      type: 'u32',
      level: 'u32',
    },
    opened,
  ),
  /** TOKEN_GROUPS, TOKEN_PRIVILEGES, TOKEN_GROUPS; no bytes: none. */
  NtFilterToken: service(
    263,
    {
      handle: 'u32',
      flags: 'u32',
      disable: 'bytes',
      remove: 'bytes',
      restrict: 'bytes',
    },
    opened,
  ),
  /** TOKEN_PRIVILEGES in and out. */
  NtAdjustPrivilegesToken: service(
    264,
    { handle: 'u32', disableAll: 'bool', state: 'bytes' },
    { previous: 'bytes' },
  ),
  /** TOKEN_GROUPS in and out. */
  NtAdjustGroupsToken: service(
    265,
    { handle: 'u32', reset: 'bool', state: 'bytes' },
    { previous: 'bytes' },
  ),
  NtQueryInformationToken: service(266, { handle: 'u32', class: 'u32', length: 'u32' }, answer),
  NtSetInformationToken: service(267, { handle: 'u32', class: 'u32', data: 'bytes' }, {}),
  /**
   * TOKEN_USER, TOKEN_GROUPS, TOKEN_PRIVILEGES, TOKEN_OWNER, TOKEN_PRIMARY_GROUP,
   * TOKEN_DEFAULT_DACL, TOKEN_SOURCE.
   */
  NtCreateToken: service(
    268,
    {
      access: 'u32',
      attributes: 'u32',
      type: 'u32',
      level: 'u32',
      authenticationId: 'i64',
      user: 'bytes',
      groups: 'bytes',
      privileges: 'bytes',
      owner: 'bytes',
      primaryGroup: 'bytes',
      defaultDacl: 'bytes',
      source: 'bytes',
    },
    opened,
  ),
  /**
   * Whether `token`, of an impersonation, would be granted `access` by a descriptor. `privileges`:
   * PRIVILEGE_SET of those that it took.
   */
  NtAccessCheck: service(
    269,
    {
      token: 'u32',
      access: 'u32',
      read: 'u32',
      write: 'u32',
      execute: 'u32',
      all: 'u32',
      descriptor: 'bytes',
    },
    { granted: 'u32', accessStatus: 'u32', privileges: 'bytes' },
  ),
  /** PRIVILEGE_SET in and out: there those that are held are marked. */
  NtPrivilegeCheck: service(
    270,
    { token: 'u32', privileges: 'bytes' },
    { result: 'bool', privileges: 'bytes' },
  ),
  NtQuerySecurityObject: service(271, { handle: 'u32', information: 'u32', length: 'u32' }, answer),
  NtSetSecurityObject: service(272, { handle: 'u32', information: 'u32', descriptor: 'bytes' }, {}),
  /** The first thread acts for the second one. */
  NtImpersonateThread: service(
    273,
    { server: 'u32', client: 'u32', level: 'u32', effectiveOnly: 'bool' },
    {},
  ),
  /** Class ThreadImpersonationToken: a handle, or 0 to act for oneself again. */
  NtSetInformationThread: service(274, { handle: 'u32', class: 'u32', data: 'bytes' }, {}),
  NtAllocateLocallyUniqueId: service(275, {}, { luid: 'i64' }),
} as const;
