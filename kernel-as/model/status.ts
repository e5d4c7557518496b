/**
 * How a function of the kernel says that it could not do what it was asked.
 *
 * NONE; LOOKUP_FAULT with the LOOKUP_* words; SYSCALL_ERROR with the ERROR_* words (and LOOKUP_*
 * for seL4_FailedLookup); FAULTED with the FAULT words; PREEMPTED: the call is to be executed
 * again.
 *
 * The constructors fill in the words and return the status, so that a check is one line.
 */
import {
  seL4_AlignmentError, seL4_DeleteFirst, seL4_DepthMismatch, seL4_FailedLookup, seL4_GuardMismatch,
  seL4_IllegalOperation, seL4_InvalidArgument, seL4_InvalidCapability, seL4_InvalidRoot,
  seL4_MissingCapability, seL4_NotEnoughMemory, seL4_RangeError, seL4_RevokeFirst,
  seL4_TruncatedMessage, seL4_CapFault,
} from '../abi.ts';
import {
  ERROR_ARGUMENT, ERROR_CAP, ERROR_MAX, ERROR_MEMORY_LEFT, ERROR_MIN, ERROR_TYPE, ERROR_WAS_SOURCE,
  FAULT, LOOKUP_BITS_FOUND, LOOKUP_BITS_LEFT, LOOKUP_GUARD_SIZE, LOOKUP_KIND,
} from '../layout.ts';

export const NONE = 0;
export const FAULTED = 1;
export const LOOKUP_FAULT = 2;
export const SYSCALL_ERROR = 3;
export const PREEMPTED = 4;

function error(type: u32): u32 {
  store<u32>(ERROR_TYPE, type);
  return SYSCALL_ERROR;
}

export function invalidArgument(index: u32): u32 {
  store<u32>(ERROR_ARGUMENT, index);
  return error(seL4_InvalidArgument);
}

export function invalidCapability(index: u32): u32 {
  store<u32>(ERROR_CAP, index);
  return error(seL4_InvalidCapability);
}

export function illegalOperation(): u32 {
  return error(seL4_IllegalOperation);
}

export function rangeError(min: u32, max: u32): u32 {
  store<u32>(ERROR_MIN, min);
  store<u32>(ERROR_MAX, max);
  return error(seL4_RangeError);
}

export function alignmentError(): u32 {
  return error(seL4_AlignmentError);
}

/** The LOOKUP_* words say why. */
export function failedLookup(wasSource: bool): u32 {
  store<u32>(ERROR_WAS_SOURCE, wasSource ? 1 : 0);
  return error(seL4_FailedLookup);
}

export function truncatedMessage(): u32 {
  return error(seL4_TruncatedMessage);
}

export function deleteFirst(): u32 {
  return error(seL4_DeleteFirst);
}

export function revokeFirst(): u32 {
  return error(seL4_RevokeFirst);
}

export function notEnoughMemory(bytesLeft: u32): u32 {
  store<u32>(ERROR_MEMORY_LEFT, bytesLeft);
  return error(seL4_NotEnoughMemory);
}

function lookupFault(kind: u32, bitsLeft: u32, bitsFound: u32, guardSize: u32): u32 {
  store<u32>(LOOKUP_KIND, kind);
  store<u32>(LOOKUP_BITS_LEFT, bitsLeft);
  store<u32>(LOOKUP_BITS_FOUND, bitsFound);
  store<u32>(LOOKUP_GUARD_SIZE, guardSize);
  return LOOKUP_FAULT;
}

export function invalidRoot(): u32 {
  return lookupFault(seL4_InvalidRoot, 0, 0, 0);
}

export function missingCapability(bitsLeft: u32): u32 {
  return lookupFault(seL4_MissingCapability, bitsLeft, 0, 0);
}

export function depthMismatch(bitsLeft: u32, bitsFound: u32): u32 {
  return lookupFault(seL4_DepthMismatch, bitsLeft, bitsFound, 0);
}

export function guardMismatch(bitsLeft: u32, guard: u32, guardSize: u32): u32 {
  return lookupFault(seL4_GuardMismatch, bitsLeft, guard, guardSize);
}

/** Turns the last lookup failure into a fault to be raised for the thread that used `cptr`. */
export function capFault(cptr: u32, inReceivePhase: bool): u32 {
  store<u32>(FAULT, seL4_CapFault);
  store<u32>(FAULT + 4, cptr);
  store<u32>(FAULT + 8, inReceivePhase ? 1 : 0);
  memory.copy(FAULT + 12, LOOKUP_KIND, 16);
  return FAULTED;
}
