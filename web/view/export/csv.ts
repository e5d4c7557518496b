/**
 * CSV (RFC 4180).
 *
 *   csvOf(samples)     counters: a line a look, a column a counter, times in milliseconds
 *   recordsCsv(rows)   records of the trace: a line each
 */
import type { EventRow } from '../data/events.ts';
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

const COLUMNS = ['sequence', 'entry', 'time', 'processor', 'thread', 'what', 'words'] as const;

export function recordsCsv(rows: readonly EventRow[]): string {
  const lines = rows.map((row) => COLUMNS.map((column) => field(String(row[column]))).join(','));
  return [COLUMNS.join(','), ...lines, ''].join('\r\n');
}
