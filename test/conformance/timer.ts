/** Time: interrupts of a clock, and what the processor does between two of them. */
import { assert } from 'chai';
import {
  seL4_CapIRQControl,
  seL4_IRQControl_Get,
  seL4_IRQHandler_Ack,
  seL4_IRQHandler_SetNotification,
  seL4_NoError,
  seL4_Poll,
  seL4_TCB_Suspend,
  seL4_Yield,
} from '../../personality/sel4/index.ts';
import type { Bench } from './harness/bench.ts';
import { startClock } from './harness/clock.ts';
import { DEPTH, ROOT } from './harness/cspace.ts';
import type { Program } from './harness/program.ts';

const adapted = "the host's clock raises an interrupt line";

async function withClock(
  bench: Bench,
  milliseconds: number,
  use: (tick: () => Promise<void>) => Promise<void>,
  isDue?: () => boolean,
): Promise<void> {
  const clock = startClock(bench, milliseconds, isDue);
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
    () => ++raised > 0,
  );
  assert.isAtLeast((bench.kernel.counters()['kernel.irq'] ?? 0) - before, 3);
}

/** A line that was raised is masked until it is acknowledged; what comes meanwhile comes once. */
async function maskedUntilAck(bench: Bench): Promise<void> {
  const { thread } = bench;
  const [handler, ntfn, line] = [bench.slot(), bench.notification(), 5];
  const got = seL4_IRQControl_Get(thread, seL4_CapIRQControl, line, ROOT, handler, DEPTH);
  assert.equal(got, seL4_NoError);
  const signal = bench.badged(ntfn, 4);
  assert.equal(seL4_IRQHandler_SetNotification(thread, handler, signal), seL4_NoError);
  const pending = async (): Promise<boolean> => {
    await seL4_Poll(thread, ntfn);
    return thread.badge === 4;
  };
  assert.isFalse(await pending(), 'nothing was raised');
  bench.kernel.interrupt(line);
  assert.isTrue(await pending(), 'raised');
  bench.kernel.interrupt(line);
  bench.kernel.interrupt(line);
  assert.isFalse(await pending(), 'masked');
  assert.equal(seL4_IRQHandler_Ack(thread, handler), seL4_NoError);
  assert.isTrue(await pending(), 'acknowledged');
  assert.equal(seL4_IRQHandler_Ack(thread, handler), seL4_NoError);
  assert.isFalse(await pending(), 'once');
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
      // Ticks may follow each other at once where the host was late.
      for (let ticks = 0; last === before && ticks < 10; ticks++) {
        await tick();
        last = bench.thread.now();
      }
      assert.isAbove(last, before, 'it has moved');
    }
  });
}

/** Sleeps for so many ticks: the share of them since which no thread had been switched to. */
async function idleShare(bench: Bench, ticks: number): Promise<number> {
  let [idle, seen, last] = [0, 0, -1];
  const sample = (): boolean => {
    const switches = bench.kernel.counters()['kernel.switch'] ?? 0;
    if (switches === last) idle++;
    last = switches;
    return ++seen >= ticks;
  };
  await withClock(bench, 5, (tick) => tick(), sample);
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
    checks: 'a periodic clock interrupt arrives three times; its line is masked until the Ack',
    adapted,
    async run(bench) {
      await periodic(bench);
      await maskedUntilAck(bench);
    },
  },
  {
    id: 'TIMER0002',
    checks: 'the clock moves with the interrupts, and never back',
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
