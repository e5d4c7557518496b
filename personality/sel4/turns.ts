/**
 * When the event loop of a processor gets its turn.
 *
 * Threads that call one another keep the microtask queue busy, and the loop waiting. Each system
 * call counts; at every LOOK_EVERYth the clock is looked at.
 *
 *   due(syscall)   one more call: true when the loop is to have its turn before the call's outcome
 *   begin()        the loop has turned
 *   skip()         one more, not looked at
 *   hold(stops)    from now on every call that may be put off is asked about: where `stops` says
 *                  so, it is due, and `held` says why. With nothing: as before
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
  hold(stops: (() => boolean) | undefined): void;
  /** The call that was due last was held, and is no turn of the event loop. */
  readonly held: boolean;
  /** System calls made, and turns of the event loop. */
  readonly calls: number;
}

/** `now`: milliseconds. `apply`: whether the loop's turn is waited for at all. */
export function createTurns(now: () => number, apply: () => boolean): Turns {
  let start = now();
  let calls = 0;
  /** Which calls are looked at: a word that is read anyway. */
  let mask = LOOK_EVERY - 1;
  let stops: (() => boolean) | undefined;
  let held = false;

  const late = (syscall: number): boolean =>
    apply() && !answersAtOnce(syscall) && now() - start > TURN_MS;

  /** The clock is looked at where it would be if nobody held anything. */
  function look(syscall: number): boolean {
    held = false;
    if ((calls & (LOOK_EVERY - 1)) === 0 && late(syscall)) return true;
    held = stops !== undefined && !answersAtOnce(syscall) && stops();
    return held;
  }

  return {
    due: (syscall) => (++calls & mask) === 0 && look(syscall),
    begin() {
      start = now();
    },
    skip() {
      calls++;
    },
    hold(asked) {
      stops = asked;
      mask = asked === undefined ? LOOK_EVERY - 1 : 0;
    },
    get held() {
      return held;
    },
    get calls() {
      return calls;
    },
  };
}
