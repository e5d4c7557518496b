/**
 * Dispatcher objects: what can be waited for.
 *
 * Such an object is signalled or not, and knows who waits for it, in the order in which they came:
 * a list of wait blocks, one for each place in a wait that names the object. What a wait takes away
 * when it is satisfied (an auto-reset event's state, one of a semaphore's count, a mutant's
 * freedom) is `consume`; it is called for the waiter that is satisfied, and for nobody else.
 *
 *   abstract class Dispatcher
 *     isSignalled(thread)   whether a wait of that thread would be satisfied now
 *     consume(thread)       satisfies it; true: the object was abandoned by its last owner
 *     test()                called when it has become signalled: satisfies waits, first come first
 *     add, remove           wait blocks; for wait.ts alone
 *
 * Invariant: between two services no wait is left that could be satisfied.
 */
import type { KThread } from './thread.ts';

export interface WaitBlock {
  /** Satisfies the wait, if it still waits and all that it needs is there. */
  test(): void;
}

export abstract class Dispatcher {
  #blocks: WaitBlock[] = [];

  /** `thread` undefined: for a coroutine of the Executive's own. */
  abstract isSignalled(thread: KThread | undefined): boolean;

  consume(_thread: KThread | undefined): boolean {
    return false;
  }

  /** How many wait blocks there are. */
  get waiting(): number {
    return this.#blocks.length;
  }

  protected test(): void {
    if (this.#blocks.length === 0) return;
    for (const block of [...this.#blocks]) {
      if (!this.isSignalled(undefined)) return;
      block.test();
    }
  }

  add(block: WaitBlock): void {
    this.#blocks.push(block);
  }

  remove(block: WaitBlock): void {
    this.#blocks = this.#blocks.filter((other) => other !== block);
  }
}
