/**
 * The fast path leaves, word for word, what the slow path leaves: random programs on two kernels.
 */
import { assert } from 'chai';
import * as layout from '../../kernel-as/layout.ts';
import { compile } from '../kernel/harness.ts';
import { type Arena, openArena } from './arena.ts';
import { choose } from './choose.ts';
import { KERNEL_BYTES } from './driver.ts';
import { forPrograms } from './programs.ts';
import type { Program } from './program.ts';

/** Scratch of the call before, counters and the trace: not state. */
const NOT_STATE = [
  [layout.WORK_UNITS, layout.WORK_LIMIT],
  [layout.ERROR_TYPE, layout.RAM_BYTES],
  [layout.COUNTERS, layout.GLOBAL_END],
  [layout.TRACE, layout.LIBRARY],
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

  suiteSetup(async () => {
    const module = await compile();
    fast = await openArena(module);
    slow = await openArena(module);
  });

  const play = ({ workLimit, steps }: Program): void => {
    const [a, b] = [fast.begin(workLimit, false), slow.begin(workLimit, true)];
    let shortCuts = 0;
    for (const [kind, seed] of steps) {
      const thread = a.thread();
      if (!thread) return;
      const action = choose(thread, thread === a.booted.rootThread, kind, seed);
      a.run(action);
      b.run(action);
      const now = a.exports.counter(layout.COUNTER_FASTPATH);
      if (now === shortCuts) continue;
      // Only a call that took the fast path can have left anything else.
      shortCuts = now;
      taken++;
      assert.equal(sameState(a.words, b.words), -1, JSON.stringify(action));
    }
  };

  test('random programs leave equal memories', () => {
    forPrograms(400, 5, play);
    assert.isAbove(taken, 150, 'the fast path was taken');
  });
});
