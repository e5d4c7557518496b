/**
 * How a call ends that is not carried out: what a decoder throws, before anything was changed.
 *
 *   SyscallError   answered with a label and message registers (manual, section 10.1)
 *   LookupFailure  why a capability address did not resolve; becomes a CapFault or FailedLookup
 *   PREEMPTED      a long operation stopped at a preemption point: the call is to be made again
 *
 * None of them is a JavaScript Error: they are ordinary results, and a stack trace costs more
 * than the call.
 */
import * as abi from '../../../kernel-as/abi.ts';

export class LookupFailure {
  readonly words: readonly number[];
  constructor(...words: number[]) {
    this.words = words;
  }
}

export const invalidRoot = () => new LookupFailure(abi.seL4_InvalidRoot);
export const missingCapability = (bitsLeft: number) =>
  new LookupFailure(abi.seL4_MissingCapability, bitsLeft);
export const depthMismatch = (bitsLeft: number, bitsFound: number) =>
  new LookupFailure(abi.seL4_DepthMismatch, bitsLeft, bitsFound);
export const guardMismatch = (bitsLeft: number, guard: number, guardSize: number) =>
  new LookupFailure(abi.seL4_GuardMismatch, bitsLeft, guard, guardSize);

export class SyscallError {
  readonly words: readonly number[];
  readonly label: number;

  constructor(label: number, ...words: number[]) {
    this.label = label;
    this.words = words;
  }
}

export const invalidArgument = (n: number) => new SyscallError(abi.seL4_InvalidArgument, n);
export const invalidCapability = (n: number) => new SyscallError(abi.seL4_InvalidCapability, n);
export const illegalOperation = () => new SyscallError(abi.seL4_IllegalOperation);
export const rangeError = (min: number, max: number) =>
  new SyscallError(abi.seL4_RangeError, min, max);
export const alignmentError = () => new SyscallError(abi.seL4_AlignmentError);
export const failedLookup = (wasSource: boolean, failure: LookupFailure) =>
  new SyscallError(abi.seL4_FailedLookup, wasSource ? 1 : 0, ...failure.words);
export const truncatedMessage = () => new SyscallError(abi.seL4_TruncatedMessage);
export const deleteFirst = () => new SyscallError(abi.seL4_DeleteFirst);
export const revokeFirst = () => new SyscallError(abi.seL4_RevokeFirst);
export const notEnoughMemory = (left: number) => new SyscallError(abi.seL4_NotEnoughMemory, left);

export const PREEMPTED = { preempted: true } as const;
