/**
 * How often a process that died is started again.
 *
 * Whoever keeps a process running asks before each new start. Of RESTARTS starts within
 * RESTART_WINDOW the next one is refused: what dies at once, again and again, would otherwise use
 * up the machine and look like a system that runs.
 *
 *   new RestartLimit(policy)   one for each process that is kept running
 *   allows(now)                whether it may be started once more, and counts it if so
 *   pause                      how long to wait before the start that was allowed last: nothing at
 *                              first, then twice as long each time that it dies within the window
 */

export const RESTARTS = 10;
/** Microseconds. */
export const RESTART_WINDOW = 30_000_000;

/** No pause is longer, in microseconds. */
export const LONGEST_PAUSE = 5_000_000;

export interface RestartPolicy {
  /** Starts within `window` microseconds. Default: RESTARTS within RESTART_WINDOW. */
  readonly tries?: number;
  readonly window?: number;
  /** Microseconds before the second start within the window. Default: 10,000. */
  readonly pause?: number;
}

const FIRST_PAUSE = 10_000;

export class RestartLimit {
  readonly #policy: RestartPolicy;
  #times: number[] = [];

  constructor(policy: RestartPolicy = {}) {
    this.#policy = policy;
  }

  get pause(): number {
    const before = this.#times.length - 1;
    if (before <= 0) return 0;
    return Math.min(LONGEST_PAUSE, (this.#policy.pause ?? FIRST_PAUSE) * 2 ** (before - 1));
  }

  /** `now` in microseconds of any clock that does not go back. */
  allows(now: number): boolean {
    const { tries = RESTARTS, window = RESTART_WINDOW } = this.#policy;
    this.#times = this.#times.filter((time) => now - time < window);
    if (this.#times.length >= tries) return false;
    this.#times.push(now);
    return true;
  }
}
