/**
 * Which rows are chosen, and which one is at hand.
 *
 * One row is `active`: keys begin there. A range runs from the anchor, which is where the last
 * single choice was. It speaks of rows by their keys, so that it outlives a new order.
 */
export class Selection {
  readonly #chosen = new Set<string>();
  #keys: readonly string[] = [];
  #anchor = '';
  active = '';

  /** The rows as they are now; what is no more is no longer chosen. */
  follow(keys: readonly string[]): void {
    const at = this.#keys.indexOf(this.active);
    this.#keys = keys;
    const there = new Set(keys);
    for (const key of this.#chosen) if (!there.has(key)) this.#chosen.delete(key);
    // What took the place of the row that has gone.
    if (!there.has(this.active))
      this.active = keys[Math.min(Math.max(at, 0), keys.length - 1)] ?? '';
    if (!there.has(this.#anchor)) this.#anchor = this.active;
  }

  get size(): number {
    return this.#chosen.size;
  }

  get index(): number {
    return this.#keys.indexOf(this.active);
  }

  has(key: string): boolean {
    return this.#chosen.has(key);
  }

  clear(): void {
    this.#chosen.clear();
  }

  all(): void {
    for (const key of this.#keys) this.#chosen.add(key);
  }

  /** It alone. */
  only(key: string): void {
    this.#chosen.clear();
    this.#chosen.add(key);
    this.active = this.#anchor = key;
  }

  toggle(key: string): void {
    if (!this.#chosen.delete(key)) this.#chosen.add(key);
    this.active = this.#anchor = key;
  }

  /** From the anchor to it. */
  to(key: string): void {
    const [from, until] = [this.#keys.indexOf(this.#anchor), this.#keys.indexOf(key)];
    this.#chosen.clear();
    const [low, high] = from < until ? [from, until] : [until, from];
    for (const one of this.#keys.slice(Math.max(low, 0), high + 1)) this.#chosen.add(one);
    this.active = key;
  }

  /** Goes there without choosing it. */
  visit(key: string): void {
    this.active = key;
    if (this.#chosen.size === 0) this.#anchor = key;
  }
}
