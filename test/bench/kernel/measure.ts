/**
 * Measuring: how often a thing is done in a round, and what a round says.
 *
 *   new Recorder(options)    collects samples by name, in microseconds each time
 *   recorder.add(benches)    rounds of all of them, one after another, so that what else the
 *                            machine does meets them alike
 *
 * A bench is asked for `count` repetitions and answers with the milliseconds that these took, so
 * that it can leave its preparations out. The count is found first: a round is to last `roundMs`.
 */

export interface Bench {
  readonly name: string;
  /** Milliseconds that `count` repetitions took. */
  run(count: number): number | Promise<number>;
  /** A limit on the repetitions of a round, for what uses something up. */
  readonly most?: number;
  /** Rounds of exactly so many repetitions: for what is slow, or pauses between them. */
  readonly exactly?: number;
}

export interface MeasureOptions {
  readonly roundMs: number;
  readonly rounds: number;
  /** Only benches whose names contain this. */
  readonly only?: string;
}

/** Microseconds for one repetition, a number for each round. */
export type Samples = Record<string, number[]>;

/** A bench whose repetitions are all that it does. */
export function bench(name: string, work: (count: number) => void | Promise<void>): Bench {
  return {
    name,
    async run(count) {
      const start = performance.now();
      const pending = work(count);
      if (pending) await pending;
      return performance.now() - start;
    },
  };
}

export class Recorder {
  readonly samples: Samples = {};
  readonly #options: MeasureOptions;

  constructor(options: MeasureOptions) {
    this.#options = options;
  }

  async add(all: readonly Bench[]): Promise<void> {
    const benches = all.filter(({ name }) => name.includes(this.#options.only ?? ''));
    const counts: number[] = [];
    for (const each of benches) counts.push(await this.#countFor(each));
    for (let round = 0; round < this.#options.rounds; round++) {
      for (const [i, each] of benches.entries()) {
        const count = counts[i] ?? 1;
        const elapsed = await each.run(count);
        (this.samples[each.name] ??= []).push((elapsed * 1000) / count);
      }
    }
  }

  /** Also warms up: the compiler has seen everything before the first round that counts. */
  async #countFor(each: Bench): Promise<number> {
    if (each.exactly !== undefined) return each.exactly;
    const { roundMs } = this.#options;
    const most = each.most ?? Infinity;
    let count = 1;
    let elapsed = await each.run(count);
    while (elapsed < roundMs && count < most) {
      const wanted = elapsed > roundMs / 8 ? Math.ceil((count * roundMs) / elapsed) : count * 4;
      count = Math.min(most, Math.max(count + 1, wanted));
      elapsed = await each.run(count);
    }
    return count;
  }
}
