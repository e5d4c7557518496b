/**
 * How a processor waits when it has nothing to run.
 *
 *   block   spins for a bounded time, then sleeps in Atomics.wait, inside the system call that
 *           found nothing to run; a sleep of REST_MS is a rest, and goes on as *yield* does: a
 *           worker that blocks never gives back the memory that it needed once
 *   yield   spins, then lets the event loop turn until the wake word changes: Atomics.waitAsync,
 *           else polling
 *   local   lets the event loop turn; whatever makes a thread ready on this processor kicks it
 *
 * Lost wake-ups: the wake word counts enqueues for this processor. It is read *before* the look at
 * the ready queue that found nothing; who enqueues counts it up after enqueuing, and notifies where
 * the processor says that it sleeps.
 *
 * The word that says so has a bit for each worker, by its number, which it alone sets and takes
 * back: a worker that was released, and that falls asleep or wakes up late, does not make its
 * successor's sleep look like waking. docs/protocols.md has the model.
 *
 * Spinning pays only where the answer is quick, and costs a core where it is not. The budget
 * follows: full after an answer within it, halved by each miss down to none, tried again when
 * sleeps turn out to have been short; the longer in vain, the less often, since where two
 * processors share a core each turn spun keeps the answer away. That is not rare: after a rest, who
 * is woken is often put onto the core of whoever woke it.
 * docs/decisions/0001-idle-policies.md has the figures.
 */
import {
  PlatformPromise,
  add,
  and,
  later,
  load,
  macrotask,
  nowMs,
  or,
  promiseThen,
  wait,
  waitAsync,
} from './intrinsics.ts';
import { LAST_SLEEPER } from './library.ts';

export type IdlePolicy = 'block' | 'yield' | 'local';

const SPIN_MS = 0.05;
/** A sleep shorter than this is one that spinning might have caught. */
const SHORT_MS = 0.15;
/** After so many short sleeps the full budget is tried again: at first, and at most. */
const RETRY = 8;
const RETRY_MOST = 16_384;
/**
 * After so many short sleeps and no spin that paid, who wakes this one is likely on its core;
 * and as the two never want to run at the same time, no scheduler parts them. A spin of PART_MS
 * lets the other one wait for a core long enough that an idle one takes it.
 */
const PART = 256;
const PART_MS = 8;
const TURNS = 100;
const REST_MS = 1000;

export interface Idler {
  /**
   * Waits, blocking, until the wake word is no longer `seen`. False where that takes too long: the
   * rest is to be waited for by `arm`.
   */
  block(seen: number): boolean;
  /** Spins only: true where the word changed meanwhile. */
  spin(seen: number): boolean;
  /**
   * Calls `wake` on a later turn of the event loop, once the word is no longer `seen`. False where
   * it has changed already. At most one such wait is outstanding: further ones join it.
   */
  arm(seen: number): boolean;
  /** The processor runs again: nobody need notify it. */
  awake(): void;
  /** Whether this platform can wait without polling. */
  readonly waits: boolean;
}

export function createIdler(
  words: Int32Array,
  wakeWord: number,
  sleepingWord: number,
  wake: () => void,
): Idler {
  let budget = SPIN_MS;
  let shortSleeps = 0;
  let retry = RETRY;
  let armed = false;
  const sleeper = 1 << (add(words, LAST_SLEEPER >>> 2, 1) & 31);
  /**
   * When the last sleep in `block` began. How long ago that is is asked at the next wait: who has
   * just been woken has more urgent things to do than to look at a clock. What ran since, or rested
   * elsewhere, counts as sleep: only waits that follow each other quickly make spinning worth it.
   */
  let fellAsleep: number | undefined;

  function awake(): void {
    and(words, sleepingWord, ~sleeper);
  }

  function spin(seen: number): boolean {
    return budget !== 0 && spinFrom(seen, nowMs());
  }

  function spinFrom(seen: number, start: number): boolean {
    const end = start + budget;
    do {
      for (let i = 0; i < TURNS; i++) {
        if (load(words, wakeWord) !== seen) {
          budget = SPIN_MS;
          retry = RETRY;
          return true;
        }
      }
    } while (nowMs() < end);
    budget = budget < SPIN_MS / 4 || budget > SPIN_MS ? 0 : budget / 2;
    return false;
  }

  function slept(milliseconds: number): void {
    if (milliseconds > SHORT_MS) budget = shortSleeps = 0;
    else if (++shortSleeps >= retry) {
      budget = retry >= PART ? PART_MS : SPIN_MS;
      shortSleeps = 0;
      retry = Math.min(RETRY_MOST, retry * 2);
    }
  }

  function fire(): void {
    armed = false;
    wake();
  }

  /** Without waitAsync: whole turns of the event loop at first, then a timer's. */
  function poll(seen: number, start: number): void {
    if (load(words, wakeWord) !== seen) return fire();
    const again = (): void => poll(seen, start);
    if (nowMs() - start < 2) macrotask(again);
    else later(again, 4);
  }

  return {
    waits: waitAsync !== undefined,
    spin,
    block(seen: number): boolean {
      // Where both share a core, the answer is there as soon as this one gets the core back.
      if (load(words, wakeWord) !== seen) return true;
      const now = nowMs();
      if (fellAsleep !== undefined) slept(now - fellAsleep);
      fellAsleep = undefined;
      if (budget !== 0 && spinFrom(seen, now)) return true;
      fellAsleep = now;
      or(words, sleepingWord, sleeper);
      const end = wait(words, wakeWord, seen, waitAsync ? REST_MS : Infinity);
      awake();
      return end !== 'timed-out';
    },
    arm(seen: number): boolean {
      or(words, sleepingWord, sleeper);
      if (load(words, wakeWord) !== seen) {
        awake();
        return false;
      }
      if (armed) return true;
      armed = true;
      if (waitAsync === undefined) {
        poll(seen, nowMs());
        return true;
      }
      const start = nowMs();
      const result = waitAsync(words, wakeWord, seen);
      const value = result.async ? result.value : PlatformPromise.resolve('not-equal');
      void promiseThen(value, () => {
        slept(nowMs() - start);
        fire();
      });
      return true;
    },
    awake,
  };
}
