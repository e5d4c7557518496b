/**
 * Who may do what to a key: below `\Registry\User` everybody everything, below `\Registry\Machine`
 * everybody may read, and who may load drivers may change (SeLoadDriverPrivilege).
 */
import { KEY_ALL_ACCESS, KEY_READ } from '../../rtl/registry.ts';
import { SeLoadDriverPrivilege } from '../../rtl/security/constants.ts';
import type { NtThread } from '../ps/types.ts';
import { grantAccess } from '../se/access.ts';
import { hasPrivilege } from '../se/privilege.ts';
import { effectiveToken } from '../se/token.ts';
import type { Key } from './key.ts';
import { keyType } from './keyobject.ts';

function isUsers(key: Key): boolean {
  let [at, below] = [key, key];
  for (; at.parent; at = at.parent) below = at;
  return at !== key && below.name === 'User';
}

export function mostRights(caller: NtThread, key: Key): number {
  // Keys have no descriptors yet: restricted code has none of them.
  if (effectiveToken(caller).restricted) return 0;
  return hasPrivilege(caller, SeLoadDriverPrivilege) || isUsers(key) ? KEY_ALL_ACCESS : KEY_READ;
}

/** The rights of a handle; undefined: STATUS_ACCESS_DENIED. */
export function grantKeyAccess(caller: NtThread, key: Key, desired: number): number | undefined {
  return grantAccess(desired, keyType.access!, mostRights(caller, key));
}
