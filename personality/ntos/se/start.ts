/**
 * A process with a token that its maker chose.
 *
 *   tokenToStartWith(executive, caller, handle)   that token, if he may start a process with it
 *
 * He may, if the process can do no more than his own, or if he holds
 * SeAssignPrimaryTokenPrivilege.
 */
import * as sec from '../../rtl/security/constants.ts';
import * as Status from '../../rtl/ntstatus.ts';
import type { Ob } from '../ob/types.ts';
import type { NtThread } from '../ps/types.ts';
import { dominates } from './dominate.ts';
import { hasPrivilege } from './privilege.ts';
import { tokenType } from './processes.ts';
import type { Token } from './token.ts';

export function tokenToStartWith(
  { ob }: { readonly ob: Ob },
  caller: NtThread,
  handle: number,
): { status: number; token?: Token } {
  const right = sec.TOKEN_ASSIGN_PRIMARY;
  const { status, object } = ob.referenceByHandle(caller.process, handle, tokenType, right);
  if (!object) return { status };
  const token = object as Token;
  if (token.parts.type !== sec.TokenPrimary) return { status: Status.STATUS_BAD_TOKEN_TYPE };
  const may =
    dominates(caller.process.token, token) ||
    hasPrivilege(caller, sec.SeAssignPrimaryTokenPrivilege);
  return may ? { status, token } : { status: Status.STATUS_PRIVILEGE_NOT_HELD };
}
