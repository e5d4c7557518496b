/**
 * The first letters of a name, typed one after the other, lead to it; one letter again and again
 * leads through all names that begin with it.
 */
const PAUSE_MS = 800;

export class TypeAhead {
  #text = '';
  #last = -Infinity;

  get isTyping(): boolean {
    return this.#text !== '' && performance.now() - this.#last < PAUSE_MS;
  }

  /** The place among the names, or -1. */
  find(letter: string, names: readonly string[], from: number): number {
    this.#text = this.isTyping ? this.#text + letter.toLowerCase() : letter.toLowerCase();
    this.#last = performance.now();
    const same = [...this.#text].every((other) => other === this.#text[0]);
    const wanted = same ? this.#text[0]! : this.#text;
    const start = same ? from + 1 : from;
    for (let step = 0; step < names.length; step++) {
      const at = (start + step) % names.length;
      if (names[at]!.toLowerCase().startsWith(wanted)) return at;
    }
    return -1;
  }
}
