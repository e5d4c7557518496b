/**
 * What is on its way to a disk: what the system has still in its cache, and what is on the medium
 * and was not handed over to the page yet.
 *
 *   heard(news, keep)    from the Executive, of its cache; `keep` has the machine hand over
 *   written()            from the machine: something is on the medium, a commit will come
 *   handedOver()         it came
 *   clear()              the system has ended: nothing comes any more
 *
 * Notes of the Executive and of the machine come by two ways, and either may be first. So the
 * cache's word that it is clean counts only when the machine has answered `keep` after it: what was
 * written has reached the page by then.
 */
import type { DirtyNews } from '../host/protocol.ts';

export class Coming {
  readonly #changed: () => void;
  #cached = false;
  #medium = false;
  #stuck = false;
  /** Rises with all that the Executive says: an older answer is void. */
  #turn = 0;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get any(): boolean {
    return this.#cached || this.#medium;
  }

  /** The system cannot write it. */
  get stuck(): boolean {
    return this.#stuck;
  }

  /** Resolves when it has been acted upon; never rejects. */
  async heard(news: DirtyNews, keep: () => Promise<unknown>): Promise<void> {
    const turn = ++this.#turn;
    if (news === 'dirty' || news === 'stuck') {
      this.#cached = true;
      this.#stuck = news === 'stuck';
      this.#changed();
      return;
    }
    const handed = await keep().then(
      () => true,
      () => false,
    );
    // A machine that does not answer may have some of it still: then it stays unsaved.
    if (!handed || turn !== this.#turn) return;
    this.#cached = this.#stuck = false;
    this.#changed();
  }

  written(): void {
    this.#medium = true;
    this.#changed();
  }

  handedOver(): void {
    this.#medium = false;
    this.#changed();
  }

  clear(): void {
    this.#turn++;
    this.#cached = this.#medium = this.#stuck = false;
    this.#changed();
  }
}
