/**
 * The time of a system that is recorded: held, slowed, let go, one step after the other.
 *
 *   ask(request)   TimeRequest (types.ts); resolves to what is so afterwards. A step that waits for
 *                  something to happen is over with the next `pause` or `resume`
 *
 * Between events the gate holds the system; within one, the dispatcher does, at a call that waits:
 * a thread's code is a coroutine, and can be held nowhere else. So a step ends at the first such
 * call by which what it waits for has happened. A recording is that of a session never held.
 */
import type { Hold } from '../../../personality/sel4/types.ts';
import type { Door } from '../../../personality/sel4/door.ts';
import type { LocalSystem } from '../local-system.ts';
import type { Gate } from './gate.ts';
import type { Happened } from './happened.ts';
import type { TimeRequest, TimeState, Until } from './types.ts';

/** What is owed to a slow clock is paid from this on: milliseconds. */
const LEAST_OWED = 4;

export class Time {
  readonly #system: LocalSystem;
  readonly #gate: Gate;
  readonly #happened: Happened;
  readonly #platform: Door;
  #slow = 1;
  #paused = false;
  #went = 0;
  #owed = 0;
  /** Lets go what is held within an event. */
  #go: (() => void) | undefined;
  /** Of the step that is under way. */
  #over: (() => boolean) | undefined;
  #settle: (() => void) | undefined;

  constructor(system: LocalSystem, gate: Gate, happened: Happened, platform: Door) {
    this.#system = system;
    this.#gate = gate;
    this.#platform = platform;
    this.#happened = happened;
  }

  async ask({ do: what, until = 'entry', times = 1 }: TimeRequest): Promise<TimeState> {
    if (what === 'pause' || what === 'step') this.#pause();
    if (what === 'step') await this.#step(until);
    if (what === 'slow') {
      this.#slow = times;
      this.#gate.pace(times);
      this.#brake();
    }
    if (what === 'resume') this.#resume();
    return this.state;
  }

  get state(): TimeState {
    const entry = this.#system.witness.entries();
    return { paused: this.#paused, entry, slow: this.#slow };
  }

  /** Milliseconds, by the system's clock. */
  now(): number {
    return this.#gate.now();
  }

  readonly #hold: Hold = {
    stops: () => {
      if (this.#over) return this.#over();
      const { since } = this.#gate;
      const spent = this.#platform.now() - Math.max(this.#went, since);
      this.#owed = spent * (this.#slow - 1);
      return this.#owed > LEAST_OWED;
    },
    held: (go) => {
      this.#gate.hold();
      this.#go = go;
      if (!this.#over)
        this.#platform.later(() => {
          if (!this.#paused && this.#go === go) this.#letGo();
        }, this.#owed);
    },
    marked: (...mark) => this.#happened.marked(...mark),
  };

  #brake(): void {
    const held = this.#over !== undefined || this.#slow > 1;
    this.#system.processor.hold(held ? this.#hold : undefined);
  }

  #letGo(): void {
    const go = this.#go;
    this.#go = undefined;
    this.#went = this.#platform.now();
    this.#gate.release();
    go?.();
  }

  #pause(): void {
    this.#paused = true;
    this.#gate.shut();
    this.#settle?.();
  }

  #resume(): void {
    this.#settle?.();
    this.#paused = false;
    this.#gate.open();
    this.#platform.turn(() => {
      if (!this.#paused) this.#letGo();
    });
  }

  #step(until: Until): Promise<void> {
    return new Promise((resolve) => {
      const count = this.#happened.counted(until);
      const before = count();
      this.#over = () => count() !== before;
      this.#settle = () => {
        this.#over = this.#settle = undefined;
        this.#brake();
        resolve();
      };
      this.#brake();
      this.#move();
    });
  }

  /** On with what is held, else with the next event; each is done when the task after it comes. */
  #move(): void {
    const over = this.#over;
    const then = (): void => {
      if (this.#over !== over) return;
      if (over?.()) this.#settle?.();
      else this.#move();
    };
    if (!this.#go) return this.#gate.one(then);
    this.#platform.turn(() => {
      if (this.#over !== over) return;
      this.#gate.during(() => this.#letGo(), then);
    });
  }
}
