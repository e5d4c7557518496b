/**
 * Who may do what to a key: below `\Registry\User` users everything, below `\Registry\Machine`
 * everybody may read, and whoever holds SeLoadDriverPrivilege may change. Administrators as such
 * may not: what the shell starts is one, and service keys say which hardware a driver is given.
 *
 * Keys keep no descriptors of their own: where a key lies decides.
 */
import { KEY_ALL_ACCESS, KEY_READ } from '../../rtl/registry.ts';
import * as sec from '../../rtl/security/constants.ts';
import type { SecurityDescriptor } from '../../rtl/security/descriptor.ts';
import * as Status from '../../rtl/ntstatus.ts';
import type { NtThread } from '../ps/types.ts';
import { makeDescriptor } from '../se/defaults.ts';
import { checkAccess } from '../se/check.ts';
import { hasPrivilege } from '../se/privilege.ts';
import { effectiveToken } from '../se/token.ts';
import { makeHeader } from '../ob/header.ts';
import type { Key } from './key.ts';
import { keyType } from './keyobject.ts';

const machine = makeDescriptor([
  [sec.SID_LOCAL_SYSTEM, KEY_ALL_ACCESS],
  [sec.SID_EVERYONE, KEY_READ],
  [sec.SID_RESTRICTED, KEY_READ],
]);
const open = makeDescriptor([
  [sec.SID_LOCAL_SYSTEM, KEY_ALL_ACCESS],
  [sec.SID_USERS, KEY_ALL_ACCESS],
]);

function isUsers(key: Key): boolean {
  let [at, below] = [key, key];
  for (; at.parent; at = at.parent) below = at;
  return at !== key && below.name === 'User';
}

function descriptorFor(caller: NtThread, key: Key): SecurityDescriptor {
  return isUsers(key) || hasPrivilege(caller, sec.SeLoadDriverPrivilege) ? open : machine;
}

/** The rights of a handle; undefined: STATUS_ACCESS_DENIED. */
export function grantKeyAccess(caller: NtThread, key: Key, desired: number): number | undefined {
  const header = { ...makeHeader(keyType), security: descriptorFor(caller, key) };
  const { status, granted } = checkAccess(effectiveToken(caller), { header }, desired);
  return status === Status.STATUS_SUCCESS ? granted : undefined;
}
