/** Names of SIDs, for people: `accountName(sid)` is the SID itself where there is none. */
import * as sec from './constants.ts';
import type { Sid } from './sid.ts';

const NAMES: ReadonlyMap<Sid, string> = new Map([
  [sec.SID_NULL, 'Nobody'],
  [sec.SID_EVERYONE, 'Everyone'],
  [sec.SID_LOCAL, 'LOCAL'],
  [sec.SID_CREATOR_OWNER, 'CREATOR OWNER'],
  [sec.SID_CREATOR_GROUP, 'CREATOR GROUP'],
  [sec.SID_OWNER_RIGHTS, 'OWNER RIGHTS'],
  [sec.SID_INTERACTIVE, 'NT AUTHORITY\\INTERACTIVE'],
  [sec.SID_SERVICE, 'NT AUTHORITY\\SERVICE'],
  [sec.SID_ANONYMOUS, 'NT AUTHORITY\\ANONYMOUS LOGON'],
  [sec.SID_AUTHENTICATED_USERS, 'NT AUTHORITY\\Authenticated Users'],
  [sec.SID_RESTRICTED, 'NT AUTHORITY\\RESTRICTED'],
  [sec.SID_LOCAL_SYSTEM, 'NT AUTHORITY\\SYSTEM'],
  [sec.SID_LOCAL_SERVICE, 'NT AUTHORITY\\LOCAL SERVICE'],
  [sec.SID_ADMINISTRATORS, 'BUILTIN\\Administrators'],
  [sec.SID_USERS, 'BUILTIN\\Users'],
  [sec.SID_ADMINISTRATOR, 'NEPTUNE\\Administrator'],
]);

export function accountName(sid: Sid): string {
  return NAMES.get(sid) ?? sid;
}
