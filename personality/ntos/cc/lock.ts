/**
 * Locks for coroutines, first come first served.
 *
 *   Mutex          one holder
 *   TransferLock   many that read a device, or one that writes to it: what a read brings is then
 *                  never older than a write that
 *                  ended before, and what two caches write to the same sector reaches the disk in
 *                  their order
 *
 * `acquire` resolves when the lock is held; whoever holds it releases it in a `finally`. Not
 * recursive. Who gives `cancels` may be told false: he gave up while he waited, and holds nothing.
 */
import type { Cancels, Waitable } from '../../rtl/coroutines.ts';

type MakeEvent = () => Waitable;

interface Waiter {
  readonly exclusive: boolean;
  readonly event: Waitable;
}

export class TransferLock {
  readonly #makeEvent: MakeEvent;
  readonly #waiters: Waiter[] = [];
  #readers = 0;
  #writer = false;

  constructor(makeEvent: MakeEvent) {
    this.#makeEvent = makeEvent;
  }

  get held(): boolean {
    return this.#writer || this.#readers > 0;
  }

  async acquire(exclusive: boolean, cancels?: Cancels): Promise<boolean> {
    if (this.#waiters.length === 0 && this.#free(exclusive)) {
      this.#take(exclusive);
      return true;
    }
    const waiter = { exclusive, event: this.#makeEvent() };
    this.#waiters.push(waiter);
    if (await waiter.event.wait(Infinity, cancels)) return true;
    const at = this.#waiters.indexOf(waiter);
    if (at >= 0) {
      this.#waiters.splice(at, 1);
      this.#grant();
    } else {
      // It became his after he had given up, and before he ran on.
      this.release(exclusive);
    }
    return false;
  }

  release(exclusive: boolean): void {
    if (exclusive) this.#writer = false;
    else this.#readers--;
    this.#grant();
  }

  #grant(): void {
    for (let next = this.#waiters[0]; next && this.#free(next.exclusive); next = this.#waiters[0]) {
      this.#waiters.shift();
      // Taken here, for the one that wakes: nobody can come between.
      this.#take(next.exclusive);
      next.event.set();
    }
  }

  #free(exclusive: boolean): boolean {
    return !this.#writer && (!exclusive || this.#readers === 0);
  }

  #take(exclusive: boolean): void {
    if (exclusive) this.#writer = true;
    else this.#readers++;
  }
}

export class Mutex {
  readonly #makeEvent: MakeEvent;
  /** Made by the first who takes it: most files are closed before anybody does. */
  #lock: TransferLock | undefined;

  constructor(makeEvent: MakeEvent) {
    this.#makeEvent = makeEvent;
  }

  get held(): boolean {
    return this.#lock?.held ?? false;
  }

  acquire(cancels?: Cancels): Promise<boolean> {
    this.#lock ??= new TransferLock(this.#makeEvent);
    return this.#lock.acquire(true, cancels);
  }

  release(): void {
    this.#lock?.release(true);
  }

  async run<T>(body: () => Promise<T>): Promise<T> {
    await this.acquire();
    try {
      return await body();
    } finally {
      this.release();
    }
  }
}
