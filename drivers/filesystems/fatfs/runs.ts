/**
 * The clusters of a chain, in their order, as runs of neighbours: a file in one piece is one run,
 * however long it is.
 *
 *   add(cluster), append(runs)   behind the last
 *   cut(keep)                    forgets what is behind the first `keep`
 *   slice(keep)                  what cut() would forget, as another chain
 *   runsFrom(index)              the runs from the cluster with that index on
 */
export interface Run {
  /** Of its first cluster in the chain. */
  readonly index: number;
  readonly cluster: number;
  readonly count: number;
}

export class Runs {
  readonly #begins: number[] = [];
  readonly #firsts: number[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  get first(): number | undefined {
    return this.#firsts[0];
  }

  get last(): number | undefined {
    const run = this.#begins.length - 1;
    return run < 0 ? undefined : this.#firsts[run]! + this.#length - this.#begins[run]! - 1;
  }

  add(cluster: number): void {
    if (this.last !== cluster - 1) {
      this.#begins.push(this.#length);
      this.#firsts.push(cluster);
    }
    this.#length++;
  }

  append(other: Runs): void {
    for (const cluster of other) this.add(cluster);
  }

  cut(keep: number): void {
    this.#length = Math.min(this.#length, keep);
    while (this.#begins.length > 0 && this.#begins.at(-1)! >= this.#length) {
      this.#begins.pop();
      this.#firsts.pop();
    }
  }

  slice(keep: number): Runs {
    const rest = new Runs();
    for (const { cluster, count } of this.runsFrom(keep))
      for (let each = 0; each < count; each++) rest.add(cluster + each);
    return rest;
  }

  *runsFrom(index: number): Generator<Run> {
    let low = 0;
    for (let high = this.#begins.length; low + 1 < high;) {
      const middle = (low + high) >> 1;
      if (this.#begins[middle]! <= index) low = middle;
      else high = middle;
    }
    for (let run = low; run < this.#begins.length; run++) {
      const end = this.#begins[run + 1] ?? this.#length;
      const begin = Math.max(index, this.#begins[run]!);
      const cluster = this.#firsts[run]! + begin - this.#begins[run]!;
      if (begin < end) yield { index: begin, cluster, count: end - begin };
    }
  }

  *[Symbol.iterator](): Generator<number> {
    for (const { cluster, count } of this.runsFrom(0))
      for (let each = 0; each < count; each++) yield cluster + each;
  }
}
