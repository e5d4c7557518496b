/** Records with their words, and how many were lost. */
import type { WatchedRecord } from '../../host/agent-protocol.ts';
import type { Seen } from './types.ts';

export interface EventRow {
  readonly sequence: number;
  /** Of entries into the kernel, when it was written. */
  readonly entry: number;
  /** Microseconds, modulo 2^32. */
  readonly time: number;
  readonly processor: number;
  /** The kernel's number; 0: none. */
  readonly thread: number;
  /** Of a mark its name; else the kernel's kind of record. */
  readonly what: string;
  readonly words: string;
}

export interface EventsData {
  readonly rows: readonly EventRow[];
  /** By `what`. */
  readonly counts: Readonly<Record<string, number>>;
  readonly lost: number;
}

const hex = (value: number): string => (value >>> 0).toString(16);

function wordsOf(record: WatchedRecord, names: Seen['names']): string {
  const { badge, label, detail, third } = record;
  const own = { badge: hex(badge), label: String(label), detail: hex(detail), with: hex(third) };
  const said = record.words
    ? Object.entries(record.words).map(([word, value]) => [word, names.of(word, value)] as const)
    : Object.entries(own).filter(([, value]) => value !== '0');
  return said.map(([word, value]) => `${word}=${value}`).join(' ');
}

/** Rows of records that were seen before: a record does not change, and there are thousands. */
const made = new WeakMap<WatchedRecord, EventRow>();

function rowOf(record: WatchedRecord, names: Seen['names']): EventRow {
  const { sequence, entry, time, processor, thread } = record;
  const what = record.mark ?? record.kind;
  return { sequence, entry, time, processor, thread, what, words: wordsOf(record, names) };
}

type Records = Pick<Seen, 'records' | 'names' | 'lost'>;

export function eventsOf({ records, names, lost }: Records): EventsData {
  const counts: Record<string, number> = {};
  const rows = records.map((record) => {
    const row = made.get(record) ?? rowOf(record, names);
    made.set(record, row);
    counts[row.what] = (counts[row.what] ?? 0) + 1;
    return row;
  });
  return { rows, counts, lost };
}
