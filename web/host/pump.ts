/**
 * Lets the machine's time pass where it has no worker of its own.
 *
 *   poke()    something may be due: ticks on the next turn of the event loop
 *   stop()    no more ticks
 *
 * After each tick the next one is asked for when the machine's next event is due. Nothing pending:
 * no timer runs.
 */
import { nextTurn } from './next-turn.ts';

export class Pump {
  readonly #tick: () => number | undefined;
  #poked = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  /** `tick` resolves to the microseconds until the next event, or undefined. */
  constructor(tick: () => number | undefined) {
    this.#tick = tick;
  }

  poke(): void {
    if (this.#poked || this.#stopped) return;
    this.#poked = true;
    void nextTurn().then(() => {
      this.#poked = false;
      this.#run();
    });
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #run(): void {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    const next = this.#tick();
    if (next === undefined) return;
    if (next <= 0) this.poke();
    else this.#timer = setTimeout(() => this.#run(), Math.ceil(next / 1000));
  }
}
