/**
 * Timers: signalled when their time has come, once or again and again.
 *
 * A notification timer stays signalled until it is set anew; a synchronization timer releases one
 * waiter for each time. Setting an active timer cancels it first. A period that the system could
 * not keep up with is skipped, not made up for.
 *
 *   set(due, period, onDue)   microseconds from now and between two times (0: once); `onDue` is
 *                             called at each; whether it was active
 *   cancel()                  whether it was active; the state stays
 */
import { SynchronizationTimer } from '../../../rtl/objects.ts';
import type { Ke, Timer } from '../types.ts';
import { Dispatcher } from './dispatcher.ts';

export class KTimer extends Dispatcher {
  readonly type: number;
  readonly #ke: Pick<Ke, 'after' | 'now'>;
  #signalled = false;
  #pending: Timer | undefined;
  #due = 0;

  constructor(ke: Pick<Ke, 'after' | 'now'>, type: number) {
    super();
    this.#ke = ke;
    this.type = type;
  }

  get signalled(): boolean {
    return this.#signalled;
  }

  get active(): boolean {
    return this.#pending !== undefined;
  }

  /** Microseconds until it is due; negative: it was due so long ago. */
  get remaining(): number {
    return this.#due - this.#ke.now();
  }

  isSignalled(): boolean {
    return this.#signalled;
  }

  override consume(): boolean {
    if (this.type === SynchronizationTimer) this.#signalled = false;
    return false;
  }

  set(due: number, period: number, onDue?: () => void): boolean {
    const before = this.cancel();
    this.#signalled = false;
    this.#due = this.#ke.now() + Math.max(0, due);
    if (due > 0) this.#arm(period, onDue);
    else this.#expire(period, onDue);
    return before;
  }

  cancel(): boolean {
    const before = this.active;
    this.#pending?.cancel();
    this.#pending = undefined;
    return before;
  }

  #arm(period: number, onDue?: () => void): void {
    // One that was cancelled when its time had come already may call back all the same.
    const pending = this.#ke.after(this.remaining, () => {
      if (this.#pending === pending) this.#expire(period, onDue);
    });
    this.#pending = pending;
  }

  #expire(period: number, onDue?: () => void): void {
    this.#pending = undefined;
    if (period > 0) {
      const behind = Math.max(0, -this.remaining);
      this.#due += period * (1 + Math.floor(behind / period));
      this.#arm(period, onDue);
    }
    this.#signalled = true;
    this.test();
    onDue?.();
  }
}
