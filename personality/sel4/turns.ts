/**
 * When the event loop of a processor gets its turn.
 *
 * Threads that call one another keep the microtask queue busy, and the loop waiting. Each system
 * call counts; at every LOOK_EVERYth the clock is looked at.
 *
 *   due(syscall)   one more call: true when the loop is to have its turn before the call's outcome
 *   begin()        the loop has turned
 *   skip()         one more, not looked at
 *   waits(syscall) whether the call may wait for another thread; signals are sends
 */
import { SysNBRecv, SysNBSend, SysReply, SysSend } from '../../kernel-as/abi.ts';

/** How long threads may run on while the event loop waits, and how often that is looked at. */
const TURN_MS = 8;
const LOOK_EVERY = 128;

/**
 * Calls that are never put off for the event loop's sake: their callers, which may hold a whole set
 * of coroutines, rely on an answer at once. Send is among them, since signals are sends.
 */
function answersAtOnce(syscall: number): boolean {
  return syscall === SysSend || syscall === SysNBSend || syscall === SysReply;
}

export function waits(syscall: number): boolean {
  return !answersAtOnce(syscall) && syscall !== SysNBRecv;
}

export interface Turns {
  due(syscall: number): boolean;
  begin(): void;
  skip(): void;
  /** System calls made, and turns of the event loop. */
  readonly calls: number;
}

/** `now`: milliseconds. `apply`: whether the loop's turn is waited for at all. */
export function createTurns(now: () => number, apply: () => boolean): Turns {
  let start = now();
  let calls = 0;

  const late = (syscall: number): boolean =>
    apply() && !answersAtOnce(syscall) && now() - start > TURN_MS;

  return {
    due: (syscall) => (++calls & (LOOK_EVERY - 1)) === 0 && late(syscall),
    begin() {
      start = now();
    },
    skip() {
      calls++;
    },
    get calls() {
      return calls;
    },
  };
}
