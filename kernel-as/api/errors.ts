/**
 * The answer of a failed invocation: the error's number as label, its details in message registers.
 *
 * Manual: section 10.1 (error codes).
 */
import {
  SysCall, seL4_FailedLookup, seL4_InvalidArgument, seL4_InvalidCapability, seL4_NotEnoughMemory,
  seL4_RangeError,
} from '../abi.ts';
import {
  ERROR_ARGUMENT, ERROR_CAP, ERROR_MAX, ERROR_MEMORY_LEFT, ERROR_MIN, ERROR_TYPE, ERROR_WAS_SOURCE,
  LOOKUP_KIND, TCB_SYSCALL,
} from '../layout.ts';
import { lookupIPCBuffer, makeInfo, setMR, setResult } from '../kernel/message.ts';
import { setMRsLookupFailure } from './faults.ts';

export function replyWithError(thread: u32): void {
  const buffer = lookupIPCBuffer(true, thread);
  const length = setErrorMRs(thread, buffer);
  setResult(thread, 0, makeInfo(load<u32>(ERROR_TYPE), 0, 0, length));
}

/** Whether somebody waits for a method's results: not where it was invoked by Send. */
export function wantsReply(thread: u32): bool {
  return load<i32>(thread + TCB_SYSCALL) == SysCall;
}

/** A method's one result. */
export function replyWithWord(thread: u32, word: u32): void {
  if (wantsReply(thread)) replyWithWords(thread, setMR(thread, 0, 0, word));
}

/** A method's results are in the first `length` message registers. */
export function replyWithWords(thread: u32, length: u32): void {
  setResult(thread, 0, makeInfo(0, 0, 0, length));
}

function setErrorMRs(thread: u32, buffer: u32): u32 {
  switch (load<u32>(ERROR_TYPE)) {
    case seL4_InvalidArgument:
      return setMR(thread, buffer, 0, load<u32>(ERROR_ARGUMENT));
    case seL4_InvalidCapability:
      return setMR(thread, buffer, 0, load<u32>(ERROR_CAP));
    case seL4_RangeError:
      setMR(thread, buffer, 0, load<u32>(ERROR_MIN));
      return setMR(thread, buffer, 1, load<u32>(ERROR_MAX));
    case seL4_FailedLookup:
      setMR(thread, buffer, 0, load<u32>(ERROR_WAS_SOURCE));
      return setMRsLookupFailure(thread, buffer, LOOKUP_KIND, 1);
    case seL4_NotEnoughMemory:
      return setMR(thread, buffer, 0, load<u32>(ERROR_MEMORY_LEFT));
    default:
      return 0;
  }
}
