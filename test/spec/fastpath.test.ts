/**
 * The fast path leaves, word for word, what the slow path leaves: random programs on two kernels,
 * some of them on two processors.
 */
import { assert } from 'chai';
import { MAX_PROCESSORS } from '../../kernel-as/abi.ts';
import * as layout from '../../kernel-as/layout.ts';
import { compile } from '../kernel/harness.ts';
import { type Arena, openArena } from './arena.ts';
import { type Action, KERNEL_BYTES } from './driver.ts';
import { forPrograms } from './programs.ts';
import { type Program, hasThread, nextActions, opening } from './program.ts';

/** Scratch of the call before, counters and the trace: not state. */
const NOT_STATE = [
  [layout.SCRATCH, layout.SCRATCH_END],
  [layout.TRACE_ENABLED, layout.GLOBAL_END],
  [layout.TRACE, layout.LIBRARY],
  ...Array.from({ length: MAX_PROCESSORS }, (_, cpu): [number, number] => {
    const at = layout.NODES + cpu * layout.NODE_SIZE + layout.NODE_COUNTERS;
    return [at, at + layout.COUNTER_COUNT * 8];
  }),
] as const;

function sameState(a: Uint32Array, b: Uint32Array): number {
  for (let i = 0; i < layout.HEAP_BASE / 4; i++) {
    if (a[i] === b[i]) continue;
    if (!NOT_STATE.some(([start, end]) => i * 4 >= start && i * 4 < end)) return i * 4;
  }
  for (let i = layout.HEAP_BASE / 4; i < KERNEL_BYTES / 4; i++) if (a[i] !== b[i]) return i * 4;
  return -1;
}

suite('specification: fast path', function () {
  this.timeout(60_000);
  let fast: Arena;
  let slow: Arena;
  let taken = 0;
  let takenByTwo = 0;

  suiteSetup(async () => {
    const module = await compile();
    fast = await openArena(module);
    slow = await openArena(module);
  });

  const play = ({ workLimit, dual, steps }: Program): void => {
    const [a, b] = [fast.begin(workLimit, false), slow.begin(workLimit, true)];
    let shortCuts = 0;
    const both = (action: Action): void => {
      a.run(action);
      b.run(action);
      const now = a.exports.counter(layout.COUNTER_FASTPATH);
      if (now === shortCuts) return;
      // Only a call that took the fast path can have left anything else.
      shortCuts = now;
      taken++;
      if (dual) takenByTwo++;
      assert.equal(sameState(a.words, b.words), -1, JSON.stringify(action));
    };
    opening(dual).forEach(both);
    for (const [kind, seed] of steps) {
      if (!hasThread(a)) return;
      nextActions(a, dual, kind, seed).forEach(both);
    }
  };

  test('random programs leave equal memories', () => {
    forPrograms(400, 5, play);
    assert.isAbove(taken, 150, 'the fast path was taken');
    assert.isAbove(takenByTwo, 25, 'the fast path was taken on two processors');
  });
});
