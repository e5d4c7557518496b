/**
 * Counts since the machine was made, by name; they only grow.
 *
 *   add(name, amount?)   count
 *   snapshot()           a flat copy
 */
export class Counters {
  private counts = new Map<string, number>();

  /** The names given here read as 0 from the start. */
  constructor(...names: string[]) {
    for (const name of names) this.counts.set(name, 0);
  }

  add(name: string, amount = 1): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + amount);
  }

  snapshot(): Record<string, number> {
    return Object.fromEntries(this.counts);
  }
}
