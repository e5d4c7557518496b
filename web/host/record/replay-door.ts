/**
 * A door that lets in what a log says, in its order.
 *
 *   new ReplayDoor(entries, differ)   `differ` is told, in words, of a look that the log has not
 *   turn, later, arrival              kept until the log says that they are due:
 *   free()                            nothing of the log any more: what waits, and what comes, is
 *                                     the platform's
 *   takeTurn(), takeTimer(back), takeArrival(back)   undefined where nobody waits for such a thing
 *
 * After a difference time goes on by itself, a microsecond for each look, so that who waits by
 * looking comes to an end.
 */
import { type Door, platformDoor } from '../../../personality/sel4/door.ts';
import type { Entries } from './entries.ts';

interface Arrival {
  readonly promise: Promise<unknown>;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export class ReplayDoor implements Door {
  readonly #entries: Entries;
  readonly #differ: (why: string) => void;
  readonly #turns: (() => void)[] = [];
  readonly #timers = new Map<number, { task: () => void; due: number }>();
  readonly #arrivals = new Map<number, Arrival>();
  #lastTimer = 0;
  #lastArrival = 0;
  #now = 0;
  #first: number | undefined;
  #date = 0;
  /** What the platform's clock said when the log was left. */
  #freedAt: number | undefined;

  constructor(entries: Entries, differ: (why: string) => void) {
    this.#entries = entries;
    this.#differ = differ;
  }

  /** Microseconds since the first look at the clock, at the last one. */
  get time(): number {
    return this.#now - (this.#first ?? this.#now);
  }

  now(): number {
    if (this.#freedAt !== undefined) return this.#now / 1000 + platformDoor.now() - this.#freedAt;
    const now = this.#entries.look();
    if (now === undefined) this.#differ('somebody looks at the clock who did not');
    this.#now = now ?? this.#now + 1;
    this.#first ??= this.#now;
    return this.#now / 1000;
  }

  date(): number {
    if (this.#freedAt !== undefined) return platformDoor.date();
    const date = this.#entries.date();
    if (date === undefined) this.#differ('somebody looks at the date who did not');
    this.#date = date ?? this.#date;
    return this.#date;
  }

  free(): void {
    if (this.#freedAt !== undefined) return;
    this.#freedAt = platformDoor.now();
    for (const task of this.#turns.splice(0)) platformDoor.turn(task);
    for (const number of this.#timers.keys()) this.#arm(number);
    for (const { promise, resolve, reject } of this.#arrivals.values())
      promise.then(resolve, reject);
  }

  turn(task: () => void): void {
    if (this.#freedAt !== undefined) platformDoor.turn(task);
    else this.#turns.push(task);
  }

  later(task: () => void, ms: number): () => void {
    const number = ++this.#lastTimer;
    this.#timers.set(number, { task, due: this.#now / 1000 + ms });
    if (this.#freedAt !== undefined) this.#arm(number);
    return () => void this.#timers.delete(number);
  }

  #arm(number: number): void {
    const left = this.#timers.get(number)!.due - this.now();
    platformDoor.later(() => taken(this.#timers, number)?.task(), Math.max(0, left));
  }

  arrival<T>(promise: Promise<T>): Promise<T> {
    const number = ++this.#lastArrival;
    // It is looked at when it is due, and may have failed by then.
    promise.catch(() => undefined);
    if (this.#freedAt !== undefined) return promise;
    return new Promise<T>((resolve, reject) => {
      const settle = resolve as (value: unknown) => void;
      this.#arrivals.set(number, { promise, resolve: settle, reject });
    });
  }

  takeTurn(): (() => void) | undefined {
    return this.#turns.shift();
  }

  takeTimer(back: number): (() => void) | undefined {
    return taken(this.#timers, this.#lastTimer - back)?.task;
  }

  takeArrival(back: number): Arrival | undefined {
    return taken(this.#arrivals, this.#lastArrival - back);
  }
}

function taken<T>(map: Map<number, T>, number: number): T | undefined {
  const found = map.get(number);
  map.delete(number);
  return found;
}
