/**
 * Privileges: what a token may do to the system, whatever descriptors say.
 *
 * Which tokens hold which is logon.ts; a service that takes one asks here, of the token that its
 * caller acts with.
 *
 *   hasPrivilege(caller, privilege)
 *   lacksPrivilege(caller, privilege)   what such a service answers the others
 */
import { SeLoadDriverPrivilege } from '../../rtl/security/constants.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { isActing } from './check.ts';
import { type ActingThread, effectiveToken } from './token.ts';

export function hasPrivilege(caller: ActingThread, privilege: number): boolean {
  const token = effectiveToken(caller);
  return isActing(token) && token.holds(privilege);
}

export function lacksPrivilege(
  caller: ActingThread,
  privilege: number = SeLoadDriverPrivilege,
): { status: number } | undefined {
  return hasPrivilege(caller, privilege) ? undefined : { status: Status.STATUS_PRIVILEGE_NOT_HELD };
}
