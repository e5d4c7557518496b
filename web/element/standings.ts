/**
 * What would be lost with the page, and telling of each change of it once.
 *
 *   unsaved   a disk that is to be kept has changes that the store has not acknowledged; or it may
 *             get some from a line that was typed and is at work
 *   unkept    a disk that nobody is to keep was changed
 *
 *   any(what)   whether any disk is so, in a drive or out of it
 *   look()      compares with what was told last
 *   atWork      a line was typed, and the shell has not done with it
 */
import type { Drive } from './types.ts';

export type Standing = 'unsaved' | 'unkept';
/** `''`: the disks that are in no drive any more. */
export type Place = Drive | '';
export type Turned = (what: Standing, place: Place, is: boolean) => void;
export interface StandingView extends Readonly<Record<Standing, boolean>> {
  readonly drive: Place;
  /** What is written to it from now on is to be kept. */
  readonly keeps: boolean;
}

const ALL: readonly Standing[] = ['unsaved', 'unkept'];

export class Standings {
  readonly #views: () => readonly StandingView[];
  readonly #turned: Turned;
  readonly #told = new Set<string>();
  #atWork = false;

  constructor(views: () => readonly StandingView[], turned: Turned) {
    this.#views = views;
    this.#turned = turned;
  }

  any(what: Standing): boolean {
    return this.#views().some((view) => this.#is(what, view));
  }

  set atWork(is: boolean) {
    this.#atWork = is;
    this.look();
  }

  #is(what: Standing, view: StandingView): boolean {
    return view[what] || (what === 'unsaved' && this.#atWork && view.keeps);
  }

  look(): void {
    for (const view of this.#views()) for (const what of ALL) this.#compare(what, view);
  }

  #compare(what: Standing, view: StandingView): void {
    const key = `${what} ${view.drive}`;
    const is = this.#is(what, view);
    if (this.#told.has(key) === is) return;
    if (is) this.#told.add(key);
    else this.#told.delete(key);
    this.#turned(what, view.drive, is);
  }
}
