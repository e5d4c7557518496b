/**
 * Impersonation: a thread that acts for somebody else than its process.
 *
 *   impersonate(thread, token, level)   the thread acts with that token; a status
 *   revertToSelf(thread)                and for itself again
 *   clientToken(thread, level)          what a server is given of a client: a copy of what that one
 *                                       acts with now, at the level that he allows
 *
 * For pipes and ports: the client's side keeps `clientToken` when it connects (or, with dynamic
 * tracking, takes it when it is asked for), the server's side calls `impersonate` with it.
 *
 * A thread acts fully for those who may no more than its process may, or for anybody if its process
 * holds SeImpersonatePrivilege; of others it only learns who they are (SecurityIdentification):
 * every open answers STATUS_BAD_IMPERSONATION_LEVEL. As in NT that is no failure of the call.
 */
import * as sec from '../../rtl/security/constants.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { dereference, reference } from '../ob/header.ts';
import { dominates } from './dominate.ts';
import { duplicateToken } from './filter.ts';
import { type ActingThread, effectiveToken, type Token } from './token.ts';

interface Impersonator extends ActingThread {
  impersonation: Token | undefined;
}

export function revertToSelf(thread: Impersonator): void {
  const token = thread.impersonation;
  thread.impersonation = undefined;
  if (token) dereference(token);
}

/** The level that the token itself allows. */
function levelOf({ parts }: Token): number {
  return parts.type === sec.TokenPrimary ? sec.SecurityDelegation : parts.level;
}

function mayActFor({ process }: ActingThread, token: Token): boolean {
  return process.token.holds(sec.SeImpersonatePrivilege) || dominates(process.token, token);
}

export function impersonate(
  thread: Impersonator,
  token: Token,
  level: number = sec.SecurityImpersonation,
): number {
  const most = mayActFor(thread, token) ? sec.SecurityDelegation : sec.SecurityIdentification;
  const allowed = Math.min(level, levelOf(token), most);
  const asItIs = token.parts.type === sec.TokenImpersonation && token.parts.level === allowed;
  const how = { type: sec.TokenImpersonation, level: allowed, effectiveOnly: false };
  const made = asItIs ? { status: Status.STATUS_SUCCESS, token } : duplicateToken(token, how);
  if (!made.token) return made.status;
  reference(made.token);
  revertToSelf(thread);
  thread.impersonation = made.token;
  return Status.STATUS_SUCCESS;
}

export function clientToken(
  client: ActingThread,
  level: number = sec.SecurityImpersonation,
  effectiveOnly = false,
): { status: number; token?: Token } {
  const token = effectiveToken(client);
  if (level > levelOf(token)) return { status: Status.STATUS_BAD_IMPERSONATION_LEVEL };
  return duplicateToken(token, { type: sec.TokenImpersonation, level, effectiveOnly });
}
