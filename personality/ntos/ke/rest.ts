/**
 * The rest of the Executive: what no boot needs, a part of its program (rtl/parts.ts) that comes
 * when the first of it is wanted.
 *
 *   new Rest(bring, log)   `bring` resolves to undefined when it is here, or to why it is not
 *   here                   it is: what it holds may be used at once
 *   have()                 for coroutines: waits for it. A status; what failed is in the log, in
 *                          words, and the next one who asks tries again
 */
import type { Waitable } from '../../rtl/coroutines.ts';
import * as Status from '../../rtl/ntstatus.ts';
import type { Ke } from './types.ts';

export class Rest {
  readonly #ke: Pick<Ke, 'event' | 'log'>;
  readonly #bring: () => Promise<string | undefined>;
  #coming: Waitable | undefined;
  here = false;

  constructor(ke: Pick<Ke, 'event' | 'log'>, bring: () => Promise<string | undefined>) {
    this.#ke = ke;
    this.#bring = bring;
  }

  async have(): Promise<number> {
    if (!this.here) await (this.#coming ? this.#coming.wait() : this.#fetch());
    return this.here ? Status.STATUS_SUCCESS : Status.STATUS_DLL_NOT_FOUND;
  }

  async #fetch(): Promise<void> {
    const coming = (this.#coming = this.#ke.event());
    try {
      const reason = await this.#bring();
      this.here = reason === undefined;
      if (!this.here) this.#ke.log(`a part of the system could not be loaded: ${reason}`);
    } finally {
      this.#coming = undefined;
      coming.set();
    }
  }
}
