/** How often the trace is asked for: at once while much happens, seldom where nothing else does. */
import { assert } from 'chai';
import type { WatchedRecord } from '../../web/host/agent-protocol.ts';
import { type AskTrace, traceRecords } from '../../web/host/trace.ts';

const NEVER_MS = 1_000_000;
/** Time for a look more, if there is one. */
const SOON_MS = 100;

/** Looks find so many records each; how many there are, until none is left or none comes. */
async function readsOf(found: readonly number[]): Promise<number> {
  const stop = new AbortController();
  let reads = 0;
  let sequence = 0;
  const ask: AskTrace = async ({ action }) => {
    if (action !== 'read') return undefined;
    const count = found[reads++] ?? 0;
    if (reads > found.length) stop.abort();
    const records = Array.from({ length: count }, () => ({ sequence: sequence++ }));
    return { records: records as WatchedRecord[], names: [], lost: 0 };
  };
  const all = found.reduce((sum, count) => sum + count, 0);
  const records = traceRecords(ask, { signal: stop.signal, interval: NEVER_MS });
  for await (const { sequence: last } of records)
    if (last === all - 1) setTimeout(() => stop.abort(), SOON_MS);
  return reads;
}

suite('host/trace', () => {
  test('what a look leaves of itself is no reason to look at once', async () => {
    assert.equal(await readsOf([10]), 1);
  });

  test('where more happens it is looked again soon', async () => {
    assert.equal(await readsOf([100]), 2);
    assert.equal(await readsOf([4000, 4000, 10]), 3);
  });
});
