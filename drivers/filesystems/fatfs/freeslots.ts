/**
 * The deleted slots of a directory: runs of neighbours, found by their length.
 *
 * A name needs up to 21 slots in a row. Runs are kept by length up to that, so that finding one
 * costs the same however many there are.
 *
 *   add(slot, count)   they are free now; joins what adjoins
 *   find(count)        the first slot of a run that is long enough; undefined where there is none
 *   take(slot, count)  the first slots of a run are not free any more
 *   endingAt(slot)     how many are free just before a slot
 *
 * Invariant: runs neither overlap nor adjoin; `#starts` and `#ends` hold each once.
 */
const LONGEST_NAME = 21;

export class FreeSlots {
  /** First slot -> length. */
  readonly #starts = new Map<number, number>();
  /** Slot behind the last -> length. */
  readonly #ends = new Map<number, number>();
  #count = 0;
  readonly #byLength = Array.from({ length: LONGEST_NAME + 1 }, () => new Set<number>());

  add(slot: number, count: number): void {
    const before = this.#ends.get(slot) ?? 0;
    const behind = this.#starts.get(slot + count) ?? 0;
    if (before > 0) this.#drop(slot - before, before);
    if (behind > 0) this.#drop(slot + count, behind);
    this.#put(slot - before, before + count + behind);
  }

  /** All of them. */
  get count(): number {
    return this.#count;
  }

  find(count: number): number | undefined {
    for (let length = count; length <= LONGEST_NAME; length++)
      for (const start of this.#byLength[length]!) return start;
    return undefined;
  }

  take(slot: number, count: number): void {
    const length = this.#starts.get(slot);
    if (length === undefined || length < count) return;
    this.#drop(slot, length);
    if (length > count) this.#put(slot + count, length - count);
  }

  endingAt(slot: number): number {
    return this.#ends.get(slot) ?? 0;
  }

  #put(start: number, length: number): void {
    this.#count += length;
    this.#starts.set(start, length);
    this.#ends.set(start + length, length);
    this.#byLength[Math.min(length, LONGEST_NAME)]!.add(start);
  }

  #drop(start: number, length: number): void {
    this.#count -= length;
    this.#starts.delete(start);
    this.#ends.delete(start + length);
    this.#byLength[Math.min(length, LONGEST_NAME)]!.delete(start);
  }
}
