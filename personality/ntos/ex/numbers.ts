/** Numbers for what has none, the same in every answer. */
export class Numbers<T extends object> {
  readonly #numbers = new WeakMap<T, number>();
  #last = 0;

  of(thing: T): number {
    const known = this.#numbers.get(thing);
    if (known !== undefined) return known;
    this.#numbers.set(thing, ++this.#last);
    return this.#last;
  }
}
