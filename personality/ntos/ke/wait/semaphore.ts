/**
 * Semaphores: signalled while the count is above zero; each wait that is satisfied takes one.
 *
 *   release(adjustment)   the count before; undefined: it would pass the limit, and nothing changed
 */
import { Dispatcher } from './dispatcher.ts';

export class KSemaphore extends Dispatcher {
  readonly limit: number;
  #count: number;

  constructor(count: number, limit: number) {
    super();
    this.#count = count;
    this.limit = limit;
  }

  get count(): number {
    return this.#count;
  }

  isSignalled(): boolean {
    return this.#count > 0;
  }

  override consume(): boolean {
    this.#count--;
    return false;
  }

  release(adjustment: number): number | undefined {
    const before = this.#count;
    if (before + adjustment > this.limit) return undefined;
    this.#count += adjustment;
    this.test();
    return before;
  }
}
