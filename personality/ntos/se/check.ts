/**
 * Access checks on objects: at each open by name or id, once. What is granted stays with the
 * handle.
 *
 *   securityOf(object)                    its descriptor, or the default of its type
 *   checkAccess(token, object, desired)   a status, and the rights that the handle gets
 *   permits(token, object, desired)       whether it would be granted
 *
 * The mask that a descriptor gives to a token is worked out once and kept with the token, by the
 * descriptor: neither changes without becoming another one (token.ts).
 */
import * as se from '../../rtl/security/constants.ts';
import type { SecurityDescriptor } from '../../rtl/security/descriptor.ts';
import * as Status from '../../rtl/ntstatus.ts';
import type { ObObject } from '../ob/types.ts';
import { fileMapping, type GenericMapping, isGranted } from './access.ts';
import { type AccessDecision, allowedMask, decide } from './accesscheck.ts';
import { defaultDescriptor } from './defaults.ts';
import type { Token } from './token.ts';

/** The object whose descriptor counts: a file's is its device's. */
export function guardedBy(object: ObObject): ObObject {
  return object.header.type.securedBy?.(object) ?? object;
}

export function mappingOf(object: ObObject): GenericMapping {
  return object.header.type.access ?? fileMapping;
}

export function securityOf(object: ObObject): SecurityDescriptor {
  const guard = guardedBy(object);
  const { security, type } = guard.header;
  return security ?? type.security?.(guard) ?? defaultDescriptor(mappingOf(guard));
}

/** Who only says who he is, is nobody here. */
export function isActing({ parts }: Token): boolean {
  return parts.type === se.TokenPrimary || parts.level >= se.SecurityImpersonation;
}

export function checkAccess(token: Token, object: ObObject, desired: number): AccessDecision {
  if (!isActing(token))
    return { status: Status.STATUS_BAD_IMPERSONATION_LEVEL, granted: 0, used: [] };
  const descriptor = securityOf(object);
  const mapping = mappingOf(object);
  let mask = token.decisions.get(descriptor);
  if (mask === undefined) {
    mask = allowedMask(descriptor, token, mapping);
    token.decisions.set(descriptor, mask);
  }
  const most = object.header.type.adjust?.(object, token, mask) ?? mask;
  const decision = decide(most, token, desired, mapping);
  const rights = mapping.all | se.ACCESS_SYSTEM_SECURITY;
  return isGranted(rights, decision.granted)
    ? decision
    : { status: Status.STATUS_ACCESS_DENIED, granted: 0, used: [] };
}

export function permits(token: Token, object: ObObject, desired: number): boolean {
  return checkAccess(token, object, desired).status === Status.STATUS_SUCCESS;
}
