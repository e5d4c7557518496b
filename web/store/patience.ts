/**
 * Waiting for the store no longer than a person would.
 *
 * A transaction may take long, and is given up by its backend in the end (indexeddb.ts). Who holds
 * the disk in memory need not wait for that: after a few seconds he is told `timeout`, and as long
 * as that call is not over everybody else is told so at once, so that a row of calls waits once.
 * The work itself goes on, and may still succeed.
 *
 *   patience.within(work)   its result, or a `timeout` StoreError; `work` is not begun where
 *                           an earlier one is overdue
 */

import { describeFailure, silence } from './failures.ts';
import { TIMES } from './times.ts';

export class Patience {
  readonly #limit: number;
  #overdue = 0;

  constructor(limit = TIMES.patience) {
    this.#limit = limit;
  }

  async within<T>(work: () => Promise<T>): Promise<T> {
    if (this.#overdue > 0) throw silence();
    const running = work();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const expired = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        this.#overdue++;
        const over = (): void => void this.#overdue--;
        running.then(over, over);
        reject(silence());
      }, this.#limit);
    });
    try {
      return await Promise.race([running, expired]);
    } catch (error) {
      throw describeFailure(error);
    } finally {
      clearTimeout(timer);
    }
  }
}
