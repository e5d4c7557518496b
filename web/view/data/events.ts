/** The kernel's records with the names of who made them, and how many were lost. */
import type { TraceRecord } from '../../../personality/sel4/types.ts';
import type { Seen } from './types.ts';

export interface EventsData {
  readonly records: readonly TraceRecord[];
  /** By kind. */
  readonly counts: Readonly<Record<string, number>>;
  readonly lost: number;
}

export function eventsOf({ records, lost }: Seen): EventsData {
  const counts: Record<string, number> = {};
  for (const { kind } of records) counts[kind] = (counts[kind] ?? 0) + 1;
  return { records, counts, lost };
}
