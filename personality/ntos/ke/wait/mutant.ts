/**
 * Mutants: mutexes that may be taken again by their owner, and that survive him.
 *
 * `state` is NT's count: 1 is free, 0 and below owned, one less for each time that the owner has
 * taken it again. A mutant whose owner ends is free, and tells the next owner: the wait's status is
 * STATUS_ABANDONED_WAIT_0 and its index.
 *
 *   release(thread)   the count before; undefined: the thread is not its owner
 *   abandon()         its owner has ended, or the mutant is deleted
 */
import * as Status from '../../../rtl/ntstatus.ts';
import { NtException } from '../../../rtl/status.ts';
import { Dispatcher } from './dispatcher.ts';
import type { KThread } from './thread.ts';

/** The least count there is: NT's is a LONG. */
const LEAST = -0x8000_0000;

export class KMutant extends Dispatcher {
  #state = 1;
  #owner: KThread | undefined;
  #abandoned = false;

  constructor(owner?: KThread) {
    super();
    if (owner) this.consume(owner);
  }

  get state(): number {
    return this.#state;
  }

  get owner(): KThread | undefined {
    return this.#owner;
  }

  get abandoned(): boolean {
    return this.#abandoned;
  }

  isSignalled(thread: KThread | undefined): boolean {
    return this.#state > 0 || (thread !== undefined && this.#owner === thread);
  }

  /** Raises STATUS_MUTANT_LIMIT_EXCEEDED. */
  override consume(thread: KThread | undefined): boolean {
    if (this.#state === LEAST) throw new NtException(Status.STATUS_MUTANT_LIMIT_EXCEEDED);
    this.#state--;
    this.#owner = thread;
    thread?.mutants.add(this);
    const abandoned = this.#abandoned;
    this.#abandoned = false;
    return abandoned;
  }

  release(thread: KThread): number | undefined {
    if (this.#owner !== thread) return undefined;
    const before = this.#state++;
    if (this.#state > 0) this.#free();
    return before;
  }

  abandon(): void {
    if (this.#state > 0) return;
    this.#state = 1;
    this.#abandoned = true;
    this.#free();
  }

  #free(): void {
    this.#owner?.mutants.delete(this);
    this.#owner = undefined;
    this.test();
  }
}
