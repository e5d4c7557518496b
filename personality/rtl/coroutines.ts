/**
 * Many coroutines on one kernel thread.
 *
 * The Executive and every driver run their requests as async functions on a single thread. A thread
 * may only enter a system call that can block when none of its coroutines can run on; JavaScript
 * does not say when that is, so this file counts: a coroutine is *running* from spawn until it
 * settles, except while it waits on a `Waitable`. Before it blocks, the thread's loop awaits
 * `drain()`.
 *
 * Invariant: a coroutine awaits nothing but Waitables, and functions that in the end await nothing
 * but Waitables.
 *
 *   new Coroutines(now)     one per thread; now() in microseconds
 *   spawn(body)             starts one; never throws, the promise settles with the body
 *   run(body)               the same for what may also answer at once
 *   drain()                 resolves when all are waiting or done
 *   expire()                wakes those whose time is up; `nextDue` says when to call it
 *   new Waitable(coroutines, autoReset)   an event: set, reset, wait(timeout)
 */

interface Waiter {
  resolve(signalled: boolean): void;
  due: number;
  owner: Waitable;
}

/**
 * More microtasks than any chain of returns needs: past it a coroutine is awaiting something
 * foreign.
 */
const DRAIN_LIMIT = 100_000;

export class Coroutines {
  #running = 0;
  readonly #now: () => number;
  readonly #timed = new Set<Waiter>();
  /** The earliest due time; undefined: to be found again. */
  #nextDue: number | undefined = Infinity;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether a coroutine could run on now. */
  get busy(): boolean {
    return this.#running > 0;
  }

  /** How many waits have a due time: for tests. */
  get timed(): number {
    return this.#timed.size;
  }

  /** The earliest due time among waits, in microseconds of `now`, or Infinity. */
  get nextDue(): number {
    if (this.#nextDue === undefined) {
      this.#nextDue = Infinity;
      for (const { due } of this.#timed) if (due < this.#nextDue) this.#nextDue = due;
    }
    return this.#nextDue;
  }

  spawn<T>(body: () => Promise<T>): Promise<T> {
    this.#running++;
    return this.#settle(body);
  }

  /**
   * Runs a function that may answer at once or become a coroutine: `body` is counted from here
   * until its promise settles. What it throws at once is thrown.
   */
  run<T>(body: () => T | Promise<T>): T | Promise<T> {
    this.#running++;
    let result: T | Promise<T>;
    try {
      result = body();
    } catch (error) {
      this.#running--;
      throw error;
    }
    if (result instanceof Promise) return this.#settle(() => result as Promise<T>);
    this.#running--;
    return result;
  }

  async #settle<T>(body: () => Promise<T>): Promise<T> {
    try {
      return await body();
    } finally {
      this.#running--;
    }
  }

  async drain(): Promise<void> {
    for (let turns = 0; this.#running > 0; turns++) {
      if (turns > DRAIN_LIMIT)
        throw new Error('a coroutine awaits something that is not a Waitable');
      await undefined;
    }
  }

  expire(): void {
    const now = this.#now();
    if (this.nextDue > now) return;
    for (const waiter of [...this.#timed]) if (waiter.due <= now) waiter.owner.giveUp(waiter);
  }

  /** For Waitable alone. */
  block(owner: Waitable, timeout: number): { waiter: Waiter; promise: Promise<boolean> } {
    let resolve!: (signalled: boolean) => void;
    const promise = new Promise<boolean>((done) => (resolve = done));
    const due = timeout === Infinity ? Infinity : this.#now() + timeout;
    const waiter: Waiter = { due, owner, resolve };
    if (due !== Infinity) this.#timed.add(waiter);
    if (this.#nextDue !== undefined && due < this.#nextDue) this.#nextDue = due;
    this.#running--;
    return { waiter, promise };
  }

  /** For Waitable alone. */
  unblock(waiter: Waiter, signalled: boolean): void {
    this.#timed.delete(waiter);
    if (waiter.due === this.#nextDue) this.#nextDue = undefined;
    this.#running++;
    waiter.resolve(signalled);
  }
}

/** Where somebody else finds the ways to end a wait; a Set is one. */
export interface Cancels {
  add(cancel: () => void): unknown;
  delete(cancel: () => void): unknown;
}

/**
 * An event that coroutines of one thread wait on. Auto-reset releases one waiter a set;
 * manual-reset releases all and stays set.
 */
export class Waitable {
  readonly #coroutines: Coroutines;
  readonly #autoReset: boolean;
  #signalled: boolean;
  #waiters: Waiter[] = [];

  constructor(coroutines: Coroutines, autoReset = false, signalled = false) {
    this.#coroutines = coroutines;
    this.#autoReset = autoReset;
    this.#signalled = signalled;
  }

  get signalled(): boolean {
    return this.#signalled;
  }

  /** The state before. */
  set(): boolean {
    const before = this.#signalled;
    if (this.#autoReset) {
      const waiter = this.#waiters.shift();
      if (waiter) this.#coroutines.unblock(waiter, true);
      else this.#signalled = true;
      return before;
    }
    this.#signalled = true;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) this.#coroutines.unblock(waiter, true);
    return before;
  }

  reset(): boolean {
    const before = this.#signalled;
    this.#signalled = false;
    return before;
  }

  /**
   * Call only from inside a coroutine. `timeout` in microseconds; resolves to false when it passed.
   * Zero or less polls. While it waits, a function that ends the wait (as if the time had passed)
   * is in `cancels`.
   */
  async wait(timeout = Infinity, cancels?: Cancels): Promise<boolean> {
    if (this.#signalled) {
      if (this.#autoReset) this.#signalled = false;
      return true;
    }
    if (timeout <= 0) return false;
    const { waiter, promise } = this.#coroutines.block(this, timeout);
    this.#waiters.push(waiter);
    if (!cancels) return promise;
    const cancel = (): void => this.giveUp(waiter);
    cancels.add(cancel);
    const signalled = await promise;
    cancels.delete(cancel);
    return signalled;
  }

  /** For Coroutines.expire and `cancels`. */
  giveUp(waiter: Waiter): void {
    if (!this.#waiters.includes(waiter)) return;
    this.#waiters = this.#waiters.filter((other) => other !== waiter);
    this.#coroutines.unblock(waiter, false);
  }
}
