/**
 * The kernel's trace as an async iterable: the agent starts it, is asked for records again and
 * again, and stops it when nobody listens any more.
 *
 * One at a time: a second iterable begins anew and shares the records with the first. Where records
 * were overwritten before they could be read, their sequence numbers are missing.
 */
import type { TraceRecord } from '../../personality/sel4/types.ts';
import type { AgentRequest, AgentResults } from './agent-protocol.ts';

export interface TraceOptions {
  /** Ends the iteration. So does leaving the loop. */
  signal?: AbortSignal;
  /** Milliseconds between two looks where nothing was there. Default 50. */
  interval?: number;
}

export type AskTrace = (request: AgentRequest & { op: 'trace' }) => Promise<AgentResults['trace']>;

export async function* traceRecords(
  ask: AskTrace,
  { signal, interval = 50 }: TraceOptions = {},
): AsyncGenerator<TraceRecord, void, undefined> {
  await ask({ op: 'trace', action: 'start' });
  try {
    while (!signal?.aborted) {
      const batch = await ask({ op: 'trace', action: 'read' });
      for (const record of batch?.records ?? []) {
        if (signal?.aborted) return;
        yield record;
      }
      if (!batch?.records.length) await new Promise((resolve) => setTimeout(resolve, interval));
    }
  } finally {
    await ask({ op: 'trace', action: 'stop' });
  }
}
