/**
 * Who may do what to processes, threads and tokens.
 *
 * Their descriptors let in LocalSystem and whoever is of the same logon, which is the same family
 * of processes; everybody else may look and wait, restricted code not even that. Rights by which
 * one has what the other has (its handles, its threads, its token) are for who would gain nothing
 * (dominate.ts). SeDebugPrivilege opens every process and thread.
 *
 *   processSecurity, threadSecurity, tokenSecurity   the parts of their types
 */
import { PROCESS_VM_OPERATION, PROCESS_VM_READ, PROCESS_VM_WRITE } from '../../rtl/memory.ts';
import { PROCESS_TERMINATE, SYNCHRONIZE } from '../../rtl/nt.ts';
import {
  PROCESS_CREATE_THREAD,
  PROCESS_DUP_HANDLE,
  PROCESS_QUERY_INFORMATION,
  READ_CONTROL,
  THREAD_ALERT,
  THREAD_ALL_ACCESS,
  THREAD_QUERY_INFORMATION,
  THREAD_SET_CONTEXT,
  THREAD_SUSPEND_RESUME,
  THREAD_TERMINATE,
} from '../../rtl/objects.ts';
import * as se from '../../rtl/security/constants.ts';
import type { ObObject, ObType } from '../ob/types.ts';
import { ALL_ACCESS, genericMapping } from './access.ts';
import { ownDescriptor } from './defaults.ts';
import { dominates } from './dominate.ts';
import { Token, type TokenParts } from './token.ts';
import type { Se } from './types.ts';

type SecurityParts = Required<Pick<ObType, 'access' | 'security' | 'adjust'>>;

export const processMapping = genericMapping(
  PROCESS_QUERY_INFORMATION | PROCESS_VM_READ,
  PROCESS_CREATE_THREAD | PROCESS_DUP_HANDLE | PROCESS_VM_OPERATION | PROCESS_VM_WRITE,
  PROCESS_TERMINATE | SYNCHRONIZE,
  ALL_ACCESS,
);

export const threadMapping = genericMapping(
  THREAD_QUERY_INFORMATION,
  THREAD_TERMINATE | THREAD_SUSPEND_RESUME | THREAD_ALERT | THREAD_SET_CONTEXT,
  SYNCHRONIZE,
  THREAD_ALL_ACCESS,
);

export const tokenMapping = genericMapping(
  se.TOKEN_QUERY,
  se.TOKEN_ADJUST_PRIVILEGES | se.TOKEN_ADJUST_GROUPS | se.TOKEN_ADJUST_DEFAULT,
  0,
  se.TOKEN_ALL_ACCESS,
);

const PROCESS_LOOK = PROCESS_QUERY_INFORMATION | SYNCHRONIZE | READ_CONTROL;
const THREAD_LOOK = THREAD_QUERY_INFORMATION | SYNCHRONIZE | READ_CONTROL;
const TOKEN_LOOK = se.TOKEN_QUERY | se.TOKEN_QUERY_SOURCE | READ_CONTROL;

/** What is given to who is not its equal: to look, and to end it. */
function limit(own: Token, token: Token, mask: number, harmless: number): number {
  return (mask & ~harmless) === 0 || dominates(token, own) ? mask : mask & harmless;
}

interface Owned extends ObObject {
  readonly token: Token;
}

export const processSecurity: SecurityParts = {
  access: processMapping,
  security: (object) => ownDescriptor((object as Owned).token, processMapping, PROCESS_LOOK),
  adjust(object, token, mask) {
    if (token.holds(se.SeDebugPrivilege)) return processMapping.all;
    return limit((object as Owned).token, token, mask, PROCESS_LOOK | PROCESS_TERMINATE);
  },
};

interface OwnedThread extends ObObject {
  readonly process: Owned;
}

export const threadSecurity: SecurityParts = {
  access: threadMapping,
  security: (object) =>
    ownDescriptor((object as OwnedThread).process.token, threadMapping, THREAD_LOOK),
  adjust(object, token, mask) {
    if (token.holds(se.SeDebugPrivilege)) return threadMapping.all;
    const { token: own } = (object as OwnedThread).process;
    return limit(own, token, mask, THREAD_LOOK | THREAD_TERMINATE);
  },
};

export const tokenType: ObType & SecurityParts = {
  name: 'Token',
  access: tokenMapping,
  security: (object) => ownDescriptor(object as Token, tokenMapping, TOKEN_LOOK),
  adjust: (object, token, mask) => limit(object as Token, token, mask, TOKEN_LOOK),
};

export function makeToken(parts: TokenParts, numbers: Se): Token {
  return new Token(tokenType, parts, numbers);
}
