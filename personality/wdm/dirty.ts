/**
 * Ranges of cached sectors that this driver has changed and not told of yet.
 *
 * A file system marks one entry of a table after the other, in both copies in turn: ranges that
 * touch become one, so that the Executive hears of a few.
 *
 *   mark(device, offset, length, late)   `late`: to reach the medium after what is not
 *   take()                               all of them, and there are none any more
 */

export interface DirtyRange {
  readonly device: number;
  readonly offset: number;
  readonly length: number;
  readonly late: boolean;
}

interface Stretch {
  start: number;
  end: number;
}

export class DirtyRanges {
  /** By device and lateness; in order, apart from one another. */
  readonly #sets = new Map<string, { device: number; late: boolean; stretches: Stretch[] }>();

  get empty(): boolean {
    return this.#sets.size === 0;
  }

  mark(device: number, offset: number, length: number, late: boolean): void {
    const key = `${device} ${late}`;
    let set = this.#sets.get(key);
    if (!set) this.#sets.set(key, (set = { device, late, stretches: [] }));
    add(set.stretches, offset, offset + length);
  }

  take(): DirtyRange[] {
    const ranges: DirtyRange[] = [];
    for (const { device, late, stretches } of this.#sets.values())
      for (const { start, end } of stretches)
        ranges.push({ device, offset: start, length: end - start, late });
    this.#sets.clear();
    return ranges;
  }
}

function add(stretches: Stretch[], start: number, end: number): void {
  const first = firstEndingAt(stretches, start);
  const known = stretches[first];
  if (!known || known.start > end) {
    stretches.splice(first, 0, { start, end });
    return;
  }
  known.start = Math.min(known.start, start);
  known.end = Math.max(known.end, end);
  const next = first + 1;
  let behind = next;
  for (; behind < stretches.length && stretches[behind]!.start <= known.end; behind++)
    known.end = Math.max(known.end, stretches[behind]!.end);
  stretches.splice(next, behind - next);
}

/** The first stretch that ends at or behind a place. */
function firstEndingAt(stretches: readonly Stretch[], place: number): number {
  let low = 0;
  let high = stretches.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (stretches[middle]!.end < place) low = middle + 1;
    else high = middle;
  }
  return low;
}
