/**
 * Who may do what to a key: below `\Registry\User` users everything, below `\Registry\Machine`
 * the system and administrators everything, and everybody may read.
 *
 * Keys keep no descriptors of their own: where a key lies decides.
 */
import { KEY_ALL_ACCESS, KEY_READ } from '../../rtl/registry.ts';
import * as sec from '../../rtl/security/constants.ts';
import type { SecurityDescriptor } from '../../rtl/security/descriptor.ts';
import { Status } from '../../rtl/status.ts';
import type { NtThread } from '../ps/types.ts';
import { makeDescriptor } from '../se/defaults.ts';
import { checkAccess } from '../se/check.ts';
import { effectiveToken } from '../se/token.ts';
import { makeHeader } from '../ob/header.ts';
import type { Key } from './key.ts';
import { keyType } from './keyobject.ts';

const MASTERS = [
  [sec.SID_LOCAL_SYSTEM, KEY_ALL_ACCESS],
  [sec.SID_ADMINISTRATORS, KEY_ALL_ACCESS],
] as const;

const machine = makeDescriptor([
  ...MASTERS,
  [sec.SID_EVERYONE, KEY_READ],
  [sec.SID_RESTRICTED, KEY_READ],
]);
const user = makeDescriptor([...MASTERS, [sec.SID_USERS, KEY_ALL_ACCESS]]);

function descriptorOf(key: Key): SecurityDescriptor {
  let [at, below] = [key, key];
  for (; at.parent; at = at.parent) below = at;
  return at !== key && below.name === 'User' ? user : machine;
}

/** The rights of a handle; undefined: STATUS_ACCESS_DENIED. */
export function grantKeyAccess(caller: NtThread, key: Key, desired: number): number | undefined {
  const header = { ...makeHeader(keyType), security: descriptorOf(key) };
  const { status, granted } = checkAccess(effectiveToken(caller), { header }, desired);
  return status === Status.STATUS_SUCCESS ? granted : undefined;
}
