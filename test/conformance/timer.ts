/** Time: interrupts of a clock, and what the processor does between two of them. */
import { assert } from 'chai';
import { seL4_NoError, seL4_TCB_Suspend, seL4_Yield } from '../../personality/sel4/index.ts';
import type { Bench } from './harness/bench.ts';
import { startClock } from './harness/clock.ts';
import type { Program } from './harness/program.ts';

const adapted = "the host's clock raises an interrupt line";

async function withClock(
  bench: Bench,
  milliseconds: number,
  use: (tick: () => Promise<void>) => Promise<void>,
  onTick?: () => void,
): Promise<void> {
  const clock = startClock(bench, milliseconds, onTick);
  try {
    await use(clock.tick);
  } finally {
    clock.stop();
  }
}

async function periodic(bench: Bench): Promise<void> {
  let raised = 0;
  const before = bench.kernel.counters()['kernel.irq'] ?? 0;
  await withClock(
    bench,
    10,
    async (tick) => {
      for (let i = 0; i < 3; i++) {
        await tick();
        assert.isAtLeast(raised, i + 1, 'not before it is due');
      }
    },
    () => raised++,
  );
  assert.isAtLeast((bench.kernel.counters()['kernel.irq'] ?? 0) - before, 3);
}

async function clockMoves(bench: Bench): Promise<void> {
  await withClock(bench, 10, async (tick) => {
    let last = bench.thread.now();
    for (let i = 0; i < 5; i++) {
      for (let read = 0; read < 100; read++) {
        const now = bench.thread.now();
        assert.isAtLeast(now, last, 'it never goes back');
        last = now;
      }
      const before = last;
      await tick();
      await tick();
      assert.isAbove(bench.thread.now(), before, 'it has moved between two ticks');
    }
  });
}

/** The share of clock ticks since the last one of which nothing had entered the kernel. */
async function idleShare(bench: Bench, ticks: number): Promise<number> {
  let [idle, seen, last] = [0, 0, -1];
  const sample = (): void => {
    const entries = bench.kernel.counters()['kernel.switch'] ?? 0;
    if (entries === last) idle++;
    last = entries;
    seen++;
  };
  // The clock that samples wakes nobody: we sleep on another line's notification until it is over.
  const timer = setInterval(sample, 5);
  try {
    await withClock(bench, 5 * ticks, (tick) => tick());
  } finally {
    clearInterval(timer);
  }
  assert.isAbove(seen, 5, 'samples');
  return idle / seen;
}

async function idleTime(bench: Bench): Promise<void> {
  assert.isAbove(await idleShare(bench, 40), 0.5, 'idle while all sleep');
}

async function busyTime(bench: Bench): Promise<void> {
  const spin = () =>
    bench.start(
      async (thread) => {
        for (;;) await seL4_Yield(thread);
      },
      { priority: 50 },
    );
  const spinners = [spin(), spin()];
  assert.isBelow(await idleShare(bench, 40), 0.5, 'busy while two threads take turns');
  for (const { tcb } of spinners) assert.equal(seL4_TCB_Suspend(bench.thread, tcb), seL4_NoError);
}

export const programs: Program[] = [
  {
    id: 'TIMER0001',
    checks: 'a periodic clock interrupt arrives three times',
    adapted,
    run: periodic,
  },
  {
    id: 'TIMER0002',
    checks: 'the clock moves between two interrupts, and never back',
    adapted,
    run: clockMoves,
  },
  {
    id: 'BENCHMARK_0001',
    checks: 'the processor is idle for more than half of a sleep, and not while threads spin',
    adapted: "the host samples the kernel's switches: there is no utilisation tracking",
    async run(bench) {
      await idleTime(bench);
      await busyTime(bench);
    },
  },
];
