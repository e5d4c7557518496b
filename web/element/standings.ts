/**
 * What would be lost with the page, and telling of each change of it once.
 *
 *   unsaved   a disk that is to be kept has changes that the store has not acknowledged
 *   unkept    a disk that nobody is to keep was changed
 *
 *   any(what)   whether any disk is so, in a drive or out of it
 *   look()      compares with what was told last
 */
import type { Drive } from './types.ts';

export type Standing = 'unsaved' | 'unkept';
/** `''`: the disks that are in no drive any more. */
export type Place = Drive | '';
export type Turned = (what: Standing, place: Place, is: boolean) => void;
export type StandingView = { readonly drive: Place } & Readonly<Record<Standing, boolean>>;

const ALL: readonly Standing[] = ['unsaved', 'unkept'];

export class Standings {
  readonly #views: () => readonly StandingView[];
  readonly #turned: Turned;
  readonly #told = new Set<string>();

  constructor(views: () => readonly StandingView[], turned: Turned) {
    this.#views = views;
    this.#turned = turned;
  }

  any(what: Standing): boolean {
    return this.#views().some((view) => view[what]);
  }

  look(): void {
    for (const view of this.#views()) for (const what of ALL) this.#compare(what, view);
  }

  #compare(what: Standing, view: StandingView): void {
    const key = `${what} ${view.drive}`;
    if (this.#told.has(key) === view[what]) return;
    if (view[what]) this.#told.add(key);
    else this.#told.delete(key);
    this.#turned(what, view.drive, view[what]);
  }
}
