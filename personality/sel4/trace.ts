/**
 * The kernel's trace, for the root task: switched on and off, and read.
 *
 *   createTrace(heap)   start(), stop(), read()
 *
 * The ring is the kernel's (kernel-as/model/trace.ts): one for all processors, written under its
 * lock. It is read without the lock, while others may write. A record counts once TRACE_NEXT is
 * past it, and is believed only if, after it was copied, the writers were not yet so far that they
 * could have begun to overwrite it; it is copied by atomic loads, which cannot be put off beyond
 * that look. What was overwritten before it was read is counted as lost.
 *
 * Threads are known by number: the address of the TCB in kernel memory, which is no way to get
 * there.
 */
import {
  TRACE,
  TRACE_A,
  TRACE_B,
  TRACE_C,
  TRACE_ENABLED,
  TRACE_ENTRY,
  TRACE_FAULT,
  TRACE_INVOKE,
  TRACE_IRQ,
  TRACE_KIND,
  TRACE_MARK,
  TRACE_NEXT,
  TRACE_RECEIVE,
  TRACE_RECORDS,
  TRACE_RECORD_SIZE,
  TRACE_SEND,
  TRACE_SIGNAL,
  TRACE_SWITCH,
  TRACE_THREAD,
  TRACE_TIME,
  WATCH_PORTS,
  WATCH_TRACE,
} from '../../kernel-as/layout.ts';
import type { Views } from './heap.ts';
import { and, freeze, load, or } from './intrinsics.ts';
import type { Trace, TraceRecord } from './types.ts';

const KINDS: Record<number, TraceRecord['kind']> = freeze({
  // Own elements only: numbers that are missing here are looked up nowhere else.
  __proto__: null,
  [TRACE_SWITCH]: 'switch',
  [TRACE_SEND]: 'send',
  [TRACE_RECEIVE]: 'receive',
  [TRACE_SIGNAL]: 'signal',
  [TRACE_IRQ]: 'irq',
  [TRACE_FAULT]: 'fault',
  [TRACE_INVOKE]: 'invoke',
}) as Record<number, TraceRecord['kind']>;

export function createTrace(heap: Views): Trace {
  const { words } = heap;
  const enabled = TRACE_ENABLED >>> 2;
  /** Sequence number of the record to be read next, as a difference-safe 32-bit number. */
  let next = 0;

  const written = (): number => load(words, TRACE_NEXT >>> 2);

  function recordAt(sequence: number): TraceRecord {
    const at = (TRACE + (sequence & (TRACE_RECORDS - 1)) * TRACE_RECORD_SIZE) >>> 2;
    const word = (offset: number): number => load(words, at + (offset >>> 2)) >>> 0;
    const code = word(TRACE_KIND) & 0xff;
    const isMessage = code === TRACE_SEND || code === TRACE_RECEIVE;
    const isMark = code >= TRACE_MARK;
    const second = word(TRACE_B);
    return {
      sequence: sequence >>> 0,
      kind: KINDS[code] ?? (isMark ? 'mark' : 'unknown'),
      code,
      processor: word(TRACE_KIND) >>> 8,
      thread: word(TRACE_THREAD),
      badge: isMessage ? word(TRACE_A) : code === TRACE_SIGNAL ? second : 0,
      label: isMessage ? second >>> 12 : code === TRACE_INVOKE ? word(TRACE_A) : 0,
      detail: isMessage ? second & 0xfff : code === TRACE_INVOKE ? second : word(TRACE_A),
      second: isMark ? second : 0,
      third: word(TRACE_C),
      entry: word(TRACE_ENTRY),
      time: word(TRACE_TIME),
    };
  }

  return freeze({
    start(ports = false): void {
      next = written();
      and(words, enabled, ~WATCH_PORTS);
      or(words, enabled, ports ? WATCH_TRACE | WATCH_PORTS : WATCH_TRACE);
    },
    stop(): void {
      and(words, enabled, ~(WATCH_TRACE | WATCH_PORTS));
    },
    read(limit = TRACE_RECORDS) {
      const end = written();
      let lost = Math.max(0, ((end - next) | 0) - TRACE_RECORDS);
      const first = (next + lost) | 0;
      const count = Math.max(0, Math.min((end - first) | 0, limit));
      const copied: TraceRecord[] = [];
      for (let i = 0; i < count; i++) copied[i] = recordAt((first + i) | 0);
      // The record that is being written now has not been counted yet: hence one more.
      const overwritten = ((written() - first) | 0) - TRACE_RECORDS + 1;
      const late = end === next ? 0 : Math.min(count, Math.max(0, overwritten));
      lost += late;
      next = (first + count) | 0;
      const records: TraceRecord[] = [];
      for (let i = late; i < count; i++) records[i - late] = copied[i] as TraceRecord;
      return { records, lost };
    },
  });
}
