/**
 * A door whose time stands still until it is moved: what a system does behind it depends on its
 * inputs alone.
 *
 *   const door = new VirtualDoor()
 *   door.at(1000, () => host.control.type(...))   an input, at a time
 *   await door.run(() => done)                    one event after the other, until it is so
 *   await door.run(() => done, true)              somebody outside has things to do, too: where no
 *                                                 event is due, he is waited for
 *
 * Events are timers, turns of the event loop, and inputs, in the order of their times and then of
 * their asking. Each has all that follows from it done (every microtask) before the next one comes.
 * An arrival is let in when it has come, before anything else: however long the browser takes, no
 * time passes. Each look at the clock takes a microsecond, so that who waits by looking does not
 * wait for ever.
 */
import type { Door } from '../../personality/sel4/door.ts';
import { nextTurn } from '../../web/host/next-turn.ts';

/** 1 January 2026, 12:00, in milliseconds since 1601. */
const DATE = 13_411_742_400_000;
const LOOK_MS = 0.001;
/** Virtual time that may pass in one run. */
const LONGEST_MS = 600_000;
/** And real time, in turns of a millisecond, while nothing is due. */
const IDLE_TURNS = 10_000;

interface Event {
  readonly due: number;
  readonly sequence: number;
  readonly task: () => void;
}

export class VirtualDoor implements Door {
  /** Called at each look at the clock, and after each event with all that follows from it. */
  onLook: () => void = () => undefined;
  #now = 0;
  #sequence = 0;
  #events: Event[] = [];
  #arrivals: (() => Promise<void>)[] = [];

  now(): number {
    this.#now += LOOK_MS;
    this.onLook();
    return this.#now;
  }

  date(): number {
    return Math.floor(DATE + this.#now) * 10_000;
  }

  turn(task: () => void): void {
    this.later(task, 0);
  }

  later(task: () => void, ms: number): () => void {
    return this.at(this.#now + ms, task);
  }

  /** An event at a time in milliseconds. */
  at(due: number, task: () => void): () => void {
    const event: Event = { due, sequence: this.#sequence++, task };
    this.#events.push(event);
    return () => {
      this.#events = this.#events.filter((other) => other !== event);
    };
  }

  arrival<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#arrivals.push(() => promise.then(resolve, reject));
    });
  }

  async run(done: () => boolean, patient = false, longestMs = LONGEST_MS): Promise<void> {
    const end = this.#now + longestMs;
    for (let idle = 0; ;) {
      await nextTurn();
      this.onLook();
      if (done()) return;
      const arrival = this.#arrivals.shift();
      if (arrival) await arrival();
      else if (patient && this.#events.length === 0 && idle++ < IDLE_TURNS)
        await new Promise((resolve) => setTimeout(resolve, 1));
      else this.#next(end);
    }
  }

  /** Where the clock stands, without a look at it. */
  get time(): number {
    return this.#now;
  }

  #next(end: number): void {
    const [first, ...others] = this.#events;
    if (!first) throw new Error('nothing will ever happen any more');
    const event = others.reduce((a, b) => (isBefore(b, a) ? b : a), first);
    if (event.due > end) throw new Error('what is waited for does not come');
    this.#events = this.#events.filter((other) => other !== event);
    this.#now = Math.max(this.#now, event.due);
    event.task();
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.due < b.due || (a.due === b.due && a.sequence < b.sequence);
}
