/**
 * Events. A notification event stays signalled and releases all who wait; a synchronization event
 * releases one and is not signalled any more.
 *
 *   set(), reset()   the state before
 *   pulse()          releases who waits now, and is not signalled any more; the state before
 */
import { SynchronizationEvent } from '../../../rtl/nt.ts';
import { Dispatcher } from './dispatcher.ts';

export class KEvent extends Dispatcher {
  readonly type: number;
  #signalled: boolean;

  constructor(type: number, signalled = false) {
    super();
    this.type = type;
    this.#signalled = signalled;
  }

  get signalled(): boolean {
    return this.#signalled;
  }

  isSignalled(): boolean {
    return this.#signalled;
  }

  override consume(): boolean {
    if (this.type === SynchronizationEvent) this.#signalled = false;
    return false;
  }

  set(): boolean {
    const before = this.#signalled;
    this.#signalled = true;
    this.test();
    return before;
  }

  reset(): boolean {
    const before = this.#signalled;
    this.#signalled = false;
    return before;
  }

  pulse(): boolean {
    const before = this.set();
    this.#signalled = false;
    return before;
  }
}
