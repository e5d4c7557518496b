/**
 * How often a process that died is started again.
 *
 * Whoever keeps a process running asks before each new start. Of RESTARTS starts within
 * RESTART_WINDOW the next one is refused: what dies at once, again and again, would otherwise use
 * up the machine and look like a system that runs.
 *
 *   new RestartLimit()   one for each process that is kept running
 *   allows(now)          whether it may be started once more, and counts it if so
 */

export const RESTARTS = 10;
/** Microseconds. */
export const RESTART_WINDOW = 30_000_000;

export class RestartLimit {
  #times: number[] = [];

  /** `now` in microseconds of any clock that does not go back. */
  allows(now: number): boolean {
    this.#times = this.#times.filter((time) => now - time < RESTART_WINDOW);
    if (this.#times.length >= RESTARTS) return false;
    this.#times.push(now);
    return true;
  }
}
