/** What is chosen in a view: pages read it, and change it through it. */
import type { Act } from './acts.ts';

export class Desk {
  readonly #changed: () => void;
  /** Asks whether something is to be done to the system, and does it. */
  readonly propose: (act: Act) => void;
  /** The window has little room across. */
  narrow = false;
  /** By page: the row, the place, the counter that is looked at. */
  readonly #chosen = new Map<string, string>();
  readonly #filters = new Map<string, string>();

  constructor(changed: () => void, propose: (act: Act) => void) {
    this.#changed = changed;
    this.propose = propose;
  }

  chosen(page: string): string | undefined {
    return this.#chosen.get(page);
  }

  choose(page: string, what: string): void {
    this.#chosen.set(page, what);
    this.#changed();
  }

  /** Draws anew. */
  touch(): void {
    this.#changed();
  }

  filter(page: string): string {
    return this.#filters.get(page) ?? '';
  }

  setFilter(page: string, text: string): void {
    this.#filters.set(page, text);
    this.#changed();
  }
}
