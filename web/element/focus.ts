/**
 * Where the focus goes when the button that had it is gone, or cannot be pressed any more: without
 * this a browser gives it to the page's body, and who has no mouse begins again from the top.
 *
 *   new FocusKeeper(root, home)   `home` takes the focus where nothing nearer can
 *     look()                      to be called when what is shown may have changed
 *     inserted(drive)             a disk was put in from its row: the next thing is Eject
 *
 * It goes to the nearest that can be pressed: of the same drive, the same list, the same dialog.
 * Whoever has gone somewhere else keeps it; and a finger's tap opens no keyboard over the page.
 */
import type { Drive } from './types.ts';

/** In a drive's row, what makes sense now: the first that is there. */
const OF_DRIVE = ['[data-action=eject]', '[data-action=insert]'];
const USABLE = ['button:not(:disabled)', 'input:not(:disabled)'];

export class FocusKeeper {
  readonly #root: HTMLElement | DocumentFragment;
  readonly #home: () => void;
  #last: HTMLElement | undefined;
  #byKeys = false;
  /** What it was in, from the inside out. */
  #around: Element[] = [];

  constructor(root: HTMLElement | DocumentFragment, home: () => void) {
    this.#root = root;
    this.#home = home;
    root.addEventListener('focusin', (event) => this.#came(event.target as HTMLElement));
    // What is removed leaves too, in some browsers: only then is it gone a turn later.
    root.addEventListener('focusout', () => setTimeout(() => this.#isLost() || this.#left()));
  }

  look(): void {
    if (!this.#isLost()) return;
    const nowhere = this.#isNowhere();
    this.#last = undefined;
    if (!nowhere) return;
    const next = this.#around.filter((place) => place.isConnected).find((place) => usableIn(place));
    if (next) usableIn(next)?.focus();
    else if (this.#byKeys || !matchMedia('(pointer: coarse)').matches) this.#home();
  }

  inserted(drive: Drive): void {
    const row = this.#root.querySelector(`.drive[data-drive="${drive}"]`);
    if (row && (this.#isNowhere() || row.contains(this.#active))) usableIn(row)?.focus();
  }

  get #active(): Element | null {
    return (this.#root as ShadowRoot).activeElement;
  }

  #came(element: HTMLElement): void {
    this.#last = element;
    this.#byKeys = element.matches(':focus-visible');
    this.#around = [];
    for (let place = element.parentElement; place; place = place.parentElement)
      this.#around.push(place);
  }

  #left(): void {
    if (!this.#active) this.#last = undefined;
  }

  #isLost(): boolean {
    return this.#last !== undefined && (!this.#last.isConnected || this.#last.matches(':disabled'));
  }

  /** In no other part of the page, nor here. */
  #isNowhere(): boolean {
    const active = this.#active;
    if (active && active !== this.#last) return false;
    const host = (this.#root as ShadowRoot).host;
    return [null, document.body, host].includes(document.activeElement);
  }
}

function usableIn(place: Element): HTMLElement | undefined {
  const selectors = place.closest('.drive') ? OF_DRIVE : [USABLE.join()];
  for (const selector of selectors)
    for (const found of place.querySelectorAll<HTMLElement>(selector))
      if (found.checkVisibility?.() ?? true) return found;
  return undefined;
}
