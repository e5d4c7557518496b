/**
 * The kernel's trace as an async iterable: the agent starts it, is asked for records again and
 * again, and stops it when nobody listens any more.
 *
 * One at a time: a second iterable begins anew and shares the records with the first. Where records
 * were overwritten before they could be read, their sequence numbers are missing.
 */
import type { NameKind } from '../../personality/rtl/watchanswer.ts';
import type { AgentRequest, AgentResults, WatchedRecord } from './agent-protocol.ts';

/** After so many in one look, more may be waiting. */
const MANY = 128;
/** Records: more than a look and a tick of the clock leave. So many say that little happened. */
const OWN = 64;
/** So short that the ring cannot be full meanwhile. */
const BREATH_MS = 4;

export interface TraceOptions {
  /** Ends the iteration. So does leaving the loop. */
  signal?: AbortSignal;
  /** Milliseconds between two looks where nothing was there but what they leave. Default 50. */
  interval?: number;
  /**
   * Told once of each number that stands for something in the records that follow: a process by its
   * number, a thread by its badge (the words are its process's number), a device, a file or volume
   * of the cache.
   */
  onName?: (kind: NameKind, number: number, words: string) => void;
  /** Accesses to ports are to be among the records. */
  ports?: boolean;
  /** Told how many records were overwritten before they could be read. */
  onLost?: (count: number) => void;
}

export type AskTrace = (request: AgentRequest & { op: 'trace' }) => Promise<AgentResults['trace']>;

async function rest(ms: number, signal: AbortSignal | undefined): Promise<void> {
  // While it was asked: it is told of no more.
  if (signal?.aborted) return;
  await new Promise<void>((resolve) => {
    const over = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', over);
      resolve();
    };
    const timer = setTimeout(over, ms);
    signal?.addEventListener('abort', over);
  });
}

export async function* traceRecords(
  ask: AskTrace,
  { signal, interval = 50, ports, onName, onLost }: TraceOptions = {},
): AsyncGenerator<WatchedRecord, void, undefined> {
  await ask({ op: 'trace', action: ports ? 'ports' : 'start' });
  try {
    while (!signal?.aborted) {
      const batch = await ask({ op: 'trace', action: 'read' });
      for (const name of batch?.names ?? []) onName?.(...name);
      if (batch && batch.lost > 0) onLost?.(batch.lost);
      for (const record of batch?.records ?? []) {
        if (signal?.aborted) return;
        yield record;
      }
      // Each look leaves records of its own: who looks at once for them looks without end, and what
      // was there before is soon not among the newest.
      const count = batch?.records.length ?? 0;
      const wait = count <= OWN ? interval : Math.min(interval, BREATH_MS);
      if (count < MANY) await rest(wait, signal);
    }
  } finally {
    await ask({ op: 'trace', action: 'stop' });
  }
}
