/**
 * Numbers that name things, and come again only when all others have been used.
 *
 * They ascend by `step` and start anew behind `limit`; a number that still names something is
 * passed over. So a stale number is an error for as long as possible, and numbers never run out.
 *
 *   new Ids(limit, step)
 *   next(inUse)            undefined where all are in use
 */
export class Ids {
  readonly #step: number;
  readonly #limit: number;
  #last = 0;

  constructor(limit: number, step = 1) {
    this.#step = step;
    this.#limit = limit;
  }

  next(inUse: (id: number) => boolean): number | undefined {
    const all = Math.floor(this.#limit / this.#step);
    for (let tries = 0; tries < all; tries++) {
      this.#last += this.#step;
      if (this.#last > this.#limit) this.#last = this.#step;
      if (!inUse(this.#last)) return this.#last;
    }
    return undefined;
  }
}
