/**
 * Counters as curves: how much they have counted, or how fast they grow, look by look.
 *
 *   seriesOf(samples, names, how)   `of`: `total` or `rate`; `by`: `time`, the machine's, in
 *                                   seconds, or `entry`, entries into the kernel; `own`: each as
 *                                   parts of a hundred of its own greatest value
 *
 * A rate is a second of the machine's time, or a thousand entries: from one look to the next, so
 * the first look has none. Looks at which nothing had passed are one.
 */
import type { Sample } from './types.ts';

export interface SeriesHow {
  readonly of: 'total' | 'rate';
  readonly by: 'time' | 'entry';
  readonly own: boolean;
}

export interface Curve {
  readonly name: string;
  /** As drawn; null: not known. */
  readonly drawn: readonly (number | null)[];
  /** As counted. */
  readonly values: readonly (number | null)[];
}

export interface Series {
  /** Seconds, or entries. */
  readonly x: readonly number[];
  readonly curves: readonly Curve[];
  readonly how: SeriesHow;
}

const SECOND = 1_000_000;
const THOUSAND = 1000;
const HUNDRED = 100;

/** Microseconds modulo 2^32, as time that goes on. */
function timesOf(samples: readonly Sample[]): number[] {
  let [turns, last] = [0, 0];
  return samples.map(({ time }) => {
    if (time < last) turns++;
    last = time;
    return turns * 2 ** 32 + time;
  });
}

export function seriesOf(all: readonly Sample[], names: readonly string[], how: SeriesHow): Series {
  const times = timesOf(all);
  const places = how.by === 'time' ? times : all.map(({ entry }) => entry);
  const kept = places.flatMap((place, i) => (i === 0 || place > places[i - 1]! ? [i] : []));
  const unit = how.by === 'time' ? SECOND : THOUSAND;
  const x = kept.map((i) => (how.by === 'time' ? places[i]! / SECOND : places[i]!));
  const curves = names.map((name) => {
    const counted = kept.map((i) => all[i]!.counters[name] ?? 0);
    const values = how.of === 'total' ? counted : ratesOf(counted, kept, places, unit);
    const most = Math.max(...values.map((value) => value ?? 0));
    const part = (value: number | null): number | null =>
      value === null ? null : most > 0 ? (value / most) * HUNDRED : 0;
    return { name, values, drawn: how.own ? values.map(part) : values };
  });
  return { x, curves, how };
}

function ratesOf(
  counted: readonly number[],
  kept: readonly number[],
  places: readonly number[],
  unit: number,
): (number | null)[] {
  return counted.map((value, i) => {
    if (i === 0) return null;
    const passed = places[kept[i]!]! - places[kept[i - 1]!]!;
    return ((value - counted[i - 1]!) / passed) * unit;
  });
}
