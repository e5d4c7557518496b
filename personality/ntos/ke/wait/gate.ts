/**
 * Gates: the end of a process or a thread. Set once, and signalled from then on.
 *
 *   set()
 *   wait(timeout)   for coroutines of the Executive's own, in microseconds; false: it has passed
 */
import * as Status from '../../../rtl/ntstatus.ts';
import type { Ke } from '../types.ts';
import { Dispatcher } from './dispatcher.ts';
import { KeWaitForSingleObject } from './wait.ts';

export class KGate extends Dispatcher {
  readonly #ke: Pick<Ke, 'coroutines'>;
  #open = false;

  constructor(ke: Pick<Ke, 'coroutines'>) {
    super();
    this.#ke = ke;
  }

  get signalled(): boolean {
    return this.#open;
  }

  isSignalled(): boolean {
    return this.#open;
  }

  set(): void {
    this.#open = true;
    this.test();
  }

  async wait(timeout = Infinity): Promise<boolean> {
    const status = await KeWaitForSingleObject(this.#ke, undefined, this, false, timeout);
    return status === Status.STATUS_SUCCESS;
  }
}
