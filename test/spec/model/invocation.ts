/**
 * An invocation: the message of a call to a kernel object, and how it begins to act.
 *
 * A decoder checks everything first, in the order the manual gives, and throws a SyscallError
 * having changed nothing. Then it calls `act`: the caller goes to Restart, and what follows
 * cannot fail, except by PREEMPTED.
 */
import { type Buffer, getMR, setReply } from './message.ts';
import type { Kernel, Slot, Tcb } from './state.ts';
import { setThreadState } from './thread.ts';

export interface Invocation {
  readonly thread: Tcb;
  /** Where the invoked capability is. */
  readonly slot: Slot;
  readonly label: number;
  readonly length: number;
  readonly buffer: Buffer | null;
  readonly caps: readonly Slot[];
  /** Whether an answer is wanted. */
  readonly isCall: boolean;
  /** Whether the caller may be told to access a port itself. */
  readonly portsAllowed: boolean;
  readonly blocking: boolean;
}

export const arg = (call: Invocation, index: number) => getMR(call.thread, call.buffer, index);
export const extra = (call: Invocation, index: number) => call.caps[index]!;

export function act(k: Kernel, call: Invocation): void {
  setThreadState(k, call.thread, 'restart');
}

/**
 * The method is done and answers with words, rather than with nothing: if it was called, not where
 * it was invoked by Send.
 */
export function answer(k: Kernel, call: Invocation, words: readonly number[]): void {
  if (call.isCall) setReply(call.thread, 0, words);
  setThreadState(k, call.thread, 'running');
}
