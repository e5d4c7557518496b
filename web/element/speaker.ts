/**
 * The speaker of a machine in a page. What sounds (sound.ts) is loaded with the first tone.
 *
 *   play(tones), silence()
 */
import type { Tone } from '../host/protocol.ts';

interface Sound {
  play(tones: readonly Tone[]): Promise<void>;
  silence(): void;
}

export class Speaker {
  readonly #load: () => Promise<Sound>;
  #sound: Promise<Sound> | undefined;

  constructor(load: () => Promise<Sound> = () => import('./sound.ts')) {
    this.#load = load;
  }

  /** A page without sound is a page all the same. */
  play(tones: readonly Tone[]): void {
    this.#sound ??= this.#load();
    this.#sound.then((sound) => sound.play(tones)).catch(() => (this.#sound = undefined));
  }

  silence(): void {
    this.#sound?.then((sound) => sound.silence()).catch(() => undefined);
  }
}
