/** The timing diagram has the time in which the controller was last at work, and no pause. */
import { assert } from 'chai';
import type { WatchedRecord } from '../../web/host/agent-protocol.ts';
import type { MachineSnapshot } from '../../web/host/protocol.ts';
import { timingOf } from '../../web/view/data/timing.ts';

const MACHINE = { time: 0, now: 0, drives: [], fdc: { dor: 0 } } as unknown as MachineSnapshot;
const step = (time: number): WatchedRecord =>
  ({
    mark: 'machine.step',
    words: { from: 0, to: 1 },
    time: time >>> 0,
  }) as unknown as WatchedRecord;
const stepsAt = (...times: number[]): number[] =>
  timingOf(MACHINE, times.map(step)).lanes[1]!.edges.map(({ at }) => at);

suite('view/timing', () => {
  test('from the last pause on', () => {
    assert.deepEqual(stepsAt(0, 100, 5_000_000, 5_000_200, 5_000_300), [0, 200, 300]);
    assert.deepEqual(stepsAt(0, 300_000, 900_000), [0, 300_000, 900_000]);
    assert.deepEqual(stepsAt(), []);
  });

  test('time is counted modulo 2^32', () => {
    assert.deepEqual(stepsAt(2 ** 32 - 200, 2 ** 32 - 100, 50), [0, 100, 250]);
  });
});
