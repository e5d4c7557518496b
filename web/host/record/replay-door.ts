/**
 * A door that lets in what a log says, in its order.
 *
 *   new ReplayDoor(entries, differ)   `differ` is told, in words, of a look that the log has not
 *   turn, later, arrival              kept until the log says that they are due:
 *   takeTurn(), takeTimer(back), takeArrival(back)   undefined where nobody waits for such a thing
 *
 * After a difference time goes on by itself, a microsecond for each look, so that who waits by
 * looking comes to an end.
 */
import type { Door } from '../../../personality/sel4/door.ts';
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
  readonly #timers = new Map<number, () => void>();
  readonly #arrivals = new Map<number, Arrival>();
  #lastTimer = 0;
  #lastArrival = 0;
  #now = 0;
  #date = 0;

  constructor(entries: Entries, differ: (why: string) => void) {
    this.#entries = entries;
    this.#differ = differ;
  }

  now(): number {
    const now = this.#entries.look();
    if (now === undefined) this.#differ('somebody looks at the clock who did not');
    this.#now = now ?? this.#now + 1;
    return this.#now / 1000;
  }

  date(): number {
    const date = this.#entries.date();
    if (date === undefined) this.#differ('somebody looks at the date who did not');
    this.#date = date ?? this.#date;
    return this.#date;
  }

  turn(task: () => void): void {
    this.#turns.push(task);
  }

  later(task: () => void): () => void {
    const number = ++this.#lastTimer;
    this.#timers.set(number, task);
    return () => void this.#timers.delete(number);
  }

  arrival<T>(promise: Promise<T>): Promise<T> {
    const number = ++this.#lastArrival;
    // It is looked at when it is due, and may have failed by then.
    promise.catch(() => undefined);
    return new Promise<T>((resolve, reject) => {
      const settle = resolve as (value: unknown) => void;
      this.#arrivals.set(number, { promise, resolve: settle, reject });
    });
  }

  takeTurn(): (() => void) | undefined {
    return this.#turns.shift();
  }

  takeTimer(back: number): (() => void) | undefined {
    return taken(this.#timers, this.#lastTimer - back);
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
