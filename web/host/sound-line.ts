/**
 * The speaker's changes on their way to the page: a few milliseconds of them in one piece, of which
 * a program that changes the tone without end gets the last ones through.
 *
 *   changed(hertz, at)    `at`: microseconds of the machine's time
 */
import type { Door } from '../../personality/sel4/door.ts';
import type { Tone } from './protocol.ts';

const GATHER_MS = 4;
/** Changes that one piece has; there is no ear for more. */
export const MOST_TONES = 64;

export class SoundLine {
  readonly #door: Door;
  readonly #send: (tones: readonly Tone[]) => void;
  #tones: Tone[] = [];

  constructor(door: Door, send: (tones: readonly Tone[]) => void) {
    this.#door = door;
    this.#send = send;
  }

  changed(hertz: number, at: number): void {
    if (this.#tones.push({ hertz, at: at / 1000 }) > 1) return;
    this.#door.later(() => {
      const tones = this.#tones.slice(-MOST_TONES);
      this.#tones = [];
      this.#send(tones);
    }, GATHER_MS);
  }
}
