/**
 * How often somebody may do something that costs others: so many times at once, then one each
 * pause.
 *
 *   new RateLimit(burst, pause)     times, microseconds
 *   allows(who, now)                and counts it
 */
export class RateLimit {
  readonly #burst: number;
  readonly #pause: number;
  /** When all of the burst is to be had again. */
  readonly #full = new WeakMap<object, number>();

  constructor(burst: number, pause: number) {
    this.#burst = burst;
    this.#pause = pause;
  }

  allows(who: object, now: number): boolean {
    const full = Math.max(this.#full.get(who) ?? 0, now) + this.#pause;
    if (full > now + this.#burst * this.#pause) return false;
    this.#full.set(who, full);
    return true;
  }
}
