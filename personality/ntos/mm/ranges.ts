/**
 * Ranges of virtual addresses, given out first fit and merged when they come back.
 *
 *   new Ranges(start, end)     the addresses that may be given out, multiples of PAGE_SIZE
 *   take(length)               its address, or undefined
 *   giveBack(start, length)    what `take` gave
 */
interface Range {
  start: number;
  end: number;
}

export class Ranges {
  #free: Range[];

  constructor(start: number, end: number) {
    this.#free = [{ start, end }];
  }

  take(length: number): number | undefined {
    const range = this.#free.find(({ start, end }) => end - start >= length);
    if (!range || length <= 0) return undefined;
    const start = range.start;
    range.start += length;
    if (range.start === range.end) this.#free.splice(this.#free.indexOf(range), 1);
    return start;
  }

  giveBack(start: number, length: number): void {
    const at = this.#free.findIndex((range) => range.start > start);
    const index = at < 0 ? this.#free.length : at;
    const before = this.#free[index - 1];
    const after = this.#free[index];
    const end = start + length;
    if (before?.end === start && after?.start === end) {
      before.end = after.end;
      this.#free.splice(index, 1);
    } else if (before?.end === start) before.end = end;
    else if (after?.start === end) after.start = start;
    else this.#free.splice(index, 0, { start, end });
  }
}
