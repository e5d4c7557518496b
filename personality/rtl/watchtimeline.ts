/**
 * What the formats of traces have in common: when each record was, and whose thread wrote it.
 *
 *   timesOf(records)           microseconds since the first
 *   ownersOf(records, names)   thread of the kernel -> its process, or KERNEL
 *   wordsOf(record)            of one that is no mark
 *
 * Each thread of the kernel is a thread of the process that it belongs to, as far as its messages
 * to the Executive have told which (a message's badge is the thread's id there); else of the
 * kernel.
 */
import type { MarkedRecord, WatchName } from './watchanswer.ts';

/** A process that stands for the kernel; no process of the system has such a number. */
export const KERNEL = 0x2_0000_0000;

export type Arguments = Readonly<Record<string, number>>;

/** Theirs is modulo 2^32. */
export function timesOf(records: readonly MarkedRecord[]): number[] {
  let total = 0;
  return records.map(({ time }, i) => {
    if (i > 0) total += (time - records[i - 1]!.time) | 0;
    return Math.max(0, total);
  });
}

export function wordsOf({ entry, badge, label, detail }: MarkedRecord): Arguments {
  return { entry, badge, label, detail };
}

/** The process of each kernel thread that has called the Executive, or answers for it. */
export function ownersOf(
  records: readonly MarkedRecord[],
  names: readonly WatchName[],
): Map<number, number> {
  const owners = new Map<number, number>();
  const byBadge = new Map(
    names.filter(([kind]) => kind === 'thread').map(([, id, process]) => [id, Number(process)]),
  );
  const executive = records.find(({ mark }) => mark === 'service.in')?.thread;
  for (const { thread } of records) if (!owners.has(thread)) owners.set(thread, KERNEL);
  for (const { kind, thread, third, badge } of records) {
    const process = byBadge.get(badge);
    if (kind === 'send' && third === executive && process !== undefined)
      owners.set(thread, process);
  }
  return owners;
}
