/**
 * Lets the machine's time pass where it has no worker of its own.
 *
 *   poke()    something may be due: ticks on the next turn of the event loop
 *   stop()    no more ticks
 *
 * After each tick the next one is asked for when the machine's next event is due. Nothing pending:
 * no timer runs.
 */
import type { Door } from '../../personality/sel4/door.ts';

export class Pump {
  readonly #tick: () => number | undefined;
  readonly #door: Door;
  #poked = false;
  #forget: () => void = () => undefined;
  #stopped = false;

  /** `tick` resolves to the microseconds until the next event, or undefined. */
  constructor(tick: () => number | undefined, door: Door) {
    this.#tick = tick;
    this.#door = door;
  }

  poke(): void {
    if (this.#poked || this.#stopped) return;
    this.#poked = true;
    this.#door.turn(() => {
      this.#poked = false;
      this.#run();
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#forget();
  }

  #run(): void {
    if (this.#stopped) return;
    this.#forget();
    const next = this.#tick();
    if (next === undefined) return;
    if (next <= 0) this.poke();
    else this.#forget = this.#door.later(() => this.#run(), Math.ceil(next / 1000));
  }
}
