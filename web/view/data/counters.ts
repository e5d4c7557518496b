/** Counters, and how much each has grown between the last looks. */
import type { Sample } from './types.ts';

export interface CounterRow {
  readonly name: string;
  readonly value: number;
  /** By how much it grew from look to look, oldest first. */
  readonly growth: readonly number[];
  /** A second, over the last look. */
  readonly rate: number;
}

export function countersOf(samples: readonly Sample[]): CounterRow[] {
  const last = samples.at(-1);
  if (!last) return [];
  const seconds = (last.at - (samples.at(-2)?.at ?? last.at)) / 1000;
  return Object.entries(last.counters)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => {
      const values = samples.map(({ counters }) => counters[name] ?? 0);
      const growth = values.slice(1).map((each, i) => each - values[i]!);
      const rate = seconds > 0 ? (growth.at(-1) ?? 0) / seconds : 0;
      return { name, value, growth, rate };
    });
}
