/**
 * A gate behind the door of a recorded session (recorder.ts): while it is shut nothing comes in,
 * and its clock stands still. While one event is done it goes: a program that calls and calls is
 * interrupted by it.
 *
 *   now(), later()     as the platform's door, by the gate's clock
 *   come(task)         what has come: let in now, or in its turn
 *   shut(), open()     what comes meanwhile waits in order; timers have as long to go as they had
 *   hold(), release()  events wait, and the clock goes on: between two entries of a slow system
 *   pace(times)        the clock goes so many times slower
 *   one(then)          lets in the next event that comes, and is shut; `then` when it is done
 *   during(act, then)  the clock goes while `act` is done, and stands still by `then`
 *   input(act, input)  an input of the page: the same; `onDone` is told when it is answered
 *
 * The system behind it does not see how long it was shut: no timeout of its own passes meanwhile.
 * The date is the wall's. Each event stays a task of its own (recorder.ts).
 */
import type { Door } from '../../../personality/sel4/door.ts';
import type { Input } from './inputs.ts';

interface Timer {
  /** By the gate's clock. */
  readonly due: number;
  readonly task: () => void;
  forget?: () => void;
}

export class Gate {
  /** When the last event was let in, by the platform's clock. */
  since = 0;
  onDone: ((input: Input) => void) | undefined;
  readonly #platform: Door;
  readonly #timers = new Set<Timer>();
  readonly #waiting: (() => void)[] = [];
  #held = false;
  #shut = false;
  #stopped = false;
  #then: (() => void) | undefined;
  #draining = false;
  #times = 1;
  /** The clock said `#at` when the platform's said `#from`. */
  #at = 0;
  #from = 0;

  constructor(platform: Door) {
    this.#platform = platform;
  }

  now(): number {
    if (this.#stopped) return this.#at;
    return this.#at + (this.#platform.now() - this.#from) / this.#times;
  }

  later(task: () => void, ms: number): () => void {
    const timer: Timer = { due: this.now() + ms, task };
    this.#timers.add(timer);
    if (!this.#stopped) this.#arm(timer);
    return () => {
      timer.forget?.();
      this.#timers.delete(timer);
    };
  }

  input<T>(act: () => T, input: Input): Promise<Awaited<T>> {
    const done = new Promise<Awaited<T>>((resolve, reject) => {
      this.come(() => {
        try {
          Promise.resolve(act()).then(resolve, reject);
        } catch (error) {
          reject(error as Error);
        }
      });
    });
    const tell = (): void => this.onDone?.(input);
    done.then(tell, tell);
    return done;
  }

  shut(): void {
    this.#then = undefined;
    this.#shut = true;
    if (!this.#stopped) this.#set(true, this.#times);
  }

  open(): void {
    this.#then = undefined;
    this.#shut = false;
    this.#set(false, this.#times);
    this.#drain();
  }

  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    this.#drain();
  }

  pace(times: number): void {
    this.#set(this.#stopped, times);
  }

  one(then: () => void): void {
    this.#then = then;
    if (this.#waiting.length === 0) this.#set(false, this.#times);
    else this.#drain();
  }

  during(act: () => void, then: () => void): void {
    if (this.#stopped) this.#set(false, this.#times);
    try {
      act();
    } finally {
      this.#platform.turn(() => {
        if (this.#shut && !this.#then && !this.#stopped) this.#set(true, this.#times);
        then();
      });
    }
  }

  /** Nothing waits, and nothing has to. */
  get #passes(): boolean {
    return !this.#shut && !this.#held && !this.#then && this.#waiting.length === 0;
  }

  #set(stopped: boolean, times: number): void {
    this.#at = this.now();
    this.#from = this.#platform.now();
    this.#stopped = stopped;
    this.#times = times;
    for (const timer of this.#timers) {
      timer.forget?.();
      if (!stopped) this.#arm(timer);
    }
  }

  #arm(timer: Timer): void {
    const left = Math.max(0, timer.due - this.now()) * this.#times;
    timer.forget = this.#platform.later(() => {
      this.#timers.delete(timer);
      timer.task();
    }, left);
  }

  come(task: () => void): void {
    if (this.#passes) {
      this.since = this.#platform.now();
      return task();
    }
    this.#waiting.push(task);
    this.#drain();
  }

  /** Each in a task of its own. */
  #drain(): void {
    const may = (): boolean =>
      this.#waiting.length > 0 && !this.#held && (!this.#shut || this.#then !== undefined);
    if (this.#draining || !may()) return;
    this.#draining = true;
    this.#platform.turn(() => {
      this.#draining = false;
      if (!may()) return;
      const then = this.#then;
      this.since = this.#platform.now();
      const event = this.#waiting.shift()!;
      try {
        if (then) {
          this.#then = undefined;
          this.#shut = true;
          this.during(event, then);
        } else event();
      } finally {
        this.#drain();
      }
    });
  }
}
