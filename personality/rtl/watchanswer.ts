/**
 * SystemTraceInformation's answer: records of the trace, and names for the numbers in them.
 *
 *   packRecord(record), unpackRecord(numbers)   a record as numbers, and back
 */

/** A record of the kernel's trace (sel4/types.ts, TraceRecord: there is what each field says). */
export interface WatchRecord {
  readonly sequence: number;
  readonly kind:
    'switch' | 'send' | 'receive' | 'signal' | 'irq' | 'fault' | 'invoke' | 'mark' | 'unknown';
  readonly code: number;
  readonly processor: number;
  readonly thread: number;
  readonly badge: number;
  readonly label: number;
  readonly detail: number;
  readonly second: number;
  readonly third: number;
  readonly entry: number;
  readonly time: number;
}

/** Of a mark (watch.ts), what it says, too. */
export type MarkedRecord = WatchRecord & {
  readonly mark?: string;
  readonly words?: Readonly<Record<string, number>>;
};

/** What words of marks stand for, where that is no constant of the system. */
export type NameKind = 'process' | 'thread' | 'device' | 'cache' | 'object';
/** A kind, a number, and the words for it. Of a thread: the number of its process. */
export type WatchName = readonly [NameKind, number, string];

/** In JSON. */
export interface WatchAnswer {
  readonly records: readonly (readonly number[])[];
  /** Overwritten before they were read. */
  readonly lost: number;
  /** What is new since the last answer. */
  readonly names: readonly WatchName[];
}

/** In this order. */
const FIELDS = [
  'sequence',
  'code',
  'processor',
  'thread',
  'badge',
  'label',
  'detail',
  'second',
  'third',
  'entry',
  'time',
] as const;

/** Of the kernel's own records, by their codes (kernel-as/layout.ts). */
const KERNEL = ['', 'switch', 'send', 'receive', 'signal', 'irq', 'fault', 'invoke'] as const;
const FIRST_MARK = 16;

export function packRecord(record: WatchRecord): number[] {
  return FIELDS.map((field) => record[field]);
}

export function unpackRecord(numbers: readonly number[]): WatchRecord {
  const fields = Object.fromEntries(FIELDS.map((field, i) => [field, numbers[i] ?? 0]));
  const { code = 0 } = fields;
  const kind = code >= FIRST_MARK ? 'mark' : KERNEL[code] || 'unknown';
  return { ...(fields as unknown as WatchRecord), kind };
}
