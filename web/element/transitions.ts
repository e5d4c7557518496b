/**
 * Tells of each change of a yes or no that every drive has, once.
 *
 *   look(now)   compares with what was told last; `''` stands for the disks in no drive
 */
import type { Drive } from './types.ts';

export type Place = Drive | '';

export class Transitions {
  readonly #tell: (place: Place, is: boolean) => void;
  readonly #told = new Map<Place, boolean>();

  constructor(tell: (place: Place, is: boolean) => void) {
    this.#tell = tell;
  }

  look(now: Iterable<readonly [Place, boolean]>): void {
    for (const [place, is] of now) {
      if ((this.#told.get(place) ?? false) === is) continue;
      this.#told.set(place, is);
      this.#tell(place, is);
    }
  }
}
