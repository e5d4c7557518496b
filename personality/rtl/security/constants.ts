/**
 * Constants of security: well known SIDs, privileges, attributes of groups, rights to tokens,
 * flags of descriptors and ACEs.
 *
 * Names and values are those of the published Windows headers (winnt.h, ntifs.h). SIDs are kept as
 * their text (sid.ts).
 *
 * Numbers and texts alone: whoever uses one has that one in its file, and not the table
 * (scripts/parts.mjs).
 */

// Well known SIDs
export const SID_NULL = 'S-1-0-0';
export const SID_EVERYONE = 'S-1-1-0';
export const SID_LOCAL = 'S-1-2-0';
export const SID_CREATOR_OWNER = 'S-1-3-0';
export const SID_CREATOR_GROUP = 'S-1-3-1';
/** In an object's DACL: what its owner may, in place of READ_CONTROL and WRITE_DAC. */
export const SID_OWNER_RIGHTS = 'S-1-3-4';
export const SID_INTERACTIVE = 'S-1-5-4';
/** Drivers are of this group here. */
export const SID_SERVICE = 'S-1-5-6';
export const SID_ANONYMOUS = 'S-1-5-7';
export const SID_AUTHENTICATED_USERS = 'S-1-5-11';
/** The restricting SID of restricted tokens: "restricted code". */
export const SID_RESTRICTED = 'S-1-5-12';
export const SID_LOCAL_SYSTEM = 'S-1-5-18';
/** The user of drivers. */
export const SID_LOCAL_SERVICE = 'S-1-5-19';
export const SID_ADMINISTRATORS = 'S-1-5-32-544';
export const SID_USERS = 'S-1-5-32-545';
/** The one account of this machine: who sits at the terminal. */
export const SID_ADMINISTRATOR = 'S-1-5-21-78-101-112-500';

// Privileges
export const SeCreateTokenPrivilege = 2;
export const SeAssignPrimaryTokenPrivilege = 3;
export const SeIncreaseQuotaPrivilege = 5;
export const SeTcbPrivilege = 7;
export const SeSecurityPrivilege = 8;
export const SeTakeOwnershipPrivilege = 9;
export const SeLoadDriverPrivilege = 10;
export const SeSystemtimePrivilege = 12;
export const SeCreatePermanentPrivilege = 16;
export const SeBackupPrivilege = 17;
export const SeRestorePrivilege = 18;
export const SeShutdownPrivilege = 19;
export const SeDebugPrivilege = 20;
export const SeChangeNotifyPrivilege = 23;
export const SeImpersonatePrivilege = 29;

/** Those that NT has; names of all of them are in privileges.ts. */
export const SE_MIN_WELL_KNOWN_PRIVILEGE = 2;
export const SE_MAX_WELL_KNOWN_PRIVILEGE = 35;

export const SE_PRIVILEGE_ENABLED_BY_DEFAULT = 1;
export const SE_PRIVILEGE_ENABLED = 2;
export const SE_PRIVILEGE_REMOVED = 4;
export const SE_PRIVILEGE_USED_FOR_ACCESS = 0x8000_0000;
export const PRIVILEGE_SET_ALL_NECESSARY = 1;

// Groups of a token
export const SE_GROUP_MANDATORY = 1;
export const SE_GROUP_ENABLED_BY_DEFAULT = 2;
export const SE_GROUP_ENABLED = 4;
export const SE_GROUP_OWNER = 8;
export const SE_GROUP_USE_FOR_DENY_ONLY = 0x10;
export const SE_GROUP_LOGON_ID = 0xc000_0000;

// Tokens
export const TOKEN_ASSIGN_PRIMARY = 0x01;
export const TOKEN_DUPLICATE = 0x02;
export const TOKEN_IMPERSONATE = 0x04;
export const TOKEN_QUERY = 0x08;
export const TOKEN_QUERY_SOURCE = 0x10;
export const TOKEN_ADJUST_PRIVILEGES = 0x20;
export const TOKEN_ADJUST_GROUPS = 0x40;
export const TOKEN_ADJUST_DEFAULT = 0x80;
export const TOKEN_ADJUST_SESSIONID = 0x100;
export const TOKEN_ALL_ACCESS = 0x000f_01ff;

