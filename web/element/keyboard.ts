/**
 * The machine's keyboard, as long as something in the system listens to it: keys that are pressed
 * in the terminal go to it by their places, beside what the terminal makes of them.
 *
 *   new MachineKeyboard(press)    `press(code, down)` hands a key to the machine
 *   listening                     set when the system says so; else no key is looked at
 *   attach(element)               whose terminal; returns what ends it
 *
 * A key is released when it is, or when the terminal is left; a browser that repeats a key is not
 * heard, since the machine's keyboard does so itself.
 */
export type Press = (code: string, down: boolean) => void;

export class MachineKeyboard {
  readonly #press: Press;
  readonly #held = new Set<string>();
  #listening = false;
  #element: HTMLElement | undefined;
  #stop: AbortController | undefined;

  constructor(press: Press) {
    this.#press = press;
  }

  set listening(is: boolean) {
    this.#listening = is;
    this.#follow();
  }

  attach(element: HTMLElement): () => void {
    this.#element = element;
    this.#follow();
    return () => {
      this.#element = undefined;
      this.#follow();
    };
  }

  #follow(): void {
    const element = this.#listening ? this.#element : undefined;
    if ((element !== undefined) === (this.#stop !== undefined)) return;
    this.#stop?.abort();
    this.#stop = undefined;
    if (!element) return this.#release();
    this.#stop = new AbortController();
    const options = { signal: this.#stop.signal, capture: true };
    element.addEventListener('keydown', (event) => this.#key(event, true), options);
    element.addEventListener('keyup', (event) => this.#key(event, false), options);
    element.addEventListener('focusout', () => this.#release(), options);
  }

  /** Of the terminal's own: not of a field in a dialog. */
  #key(event: KeyboardEvent, down: boolean): void {
    const [target] = event.composedPath();
    if (!(target instanceof HTMLTextAreaElement) || event.repeat || event.code === '') return;
    if (down === this.#held.has(event.code)) return;
    if (down) this.#held.add(event.code);
    else this.#held.delete(event.code);
    this.#press(event.code, down);
  }

  #release(): void {
    for (const code of this.#held) this.#press(code, false);
    this.#held.clear();
  }
}
