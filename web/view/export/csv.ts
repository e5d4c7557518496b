/** Counters as CSV (RFC 4180): a line a look, a column a counter, times in milliseconds. */
import type { Sample } from '../data/types.ts';

const field = (text: string): string =>
  /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

export function csvOf(samples: readonly Sample[]): string {
  const names = [...new Set(samples.flatMap(({ counters }) => Object.keys(counters)))].sort();
  const start = samples[0]?.at ?? 0;
  const rows = samples.map(({ at, counters }) =>
    [Math.round(at - start), ...names.map((name) => counters[name] ?? '')].join(','),
  );
  return [['milliseconds', ...names].map(field).join(','), ...rows, ''].join('\r\n');
}