export const TokenPrimary = 1;
export const TokenImpersonation = 2;

export const SecurityAnonymous = 0;
export const SecurityIdentification = 1;
export const SecurityImpersonation = 2;
export const SecurityDelegation = 3;

// Tracking of a client's security (quality.ts)
export const SECURITY_STATIC_TRACKING = 0;
export const SECURITY_DYNAMIC_TRACKING = 1;

// NtFilterToken
/** All privileges go but SeChangeNotifyPrivilege. */
export const DISABLE_MAX_PRIVILEGE = 1;
export const SANDBOX_INERT = 2;
/** The restricting SIDs are asked about writing alone. */
export const WRITE_RESTRICTED = 8;

// Classes of NtQueryInformationToken
export const TokenUser = 1;
export const TokenGroups = 2;
export const TokenPrivileges = 3;
export const TokenOwner = 4;
export const TokenPrimaryGroup = 5;
export const TokenDefaultDacl = 6;
export const TokenSource = 7;
export const TokenType = 8;
export const TokenImpersonationLevel = 9;
export const TokenStatistics = 10;
export const TokenRestrictedSids = 11;
export const TokenSessionId = 12;
export const TokenHasRestrictions = 21;

/** Class of NtSetInformationThread: the handle of a token, or 0. */
export const ThreadImpersonationToken = 5;

// Security descriptors
export const SECURITY_DESCRIPTOR_REVISION = 1;
export const SE_OWNER_DEFAULTED = 0x0001;
export const SE_GROUP_DEFAULTED = 0x0002;
export const SE_DACL_PRESENT = 0x0004;
export const SE_DACL_DEFAULTED = 0x0008;
export const SE_SACL_PRESENT = 0x0010;
export const SE_SACL_DEFAULTED = 0x0020;
export const SE_DACL_AUTO_INHERITED = 0x0400;
export const SE_SACL_AUTO_INHERITED = 0x0800;
export const SE_DACL_PROTECTED = 0x1000;
export const SE_SACL_PROTECTED = 0x2000;
export const SE_SELF_RELATIVE = 0x8000;

// SECURITY_INFORMATION
export const OWNER_SECURITY_INFORMATION = 1;
export const GROUP_SECURITY_INFORMATION = 2;
export const DACL_SECURITY_INFORMATION = 4;
export const SACL_SECURITY_INFORMATION = 8;

// ACLs
export const ACL_REVISION = 2;
/** With ACEs of objects. */
export const ACL_REVISION_DS = 4;
export const ACCESS_ALLOWED_ACE_TYPE = 0;
export const ACCESS_DENIED_ACE_TYPE = 1;
export const SYSTEM_AUDIT_ACE_TYPE = 2;
export const SYSTEM_ALARM_ACE_TYPE = 3;
export const ACCESS_ALLOWED_OBJECT_ACE_TYPE = 5;
export const ACCESS_DENIED_OBJECT_ACE_TYPE = 6;
export const SYSTEM_AUDIT_OBJECT_ACE_TYPE = 7;
export const SYSTEM_ALARM_OBJECT_ACE_TYPE = 8;
export const ACCESS_ALLOWED_CALLBACK_ACE_TYPE = 9;
export const ACCESS_DENIED_CALLBACK_ACE_TYPE = 10;
export const SYSTEM_MANDATORY_LABEL_ACE_TYPE = 0x11;

export const OBJECT_INHERIT_ACE = 0x01;
export const CONTAINER_INHERIT_ACE = 0x02;
export const NO_PROPAGATE_INHERIT_ACE = 0x04;
export const INHERIT_ONLY_ACE = 0x08;
export const INHERITED_ACE = 0x10;

// Rights that every type has, beside those of objects.ts
export const WRITE_DAC = 0x0004_0000;
export const WRITE_OWNER = 0x0008_0000;
/** To the SACL: SeSecurityPrivilege gives it, and no ACE. */
export const ACCESS_SYSTEM_SECURITY = 0x0100_0000;
